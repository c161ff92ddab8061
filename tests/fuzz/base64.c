/* Base64: what is read is written as it was, but for padding. */
#include "evidence/base64.h"

#include <dna/prooftype.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, bool loose)
{
	uint8_t octets[64];
	size_t size = sizeof(octets), given = strlen(text);
	struct dna_buffer again;

	if (dna_base64_read(text, loose, octets, &size) != 0)
		return;
	if (size > sizeof(octets))
		abort();
	dna_buffer_init(&again, 0);
	dna_base64_write(&again, (struct dna_bytes){ octets, size });
	if (strncmp((const char *)again.data, text, given) != 0 || (!loose && again.size != given))
		abort();
	dna_buffer_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check(text, true);
	check(text, false);
	free(text);
	return 0;
}

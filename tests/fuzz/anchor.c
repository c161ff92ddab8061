/* Files of trust anchors for DNSSEC: those that are taken can be used; for others it is said why. */
#include "resolver/anchor.h"
#include "resolver/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct dna_message *anchors)
{
	size_t usable = 0;

	for (size_t i = 0; i < anchors->count; i++)
		usable += dna_trust_usable(&anchors->records[i]);
	if (usable == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	struct dna_message *anchors = NULL;
	char path[32], complaint[DNA_COMPLAINT_MAX] = "";

	if (file < 0)
		file = memfd_create("anchor", 0);
	if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (dna_anchors_read(&anchors, path, complaint) == 0)
		check(anchors);
	else if (anchors != NULL || complaint[0] == '\0')
		abort();
	dna_message_unref(anchors);
	return 0;
}

/* A file that claims to be a plugin. */
#include "plugin/elf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = 0;
	const char *why = NULL;
	int r = dna_elf_find((struct dna_bytes){ data, size }, "good_LTX_dna_prooftype", &length,
			     &why);

	if ((r == 0) != (why == NULL))
		abort();
	return 0;
}

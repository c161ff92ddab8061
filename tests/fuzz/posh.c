/* POSH documents, by the plugin's own reader. */
#include "../../plugins/posh/posh.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_descriptors(const struct dna_json *list)
{
	uint8_t digest[64];

	for (size_t i = 0; i < dna_json_size(list); i++) {
		const struct hash *hash = read_descriptor(dna_json_at(list, i), digest);

		if (hash != NULL && hash->size > sizeof(digest))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document d;

	if (!read_document(&d, (struct dna_bytes){ data, size })) {
		if (d.why[0] == '\0')
			abort();
	} else if (d.expires < 0 || (d.url == NULL) == (d.fingerprints == NULL)) {
		abort();
	} else if (d.fingerprints != NULL) {
		check_descriptors(d.fingerprints);
	}
	dna_json_free(d.json);
	return 0;
}

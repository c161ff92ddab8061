/* POSH documents, by the plugin's own reader. */
#include "../../plugins/posh/document.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_reference(const char *url)
{
	char host[POSH_HOST_MAX + 1];

	if (!posh_host_read(url, host) || strpbrk(url, "#@ \\") != NULL)
		abort();
}

static void check_descriptors(const struct dna_json *list)
{
	uint8_t digest[64];

	for (size_t i = 0; i < dna_json_size(list); i++) {
		const struct posh_hash *hash = posh_fingerprint_read(dna_json_at(list, i), digest);

		if (hash != NULL && hash->size > sizeof(digest))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct posh_document d = { .json = NULL };

	if (!posh_document_read(&d, (struct dna_bytes){ data, size })) {
		if (d.why[0] == '\0')
			abort();
	} else if (d.expires < 0 || (d.url[0] == '\0') == (d.fingerprints == NULL)) {
		abort();
	} else if (d.fingerprints != NULL) {
		check_descriptors(d.fingerprints);
	} else {
		check_reference(d.url);
	}
	dna_json_free(d.json);
	return 0;
}

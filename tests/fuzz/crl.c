/* Revocation lists, and what they say of a certificate. */
#include "inquiry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inquiry inquiry;
	struct dna_status status;
	struct dna_crl *crl;

	if (!inquiry_read((struct dna_bytes){ data, size }, &inquiry))
		return 0;
	if (dna_crl_new(&crl, inquiry.said) == 0) {
		dna_crl_ask(crl, &inquiry.asked, &status);
		inquiry_check(&inquiry, &status);
		if (status.state == DNA_REVOCATION_UNKNOWN && status.why[0] == '\0')
			abort();
		dna_crl_unref(crl);
	}
	inquiry_clear(&inquiry);
	return 0;
}

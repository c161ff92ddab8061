/* OCSP responses, and what they say of a certificate. */
#include "evidence/ocsp.h"
#include "inquiry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inquiry inquiry;
	struct dna_status status;

	if (!inquiry_read((struct dna_bytes){ data, size }, &inquiry))
		return 0;
	dna_ocsp_ask(inquiry.said, &inquiry.asked, &status);
	inquiry_check(&inquiry, &status);
	inquiry_clear(&inquiry);
	return 0;
}

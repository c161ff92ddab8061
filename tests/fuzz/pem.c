/* PEM: what is read of it can be written, and is then read as the same. */
#include "base/buffer.h"
#include "evidence/chain.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LABEL "X509 CRL"

static int write_block(void *argument, struct dna_bytes der)
{
	return dna_pem_write_as(LABEL, argument, der);
}

/* Up to where it is damaged. */
static void rewrite(struct dna_bytes pem, struct dna_buffer *written)
{
	if (dna_pem_read_as(LABEL, pem, write_block, written) == 0 && written->size == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_buffer once, twice;

	dna_buffer_init(&once, 0);
	dna_buffer_init(&twice, 0);
	rewrite((struct dna_bytes){ data, size }, &once);
	rewrite((struct dna_bytes){ once.data, once.size }, &twice);
	if (once.size != twice.size ||
	    (once.size != 0 && memcmp(once.data, twice.data, once.size) != 0))
		abort();
	dna_buffer_clear(&once);
	dna_buffer_clear(&twice);
	return 0;
}

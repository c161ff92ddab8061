/* Runs of octets. */
#include <dna/prooftype.h>

bool dna_bytes_equal(struct dna_bytes a, struct dna_bytes b)
{
	volatile uint8_t difference = 0; /* volatile: every octet is looked at */

	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		difference = (uint8_t)(difference | (a.data[i] ^ b.data[i]));
	return difference == 0;
}

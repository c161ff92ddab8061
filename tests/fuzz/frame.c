/*
 * Frames of libdna-net and dna-resolver: what is read is a whole frame, and nothing is lost but what
 * no reason may hold.
 */
#include "evidence/frame.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_frame frame, again;
	struct dna_buffer wire;
	size_t used = 0, used_again = 0;

	if (dna_frame_read((struct dna_bytes){ data, size }, &frame, &used) != 0)
		return 0;
	dna_buffer_init(&wire, 0);
	if (used > size || dna_frame_write(&wire, &frame) != 0)
		abort();
	if (dna_frame_read((struct dna_bytes){ data, used - 1 }, &again, &used_again) !=
	    DNA_E_AGAIN)
		abort();
	if (dna_frame_read((struct dna_bytes){ wire.data, wire.size }, &again, &used_again) != 0 ||
	    used_again != wire.size || again.count != frame.count)
		abort();
	dna_frame_clear(&again);
	dna_frame_clear(&frame);
	dna_buffer_clear(&wire);
	return 0;
}

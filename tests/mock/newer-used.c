/* Made for a newer release, on whose additions it relies. */
#include "mock.h"

struct newer_prooftype {
	struct dna_prooftype known;
	uint64_t added;
};

extern const struct newer_prooftype newer_used_LTX_dna_prooftype;
MOCK_EXPORT const struct newer_prooftype newer_used_LTX_dna_prooftype = {
	.known = {
		.abi = DNA_PROOFTYPE_ABI,
		.size = (uint32_t)sizeof(struct newer_prooftype),
		.param_size = (uint32_t)sizeof(struct dna_param),
		.does = DNA_PROVES,
		.name = "newer-used",
		MOCK_WORDS,
		.judge = mock_judge,
	},
	.added = 1,
};

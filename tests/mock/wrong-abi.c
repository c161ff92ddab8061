/* Made for another ABI. */
#include "mock.h"

extern const struct dna_prooftype wrong_abi_LTX_dna_prooftype;
MOCK_EXPORT const struct dna_prooftype wrong_abi_LTX_dna_prooftype = {
	.abi = DNA_PROOFTYPE_ABI + 1,
	.size = (uint32_t)sizeof(struct dna_prooftype),
	.param_size = (uint32_t)sizeof(struct dna_param),
	.does = DNA_PROVES,
	.name = "wrong-abi",
	MOCK_WORDS,
	.judge = mock_judge,
};

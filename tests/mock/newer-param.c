/* Made for a newer release: one of its parameters relies on an addition. */
#include "mock.h"

struct newer_param {
	struct dna_param known;
	uint64_t added;
};

static const struct newer_param params[] = {
	{ { .name = "first", .type = DNA_PARAM_INT, .initial = "1" }, 0 },
	{ { .name = "second", .type = DNA_PARAM_INT, .initial = "2" }, 1 },
	{ { .name = NULL }, 0 },
};

extern const struct dna_prooftype newer_param_LTX_dna_prooftype;
MOCK_EXPORT const struct dna_prooftype newer_param_LTX_dna_prooftype = {
	.abi = DNA_PROOFTYPE_ABI,
	.size = (uint32_t)sizeof(struct dna_prooftype),
	.param_size = (uint32_t)sizeof(struct newer_param),
	.does = DNA_PROVES,
	.name = "newer-param",
	MOCK_WORDS,
	.params = &params[0].known,
	.judge = mock_judge,
};

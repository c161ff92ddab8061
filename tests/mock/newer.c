/* Made for a newer release whose additions it does not use. Accepted. */
#include "mock.h"

struct newer_param {
	struct dna_param known;
	uint64_t added;
};

struct newer_prooftype {
	struct dna_prooftype known;
	void (*added)(void);
};

static const struct newer_param params[] = {
	{ { .name = "first", .type = DNA_PARAM_INT, .initial = "1" }, 0 },
	{ { .name = "second", .type = DNA_PARAM_INT, .initial = "2" }, 0 },
	{ { .name = NULL }, 0 },
};

extern const struct newer_prooftype newer_LTX_dna_prooftype;
MOCK_EXPORT const struct newer_prooftype newer_LTX_dna_prooftype = {
	.known = {
		.abi = DNA_PROOFTYPE_ABI,
		.size = (uint32_t)sizeof(struct newer_prooftype),
		.param_size = (uint32_t)sizeof(struct newer_param),
		.does = DNA_PROVES,
		.name = "newer",
		MOCK_WORDS,
		.params = &params[0].known,
		.judge = mock_judge,
	},
};

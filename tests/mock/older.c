/* Made when parameters were described by less: what is missing counts as zero. Accepted. */
#include "mock.h"

struct older_param {
	const char *name;
	uint32_t type;
	uint32_t reserved;
	const char *initial;
};

static const struct older_param params[] = {
	{ "first", DNA_PARAM_INT, 0, "-5" },
	{ "second", DNA_PARAM_WORDS, 0, "[a, b]" },
	{ NULL, 0, 0, NULL },
};

extern const struct dna_prooftype older_LTX_dna_prooftype;
MOCK_EXPORT const struct dna_prooftype older_LTX_dna_prooftype = {
	.abi = DNA_PROOFTYPE_ABI,
	.size = (uint32_t)sizeof(struct dna_prooftype),
	.param_size = (uint32_t)sizeof(struct older_param),
	.does = DNA_PROVES,
	.name = "older",
	MOCK_WORDS,
	.params = (const struct dna_param *)params,
	.judge = mock_judge,
};

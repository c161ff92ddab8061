/* As it should be. */
#include "mock.h"

static const struct dna_param params[] = {
	{ .name = "strict", .type = DNA_PARAM_BOOL, .initial = "true", .help = "Be strict." },
	{ .name = NULL },
};

DNA_PROOFTYPE(good, "good", .does = DNA_PROVES, MOCK_WORDS, .params = params, .judge = mock_judge);

/* A parameter whose default is outside its own range. */
#include "mock.h"

static const struct dna_param params[] = {
	{ .name = "size", .type = DNA_PARAM_INT, .initial = "11", .least = 1, .most = 10 },
	{ .name = NULL },
};

DNA_PROOFTYPE(bad_params, "bad-params", .does = DNA_PROVES, MOCK_WORDS, .params = params,
	      .judge = mock_judge);

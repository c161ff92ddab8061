/* Calls what no library has. Linked so that this would show only when it is called. */
#include "mock.h"

int dna_function_that_nobody_has(const struct dna_case *c);

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	(void)finding;
	return dna_function_that_nobody_has(c);
}

DNA_PROOFTYPE(unresolved, "unresolved", .does = DNA_PROVES, MOCK_WORDS, .judge = judge);

/*
 * What a result rests on, and what it withstands. A proof rests on alternatives of sets of trust
 * roots: whoever breaks every root of one of the sets can forge it. Several proofs are forged by
 * whoever can forge each of them; so a result withstands a set of broken roots if, with all taken
 * away that they forge, a proof remains. A proof that does not say what it rests on is forged by
 * anybody.
 */
#include "proof/combine.h"

#include <string.h>

#define ROOTS (DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC | DNA_ROOT_PIN | DNA_ROOT_CONFIG | DNA_ROOT_OTHER)

static bool is_proof(const struct dna_judgement *j, size_t index, unsigned stage)
{
	const struct dna_finding *finding = &j->findings[index];

	return index >= j->delegator_count && finding->result == DNA_PROVEN && !finding->pending &&
	       finding->entry->stage <= stage;
}

static bool is_forged(const struct dna_finding *finding, uint32_t broken)
{
	for (size_t i = 0; i < finding->root_count; i++)
		if ((finding->roots[i] & ~broken) == 0)
			return true;
	return finding->root_count == 0;
}

bool dna_withstands(const struct dna_judgement *j, unsigned stage, uint32_t broken)
{
	for (size_t i = 0; i < j->count; i++)
		if (is_proof(j, i, stage) && !is_forged(&j->findings[i], broken))
			return true;
	return false;
}

static size_t first_proof(const struct dna_judgement *j, unsigned stage)
{
	size_t i = 0;

	while (i < j->count && !is_proof(j, i, stage))
		i++;
	return i;
}

/* POL-007 */
uint32_t dna_shortfall(const struct dna_judgement *j, unsigned stage, size_t *first)
{
	uint32_t named = j->demand.withstand & ROOTS;
	size_t i = first_proof(j, stage);

	if (i == j->count)
		return DNA_SHORT_OF_PROOF;
	*first = i;
	if (named != 0 && !dna_withstands(j, stage, named))
		return named;
	for (uint32_t root = 1; root <= ROOTS; root <<= 1)
		if ((j->demand.withstand & DNA_WITHSTAND_ANY) != 0 &&
		    !dna_withstands(j, stage, root))
			return root;
	return DNA_SHORT_OF_NOTHING;
}

/* Whether one of the sets is part of |broken|. */
static bool covers(const struct dna_rests *rests, uint32_t broken)
{
	for (size_t i = 0; i < rests->count; i++)
		if ((rests->roots[i] & ~broken) == 0)
			return true;
	return false;
}

/* Smaller sets first, so that what is left out are sets that hold a smaller one. */
void dna_rests(const struct dna_judgement *j, unsigned stage, struct dna_rests *rests)
{
	*rests = (struct dna_rests){ .count = 0 };
	if (!dna_withstands(j, stage, 0))
		return;
	for (int size = 1; size <= __builtin_popcount(ROOTS); size++)
		for (uint32_t broken = 1; broken <= ROOTS; broken++)
			if (__builtin_popcount(broken) == size && !covers(rests, broken) &&
			    !dna_withstands(j, stage, broken))
				rests->roots[rests->count++] = broken;
}

const char *dna_roots_write(uint32_t roots, char text[DNA_ROOTS_TEXT])
{
	text[0] = '\0';
	for (size_t i = 0; dna_root_words[i] != NULL; i++) {
		if ((roots & UINT32_C(1) << i) == 0)
			continue;
		roots &= ~(UINT32_C(1) << i);
		if (text[0] != '\0')
			strcat(text, roots != 0 ? ", " : " and ");
		strcat(text, dna_root_words[i]);
	}
	return text;
}

/*
 * Findings become a verdict: one total function, pure. The first row that fits counts.
 *
 *     a veto that lasts                                     veto       final, whatever else there is
 *     a veto that is temporary                              undecided  as final: not a way around
 *     the first stage with a proof                          proven     later stages are not needed
 *     some material could not be obtained this time         undecided  it might have proved
 *     nothing of this                                       unproven
 *
 * A prover of a later stage counts only when every stage before it proved nothing; one that insists
 * is always heard (POL-003, POL-004, SEC-002).
 */
#include "proof/case.h"

static bool is_delegator(const struct dna_judgement *j, size_t index)
{
	return index < j->delegator_count;
}

/* Whether a finding counts when |stage| is the last stage that is needed. */
static bool counts(const struct dna_judgement *j, size_t index, unsigned stage)
{
	const struct dna_finding *finding = &j->findings[index];

	return is_delegator(j, index) || finding->entry->stage <= stage || finding->insists;
}

/* A veto that is known, the lasting ones first; SIZE_MAX: none. */
static size_t find_veto(const struct dna_judgement *j, unsigned stage)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < j->count; i++) {
		if (j->findings[i].result != DNA_VETO || j->findings[i].pending ||
		    !counts(j, i, stage))
			continue;
		if (found == SIZE_MAX ||
		    (j->findings[found].temporary && !j->findings[i].temporary))
			found = i;
	}
	return found;
}

static bool is_pending(const struct dna_judgement *j, unsigned stage)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->findings[i].pending && counts(j, i, stage))
			return true;
	return false;
}

static size_t find_proof(const struct dna_judgement *j, unsigned stage)
{
	for (size_t i = j->delegator_count; i < j->count; i++)
		if (j->findings[i].result == DNA_PROVEN && j->findings[i].entry->stage == stage)
			return i;
	return SIZE_MAX;
}

static size_t find_result(const struct dna_judgement *j, enum dna_result result)
{
	for (size_t i = j->delegator_count; i < j->count; i++)
		if (j->findings[i].result == result)
			return i;
	return SIZE_MAX;
}

/* What may fare better another time; also a delegator, whose delegation might have been enough. */
static size_t find_temporary_error(const struct dna_judgement *j)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->findings[i].result == DNA_ERROR && j->findings[i].temporary)
			return i;
	return SIZE_MAX;
}

static void conclude_without_proof(const struct dna_judgement *j,
				   struct dna_outcome_of_findings *outcome)
{
	static const enum dna_result telling[] = { DNA_MISMATCH, DNA_ERROR, DNA_NONE };

	outcome->kind = DNA_VERDICT_UNDECIDED;
	outcome->decisive = find_temporary_error(j);
	if (outcome->decisive != SIZE_MAX)
		return;
	outcome->kind = DNA_VERDICT_UNPROVEN;
	for (size_t i = 0;
	     outcome->decisive == SIZE_MAX && i < sizeof(telling) / sizeof(telling[0]); i++)
		outcome->decisive = find_result(j, telling[i]);
}

void dna_combine(const struct dna_judgement *j, struct dna_outcome_of_findings *outcome)
{
	*outcome = (struct dna_outcome_of_findings){ .kind = DNA_VERDICT_UNPROVEN,
						     .decisive = SIZE_MAX };
	for (unsigned stage = 0; stage < j->stages; stage++) {
		outcome->stage = stage;
		outcome->decisive = find_veto(j, stage);
		if (outcome->decisive != SIZE_MAX) {
			outcome->kind = j->findings[outcome->decisive].temporary
						? DNA_VERDICT_UNDECIDED
						: DNA_VERDICT_VETO;
			return;
		}
		outcome->pending = is_pending(j, stage);
		if (outcome->pending)
			return;
		outcome->decisive = find_proof(j, stage);
		if (outcome->decisive != SIZE_MAX) {
			outcome->kind = DNA_VERDICT_PROVEN;
			return;
		}
	}
	conclude_without_proof(j, outcome);
}

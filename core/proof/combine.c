/*
 * Findings become a verdict: one total function, pure, and the two tables at the end of this file are
 * all of it. The first row that fits decides.
 *
 *     stage by stage, until one decides (POL-003, POL-004, SEC-002):
 *         a veto that lasts                       veto       final, whatever else there is
 *         a veto that is temporary                undecided  as final: not a way around
 *         something is still on its way           (not yet)
 *         proofs that withstand what they have to proven     later stages are not needed
 *     after the last stage:
 *         dialback, where the policy is content   weak       never a proof (POL-001, DB-019)
 *         something could not be obtained         undecided  it might have proved
 *         nothing of this                         unproven
 *
 * The findings of a stage count with those of the stages before it. A prover of a later stage counts
 * only when every stage before it proved too little; one that insists is always heard.
 */
#include "proof/combine.h"

static bool is_prover(const struct dna_judgement *j, size_t index)
{
	return index >= j->delegator_count;
}

/* Whether a finding counts when |stage| is the last stage that is needed. */
static bool counts(const struct dna_judgement *j, size_t index, unsigned stage)
{
	const struct dna_finding *finding = &j->findings[index];

	return !is_prover(j, index) || finding->entry->stage <= stage || finding->insists;
}

/* ---- Each row: whether it fits, and the finding that tells why ---- */

static bool find_veto(const struct dna_judgement *j, unsigned stage, bool temporary,
		      size_t *decisive)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct dna_finding *finding = &j->findings[i];

		if (finding->result == DNA_VETO && !finding->pending &&
		    finding->temporary == temporary && counts(j, i, stage)) {
			*decisive = i;
			return true;
		}
	}
	return false;
}

static bool lasting_veto(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	return find_veto(j, stage, false, decisive);
}

static bool temporary_veto(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	return find_veto(j, stage, true, decisive);
}

static bool outstanding(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	(void)decisive;
	for (size_t i = 0; i < j->count; i++)
		if (j->findings[i].pending && counts(j, i, stage))
			return true;
	return false;
}

/* Of several proofs that are enough together, one that is enough by itself tells it best. */
static bool proof(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	if (dna_shortfall(j, stage, decisive) != DNA_SHORT_OF_NOTHING)
		return false;
	for (size_t i = *decisive; i < j->count; i++) {
		const struct dna_judgement alone = { .findings = &j->findings[i],
						     .count = 1,
						     .demand = j->demand };
		size_t first;

		if (dna_shortfall(&alone, stage, &first) != DNA_SHORT_OF_NOTHING)
			continue;
		*decisive = i;
		break;
	}
	return true;
}

/* It rests on no root: anybody on the way can forge it, so it withstands nothing. */
static bool dialback(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	(void)stage;
	(void)decisive;
	if (j->demand.withstand != 0)
		return false;
	return (j->dialback == DNA_DIALBACK_TLS && j->demand.minimum <= DNA_LEAST_WEAK) ||
	       (j->dialback == DNA_DIALBACK_CLEAR && j->demand.minimum <= DNA_LEAST_NONE_TLS);
}

/* What may fare better another time; also a delegator, whose delegation might have been enough. */
static bool temporary_error(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	(void)stage;
	for (size_t i = 0; i < j->count; i++) {
		if (j->findings[i].result == DNA_ERROR && j->findings[i].temporary) {
			*decisive = i;
			return true;
		}
	}
	return j->dialback == DNA_DIALBACK_FAILED && j->demand.withstand == 0 &&
	       j->demand.minimum <= DNA_LEAST_WEAK;
}

/* The proof that was too little, or else what tells an operator most. */
static bool nothing(const struct dna_judgement *j, unsigned stage, size_t *decisive)
{
	static const enum dna_result telling[] = { DNA_PROVEN, DNA_MISMATCH, DNA_ERROR, DNA_NONE };

	(void)stage;
	for (size_t t = 0; t < sizeof(telling) / sizeof(telling[0]); t++)
		for (size_t i = j->delegator_count; i < j->count; i++)
			if (j->findings[i].result == telling[t]) {
				*decisive = i;
				return true;
			}
	return true;
}

/* ---- The tables ---- */

struct row {
	bool (*fits)(const struct dna_judgement *j, unsigned stage, size_t *decisive);
	enum dna_verdict_kind kind;
	bool pending;
};

static const struct row rows_of_a_stage[] = {
	{ lasting_veto, DNA_VERDICT_VETO, false },
	{ temporary_veto, DNA_VERDICT_UNDECIDED, false },
	{ outstanding, DNA_VERDICT_UNDECIDED, true },
	{ proof, DNA_VERDICT_PROVEN, false },
	{ NULL, DNA_VERDICT_UNPROVEN, false },
};

static const struct row rows_of_the_end[] = {
	{ dialback, DNA_VERDICT_WEAK, false },
	{ temporary_error, DNA_VERDICT_UNDECIDED, false },
	{ nothing, DNA_VERDICT_UNPROVEN, false },
	{ NULL, DNA_VERDICT_UNPROVEN, false },
};

static bool decide(const struct row *row, const struct dna_judgement *j, unsigned stage,
		   struct dna_outcome_of_findings *outcome)
{
	*outcome = (struct dna_outcome_of_findings){ .decisive = SIZE_MAX, .stage = stage };
	while (row->fits != NULL && !row->fits(j, stage, &outcome->decisive))
		row++;
	outcome->kind = row->kind;
	outcome->pending = row->pending;
	return row->fits != NULL;
}

void dna_combine(const struct dna_judgement *j, struct dna_outcome_of_findings *outcome)
{
	unsigned last = j->stages > 0 ? j->stages - 1 : 0;

	for (unsigned stage = 0; stage < j->stages; stage++)
		if (decide(rows_of_a_stage, j, stage, outcome))
			return;
	decide(rows_of_the_end, j, last, outcome);
}

/* Combination: every set of findings of up to four provers in up to two stages, against the
 * properties that matter. */
#include "fixture.h"
#include "proof/combine.h"

#include <criterion/criterion.h>

#define PROVERS_MAX 4

struct kind {
	enum dna_result result;
	bool temporary;
	bool pending;
};

/* A result that judge() can give; errors and vetoes are lasting or not. */
static const struct kind kinds[] = {
	{ DNA_NONE, false, false },  { DNA_PROVEN, false, false }, { DNA_MISMATCH, false, false },
	{ DNA_ERROR, false, false }, { DNA_ERROR, true, false },   { DNA_VETO, false, false },
	{ DNA_VETO, true, false },   { DNA_PROVEN, false, true },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct dna_prooftype plain = { .name = "plain", .does = DNA_PROVES };
static const struct dna_prooftype stern = { .name = "stern", .does = DNA_PROVES | DNA_VETOES };

struct set {
	struct dna_profile_entry entries[PROVERS_MAX];
	struct dna_finding findings[PROVERS_MAX];
	struct dna_judgement judgement;
};

/* Finding i is kind |code| / KINDS^i; its stage and whether it may veto are bits of |shape|. */
static void make(struct set *set, size_t count, size_t code, unsigned shape)
{
	unsigned stage = 0;

	*set = (struct set){ .judgement = { .findings = set->findings, .count = count } };
	for (size_t i = 0; i < count; i++, code /= KINDS) {
		if (i > 0 && (shape & (1u << i)))
			stage = 1;
		set->entries[i] = (struct dna_profile_entry){
			.prooftype = (shape & (16u << i)) ? &stern : &plain, .stage = stage
		};
		set->findings[i] =
			(struct dna_finding){ .entry = &set->entries[i],
					      .judged = true,
					      .result = kinds[code % KINDS].result,
					      .temporary = kinds[code % KINDS].temporary,
					      .pending = kinds[code % KINDS].pending,
					      .insists = set->entries[i].prooftype == &stern };
	}
	set->judgement.stages = stage + 1;
}

static bool has(const struct set *set, enum dna_result result, unsigned stage, bool or_stern)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		if (set->findings[i].result == result && !set->findings[i].pending &&
		    (set->entries[i].stage <= stage ||
		     (or_stern && set->entries[i].prooftype == &stern)))
			return true;
	return false;
}

static void check(const struct set *set)
{
	struct dna_outcome_of_findings outcome;

	dna_combine(&set->judgement, &outcome);
	if (outcome.pending)
		return;
	/* POL-004: a veto that counts is final. */
	if (has(set, DNA_VETO, outcome.stage, true))
		cr_assert(outcome.kind == DNA_VERDICT_VETO ||
			  outcome.kind == DNA_VERDICT_UNDECIDED);
	else
		cr_assert_neq(outcome.kind, DNA_VERDICT_VETO);
	/* POL-003: proven by a proof of the first stage that has one. */
	if (outcome.kind == DNA_VERDICT_PROVEN) {
		cr_assert_eq(set->findings[outcome.decisive].result, DNA_PROVEN);
		cr_assert_eq(set->entries[outcome.decisive].stage, outcome.stage);
		cr_assert(outcome.stage == 0 || !has(set, DNA_PROVEN, outcome.stage - 1, false));
	}
	cr_assert_neq(outcome.kind, DNA_VERDICT_WEAK);
	cr_assert_neq(outcome.decisive, SIZE_MAX);
}

static void for_all(void (*with)(const struct set *set))
{
	static const size_t codes[] = { 1, KINDS, KINDS * KINDS, KINDS * KINDS * KINDS,
					KINDS * KINDS * KINDS * KINDS };

	for (size_t count = 1; count <= PROVERS_MAX; count++)
		for (size_t code = 0; code < codes[count]; code++)
			for (unsigned shape = 0; shape < 256; shape++) {
				struct set set;

				make(&set, count, code, shape);
				with(&set);
			}
}

/* POL-001, POL-003, POL-004 */
Test(combine, is_total_and_a_veto_is_final)
{
	for_all(check);
}

static enum dna_verdict_kind kind_of(const struct set *set, bool *pending)
{
	struct dna_outcome_of_findings outcome;

	dna_combine(&set->judgement, &outcome);
	*pending = outcome.pending;
	return outcome.kind;
}

/* Turning any finding into an error or into none never makes a verdict proven that was not. */
static void check_errors(const struct set *set)
{
	bool pending, worse_pending;
	enum dna_verdict_kind kind = kind_of(set, &pending);

	for (size_t i = 0; i < set->judgement.count; i++) {
		struct set worse = *set;

		if (set->findings[i].result == DNA_VETO)
			continue; /* a veto that is not there any more may well let others prove */
		worse.judgement.findings = worse.findings;
		worse.findings[i].result = DNA_ERROR;
		worse.findings[i].temporary = true;
		worse.findings[i].pending = false;
		if (kind_of(&worse, &worse_pending) == DNA_VERDICT_PROVEN && !worse_pending &&
		    !pending)
			cr_assert_eq(kind, DNA_VERDICT_PROVEN);
	}
}

/* POL-006, SEC-002 */
Test(combine, an_error_never_makes_a_verdict_stronger)
{
	for_all(check_errors);
}

/* Adding a mismatch, an error or a veto never helps. */
static void check_against(const struct set *set)
{
	static const enum dna_result against[] = { DNA_MISMATCH, DNA_ERROR, DNA_VETO };
	size_t count = set->judgement.count;
	bool pending, more_pending;
	enum dna_verdict_kind kind = kind_of(set, &pending);

	if (count == PROVERS_MAX || pending)
		return;
	for (size_t i = 0; i < 3; i++) {
		struct set more = *set;

		for (size_t j = 0; j < count; j++)
			more.findings[j].entry = &more.entries[j];
		more.judgement.findings = more.findings;
		more.entries[count] =
			(struct dna_profile_entry){ .prooftype = &stern,
						    .stage = set->judgement.stages - 1 };
		more.findings[count] = (struct dna_finding){ .entry = &more.entries[count],
							     .result = against[i],
							     .insists = true };
		more.judgement.count = count + 1;
		if (kind_of(&more, &more_pending) == DNA_VERDICT_PROVEN)
			cr_assert_eq(kind, DNA_VERDICT_PROVEN);
	}
}

Test(combine, evidence_against_never_helps)
{
	for_all(check_against);
}

/* Within a stage the order of provers changes nothing. */
static void check_order(const struct set *set)
{
	bool pending, swapped_pending;
	enum dna_verdict_kind kind = kind_of(set, &pending);

	for (size_t i = 0; i + 1 < set->judgement.count; i++) {
		struct set swapped = *set;

		if (set->entries[i].stage != set->entries[i + 1].stage)
			continue;
		swapped.judgement.findings = swapped.findings;
		swapped.findings[i] = set->findings[i + 1];
		swapped.findings[i + 1] = set->findings[i];
		cr_assert_eq(kind_of(&swapped, &swapped_pending), kind);
		cr_assert_eq(swapped_pending, pending);
	}
}

Test(combine, order_within_a_stage_does_not_matter)
{
	for_all(check_order);
}

Test(combine, without_provers_nothing_is_proven)
{
	struct dna_judgement judgement = { .count = 0 };
	struct dna_outcome_of_findings outcome;

	dna_combine(&judgement, &outcome);
	cr_assert_eq(outcome.kind, DNA_VERDICT_UNPROVEN);
	cr_assert_eq(outcome.decisive, SIZE_MAX);
}

/* SEC-002: a delegation that could not be looked up this time might have proved it. */
Test(combine, a_delegator_that_failed_leaves_it_undecided)
{
	struct set set;
	bool pending;

	make(&set, 2, 4 + KINDS * 2, 0); /* a temporary error, and a mismatch */
	set.judgement.delegator_count = 1;
	cr_assert_eq(kind_of(&set, &pending), DNA_VERDICT_UNDECIDED);
	set.findings[0].temporary = false;
	cr_assert_eq(kind_of(&set, &pending), DNA_VERDICT_UNPROVEN);
}

/* Saying why: the reason and the rule of a verdict, who proved it, and the findings that count. */
#include "proof/judge.h"

#include <string.h>

/* ---- why ---- */

static void explain_dialback(struct dna_verdict *v, enum dna_dialback dialback)
{
	const char *minimum = dna_minimum_name(v->choice->demand.minimum);

	if (v->kind == DNA_VERDICT_WEAK)
		dna_reason_write(v->reason,
				 "no prooftype proves it; dialback over %s vouches for it, and the "
				 "profile %s is content with the minimum '%s'",
				 dialback == DNA_DIALBACK_TLS ? "TLS" : "a stream in clear",
				 v->choice->profile->name, minimum);
	else
		dna_reason_write(v->reason,
				 "no prooftype proves it, and dialback, which would be enough, "
				 "could not be done this time");
	v->temporary = v->kind == DNA_VERDICT_UNDECIDED;
	memcpy(v->rule, "DB-019", sizeof("DB-019"));
}

/* Whether the profile itself demands that a proof withstands these roots. */
static bool profile_demands(const struct dna_choice *choice, uint32_t roots)
{
	uint32_t withstand = choice->profile->demand.withstand;

	return (roots & ~withstand) == 0 ||
	       ((withstand & DNA_WITHSTAND_ANY) != 0 && (roots & (roots - 1)) == 0);
}

/* POL-007: it is proven, and that is too little. */
static void explain_shortfall(struct dna_verdict *v, const struct dna_finding *proof)
{
	const struct dna_floor *floor = v->choice->withstand_floor;
	const char *prooftype = proof->entry->prooftype->name;
	char roots[DNA_ROOTS_TEXT];

	dna_roots_write(v->short_of, roots);
	if (floor != NULL && !profile_demands(v->choice, v->short_of))
		dna_reason_write(v->reason,
				 "%s proves it, but whoever breaks %s could forge that, and the "
				 "floor at %s:%u demands that a proof withstands it",
				 prooftype, roots, floor->file, floor->line);
	else
		dna_reason_write(v->reason,
				 "%s proves it, but whoever breaks %s could forge that, and the "
				 "profile %s demands that a proof withstands it",
				 prooftype, roots, v->choice->profile->name);
	memcpy(v->rule, "POL-007", sizeof("POL-007"));
}

void dna_verdict_explain(struct dna_case *c, struct dna_verdict *v,
			 const struct dna_judgement *judgement,
			 const struct dna_outcome_of_findings *outcome)
{
	const struct dna_finding *decisive;

	if (outcome->decisive == SIZE_MAX && outcome->kind != DNA_VERDICT_UNPROVEN) {
		explain_dialback(v, judgement->dialback);
		return;
	}
	if (outcome->decisive == SIZE_MAX) {
		dna_reason_write(v->reason, "the profile %s has no prooftype that proves anything",
				 v->choice->profile->name);
		memcpy(v->rule, "POL-001", sizeof("POL-001"));
		return;
	}
	decisive = &c->findings[outcome->decisive];
	if (outcome->kind == DNA_VERDICT_UNPROVEN && decisive->result == DNA_PROVEN) {
		explain_shortfall(v, decisive);
		return;
	}
	memcpy(v->reason, decisive->reason, sizeof(v->reason));
	memcpy(v->rule, decisive->rule, sizeof(v->rule));
	v->vetoed = decisive->result == DNA_VETO;
	v->scope = decisive->scope;
	v->temporary = decisive->temporary;
	if (c->chain == NULL && c->chain_complaint[0] != '\0' && !v->vetoed) {
		dna_reason_write(v->reason, "what the peer presented cannot be read: %s",
				 c->chain_complaint);
		memcpy(v->rule, "PKIX-001", sizeof("PKIX-001"));
	}
}

/* ---- who ---- */

static void list_name(const char *names[DNA_PROFILE_MAX], size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(names[i], name) == 0)
			return;
	if (*count < DNA_PROFILE_MAX)
		names[(*count)++] = name;
}

/* Who proved it, through whom, and for how long. */
static void credit(struct dna_verdict *v, struct dna_finding *finding)
{
	list_name(v->by, &v->by_count, finding->entry->prooftype->name);
	if (finding->through != NULL)
		list_name(v->through, &v->through_count, finding->through);
	if (finding->not_after < v->not_after)
		v->not_after = finding->not_after;
}

/* What a delegator that the proof came through rests on ends when its evidence does. */
static void bound_by_delegators(struct dna_case *c, struct dna_verdict *v)
{
	for (size_t i = 0; i < c->choice.profile->delegator_count; i++)
		for (size_t j = 0; j < v->through_count; j++)
			if (strcmp(c->findings[i].entry->prooftype->name, v->through[j]) == 0 &&
			    c->findings[i].not_after < v->not_after)
				v->not_after = c->findings[i].not_after;
}

void dna_verdict_list_findings(struct dna_case *c, struct dna_verdict *v, unsigned stage)
{
	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		const struct dna_profile_entry *entry = c->findings[i].entry;
		bool prover = i >= c->choice.profile->delegator_count;

		if (!prover || entry->stage <= stage || c->findings[i].insists)
			v->findings[v->finding_count++] = &c->findings[i];
	}
}

void dna_verdict_credit(struct dna_case *c, struct dna_verdict *v, unsigned stage)
{
	for (size_t i = c->choice.profile->delegator_count; i < dna_case_entry_count(c); i++)
		if (c->findings[i].result == DNA_PROVEN && c->findings[i].entry->stage <= stage)
			credit(v, &c->findings[i]);
	bound_by_delegators(c, v);
}

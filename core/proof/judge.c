/* Judging: one prooftype at a time, and all of a profile, delegators first. */
#include "proof/judge.h"

size_t dna_case_entry_count(const struct dna_case *c)
{
	return c->choice.profile->delegator_count + c->choice.profile->prover_count;
}

const struct dna_profile_entry *dna_case_entry_at(const struct dna_case *c, size_t index)
{
	const struct dna_profile *profile = c->choice.profile;

	return index < profile->delegator_count
		       ? &profile->delegators[index]
		       : &profile->provers[index - profile->delegator_count];
}

bool dna_entry_may_veto(const struct dna_profile_entry *entry)
{
	return (entry->prooftype->does & DNA_VETOES) != 0;
}

/* What may veto and cannot tell whether it has to is no way around (SEC-002). */
static void find_failure(struct dna_finding *finding, const struct dna_profile_entry *entry, int r)
{
	if (dna_entry_may_veto(entry)) {
		dna_finding_insist(finding);
		dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, true);
	}
	dna_find(finding, dna_entry_may_veto(entry) ? DNA_VETO : DNA_ERROR, "POL-011",
		 "the prooftype %s failed: %s", entry->prooftype->name, dna_strerror(r));
}

void dna_judge(struct dna_case *c, struct dna_view *view, size_t index, struct dna_finding *finding)
{
	const struct dna_profile_entry *entry = dna_case_entry_at(c, index);
	int r = c->plan_errors[index];

	dna_finding_reset(finding, entry);
	view->params = entry->params;
	view->touched = false;
	c->view = view;
	if (r == 0)
		r = entry->prooftype->judge(c, finding);
	c->view = NULL;
	if (r != 0)
		find_failure(finding, entry, r);
	if (finding->result == DNA_VETO && !dna_entry_may_veto(entry))
		dna_find(finding, DNA_ERROR, "POL-011",
			 "the prooftype %s vetoed and does not say that it may",
			 entry->prooftype->name);
	if (finding->rule[0] == '\0' && r == 0)
		dna_find(finding, DNA_NONE, "POL-011", "it found nothing to say");
	finding->judged = true;
	finding->pending = view->touched;
}

void dna_judge_all(struct dna_case *c, struct dna_view *view)
{
	size_t delegators = c->choice.profile->delegator_count;

	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		view->delegators = i < delegators ? NULL : c->findings;
		view->delegator_count = i < delegators ? 0 : delegators;
		dna_judge(c, view, i, &c->findings[i]);
	}
	/* A prover that may rest on a delegation is as pending as the delegators are. */
	for (size_t i = 0; i < delegators; i++)
		for (size_t j = delegators; c->findings[i].pending && j < dna_case_entry_count(c);
		     j++)
			c->findings[j].pending |= c->findings[j].result != DNA_VETO;
}

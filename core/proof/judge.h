/* From evidence to the verdict: judging, and what follows from it. */
#ifndef DNA_PROOF_JUDGE_H
#define DNA_PROOF_JUDGE_H

#include "proof/case.h"
#include "proof/combine.h"

/* ---- judge.c ---- */
/* The prooftypes of the profile, delegators first: what they find is there for provers. */
size_t dna_case_entry_count(const struct dna_case *c);
const struct dna_profile_entry *dna_case_entry_at(const struct dna_case *c, size_t index);
bool dna_entry_may_veto(const struct dna_profile_entry *entry);
/* Have one prooftype judge what |view| shows. */
void dna_judge(struct dna_case *c, struct dna_view *view, size_t index,
	       struct dna_finding *finding);
/* Have all of them judge; the findings are those of the case. */
void dna_judge_all(struct dna_case *c, struct dna_view *view);

/* ---- ahead.c ---- */
/* Whether the endpoint may be connected to, as far as is known. */
void dna_endpoint_decide(struct dna_case *c, struct dna_endpoint *e);
/* A veto takes the endpoint out of the route; one over the whole attempt leaves no other. */
void dna_endpoint_bar(struct dna_case *c, struct dna_endpoint *e, enum dna_scope scope,
		      bool temporary, const char *rule, const char *reason);

/* ---- explain.c ---- */
/* Reason and rule of the verdict over what was presented. */
void dna_verdict_explain(struct dna_case *c, struct dna_verdict *v,
			 const struct dna_judgement *judgement,
			 const struct dna_outcome_of_findings *outcome);
/* The findings that count up to that stage. */
void dna_verdict_list_findings(struct dna_case *c, struct dna_verdict *v, unsigned stage);
/* All proofs up to that stage, since what the verdict withstands they withstand together. */
void dna_verdict_credit(struct dna_case *c, struct dna_verdict *v, unsigned stage);

#endif

/*
 * What follows from the findings: the verdict over what an endpoint presented, over an endpoint that
 * must not be spoken to, or over the whole attempt.
 */
#include "proof/judge.h"

#include <limits.h>
#include <string.h>

/* ---- dialback ---- */

static enum dna_dialback read_dialback(const struct dna_case *c, const char *name,
				       enum dna_dialback valid)
{
	const struct dna_item *item = dna_evidence_find(c->evidence, "dialback", name, 0);

	if (item == NULL)
		return DNA_DIALBACK_NONE;
	switch (dna_item_outcome(item)) {
	case DNA_ANSWERED:
		return valid;
	case DNA_DENIED:
		return DNA_DIALBACK_INVALID;
	default:
		return DNA_DIALBACK_FAILED;
	}
}

/* What was said of a stream in clear is no better on one with TLS (DB-019). */
static enum dna_dialback dialback(const struct dna_case *c)
{
	enum dna_dialback tls = read_dialback(c, DNA_DIALBACK_NAME_TLS, DNA_DIALBACK_TLS);

	return tls != DNA_DIALBACK_NONE
		       ? tls
		       : read_dialback(c, DNA_DIALBACK_NAME_CLEAR, DNA_DIALBACK_CLEAR);
}

/* ---- over what was presented ---- */

static unsigned stage_count(const struct dna_case *c)
{
	const struct dna_profile *profile = c->choice.profile;

	return profile->prover_count == 0 ? 0
					  : profile->provers[profile->prover_count - 1].stage + 1;
}

static bool is_vetoed(const struct dna_case *c, const struct dna_outcome_of_findings *outcome)
{
	return outcome->decisive != SIZE_MAX && c->findings[outcome->decisive].result == DNA_VETO;
}

static int judge_presented(struct dna_case *c, const struct dna_endpoint *e)
{
	struct dna_view view = { .endpoint = e, .chain = c->chain, .presented = true };
	struct dna_outcome_of_findings outcome;
	struct dna_judgement judgement;
	struct dna_verdict *v = &c->verdict;
	uint32_t short_of;
	size_t first;

	dna_judge_all(c, &view);
	judgement = (struct dna_judgement){ .findings = c->findings,
					    .delegator_count = c->choice.profile->delegator_count,
					    .count = dna_case_entry_count(c),
					    .stages = stage_count(c),
					    .demand = c->choice.demand,
					    .dialback = dialback(c) };
	dna_combine(&judgement, &outcome);
	if (outcome.pending)
		return DNA_E_AGAIN;
	*v = (struct dna_verdict){
		.kind = outcome.kind, .not_after = DNA_FOREVER, .endpoint = e, .choice = &c->choice
	};
	if (outcome.kind != DNA_VERDICT_PROVEN && !is_vetoed(c, &outcome))
		v->stage = UINT_MAX; /* more could have changed it */
	else
		v->stage = outcome.stage;
	short_of = dna_shortfall(&judgement, outcome.stage, &first);
	if (outcome.kind == DNA_VERDICT_PROVEN)
		dna_rests(&judgement, outcome.stage, &v->rests);
	else if (short_of != DNA_SHORT_OF_PROOF && !is_vetoed(c, &outcome))
		v->short_of = short_of;
	dna_verdict_explain(c, v, &judgement, &outcome);
	dna_verdict_list_findings(c, v, outcome.stage);
	if (outcome.kind == DNA_VERDICT_PROVEN)
		dna_verdict_credit(c, v, outcome.stage);
	return 0;
}

/* ---- over the whole attempt ---- */

static enum dna_verdict_kind kind_of(const struct dna_obstacle *obstacle)
{
	if (obstacle->temporary)
		return DNA_VERDICT_UNDECIDED;
	return obstacle->veto ? DNA_VERDICT_VETO : DNA_VERDICT_UNPROVEN;
}

static void obstacle_verdict(struct dna_case *c, const struct dna_obstacle *obstacle,
			     enum dna_scope scope)
{
	struct dna_verdict *v = &c->verdict;

	*v = (struct dna_verdict){ .kind = kind_of(obstacle),
				   .vetoed = obstacle->veto,
				   .scope = scope,
				   .temporary = obstacle->temporary,
				   .not_after = DNA_FOREVER,
				   .choice = &c->choice };
	memcpy(v->reason, obstacle->reason, sizeof(v->reason));
	memcpy(v->rule, obstacle->rule, sizeof(v->rule));
}

/* A veto that lasts outweighs what may pass, and that outweighs what is simply not there. */
static int weight(const struct dna_obstacle *obstacle)
{
	if (obstacle->veto && !obstacle->temporary)
		return 3;
	return obstacle->temporary ? 2 : 1;
}

/*
 * The verdict over an endpoint that was not, or must not be, spoken to; of a veto, with what led to
 * it.
 */
static void endpoint_verdict(struct dna_case *c, const struct dna_endpoint *e)
{
	struct dna_view view = { .endpoint = e };
	struct dna_verdict *v = &c->verdict;

	obstacle_verdict(c, &e->obstacle, DNA_SCOPE_ENDPOINT);
	if (!e->obstacle.veto)
		return;
	dna_judge_all(c, &view);
	for (size_t i = 0; i < dna_case_entry_count(c); i++)
		if (!c->findings[i].pending)
			v->findings[v->finding_count++] = &c->findings[i];
}

/* In a recording nobody will connect any more. */
static void nobody_connected(struct dna_case *c, const struct dna_endpoint *e)
{
	struct dna_obstacle obstacle;

	dna_obstruct(&obstacle, false, true, "FLOW-013", "nothing that %s:%u presented is known",
		     e->host, e->port);
	obstacle_verdict(c, &obstacle, DNA_SCOPE_ENDPOINT);
}

static int conclude(struct dna_case *c)
{
	const struct dna_endpoint *worst = NULL;

	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct dna_endpoint *e = &c->endpoints[i];

		if (e->decision != DNA_SKIP && e->decision != DNA_UNREACHABLE) {
			if (!c->replayed)
				return DNA_E_AGAIN; /* there is one to try */
			nobody_connected(c, e);
			return 0;
		}
		if (worst == NULL || weight(&e->obstacle) > weight(&worst->obstacle))
			worst = e;
	}
	if (worst == NULL)
		return DNA_E_AGAIN;
	endpoint_verdict(c, worst);
	return 0;
}

/* ---- which of them ---- */

static void limit_verdict(struct dna_case *c)
{
	struct dna_obstacle obstacle;

	dna_obstruct(
		&obstacle, true, false, "SEC-006",
		"the evidence for %s asks for more than a case may: %d questions, %d rounds deep",
		c->domain, DNA_NEEDS_MAX, DNA_ROUNDS_MAX);
	obstacle_verdict(c, &obstacle, DNA_SCOPE_ATTEMPT);
}

/*
 * An endpoint over whose own certificate there was a veto is not an endpoint any more, whatever it
 * presents next.
 */
static void bar_endpoint(struct dna_case *c)
{
	struct dna_endpoint *e = &c->endpoints[c->in_use];
	struct dna_verdict *v = &c->verdict;

	if (e->barred && !v->vetoed) {
		obstacle_verdict(c, &e->obstacle, DNA_SCOPE_ENDPOINT);
		v->endpoint = e;
	}
	if (!v->vetoed || e->obstacle.stands)
		return;
	dna_endpoint_bar(c, e, v->scope, v->temporary, v->rule, v->reason);
	e->decision = DNA_SKIP;
	e->barred = true;
}

static int presented_verdict(struct dna_case *c)
{
	struct dna_endpoint *e = c->in_use < c->endpoint_count ? &c->endpoints[c->in_use] : NULL;
	int r;

	if (c->role == DNA_INITIATING && e == NULL)
		return conclude(c);
	if (e != NULL && !e->barred &&
	    (e->decision == DNA_SKIP || e->decision == DNA_UNREACHABLE)) {
		endpoint_verdict(c, e);
		c->verdict.endpoint = e;
		return 0;
	}
	if (e != NULL && e->decision == DNA_PENDING)
		return DNA_E_AGAIN;
	r = judge_presented(c, e);
	if (r == 0 && e != NULL)
		bar_endpoint(c);
	return r;
}

int dna_case_verdict(struct dna_case *c, const struct dna_verdict **verdict)
{
	int r = dna_case_advance(c);

	if (r != 0)
		return r;
	if (c->decided)
		goto out;
	if (c->limited) {
		limit_verdict(c);
	} else if (c->role == DNA_INITIATING && !c->routed) {
		return DNA_E_AGAIN;
	} else if (c->attempt.stands) {
		obstacle_verdict(c, &c->attempt, DNA_SCOPE_ATTEMPT);
	} else {
		r = c->presented ? presented_verdict(c) : conclude(c);
		if (r != 0)
			return r;
	}
	c->decided = true;
out:
	*verdict = &c->verdict;
	return 0;
}

/* PLAN - GATHER - JUDGE - COMBINE, without IO: brings a case up to date with its evidence. */
#include "proof/case.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

size_t dna_case_entry_count(const struct dna_case *c)
{
	return c->choice.profile->delegator_count + c->choice.profile->prover_count;
}

/* Delegators first: what they find is there for provers. */
static const struct dna_profile_entry *entry_at(const struct dna_case *c, size_t index)
{
	const struct dna_profile *profile = c->choice.profile;

	return index < profile->delegator_count
		       ? &profile->delegators[index]
		       : &profile->provers[index - profile->delegator_count];
}

/* ---- plan ---- */

static void plan(struct dna_case *c)
{
	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		const struct dna_profile_entry *entry = entry_at(c, i);
		struct dna_view view = { .params = entry->params,
					 .chain = c->chain,
					 .presented = c->presented };
		struct dna_plan request = { .c = c };
		int r;

		if (entry->prooftype->plan == NULL)
			continue;
		if (c->in_use < c->endpoint_count)
			view.endpoint = &c->endpoints[c->in_use];
		c->view = &view;
		r = entry->prooftype->plan(c, &request);
		c->view = NULL;
		c->plan_errors[i] = r != 0 ? r : request.error;
	}
}

/* ---- judge ---- */

static bool may_veto(const struct dna_profile_entry *entry)
{
	return (entry->prooftype->does & DNA_VETOES) != 0;
}

/* What may veto and cannot tell whether it has to is no way around (SEC-002). */
static void find_failure(struct dna_finding *finding, const struct dna_profile_entry *entry, int r)
{
	if (may_veto(entry)) {
		dna_finding_insist(finding);
		dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, true);
	}
	dna_find(finding, may_veto(entry) ? DNA_VETO : DNA_ERROR, "POL-011",
		 "the prooftype %s failed: %s", entry->prooftype->name, dna_strerror(r));
}

static void judge(struct dna_case *c, struct dna_view *view, size_t index,
		  struct dna_finding *finding)
{
	const struct dna_profile_entry *entry = entry_at(c, index);
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
	if (finding->result == DNA_VETO && !may_veto(entry))
		dna_find(finding, DNA_ERROR, "POL-011",
			 "the prooftype %s vetoed and does not say that it may",
			 entry->prooftype->name);
	if (finding->rule[0] == '\0' && r == 0)
		dna_find(finding, DNA_NONE, "POL-011", "it found nothing to say");
	finding->judged = true;
	finding->pending = view->touched;
}

/* ---- the route: what is known of each endpoint before it presents anything ---- */

/* A veto takes the endpoint out of the route; one over the whole attempt leaves no other. */
static void bar(struct dna_case *c, struct dna_endpoint *e, enum dna_scope scope, bool temporary,
		const char *rule, const char *reason)
{
	dna_obstruct(&e->obstacle, true, temporary, rule, "%s", reason);
	if (scope == DNA_SCOPE_ATTEMPT && !c->attempt.stands)
		c->attempt = e->obstacle;
}

static void apply(struct dna_case *c, struct dna_endpoint *e, const struct dna_finding *finding)
{
	if (finding->pending) {
		e->settled = false;
		return;
	}
	e->tls_required |= finding->tls_required;
	if (finding->result != DNA_VETO || e->obstacle.stands)
		return;
	bar(c, e, finding->scope, finding->temporary, finding->rule, finding->reason);
}

/* Ask the prooftypes that may veto, without a certificate. */
static void look_ahead(struct dna_case *c, struct dna_endpoint *e)
{
	struct dna_view view = { .endpoint = e };
	struct dna_finding finding = { .judged = false };

	for (size_t i = c->choice.profile->delegator_count; i < dna_case_entry_count(c); i++) {
		if (!may_veto(entry_at(c, i)))
			continue;
		judge(c, &view, i, &finding);
		apply(c, e, &finding);
	}
	dna_finding_reset(&finding, NULL);
}

static const struct dna_item *connection(const struct dna_case *c, const struct dna_endpoint *e)
{
	char name[DNA_NAME_MAX + 32];

	snprintf(name, sizeof(name), "%s %u %s", e->host, e->port, dna_tls_name(e->tls));
	return dna_evidence_find(c->evidence, "connection", name, 0);
}

static void decide(struct dna_case *c, struct dna_endpoint *e)
{
	const struct dna_item *tried = connection(c, e);

	e->settled = e->resolved;
	if (!e->resolved) {
		e->decision = DNA_PENDING;
		return;
	}
	if (!e->obstacle.stands)
		look_ahead(c, e);
	if (e->obstacle.stands) {
		e->decision = DNA_SKIP;
		e->settled = true;
	} else if (tried != NULL && dna_item_outcome(tried) == DNA_FAILED) {
		e->decision = DNA_UNREACHABLE;
		dna_obstruct(&e->obstacle, false, true, "DELEG-005", "%s", dna_item_reason(tried));
		e->settled = true;
	} else {
		e->decision = DNA_CONNECT;
	}
}

/* ---- bringing up to date ---- */

int dna_case_advance(struct dna_case *c)
{
	size_t before;
	int r = 0;

	if (!c->stale)
		return 0;
	r = dna_case_read_crls(c);
	if (r != 0)
		return r;
	do {
		before = c->asked_count;
		dna_case_settle(c);
		r = dna_route_plan(c);
		if (r == DNA_E_LIMIT)
			r = 0; /* noted: it fails closed as a veto */
		if (r != 0)
			return r;
		plan(c);
	} while (dna_case_settle(c) || c->asked_count != before);
	for (size_t i = 0; i < c->endpoint_count && c->routed && c->role == DNA_INITIATING; i++)
		if (c->endpoints[i].decision != DNA_SKIP &&
		    c->endpoints[i].decision != DNA_UNREACHABLE)
			decide(c, &c->endpoints[i]);
	c->stale = false;
	c->decided = false;
	return 0;
}

/* ---- the verdict for what was presented ---- */

static unsigned stage_count(const struct dna_case *c)
{
	const struct dna_profile *profile = c->choice.profile;

	return profile->prover_count == 0 ? 0
					  : profile->provers[profile->prover_count - 1].stage + 1;
}

static void judge_all(struct dna_case *c, struct dna_view *view)
{
	size_t delegators = c->choice.profile->delegator_count;

	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		view->delegators = i < delegators ? NULL : c->findings;
		view->delegator_count = i < delegators ? 0 : delegators;
		judge(c, view, i, &c->findings[i]);
	}
	/* A prover that may rest on a delegation is as pending as the delegators are. */
	for (size_t i = 0; i < delegators; i++)
		for (size_t j = delegators; c->findings[i].pending && j < dna_case_entry_count(c);
		     j++)
			c->findings[j].pending |= c->findings[j].result != DNA_VETO;
}

static void list_name(const char *names[DNA_PROFILE_MAX], size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(names[i], name) == 0)
			return;
	if (*count < DNA_PROFILE_MAX)
		names[(*count)++] = name;
}

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

/* ---- saying why ---- */

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

static void explain(struct dna_case *c, struct dna_verdict *v,
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

static void list_findings(struct dna_case *c, struct dna_verdict *v, unsigned stage)
{
	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		const struct dna_profile_entry *entry = c->findings[i].entry;
		bool prover = i >= c->choice.profile->delegator_count;

		if (!prover || entry->stage <= stage || c->findings[i].insists)
			v->findings[v->finding_count++] = &c->findings[i];
	}
}

/* All proofs up to that stage, since what the verdict withstands they withstand together. */
static void credit_all(struct dna_case *c, struct dna_verdict *v, unsigned stage)
{
	for (size_t i = c->choice.profile->delegator_count; i < dna_case_entry_count(c); i++)
		if (c->findings[i].result == DNA_PROVEN && c->findings[i].entry->stage <= stage)
			credit(v, &c->findings[i]);
	bound_by_delegators(c, v);
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

	judge_all(c, &view);
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
	explain(c, v, &judgement, &outcome);
	list_findings(c, v, outcome.stage);
	if (outcome.kind == DNA_VERDICT_PROVEN)
		credit_all(c, v, outcome.stage);
	return 0;
}

/* ---- the verdict for the whole attempt ---- */

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
	judge_all(c, &view);
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

/* ---- the verdict ---- */

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
	bar(c, e, v->scope, v->temporary, v->rule, v->reason);
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

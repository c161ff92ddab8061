/* Looking ahead: what is known of an endpoint before it has presented anything. */
#include "proof/judge.h"

#include <stdio.h>

void dna_endpoint_bar(struct dna_case *c, struct dna_endpoint *e, enum dna_scope scope,
		      bool temporary, const char *rule, const char *reason)
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
	dna_endpoint_bar(c, e, finding->scope, finding->temporary, finding->rule, finding->reason);
}

/* Ask the prooftypes that may veto, without a certificate. */
static void look_ahead(struct dna_case *c, struct dna_endpoint *e)
{
	struct dna_view view = { .endpoint = e };
	struct dna_finding finding = { .judged = false };

	for (size_t i = c->choice.profile->delegator_count; i < dna_case_entry_count(c); i++) {
		if (!dna_entry_may_veto(dna_case_entry_at(c, i)))
			continue;
		dna_judge(c, &view, i, &finding);
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

void dna_endpoint_decide(struct dna_case *c, struct dna_endpoint *e)
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

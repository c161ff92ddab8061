/*
 * PLAN - GATHER - JUDGE - COMBINE, without IO. Here a case is brought up to date with its evidence:
 * all prooftypes plan until none has more to ask for, and then it is decided which endpoints may be
 * connected to.
 */
#include "proof/judge.h"
#include "proof/route.h"

static void plan(struct dna_case *c)
{
	for (size_t i = 0; i < dna_case_entry_count(c); i++) {
		const struct dna_profile_entry *entry = dna_case_entry_at(c, i);
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
			dna_endpoint_decide(c, &c->endpoints[i]);
	c->stale = false;
	c->decided = false;
	return 0;
}

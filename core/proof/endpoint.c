/* The route and its endpoints, as the application and plugins see them. */
#include "proof/case.h"
#include "base/name.h"

/* ---- what the application sees ---- */

const char *dna_decision_name(enum dna_decision decision)
{
	static const char *const words[] = { "pending", "connect", "skip", "unreachable" };

	return (size_t)decision < sizeof(words) / sizeof(words[0]) ? words[decision] : "?";
}

void dna_case_shuffle(struct dna_case *c, uint64_t seed)
{
	c->seed = seed;
	if (c->shadow != NULL)
		c->shadow->seed = seed;
}

int dna_case_route(struct dna_case *c, size_t *count)
{
	int r = dna_case_advance(c);

	if (r != 0)
		return r;
	if (!c->routed)
		return DNA_E_AGAIN;
	if (c->attempt.stands || c->endpoint_count == 0)
		return DNA_E_NOTFOUND;
	*count = c->endpoint_count;
	return 0;
}

int dna_case_hop(struct dna_case *c, size_t index, struct dna_hop *hop)
{
	struct dna_endpoint *e;
	int r = dna_case_advance(c);

	if (r != 0)
		return r;
	if (index >= c->endpoint_count)
		return DNA_E_NOTFOUND;
	e = &c->endpoints[index];
	*hop = (struct dna_hop){ .endpoint = e,
				 .decision = e->decision,
				 .settled = e->settled,
				 .tls_required = e->tls_required,
				 .reason = e->obstacle.stands ? e->obstacle.reason : "",
				 .rule = e->obstacle.stands ? e->obstacle.rule : "" };
	if (c->attempt.stands) {
		hop->decision = DNA_SKIP;
		hop->settled = true;
		hop->tls_required = false;
		hop->reason = c->attempt.reason;
		hop->rule = c->attempt.rule;
	}
	return 0;
}

size_t dna_case_address_count(const struct dna_case *c, size_t index)
{
	return index < c->endpoint_count ? c->endpoints[index].address_count : 0;
}

const char *dna_case_address_at(const struct dna_case *c, size_t index, size_t which)
{
	return which < dna_case_address_count(c, index) ? c->endpoints[index].addresses[which]
							: NULL;
}

/* ---- what plugins see ---- */

size_t dna_case_endpoint_count(const struct dna_case *c)
{
	if (!c->routed && c->view != NULL)
		c->view->touched = true;
	return c->routed ? c->endpoint_count : 0;
}

bool dna_case_endpoints_known(const struct dna_case *c, const char **why, bool *temporary)
{
	if (!c->routed && c->view != NULL)
		c->view->touched = true;
	if (!c->unknown.stands)
		return true;
	*why = c->unknown.reason;
	*temporary = c->unknown.temporary;
	return false;
}

const struct dna_endpoint *dna_case_endpoint_at(const struct dna_case *c, size_t index)
{
	return index < c->endpoint_count ? &c->endpoints[index] : NULL;
}

const struct dna_endpoint *dna_case_endpoint(const struct dna_case *c)
{
	if (c->view != NULL)
		return c->view->endpoint;
	return c->in_use < c->endpoint_count ? &c->endpoints[c->in_use] : NULL;
}

const char *dna_endpoint_host(const struct dna_endpoint *e)
{
	return e->host;
}

bool dna_endpoint_is_address(const struct dna_endpoint *e)
{
	return dna_name_is_address(e->host);
}

uint16_t dna_endpoint_port(const struct dna_endpoint *e)
{
	return e->port;
}

enum dna_tls dna_endpoint_tls(const struct dna_endpoint *e)
{
	return e->tls;
}

enum dna_endpoint_source dna_endpoint_source(const struct dna_endpoint *e)
{
	return e->source;
}

enum dna_security dna_endpoint_security(const struct dna_endpoint *e)
{
	return e->security;
}

size_t dna_endpoint_root_count(const struct dna_endpoint *e)
{
	return e->source == DNA_ENDPOINT_REDIRECT ? e->of->redirect.rests.count : 0;
}

uint32_t dna_endpoint_roots_at(const struct dna_endpoint *e, size_t index)
{
	return index < dna_endpoint_root_count(e) ? e->of->redirect.rests.roots[index] : 0;
}

int64_t dna_endpoint_not_after(const struct dna_endpoint *e)
{
	return e->not_after;
}

enum dna_security dna_endpoint_address_security(const struct dna_endpoint *e)
{
	/* Nobody asks for addresses to receive. */
	if (!e->resolved && e->of->view != NULL && e->of->role == DNA_INITIATING)
		e->of->view->touched = true;
	return e->address_security;
}

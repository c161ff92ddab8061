/*
 * Who named an endpoint, and how securely: for one that was given, what the domain's SRV records say
 * of it.
 */
#include "proof/route.h"
#include "base/name.h"

void dna_endpoint_mark_redirect(const struct dna_case *c, struct dna_endpoint *e)
{
	if (c->redirect.host[0] == '\0' || e->source == DNA_ENDPOINT_OTHER)
		return;
	e->source = DNA_ENDPOINT_REDIRECT;
	if (c->redirect.rests.count == 0)
		e->security = dna_security_worse(e->security, DNA_INSECURE);
}

/* ---- an endpoint that was given ---- */

static bool names_endpoint(const struct dna_srv_answer *srv, const struct dna_endpoint *e,
			   struct dna_srv *record)
{
	if (srv->says != DNA_SRV_RECORDS)
		return false;
	for (size_t i = 0; i < dna_item_count(srv->answer.item); i++)
		if (dna_srv_read(dna_item_data(srv->answer.item, i), record) == 0 &&
		    record->port == e->port && dna_name_equal(record->target, e->host))
			return true;
	return false;
}

/*
 * DELEG-005: the domain itself, unless there are SRV records of the other kind. These are not asked
 * for; but where the answer is known, as in the recording of an attempt, it counts as it did then.
 */
static void recognise_fallback(struct dna_case *c, struct dna_endpoint *e)
{
	struct dna_answer direct;
	char owner[DNA_SRV_OWNER_ROOM];
	enum dna_srv_says says;

	dna_srv_owner(c, DNA_DIRECT_TLS, owner);
	dna_case_answer(c, owner, DNA_RR_SRV, &direct);
	says = dna_srv_read_answer(&direct);
	if (says == DNA_SRV_RECORDS || says == DNA_SRV_NOT_OFFERED)
		return;
	e->source = DNA_ENDPOINT_FALLBACK;
	if (says != DNA_SRV_DENIED)
		return;
	e->security = dna_security_worse(e->security, direct.security);
	if (direct.not_after < e->not_after)
		e->not_after = direct.not_after;
}

void dna_endpoint_recognise(struct dna_case *c, const struct dna_srv_answer *srv)
{
	struct dna_endpoint *e = &c->endpoints[0];
	struct dna_srv record;

	e->not_after = srv->answer.item != NULL ? srv->answer.not_after : DNA_FOREVER;
	e->security = srv->answer.security;
	e->source = DNA_ENDPOINT_OTHER;
	if (names_endpoint(srv, e, &record))
		e->source = DNA_ENDPOINT_SRV;
	else if (srv->says == DNA_SRV_DENIED && dna_name_equal(e->host, dna_route_followed(c)) &&
		 e->port == dna_route_default_port(c) && e->tls == DNA_STARTTLS)
		recognise_fallback(c, e);
	dna_endpoint_mark_redirect(c, e);
}

/* ---- how securely ---- */

/* The endpoint that it is about, once one is. */
static const struct dna_endpoint *subject_of(const struct dna_case *c)
{
	if (c->in_use < c->endpoint_count)
		return &c->endpoints[c->in_use];
	return c->endpoint_given && c->routed ? &c->endpoints[0] : NULL;
}

static enum dna_security security_of_srv(const struct dna_case *c)
{
	enum dna_security security = DNA_SECURE;
	bool any = false;

	for (int tls = DNA_STARTTLS; tls <= DNA_DIRECT_TLS; tls++) {
		struct dna_answer answer;
		char owner[DNA_SRV_OWNER_ROOM];

		dna_srv_owner(c, (enum dna_tls)tls, owner);
		dna_case_answer(c, owner, DNA_RR_SRV, &answer);
		if (answer.item == NULL && answer.links == 0)
			continue;
		security = dna_security_worse(security, answer.security);
		any = true;
	}
	return any ? security : DNA_INDETERMINATE;
}

enum dna_security dna_route_security(const struct dna_case *c, uint32_t *roots)
{
	const struct dna_endpoint *e = subject_of(c);
	enum dna_security security = e != NULL ? e->security : security_of_srv(c);

	if (security != DNA_SECURE ||
	    (e != NULL && (e->source == DNA_ENDPOINT_OTHER || e->source == DNA_ENDPOINT_REDIRECT)))
		*roots = 0;
	else if (e != NULL && e->source == DNA_ENDPOINT_CONFIGURED)
		*roots = DNA_ROOT_CONFIG; /* DELEG-016 */
	else
		*roots = DNA_ROOT_DNSSEC;
	return security;
}

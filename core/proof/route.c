/*
 * Where one may connect at all: SRV answers become endpoints (RFC 6120 section 3.2, RFC 7673
 * section 3, XEP-0368), and what DNSSEC says of them decides which may be used.
 */
#include "proof/case.h"
#include "base/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* DELEG-001 */
static const char *const labels[2][2] = {
	[DNA_XMPP_CLIENT] = { [DNA_STARTTLS] = "_xmpp-client", [DNA_DIRECT_TLS] = "_xmpps-client" },
	[DNA_XMPP_SERVER] = { [DNA_STARTTLS] = "_xmpp-server", [DNA_DIRECT_TLS] = "_xmpps-server" },
};
static const uint16_t default_ports[] = { [DNA_XMPP_CLIENT] = 5222, [DNA_XMPP_SERVER] = 5269 };

#define OWNER_ROOM (DNA_NAME_MAX + 24)

/* Whose SRV records are followed: the domain, or the host that it has sent us to (FLOW-026). */
static const char *followed(const struct dna_case *c)
{
	return c->redirect.host[0] != '\0' ? c->redirect.host : c->domain;
}

static void owner_of(const struct dna_case *c, enum dna_tls tls, char owner[OWNER_ROOM])
{
	snprintf(owner, OWNER_ROOM, "%s._tcp.%s", labels[c->service][tls], followed(c));
}

/* ---- what one SRV answer says ---- */

enum srv_says { NOT_ASKED, PENDING, BAD, RECORDS, NOT_OFFERED, DENIED };

struct srv {
	enum srv_says says;
	enum dna_tls tls;
	char owner[OWNER_ROOM];
	struct dna_answer answer;
};

/* By the operator (DELEG-016), or by a redirection with a port: nothing else names an endpoint. */
static bool is_settled(const struct dna_case *c)
{
	return c->endpoint_given && (c->endpoints[0].source == DNA_ENDPOINT_CONFIGURED ||
				     c->endpoints[0].source == DNA_ENDPOINT_REDIRECT);
}

static bool wanted(const struct dna_case *c, enum dna_tls tls)
{
	if (is_settled(c) || dna_name_is_address(followed(c)))
		return false; /* DELEG-016, PKIX-022 */
	return !c->endpoint_given || c->endpoints[0].tls == tls;
}

/* A single "." says that the service is not offered; among other records it is skipped. */
static bool offers(const struct dna_srv *srv)
{
	return strcmp(srv->target, ".") != 0 && srv->port != 0;
}

static enum srv_says read_answer(const struct dna_answer *answer)
{
	enum srv_says says = NOT_OFFERED; /* DELEG-004 */
	struct dna_srv srv;

	if (answer->item == NULL)
		return answer->links > DNA_ALIAS_MAX ? BAD : PENDING;
	/* DELEG-007, DELEG-018: failing to learn, or to validate, is never denial. */
	if (answer->outcome == DNA_FAILED || answer->security > DNA_INSECURE)
		return BAD;
	if (answer->outcome == DNA_DENIED)
		return DENIED;
	if (dna_item_count(answer->item) == 0)
		return BAD; /* an answer without records is none */
	for (size_t i = 0; i < dna_item_count(answer->item); i++) {
		if (dna_srv_read(dna_item_data(answer->item, i), &srv) != 0)
			return BAD;
		if (offers(&srv))
			says = RECORDS;
	}
	return says;
}

static int look_up(struct dna_case *c, enum dna_tls tls, struct srv *srv)
{
	int r;

	*srv = (struct srv){ .says = NOT_ASKED, .tls = tls };
	if (!wanted(c, tls))
		return 0;
	owner_of(c, tls, srv->owner);
	if (strlen(srv->owner) > DNA_NAME_MAX) {
		/* DANE-026, by analogy: a name that DNS cannot hold has no records. */
		srv->says = DENIED;
		srv->answer.security = DNA_INSECURE;
		return 0;
	}
	r = dna_case_ask(c, "dns", srv->owner, DNA_RR_SRV);
	if (r != 0)
		return r;
	dna_case_answer(c, srv->owner, DNA_RR_SRV, &srv->answer);
	srv->says = read_answer(&srv->answer);
	return 0;
}

/* ---- endpoints ---- */

void dna_case_clear_endpoints(struct dna_case *c)
{
	for (size_t i = 0; i < c->endpoint_count; i++)
		free(c->endpoints[i].host);
	free(c->endpoints);
	c->endpoints = NULL;
	c->endpoint_count = 0;
}

/* DANE-028: what only a redirection leads to is named no better than that is proven. */
static void mark_redirect(const struct dna_case *c, struct dna_endpoint *e)
{
	if (c->redirect.host[0] == '\0' || e->source == DNA_ENDPOINT_OTHER)
		return;
	e->source = DNA_ENDPOINT_REDIRECT;
	if (c->redirect.rests.count == 0)
		e->security = dna_security_worse(e->security, DNA_INSECURE);
}

static int add_endpoint(struct dna_case *c, const struct dna_endpoint *like, const char *host)
{
	struct dna_endpoint *grown =
		realloc(c->endpoints, (c->endpoint_count + 1) * sizeof(*grown));

	if (grown == NULL)
		return DNA_E_NOMEM;
	c->endpoints = grown;
	grown[c->endpoint_count] = *like;
	grown[c->endpoint_count].of = c;
	grown[c->endpoint_count].address_security = DNA_INDETERMINATE;
	mark_redirect(c, &grown[c->endpoint_count]);
	grown[c->endpoint_count].host = strdup(host);
	if (grown[c->endpoint_count].host == NULL)
		return DNA_E_NOMEM;
	c->endpoint_count++;
	return 0;
}

/* DELEG-020: each endpoint keeps the security of the answer that named it. */
static int add_records(struct dna_case *c, const struct srv *srv)
{
	int r = 0;

	if (srv->says != RECORDS)
		return 0;
	for (size_t i = 0; r == 0 && i < dna_item_count(srv->answer.item); i++) {
		struct dna_endpoint like = { .tls = srv->tls,
					     .source = DNA_ENDPOINT_SRV,
					     .security = srv->answer.security,
					     .not_after = srv->answer.not_after };
		struct dna_srv record;

		r = dna_srv_read(dna_item_data(srv->answer.item, i), &record);
		if (r != 0 || !offers(&record))
			continue;
		like.port = record.port;
		like.priority = record.priority;
		like.weight = record.weight;
		r = add_endpoint(c, &like, record.target);
	}
	return r;
}

/* DELEG-005: no SRV record at all. */
static int add_fallback(struct dna_case *c, const struct srv srv[2])
{
	struct dna_endpoint like = { .tls = DNA_STARTTLS,
				     .source = DNA_ENDPOINT_FALLBACK,
				     .port = default_ports[c->service],
				     .security = dna_security_worse(srv[0].answer.security,
								    srv[1].answer.security),
				     .not_after = DNA_FOREVER };

	for (size_t i = 0; i < 2; i++)
		if (srv[i].answer.item != NULL && srv[i].answer.not_after < like.not_after)
			like.not_after = srv[i].answer.not_after;
	return add_endpoint(c, &like, followed(c));
}

/* SEC-006: a bound fails closed. */
static bool has_too_many(struct dna_case *c, const struct srv srv[2])
{
	size_t records = 0;

	for (size_t i = 0; i < 2; i++)
		if (srv[i].says == RECORDS)
			records += dna_item_count(srv[i].answer.item);
	if (records <= DNA_SRV_MAX)
		return false;
	dna_obstruct(&c->attempt, true, false, "SEC-006",
		     "%s has %zu SRV records; at most %d are taken", followed(c), records,
		     DNA_SRV_MAX);
	return true;
}

/* DELEG-002: both kinds, merged; all of them or none. */
static int take_records(struct dna_case *c, const struct srv srv[2])
{
	int r = add_records(c, &srv[DNA_STARTTLS]);

	if (r == 0)
		r = add_records(c, &srv[DNA_DIRECT_TLS]);
	if (r == 0)
		dna_endpoints_order(c->endpoints, c->endpoint_count, c->seed);
	else
		dna_case_clear_endpoints(c);
	return r;
}

/* ---- a given endpoint: who named it? ---- */

static bool names_endpoint(const struct srv *srv, const struct dna_endpoint *e,
			   struct dna_srv *record)
{
	if (srv->says != RECORDS)
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
	char owner[OWNER_ROOM];
	enum srv_says says;

	owner_of(c, DNA_DIRECT_TLS, owner);
	dna_case_answer(c, owner, DNA_RR_SRV, &direct);
	says = read_answer(&direct);
	if (says == RECORDS || says == NOT_OFFERED)
		return;
	e->source = DNA_ENDPOINT_FALLBACK;
	if (says != DENIED)
		return;
	e->security = dna_security_worse(e->security, direct.security);
	if (direct.not_after < e->not_after)
		e->not_after = direct.not_after;
}

/* DELEG-011 */
static void recognise(struct dna_case *c, const struct srv *srv)
{
	struct dna_endpoint *e = &c->endpoints[0];
	struct dna_srv record;

	e->not_after = srv->answer.item != NULL ? srv->answer.not_after : DNA_FOREVER;
	e->security = srv->answer.security;
	e->source = DNA_ENDPOINT_OTHER;
	if (names_endpoint(srv, e, &record))
		e->source = DNA_ENDPOINT_SRV;
	else if (srv->says == DENIED && dna_name_equal(e->host, followed(c)) &&
		 e->port == default_ports[c->service] && e->tls == DNA_STARTTLS)
		recognise_fallback(c, e);
	mark_redirect(c, e);
}

/* PKIX-022: a domain that is an address is there and nowhere else. */
static int use_address(struct dna_case *c)
{
	const struct dna_endpoint like = { .tls = DNA_STARTTLS,
					   .source = DNA_ENDPOINT_FALLBACK,
					   .port = default_ports[c->service],
					   .security = DNA_INSECURE,
					   .not_after = DNA_FOREVER };

	if (c->role == DNA_RECEIVING || is_settled(c))
		return 0;
	if (!c->endpoint_given)
		return add_endpoint(c, &like, c->domain);
	c->endpoints[0].security = DNA_INSECURE;
	if (strcmp(c->endpoints[0].host, c->domain) == 0)
		c->endpoints[0].source = DNA_ENDPOINT_FALLBACK;
	return 0;
}

/* ---- table 2.2: what the SRV answers lead to ---- */

enum next { WAIT, USE_IT, TAKE_RECORDS, FALL_BACK, STOP, ABORT };

/*
 * Answers for both kinds of SRV records, taken together: the first row whose answer is among them
 * counts (DELEG-019: or an attacker could suppress one kind). Secure and insecure answers lead to
 * the same endpoints; what they differ in, reference domains and TLSA records, is in the tables of
 * dnssec-srv and dane.
 */
static const struct row {
	enum srv_says answer;
	enum next next;
	const char *rule;
} rows[] = {
	{ PENDING, WAIT, "FLOW-003" },
	{ BAD, ABORT, "DELEG-007" }, /* bogus, indeterminate, error: ERR-07 */
	{ RECORDS, TAKE_RECORDS, "DELEG-002" },
	{ NOT_OFFERED, STOP, "DELEG-004" }, /* a single "." */
	{ DENIED, FALL_BACK, "DELEG-005" },
	{ NOT_ASKED, USE_IT,
	  "DELEG-016" }, /* configured host, an address, or a redirection to a port */
};

static const struct row *look_up_row(const struct srv srv[2], const struct srv **decisive)
{
	const struct row *row = rows;

	while (row->answer != srv[0].says && row->answer != srv[1].says)
		row++;
	*decisive = &srv[row->answer != srv[0].says];
	return row;
}

/*
 * ERR-07: the whole attempt, no other targets, no fallback. It decides where to connect; nobody
 * connects to receive, and there some endpoints are not known.
 */
static int give_up(struct dna_case *c, const struct srv srv[2], const struct srv *bad,
		   const char *rule)
{
	bool bogus = bad->answer.security == DNA_BOGUS;

	dna_obstruct(c->role == DNA_RECEIVING ? &c->unknown : &c->attempt, true, !bogus, rule,
		     "the SRV lookup of %s %s: %s", bad->owner, bogus ? "is bogus" : "failed",
		     bad->answer.reason[0] != '\0' ? bad->answer.reason
						   : "a record in it cannot be read");
	return c->role == DNA_RECEIVING && !has_too_many(c, srv) ? take_records(c, srv) : 0;
}

static void stop(struct dna_case *c, const char *rule)
{
	dna_obstruct(&c->attempt, false, false, rule,
		     "%s says by its SRV records that the service %s is not offered", followed(c),
		     dna_service_name(c->service));
}

static int go_on(struct dna_case *c, const struct srv srv[2], const struct row *row,
		 const struct srv *decisive)
{
	if (row->next == USE_IT)
		return dna_name_is_address(followed(c)) ? use_address(c) : 0;
	if (row->next == ABORT)
		return give_up(c, srv, decisive, row->rule);
	if (row->next == TAKE_RECORDS && has_too_many(c, srv))
		return 0;
	if (c->endpoint_given)
		recognise(c, &srv[c->endpoints[0].tls]);
	else if (row->next == TAKE_RECORDS)
		return take_records(c, srv);
	else if (c->role == DNA_INITIATING && row->next == FALL_BACK)
		return add_fallback(c, srv);
	else if (c->role == DNA_INITIATING)
		stop(c, row->rule);
	return 0;
}

static int find_endpoints(struct dna_case *c)
{
	struct srv srv[2];
	const struct srv *decisive;
	const struct row *row;
	int r = look_up(c, DNA_STARTTLS, &srv[DNA_STARTTLS]);

	if (r == 0)
		r = look_up(c, DNA_DIRECT_TLS, &srv[DNA_DIRECT_TLS]);
	if (r != 0)
		return r;
	row = look_up_row(srv, &decisive);
	if (row->next == WAIT)
		return 0;
	r = go_on(c, srv, row, decisive);
	c->routed = r == 0;
	return r;
}

int dna_route_plan(struct dna_case *c)
{
	int r = c->routed ? 0 : find_endpoints(c);

	if (c->role == DNA_RECEIVING || c->attempt.stands)
		return r;
	for (size_t i = 0; r == 0 && i < c->endpoint_count; i++)
		r = dna_endpoint_resolve(c, &c->endpoints[i]);
	return r;
}

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
		char owner[OWNER_ROOM];

		owner_of(c, (enum dna_tls)tls, owner);
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

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

static void owner_of(const struct dna_case *c, enum dna_tls tls, char owner[OWNER_ROOM])
{
	snprintf(owner, OWNER_ROOM, "%s._tcp.%s", labels[c->service][tls], c->domain);
}

/* ---- table 2.2: what one SRV answer says ---- */

enum srv_state {
	SRV_NOT_ASKED,
	SRV_PENDING,
	SRV_RECORDS,
	SRV_NOT_OFFERED, /* the single target "." (DELEG-004) */
	SRV_DENIED,
	SRV_BAD
};

struct srv {
	enum srv_state state;
	enum dna_tls tls;
	char owner[OWNER_ROOM];
	struct dna_answer answer;
};

static bool wanted(const struct dna_case *c, enum dna_tls tls)
{
	if (c->endpoint_configured)
		return false; /* DELEG-016 */
	return !c->endpoint_given || c->endpoints[0].tls == tls;
}

static bool is_root(const struct dna_item *item, size_t index)
{
	struct dna_srv srv;

	return dna_srv_read(dna_item_data(item, index), &srv) == 0 && strcmp(srv.target, ".") == 0;
}

static enum srv_state srv_state(const struct dna_answer *answer)
{
	struct dna_srv srv;

	if (answer->item == NULL)
		return answer->links > DNA_ALIAS_MAX ? SRV_BAD : SRV_PENDING;
	/* DELEG-007, DELEG-018: failing to learn, or to validate, is never denial. */
	if (answer->outcome == DNA_FAILED || answer->security > DNA_INSECURE)
		return SRV_BAD;
	if (answer->outcome == DNA_DENIED)
		return SRV_DENIED;
	for (size_t i = 0; i < dna_item_count(answer->item); i++)
		if (dna_srv_read(dna_item_data(answer->item, i), &srv) != 0)
			return SRV_BAD;
	if (dna_item_count(answer->item) == 0)
		return SRV_BAD; /* an answer without records is none */
	return dna_item_count(answer->item) == 1 && is_root(answer->item, 0) ? SRV_NOT_OFFERED
									     : SRV_RECORDS;
}

static int look_up(struct dna_case *c, enum dna_tls tls, struct srv *srv)
{
	int r;

	*srv = (struct srv){ .state = SRV_NOT_ASKED, .tls = tls };
	if (!wanted(c, tls))
		return 0;
	owner_of(c, tls, srv->owner);
	if (strlen(srv->owner) > DNA_NAME_MAX) {
		/* DANE-026, by analogy: a name that DNS cannot hold has no records. */
		srv->state = SRV_DENIED;
		srv->answer.security = DNA_INSECURE;
		return 0;
	}
	r = dna_case_ask(c, "dns", srv->owner, DNA_RR_SRV);
	if (r != 0)
		return r;
	dna_case_answer(c, srv->owner, DNA_RR_SRV, &srv->answer);
	srv->state = srv_state(&srv->answer);
	return 0;
}

/* ---- endpoints ---- */

void dna_endpoint_clear(struct dna_endpoint *e)
{
	free(e->host);
	for (size_t i = 0; i < e->address_count; i++)
		free(e->addresses[i]);
	*e = (struct dna_endpoint){ .port = 0 };
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

	if (srv->state != SRV_RECORDS)
		return 0;
	for (size_t i = 0; r == 0 && i < dna_item_count(srv->answer.item); i++) {
		struct dna_endpoint like = { .tls = srv->tls,
					     .source = DNA_ENDPOINT_SRV,
					     .security = srv->answer.security,
					     .not_after = srv->answer.not_after };
		struct dna_srv record;

		r = dna_srv_read(dna_item_data(srv->answer.item, i), &record);
		if (r != 0 || strcmp(record.target, ".") == 0 || record.port == 0)
			continue; /* among others it offers nothing (DELEG-004) */
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
	return add_endpoint(c, &like, c->domain);
}

/* ERR-07: the whole attempt, no other targets, no fallback. */
static void abort_attempt(struct dna_case *c, const struct srv *srv)
{
	bool bogus = srv->answer.security == DNA_BOGUS;

	dna_obstruct(&c->attempt, true, !bogus, "DELEG-007", "the SRV lookup of %s %s: %s",
		     srv->owner, bogus ? "is bogus" : "failed",
		     srv->answer.reason[0] != '\0' ? srv->answer.reason
						   : "a record in it cannot be read");
}

static int build(struct dna_case *c, const struct srv srv[2])
{
	size_t records = 0;
	int r;

	for (size_t i = 0; i < 2; i++)
		if (srv[i].state == SRV_RECORDS)
			records += dna_item_count(srv[i].answer.item);
	if (records > DNA_SRV_MAX) {
		dna_obstruct(&c->attempt, true, false, "SEC-006",
			     "%s has %zu SRV records; at most %d are taken", c->domain, records,
			     DNA_SRV_MAX);
		return 0;
	}
	r = add_records(c, &srv[DNA_STARTTLS]);
	if (r == 0)
		r = add_records(c, &srv[DNA_DIRECT_TLS]); /* DELEG-002 */
	if (r != 0 || c->endpoint_count > 0 || c->role == DNA_RECEIVING)
		return r;
	if (srv[DNA_STARTTLS].state == SRV_DENIED && srv[DNA_DIRECT_TLS].state == SRV_DENIED)
		return add_fallback(c, srv);
	dna_obstruct(&c->attempt, false, false, "DELEG-004",
		     "%s says by its SRV records that the service %s is not offered", c->domain,
		     dna_service_name(c->service));
	return 0;
}

/* ---- a given endpoint: who named it? ---- */

static bool names_endpoint(const struct srv *srv, const struct dna_endpoint *e,
			   struct dna_srv *record)
{
	if (srv->state != SRV_RECORDS)
		return false;
	for (size_t i = 0; i < dna_item_count(srv->answer.item); i++)
		if (dna_srv_read(dna_item_data(srv->answer.item, i), record) == 0 &&
		    record->port == e->port && dna_name_equal(record->target, e->host))
			return true;
	return false;
}

static void recognise(struct dna_case *c, const struct srv *srv)
{
	struct dna_endpoint *e = &c->endpoints[0];
	struct dna_srv record;

	e->not_after = srv->answer.item != NULL ? srv->answer.not_after : DNA_FOREVER;
	e->security = srv->answer.security;
	if (names_endpoint(srv, e, &record))
		e->source = DNA_ENDPOINT_SRV;
	else if (srv->state == SRV_DENIED && dna_name_equal(e->host, c->domain) &&
		 e->port == default_ports[c->service])
		e->source = DNA_ENDPOINT_FALLBACK;
	else
		e->source = DNA_ENDPOINT_OTHER;
}

/* ---- the plan ---- */

static int find_endpoints(struct dna_case *c)
{
	struct srv srv[2];
	int r = look_up(c, DNA_STARTTLS, &srv[DNA_STARTTLS]);

	if (r == 0)
		r = look_up(c, DNA_DIRECT_TLS, &srv[DNA_DIRECT_TLS]);
	if (r != 0)
		return r;
	for (size_t i = 0; i < 2; i++) {
		if (srv[i].state == SRV_PENDING)
			return 0;
	}
	/* DELEG-019: either kind, or an attacker could suppress one. It decides where to connect;
	 * nobody connects to receive. */
	for (size_t i = 0; i < 2 && c->role == DNA_INITIATING; i++) {
		if (srv[i].state != SRV_BAD)
			continue;
		abort_attempt(c, &srv[i]);
		c->routed = true;
		return 0;
	}
	if (c->endpoint_given && !c->endpoint_configured)
		recognise(c, &srv[c->endpoints[0].tls]);
	else if (!c->endpoint_given)
		r = build(c, srv);
	if (!c->endpoint_given)
		dna_endpoints_order(c->endpoints, c->endpoint_count, c->seed);
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

enum dna_security dna_route_security(const struct dna_case *c)
{
	enum dna_security security = DNA_SECURE;
	bool any = false;

	if (c->in_use < c->endpoint_count)
		return c->endpoints[c->in_use].security;
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

/* ---- what the application sees ---- */

const char *dna_decision_name(enum dna_decision decision)
{
	static const char *const words[] = { "pending", "connect", "skip", "unreachable" };

	return (size_t)decision < sizeof(words) / sizeof(words[0]) ? words[decision] : "?";
}

void dna_case_shuffle(struct dna_case *c, uint64_t seed)
{
	c->seed = seed;
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

/*
 * Where one may connect at all: SRV answers become endpoints (RFC 6120 section 3.2, RFC 7673
 * section 3, XEP-0368), and what DNSSEC says of them decides which may be used.
 */
#include "proof/route.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- endpoints ---- */

void dna_case_clear_endpoints(struct dna_case *c)
{
	for (size_t i = 0; i < c->endpoint_count; i++)
		free(c->endpoints[i].host);
	free(c->endpoints);
	c->endpoints = NULL;
	c->endpoint_count = 0;
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
	dna_endpoint_mark_redirect(c, &grown[c->endpoint_count]);
	grown[c->endpoint_count].host = strdup(host);
	if (grown[c->endpoint_count].host == NULL)
		return DNA_E_NOMEM;
	c->endpoint_count++;
	return 0;
}

/* DELEG-020: each endpoint keeps the security of the answer that named it. */
static int add_records(struct dna_case *c, const struct dna_srv_answer *srv)
{
	int r = 0;

	if (srv->says != DNA_SRV_RECORDS)
		return 0;
	for (size_t i = 0; r == 0 && i < dna_item_count(srv->answer.item); i++) {
		struct dna_endpoint like = { .tls = srv->tls,
					     .source = DNA_ENDPOINT_SRV,
					     .security = srv->answer.security,
					     .not_after = srv->answer.not_after };
		struct dna_srv record;

		r = dna_srv_read(dna_item_data(srv->answer.item, i), &record);
		if (r != 0 || !dna_srv_offers(&record))
			continue;
		like.port = record.port;
		like.priority = record.priority;
		like.weight = record.weight;
		r = add_endpoint(c, &like, record.target);
	}
	return r;
}

/* DELEG-005: no SRV record at all. */
static int add_fallback(struct dna_case *c, const struct dna_srv_answer srv[2])
{
	struct dna_endpoint like = { .tls = DNA_STARTTLS,
				     .source = DNA_ENDPOINT_FALLBACK,
				     .port = dna_route_default_port(c),
				     .security = dna_security_worse(srv[0].answer.security,
								    srv[1].answer.security),
				     .not_after = DNA_FOREVER };

	for (size_t i = 0; i < 2; i++)
		if (srv[i].answer.item != NULL && srv[i].answer.not_after < like.not_after)
			like.not_after = srv[i].answer.not_after;
	return add_endpoint(c, &like, dna_route_followed(c));
}

/* SEC-006: a bound fails closed. */
static bool has_too_many(struct dna_case *c, const struct dna_srv_answer srv[2])
{
	size_t records = 0;

	for (size_t i = 0; i < 2; i++)
		if (srv[i].says == DNA_SRV_RECORDS)
			records += dna_item_count(srv[i].answer.item);
	if (records <= DNA_SRV_MAX)
		return false;
	dna_obstruct(&c->attempt, true, false, "SEC-006",
		     "%s has %zu SRV records; at most %d are taken", dna_route_followed(c), records,
		     DNA_SRV_MAX);
	return true;
}

/* DELEG-002: both kinds, merged; all of them or none. */
static int take_records(struct dna_case *c, const struct dna_srv_answer srv[2])
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

/* PKIX-022: a domain that is an address is there and nowhere else. */
static int use_address(struct dna_case *c)
{
	const struct dna_endpoint like = { .tls = DNA_STARTTLS,
					   .source = DNA_ENDPOINT_FALLBACK,
					   .port = dna_route_default_port(c),
					   .security = DNA_INSECURE,
					   .not_after = DNA_FOREVER };

	if (c->role == DNA_RECEIVING || dna_route_is_settled(c))
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
	enum dna_srv_says answer;
	enum next next;
	const char *rule;
} rows[] = {
	{ DNA_SRV_PENDING, WAIT, "FLOW-003" },
	{ DNA_SRV_BAD, ABORT, "DELEG-007" }, /* bogus, indeterminate, error: ERR-07 */
	{ DNA_SRV_RECORDS, TAKE_RECORDS, "DELEG-002" },
	{ DNA_SRV_NOT_OFFERED, STOP, "DELEG-004" }, /* a single "." */
	{ DNA_SRV_DENIED, FALL_BACK, "DELEG-005" },
	{ DNA_SRV_NOT_ASKED, USE_IT,
	  "DELEG-016" }, /* configured host, an address, or a redirection to a port */
};

static const struct row *look_up_row(const struct dna_srv_answer srv[2],
				     const struct dna_srv_answer **decisive)
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
static int give_up(struct dna_case *c, const struct dna_srv_answer srv[2],
		   const struct dna_srv_answer *bad, const char *rule)
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
		     "%s says by its SRV records that the service %s is not offered",
		     dna_route_followed(c), dna_service_name(c->service));
}

static int go_on(struct dna_case *c, const struct dna_srv_answer srv[2], const struct row *row,
		 const struct dna_srv_answer *decisive)
{
	if (row->next == USE_IT)
		return dna_name_is_address(dna_route_followed(c)) ? use_address(c) : 0;
	if (row->next == ABORT)
		return give_up(c, srv, decisive, row->rule);
	if (row->next == TAKE_RECORDS && has_too_many(c, srv))
		return 0;
	if (c->endpoint_given)
		dna_endpoint_recognise(c, &srv[c->endpoints[0].tls]);
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
	struct dna_srv_answer srv[2];
	const struct dna_srv_answer *decisive;
	const struct row *row;
	int r = dna_srv_look_up(c, DNA_STARTTLS, &srv[DNA_STARTTLS]);

	if (r == 0)
		r = dna_srv_look_up(c, DNA_DIRECT_TLS, &srv[DNA_DIRECT_TLS]);
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

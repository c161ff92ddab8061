/* An endpoint's addresses, and what they say of it: whether it may be connected to. */
#include "proof/route.h"
#include "base/name.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* ---- table 2.3: what the answers for both families mean for an endpoint ---- */

/* One family's answer, as a bit, so that a row of the table can stand for several. */
enum says {
	PENDING = 1 << 0,
	NOT_ASKED = 1 << 1, /* and therefore not missed */
	SECURE = 1 << 2,
	INSECURE = 1 << 3,
	NXRR = 1 << 4, /* denied: secure or insecure */
	BAD = 1 << 5,  /* bogus, indeterminate, error */
	ANY = SECURE | INSECURE | NXRR | BAD | NOT_ASKED
};

enum next { WAIT, CONNECT, UNREACHABLE, SKIP };

/*
 * The first row that fits counts, whichever family is which. |use|: the answers whose addresses may
 * be connected to. |security|: what the endpoint's addresses are; TLSA records are asked for if
 * that is secure, and otherwise not (DANE-002).
 */
static const struct row {
	unsigned one, other;
	enum next next;
	unsigned use;
	enum dna_security security;
	const char *rule;
} rows[] = {
	{ PENDING, PENDING | ANY, WAIT, 0, DNA_INDETERMINATE, "FLOW-003" },
	{ SECURE, BAD, CONNECT, SECURE, DNA_SECURE, "DELEG-013" },
	{ INSECURE, BAD, SKIP, 0, DNA_INDETERMINATE, "DELEG-013" },
	{ BAD, ANY, SKIP, 0, DNA_INDETERMINATE, "DELEG-013" },
	{ SECURE, ANY, CONNECT, SECURE | INSECURE, DNA_SECURE, "DANE-002" },
	{ INSECURE, ANY, CONNECT, INSECURE, DNA_INSECURE, "DELEG-014" },
	{ NXRR | NOT_ASKED, NXRR | NOT_ASKED, UNREACHABLE, 0, DNA_INSECURE, "DELEG-005" },
};

static const struct row *look_up(enum says a, enum says b)
{
	const struct row *row = rows;

	while (!((row->one & a) != 0 && (row->other & b) != 0) &&
	       !((row->one & b) != 0 && (row->other & a) != 0))
		row++;
	return row;
}

static bool is_readable(const struct dna_item *item)
{
	const size_t size = dna_item_type(item) == DNA_RR_A ? 4 : 16;

	for (size_t i = 0; i < dna_item_count(item); i++)
		if (dna_item_data(item, i).size != size)
			return false;
	return dna_item_count(item) > 0;
}

static enum says read_answer(const struct dna_case *c, const struct dna_answer *answer)
{
	if (answer->item == NULL && answer->links <= DNA_ALIAS_MAX)
		return c->closed ? NOT_ASKED : PENDING;
	if (answer->outcome == DNA_FAILED || answer->security > DNA_INSECURE)
		return BAD;
	if (answer->outcome == DNA_DENIED)
		return NXRR;
	if (!is_readable(answer->item))
		return BAD;
	return answer->security == DNA_SECURE ? SECURE : INSECURE;
}

/* ---- addresses as text ---- */

static void add_address(struct dna_endpoint *e, uint16_t type, struct dna_bytes rdata)
{
	/* More than enough to connect to; which addresses are tried decides nothing (SEC-001,
	 * SEC-006). */
	if (e->address_count < DNA_ADDRESS_MAX &&
	    inet_ntop(type == DNA_RR_A ? AF_INET : AF_INET6, rdata.data,
		      e->addresses[e->address_count], DNA_ADDRESS_TEXT) != NULL)
		e->address_count++;
}

/* The families take turns, IPv6 first (RFC 8305 section 4). */
static void take_addresses(struct dna_endpoint *e, const struct dna_item *v6,
			   const struct dna_item *v4)
{
	size_t count6 = v6 != NULL ? dna_item_count(v6) : 0,
	       count4 = v4 != NULL ? dna_item_count(v4) : 0;

	for (size_t i = 0; i < count6 || i < count4; i++) {
		if (i < count6)
			add_address(e, DNA_RR_AAAA, dna_item_data(v6, i));
		if (i < count4)
			add_address(e, DNA_RR_A, dna_item_data(v4, i));
	}
}

/* ERR-08: this endpoint only. */
static void skip(struct dna_endpoint *e, const struct dna_answer *bad,
		 const struct dna_answer *other, const char *rule)
{
	bool bogus = bad->security == DNA_BOGUS;

	dna_obstruct(&e->obstacle, true, !bogus, rule, "the address lookup of %s %s: %s%s", e->host,
		     bogus ? "is bogus" : "failed",
		     bad->reason[0] != '\0' ? bad->reason : "an address in it cannot be read",
		     other->outcome == DNA_ANSWERED && other->security == DNA_INSECURE
			     ? "; beside that, its other addresses count only if they are signed"
			     : "");
}

static void decide(const struct dna_case *c, struct dna_endpoint *e, const struct dna_answer *a,
		   const struct dna_answer *aaaa)
{
	enum says v4 = read_answer(c, a), v6 = read_answer(c, aaaa);
	const struct row *row = look_up(v4, v6);
	bool about_v4 = v4 == BAD && (v6 != BAD || a->security == DNA_BOGUS);

	e->resolved = row->next != WAIT;
	e->address_security = row->security;
	take_addresses(e, (row->use & v6) != 0 ? aaaa->item : NULL,
		       (row->use & v4) != 0 ? a->item : NULL);
	if (row->next == SKIP)
		skip(e, about_v4 ? a : aaaa, about_v4 ? aaaa : a, row->rule);
	else if (e->resolved && e->address_count == 0)
		dna_obstruct(&e->obstacle, false, false, row->rule, "%s has no address", e->host);
}

int dna_endpoint_resolve(struct dna_case *c, struct dna_endpoint *e)
{
	struct dna_answer a, aaaa;
	int r;

	if (e->resolved)
		return 0;
	if (dna_name_is_address(e->host)) {
		snprintf(e->addresses[0], DNA_ADDRESS_TEXT, "%s", e->host);
		e->address_count = 1;
		e->address_security = DNA_INSECURE;
		e->resolved = true;
		return 0;
	}
	r = dna_case_ask(c, "dns", e->host, DNA_RR_AAAA);
	if (r == 0)
		r = dna_case_ask(c, "dns", e->host, DNA_RR_A);
	if (r != 0)
		return r;
	dna_case_answer(c, e->host, DNA_RR_A, &a);
	dna_case_answer(c, e->host, DNA_RR_AAAA, &aaaa);
	decide(c, e, &a, &aaaa);
	return 0;
}

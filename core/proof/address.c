/* An endpoint's addresses, and the order of endpoints. */
#include "proof/case.h"
#include "base/name.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* ---- table 2.3: what the answers for both families mean for an endpoint ---- */

enum family_state {
	NOT_ASKED, /* and therefore not missed */
	PENDING,
	USABLE_SECURE,
	USABLE_INSECURE,
	NONE,     /* denied: secure or insecure */
	BAD,      /* failed: may be there another time */
	BAD_BOGUS /* DNSSEC says no */
};

static enum family_state state_of(const struct dna_case *c, const struct dna_answer *answer)
{
	if (answer->item == NULL && answer->links <= DNA_ALIAS_MAX)
		return c->closed ? NOT_ASKED : PENDING;
	if (answer->security == DNA_BOGUS)
		return BAD_BOGUS;
	if (answer->outcome == DNA_FAILED || answer->security == DNA_INDETERMINATE)
		return BAD;
	if (answer->outcome == DNA_DENIED)
		return NONE;
	return answer->security == DNA_SECURE ? USABLE_SECURE : USABLE_INSECURE;
}

static bool usable(enum family_state state)
{
	return state == USABLE_SECURE || state == USABLE_INSECURE;
}

static bool bad(enum family_state state)
{
	return state == BAD || state == BAD_BOGUS;
}

/* ---- addresses as text ---- */

static void add_address(struct dna_endpoint *e, uint16_t type, struct dna_bytes rdata)
{
	char text[INET6_ADDRSTRLEN];

	/* More than enough to connect to; which addresses are tried decides nothing (SEC-001,
	 * SEC-006). */
	if (e->address_count == DNA_ADDRESS_MAX || rdata.size != (type == DNA_RR_A ? 4 : 16) ||
	    inet_ntop(type == DNA_RR_A ? AF_INET : AF_INET6, rdata.data, text, sizeof(text)) ==
		    NULL)
		return;
	e->addresses[e->address_count] = strdup(text);
	if (e->addresses[e->address_count] != NULL)
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

static void bar(struct dna_endpoint *e, enum family_state v4, const struct dna_answer *a,
		const struct dna_answer *aaaa)
{
	const struct dna_answer *why = bad(v4) ? a : aaaa;
	bool bogus = why->security == DNA_BOGUS;

	/* ERR-08: this endpoint only. */
	dna_obstruct(&e->obstacle, true, !bogus, "DELEG-013", "the address lookup of %s %s: %s",
		     e->host, bogus ? "is bogus" : "failed", why->reason);
}

static void decide(const struct dna_case *c, struct dna_endpoint *e, const struct dna_answer *a,
		   const struct dna_answer *aaaa)
{
	enum family_state v4 = state_of(c, a), v6 = state_of(c, aaaa);
	bool use4, use6;

	if (v4 == PENDING || v6 == PENDING)
		return;
	e->resolved = true;
	/* DELEG-013: beside a bad family the other counts only when it is secure. */
	use4 = bad(v6) ? v4 == USABLE_SECURE : usable(v4);
	use6 = bad(v4) ? v6 == USABLE_SECURE : usable(v6);
	e->address_security = (use4 && v4 == USABLE_SECURE) || (use6 && v6 == USABLE_SECURE)
				      ? DNA_SECURE
				      : DNA_INSECURE;
	take_addresses(e, use6 ? aaaa->item : NULL, use4 ? a->item : NULL);
	if (e->address_count > 0)
		return;
	if (bad(v4) || bad(v6)) {
		e->address_security = DNA_INDETERMINATE;
		bar(e, v4, a, aaaa);
	} else {
		dna_obstruct(&e->obstacle, false, false, "DELEG-005", "%s has no address", e->host);
	}
}

int dna_endpoint_resolve(struct dna_case *c, struct dna_endpoint *e)
{
	struct dna_answer a, aaaa;
	int r;

	if (e->resolved)
		return 0;
	if (dna_name_is_address(e->host)) {
		e->addresses[0] = strdup(e->host);
		if (e->addresses[0] == NULL)
			return DNA_E_NOMEM;
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

/* ---- order ---- */

/* splitmix64: small, and good enough to spread load. */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* By priority; within one, weight 0 first, as RFC 2782 wants its running sums. */
static int compare(const void *left, const void *right)
{
	const struct dna_endpoint *a = left, *b = right;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if ((a->weight == 0) != (b->weight == 0))
		return a->weight == 0 ? -1 : 1;
	if (a->tls != b->tls)
		return a->tls == DNA_DIRECT_TLS
			       ? -1
			       : 1; /* one round trip less, where the weights leave it open */
	return strcmp(a->host, b->host) != 0 ? strcmp(a->host, b->host)
					     : (int)a->port - (int)b->port;
}

/* Which of |count| endpoints of one priority comes next: the first whose running sum reaches a
 * number from 0 to the sum. */
static size_t pick(const struct dna_endpoint *endpoints, size_t count, uint64_t *state)
{
	uint64_t sum = 0, mark;

	for (size_t i = 0; i < count; i++)
		sum += endpoints[i].weight;
	mark = draw(state) % (sum + 1);
	sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += endpoints[i].weight;
		if (sum >= mark)
			return i;
	}
	return 0;
}

void dna_endpoints_order(struct dna_endpoint *endpoints, size_t count, uint64_t seed)
{
	if (count == 0)
		return;
	qsort(endpoints, count, sizeof(*endpoints), compare);
	for (size_t i = 0; i + 1 < count; i++) {
		struct dna_endpoint chosen;
		size_t same = 1, which;

		while (i + same < count && endpoints[i + same].priority == endpoints[i].priority)
			same++;
		which = i + pick(&endpoints[i], same, &seed);
		chosen = endpoints[which];
		memmove(&endpoints[i + 1], &endpoints[i], (which - i) * sizeof(*endpoints));
		endpoints[i] = chosen;
	}
}

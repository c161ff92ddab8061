/* What the peer presented, as evidence and as a chain that plugins can ask about. */
#include "proof/case.h"
#include "base/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- presenting ---- */

static int presented_item(const struct dna_case *c, const char *kind, enum dna_outcome outcome,
			  const struct dna_bytes *ders, size_t count, struct dna_item **item)
{
	struct dna_item_init init = {
		.kind = kind, .outcome = outcome, .time = c->time, .not_after = DNA_FOREVER
	};
	struct dna_item *new;
	int r = dna_item_new(&new, &init);

	for (size_t i = 0; r == 0 && i < count; i++)
		r = dna_item_add(new, ders[i].data, ders[i].size);
	if (r != 0) {
		dna_item_unref(new);
		return r;
	}
	*item = new;
	return 0;
}

/* A chain that cannot be read proves nothing; that it cannot be read is for the prooftypes'
 * reasons. */
static int read_chain(struct dna_case *c, const struct dna_bytes *ders, size_t count)
{
	struct dna_chain *chain = NULL;
	int r = 0;

	c->chain_complaint[0] = '\0';
	if (count > 0)
		r = dna_chain_new(&chain, ders, count, c->chain_complaint);
	if (r == DNA_E_NOMEM)
		return r;
	dna_chain_unref(c->chain);
	c->chain = r == 0 ? chain : NULL;
	c->presented = true;
	c->stale = true;
	return 0;
}

static int present(struct dna_case *c, const struct dna_bytes *ders, size_t count)
{
	struct dna_item *item = NULL;
	int r = presented_item(c, "peer-chain", DNA_ANSWERED, ders, count, &item);

	if (r == 0)
		r = read_chain(c, ders, count);
	if (r == 0) {
		dna_evidence_remove(c->evidence, "peer-chain", "", 0);
		dna_evidence_remove(c->evidence, "ocsp", "", 0);
		r = dna_evidence_add(c->evidence, item);
	}
	if (r == 0 && c->endpoint_given)
		c->in_use = 0;
	dna_item_unref(item);
	return r;
}

int dna_case_present_peer(struct dna_case *c, const struct dna_bytes *ders, size_t count)
{
	if (c->shadow != NULL)
		dna_case_present_peer(c->shadow, ders, count);
	return present(c, ders, count);
}

int dna_case_present(struct dna_case *c, size_t index, const struct dna_bytes *ders, size_t count)
{
	struct dna_case *shadow = dna_shadow_at(c, index);
	int r;

	if (index >= c->endpoint_count)
		return DNA_E_NOTFOUND;
	if (shadow != NULL)
		dna_case_present(shadow, index, ders, count);
	r = present(c, ders, count);
	if (r == 0)
		c->in_use = index;
	return r;
}

int dna_case_present_status(struct dna_case *c, const struct dna_bytes *responses, size_t count)
{
	struct dna_item *item = NULL;
	int r;

	if (c->shadow != NULL)
		dna_case_present_status(c->shadow, responses, count);
	r = presented_item(c, "ocsp", count != 0 ? DNA_ANSWERED : DNA_DENIED, responses, count,
			   &item);

	if (r == 0) {
		dna_evidence_remove(c->evidence, "ocsp", "", 0);
		r = dna_evidence_add(c->evidence, item);
		c->stale = true;
	}
	dna_item_unref(item);
	return r;
}

int dna_case_present_dialback(struct dna_case *c, enum dna_outcome outcome, bool tls)
{
	struct dna_item_init init = { .kind = "dialback",
				      .name = tls ? DNA_DIALBACK_NAME_TLS : DNA_DIALBACK_NAME_CLEAR,
				      .outcome = outcome,
				      .time = c->time,
				      .not_after = DNA_FOREVER };
	struct dna_item *item;
	int r;

	if (c->shadow != NULL)
		dna_case_present_dialback(c->shadow, outcome, tls);
	r = dna_item_new(&item, &init);
	if (r != 0)
		return r;
	dna_evidence_remove(c->evidence, init.kind, DNA_DIALBACK_NAME_TLS, 0);
	dna_evidence_remove(c->evidence, init.kind, DNA_DIALBACK_NAME_CLEAR, 0);
	r = dna_evidence_add(c->evidence, item);
	c->stale = true;
	dna_item_unref(item);
	return r;
}

int dna_case_unreachable(struct dna_case *c, size_t index, const char *reason)
{
	struct dna_item_init init = { .kind = "connection",
				      .outcome = DNA_FAILED,
				      .time = c->time,
				      .not_after = c->time,
				      .reason = reason };
	char name[DNA_NAME_MAX + 32];
	const struct dna_endpoint *e;
	struct dna_item *item;
	int r;

	if (index >= c->endpoint_count)
		return DNA_E_NOTFOUND;
	e = &c->endpoints[index];
	snprintf(name, sizeof(name), "%s %u %s", e->host, e->port, dna_tls_name(e->tls));
	init.name = name;
	r = dna_item_new(&item, &init);
	if (r != 0)
		return r;
	r = dna_case_feed(c, item);
	dna_item_unref(item);
	return r;
}

/* ---- what plugins see ---- */

const struct dna_chain *dna_case_chain(const struct dna_case *c)
{
	return c->view != NULL ? c->view->chain : c->chain;
}

bool dna_case_presented(const struct dna_case *c)
{
	return c->view != NULL ? c->view->presented : c->presented;
}

/* ---- delegations and references ---- */

/* DELEG-011: only what concerns the endpoint in use; for a receiving case there is none, and all
 * count. */
static bool concerns(const struct dna_case *c, const struct dna_delegation *delegation)
{
	return c->role == DNA_RECEIVING ||
	       (c->view != NULL && delegation->endpoint == c->view->endpoint);
}

static const struct dna_delegation *delegation_at(const struct dna_case *c, size_t index,
						  size_t *count)
{
	*count = 0;
	for (size_t i = 0; c->view != NULL && i < c->view->delegator_count; i++) {
		const struct dna_finding *finding = &c->view->delegators[i];

		if (finding->result != DNA_PROVEN)
			continue;
		for (size_t j = 0; j < finding->delegation_count; j++)
			if (concerns(c, &finding->delegations[j]) && (*count)++ == index)
				return &finding->delegations[j];
	}
	return NULL;
}

size_t dna_case_delegation_count(const struct dna_case *c)
{
	size_t count;

	delegation_at(c, SIZE_MAX, &count);
	return count;
}

const struct dna_delegation *dna_case_delegation_at(const struct dna_case *c, size_t index)
{
	size_t count;

	return delegation_at(c, index, &count);
}

/* PKIX-006, PKIX-022: what identifies the service domain; how many. */
static size_t refer_to_domain(const struct dna_case *c, struct dna_reference references[3])
{
	if (dna_name_is_address(c->domain)) {
		references[0] = (struct dna_reference){ .kind = DNA_IP_ID, .name = c->domain };
		return 1;
	}
	references[0] = (struct dna_reference){ .kind = DNA_DNS_ID, .name = c->domain };
	references[1] = (struct dna_reference){
		.kind = DNA_SRV_ID, .name = c->domain, .service = dna_service_name(c->service)
	}; /* PKIX-007 */
	references[2] = (struct dna_reference){ .kind = DNA_XMPP_ADDR, .name = c->domain_unicode };
	return 3;
}

int dna_case_match_names(const struct dna_case *c, struct dna_name_match *match)
{
	struct dna_reference references[3 + DNA_SRV_MAX];
	const struct dna_chain *chain = dna_case_chain(c);
	size_t count, delegations = dna_case_delegation_count(c);

	if (chain == NULL)
		return DNA_E_INVALID;
	count = refer_to_domain(c, references);
	/* DELEG-012: a target host is a DNS-ID only. */
	for (size_t i = 0; i < delegations && count < sizeof(references) / sizeof(references[0]);
	     i++) {
		const struct dna_delegation *delegation = dna_case_delegation_at(c, i);

		references[count++] = (struct dna_reference){ .kind = DNA_DNS_ID,
							      .name = delegation->target,
							      .delegation = delegation };
	}
	return dna_chain_match(chain, references, count, match);
}

/* SRV answers: where they are asked for, and what each says. */
#include "proof/route.h"
#include "base/name.h"

#include <stdio.h>
#include <string.h>

/* ---- what is asked for ---- */

/* DELEG-001 */
static const char *const labels[2][2] = {
	[DNA_XMPP_CLIENT] = { [DNA_STARTTLS] = "_xmpp-client", [DNA_DIRECT_TLS] = "_xmpps-client" },
	[DNA_XMPP_SERVER] = { [DNA_STARTTLS] = "_xmpp-server", [DNA_DIRECT_TLS] = "_xmpps-server" },
};

const char *dna_route_followed(const struct dna_case *c)
{
	return c->redirect.host[0] != '\0' ? c->redirect.host : c->domain;
}

void dna_srv_owner(const struct dna_case *c, enum dna_tls tls, char owner[DNA_SRV_OWNER_ROOM])
{
	snprintf(owner, DNA_SRV_OWNER_ROOM, "%s._tcp.%s", labels[c->service][tls],
		 dna_route_followed(c));
}

uint16_t dna_route_default_port(const struct dna_case *c)
{
	return c->service == DNA_XMPP_CLIENT ? 5222 : 5269;
}

bool dna_route_is_settled(const struct dna_case *c)
{
	return c->endpoint_given && (c->endpoints[0].source == DNA_ENDPOINT_CONFIGURED ||
				     c->endpoints[0].source == DNA_ENDPOINT_REDIRECT);
}

static bool wanted(const struct dna_case *c, enum dna_tls tls)
{
	if (dna_route_is_settled(c) || dna_name_is_address(dna_route_followed(c)))
		return false; /* DELEG-016, PKIX-022 */
	return !c->endpoint_given || c->endpoints[0].tls == tls;
}

/* ---- what is answered ---- */

bool dna_srv_offers(const struct dna_srv *srv)
{
	return strcmp(srv->target, ".") != 0 && srv->port != 0;
}

enum dna_srv_says dna_srv_read_answer(const struct dna_answer *answer)
{
	enum dna_srv_says says = DNA_SRV_NOT_OFFERED; /* DELEG-004 */
	struct dna_srv srv;

	if (answer->item == NULL)
		return answer->links > DNA_ALIAS_MAX ? DNA_SRV_BAD : DNA_SRV_PENDING;
	/* DELEG-007, DELEG-018: failing to learn, or to validate, is never denial. */
	if (answer->outcome == DNA_FAILED || answer->security > DNA_INSECURE)
		return DNA_SRV_BAD;
	if (answer->outcome == DNA_DENIED)
		return DNA_SRV_DENIED;
	if (dna_item_count(answer->item) == 0)
		return DNA_SRV_BAD; /* an answer without records is none */
	for (size_t i = 0; i < dna_item_count(answer->item); i++) {
		if (dna_srv_read(dna_item_data(answer->item, i), &srv) != 0)
			return DNA_SRV_BAD;
		if (dna_srv_offers(&srv))
			says = DNA_SRV_RECORDS;
	}
	return says;
}

int dna_srv_look_up(struct dna_case *c, enum dna_tls tls, struct dna_srv_answer *srv)
{
	int r;

	*srv = (struct dna_srv_answer){ .says = DNA_SRV_NOT_ASKED, .tls = tls };
	if (!wanted(c, tls))
		return 0;
	dna_srv_owner(c, tls, srv->owner);
	if (strlen(srv->owner) > DNA_NAME_MAX) {
		/* DANE-026, by analogy: a name that DNS cannot hold has no records. */
		srv->says = DNA_SRV_DENIED;
		srv->answer.security = DNA_INSECURE;
		return 0;
	}
	r = dna_case_ask(c, "dns", srv->owner, DNA_RR_SRV);
	if (r != 0)
		return r;
	dna_case_answer(c, srv->owner, DNA_RR_SRV, &srv->answer);
	srv->says = dna_srv_read_answer(&srv->answer);
	return 0;
}

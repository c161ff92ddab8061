/* Where the peer sends us with see-other-host (RFC 6120 section 4.9.3.19): another place for the same
 * domain, and never another domain. */
#include "peer/peer.h"
#include "policy/place.h"

#include <stdio.h>
#include <string.h>

/* "domainpart" or "domainpart:port"; a port keeps us from following SRV records. */
static bool has_port(const char *text)
{
	const char *end = text[0] == '[' ? strchr(text, ']') : text;

	return end != NULL && strchr(end, ':') != NULL;
}

/* FLOW-026: another port of where we are, by whichever of its names, is there and nowhere else. */
static bool is_here(const struct dna_link *link, const char *host)
{
	return strcmp(host, link->address) == 0 ||
	       strcmp(host, dna_flow_domain(&link->names, link->flow.to)) == 0;
}

/* DANE-028: the name by which we came counts as far as it is signed; the peer has not said it. */
static void stay_here(struct dna_link *link, const struct dna_endpoint *here)
{
	const char *host = dna_endpoint_host(here);

	link->redirect.vouched_for =
		dna_endpoint_security(here) == DNA_SECURE || strcmp(host, link->redirect.host) == 0;
	snprintf(link->redirect.host, sizeof(link->redirect.host), "%s", host);
}

/* What an operator may write besides is not the peer's to say, nor a name of our local network. */
static int read_place(const char *text, struct dna_place *place)
{
	struct dna_place new;
	int r = strchr(text, ',') == NULL ? dna_place_read(text, DNA_XMPP_SERVER, false, &new)
					  : DNA_E_SYNTAX;

	if (r == 0 && !dna_name_is_address(new.host)) {
		r = dna_domain_prepare(new.host, place->host, NULL);
		if (r == 0 && strchr(place->host, '.') == NULL)
			r = DNA_E_SYNTAX;
		place->port = has_port(text) ? new.port : 0;
	} else if (r == 0) {
		*place = new;
	}
	return r;
}

bool dna_redirect_read(struct dna_link *link, const char *text)
{
	struct dna_place place;
	struct dna_hop hop;

	if (link->c == NULL || read_place(text, &place) != 0)
		return false;
	snprintf(link->redirect.host, sizeof(link->redirect.host), "%s", place.host);
	link->redirect.port = place.port;
	link->redirect.vouched_for = true;
	if (place.port != 0 && is_here(link, place.host) &&
	    dna_case_hop(link->c, link->hop, &hop) == 0)
		stay_here(link, hop.endpoint);
	return true;
}

/* DANE-028, POSH-030: what its word is worth. */
static void take_roots(struct dna_link *link)
{
	const size_t room = sizeof(link->redirect.roots) / sizeof(link->redirect.roots[0]);
	const struct dna_verdict *verdict;

	link->redirect.root_count = 0;
	if (!link->judged || !dna_proof_holds(link) || !link->redirect.vouched_for ||
	    dna_case_verdict(link->c, &verdict) != 0 ||
	    dna_verdict_kind(verdict) != DNA_VERDICT_PROVEN)
		return;
	for (size_t i = 0; i < room && i < dna_verdict_root_count(verdict); i++)
		link->redirect.roots[link->redirect.root_count++] =
			dna_verdict_roots_at(verdict, i);
}

void dna_redirect_follow(struct dna_link *link)
{
	bool proven;

	take_roots(link);
	proven = link->redirect.root_count > 0;
	dna_link_note(link, "redirected", DNA_PLAIN,
		      json_pack("{s:s, s:i, s:b}", "host", link->redirect.host, "port",
				(int)link->redirect.port, "proven", proven),
		      "to %s%s", link->redirect.host,
		      proven ? "" : "; that is not proven: TLSA records there do not count");
	dna_proofs_clear(link);
	dna_route_clear(link);
	link->judged = link->decided = false;
	dna_route_resolve(link);
}

/* To whom a link connects: the route of its case, endpoint by endpoint. */
#include "contact.h"
#include "net/address.h"
#include "peer/peer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the certificate of its domain proves depends on the same case. */
static void changed(struct dna_case *c, void *argument)
{
	struct dna_link *link = argument;

	link->changed = true;
	for (struct dna_proof *proof = link->proofs; proof != NULL; proof = proof->next)
		if (proof->c == c)
			proof->changed = true;
}

int dna_route_gather(struct dna_link *link)
{
	const struct dna_peer_settings *settings = &link->peer->settings;

	return dna_net_gather(settings->net, link->c, settings->milliseconds, changed, link);
}

/* The endpoint that was given is for who asked to connect to that domain, and for nobody else, and not
 * for where that leads. */
static struct dna_subject subject_of(const struct dna_link *link)
{
	const struct dna_peer *peer = link->peer;
	struct dna_subject subject = {
		.domain = dna_flow_domain(&link->names, link->flow.to),
		.local = dna_flow_domain(&link->names, link->flow.from),
		.service = DNA_XMPP_SERVER,
	};

	if (link->redirect.host[0] != '\0') {
		subject.redirect.host = link->redirect.host;
		subject.redirect.port = link->redirect.port;
		subject.redirect.roots = link->redirect.roots;
		subject.redirect.root_count = link->redirect.root_count;
	} else if (link->purpose == DNA_FOR_WISH &&
		   strcmp(subject.domain, peer->wishes[0].to) == 0) {
		subject.endpoint = peer->settings.endpoint.endpoint;
	}
	return subject;
}

void dna_route_resolve(struct dna_link *link)
{
	const struct dna_peer_settings *settings = &link->peer->settings;
	struct dna_subject subject = subject_of(link);

	link->route = DNA_ROUTE_RESOLVE;
	if (dna_case_new(&link->c, settings->policy, &subject, time(NULL)) != 0)
		return;
	dna_contact_shuffle(link->c);
	if (dna_route_gather(link) != 0)
		dna_case_close(link->c, "there was no memory");
}

static void end_tcp(struct dna_link *link)
{
	if (link->tcp_begun)
		dna_tcp_clear(&link->tcp);
	link->tcp_begun = false;
}

void dna_route_clear(struct dna_link *link)
{
	end_tcp(link);
	if (link->c != NULL) {
		dna_net_forget(link->peer->settings.net, link->c);
		dna_case_free(link->c);
	}
	link->c = NULL;
}

/* ---- the steps; each returns whether there is an event ---- */

static bool raise_event(struct dna_flow_event *event, enum dna_flow_event_kind kind, uint64_t facts)
{
	*event = (struct dna_flow_event){ .kind = kind, .facts = facts };
	return true;
}

/* Why there is no way, or none is left. */
static enum dna_verdict_kind conclude(struct dna_link *link)
{
	const struct dna_verdict *verdict;
	enum dna_verdict_kind kind = DNA_VERDICT_UNDECIDED;

	link->route = DNA_ROUTE_DONE;
	if (link->c == NULL || dna_case_verdict(link->c, &verdict) != 0)
		return kind;
	kind = dna_verdict_kind(verdict);
	link->status = dna_exit_of(kind);
	dna_link_note(link, "no route", DNA_BAD,
		      json_pack("{s:s, s:s}", "verdict", dna_verdict_name(kind), "rule",
				dna_verdict_rule(verdict)),
		      "%s: %s [%s]", dna_verdict_name(kind), dna_verdict_reason(verdict),
		      dna_verdict_rule(verdict));
	return kind;
}

static bool find_no_route(struct dna_link *link, struct dna_flow_event *event)
{
	return raise_event(event,
			   conclude(link) == DNA_VERDICT_UNPROVEN ? DNA_FLOW_NOT_FOUND
								  : DNA_FLOW_UNRESOLVED,
			   0);
}

static bool resolve(struct dna_link *link, struct dna_flow_event *event)
{
	size_t count;
	int r;

	if (link->c == NULL)
		return find_no_route(link, event);
	r = dna_case_route(link->c, &count);
	if (r == DNA_E_AGAIN)
		return false;
	if (r != 0)
		return find_no_route(link, event);
	link->route = DNA_ROUTE_NONE;
	link->hop = 0;
	return raise_event(event, DNA_FLOW_RESOLVED, 0);
}

/* SEC-007: a stranger must not make us knock at doors that only we can reach. */
static bool may_lead_to(const struct dna_link *link, const char *text)
{
	struct sockaddr_storage address;

	return (link->purpose == DNA_FOR_WISH && link->redirect.host[0] == '\0') ||
	       link->peer->settings.allow_private ||
	       (dna_tcp_address(text, link->port, &address) != 0 &&
		dna_address_is_public((const struct sockaddr *)&address));
}

static bool begin_tcp(struct dna_link *link, const struct dna_hop *hop)
{
	const char *addresses[DNA_CONTACT_ADDRESSES];
	size_t found = dna_contact_addresses(link->c, link->hop, addresses), count = 0;

	link->port = dna_endpoint_port(hop->endpoint);
	for (size_t i = 0; i < found; i++)
		if (may_lead_to(link, addresses[i]))
			addresses[count++] = addresses[i];
	link->tls = dna_endpoint_tls(hop->endpoint);
	link->tcp_begun = true;
	return dna_tcp_init(&link->tcp, addresses, count, link->port) == 0;
}

void dna_route_next(struct dna_link *link)
{
	size_t count;
	struct dna_hop hop;

	end_tcp(link);
	/* The one before has had its chance; a veto has taken it off the route by itself. */
	if ((link->route == DNA_ROUTE_DONE || link->route == DNA_ROUTE_CONNECT) &&
	    dna_case_route(link->c, &count) == 0 && link->hop < count) {
		if (!link->judged && dna_case_hop(link->c, link->hop, &hop) == 0 &&
		    hop.decision == DNA_CONNECT)
			dna_case_unreachable(
				link->c, link->hop,
				dna_flow_trouble_entry((enum dna_flow_trouble)link->flow.trouble)
					->situation);
		link->hop++;
	}
	link->judged = false;
	link->route = DNA_ROUTE_NEXT;
}

/* Onwards to the next endpoint that may be connected to. */
static bool next(struct dna_link *link, struct dna_flow_event *event)
{
	struct dna_hop hop;
	size_t count;
	bool none;

	if (dna_case_route(link->c, &count) != 0)
		count = 0;
	for (; link->hop < count; link->hop++) {
		if (dna_case_hop(link->c, link->hop, &hop) != 0 || hop.decision == DNA_SKIP ||
		    hop.decision == DNA_UNREACHABLE)
			continue;
		if (hop.decision == DNA_PENDING)
			return false;
		link->route = DNA_ROUTE_CONNECT;
		if (!begin_tcp(link, &hop))
			return raise_event(event, DNA_FLOW_UNREACHABLE, 0);
		return false;
	}
	link->route = DNA_ROUTE_DONE;
	/* Where it was certain without a connection, there is nobody to connect to. */
	none = !link->decided && conclude(link) == DNA_VERDICT_UNPROVEN;
	return raise_event(event, none ? DNA_FLOW_NOT_FOUND : DNA_FLOW_EXHAUSTED, 0);
}

static bool give_up(struct dna_link *link, struct dna_flow_event *event, const char *why)
{
	dna_link_note(link, "unreachable", DNA_DOUBTFUL,
		      json_pack("{s:i}", "port", (int)link->port), "port %u: %s", link->port, why);
	dna_case_unreachable(link->c, link->hop, why);
	end_tcp(link);
	link->route = DNA_ROUTE_NONE;
	link->hop++;
	return raise_event(event, DNA_FLOW_UNREACHABLE, 0);
}

static void take_socket(struct dna_link *link)
{
	int fd = dna_tcp_take(&link->tcp);

	strncpy(link->address, dna_tcp_current(&link->tcp), sizeof(link->address) - 1);
	end_tcp(link);
	link->channel = dna_channel_new(fd, DNA_XMPP_SERVER, DNA_INITIATING);
}

/*
 * TCP connects while TLSA records are on their way. Nothing is said before they are there
 * (DANE-003).
 */
static bool connect_to_it(struct dna_link *link, struct dna_flow_event *event)
{
	struct dna_hop hop;
	const char *complaint;
	int r = 0;

	if (dna_case_hop(link->c, link->hop, &hop) != 0 || hop.decision == DNA_SKIP)
		return give_up(link, event, hop.reason);
	if (link->tcp_begun)
		r = dna_tcp_process(&link->tcp, link->now, UINT64_MAX);
	if (r == DNA_E_AGAIN || !hop.settled)
		return false;
	complaint = dna_tcp_complaint(&link->tcp);
	if (r != 0)
		return give_up(link, event,
			       complaint != NULL ? complaint
						 : "it has no address that may be connected to");
	take_socket(link);
	if (link->channel == NULL)
		return give_up(link, event, "there was no memory");
	link->route = DNA_ROUTE_DONE;
	dna_link_note(link, "connected", DNA_PLAIN,
		      json_pack("{s:s, s:i, s:s, s:s}", "host", dna_endpoint_host(hop.endpoint),
				"port", (int)link->port, "address", link->address, "tls",
				dna_tls_name(link->tls)),
		      "%s, port %u, at %s%s", dna_endpoint_host(hop.endpoint), link->port,
		      link->address, link->tls == DNA_DIRECT_TLS ? ", direct TLS" : "");
	return raise_event(event, DNA_FLOW_CONNECTED,
			   (link->tls == DNA_DIRECT_TLS ? DNA_FACT(DNA_FACT_DIRECT_TLS) : 0) |
				   (hop.tls_required ? DNA_FACT(DNA_FACT_TLS_MANDATORY) : 0));
}

bool dna_route_work(struct dna_link *link, struct dna_flow_event *event)
{
	switch (link->route) {
	case DNA_ROUTE_RESOLVE:
		return resolve(link, event);
	case DNA_ROUTE_NEXT:
		if (next(link, event))
			return true;
		return link->route == DNA_ROUTE_CONNECT && connect_to_it(link, event);
	case DNA_ROUTE_CONNECT:
		return connect_to_it(link, event);
	case DNA_ROUTE_NONE:
	case DNA_ROUTE_DONE:
		break;
	}
	return false;
}

bool dna_route_leads_here(const struct dna_link *link, struct dna_case *c, bool *settled)
{
	struct dna_hop hop;
	size_t count;
	int r = dna_case_route(c, &count);

	*settled = r != DNA_E_AGAIN;
	if (r != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (dna_case_hop(c, i, &hop) != 0)
			continue;
		if (hop.decision == DNA_PENDING)
			*settled = false;
		if (hop.decision != DNA_CONNECT || dna_endpoint_port(hop.endpoint) != link->port)
			continue;
		for (size_t k = 0; k < dna_case_address_count(c, i); k++)
			if (strcmp(dna_case_address_at(c, i, k), link->address) == 0) {
				*settled = true;
				return true;
			}
	}
	return false;
}

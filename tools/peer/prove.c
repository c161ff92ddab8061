/* Whom a certificate proves: a case for the stream's peer, and one for each further domain of its
 * pairs. */
#include "contact.h"
#include "peer/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void changed(struct dna_case *c, void *argument)
{
	struct dna_proof *proof = argument;

	(void)c;
	proof->changed = true;
}

/* ---- what was presented ---- */

static void present(struct dna_proof *proof)
{
	struct dna_link *link = proof->link;
	const struct dna_session *session = link->channel->session;
	struct dna_bytes chain[DNA_CONTACT_CHAIN];
	size_t count = dna_contact_chain(session, chain);
	int r = proof->own ? dna_case_present_peer(proof->c, chain, count)
			   : dna_case_present(proof->c, link->hop, chain, count);

	if (r != 0)
		dna_case_close(proof->c, "the certificates are too large to be judged");
	if (link->role == DNA_INITIATING) /* a client was not asked for its status */
		dna_contact_present_status(session, proof->c);
}

/* ---- beginning and end ---- */

/* Of a server that calls us only the domain is known; one that we called is where we found it. */
static struct dna_subject subject_of(const struct dna_link *link,
				     const struct dna_flow_action *action)
{
	bool incoming = link->role == DNA_RECEIVING;
	uint8_t local = incoming ? link->flow.to : link->flow.from;
	struct dna_subject subject = {
		.domain = dna_flow_domain(&link->names, action->domain),
		.service = DNA_XMPP_SERVER,
		.role = link->role,
	};
	struct dna_hop hop;

	if (action->from != 0 && action->to != 0)
		local = incoming ? action->to : action->from;
	subject.local = dna_flow_domain(&link->names, local);
	if (!incoming && dna_case_hop(link->c, link->hop, &hop) == 0) {
		subject.endpoint.host = dna_endpoint_host(hop.endpoint);
		subject.endpoint.port = link->port;
		subject.endpoint.tls = link->tls;
	}
	return subject;
}

/*
 * On a stream that we received nobody connects by the peer's SRV records. Bogus ones end attempts
 * to connect (DELEG-007, RFC 7673 section 3.1); here they only lend no names, and a certificate
 * that has the domain's own name proves it without them.
 */
static int begin(struct dna_proof *proof, const struct dna_flow_action *action)
{
	struct dna_link *link = proof->link;
	const struct dna_peer_settings *settings = &link->peer->settings;
	struct dna_subject subject = subject_of(link, action);
	int r;

	proof->own = link->role == DNA_RECEIVING || action->domain != link->flow.to;
	proof->c = link->c;
	if (!proof->own) {
		present(proof);
		return dna_route_gather(link);
	}
	r = dna_case_new(&proof->c, settings->policy, &subject, time(NULL));
	if (r != 0)
		return r;
	present(proof);
	return dna_net_gather(settings->net, proof->c, settings->milliseconds, changed, proof);
}

/* Numbers may stand for others when the verdict is there. */
static void keep_name(char name[DNA_NAME_MAX + 1], const struct dna_link *link, uint8_t number)
{
	if (number != 0)
		snprintf(name, DNA_NAME_MAX + 1, "%s", dna_flow_domain(&link->names, number));
}

void dna_proof_begin(struct dna_link *link, const struct dna_flow_action *action)
{
	struct dna_proof *proof = calloc(1, sizeof(*proof));

	if (proof == NULL)
		return; /* the timer ends it */
	proof->link = link;
	keep_name(proof->from, link, action->from);
	keep_name(proof->to, link, action->to);
	proof->changed = true;
	proof->next = link->proofs;
	link->proofs = proof;
	if (begin(proof, action) != 0 && proof->c != NULL)
		dna_case_close(proof->c, "it could not be looked up");
}

static void end(struct dna_proof *proof)
{
	if (proof->own && proof->c != NULL) {
		dna_net_forget(proof->link->peer->settings.net, proof->c);
		dna_case_free(proof->c);
	}
	free(proof);
}

void dna_proofs_clear(struct dna_link *link)
{
	while (link->proofs != NULL) {
		struct dna_proof *proof = link->proofs;

		link->proofs = proof->next;
		end(proof);
	}
}

/* ---- verdicts ---- */

/* Whether the flow waits for |kind|, or, without one, for any. Of a pair that is valid by now only
 * a veto counts: what proved it is judged anew (FLOW-028). */
static bool is_awaited(const struct dna_link *link, const struct dna_proof *proof,
		       enum dna_flow_event_kind kind)
{
	const struct dna_flow_pair *pair;

	if (proof->from[0] == '\0')
		return link->flow.state == DNA_FLOW_I6_VERIFY ||
		       link->flow.state == DNA_FLOW_R5_PROVE;
	pair = dna_pairs_find(link, proof->from, proof->to);
	if (pair == NULL)
		return false;
	if (pair->state == DNA_FLOW_P5_VALID)
		return kind == DNA_FLOW_NOTHING || kind == DNA_FLOW_VETO;
	return pair->state == DNA_FLOW_P1_CERTIFICATE || pair->state == DNA_FLOW_Q1_SUPPOSE;
}

static void tell(struct dna_link *link, struct dna_case *c)
{
	char text[DNA_DOMAINPART_MAX + 1];
	const struct dna_note note = { link->number, link->role == DNA_RECEIVING,
				       dna_link_with(link, text), "verdict", DNA_PLAIN };
	char *report;

	if (dna_case_report(c, NULL, &report) != 0)
		return;
	dna_transcript_verdict(&link->peer->transcript, &note, report);
	free(report);
}

/* Nothing: it depends on what is outstanding. What cannot be judged is refused. */
static void judge(struct dna_link *link, struct dna_proof *proof, struct dna_flow_event *event)
{
	const struct dna_verdict *verdict;
	int r = proof->c != NULL ? dna_case_verdict(proof->c, &verdict) : DNA_E_NOMEM;
	bool weak_enough;

	if (r == DNA_E_AGAIN)
		return;
	event->kind = DNA_FLOW_VETO;
	if (r != 0)
		return;
	tell(link, proof->c);
	weak_enough = strcmp(dna_verdict_minimum(verdict), "dna") != 0;
	if (!proof->own) {
		link->judged = link->decided = true;
		link->status = dna_exit_of(dna_verdict_kind(verdict));
		link->not_after = dna_verdict_not_after(verdict);
		link->weak_enough = weak_enough;
	}
	event->kind = dna_flow_verdict(dna_verdict_kind(verdict));
	event->facts = weak_enough ? 0 : DNA_FACT(DNA_FACT_DNA_REQUIRED);
}

/* POSH-030: the stream lives on when evidence expires, a POSH document, say. Whatever else would rest
 * on that is judged anew, with evidence that is fetched anew. */
bool dna_proof_holds(const struct dna_link *link)
{
	return !link->judged || time(NULL) < link->not_after;
}

/* The numbers of the pair's domains; what is for the stream has none. */
static void number_domains(const struct dna_link *link, const struct dna_proof *proof,
			   struct dna_flow_event *event)
{
	const struct dna_flow_pair *pair = dna_pairs_find(link, proof->from, proof->to);

	event->from = pair != NULL ? pair->from : 0;
	event->to = pair != NULL ? pair->to : 0;
}

bool dna_proof_work(struct dna_link *link, struct dna_flow_event *event)
{
	for (struct dna_proof **at = &link->proofs; *at != NULL; at = &(*at)->next) {
		struct dna_proof *proof = *at;
		bool awaited = is_awaited(link, proof, DNA_FLOW_NOTHING);

		*event = (struct dna_flow_event){ .kind = DNA_FLOW_NOTHING };
		if (awaited && proof->changed)
			judge(link, proof, event);
		proof->changed = false;
		if (awaited && event->kind == DNA_FLOW_NOTHING)
			continue;
		awaited = awaited && is_awaited(link, proof, event->kind);
		number_domains(link, proof, event);
		*at = proof->next;
		end(proof);
		return awaited || dna_proof_work(link, event);
	}
	return false;
}

/*
 * Callbacks: a claim on a stream that we received is verified by a stream that we open to the
 * authoritative server (RFC 7712 section 4.3). Strangers make us do that. Hence the same is not
 * done twice at the same time, as long as what proved the server holds (POSH-030), what failed is not
 * repeated at once, and there are bounds: for a stream, for where it comes from, and for all (SEC-006,
 * SEC-007).
 */
#include "peer/peer.h"

#include <stdio.h>
#include <string.h>

static void copy_name(char name[DNA_NAME_MAX + 1], const char *from)
{
	snprintf(name, DNA_NAME_MAX + 1, "%s", from);
}

static void tell(const struct dna_claim *claim, enum dna_flow_event_kind kind, uint64_t facts)
{
	struct dna_message message = { .kind = kind, .facts = facts, .claim = claim->number };

	copy_name(message.from, claim->from);
	copy_name(message.to, claim->to);
	dna_message_post(claim->link->peer, claim->link->number, &message);
}

/* ---- bounds ---- */

static bool has_room(const struct dna_link *link)
{
	size_t of_link = 0, of_address = 0;

	for (const struct dna_link *other = link->peer->links; other != NULL; other = other->next)
		for (const struct dna_claim *claim = other->claims; claim != NULL;
		     claim = claim->next) {
			if (claim->callback == 0)
				continue;
			of_link += other == link;
			of_address += dna_link_is_from(other, link->address);
		}
	return of_link < DNA_PEER_CALLBACKS_OF_LINK && of_address < DNA_PEER_CALLBACKS_OF_ADDRESS;
}

/*
 * Nobody may have more callbacks than there is room left for others: the more others have, the fewer
 * one more address gets, so that it takes a dozen of them to have all. Those that end count until they
 * are gone, or who comes again and again would have them all.
 */
static bool may_open(const struct dna_link *link)
{
	size_t left = DNA_PEER_CALLBACKS_MAX, own = 0;

	for (const struct dna_link *other = link->peer->links; other != NULL; other = other->next)
		if (other->purpose == DNA_FOR_CALLBACK) {
			left--;
			own += dna_link_is_for(other, link->address);
		}
	return own < left;
}

/* ---- who waits for which ---- */

static size_t count_waiting(const struct dna_peer *peer, uint32_t callback)
{
	size_t count = 0;

	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		for (const struct dna_claim *claim = link->claims; claim != NULL;
		     claim = claim->next)
			count += claim->callback == callback;
	return count;
}

static bool serves(const struct dna_link *callback, const struct dna_claim *claim)
{
	return callback->purpose == DNA_FOR_CALLBACK && !callback->released &&
	       !dna_flow_ended(&callback->flow) && dna_proof_holds(callback) &&
	       strcmp(dna_flow_domain(&callback->names, callback->flow.from), claim->to) == 0 &&
	       strcmp(dna_flow_domain(&callback->names, callback->flow.to), claim->from) == 0 &&
	       count_waiting(callback->peer, callback->number) < DNA_FLOW_PAIRS_MAX;
}

static struct dna_link *find_callback(const struct dna_peer *peer, const struct dna_claim *claim)
{
	for (struct dna_link *link = peer->links; link != NULL; link = link->next)
		if (serves(link, claim))
			return link;
	return NULL;
}

static struct dna_link *open_callback(const struct dna_claim *claim)
{
	struct dna_link *callback = NULL;

	if (may_open(claim->link))
		callback = dna_link_begin(claim->link->peer, claim->to, claim->from,
					  DNA_FOR_CALLBACK, claim->link->now);
	if (callback == NULL)
		return NULL;
	strcpy(callback->asker, claim->link->address);
	dna_link_note(callback, "callback", DNA_PLAIN,
		      json_pack("{s:i, s:s, s:s}", "about", (int)claim->link->number, "from",
				claim->from, "to", claim->to),
		      "to ask about the key that stream %u brought", claim->link->number);
	return callback;
}

/* ---- from the claim to the word about its key ---- */

static void refuse(struct dna_link *link, const char *from, const char *to)
{
	struct dna_message message = { .kind = DNA_FLOW_CALLBACK_FAILED,
				       .facts = DNA_FACT(DNA_FACT_CONSTRAINT) };

	copy_name(message.from, from);
	copy_name(message.to, to);
	dna_message_post(link->peer, link->number, &message);
}

/* |from|: the sender domain, whose server is called; |to|: ours. */
void dna_callback_begin(struct dna_link *link, const char *from, const char *to)
{
	struct dna_claim *claim = dna_claim_of(link, from, to);
	enum dna_flow_event_kind failed = dna_failure_find(link->peer, from, to, link->now);
	struct dna_link *callback = NULL;

	if (claim != NULL && failed != DNA_FLOW_NOTHING) {
		tell(claim, failed, 0);
		return;
	}
	if (claim != NULL && has_room(link)) {
		callback = find_callback(link->peer, claim);
		if (callback == NULL)
			callback = open_callback(claim);
	}
	if (callback == NULL) {
		refuse(link, from, to);
		return;
	}
	claim->callback = callback->number;
	dna_callback_report(callback); /* it may be ready already */
}

static uint64_t fact_of(const struct dna_link *link, const struct dna_link *callback,
			const char *domain)
{
	return dna_leaf_is_shared(link, callback, domain) ? DNA_FACT(DNA_FACT_SAME_CERTIFICATE) : 0;
}

void dna_callback_report(struct dna_link *callback)
{
	struct dna_peer *peer = callback->peer;
	struct dna_flow_event event;
	bool failed = false;

	dna_flow_called_back(&callback->flow, &event);
	if (event.kind == DNA_FLOW_NOTHING)
		return;
	if (!callback->weak_enough)
		event.facts |= DNA_FACT(DNA_FACT_DNA_REQUIRED);
	for (struct dna_link *link = peer->links; link != NULL; link = link->next)
		for (struct dna_claim *claim = link->claims; claim != NULL; claim = claim->next) {
			if (claim->callback != callback->number || claim->told)
				continue;
			claim->told = true;
			failed = event.kind != DNA_FLOW_CALLED_BACK;
			tell(claim, event.kind, event.facts | fact_of(link, callback, claim->from));
		}
	if (failed)
		dna_failure_note(peer, dna_flow_domain(&callback->names, callback->flow.to),
				 dna_flow_domain(&callback->names, callback->flow.from), event.kind,
				 callback->now);
}

void dna_callback_ask(struct dna_link *link, const char *from, const char *to)
{
	const struct dna_claim *claim = dna_claim_of(link, from, to);
	const struct dna_link *callback;
	struct dna_message message = { .kind = DNA_FLOW_WANT_VERIFY };

	if (claim == NULL)
		return;
	callback = dna_peer_link(link->peer, claim->callback);
	if (callback == NULL || dna_flow_ended(&callback->flow)) {
		tell(claim, DNA_FLOW_CALLBACK_LOST, 0);
		return;
	}
	message.claim = claim->number;
	copy_name(message.from, to);
	copy_name(message.to, from);
	dna_message_post(link->peer, claim->callback, &message);
}

void dna_callback_answer(struct dna_peer *peer, uint32_t number, enum dna_flow_event_kind kind)
{
	const struct dna_claim *claim = dna_claim_find(peer, number);

	if (claim != NULL)
		tell(claim, kind, 0);
}

/* Nobody waits for it any more: it may go. */
void dna_callback_release(struct dna_claim *claim)
{
	struct dna_peer *peer = claim->link->peer;
	struct dna_link *callback = dna_peer_link(peer, claim->callback);

	claim->callback = 0;
	if (callback == NULL || callback->released || count_waiting(peer, callback->number) > 0)
		return;
	callback->released = true;
	dna_message_post(peer, callback->number, &(struct dna_message){ .kind = DNA_FLOW_LEAVE });
}

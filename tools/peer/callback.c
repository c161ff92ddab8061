/* What links have to tell each other: a stream that we received has its keys verified by one that we
 * open (RFC 7712 section 4.3). */
#include "peer/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- messages ---- */

void dna_message_post(struct dna_peer *peer, uint32_t link, const struct dna_message *message)
{
	struct dna_message **at = &peer->messages;
	struct dna_message *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return; /* a timer ends what waits for it */
	*copy = *message;
	copy->link = link;
	copy->next = NULL;
	while (*at != NULL)
		at = &(*at)->next;
	*at = copy;
}

bool dna_messages_deliver(struct dna_peer *peer, uint64_t now)
{
	bool delivered = peer->messages != NULL;

	while (peer->messages != NULL) {
		struct dna_message *message = peer->messages;
		struct dna_link *link = dna_peer_link(peer, message->link);

		peer->messages = message->next;
		if (link != NULL) {
			link->now = now;
			link->poked = true;
			dna_link_event_of(link, message->kind, message->facts, message->from,
					  message->to, message->origin);
		}
		free(message);
	}
	return delivered;
}

/* ---- callbacks ---- */

struct dna_link *dna_callback_of(const struct dna_link *link, const char *from, const char *to)
{
	for (struct dna_link *other = link->peer->links; other != NULL; other = other->next)
		if (other->origin == link->number && !dna_flow_ended(&other->flow) &&
		    strcmp(other->origin_from, from) == 0 && strcmp(other->origin_to, to) == 0)
			return other;
	return NULL;
}

struct dna_link *dna_callback_origin(const struct dna_peer *peer, const char *id)
{
	for (struct dna_link *link = peer->links; link != NULL; link = link->next)
		if (link->role == DNA_RECEIVING && id[0] != '\0' && strcmp(link->id, id) == 0)
			return link;
	return NULL;
}

static size_t count_callbacks(const struct dna_peer *peer)
{
	size_t count = 0;

	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		if (link->origin != 0)
			count++;
	return count;
}

/* |from|: the sender domain, whose server is called; |to|: ours. */
void dna_callback_begin(struct dna_link *link, const char *from, const char *to)
{
	struct dna_message message = { .kind = DNA_FLOW_CALLBACK_FAILED };
	struct dna_link *callback = NULL;

	if (count_callbacks(link->peer) < DNA_PEER_CALLBACKS_MAX)
		callback = dna_link_begin(link->peer, to, from, link->number, link->now);
	if (callback != NULL) {
		snprintf(callback->origin_from, sizeof(callback->origin_from), "%s", from);
		snprintf(callback->origin_to, sizeof(callback->origin_to), "%s", to);
		dna_link_note(callback, "callback", DNA_PLAIN,
			      json_pack("{s:i, s:s, s:s}", "about", (int)link->number, "from", from,
					"to", to),
			      "to ask about the key that stream %u brought", link->number);
		return;
	}
	snprintf(message.from, sizeof(message.from), "%s", from);
	snprintf(message.to, sizeof(message.to), "%s", to);
	dna_message_post(link->peer, link->number, &message);
}

void dna_callback_report(struct dna_link *callback)
{
	struct dna_flow_event event;
	struct dna_message message = { 0 };

	if (callback->told)
		return;
	dna_flow_called_back(&callback->flow, &event);
	if (event.kind == DNA_FLOW_NOTHING)
		return;
	callback->told = true;
	message.kind = event.kind;
	message.facts = event.facts;
	snprintf(message.from, sizeof(message.from), "%s", callback->origin_from);
	snprintf(message.to, sizeof(message.to), "%s", callback->origin_to);
	dna_message_post(callback->peer, callback->origin, &message);
}

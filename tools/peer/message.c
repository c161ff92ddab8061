/* What links have to tell each other. It is handed over between steps, never within one. */
#include "peer/peer.h"

#include <stdlib.h>

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

static void deliver(struct dna_peer *peer, const struct dna_message *message, uint64_t now)
{
	struct dna_link *link = dna_peer_link(peer, message->link);

	if (link == NULL || (message->claim != 0 && dna_claim_find(peer, message->claim) == NULL))
		return;
	link->now = now;
	link->poked = true;
	dna_link_event_of(link, message->kind, message->facts, message->from, message->to,
			  message->claim);
}

bool dna_messages_deliver(struct dna_peer *peer, uint64_t now)
{
	bool delivered = peer->messages != NULL;

	while (peer->messages != NULL) {
		struct dna_message *message = peer->messages;

		peer->messages = message->next;
		deliver(peer, message, now);
		free(message);
	}
	return delivered;
}

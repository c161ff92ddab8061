/* Stanzas: those of ours that wait for their pairs, the pings that show that these work, and the
 * answers to those of others. */
#include "peer/peer.h"
#include "stream/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void copy_name(char name[DNA_NAME_MAX + 1], const char *from)
{
	snprintf(name, DNA_NAME_MAX + 1, "%s", from);
}

/* ---- those that wait ---- */

static bool is_for(const struct dna_queued *stanza, const char *from, const char *to)
{
	return strcmp(stanza->from, from) == 0 && strcmp(stanza->to, to) == 0;
}

static void write_stanza(struct dna_link *link, const struct dna_queued *stanza)
{
	struct dna_buffer *out = &link->channel->out;

	if (stanza->ping)
		dna_write_ping(out, stanza->jid_from, stanza->jid_to, stanza->id);
	else
		dna_write_answer(out, stanza->jid_from, stanza->jid_to, stanza->id,
				 stanza->condition);
	dna_link_note(link, stanza->ping ? "ping" : "pong", DNA_PLAIN,
		      json_pack("{s:s, s:s, s:s}", "from", stanza->jid_from, "to", stanza->jid_to,
				"id", stanza->id),
		      "%s %s", stanza->ping ? "sent to" : "answered", stanza->jid_to);
}

/* What becomes of the stanzas of a pair: they are sent, or dropped. */
static void empty_queue(struct dna_link *link, const char *from, const char *to, bool send)
{
	struct dna_queued **at = &link->queue;

	while (*at != NULL) {
		struct dna_queued *stanza = *at;

		if (from != NULL && !is_for(stanza, from, to)) {
			at = &stanza->next;
			continue;
		}
		if (send && link->channel != NULL)
			write_stanza(link, stanza);
		*at = stanza->next;
		link->queue_count--;
		free(stanza);
	}
}

static void enqueue(struct dna_link *link, const struct dna_queued *stanza)
{
	struct dna_queued **at = &link->queue;
	struct dna_queued *copy;

	if (link->queue_count >= DNA_PEER_QUEUE_MAX)
		return;
	copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return;
	*copy = *stanza;
	copy->next = NULL;
	while (*at != NULL)
		at = &(*at)->next;
	*at = copy;
	link->queue_count++;
}

void dna_stanzas_bounce(struct dna_link *link, const char *from, const char *to)
{
	empty_queue(link, from, to, false);
}

void dna_stanzas_clear(struct dna_link *link)
{
	empty_queue(link, NULL, NULL, false);
}

void dna_stanzas_flush(struct dna_link *link, const char *from, const char *to)
{
	empty_queue(link, from, to, true);
}

/* ---- pings ---- */

/* The answer comes on a stream of the peer's own (FLOW-030): only who listens can hear it. */
void dna_stanzas_ping(struct dna_link *link, struct dna_wish *wish)
{
	struct dna_queued stanza = { .ping = true };
	uint8_t random[8] = { 0 };

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		return;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(wish->ping + 2 * i, 3, "%02x", random[i]);
	wish->pong_by = link->now +
			(link->peer->listener_count > 0 ? link->peer->settings.milliseconds : 0);
	copy_name(stanza.from, wish->from);
	copy_name(stanza.to, wish->to);
	snprintf(stanza.id, sizeof(stanza.id), "%s", wish->ping);
	dna_domain_prepare(wish->from, stanza.to, stanza.jid_from);
	dna_domain_prepare(wish->to, stanza.to, stanza.jid_to);
	write_stanza(link, &stanza);
}

/* ---- what the peer sends ---- */

static void take_answer(struct dna_link *link, const struct dna_element *e)
{
	for (size_t i = 0; i < link->peer->wish_count; i++) {
		struct dna_wish *wish = &link->peer->wishes[i];

		if (wish->ping[0] == '\0' || strcmp(wish->ping, e->id) != 0)
			continue;
		wish->answered = true;
		dna_link_note(link, "pong", DNA_GOOD,
			      json_pack("{s:s, s:s, s:s, s:s}", "from", e->from, "to", e->to,
					"type", e->type, "condition", e->condition),
			      "%s answers the ping: %s%s%s", e->from, e->type,
			      e->condition[0] != '\0' ? ", " : "", e->condition);
	}
}

static void send_stanza(struct dna_peer *peer, const struct dna_queued *stanza, uint64_t now)
{
	struct dna_message message = { .kind = DNA_FLOW_WANT_PAIR };
	struct dna_link *link = NULL;

	if (!dna_outgoing_is_too_early(peer, stanza->from, stanza->to, now))
		link = dna_outgoing_for(peer, stanza->from, stanza->to, DNA_FOR_ANSWERS, now);
	if (link == NULL)
		return;
	enqueue(link, stanza);
	copy_name(message.from, stanza->from);
	copy_name(message.to, stanza->to);
	dna_message_post(peer, link->number, &message);
}

static void answer(struct dna_link *link, const struct dna_element *e)
{
	bool is_ping = e->flags & DNA_XML_IS_PING;
	struct dna_queued stanza = { .condition = is_ping ? NULL : "service-unavailable" };

	snprintf(stanza.id, sizeof(stanza.id), "%s", e->id);
	snprintf(stanza.jid_from, sizeof(stanza.jid_from), "%s", e->to);
	snprintf(stanza.jid_to, sizeof(stanza.jid_to), "%s", e->from);
	if (dna_link_domain_of(e->to, stanza.from) != 0 ||
	    dna_link_domain_of(e->from, stanza.to) != 0)
		return;
	dna_link_note(link, is_ping ? "ping" : "stanza", DNA_PLAIN,
		      json_pack("{s:s, s:s, s:s}", "from", e->from, "to", e->to, "id", e->id),
		      "%s from %s to %s", is_ping ? "a ping" : "a request", e->from, e->to);
	send_stanza(link->peer, &stanza, link->now);
}

void dna_stanzas_take(struct dna_link *link, const struct dna_element *e)
{
	if (strcmp(e->name, "iq") != 0)
		dna_link_note(
			link, "stanza", DNA_PLAIN,
			json_pack("{s:s, s:s, s:s}", "name", e->name, "from", e->from, "to", e->to),
			"<%s/> from %s to %s", e->name, e->from, e->to);
	else if (strcmp(e->type, "get") == 0 || strcmp(e->type, "set") == 0)
		answer(link, e);
	else
		take_answer(link, e);
}

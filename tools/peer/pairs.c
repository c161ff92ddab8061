/* Who wants to say what to whom: the pairs that were wished for, the pings that show that they work,
 * and the answers to those of others. */
#include "peer/peer.h"
#include "stream/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define PONG_MILLISECONDS 10000

static void copy_name(char name[DNA_NAME_MAX + 1], const char *from)
{
	snprintf(name, DNA_NAME_MAX + 1, "%s", from);
}

/* ---- stanzas that wait ---- */

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

void dna_pairs_bounce(struct dna_link *link, const char *from, const char *to)
{
	empty_queue(link, from, to, false);
}

void dna_pairs_clear(struct dna_link *link)
{
	empty_queue(link, NULL, NULL, false);
	dna_claims_clear(link);
}

static bool is_named(const struct dna_link *link, uint8_t number, const char *name)
{
	const char *found = dna_flow_domain(&link->names, number);

	return found != NULL && strcmp(found, name) == 0;
}

const struct dna_flow_pair *dna_pairs_find(const struct dna_link *link, const char *from,
					   const char *to)
{
	for (size_t i = 0; i < link->flow.count; i++) {
		const struct dna_flow_pair *pair = &link->flow.pairs[i];

		if (pair->origin == 0 && is_named(link, pair->from, from) &&
		    is_named(link, pair->to, to))
			return pair;
	}
	return NULL;
}

/* ---- streams of ours ---- */

static bool carries(const struct dna_link *link, const char *from, const char *to)
{
	return link->role == DNA_INITIATING && link->purpose != DNA_FOR_CALLBACK &&
	       !dna_flow_ended(&link->flow) && is_named(link, link->flow.from, from) &&
	       is_named(link, link->flow.to, to);
}

static struct dna_link *find_stream(const struct dna_peer *peer, const char *from, const char *to)
{
	struct dna_link *link = peer->links;

	while (link != NULL && !carries(link, from, to))
		link = link->next;
	return link;
}

static struct dna_link *stream_for(struct dna_peer *peer, const char *from, const char *to,
				   enum dna_purpose purpose, uint64_t now)
{
	struct dna_link *link = find_stream(peer, from, to);

	return link != NULL ? link : dna_link_begin(peer, from, to, purpose, now);
}

/* FLOW-029: what others say must not make us knock again and again where nobody opens. */
static bool is_too_early(struct dna_peer *peer, const char *from, const char *to, uint64_t now)
{
	const struct dna_note note = { 0, false, to, "waiting", DNA_DOUBTFUL };

	if (find_stream(peer, from, to) != NULL ||
	    dna_backoff_allows(&peer->backoff, from, to, now))
		return false;
	dna_transcript_note(
		&peer->transcript, &note, json_pack("{s:s, s:s}", "from", from, "to", to),
		"no stream from %s could be had, and it is too early to try again", from);
	return true;
}

/* A stream of ours has ended: when may it be tried again? */
static void learn(struct dna_link *link)
{
	const char *from = dna_flow_domain(&link->names, link->flow.from);
	const char *to = dna_flow_domain(&link->names, link->flow.to);
	uint64_t random = 0;

	if (link->role != DNA_INITIATING || link->purpose == DNA_FOR_CALLBACK || from == NULL ||
	    to == NULL)
		return;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = link->now;
	if (link->accepted)
		dna_backoff_succeeded(&link->peer->backoff, from, to);
	else
		dna_backoff_failed(&link->peer->backoff, from, to, link->now, random);
}

static void send_stanza(struct dna_peer *peer, const struct dna_queued *stanza, uint64_t now)
{
	struct dna_message message = { .kind = DNA_FLOW_WANT_PAIR };
	struct dna_link *link = NULL;

	if (!is_too_early(peer, stanza->from, stanza->to, now))
		link = stream_for(peer, stanza->from, stanza->to, DNA_FOR_ANSWERS, now);
	if (link == NULL)
		return;
	enqueue(link, stanza);
	copy_name(message.from, stanza->from);
	copy_name(message.to, stanza->to);
	dna_message_post(peer, link->number, &message);
}

static struct dna_wish *find_wish(struct dna_peer *peer, const char *from, const char *to)
{
	for (size_t i = 0; i < peer->wish_count; i++)
		if (strcmp(peer->wishes[i].from, from) == 0 && strcmp(peer->wishes[i].to, to) == 0)
			return &peer->wishes[i];
	return NULL;
}

void dna_pairs_elsewhere(struct dna_link *link, const char *from, const char *to)
{
	struct dna_peer *peer = link->peer;
	struct dna_link *other;
	struct dna_wish *wish;

	dna_link_note(link, "elsewhere", DNA_DOUBTFUL,
		      json_pack("{s:s, s:s}", "from", from, "to", to),
		      "%s to %s needs a stream of its own", from, to);
	wish = find_wish(peer, from, to);
	other = stream_for(peer, from, to, wish != NULL ? DNA_FOR_WISH : DNA_FOR_ANSWERS,
			   link->now);
	if (other == NULL || wish == NULL)
		return;
	wish->link = other->number;
	other->purpose = DNA_FOR_WISH;
}

/* ---- wishes ---- */

static void end_wish(struct dna_wish *wish, int status, bool accepted)
{
	wish->ended = true;
	wish->accepted = accepted;
	wish->status = accepted ? status : dna_exit_worst(status, DNA_EXIT_UNPROVEN);
}

void dna_pairs_end(struct dna_link *link, const char *from, const char *to, bool accepted)
{
	struct dna_wish *wish = find_wish(link->peer, from, to);

	if (wish != NULL && !wish->ended && wish->link == link->number)
		end_wish(wish, link->status, accepted);
}

void dna_pairs_ended(struct dna_link *link)
{
	for (size_t i = 0; i < link->peer->wish_count; i++) {
		struct dna_wish *wish = &link->peer->wishes[i];

		if (wish->begun && !wish->ended && wish->link == link->number)
			end_wish(wish, link->status, false);
	}
	learn(link);
	empty_queue(link, NULL, NULL, false);
	dna_proofs_clear(link);
	dna_route_clear(link);
}

static void changed(struct dna_case *c, void *argument)
{
	(void)c, (void)argument; /* it is looked at in each turn */
}

static void want_pair(struct dna_peer *peer, struct dna_wish *wish, bool here)
{
	struct dna_message message = {
		.kind = DNA_FLOW_WANT_PAIR,
		.facts = here ? DNA_FACT(DNA_FACT_SAME_ENDPOINT) : 0,
	};

	wish->begun = true;
	copy_name(message.from, wish->from);
	copy_name(message.to, wish->to);
	dna_message_post(peer, wish->link, &message);
}

/* FLOW-024: another target may be supposed where its own DNS leads to the same place. */
static void suppose(struct dna_peer *peer, struct dna_wish *wish, const struct dna_link *link)
{
	const struct dna_peer_settings *settings = &peer->settings;
	const struct dna_subject subject = { .domain = wish->to,
					     .local = wish->from,
					     .service = DNA_XMPP_SERVER };
	bool settled = true, here = false;

	if (wish->c == NULL &&
	    dna_case_new(&wish->c, settings->policy, &subject, time(NULL)) == 0 &&
	    dna_net_gather(settings->net, wish->c, settings->milliseconds, changed, wish) != 0)
		dna_case_close(wish->c, "there was no memory");
	if (wish->c != NULL)
		here = dna_route_leads_here(link, wish->c, &settled);
	if (settled)
		want_pair(peer, wish, here);
}

/* Piggybacking begins when the stream is there; without it there is nothing to ride on. */
static void piggyback(struct dna_peer *peer, struct dna_wish *wish)
{
	const struct dna_wish *first = &peer->wishes[0];
	struct dna_link *link = dna_peer_link(peer, first->link);

	if (!first->ended)
		return;
	wish->link = first->link;
	if (!first->accepted || link == NULL || dna_flow_ended(&link->flow)) {
		wish->begun = true;
		end_wish(wish, first->status, false);
		return;
	}
	if (strcmp(wish->to, first->to) == 0)
		want_pair(peer, wish, true);
	else
		suppose(peer, wish, link);
}

void dna_pairs_begin(struct dna_peer *peer, uint64_t now)
{
	for (size_t i = 0; i < peer->wish_count; i++) {
		struct dna_wish *wish = &peer->wishes[i];
		struct dna_link *link;

		if (wish->begun)
			continue;
		if (wish->piggybacked) {
			piggyback(peer, wish);
			continue;
		}
		wish->begun = true;
		link = dna_link_begin(peer, wish->from, wish->to, DNA_FOR_WISH, now);
		if (link != NULL)
			wish->link = link->number;
		else
			end_wish(wish, DNA_EXIT_UNDECIDED, false);
	}
}

static bool awaits(const struct dna_wish *wish, uint64_t now)
{
	return !wish->ended || (wish->ping[0] != '\0' && !wish->answered && now < wish->pong_by);
}

bool dna_pairs_done(const struct dna_peer *peer, uint64_t now)
{
	for (size_t i = 0; i < peer->wish_count; i++)
		if (awaits(&peer->wishes[i], now))
			return false;
	return peer->wish_count > 0;
}

uint64_t dna_pairs_deadline(const struct dna_peer *peer)
{
	uint64_t deadline = UINT64_MAX;

	for (size_t i = 0; i < peer->wish_count; i++)
		if (peer->wishes[i].ping[0] != '\0' && !peer->wishes[i].answered &&
		    peer->wishes[i].pong_by < deadline)
			deadline = peer->wishes[i].pong_by;
	return deadline;
}

/* ---- pings ---- */

/* The answer comes on a stream of the peer's own (FLOW-030): only who listens can hear it. */
static void ping(struct dna_link *link, struct dna_wish *wish)
{
	struct dna_queued stanza = { .ping = true };
	uint8_t random[8] = { 0 };

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		return;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(wish->ping + 2 * i, 3, "%02x", random[i]);
	wish->pong_by = link->now + (link->peer->listener_count > 0 ? PONG_MILLISECONDS : 0);
	copy_name(stanza.from, wish->from);
	copy_name(stanza.to, wish->to);
	snprintf(stanza.id, sizeof(stanza.id), "%s", wish->ping);
	dna_domain_prepare(wish->from, stanza.to, stanza.jid_from);
	dna_domain_prepare(wish->to, stanza.to, stanza.jid_to);
	write_stanza(link, &stanza);
}

void dna_pairs_flush(struct dna_link *link, const char *from, const char *to)
{
	struct dna_wish *wish = find_wish(link->peer, from, to);

	if (link->channel == NULL)
		return;
	if (wish != NULL && wish->link == link->number && wish->ping[0] == '\0')
		ping(link, wish);
	empty_queue(link, from, to, true);
}

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

void dna_pairs_stanza(struct dna_link *link, const struct dna_element *e)
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

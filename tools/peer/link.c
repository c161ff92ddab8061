/* What happens on a link, told to its flow. */
#include "peer/peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64

struct dna_link *dna_link_new(struct dna_peer *peer, enum dna_role role, uint64_t now)
{
	struct dna_link *link;

	if (peer->link_count >= DNA_PEER_LINKS_MAX)
		return NULL;
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return NULL;
	link->peer = peer;
	link->number = ++peer->last_number;
	link->role = role;
	link->now = link->heard = now;
	link->status = DNA_EXIT_UNPROVEN;
	link->poked = true;
	link->next = peer->links;
	peer->links = link;
	peer->link_count++;
	return link;
}

struct dna_link *dna_link_begin(struct dna_peer *peer, const char *from, const char *to,
				enum dna_purpose purpose, uint64_t now)
{
	struct dna_link *link = dna_link_new(peer, DNA_INITIATING, now);
	struct dna_flow_config config = peer->settings.flow;

	if (link == NULL)
		return NULL;
	config.verify_only = purpose == DNA_FOR_CALLBACK;
	link->purpose = purpose;
	dna_flow_init(&link->flow, DNA_FLOW_S2S_INITIATING, &config);
	dna_link_event_of(link, DNA_FLOW_START, 0, from, to, 0);
	return link;
}

void dna_link_free(struct dna_link *link)
{
	dna_proofs_clear(link);
	dna_route_clear(link);
	dna_stanzas_clear(link);
	dna_claims_clear(link);
	dna_channel_free(link->channel);
	dna_channel_free(link->closing);
	free(link);
}

/* An address, or a network of those that IPv6 gives to one. */
static bool is_same_neighbour(const char *one, const char *other)
{
	struct in6_addr first, second;

	if (inet_pton(AF_INET6, one, &first) == 1 && inet_pton(AF_INET6, other, &second) == 1)
		return memcmp(&first, &second, 8) == 0;
	return strcmp(one, other) == 0;
}

bool dna_link_is_from(const struct dna_link *link, const char *address)
{
	return is_same_neighbour(link->address, address);
}

bool dna_link_is_for(const struct dna_link *link, const char *address)
{
	return is_same_neighbour(link->asker, address);
}

bool dna_link_names(const struct dna_link *link, uint8_t number, const char *name)
{
	const char *found = dna_flow_domain(&link->names, number);

	return found != NULL && strcmp(found, name) == 0;
}

const char *dna_link_unicode(const struct dna_link *link, uint8_t number,
			     char text[DNA_DOMAINPART_MAX + 1])
{
	const char *name = dna_flow_domain(&link->names, number);
	char ascii[DNA_NAME_MAX + 1];

	text[0] = '\0';
	if (name != NULL)
		dna_domain_prepare(name, ascii, text);
	return text;
}

const char *dna_link_with(const struct dna_link *link, char text[DNA_DOMAINPART_MAX + 1])
{
	bool incoming = link->role == DNA_RECEIVING;

	dna_link_unicode(link, incoming ? link->flow.from : link->flow.to, text);
	if (text[0] == '\0')
		snprintf(text, DNA_DOMAINPART_MAX + 1, "%s",
			 link->hint[0] != '\0' ? link->hint : link->address);
	return text;
}

void dna_link_note(const struct dna_link *link, const char *event, enum dna_style style,
		   json_t *fields, const char *format, ...)
{
	char text[DNA_DOMAINPART_MAX + 1], sentence[2 * DNA_REASON_MAX];
	const struct dna_note about = { link->number, link->role == DNA_RECEIVING,
					dna_link_with(link, text), event, style };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	dna_transcript_note(&link->peer->transcript, &about, fields, "%s", sentence);
}

void dna_link_event(struct dna_link *link, const struct dna_flow_event *event)
{
	struct dna_flow_actions actions;

	if (dna_flow_ended(&link->flow))
		return; /* what follows from its end has followed */
	if (dna_flow_step(&link->flow, event, &actions) != 0)
		return;
	for (size_t i = 0; i < actions.count; i++)
		dna_link_act(link, &actions.list[i]);
	dna_claims_settle(link);
	if (dna_flow_ended(&link->flow))
		dna_pairs_ended(link);
}

void dna_link_event_of(struct dna_link *link, enum dna_flow_event_kind kind, uint64_t facts,
		       const char *from, const char *to, uint32_t origin)
{
	struct dna_flow_event event = { .kind = kind, .facts = facts, .origin = origin };

	if (from != NULL && from[0] != '\0' &&
	    dna_flow_domains_find(&link->names, &link->flow, from, to, &event) != 0)
		return;
	dna_link_event(link, &event);
}

/* ---- news ---- */

static uint64_t fact(bool holds, enum dna_flow_fact number)
{
	return holds ? DNA_FACT(number) : 0;
}

static void take_tls(struct dna_link *link, struct dna_flow_event *event)
{
	const struct dna_session *session = link->channel->session;
	bool peer_chain = dna_session_chain_count(session) > 0;

	link->expires = dna_session_expires(session, time(NULL));
	link->presented = link->role == DNA_RECEIVING || dna_session_presented(session);
	*event = (struct dna_flow_event){ .kind = DNA_FLOW_TLS_DONE };
	event->facts =
		fact(peer_chain, DNA_FACT_PEER_CHAIN) | fact(link->presented, DNA_FACT_OWN_CHAIN);
	dna_link_note(link, "secured", DNA_PLAIN,
		      json_pack("{s:s, s:s, s:b, s:b}", "version", dna_session_version(session),
				"cipher", dna_session_cipher(session), "presented", link->presented,
				"certificate", peer_chain),
		      "%s with %s; %s", dna_session_version(session), dna_session_cipher(session),
		      link->role == DNA_RECEIVING
			      ? (peer_chain ? "it presented a certificate"
					    : "it presented no certificate")
			      : (link->presented ? "we presented our certificate"
						 : "it saw no certificate of ours"));
}

static void take_loss(struct dna_link *link, enum dna_flow_event_kind kind,
		      struct dna_flow_event *event)
{
	const char *complaint = link->channel->complaint;

	*event = (struct dna_flow_event){ .kind = kind };
	dna_link_note(link, "lost", DNA_DOUBTFUL, NULL, "%s%s", complaint[0] == ':' ? "" : "it ",
		      complaint[0] == ':' ? complaint + 2 : complaint);
}

static bool hears(const struct dna_link *link)
{
	return !dna_flow_suspends(&link->flow);
}

static bool hear(struct dna_link *link, struct dna_flow_event *event)
{
	enum dna_xml_kind kind = DNA_XML_NOTHING;

	if (link->channel == NULL)
		return false;
	switch (dna_channel_next(link->channel, hears(link), &kind)) {
	case DNA_CHANNEL_NOTHING:
		return false;
	case DNA_CHANNEL_SECURED:
		take_tls(link, event);
		break;
	case DNA_CHANNEL_TLS_FAILED:
		take_loss(link, DNA_FLOW_TLS_FAILED, event);
		break;
	case DNA_CHANNEL_ENDED:
	case DNA_CHANNEL_LOST:
		take_loss(link, DNA_FLOW_CLOSED, event);
		break;
	case DNA_CHANNEL_XML:
		dna_link_read(link, kind, event);
		break;
	}
	link->heard = link->now;
	return true;
}

static bool await_timers(struct dna_link *link, struct dna_flow_event *event)
{
	for (size_t i = 0; i < sizeof(link->timers) / sizeof(link->timers[0]); i++) {
		struct dna_link_timer *timer = &link->timers[i];

		if (timer->deadline == 0 || link->now < timer->deadline)
			continue;
		timer->deadline = 0;
		*event = (struct dna_flow_event){ .kind = DNA_FLOW_TIMER,
						  .from = timer->from,
						  .to = timer->to,
						  .origin = timer->origin };
		return true;
	}
	return false;
}

/* A stream that is ready has no timer; but it may be silent for too long, and what proved the peer
 * may hold no more (FLOW-028). */
static bool await_the_end(struct dna_link *link, struct dna_flow_event *event)
{
	bool silent = link->now >= link->heard + DNA_PEER_IDLE * 1000;
	bool expired =
		link->channel != NULL && link->channel->secured && time(NULL) > link->expires;

	if (!dna_flow_ready(&link->flow) || (!silent && !expired))
		return false;
	link->heard = link->now;
	*event = (struct dna_flow_event){ .kind = expired ? DNA_FLOW_EXPIRED : DNA_FLOW_LEAVE };
	return true;
}

static bool next_event(struct dna_link *link, struct dna_flow_event *event)
{
	if (dna_flow_ended(&link->flow))
		return false;
	return await_timers(link, event) || await_the_end(link, event) ||
	       dna_route_work(link, event) || dna_proof_work(link, event) || hear(link, event);
}

/* SEC-006: however much a peer says, other links have their turn, and timers theirs. */
void dna_link_work(struct dna_link *link, uint64_t now)
{
	struct dna_flow_event event;
	unsigned taken = 0;

	link->now = now;
	for (; taken < EVENTS_AT_ONCE && next_event(link, &event); taken++)
		dna_link_event(link, &event);
	if (taken == EVENTS_AT_ONCE || (link->channel != NULL && link->channel->more))
		link->poked = true;
	if (link->closing != NULL)
		dna_channel_linger(link->closing, now);
	if (link->purpose == DNA_FOR_CALLBACK)
		dna_callback_report(link);
}

/* ---- waiting ---- */

bool dna_link_over(const struct dna_link *link)
{
	return dna_flow_ended(&link->flow) && link->channel == NULL &&
	       (link->closing == NULL || dna_channel_closed(link->closing));
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The calendar's time, by the clock that only goes forward. */
static uint64_t expiry_of(const struct dna_link *link)
{
	int64_t now = time(NULL);

	if (link->expires >= now + DNA_PEER_IDLE)
		return UINT64_MAX;
	return link->now + (uint64_t)(link->expires >= now ? link->expires - now + 1 : 0) * 1000;
}

uint64_t dna_link_deadline(const struct dna_link *link)
{
	uint64_t deadline = UINT64_MAX;

	for (size_t i = 0; i < sizeof(link->timers) / sizeof(link->timers[0]); i++)
		if (link->timers[i].deadline != 0)
			deadline = least(deadline, link->timers[i].deadline);
	if (link->tcp_begun)
		deadline = least(deadline, dna_tcp_deadline(&link->tcp));
	if (link->closing != NULL && !dna_channel_closed(link->closing))
		deadline = least(deadline, link->closing->deadline);
	if (dna_flow_ready(&link->flow))
		deadline =
			least(deadline, least(link->heard + DNA_PEER_IDLE * 1000, expiry_of(link)));
	return deadline;
}

int dna_link_fd(const struct dna_link *link)
{
	if (link->channel != NULL)
		return dna_channel_fd(link->channel, hears(link));
	if (link->tcp_begun)
		return dna_tcp_fd(&link->tcp);
	return link->closing != NULL ? dna_channel_fd(link->closing, true) : -1;
}

short dna_link_events(const struct dna_link *link)
{
	if (link->channel != NULL)
		return dna_channel_events(link->channel, hears(link));
	if (link->tcp_begun)
		return POLLOUT;
	return link->closing != NULL ? dna_channel_events(link->closing, true) : (short)0;
}

/* Who wants to say something to whom: the pairs that were wished for, and what became of them. */
#include "peer/peer.h"
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void copy_name(char name[DNA_NAME_MAX + 1], const char *from)
{
	snprintf(name, DNA_NAME_MAX + 1, "%s", from);
}

const struct dna_flow_pair *dna_pairs_find(const struct dna_link *link, const char *from,
					   const char *to)
{
	for (size_t i = 0; i < link->flow.count; i++) {
		const struct dna_flow_pair *pair = &link->flow.pairs[i];

		if (pair->origin == 0 && dna_link_names(link, pair->from, from) &&
		    dna_link_names(link, pair->to, to))
			return pair;
	}
	return NULL;
}

static struct dna_wish *find_wish(struct dna_peer *peer, const char *from, const char *to)
{
	for (size_t i = 0; i < peer->wish_count; i++)
		if (strcmp(peer->wishes[i].from, from) == 0 && strcmp(peer->wishes[i].to, to) == 0)
			return &peer->wishes[i];
	return NULL;
}

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

void dna_pairs_flush(struct dna_link *link, const char *from, const char *to)
{
	struct dna_wish *wish = find_wish(link->peer, from, to);

	dna_pairs_end(link, from, to, true);
	if (link->channel == NULL)
		return;
	if (wish != NULL && wish->link == link->number && wish->ping[0] == '\0')
		dna_stanzas_ping(link, wish);
	dna_stanzas_flush(link, from, to);
}

void dna_pairs_ended(struct dna_link *link)
{
	for (size_t i = 0; i < link->peer->wish_count; i++) {
		struct dna_wish *wish = &link->peer->wishes[i];

		if (wish->begun && !wish->ended && wish->link == link->number)
			end_wish(wish, link->status, false);
	}
	dna_outgoing_learn(link);
	dna_stanzas_clear(link);
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

void dna_pairs_elsewhere(struct dna_link *link, const char *from, const char *to)
{
	struct dna_wish *wish = find_wish(link->peer, from, to);
	struct dna_link *other;

	dna_link_note(link, "elsewhere", DNA_DOUBTFUL,
		      json_pack("{s:s, s:s}", "from", from, "to", to),
		      "%s to %s needs a stream of its own", from, to);
	dna_stanzas_bounce(link, from, to);
	if (wish == NULL || wish->ended)
		return;
	other = dna_outgoing_for(link->peer, from, to, DNA_FOR_WISH, link->now);
	if (other == NULL || other == link) {
		end_wish(wish, DNA_EXIT_UNDECIDED, false);
		return;
	}
	other->purpose = DNA_FOR_WISH;
	wish->link = other->number;
	want_pair(link->peer, wish, false); /* it may be there already */
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

/* Whether what is enough for one domain of ours, to speak with |to|, is what is enough for another. */
static bool is_judged_alike(const struct dna_peer *peer, const char *one, const char *other,
			    const char *to)
{
	const struct dna_policy *policy = peer->settings.policy;
	struct dna_choice a, b;

	dna_policy_choose(policy, to, one, DNA_XMPP_SERVER, DNA_INITIATING, &a);
	dna_policy_choose(policy, to, other, DNA_XMPP_SERVER, DNA_INITIATING, &b);
	return a.profile == b.profile && a.demand.minimum == b.demand.minimum &&
	       a.demand.withstand == b.demand.withstand;
}

/* POL-009, POSH-030: the verdict on the stream's peer was for the domain that the stream was opened from,
 * and as long as it holds. */
static void multiply_senders(struct dna_peer *peer, struct dna_wish *wish, struct dna_link *link)
{
	if (dna_proof_holds(link) &&
	    is_judged_alike(peer, peer->wishes[0].from, wish->from, wish->to)) {
		want_pair(peer, wish, true);
		return;
	}
	wish->begun = true;
	dna_pairs_elsewhere(link, wish->from, wish->to);
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
		multiply_senders(peer, wish, link);
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

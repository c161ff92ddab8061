/* The streams that we open for stanzas: which one carries a pair, and when one that could not be had
 * may be tried again. */
#include "peer/peer.h"

#include <string.h>
#include <sys/random.h>

static bool is_for(const struct dna_link *link, const char *from, const char *to)
{
	return link->role == DNA_INITIATING && link->purpose != DNA_FOR_CALLBACK &&
	       !dna_flow_ended(&link->flow) && dna_link_names(link, link->flow.from, from) &&
	       dna_link_names(link, link->flow.to, to);
}

/* POSH-030: a pair that would begin anew does so on a stream whose peer is proven as of now. */
static bool carries(const struct dna_link *link, const char *from, const char *to)
{
	return is_for(link, from, to) &&
	       (dna_pairs_find(link, from, to) != NULL || dna_proof_holds(link));
}

static struct dna_link *find_stream(const struct dna_peer *peer, const char *from, const char *to)
{
	struct dna_link *link = peer->links;

	while (link != NULL && !carries(link, from, to))
		link = link->next;
	return link;
}

/* What carries nothing, and will not any more, goes: it could not be had, which is remembered. */
static void end_useless_streams(struct dna_peer *peer, const char *from, const char *to)
{
	const struct dna_message leave = { .kind = DNA_FLOW_LEAVE };

	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		if (is_for(link, from, to) && link->flow.count == 0)
			dna_message_post(peer, link->number, &leave);
}

struct dna_link *dna_outgoing_for(struct dna_peer *peer, const char *from, const char *to,
				  enum dna_purpose purpose, uint64_t now)
{
	struct dna_link *link = find_stream(peer, from, to);

	if (link != NULL)
		return link;
	end_useless_streams(peer, from, to);
	return dna_link_begin(peer, from, to, purpose, now);
}

/* FLOW-029: what others say must not make us knock again and again where nobody opens. */
bool dna_outgoing_is_too_early(struct dna_peer *peer, const char *from, const char *to,
			       uint64_t now)
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
void dna_outgoing_learn(struct dna_link *link)
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

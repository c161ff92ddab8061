/*
 * Callbacks that failed a moment ago: they are not repeated at once, however often a stranger asks
 * for them (SEC-007). They are remembered by both domains, for what one of ours demands says
 * nothing of another; a key that is invalid is no failure, or else anybody could keep a domain
 * from being called back.
 */
#include "peer/peer.h"

#include <stdio.h>
#include <string.h>

static bool is_of(const struct dna_failure *failure, const char *from, const char *to)
{
	return strcmp(failure->from, from) == 0 && strcmp(failure->to, to) == 0;
}

void dna_failure_note(struct dna_peer *peer, const char *from, const char *to,
		      enum dna_flow_event_kind kind, uint64_t now)
{
	struct dna_failure *place = &peer->failures[0];

	for (size_t i = 0; i < DNA_PEER_FAILURES_MAX; i++) {
		struct dna_failure *failure = &peer->failures[i];

		if (is_of(failure, from, to)) {
			place = failure;
			break;
		}
		if (failure->until < place->until)
			place = failure;
	}
	snprintf(place->from, sizeof(place->from), "%s", from);
	snprintf(place->to, sizeof(place->to), "%s", to);
	place->kind = kind;
	place->until = now + DNA_PEER_FAILURE_SECONDS * UINT64_C(1000);
}

enum dna_flow_event_kind dna_failure_find(const struct dna_peer *peer, const char *from,
					  const char *to, uint64_t now)
{
	for (size_t i = 0; i < DNA_PEER_FAILURES_MAX; i++)
		if (now < peer->failures[i].until && is_of(&peer->failures[i], from, to))
			return peer->failures[i].kind;
	return DNA_FLOW_NOTHING;
}

/*
 * Claims: who the peer of a stream that we received says it is, with a key (db:result), until the
 * pair is decided. What is asked and answered about a key goes by the claim's number, so that an
 * answer which comes late never meets another claim of the same pair.
 */
#include "peer/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_of(const struct dna_claim *claim, const char *from, const char *to)
{
	return strcmp(claim->from, from) == 0 && strcmp(claim->to, to) == 0;
}

void dna_claim_keep(struct dna_link *link, const char *from, const char *to, const char *key)
{
	struct dna_claim *claim;

	if (dna_claim_of(link, from, to) != NULL)
		return;
	claim = calloc(1, sizeof(*claim));
	if (claim == NULL)
		return; /* without it there is no callback */
	claim->link = link;
	claim->number = ++link->peer->last_claim;
	snprintf(claim->from, sizeof(claim->from), "%s", from);
	snprintf(claim->to, sizeof(claim->to), "%s", to);
	snprintf(claim->id, sizeof(claim->id), "%s", link->id);
	snprintf(claim->key, sizeof(claim->key), "%s", key);
	claim->next = link->claims;
	link->claims = claim;
}

struct dna_claim *dna_claim_of(const struct dna_link *link, const char *from, const char *to)
{
	for (struct dna_claim *claim = link->claims; claim != NULL; claim = claim->next)
		if (is_of(claim, from, to))
			return claim;
	return NULL;
}

struct dna_claim *dna_claim_find(const struct dna_peer *peer, uint32_t number)
{
	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		for (struct dna_claim *claim = link->claims; claim != NULL; claim = claim->next)
			if (claim->number == number)
				return claim;
	return NULL;
}

struct dna_claim *dna_claim_verified(const struct dna_peer *peer, const char *from, const char *to,
				     const char *id)
{
	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		for (struct dna_claim *claim = link->claims; claim != NULL; claim = claim->next)
			if (is_of(claim, from, to) && strcmp(claim->id, id) == 0)
				return claim;
	return NULL;
}

static bool is_decided(const struct dna_claim *claim)
{
	const struct dna_flow_pair *pair = dna_pairs_find(claim->link, claim->from, claim->to);

	return pair == NULL || pair->state == DNA_FLOW_P5_VALID;
}

void dna_claims_settle(struct dna_link *link)
{
	struct dna_claim **at = &link->claims;

	while (*at != NULL) {
		struct dna_claim *claim = *at;

		if (!is_decided(claim)) {
			at = &claim->next;
			continue;
		}
		*at = claim->next;
		dna_callback_release(claim);
		free(claim);
	}
}

void dna_claims_clear(struct dna_link *link)
{
	while (link->claims != NULL) {
		struct dna_claim *claim = link->claims;

		link->claims = claim->next;
		free(claim);
	}
}

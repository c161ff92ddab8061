/*
 * Signatures that were seen to hold. The records that deny names are few beside the names that they
 * deny, and come again and again: each is worth one check. Kept are digests of all that a check
 * depends on; a new one takes the place of the oldest. Dates are no part of it: a signature that
 * was seen is still to be in time.
 */
#ifndef DNA_RESOLVER_SEEN_H
#define DNA_RESOLVER_SEEN_H

#include "resolver/keys.h"
#include "resolver/rrsig.h"

#define DNA_SEEN_DIGEST 32

struct dna_seen {
	uint8_t digests[DNA_SEEN_MAX][DNA_SEEN_DIGEST];
	size_t oldest; /* the place that is taken next */
};

/* Of |key|, of the signature |s|, and of the RRset that it is over in |m|. */
int dna_seen_digest(const struct dna_message *m, const struct dna_rrsig *s,
		    const struct dna_key *key, uint8_t digest[DNA_SEEN_DIGEST]);
bool dna_seen_has(const struct dna_seen *seen, const uint8_t digest[DNA_SEEN_DIGEST]);
void dna_seen_add(struct dna_seen *seen, const uint8_t digest[DNA_SEEN_DIGEST]);

#endif

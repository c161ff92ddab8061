/*
 * What the answer to a question rests on: the replies along its alias chain, and the places (zones,
 * and names that are none) that were asked about on the way, with all those above them. Together
 * with the trust anchors they let anybody come to the same conclusion again.
 */
#ifndef DNA_RESOLVER_PROOF_H
#define DNA_RESOLVER_PROOF_H

#include "resolver/zone.h"

struct dna_references {
	void **members;
	size_t count;
};

struct dna_proof {
	struct dna_references replies; /* struct dna_reply */
	struct dna_references places;  /* struct dna_place */
	bool lost;                     /* something is missing for want of memory */
};

/* References are taken. */
void dna_proof_add_reply(struct dna_proof *proof, struct dna_reply *reply);
void dna_proof_add_place(struct dna_proof *proof, struct dna_place *place);
void dna_proof_add(struct dna_proof *proof, const struct dna_proof *other);
void dna_proof_clear(struct dna_proof *proof);

/* Octets of its own replies. */
size_t dna_proof_size(const struct dna_proof *proof);

/*
 * Append the proof as items ("dns-reply", "dns-chain", "dnssec-anchors"), as of |now|, to |items|,
 * of which there are |*count|, and room for DNA_ANSWER_ITEMS_MAX. All or nothing.
 */
int dna_proof_items(const struct dna_proof *proof, const struct dna_message *anchors, int64_t now,
		    struct dna_item **items, size_t *count);

#endif

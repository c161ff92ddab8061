/* What an answer rests on, zone by zone, for people. */
#ifndef DNA_RESOLVER_EXPLAIN_H
#define DNA_RESOLVER_EXPLAIN_H

#include "resolver/proof.h"

/*
 * Append a "dns-zone" item (<dna/evidence.h>) for each zone of the proof, the root first, to
 * |items|, of which there are |*count|, and room for DNA_ANSWER_ITEMS_MAX. What does not fit is
 * left out.
 */
void dna_explain(const struct dna_proof *proof, const struct dna_message *anchors, int64_t now,
		 struct dna_item **items, size_t *count);

#endif

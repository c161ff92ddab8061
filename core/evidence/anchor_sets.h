/*
 * Sets of trust anchors that were met before: recordings repeat theirs, and to read them once is to
 * remember the paths to them as well.
 */
#ifndef DNA_EVIDENCE_ANCHOR_SETS_H
#define DNA_EVIDENCE_ANCHOR_SETS_H

#include <dna/dna.h>

struct dna_anchor_sets;

int dna_anchor_sets_new(struct dna_anchor_sets **sets);
void dna_anchor_sets_free(struct dna_anchor_sets *sets); /* NULL is legal */

/*
 * The set with the certificates of this item, shared; the caller gets a reference. One that cannot
 * be read anchors nothing: leaving it out can only prove less. Nothing is added to such a set.
 */
int dna_anchor_sets_get(struct dna_anchor_sets *sets, const struct dna_item *item,
			struct dna_anchors **anchors);

#endif

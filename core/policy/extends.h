/* Profiles that extend others: what they inherit, as one mapping. */
#ifndef DNA_POLICY_EXTENDS_H
#define DNA_POLICY_EXTENDS_H

#include "policy/node.h"

/*
 * |*merged| becomes what the profile |name| says, which stands as |node| in the mapping |profiles|,
 * and what those say that it `extends`: mappings are merged, everything else is replaced. Its nodes
 * know where they come from; it is to be released with dna_extended_free(), before |profiles|.
 * DNA_E_POLICY after a complaint: it extends what is not there, itself, or too many.
 */
int dna_extend(struct dna_node **merged, const struct dna_node *profiles, const char *name,
	       const struct dna_node *node, struct dna_complaints *complaints);
void dna_extended_free(struct dna_node *merged); /* NULL is legal */

#endif

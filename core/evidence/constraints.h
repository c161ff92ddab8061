/* What the two halves of name constraints share: constraints.c and other_names.c. */
#ifndef DNA_EVIDENCE_CONSTRAINTS_H
#define DNA_EVIDENCE_CONSTRAINTS_H

#include "evidence/certificate.h"
#include "evidence/der.h"

/*
 * The base of the subtree that |*subtrees| begins with, and move past it. Base distances are not
 * used by anybody (RFC 5280 section 4.2.1.10).
 */
int dna_subtree_read(struct dna_bytes *subtrees, struct dna_der *base);

/*
 * Whether the names of |certificate| that say nothing of an XMPP server keep to these subtrees:
 * what dna_certificate_constrains() says.
 */
int dna_other_names_keep_to(const struct dna_certificate *certificate, struct dna_bytes permitted,
			    struct dna_bytes excluded, char *outside, size_t size);

#endif

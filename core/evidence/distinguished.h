/*
 * Distinguished names as they are compared (RFC 5280 section 7.1): the same words are the same name,
 * whatever their case, the white space between them and the type of string that they are written in.
 */
#ifndef DNA_EVIDENCE_DISTINGUISHED_H
#define DNA_EVIDENCE_DISTINGUISHED_H

#include "base/buffer.h"

#include <dna/types.h>

/*
 * Append |name|, a Name in DER, as octets that are equal for equal names; those of a name begin with
 * those of each name that it is below. |*complete|: equal names of it cannot have other octets. What
 * is not text in ASCII is compared as it is encoded, and then it is not.
 */
int dna_distinguished_fold(struct dna_bytes name, struct dna_buffer *folded, bool *complete);

#endif

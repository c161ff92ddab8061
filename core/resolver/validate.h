/*
 * Signatures: an RRset of a message against the keys of one zone (RFC 4035 section 5.3). Which
 * signature, which key, which owner, which dates and how many of them are decided here.
 */
#ifndef DNA_RESOLVER_VALIDATE_H
#define DNA_RESOLVER_VALIDATE_H

#include "resolver/keys.h"
#include "resolver/rrsig.h"

/* A signature that holds. */
struct dna_signature {
	unsigned labels;   /* fewer than the owner's: it was expanded from a wildcard */
	int64_t not_after; /* the TTL or the signature is over then, whichever is first */
};

/*
 * Whether one of |keys| signed the RRset |owner| |type|. 0 or DNA_E_CRYPTO, with |why|. |budget|
 * counts down the checks that the message may still cost. An RRset that was expanded from a
 * wildcard holds only together with a proof that nothing nearer exists, which is for
 * dna_deny_expansion() to find.
 */
int dna_validate(const struct dna_message *m, enum dna_section section,
		 const struct dna_dname *owner, uint16_t type, const struct dna_keys *keys,
		 int64_t now, unsigned *budget, struct dna_signature *signature,
		 char why[DNA_WHY_MAX]);

#endif

/*
 * Proofs that something does not exist: NSEC (RFC 4035 section 5.4, RFC 6840 section 4) and NSEC3
 * (RFC 5155 section 8, RFC 9276). Written anew rather than left to getdns, which hashes up to 2,500
 * times a name and takes a parent's NSEC3 for a proof about names in its signed child.
 */
#ifndef DNA_RESOLVER_DENIAL_H
#define DNA_RESOLVER_DENIAL_H

#include "resolver/validate.h"

enum dna_denial_kind {
	DNA_NOT_DENIED = 0, /* there is no such proof */
	DNA_NO_DATA = 1,    /* the name has no record of the type */
	DNA_NO_NAME = 2     /* there is no such name */
};

struct dna_denial {
	enum dna_denial_kind kind;
	bool delegation; /* the name is a delegation point (asked for DS: an insecure delegation) */
	bool insecure;   /* only an opt-out says so, or more hash iterations than we compute */
	int64_t not_after; /* of the records that it rests on */
};

/* The zone that signed the NSEC or NSEC3 records about |name|; false without any. */
bool dna_denial_signer(const struct dna_message *m, const struct dna_dname *name, uint16_t type,
		       struct dna_dname *zone);

/*
 * What the authority section proves of |name| and |type|, by records that |keys| signed. |why| is
 * set when it is DNA_NOT_DENIED.
 */
void dna_deny(const struct dna_message *m, const struct dna_dname *name, uint16_t type,
	      const struct dna_keys *keys, int64_t now, unsigned *budget, struct dna_denial *denial,
	      char why[DNA_WHY_MAX]);

/*
 * Whether |name|, answered from the wildcard below its ancestor of |labels| labels, is not there
 * itself and has nothing nearer (RFC 4035 section 5.3.4, RFC 5155 section 8.8).
 */
void dna_deny_expansion(const struct dna_message *m, const struct dna_dname *name, unsigned labels,
			const struct dna_keys *keys, int64_t now, unsigned *budget,
			struct dna_denial *denial, char why[DNA_WHY_MAX]);

#endif

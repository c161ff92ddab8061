/*
 * One signature and one key. getdns does the arithmetic; no other file speaks with it.
 *
 * It knows no bound on the number of signatures and keys (KeyTrap), takes an anchor that is not the
 * root's for an island that it judges nothing outside of, and uses keys that are not zone keys. So
 * it is given one of each, chosen before; in the form that costs it least to read, for what it
 * makes of records can cost as much as a tenth of the arithmetic.
 */
#ifndef DNA_RESOLVER_VERIFY_H
#define DNA_RESOLVER_VERIFY_H

#include "resolver/keys.h"
#include "resolver/rrsig.h"

/* A key of |zone| as getdns wants it. NULL: out of memory. */
struct getdns_list *dna_anchor_new(const struct dna_dname *zone, struct dna_bytes rdata);
void dna_anchor_free(struct getdns_list *anchor);

/*
 * Whether |key|, which is one of |keys|, made the signature |s| over its RRset in |m| (RFC 4035
 * section 5.3.3).
 */
bool dna_verify(const struct dna_message *m, const struct dna_rrsig *s, const struct dna_key *key,
		int64_t now);

/*
 * The same of an RRset that was expanded from a wildcard. It costs the checks of
 * DNA_EXPANSION_COST signatures.
 */
#define DNA_EXPANSION_COST 16
bool dna_verify_expansion(const struct dna_message *m, const struct dna_rrsig *s,
			  const struct dna_keys *keys, int64_t now);

#endif

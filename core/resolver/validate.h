/*
 * Signatures: an RRset of a message against the keys of one zone, and the keys of a zone against
 * what its parent says of them (RFC 4035 sections 5.2 and 5.3).
 *
 * getdns does the arithmetic, one signature and one key at a time. Which signature, which key,
 * which owner, which dates and how many of them are decided here: getdns knows no bound on their
 * number (KeyTrap), takes an anchor that is not the root's for an island that it judges nothing
 * outside of, and uses keys that are not zone keys.
 */
#ifndef DNA_RESOLVER_VALIDATE_H
#define DNA_RESOLVER_VALIDATE_H

#include "base/limits.h"
#include "resolver/message.h"

#define DNA_WHY_MAX (DNA_REASON_MAX + 1)

struct dna_key {
	uint16_t tag;
	uint8_t algorithm;
	struct dna_bytes rdata;
};

/* The keys of a zone; |message| has their RDATA. */
struct dna_keys {
	struct dna_dname zone;
	struct dna_message *message;
	size_t count;
	struct dna_key keys[DNA_KEYS_MAX];
};

/* A signature that holds. */
struct dna_signature {
	unsigned labels;   /* fewer than the owner's: it was expanded from a wildcard */
	int64_t not_after; /* the TTL or the signature is over then, whichever is first */
};

/* The zone that says that it signed an RRset, if it can have: one that |owner| is in. */
bool dna_signer(const struct dna_message *m, enum dna_section section,
		const struct dna_dname *owner, uint16_t type, struct dna_dname *zone);

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

/*
 * The keys that |trusted|, validated DS records of |zone| or, for the root, trust anchors (DS or
 * DNSKEY), vouch for, from the reply |dnskey|. 0; DNA_E_CRYPTO, with |why|; DNA_E_NOTFOUND: none of
 * |trusted| is of an algorithm and digest that we know, so that the zone is insecure (RFC 4035
 * section 5.2).
 */
int dna_keys_read(struct dna_keys **keys, const struct dna_message *trusted,
		  struct dna_message *dnskey, const struct dna_dname *zone, int64_t now,
		  int64_t *not_after, char why[DNA_WHY_MAX]);
void dna_keys_free(struct dna_keys *keys);

/* The tag by which a DS or RRSIG record names a DNSKEY (RFC 4034 appendix B). */
uint16_t dna_key_tag(struct dna_bytes dnskey);

/* Whether a DS or DNSKEY record is one that dna_keys_read() can use. */
bool dna_trust_usable(const struct dna_record *record);

#endif

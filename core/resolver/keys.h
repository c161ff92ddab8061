/*
 * The keys of a zone: those of its DNSKEY records that a DS record of its parent, or a trust
 * anchor, leads to (RFC 4035 sections 5.2 and 5.3).
 */
#ifndef DNA_RESOLVER_KEYS_H
#define DNA_RESOLVER_KEYS_H

#include "base/limits.h"
#include "resolver/message.h"

#define DNA_WHY_MAX (DNA_REASON_MAX + 1)

struct getdns_list;
struct dna_seen;

struct dna_key {
	uint16_t tag;
	uint8_t algorithm;
	struct dna_bytes rdata;
	struct getdns_list *anchor; /* the key as verify.h has it */
};

/* The keys of a zone; |message| has their RDATA. */
struct dna_keys {
	struct dna_dname zone;
	struct dna_message *message;
	struct dna_seen *seen; /* what they signed; NULL: nothing is remembered */
	size_t count;
	struct dna_key keys[DNA_KEYS_MAX];
};

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

/* One more key, of which nobody asks who vouches for it. DNA_E_LIMIT, DNA_E_NOMEM. */
int dna_keys_add(struct dna_keys *keys, struct dna_bytes rdata);

/* The tag by which a DS or RRSIG record names a DNSKEY (RFC 4034 appendix B). */
uint16_t dna_key_tag(struct dna_bytes dnskey);

/* Whether a DS or DNSKEY record is one that dna_keys_read() can use. */
bool dna_trust_usable(const struct dna_record *record);

#endif

/* Keys: which count, and who vouches for them. */
#include "resolver/keys.h"

#include "resolver/octets.h"
#include "resolver/seen.h"
#include "resolver/validate.h"
#include "resolver/verify.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DNSKEY_FIXED  4
#define DS_FIXED      4
#define FLAG_ZONE     0x0100 /* RFC 4034 section 2.1.1 */
#define FLAG_REVOKED  0x0080 /* RFC 5011 section 2.1 */
#define PROTOCOL      3
#define DIGEST_SHA1   1
#define DIGEST_SHA256 2
#define DIGEST_SHA384 4

uint16_t dna_key_tag(struct dna_bytes rdata)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < rdata.size; i++)
		sum += i & 1 ? rdata.data[i] : (uint32_t)rdata.data[i] << 8;
	return (uint16_t)(sum + (sum >> 16));
}

/* What getdns verifies and RFC 8624 lets us. RSAMD5, DSA and GOST are not among them. */
static bool algorithm_known(uint8_t algorithm)
{
	switch (algorithm) {
	case 5:  /* RSASHA1 */
	case 7:  /* RSASHA1-NSEC3-SHA1 */
	case 8:  /* RSASHA256 */
	case 10: /* RSASHA512 */
	case 13: /* ECDSAP256SHA256 */
	case 14: /* ECDSAP384SHA384 */
	case 15: /* ED25519 */
	case 16: /* ED448 */
		return true;
	}
	return false;
}

/* RFC 4034 section 2.1: a zone key, of the protocol, of an algorithm that we know. */
static bool key_usable(struct dna_bytes rdata)
{
	uint16_t flags = dna_u16(rdata.data);

	return (flags & FLAG_ZONE) && !(flags & FLAG_REVOKED) && rdata.data[2] == PROTOCOL &&
	       algorithm_known(rdata.data[3]) && rdata.size > DNSKEY_FIXED;
}

static gnutls_digest_algorithm_t digest_algorithm(uint8_t digest)
{
	switch (digest) {
	case DIGEST_SHA1:
		return GNUTLS_DIG_SHA1;
	case DIGEST_SHA256:
		return GNUTLS_DIG_SHA256;
	case DIGEST_SHA384:
		return GNUTLS_DIG_SHA384;
	}
	return GNUTLS_DIG_UNKNOWN;
}

bool dna_trust_usable(const struct dna_record *record)
{
	if (record->type == DNA_TYPE_DNSKEY)
		return key_usable(record->rdata);
	return algorithm_known(record->rdata.data[2]) &&
	       digest_algorithm(record->rdata.data[3]) != GNUTLS_DIG_UNKNOWN;
}

/* RFC 4034 section 5.1.4. */
static bool ds_matches(struct dna_bytes ds, const struct dna_dname *zone, const struct dna_key *key)
{
	gnutls_digest_algorithm_t algorithm = digest_algorithm(ds.data[3]);
	uint8_t digest[64];
	gnutls_hash_hd_t hash;

	if (dna_u16(ds.data) != key->tag || ds.data[2] != key->algorithm ||
	    ds.size - DS_FIXED != gnutls_hash_get_len(algorithm) ||
	    gnutls_hash_init(&hash, algorithm) != 0)
		return false;
	gnutls_hash(hash, zone->octets, zone->size);
	gnutls_hash(hash, key->rdata.data, key->rdata.size);
	gnutls_hash_deinit(hash, digest);
	return memcmp(digest, ds.data + DS_FIXED, ds.size - DS_FIXED) == 0;
}

int dna_keys_add(struct dna_keys *keys, struct dna_bytes rdata)
{
	struct dna_key key = { .tag = dna_key_tag(rdata),
			       .algorithm = rdata.data[3],
			       .rdata = rdata };
	unsigned equal = 0;

	for (size_t i = 0; i < keys->count; i++)
		equal += keys->keys[i].tag == key.tag && keys->keys[i].algorithm == key.algorithm;
	if (keys->count == DNA_KEYS_MAX || equal == DNA_KEYS_OF_A_TAG_MAX)
		return DNA_E_LIMIT;
	key.anchor = dna_anchor_new(&keys->zone, rdata);
	if (key.anchor == NULL)
		return DNA_E_NOMEM;
	keys->keys[keys->count++] = key;
	return 0;
}

/* Gather the zone keys of the reply. DNA_E_LIMIT: so many, or so many of a tag, only to make us
 * work. */
static int gather(struct dna_keys *keys)
{
	const struct dna_record *record = NULL;
	int r = 0;

	while (r == 0 && (record = dna_message_next(keys->message, DNA_ANSWER, &keys->zone,
						    DNA_TYPE_DNSKEY, record)) != NULL)
		if (key_usable(record->rdata))
			r = dna_keys_add(keys, record->rdata);
	return r;
}

/* Digests by SHA-1 do not count beside better ones (RFC 4509 section 3). */
static bool counts(const struct dna_message *trusted, const struct dna_record *record)
{
	if (!dna_trust_usable(record))
		return false;
	if (record->type != DNA_TYPE_DS || record->rdata.data[3] != DIGEST_SHA1)
		return true;
	for (size_t i = 0; i < trusted->count; i++) {
		const struct dna_record *other = &trusted->records[i];

		if (other->type == DNA_TYPE_DS && other->section == DNA_ANSWER &&
		    dna_dname_equal(&other->owner, &record->owner) && dna_trust_usable(other) &&
		    other->rdata.data[3] != DIGEST_SHA1)
			return false;
	}
	return true;
}

static bool vouches(const struct dna_record *record, const struct dna_dname *zone,
		    const struct dna_key *key)
{
	if (record->type == DNA_TYPE_DS)
		return ds_matches(record->rdata, zone, key);
	return record->rdata.size == key->rdata.size &&
	       memcmp(record->rdata.data, key->rdata.data, key->rdata.size) == 0;
}

/* Whether a key that is vouched for signed the whole set. */
static int establish(const struct dna_keys *keys, const struct dna_message *trusted, int64_t now,
		     int64_t *not_after, char why[DNA_WHY_MAX])
{
	struct dna_keys one = { .zone = keys->zone, .message = keys->message, .count = 1 };
	unsigned budget = DNA_VERIFICATIONS_MAX;
	char zone[DNA_DNAME_TEXT];
	bool known = false;

	snprintf(why, DNA_WHY_MAX, "no %s of %.300s matches a key of it",
		 keys->zone.labels == 0 ? "trust anchor" : "DS", dna_dname_text(&keys->zone, zone));
	for (size_t i = 0; i < trusted->count; i++) {
		const struct dna_record *record = &trusted->records[i];

		if ((record->type != DNA_TYPE_DS && record->type != DNA_TYPE_DNSKEY) ||
		    record->section != DNA_ANSWER ||
		    !dna_dname_equal(&record->owner, &keys->zone) || !counts(trusted, record))
			continue;
		known = true;
		for (size_t k = 0; k < keys->count; k++) {
			struct dna_signature signature;

			one.keys[0] = keys->keys[k];
			if (!vouches(record, &keys->zone, &keys->keys[k]) ||
			    dna_validate(keys->message, DNA_ANSWER, &keys->zone, DNA_TYPE_DNSKEY,
					 &one, now, &budget, &signature, why) != 0)
				continue;
			*not_after = signature.not_after;
			return 0;
		}
	}
	return known ? DNA_E_CRYPTO : DNA_E_NOTFOUND;
}

int dna_keys_read(struct dna_keys **keys, const struct dna_message *trusted,
		  struct dna_message *dnskey, const struct dna_dname *zone, int64_t now,
		  int64_t *not_after, char why[DNA_WHY_MAX])
{
	struct dna_keys *new = calloc(1, sizeof(*new));
	char text[DNA_DNAME_TEXT];
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->zone = *zone;
	new->message = dna_message_ref(dnskey);
	new->seen = calloc(1, sizeof(*new->seen));
	r = gather(new);
	if (r == 0) {
		r = establish(new, trusted, now, not_after, why);
	} else if (r == DNA_E_LIMIT) {
		snprintf(why, DNA_WHY_MAX, "%.300s has too many keys", dna_dname_text(zone, text));
		r = DNA_E_CRYPTO;
	}
	if (r == 0)
		*keys = new;
	else
		dna_keys_free(new);
	return r;
}

void dna_keys_free(struct dna_keys *keys)
{
	if (keys == NULL)
		return;
	for (size_t i = 0; i < keys->count; i++)
		dna_anchor_free(keys->keys[i].anchor);
	dna_message_unref(keys->message);
	free(keys->seen);
	free(keys);
}

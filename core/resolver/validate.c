/* Signatures and keys. */
#include "resolver/validate.h"

#include "base/clock.h"
#include "evidence/dns.h"

#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RRSIG_FIXED   18
#define DNSKEY_FIXED  4
#define DS_FIXED      4
#define FLAG_ZONE     0x0100 /* RFC 4034 section 2.1.1 */
#define FLAG_REVOKED  0x0080 /* RFC 5011 section 2.1 */
#define PROTOCOL      3
#define DIGEST_SHA1   1
#define DIGEST_SHA256 2
#define DIGEST_SHA384 4

static uint16_t u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint32_t u32(const uint8_t *octets)
{
	return (uint32_t)u16(octets) << 16 | u16(octets + 2);
}

struct rrsig {
	const struct dna_record *record;
	uint16_t covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t ttl;
	uint32_t expiration;
	uint32_t inception;
	uint16_t tag;
	struct dna_dname signer;
};

static void read_rrsig(const struct dna_record *record, struct rrsig *s)
{
	const uint8_t *rdata = record->rdata.data;
	size_t at = RRSIG_FIXED;

	*s = (struct rrsig){
		.record = record,
		.covered = u16(rdata),
		.algorithm = rdata[2],
		.labels = rdata[3],
		.ttl = u32(rdata + 4),
		.expiration = u32(rdata + 8),
		.inception = u32(rdata + 12),
		.tag = u16(rdata + 16),
	};
	dna_dname_read(record->rdata, &at, false, &s->signer);
}

/* The next signature over |owner| |type|. */
static bool next_rrsig(const struct dna_message *m, enum dna_section section,
		       const struct dna_dname *owner, uint16_t type, struct rrsig *s)
{
	const struct dna_record *record = s->record;

	while ((record = dna_message_next(m, section, owner, DNA_TYPE_RRSIG, record)) != NULL) {
		read_rrsig(record, s);
		if (s->covered == type)
			return true;
	}
	return false;
}

bool dna_signer(const struct dna_message *m, enum dna_section section,
		const struct dna_dname *owner, uint16_t type, struct dna_dname *zone)
{
	struct rrsig s = { .record = NULL };

	while (next_rrsig(m, section, owner, type, &s)) {
		/* DS records are on the parent's side of the cut (RFC 4035 section 2.4). */
		if (!dna_dname_below(owner, &s.signer) ||
		    (type == DNA_TYPE_DS && dna_dname_equal(owner, &s.signer)))
			continue;
		*zone = s.signer;
		return true;
	}
	return false;
}

/* ---- One signature ---- */

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

/* Append a record to |list| as getdns has them. */
static int append(getdns_list *list, const struct dna_dname *owner, uint16_t type, uint32_t ttl,
		  struct dna_bytes rdata)
{
	struct dna_buffer wire;
	getdns_dict *record = NULL;
	size_t count = 0;
	int r = DNA_E_NOMEM;

	dna_buffer_init(&wire, 0);
	dna_buffer_add(&wire, owner->octets, owner->size);
	dna_buffer_u16(&wire, type);
	dna_buffer_u16(&wire, GETDNS_RRCLASS_IN);
	dna_buffer_u32(&wire, ttl);
	dna_buffer_u16(&wire, (uint16_t)rdata.size);
	if (dna_buffer_add(&wire, rdata.data, rdata.size) != 0)
		goto out;
	if (getdns_wire2rr_dict(wire.data, wire.size, &record) != GETDNS_RETURN_GOOD ||
	    getdns_list_get_length(list, &count) != GETDNS_RETURN_GOOD ||
	    getdns_list_set_dict(list, count, record) != GETDNS_RETURN_GOOD)
		goto out;
	r = 0;
out:
	getdns_dict_destroy(record);
	dna_buffer_clear(&wire);
	return r;
}

static int append_record(getdns_list *list, const struct dna_record *record)
{
	return append(list, &record->owner, record->type, record->ttl, record->rdata);
}

static int append_rrset(getdns_list *list, const struct dna_message *m, enum dna_section section,
			const struct dna_dname *owner, uint16_t type)
{
	const struct dna_record *record = NULL;
	int r = 0;

	while (r == 0 && (record = dna_message_next(m, section, owner, type, record)) != NULL)
		r = append_record(list, record);
	return r;
}

static int append_key(getdns_list *list, const struct dna_keys *keys, const struct dna_key *key)
{
	return append(list, &keys->zone, DNA_TYPE_DNSKEY, 0, key->rdata);
}

/*
 * For an expansion getdns wants to see the NSEC or NSEC3 records that show it to be one, and then
 * judges their signatures too, with any key of the zone. An honest reply has one or two of them.
 */
#define EXPANSION_DENIALS_MAX    4
#define EXPANSION_SIGNATURES_MAX 2
#define EXPANSION_COST           16

static int append_denial(getdns_list *records, const struct dna_message *m,
			 const struct dna_record *record)
{
	struct rrsig s = { .record = NULL };
	int r = append_record(records, record);

	for (unsigned i = 0; r == 0 && i < EXPANSION_SIGNATURES_MAX &&
			     next_rrsig(m, DNA_AUTHORITY, &record->owner, record->type, &s);
	     i++)
		r = append_record(records, s.record);
	return r;
}

static int append_expansion(getdns_list *records, getdns_list *anchors, const struct dna_message *m,
			    const struct dna_keys *keys)
{
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < keys->count; i++)
		r = append_key(anchors, keys, &keys->keys[i]);
	for (size_t i = 0; r == 0 && i < m->count; i++) {
		const struct dna_record *record = &m->records[i];

		if (record->section != DNA_AUTHORITY ||
		    (record->type != DNA_TYPE_NSEC && record->type != DNA_TYPE_NSEC3))
			continue;
		r = ++count > EXPANSION_DENIALS_MAX ? DNA_E_LIMIT
						    : append_denial(records, m, record);
	}
	return r;
}

/* RFC 4035 section 5.3.3. The skew of one second makes both ends inclusive, as section 5.3.1 has
 * it. */
static bool verify(const struct dna_message *m, const struct rrsig *s, const struct dna_keys *keys,
		   const struct dna_key *key, bool expanded, int64_t now)
{
	getdns_list *records = getdns_list_create(), *anchors = getdns_list_create();
	bool good = false;
	int r;

	if (records == NULL || anchors == NULL)
		goto out;
	r = append_rrset(records, m, s->record->section, &s->record->owner, s->covered);
	if (r == 0)
		r = append_record(records, s->record);
	if (r == 0)
		r = expanded ? append_expansion(records, anchors, m, keys)
			     : append_key(anchors, keys, key);
	good = r == 0 && (int)getdns_validate_dnssec2(records, NULL, anchors, (time_t)now, 1) ==
				 GETDNS_DNSSEC_SECURE;
out:
	getdns_list_destroy(records);
	getdns_list_destroy(anchors);
	return good;
}

/* ---- Which signature, which key ---- */

/* What a signature is of, for sentences: "example. DNSKEY". */
static const char *subject(const struct dna_dname *owner, uint16_t type,
			   char text[DNA_DNAME_TEXT + 20])
{
	char name[DNA_DNAME_TEXT], type_text[16];

	dna_dns_type_write(type, type_text);
	snprintf(text, DNA_DNAME_TEXT + 20, "%s %s", dna_dname_text(owner, name), type_text);
	return text;
}

/* RFC 1982 arithmetic: seconds from |now| to |then|, which is within 68 years of it. */
static int64_t seconds_until(uint32_t then, int64_t now)
{
	return (int32_t)(then - (uint32_t)now);
}

/* RFC 4035 section 5.3.1. */
static bool applies(const struct rrsig *s, const struct dna_keys *keys, int64_t now,
		    char why[DNA_WHY_MAX])
{
	const struct dna_dname *owner = &s->record->owner;
	unsigned labels = owner->labels - (dna_dname_is_wildcard(owner) ? 1u : 0u);
	char text[DNA_DNAME_TEXT + 20], time[DNA_TIME_TEXT];

	subject(owner, s->covered, text);
	if (!dna_dname_equal(&s->signer, &keys->zone) || s->labels > labels)
		return false;
	if (seconds_until(s->expiration, now) < 0) {
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s expired on %s", text,
			 dna_time_write(now + seconds_until(s->expiration, now), time));
		return false;
	}
	if (seconds_until(s->inception, now) > 0) {
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s is not valid before %s", text,
			 dna_time_write(now + seconds_until(s->inception, now), time));
		return false;
	}
	return true;
}

static bool key_fits(const struct dna_key *key, const struct rrsig *s)
{
	return key->tag == s->tag && key->algorithm == s->algorithm;
}

/* Whether one of the keys made the signature. */
static bool signed_by(const struct dna_message *m, const struct rrsig *s,
		      const struct dna_keys *keys, int64_t now, unsigned *budget,
		      char why[DNA_WHY_MAX])
{
	const struct dna_dname *owner = &s->record->owner;
	bool expanded = s->labels < owner->labels - (dna_dname_is_wildcard(owner) ? 1u : 0u);
	unsigned cost = expanded ? EXPANSION_COST : 1;
	char text[DNA_DNAME_TEXT + 20], zone[DNA_DNAME_TEXT];

	subject(owner, s->covered, text);
	snprintf(why, DNA_WHY_MAX, "%.150s has no key %u, which is to have signed %.200s",
		 dna_dname_text(&keys->zone, zone), s->tag, text);
	for (size_t i = 0; i < keys->count; i++) {
		if (!key_fits(&keys->keys[i], s))
			continue;
		if (*budget < cost) {
			snprintf(why, DNA_WHY_MAX, "there are too many signatures to check");
			return false;
		}
		*budget -= cost;
		if (verify(m, s, keys, &keys->keys[i], expanded, now))
			return true;
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s by key %u is wrong", text,
			 s->tag);
	}
	return false;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* RFC 4035 section 5.3.3. */
static int64_t lifetime(const struct dna_message *m, const struct rrsig *s, int64_t now)
{
	const struct dna_record *record = NULL;
	int64_t ttl = least(s->ttl, s->record->ttl);

	while ((record = dna_message_next(m, s->record->section, &s->record->owner, s->covered,
					  record)) != NULL)
		ttl = least(ttl, record->ttl);
	return now + least(ttl, seconds_until(s->expiration, now));
}

int dna_validate(const struct dna_message *m, enum dna_section section,
		 const struct dna_dname *owner, uint16_t type, const struct dna_keys *keys,
		 int64_t now, unsigned *budget, struct dna_signature *signature,
		 char why[DNA_WHY_MAX])
{
	struct rrsig s = { .record = NULL };
	char text[DNA_DNAME_TEXT + 20], zone[DNA_DNAME_TEXT];
	unsigned tried = 0;

	snprintf(why, DNA_WHY_MAX, "%.200s has no signature by %.200s", subject(owner, type, text),
		 dna_dname_text(&keys->zone, zone));
	if (!dna_dname_below(owner, &keys->zone))
		return DNA_E_CRYPTO;
	while (next_rrsig(m, section, owner, type, &s)) {
		if (++tried > DNA_SIGNATURES_MAX) {
			snprintf(why, DNA_WHY_MAX, "%.300s has too many signatures", text);
			break;
		}
		if (!applies(&s, keys, now, why) || !signed_by(m, &s, keys, now, budget, why))
			continue;
		*signature = (struct dna_signature){ .labels = s.labels,
						     .not_after = lifetime(m, &s, now) };
		if (dna_dname_is_wildcard(owner) && s.labels + 1u == owner->labels)
			signature->labels = owner->labels;
		return 0;
	}
	return DNA_E_CRYPTO;
}

/* ---- The keys of a zone ---- */

/* RFC 4034 section 2.1: a zone key, of the protocol, of an algorithm that we know. */
static bool key_usable(struct dna_bytes rdata)
{
	uint16_t flags = u16(rdata.data);

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

	if (u16(ds.data) != key->tag || ds.data[2] != key->algorithm ||
	    ds.size - DS_FIXED != gnutls_hash_get_len(algorithm) ||
	    gnutls_hash_init(&hash, algorithm) != 0)
		return false;
	gnutls_hash(hash, zone->octets, zone->size);
	gnutls_hash(hash, key->rdata.data, key->rdata.size);
	gnutls_hash_deinit(hash, digest);
	return memcmp(digest, ds.data + DS_FIXED, ds.size - DS_FIXED) == 0;
}

/* Gather the zone keys of the reply. DNA_E_LIMIT: so many, or so many of a tag, only to make us
 * work. */
static int gather(struct dna_keys *keys)
{
	const struct dna_record *record = NULL;

	while ((record = dna_message_next(keys->message, DNA_ANSWER, &keys->zone, DNA_TYPE_DNSKEY,
					  record)) != NULL) {
		struct dna_key key = { .tag = dna_key_tag(record->rdata),
				       .algorithm = record->rdata.data[3],
				       .rdata = record->rdata };
		unsigned equal = 0;

		if (!key_usable(record->rdata))
			continue;
		for (size_t i = 0; i < keys->count; i++)
			equal += keys->keys[i].tag == key.tag &&
				 keys->keys[i].algorithm == key.algorithm;
		if (keys->count == DNA_KEYS_MAX || equal == DNA_KEYS_OF_A_TAG_MAX)
			return DNA_E_LIMIT;
		keys->keys[keys->count++] = key;
	}
	return 0;
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
	r = gather(new);
	if (r == 0) {
		r = establish(new, trusted, now, not_after, why);
	} else {
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
	dna_message_unref(keys->message);
	free(keys);
}

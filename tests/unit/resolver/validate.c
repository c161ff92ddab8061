/* Signatures: which hold, which do not, and how many are looked at. */
#include "resolver/validate.h"

#include "build.h"

#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#define A 1

static const uint8_t address[] = { 192, 0, 2, 1 };

/* Validate |owner| |type| in |m|, which is released. */
static int validate_type(struct dna_message *m, const char *owner, uint16_t type,
			 const struct zone_key *key, int64_t now, struct dna_signature *signature,
			 char why[DNA_WHY_MAX])
{
	struct dna_dname name = name_of(owner);
	struct dna_keys *keys = keys_of(key);
	unsigned budget = DNA_VERIFICATIONS_MAX;
	int r = dna_validate(m, DNA_ANSWER, &name, type, keys, now, &budget, signature, why);

	dna_keys_free(keys);
	dna_message_unref(m);
	return r;
}

static int validate(struct dna_message *m, const char *owner, const struct zone_key *key,
		    int64_t now, struct dna_signature *signature, char why[DNA_WHY_MAX])
{
	return validate_type(m, owner, A, key, now, signature, why);
}

static struct dna_message *signed_address(const char *owner, const struct zone_key *key,
					  struct signing how)
{
	struct dna_buffer wire;

	message_begin(&wire, owner, A, DNA_RCODE_NOERROR);
	message_sign(&wire, DNA_ANSWER, owner, A, address, sizeof(address), key, how);
	return message_end(&wire, owner, A);
}

Test(validate, dates_include_both_ends)
{
	static const struct {
		int64_t now;
		int expected;
		const char *why;
	} cases[] = {
		{ NOW, 0, NULL },
		{ NOW - DAY, 0, NULL },
		{ NOW - DAY - 1, DNA_E_CRYPTO, "is not valid before 2026-11-17T11:06:40Z" },
		{ NOW + DAY, 0, NULL },
		{ NOW + DAY + 1, DNA_E_CRYPTO, "expired on 2026-11-19T11:06:40Z" },
	};
	struct zone_key key;
	struct dna_signature s;
	char why[DNA_WHY_MAX];

	key_make(&key, "example", 256);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_eq(validate(signed_address("a.example", &key, ORDINARY), "a.example",
				      &key, cases[i].now, &s, why),
			     cases[i].expected, "case %zu: %s", i, why);
		if (cases[i].why != NULL)
			cr_expect(strstr(why, cases[i].why) != NULL, "%s", why);
	}
	key_clear(&key);
}

Test(validate, holds_as_long_as_ttl_and_signature)
{
	struct signing soon = ORDINARY;
	struct zone_key key;
	struct dna_signature s;
	char why[DNA_WHY_MAX];

	key_make(&key, "example", 256);
	cr_assert_eq(validate(signed_address("a.example", &key, ORDINARY), "a.example", &key, NOW,
			      &s, why),
		     0);
	cr_expect_eq(s.not_after, NOW + 300);
	cr_expect_eq(s.labels, 2);
	soon.expiration = NOW + 10;
	cr_assert_eq(
		validate(signed_address("a.example", &key, soon), "a.example", &key, NOW, &s, why),
		0);
	cr_expect_eq(s.not_after, NOW + 10);
	key_clear(&key);
}

Test(validate, refuses_what_is_not_this_zone_and_key)
{
	struct signing spoiled = ORDINARY, labels = ORDINARY;
	struct zone_key key, other, below;
	struct dna_signature s;
	char why[DNA_WHY_MAX];

	key_make(&key, "example", 256);
	key_make(&other, "example", 256);
	key_make(&below, "b.example", 256);
	spoiled.spoiled = true;
	labels.labels = 3; /* more than the owner has */
	cr_expect_neq(validate(signed_address("a.example", &key, spoiled), "a.example", &key, NOW,
			       &s, why),
		      0);
	cr_expect(strstr(why, "is wrong") != NULL, "%s", why);
	cr_expect_neq(validate(signed_address("a.example", &key, labels), "a.example", &key, NOW,
			       &s, why),
		      0);
	cr_expect_neq(validate(signed_address("a.example", &other, ORDINARY), "a.example", &key,
			       NOW, &s, why),
		      0);
	/* The signature is good, but the zone has no say about the name. */
	cr_expect_neq(validate(signed_address("a.example", &below, ORDINARY), "a.example", &below,
			       NOW, &s, why),
		      0);
	key_clear(&key);
	key_clear(&other);
	key_clear(&below);
}

/* getdns takes the RDATA of some types as it is, and puts that of others together. */
Test(validate, holds_for_every_layout_of_rdata)
{
	static const struct {
		const char *about;
		uint16_t type;
		size_t size;
		uint8_t rdata[32];
	} cases[] = {
		{ "A", A, 4, { 192, 0, 2, 1 } },
		{ "NS", 2, 4, { 2, 'n', 's', 0 } },
		{ "CNAME", 5, 4, { 2, 'n', 's', 0 } },
		{ "SOA", 6, 26, { 1, 'a', 0, 1, 'b', 0, 0, 0, 0, 1 } },
		{ "MX", 15, 6, { 0, 10, 2, 'm', 'x', 0 } },
		{ "TXT", 16, 3, { 2, 'h', 'i' } },
		{ "SRV", 33, 10, { 0, 0, 0, 5, 20, 149, 2, 's', 'r', 0 } },
		{ "DNAME", 39, 4, { 2, 'd', 'n', 0 } },
		{ "TLSA", 52, 5, { 3, 1, 1, 0xab, 0xcd } },
		{ "an unknown type", 65280, 3, { 1, 2, 3 } },
	};
	struct zone_key key;
	struct dna_signature s;
	char why[DNA_WHY_MAX];

	key_make(&key, "example", 256);
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct signing how = ORDINARY;
		struct dna_buffer wire;
		uint16_t type = cases[i / 2].type;

		how.spoiled = i % 2 == 1;
		message_begin(&wire, "a.example", type, DNA_RCODE_NOERROR);
		message_sign(&wire, DNA_ANSWER, "a.example", type, cases[i / 2].rdata,
			     cases[i / 2].size, &key, how);
		cr_expect_eq(validate_type(message_end(&wire, "a.example", type), "a.example", type,
					   &key, NOW, &s, why),
			     how.spoiled ? DNA_E_CRYPTO : 0, "%s", cases[i / 2].about);
	}
	key_clear(&key);
}

/* CVE-2023-50387: signatures that are only there to be checked. */
Test(validate, checks_few_signatures)
{
	struct signing spoiled = ORDINARY;
	struct zone_key key;
	struct dna_signature s;
	char why[DNA_WHY_MAX];

	spoiled.spoiled = true;
	key_make(&key, "example", 256);
	for (unsigned bad = DNA_SIGNATURES_MAX - 1; bad <= DNA_SIGNATURES_MAX; bad++) {
		struct dna_buffer wire;

		message_begin(&wire, "a.example", A, DNA_RCODE_NOERROR);
		for (unsigned i = 0; i < bad; i++)
			message_sign(&wire, DNA_ANSWER, "a.example", A, address, sizeof(address),
				     &key, spoiled);
		message_sign(&wire, DNA_ANSWER, "a.example", A, address, sizeof(address), &key,
			     ORDINARY);
		cr_expect_eq(validate(message_end(&wire, "a.example", A), "a.example", &key, NOW,
				      &s, why) == 0,
			     bad < DNA_SIGNATURES_MAX, "%u", bad);
	}
	key_clear(&key);
}

/* ---- Keys ---- */

static void ds_rdata(struct dna_buffer *rdata, const struct zone_key *key, uint8_t digest_type,
		     uint8_t algorithm, bool fits)
{
	gnutls_digest_algorithm_t digest = digest_type == 1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256;
	struct dna_buffer text;
	uint8_t value[32];

	dna_buffer_init(&text, 0);
	dna_buffer_add(&text, key->zone.octets, key->zone.size);
	dna_buffer_add(&text, key->rdata.data, key->rdata.size);
	gnutls_hash_fast(digest, text.data, text.size, value);
	value[0] ^= fits ? 0 : 1;
	dna_buffer_init(rdata, 0);
	dna_buffer_u16(rdata, key->tag);
	dna_buffer_u8(rdata, algorithm);
	dna_buffer_u8(rdata, digest_type);
	dna_buffer_add(rdata, value, digest_type == 1 ? 20 : 32);
	dna_buffer_clear(&text);
}

struct ds {
	uint8_t digest_type, algorithm;
	bool fits;
};

/* What the keys of example are, by these DS records and a DNSKEY reply with |key| and |spare| more
 * keys. */
static int read_keys(const struct ds *ds, size_t count, const struct zone_key *key, unsigned spare)
{
	struct dna_dname zone = name_of("example");
	struct dna_message *trusted, *dnskey;
	struct dna_keys *keys = NULL;
	struct dna_buffer wire, rdata;
	int64_t not_after;
	char why[DNA_WHY_MAX];
	int r;

	message_begin(&wire, "example", DNA_TYPE_DS, DNA_RCODE_NOERROR);
	for (size_t i = 0; i < count; i++) {
		ds_rdata(&rdata, key, ds[i].digest_type, ds[i].algorithm, ds[i].fits);
		message_add(&wire, DNA_ANSWER, "example", DNA_TYPE_DS, 300, rdata.data, rdata.size);
		dna_buffer_clear(&rdata);
	}
	trusted = message_end(&wire, "example", DNA_TYPE_DS);
	message_begin(&wire, "example", DNA_TYPE_DNSKEY, DNA_RCODE_NOERROR);
	message_sign(&wire, DNA_ANSWER, "example", DNA_TYPE_DNSKEY, key->rdata.data,
		     key->rdata.size, key, ORDINARY);
	for (unsigned i = 0; i < spare; i++)
		message_add(&wire, DNA_ANSWER, "example", DNA_TYPE_DNSKEY, 300, key->rdata.data,
			    key->rdata.size);
	dnskey = message_end(&wire, "example", DNA_TYPE_DNSKEY);
	r = dna_keys_read(&keys, trusted, dnskey, &zone, NOW, &not_after, why);
	if (r == 0)
		cr_expect_eq(not_after, NOW + 300);
	dna_keys_free(keys);
	dna_message_unref(trusted);
	dna_message_unref(dnskey);
	return r;
}

/* RFC 4035 section 5.2, RFC 4509 section 3. */
Test(validate, keys_are_what_ds_records_vouch_for)
{
	static const struct {
		const char *about;
		struct ds ds[2];
		size_t count;
		int expected;
	} cases[] = {
		{ "one that fits", { { 2, 13, true } }, 1, 0 },
		{ "one by SHA-1", { { 1, 13, true } }, 1, 0 },
		{ "one that does not", { { 2, 13, false } }, 1, DNA_E_CRYPTO },
		{ "one of two", { { 2, 13, false }, { 2, 13, true } }, 2, 0 },
		{ "SHA-1 does not count beside SHA-256",
		  { { 1, 13, true }, { 2, 13, false } },
		  2,
		  DNA_E_CRYPTO },
		{ "an unknown algorithm", { { 2, 200, true } }, 1, DNA_E_NOTFOUND },
		{ "an unknown digest", { { 99, 13, true } }, 1, DNA_E_NOTFOUND },
		{ "an unknown algorithm is no way around",
		  { { 2, 200, true }, { 2, 13, false } },
		  2,
		  DNA_E_CRYPTO },
		{ "RSAMD5 is as unknown", { { 2, 1, true } }, 1, DNA_E_NOTFOUND },
	};
	struct zone_key key;

	key_make(&key, "example", 257);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(read_keys(cases[i].ds, cases[i].count, &key, 0), cases[i].expected,
			     "%s", cases[i].about);
	key_clear(&key);
}

/* RFC 4034 section 2.1.1, RFC 5011 section 2.1. */
Test(validate, keys_that_are_no_zone_keys_or_revoked_do_not_count)
{
	static const struct ds ds = { 2, 13, true };
	static const uint16_t flags[] = { 0, 1, 257 | 0x80 };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct zone_key key;

		key_make(&key, "example", flags[i]);
		cr_expect_eq(read_keys(&ds, 1, &key, 0), DNA_E_CRYPTO, "flags %u", flags[i]);
		key_clear(&key);
	}
}

Test(validate, keys_of_one_tag_are_few)
{
	static const struct ds ds = { 2, 13, true };
	struct zone_key key;

	key_make(&key, "example", 257);
	cr_expect_eq(read_keys(&ds, 1, &key, DNA_KEYS_OF_A_TAG_MAX - 1), 0);
	cr_expect_eq(read_keys(&ds, 1, &key, DNA_KEYS_OF_A_TAG_MAX), DNA_E_CRYPTO);
	key_clear(&key);
}

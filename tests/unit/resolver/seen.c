/* Signatures that are checked once. */
#include "resolver/seen.h"
#include "resolver/validate.h"

#include "build.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const uint16_t types[] = { 1, 0 };

/* NSEC b.example, next |next|; with |forged| in its place after it was signed. */
static struct dna_message *denial(struct dna_buffer *wire, const char *next, const char *forged)
{
	struct dna_buffer copy;
	uint8_t *place;

	dna_buffer_init(&copy, 0);
	dna_buffer_add(&copy, wire->data, wire->size);
	place = memmem(copy.data, copy.size, next, strlen(next));
	cr_assert(place != NULL);
	memcpy(place, forged, strlen(forged));
	return message_end(&copy, "b.example", DNA_TYPE_NSEC);
}

/* How many checks it costs to find that |m| holds, or, negative, that it does not. */
static int cost(const struct dna_message *m, enum dna_section section, const struct dna_keys *keys,
		int64_t now)
{
	struct dna_dname owner = name_of("b.example");
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_signature signature;
	char why[DNA_WHY_MAX];
	int r = dna_validate(m, section, &owner, DNA_TYPE_NSEC, keys, now, &budget, &signature,
			     why);
	int used = (int)(DNA_VERIFICATIONS_MAX - budget);

	cr_assert(r == 0 || r == DNA_E_CRYPTO);
	return r == 0 ? used : -1 - used;
}

static struct dna_message *sign(struct dna_buffer *wire, enum dna_section section,
				const struct zone_key *key)
{
	struct dna_buffer rdata;

	nsec_rdata(&rdata, "next.example", types);
	message_begin(wire, "b.example", DNA_TYPE_NSEC, DNA_RCODE_NOERROR);
	message_sign(wire, section, "b.example", DNA_TYPE_NSEC, rdata.data, rdata.size, key,
		     ORDINARY);
	dna_buffer_clear(&rdata);
	return denial(wire, "next", "next");
}

Test(seen, what_held_holds_without_a_check)
{
	struct zone_key key;
	struct dna_keys *keys;
	struct dna_buffer wire;
	struct dna_message *good, *forged;

	key_make(&key, "example", 256);
	keys = keys_of(&key);
	keys->seen = calloc(1, sizeof(*keys->seen));
	good = sign(&wire, DNA_AUTHORITY, &key);
	forged = denial(&wire, "next", "text");
	cr_expect_eq(cost(forged, DNA_AUTHORITY, keys, NOW), -2);
	cr_expect_eq(cost(good, DNA_AUTHORITY, keys, NOW), 1);
	cr_expect_eq(cost(good, DNA_AUTHORITY, keys, NOW), 0);
	/* Not with other records, nor at another time. */
	cr_expect_eq(cost(forged, DNA_AUTHORITY, keys, NOW), -2);
	cr_expect_eq(cost(forged, DNA_AUTHORITY, keys, NOW), -2);
	cr_expect_eq(cost(good, DNA_AUTHORITY, keys, NOW + DAY), 0);
	cr_expect_eq(cost(good, DNA_AUTHORITY, keys, NOW + DAY + 1), -1);
	dna_message_unref(good);
	dna_message_unref(forged);
	dna_buffer_clear(&wire);
	dna_keys_free(keys);
	key_clear(&key);
}

/* Answers are remembered by name: they take no place here. */
Test(seen, only_what_denies_is_remembered)
{
	struct zone_key key;
	struct dna_keys *keys;
	struct dna_buffer wire;
	struct dna_message *answer;

	key_make(&key, "example", 256);
	keys = keys_of(&key);
	keys->seen = calloc(1, sizeof(*keys->seen));
	answer = sign(&wire, DNA_ANSWER, &key);
	cr_expect_eq(cost(answer, DNA_ANSWER, keys, NOW), 1);
	cr_expect_eq(cost(answer, DNA_ANSWER, keys, NOW), 1);
	dna_message_unref(answer);
	dna_buffer_clear(&wire);
	dna_keys_free(keys);
	key_clear(&key);
}

Test(seen, the_oldest_is_forgotten)
{
	struct dna_seen seen = { .oldest = 0 };
	uint8_t digest[DNA_SEEN_DIGEST] = { 0 };

	for (uint8_t i = 1; i <= DNA_SEEN_MAX + 1; i++) {
		digest[0] = i;
		dna_seen_add(&seen, digest);
	}
	for (uint8_t i = 1; i <= DNA_SEEN_MAX + 1; i++) {
		digest[0] = i;
		cr_expect_eq(dna_seen_has(&seen, digest), i > 1, "%u", i);
	}
}

Test(seen, every_part_counts)
{
	struct zone_key key, other;
	struct dna_buffer wire;
	struct dna_message *m, *forged;
	struct dna_rrsig s = { .record = NULL }, f = { .record = NULL };
	struct dna_dname owner = name_of("b.example");
	struct dna_keys *keys, *others;
	uint8_t digest[4][DNA_SEEN_DIGEST];

	key_make(&key, "example", 256);
	key_make(&other, "example", 256);
	keys = keys_of(&key);
	others = keys_of(&other);
	m = sign(&wire, DNA_AUTHORITY, &key);
	forged = denial(&wire, "next", "text");
	cr_assert(dna_rrsig_next(m, DNA_AUTHORITY, &owner, DNA_TYPE_NSEC, &s));
	cr_assert(dna_rrsig_next(forged, DNA_AUTHORITY, &owner, DNA_TYPE_NSEC, &f));
	cr_assert_eq(dna_seen_digest(m, &s, &keys->keys[0], digest[0]), 0);
	cr_assert_eq(dna_seen_digest(forged, &f, &keys->keys[0], digest[1]), 0);
	cr_assert_eq(dna_seen_digest(m, &s, &others->keys[0], digest[2]), 0);
	dna_message_unref(forged);
	dna_buffer_clear(&wire);
	forged = sign(&wire, DNA_AUTHORITY, &key); /* another signature */
	f.record = NULL;
	cr_assert(dna_rrsig_next(forged, DNA_AUTHORITY, &owner, DNA_TYPE_NSEC, &f));
	cr_assert_eq(dna_seen_digest(forged, &f, &keys->keys[0], digest[3]), 0);
	for (size_t i = 1; i < 4; i++)
		cr_expect(memcmp(digest[0], digest[i], DNA_SEEN_DIGEST) != 0, "%zu", i);
	dna_message_unref(m);
	dna_message_unref(forged);
	dna_buffer_clear(&wire);
	dna_keys_free(keys);
	dna_keys_free(others);
	key_clear(&key);
	key_clear(&other);
}

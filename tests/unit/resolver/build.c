/* Making messages. */
#include "build.h"

#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TTL       300
#define ALGORITHM 13 /* ECDSAP256SHA256 */

struct dna_dname name_of(const char *text)
{
	struct dna_dname name;

	cr_assert_eq(dna_dname_parse(&name, text), 0);
	return name;
}

void message_begin(struct dna_buffer *wire, const char *name, uint16_t type, uint16_t rcode)
{
	struct dna_dname asked = name_of(name);

	dna_buffer_init(wire, 0);
	dna_buffer_u16(wire, 0x1234);
	dna_buffer_u16(wire, (uint16_t)(0x8180 | rcode));
	dna_buffer_u16(wire, 1);
	dna_buffer_u16(wire, 0);
	dna_buffer_u16(wire, 0);
	dna_buffer_u16(wire, 0);
	dna_buffer_add(wire, asked.octets, asked.size);
	dna_buffer_u16(wire, type);
	dna_buffer_u16(wire, 1);
}

void message_add(struct dna_buffer *wire, enum dna_section section, const char *owner,
		 uint16_t type, uint32_t ttl, const void *rdata, size_t size)
{
	struct dna_dname name = name_of(owner);
	uint8_t *count;

	dna_buffer_add(wire, name.octets, name.size);
	dna_buffer_u16(wire, type);
	dna_buffer_u16(wire, 1);
	dna_buffer_u32(wire, ttl);
	dna_buffer_u16(wire, (uint16_t)size);
	dna_buffer_add(wire, rdata, size);
	count = wire->data + 6 + 2 * section;
	if (++count[1] == 0)
		count[0]++;
}

struct dna_message *message_end(struct dna_buffer *wire, const char *name, uint16_t type)
{
	struct dna_message *message = NULL;
	struct dna_dname asked = name_of(name);
	const char *why = "";

	cr_assert_eq(dna_message_read(&message, (struct dna_bytes){ wire->data, wire->size },
				      &asked, type, &why),
		     0, "%s", why);
	dna_buffer_clear(wire);
	return message;
}

/* A coordinate or half of a signature: 32 octets, whatever zeroes lead it. */
static void add_number(struct dna_buffer *out, gnutls_datum_t number)
{
	size_t size = number.size;
	const uint8_t *data = number.data;

	for (; size > 32; size--)
		data++;
	for (size_t i = size; i < 32; i++)
		dna_buffer_u8(out, 0);
	dna_buffer_add(out, data, size);
	gnutls_free(number.data);
}

static uint16_t tag_of(const struct dna_buffer *rdata)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < rdata->size; i++)
		sum += i & 1 ? rdata->data[i] : (uint32_t)rdata->data[i] << 8;
	return (uint16_t)(sum + (sum >> 16));
}

void key_make(struct zone_key *key, const char *zone, uint16_t flags)
{
	gnutls_ecc_curve_t curve;
	gnutls_datum_t x, y;

	key->zone = name_of(zone);
	gnutls_privkey_init(&key->secret);
	cr_assert_eq(gnutls_privkey_generate(key->secret, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		     0);
	gnutls_privkey_export_ecc_raw(key->secret, &curve, &x, &y, NULL);
	dna_buffer_init(&key->rdata, 0);
	dna_buffer_u16(&key->rdata, flags);
	dna_buffer_u8(&key->rdata, 3);
	dna_buffer_u8(&key->rdata, ALGORITHM);
	add_number(&key->rdata, x);
	add_number(&key->rdata, y);
	key->tag = tag_of(&key->rdata);
}

void key_clear(struct zone_key *key)
{
	gnutls_privkey_deinit(key->secret);
	dna_buffer_clear(&key->rdata);
}

/* The owner that is signed: the wildcard, if |labels| are fewer than the owner's. */
static struct dna_dname signed_owner(const struct dna_dname *owner, unsigned labels)
{
	struct dna_dname encloser, wildcard;

	if (labels >= owner->labels)
		return *owner;
	encloser = dna_dname_ancestor(owner, labels);
	cr_assert_eq(dna_dname_wildcard(&encloser, &wildcard), 0);
	return wildcard;
}

static void sign(struct dna_buffer *rrsig, const struct dna_buffer *text,
		 const struct zone_key *key, bool spoiled)
{
	gnutls_datum_t signature, r, s, in = { text->data, (unsigned)text->size };

	cr_assert_eq(gnutls_privkey_sign_data(key->secret, GNUTLS_DIG_SHA256, 0, &in, &signature),
		     0);
	cr_assert_eq(gnutls_decode_rs_value(&signature, &r, &s), 0);
	gnutls_free(signature.data);
	add_number(rrsig, r);
	add_number(rrsig, s);
	if (spoiled)
		rrsig->data[rrsig->size - 1] ^= 1;
}

void message_sign(struct dna_buffer *wire, enum dna_section section, const char *owner,
		  uint16_t type, const void *rdata, size_t size, const struct zone_key *key,
		  struct signing how)
{
	struct dna_dname name = name_of(owner), as_signed;
	unsigned labels = how.labels >= 0 ? (unsigned)how.labels
					  : name.labels - (dna_dname_is_wildcard(&name) ? 1u : 0u);
	struct dna_buffer rrsig, text;

	dna_buffer_init(&rrsig, 0);
	dna_buffer_init(&text, 0);
	dna_buffer_u16(&rrsig, type);
	dna_buffer_u8(&rrsig, ALGORITHM);
	dna_buffer_u8(&rrsig, (uint8_t)labels);
	dna_buffer_u32(&rrsig, TTL);
	dna_buffer_u32(&rrsig, how.expiration);
	dna_buffer_u32(&rrsig, how.inception);
	dna_buffer_u16(&rrsig, key->tag);
	dna_buffer_add(&rrsig, key->zone.octets, key->zone.size);

	as_signed = signed_owner(&name, labels);
	dna_buffer_add(&text, rrsig.data, rrsig.size);
	dna_buffer_add(&text, as_signed.octets, as_signed.size);
	dna_buffer_u16(&text, type);
	dna_buffer_u16(&text, 1);
	dna_buffer_u32(&text, TTL);
	dna_buffer_u16(&text, (uint16_t)size);
	dna_buffer_add(&text, rdata, size);
	sign(&rrsig, &text, key, how.spoiled);

	message_add(wire, section, owner, type, TTL, rdata, size);
	message_add(wire, section, owner, DNA_TYPE_RRSIG, TTL, rrsig.data, rrsig.size);
	dna_buffer_clear(&rrsig);
	dna_buffer_clear(&text);
}

static void add_bitmap(struct dna_buffer *rdata, const uint16_t *types)
{
	uint8_t window[32] = { 0 };

	if (types[0] == 0)
		return;
	for (; *types != 0; types++)
		window[*types / 8] |= (uint8_t)(0x80 >> *types % 8);
	dna_buffer_u8(rdata, 0);
	dna_buffer_u8(rdata, sizeof(window));
	dna_buffer_add(rdata, window, sizeof(window));
}

void nsec_rdata(struct dna_buffer *rdata, const char *next, const uint16_t *types)
{
	struct dna_dname name = name_of(next);

	dna_buffer_init(rdata, 0);
	dna_buffer_add(rdata, name.octets, name.size);
	add_bitmap(rdata, types);
}

static void hash(const char *text, uint16_t iterations, uint8_t result[20])
{
	struct dna_dname name = name_of(text);

	gnutls_hash_fast(GNUTLS_DIG_SHA1, name.octets, name.size, result);
	for (unsigned i = 0; i < iterations; i++)
		gnutls_hash_fast(GNUTLS_DIG_SHA1, result, 20, result);
}

static void move_hash(uint8_t value[20], int by)
{
	int carry = by;

	for (int i = 19; i >= 0 && carry != 0; i--) {
		int sum = value[i] + carry;

		value[i] = (uint8_t)sum;
		carry = sum < 0 ? -1 : sum >> 8;
	}
}

static void base32(const uint8_t value[20], char text[33])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair =
			(unsigned)value[bit / 8] << 8 | (bit / 8 < 19 ? value[bit / 8 + 1] : 0);

		text[i] = digits[pair >> (11 - bit % 8) & 31];
	}
	text[32] = '\0';
}

void message_sign_nsec3(struct dna_buffer *wire, const struct nsec3 *nsec3,
			const struct zone_key *key)
{
	uint8_t value[20];
	char label[33], owner[DNA_DNAME_TEXT + 40], zone[DNA_DNAME_TEXT];
	struct dna_buffer rdata;

	hash(nsec3->name, nsec3->iterations, value);
	move_hash(value, -nsec3->less);
	base32(value, label);
	snprintf(owner, sizeof(owner), "%s.%s", label, dna_dname_text(&key->zone, zone));
	move_hash(value, nsec3->less + nsec3->more);
	dna_buffer_init(&rdata, 0);
	dna_buffer_u8(&rdata, 1);
	dna_buffer_u8(&rdata, nsec3->flags);
	dna_buffer_u16(&rdata, nsec3->iterations);
	dna_buffer_u8(&rdata, 0);
	dna_buffer_u8(&rdata, sizeof(value));
	dna_buffer_add(&rdata, value, sizeof(value));
	add_bitmap(&rdata, nsec3->types);
	message_sign(wire, DNA_AUTHORITY, owner, DNA_TYPE_NSEC3, rdata.data, rdata.size, key,
		     ORDINARY);
	dna_buffer_clear(&rdata);
}

struct dna_keys *keys_of(const struct zone_key *key)
{
	struct dna_keys *keys = calloc(1, sizeof(*keys));

	keys->zone = key->zone;
	cr_assert_eq(dna_keys_add(keys, (struct dna_bytes){ key->rdata.data, key->rdata.size }), 0);
	return keys;
}

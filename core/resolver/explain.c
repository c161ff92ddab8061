/* Keys, signatures and dates in words. */
#include "resolver/explain.h"

#include "base/clock.h"
#include "base/limits.h"
#include "evidence/dns.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX  600
#define LINES_MAX 64 /* of one zone */

struct explanation {
	const struct dna_proof *proof;
	const struct dna_message *anchors;
	int64_t now;
	struct dna_item **items;
	size_t count;
	const struct dna_place *told[DNA_ANSWER_ITEMS_MAX];
	size_t told_count;
};

/* ---- Words ---- */

static uint16_t u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint32_t u32(const uint8_t *octets)
{
	return (uint32_t)u16(octets) << 16 | u16(octets + 2);
}

struct word {
	uint8_t number;
	const char *text;
};

static const char *find_word(const struct word *words, size_t count, uint8_t number, char text[24],
			     const char *what)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].number == number)
			return words[i].text;
	snprintf(text, 24, "%s %u", what, number);
	return text;
}

/* The IANA registry of DNSSEC algorithm numbers. */
static const char *algorithm_name(uint8_t number, char text[24])
{
	static const struct word words[] = {
		{ 1, "RSAMD5" },
		{ 3, "DSA" },
		{ 5, "RSASHA1" },
		{ 6, "DSA-NSEC3-SHA1" },
		{ 7, "RSASHA1-NSEC3-SHA1" },
		{ 8, "RSASHA256" },
		{ 10, "RSASHA512" },
		{ 12, "ECC-GOST" },
		{ 13, "ECDSAP256SHA256" },
		{ 14, "ECDSAP384SHA384" },
		{ 15, "ED25519" },
		{ 16, "ED448" },
	};

	return find_word(words, sizeof(words) / sizeof(words[0]), number, text, "algorithm");
}

static const char *digest_name(uint8_t number, char text[24])
{
	static const struct word words[] = {
		{ 1, "SHA-1" }, { 2, "SHA-256" }, { 3, "GOST" }, { 4, "SHA-384" }
	};

	return find_word(words, sizeof(words) / sizeof(words[0]), number, text, "digest");
}

/* ---- Lines ---- */

static void say(struct dna_item *item, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct dna_item *item, const char *format, ...)
{
	char line[LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (dna_item_count(item) < LINES_MAX)
		(void)dna_item_add(item, line, strlen(line));
}

static void say_ds(struct dna_item *item, const char *before, struct dna_bytes rdata)
{
	char algorithm[24], digest[24];

	say(item, "%sDS %u %s %s", before, u16(rdata.data),
	    algorithm_name(rdata.data[2], algorithm), digest_name(rdata.data[3], digest));
}

static void say_key(struct dna_item *item, const char *before, struct dna_bytes rdata)
{
	uint16_t flags = u16(rdata.data);
	char algorithm[24];

	say(item, "%sDNSKEY %u %s%s%s%s", before, dna_key_tag(rdata),
	    algorithm_name(rdata.data[3], algorithm), flags & 0x0001 ? ", entry point" : "",
	    flags & 0x0080 ? ", revoked" : "", flags & 0x0100 ? "" : ", no zone key");
}

/* RFC 4034 section 3.1.5: the time is within 68 years of now. */
static const char *moment(uint32_t then, int64_t now, char text[DNA_TIME_TEXT])
{
	return dna_time_write(now + (int32_t)(then - (uint32_t)now), text);
}

/* A signature, and of whom if that is not |zone| itself. */
static void say_signature(struct dna_item *item, const struct dna_record *record,
			  const struct dna_dname *zone, int64_t now)
{
	const uint8_t *rdata = record->rdata.data;
	char type[16], owner[DNA_DNAME_TEXT], from[DNA_TIME_TEXT], to[DNA_TIME_TEXT];
	bool own = dna_dname_equal(&record->owner, zone);

	dna_dns_type_write(u16(rdata), type);
	dna_dname_text(&record->owner, owner);
	say(item, "RRSIG %s%s%.300s by %u, valid %s to %s", type, own ? "" : " of ",
	    own ? "" : owner, u16(rdata + 16), moment(u32(rdata + 12), now, from),
	    moment(u32(rdata + 8), now, to));
}

static bool signer_of(const struct dna_record *record, struct dna_dname *signer)
{
	size_t at = 18;

	return record->type == DNA_TYPE_RRSIG &&
	       dna_dname_read(record->rdata, &at, false, signer) == 0;
}

/* The signatures by |zone| over |type|, or, if that is 0, over whatever answers or denies. */
static void say_signatures(struct dna_item *item, const struct dna_message *m,
			   const struct dna_dname *zone, uint16_t type, int64_t now)
{
	struct dna_dname signer;

	for (size_t i = 0; i < m->count; i++) {
		const struct dna_record *record = &m->records[i];

		if (record->section != DNA_ADDITIONAL && signer_of(record, &signer) &&
		    dna_dname_equal(&signer, zone) &&
		    (type == 0 || u16(record->rdata.data) == type))
			say_signature(item, record, zone, now);
	}
}

/* The message of a reply that was of use; NULL otherwise. */
static struct dna_message *message_of(const struct dna_reply *reply)
{
	struct dna_message *message = NULL;
	const char *why;

	if (reply != NULL && !reply->is_void)
		(void)dna_message_read(&message, reply->wire, &reply->name, reply->type, &why);
	return message;
}

static void say_anchors(struct dna_item *item, const struct dna_message *anchors)
{
	for (size_t i = 0; anchors != NULL && i < anchors->count; i++) {
		if (anchors->records[i].type == DNA_TYPE_DS)
			say_ds(item, "trust anchor ", anchors->records[i].rdata);
		else
			say_key(item, "trust anchor ", anchors->records[i].rdata);
	}
}

static void say_delegation(const struct explanation *e, struct dna_item *item,
			   const struct dna_place *place)
{
	struct dna_message *m = message_of(dna_place_ds(place));
	const struct dna_dname *zone = &dna_place_zone(place)->name;
	const struct dna_record *record = NULL;

	if (m == NULL)
		return;
	while ((record = dna_message_next(m, DNA_ANSWER, zone, DNA_TYPE_DS, record)) != NULL)
		say_ds(item, "", record->rdata);
	if (dna_place_above(place) != NULL)
		say_signatures(item, m, &dna_place_zone(dna_place_above(place))->name, DNA_TYPE_DS,
			       e->now);
	dna_message_unref(m);
}

static void say_keys(const struct explanation *e, struct dna_item *item,
		     const struct dna_place *place)
{
	struct dna_message *m = message_of(dna_place_dnskey(place));
	const struct dna_dname *zone = &dna_place_zone(place)->name;
	const struct dna_record *record = NULL;

	if (m == NULL)
		return;
	while ((record = dna_message_next(m, DNA_ANSWER, zone, DNA_TYPE_DNSKEY, record)) != NULL)
		say_key(item, "", record->rdata);
	say_signatures(item, m, zone, DNA_TYPE_DNSKEY, e->now);
	dna_message_unref(m);
}

/* The signatures of this zone in the answer itself. */
static void say_answers(const struct explanation *e, struct dna_item *item,
			const struct dna_dname *zone)
{
	for (size_t i = 0; i < e->proof->replies.count; i++) {
		struct dna_message *m = message_of(e->proof->replies.members[i]);

		if (m != NULL)
			say_signatures(item, m, zone, 0, e->now);
		dna_message_unref(m);
	}
}

/* ---- Zones ---- */

static enum dna_security security_of(enum dna_zone_state state)
{
	switch (state) {
	case DNA_ZONE_SIGNED:
		return DNA_SECURE;
	case DNA_ZONE_UNSIGNED:
		return DNA_INSECURE;
	case DNA_ZONE_BOGUS:
		return DNA_BOGUS;
	case DNA_ZONE_NONE:
	case DNA_ZONE_FAILED:
		break;
	}
	return DNA_INDETERMINATE;
}

static struct dna_item *zone_item(const struct explanation *e, const struct dna_zone *zone)
{
	char name[DNA_NAME_MAX + 3];
	struct dna_item *item = NULL;
	size_t at = 0;
	struct dna_item_init init = { .kind = "dns-zone",
				      .name = name,
				      .outcome = DNA_ANSWERED,
				      .security = security_of(zone->state),
				      .time = e->now,
				      .not_after =
					      zone->not_after > e->now ? zone->not_after : e->now,
				      .reason = zone->state != DNA_ZONE_SIGNED ? zone->why : NULL };

	if (dna_dns_name_read((struct dna_bytes){ zone->name.octets, zone->name.size }, &at,
			      name) == 0)
		(void)dna_item_new(&item, &init);
	return item;
}

static void explain_zone(struct explanation *e, const struct dna_place *place)
{
	const struct dna_zone *zone = dna_place_zone(place);
	struct dna_item *item = zone_item(e, zone);

	if (item == NULL)
		return;
	if (zone->name.labels == 0)
		say_anchors(item, e->anchors);
	say_delegation(e, item, place);
	say_keys(e, item, place);
	say_answers(e, item, &zone->name);
	if (dna_item_count(item) == 0)
		say(item, "no DS, no keys");
	e->items[e->count++] = item;
}

/* What is no zone says nothing, nor does what only has its state from the zone above. */
static bool is_worth_telling(const struct dna_place *place)
{
	const struct dna_place *above = dna_place_above(place);
	enum dna_zone_state state = dna_place_zone(place)->state;

	if (state == DNA_ZONE_NONE)
		return false;
	return state == DNA_ZONE_SIGNED || above == NULL || dna_place_zone(above)->state != state;
}

static bool was_told(const struct explanation *e, const struct dna_place *place)
{
	for (size_t i = 0; i < e->told_count; i++)
		if (e->told[i] == place)
			return true;
	return false;
}

/* Those above before those below. */
static void explain_chain(struct explanation *e, const struct dna_place *place)
{
	const struct dna_place *next;

	do {
		next = NULL;
		for (const struct dna_place *p = place; p != NULL && !was_told(e, p);
		     p = dna_place_above(p))
			next = p;
		if (next == NULL || e->count == DNA_ANSWER_ITEMS_MAX ||
		    e->told_count == DNA_ANSWER_ITEMS_MAX)
			return;
		e->told[e->told_count++] = next;
		if (is_worth_telling(next))
			explain_zone(e, next);
	} while (next != place);
}

void dna_explain(const struct dna_proof *proof, const struct dna_message *anchors, int64_t now,
		 struct dna_item **items, size_t *count)
{
	struct explanation e = {
		.proof = proof, .anchors = anchors, .now = now, .items = items, .count = *count
	};

	for (size_t i = 0; i < proof->places.count; i++)
		explain_chain(&e, proof->places.members[i]);
	*count = e.count;
}

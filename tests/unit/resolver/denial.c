/* Proofs that something does not exist, and what only looks like one. */
#include "resolver/denial.h"

#include "build.h"

#include <criterion/criterion.h>
#include <string.h>

#define A   1
#define SRV 33
#define TYPES(...)                                            \
	(const uint16_t[])                                    \
	{                                                     \
		__VA_ARGS__, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 \
	}

struct nsec {
	const char *owner, *next;
	const uint16_t *types;
};

struct nsec_case {
	const char *about, *name;
	uint16_t type;
	struct nsec nsecs[3];
	enum dna_denial_kind kind;
	bool delegation;
};

static const uint16_t host[] = { A, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 };
static const uint16_t alias[] = { DNA_TYPE_CNAME, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 };
static const uint16_t cut[] = { DNA_TYPE_NS, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 };
static const uint16_t dname[] = { DNA_TYPE_DNAME, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 };
static const uint16_t apex[] = { DNA_TYPE_NS, DNA_TYPE_SOA, DNA_TYPE_RRSIG, DNA_TYPE_NSEC, 0 };
static const uint16_t nothing[] = { 0 };

/* All in the zone example. (RFC 4035 section 5.4, RFC 6840 section 4) */
static const struct nsec_case nsec_cases[] = {
	{ "the type is not at the name",
	  "b.example",
	  SRV,
	  { { "b.example", "d.example", host } },
	  DNA_NO_DATA,
	  false },
	{ "the type is there",
	  "b.example",
	  A,
	  { { "b.example", "d.example", host } },
	  DNA_NOT_DENIED,
	  false },
	{ "an alias is there",
	  "b.example",
	  A,
	  { { "b.example", "d.example", alias } },
	  DNA_NOT_DENIED,
	  false },
	{ "neither the name nor a wildcard",
	  "c.example",
	  A,
	  { { "b.example", "d.example", host }, { "example", "b.example", apex } },
	  DNA_NO_NAME,
	  false },
	{ "nothing about the wildcard",
	  "c.example",
	  A,
	  { { "b.example", "d.example", host } },
	  DNA_NOT_DENIED,
	  false },
	{ "the wildcard has the type",
	  "c.example",
	  A,
	  { { "b.example", "d.example", host }, { "*.example", "b.example", host } },
	  DNA_NOT_DENIED,
	  false },
	{ "the wildcard lacks the type",
	  "c.example",
	  SRV,
	  { { "b.example", "d.example", host }, { "*.example", "b.example", host } },
	  DNA_NO_DATA,
	  false },
	{ "an empty non-terminal",
	  "c.example",
	  A,
	  { { "b.example", "a.c.example", host } },
	  DNA_NO_DATA,
	  false },
	{ "after the last name",
	  "z.example",
	  A,
	  { { "d.example", "example", host }, { "example", "b.example", apex } },
	  DNA_NO_NAME,
	  false },
	{ "before the owner",
	  "a.example",
	  A,
	  { { "b.example", "d.example", host }, { "example", "a.example", apex } },
	  DNA_NOT_DENIED,
	  false },
	{ "a delegation denies nothing below it",
	  "x.b.example",
	  A,
	  { { "b.example", "d.example", cut }, { "example", "b.example", apex } },
	  DNA_NOT_DENIED,
	  false },
	{ "a DNAME denies nothing below it",
	  "x.b.example",
	  A,
	  { { "b.example", "d.example", dname }, { "example", "b.example", apex } },
	  DNA_NOT_DENIED,
	  false },
	{ "nor does a delegation at its own name",
	  "b.example",
	  A,
	  { { "b.example", "d.example", cut } },
	  DNA_NOT_DENIED,
	  false },
	{ "but DS",
	  "b.example",
	  DNA_TYPE_DS,
	  { { "b.example", "d.example", cut } },
	  DNA_NO_DATA,
	  true },
	{ "and of a host",
	  "b.example",
	  DNA_TYPE_DS,
	  { { "b.example", "d.example", host } },
	  DNA_NO_DATA,
	  false },
	{ "a zone does not deny its own DS",
	  "example",
	  DNA_TYPE_DS,
	  { { "example", "b.example", apex } },
	  DNA_NOT_DENIED,
	  false },
	{ "another zone's names",
	  "c.test",
	  A,
	  { { "b.example", "example", host } },
	  DNA_NOT_DENIED,
	  false },
};

static struct dna_denial deny(struct dna_message *m, const char *name, uint16_t type,
			      const struct zone_key *key, int64_t now)
{
	struct dna_dname asked = name_of(name);
	struct dna_keys *keys = keys_of(key);
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_denial denial;
	char why[DNA_WHY_MAX] = "";

	dna_deny(m, &asked, type, keys, now, &budget, &denial, why);
	cr_expect_eq(denial.kind == DNA_NOT_DENIED,
		     why[0] != '\0' && denial.kind == DNA_NOT_DENIED);
	dna_keys_free(keys);
	dna_message_unref(m);
	return denial;
}

static struct dna_message *nsec_message(const struct nsec_case *c, const struct zone_key *key,
					struct signing how)
{
	struct dna_buffer wire;

	message_begin(&wire, c->name, c->type, DNA_RCODE_NXDOMAIN);
	for (size_t i = 0; i < 3 && c->nsecs[i].owner != NULL; i++) {
		struct dna_buffer rdata;

		nsec_rdata(&rdata, c->nsecs[i].next, c->nsecs[i].types);
		message_sign(&wire, DNA_AUTHORITY, c->nsecs[i].owner, DNA_TYPE_NSEC, rdata.data,
			     rdata.size, key, how);
		dna_buffer_clear(&rdata);
	}
	return message_end(&wire, c->name, c->type);
}

Test(denial, nsec)
{
	struct zone_key key;

	key_make(&key, "example", 256);
	for (size_t i = 0; i < sizeof(nsec_cases) / sizeof(nsec_cases[0]); i++) {
		const struct nsec_case *c = &nsec_cases[i];
		struct dna_denial d =
			deny(nsec_message(c, &key, ORDINARY), c->name, c->type, &key, NOW);

		cr_expect_eq(d.kind, c->kind, "%s", c->about);
		cr_expect_eq(d.delegation, c->delegation, "%s", c->about);
		cr_expect_not(d.insecure);
	}
	key_clear(&key);
}

Test(denial, nsec_counts_only_rightly_signed)
{
	const struct nsec_case *c = &nsec_cases[0];
	struct signing spoiled = ORDINARY, expanded = ORDINARY;
	struct zone_key key, other;

	key_make(&key, "example", 256);
	key_make(&other, "example", 256);
	spoiled.spoiled = true;
	expanded.labels = 1; /* *.example NSEC, passed off as b.example's */
	cr_expect_eq(deny(nsec_message(c, &key, spoiled), c->name, c->type, &key, NOW).kind,
		     DNA_NOT_DENIED);
	cr_expect_eq(deny(nsec_message(c, &key, expanded), c->name, c->type, &key, NOW).kind,
		     DNA_NOT_DENIED);
	cr_expect_eq(deny(nsec_message(c, &other, ORDINARY), c->name, c->type, &key, NOW).kind,
		     DNA_NOT_DENIED);
	cr_expect_eq(
		deny(nsec_message(c, &key, ORDINARY), c->name, c->type, &key, NOW + 2 * DAY).kind,
		DNA_NOT_DENIED);
	key_clear(&key);
	key_clear(&other);
}

/*
 * The NSEC of *.example, passed off as b.example's, beside the one that shows that there is none.
 */
Test(denial, nsec_of_a_wildcard_is_nobody_elses)
{
	struct signing expanded = ORDINARY;
	struct dna_buffer wire, rdata;
	struct zone_key key;

	expanded.labels = 1;
	key_make(&key, "example", 256);
	message_begin(&wire, "b.example", SRV, DNA_RCODE_NOERROR);
	nsec_rdata(&rdata, "d.example", host);
	message_sign(&wire, DNA_AUTHORITY, "b.example", DNA_TYPE_NSEC, rdata.data, rdata.size, &key,
		     expanded);
	message_sign(&wire, DNA_AUTHORITY, "a.example", DNA_TYPE_NSEC, rdata.data, rdata.size, &key,
		     ORDINARY);
	dna_buffer_clear(&rdata);
	cr_expect_eq(deny(message_end(&wire, "b.example", SRV), "b.example", SRV, &key, NOW).kind,
		     DNA_NOT_DENIED);
	key_clear(&key);
}

struct nsec3_case {
	const char *about, *name;
	uint16_t type;
	struct nsec3 nsec3s[4];
	enum dna_denial_kind kind;
	bool delegation, insecure;
};

#define AT(name, types)                 \
	{                               \
		name, 0, 9, 0, 0, types \
	}
#define COVER(name)                       \
	{                                 \
		name, 1, 1, 0, 0, nothing \
	}
#define OPT_OUT_COVER(name)               \
	{                                 \
		name, 1, 1, 1, 0, nothing \
	}
#define SLOW_AT(name, n, types)         \
	{                               \
		name, 0, 9, 0, n, types \
	}

/* All in the zone example. (RFC 5155 section 8, RFC 9276 section 3.2) */
static const struct nsec3_case nsec3_cases[] = {
	{ "the type is not at the name",
	  "b.example",
	  SRV,
	  { AT("b.example", host) },
	  DNA_NO_DATA,
	  false,
	  false },
	{ "the type is there",
	  "b.example",
	  A,
	  { AT("b.example", host) },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "an empty non-terminal",
	  "b.example",
	  A,
	  { AT("b.example", nothing) },
	  DNA_NO_DATA,
	  false,
	  false },
	{ "neither the name nor a wildcard",
	  "x.c.example",
	  A,
	  { AT("example", apex), COVER("c.example"), COVER("*.example") },
	  DNA_NO_NAME,
	  false,
	  false },
	{ "nothing about the wildcard",
	  "x.c.example",
	  A,
	  { AT("example", apex), COVER("c.example") },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "the wildcard lacks the type",
	  "c.example",
	  SRV,
	  { AT("example", apex), COVER("c.example"), AT("*.example", host) },
	  DNA_NO_DATA,
	  false,
	  false },
	{ "the wildcard has the type",
	  "c.example",
	  A,
	  { AT("example", apex), COVER("c.example"), AT("*.example", host) },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "no closest encloser",
	  "c.example",
	  A,
	  { COVER("c.example"), COVER("*.example") },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "a gap between encloser and what is covered",
	  "x.c.example",
	  A,
	  { AT("example", apex), COVER("x.c.example"), COVER("*.example") },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "a delegation denies nothing below it",
	  "x.b.example",
	  A,
	  { AT("b.example", cut), COVER("x.b.example"), COVER("*.b.example") },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "a DNAME denies nothing below it",
	  "x.b.example",
	  A,
	  { AT("b.example", dname), COVER("x.b.example"), COVER("*.b.example") },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "nor does a delegation at its own name",
	  "b.example",
	  A,
	  { AT("b.example", cut) },
	  DNA_NOT_DENIED,
	  false,
	  false },
	{ "but DS", "b.example", DNA_TYPE_DS, { AT("b.example", cut) }, DNA_NO_DATA, true, false },
	{ "an opt-out span may hide an unsigned delegation",
	  "b.example",
	  DNA_TYPE_DS,
	  { AT("example", apex), OPT_OUT_COVER("b.example") },
	  DNA_NO_DATA,
	  true,
	  true },
	{ "and so is no secure denial",
	  "b.example",
	  A,
	  { AT("example", apex), OPT_OUT_COVER("b.example"), COVER("*.example") },
	  DNA_NO_NAME,
	  false,
	  true },
	{ "100 iterations",
	  "b.example",
	  SRV,
	  { SLOW_AT("b.example", 100, host) },
	  DNA_NO_DATA,
	  false,
	  false },
	{ "101 iterations are not computed",
	  "b.example",
	  SRV,
	  { SLOW_AT("b.example", 101, host) },
	  DNA_NO_DATA,
	  false,
	  true },
	{ "a zone does not deny its own DS",
	  "example",
	  DNA_TYPE_DS,
	  { AT("example", apex) },
	  DNA_NOT_DENIED,
	  false,
	  false },
};

Test(denial, nsec3)
{
	struct zone_key key;

	key_make(&key, "example", 256);
	for (size_t i = 0; i < sizeof(nsec3_cases) / sizeof(nsec3_cases[0]); i++) {
		const struct nsec3_case *c = &nsec3_cases[i];
		struct dna_buffer wire;
		struct dna_denial d;

		message_begin(&wire, c->name, c->type, DNA_RCODE_NOERROR);
		for (size_t n = 0; n < 4 && c->nsec3s[n].name != NULL; n++)
			message_sign_nsec3(&wire, &c->nsec3s[n], &key);
		d = deny(message_end(&wire, c->name, c->type), c->name, c->type, &key, NOW);
		cr_expect_eq(d.kind, c->kind, "%s", c->about);
		cr_expect_eq(d.delegation, c->delegation, "%s", c->about);
		cr_expect_eq(d.insecure, c->insecure, "%s", c->about);
	}
	key_clear(&key);
}

/* The hash of "example" in RFC 5155 appendix A: salt aabbccdd, 12 iterations. */
Test(denial, nsec3_hash_is_that_of_the_rfc)
{
	static const uint8_t rdata[] = { 1, 0, 0, 12, 4, 0xaa, 0xbb, 0xcc, 0xdd, 20, 0,
					 0, 0, 0, 0,  0, 0,    0,    0,    0,    0,  0,
					 0, 0, 0, 0,  0, 0,    0,    1,    0,    1,  0x22 };
	struct zone_key key;
	struct dna_buffer wire;

	key_make(&key, "example", 256);
	message_begin(&wire, "example", SRV, DNA_RCODE_NOERROR);
	message_sign(&wire, DNA_AUTHORITY, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example",
		     DNA_TYPE_NSEC3, rdata, sizeof(rdata), &key, ORDINARY);
	cr_expect_eq(deny(message_end(&wire, "example", SRV), "example", SRV, &key, NOW).kind,
		     DNA_NO_DATA);
	key_clear(&key);
}

/* RFC 4035 section 5.3.4, RFC 5155 section 8.8: x.y.example from *.example. */
Test(denial, of_what_a_wildcard_stands_for)
{
	static const struct nsec3 opt_out = OPT_OUT_COVER("y.example"), cover = COVER("y.example");
	struct dna_dname name = name_of("x.y.example");
	struct {
		const char *next; /* NSEC b.example ... next, or */
		const struct nsec3 *nsec3;
		enum dna_denial_kind kind;
		bool insecure;
	} cases[] = {
		{ "z.example", NULL, DNA_NO_NAME, false },
		{ "a.y.example", NULL, DNA_NOT_DENIED, false }, /* y.example is there */
		{ "c.example", NULL, DNA_NOT_DENIED, false },
		{ NULL, &cover, DNA_NO_NAME, false },
		{ NULL, &opt_out, DNA_NO_NAME, true },
		{ NULL, NULL, DNA_NOT_DENIED, false },
	};
	struct zone_key key;
	struct dna_keys *keys;

	key_make(&key, "example", 256);
	keys = keys_of(&key);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned budget = DNA_VERIFICATIONS_MAX;
		struct dna_buffer wire, rdata;
		struct dna_denial d;
		struct dna_message *m;
		char why[DNA_WHY_MAX];

		message_begin(&wire, "x.y.example", A, DNA_RCODE_NOERROR);
		if (cases[i].next != NULL) {
			nsec_rdata(&rdata, cases[i].next, host);
			message_sign(&wire, DNA_AUTHORITY, "b.example", DNA_TYPE_NSEC, rdata.data,
				     rdata.size, &key, ORDINARY);
			dna_buffer_clear(&rdata);
		}
		if (cases[i].nsec3 != NULL)
			message_sign_nsec3(&wire, cases[i].nsec3, &key);
		m = message_end(&wire, "x.y.example", A);
		dna_deny_expansion(m, &name, 1, keys, NOW, &budget, &d, why);
		cr_expect_eq(d.kind, cases[i].kind, "case %zu: %s", i, why);
		cr_expect_eq(d.insecure, cases[i].insecure, "case %zu", i);
		dna_message_unref(m);
	}
	dna_keys_free(keys);
	key_clear(&key);
}

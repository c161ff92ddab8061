/* The strict check: what passes, what does not, and nothing that makes it stumble. */
#include "resolver/wirecheck.h"

#include "build.h"

#include <criterion/criterion.h>
#include <getdns/getdns_extra.h>
#include <string.h>

#define A   1
#define SRV 33
#define OPT 41

struct rdata {
	const char *about;
	uint16_t type;
	const char *octets;
	size_t size;
	bool good;
};

#define RDATA(type, octets) type, octets, sizeof(octets) - 1

/* RDATA behind the header (12), the question "a.example" (15) and an owner like it (11 + 10):
 * at 48. */
static const struct rdata rdatas[] = {
	{ "A", RDATA(1, "\xc0\0\2\1"), true },
	{ "A of three octets", RDATA(1, "\xc0\0\2"), false },
	{ "A of five octets", RDATA(1, "\xc0\0\2\1\1"), false },
	{ "AAAA", RDATA(28, "0123456789abcdef"), true },
	{ "AAAA of four octets", RDATA(28, "0123"), false },
	{ "CNAME", RDATA(5, "\1b\0"), true },
	{ "CNAME, compressed", RDATA(5, "\1b\xc0\x0e"), true },
	{ "CNAME and more", RDATA(5, "\1b\0\0"), false },
	{ "CNAME, compressed by itself", RDATA(5, "\xc0\x30"), false },
	{ "DNAME", RDATA(39, "\1b\0"), true },
	{ "DNAME, compressed", RDATA(39, "\xc0\x0e"), false },
	{ "SOA",
	  RDATA(6, "\0\0"
		   "00001111222233334444"),
	  true },
	{ "SOA, short",
	  RDATA(6, "\0\0"
		   "0000111122223333444"),
	  false },
	{ "MX", RDATA(15, "\0\1\xc0\x0e"), true },
	{ "TXT", RDATA(16, "\1a\0\2bc"), true },
	{ "TXT without strings", RDATA(16, ""), false },
	{ "TXT, cut", RDATA(16, "\3bc"), false },
	{ "SRV", RDATA(33, "\0\1\0\2\0\3\1b\0"), true },
	{ "SRV, compressed", RDATA(33, "\0\1\0\2\0\3\xc0\x0e"), false },
	{ "SRV without a target", RDATA(33, "\0\1\0\2\0\3"), false },
	{ "DS", RDATA(43, "\0\1\15\2d"), true },
	{ "DS without a digest", RDATA(43, "\0\1\15\2"), false },
	{ "RRSIG", RDATA(46, "\0\1\15\2tttteeeeiiii\0\1\0s"), true },
	{ "RRSIG, compressed", RDATA(46, "\0\1\15\2tttteeeeiiii\0\1\xc0\x0es"), false },
	{ "RRSIG without a signature", RDATA(46, "\0\1\15\2tttteeeeiiii\0\1\0"), false },
	{ "NSEC", RDATA(47, "\1b\0\0\1\x40\1\1\1"), true },
	{ "NSEC, empty", RDATA(47, "\1b\0"), true },
	{ "NSEC, windows in disorder", RDATA(47, "\1b\0\1\1\x40\0\1\1"), false },
	{ "NSEC, an empty window", RDATA(47, "\1b\0\0\0"), false },
	{ "NSEC, a window of 33",
	  RDATA(47, "\1b\0\0\x21"
		    "000000000000000000000000000000000"),
	  false },
	{ "NSEC, a window cut", RDATA(47, "\1b\0\0\2\x40"), false },
	{ "DNSKEY", RDATA(48, "\1\1\3\15k"), true },
	{ "DNSKEY without a key", RDATA(48, "\1\1\3\15"), false },
	{ "NSEC3", RDATA(50, "\1\0\0\0\2ss\3hhh\0\1\x40"), true },
	{ "NSEC3 without types", RDATA(50, "\1\0\0\0\0\1h"), true },
	{ "NSEC3, salt cut", RDATA(50, "\1\0\0\0\2s"), false },
	{ "NSEC3, hash cut", RDATA(50, "\1\0\0\0\0\2h"), false },
	{ "TLSA", RDATA(52, "\3\1\1d"), true },
	{ "TLSA without data", RDATA(52, "\3\1\1"), false },
	{ "NAPTR, which getdns parses", RDATA(35, "\0\1\0\1\0\0\0\0"), false },
	{ "HIP, which it crashes on", RDATA(55, "\4\2\0\4hhhhkkkk"), false },
	{ "TSIG", RDATA(250, "x"), false },
	{ "SVCB, which it knows nothing of", RDATA(64, "\0\1\0"), true },
	{ "an unknown type", RDATA(65280, "anything"), true },
	{ "OPT among the answers", RDATA(41, ""), false },
};

static int check(const struct dna_buffer *wire, const char *name, uint16_t type)
{
	struct dna_dname asked = name_of(name);
	const char *why;

	return dna_wire_check((struct dna_bytes){ wire->data, wire->size }, &asked, type, &why);
}

Test(wirecheck, rdata)
{
	for (size_t i = 0; i < sizeof(rdatas) / sizeof(rdatas[0]); i++) {
		const struct rdata *c = &rdatas[i];
		struct dna_buffer wire;

		message_begin(&wire, "a.example", A, 0);
		message_add(&wire, DNA_ANSWER, "a.example", c->type, 1, c->octets, c->size);
		cr_expect_eq(check(&wire, "a.example", A) == 0, c->good, "%s", c->about);
		dna_buffer_clear(&wire);
	}
}

Test(wirecheck, header_and_question)
{
	static const struct {
		const char *about;
		size_t offset;
		uint8_t octet;
		bool good;
	} cases[] = {
		{ "as it is", 3, 0x80, true },      { "any id", 0, 0xff, true },
		{ "upper case", 13, 'A', true },    { "a query", 2, 0x01, false },
		{ "truncated", 2, 0x83, false },    { "a notification", 2, 0xa1, false },
		{ "two questions", 5, 2, false },   { "none", 5, 0, false },
		{ "another name", 13, 'b', false }, { "another type", 24, 2, false },
		{ "another class", 26, 3, false },  { "a record that is not there", 7, 1, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_buffer wire;

		message_begin(&wire, "a.example", A, 0);
		wire.data[cases[i].offset] = cases[i].octet;
		cr_expect_eq(check(&wire, "a.example", A) == 0, cases[i].good, "%s",
			     cases[i].about);
		dna_buffer_clear(&wire);
	}
}

Test(wirecheck, whole_message_and_no_more)
{
	struct dna_buffer wire;
	size_t size;

	message_begin(&wire, "a.example", A, 0);
	message_add(&wire, DNA_ANSWER, "a.example", A, 1, "\xc0\0\2\1", 4);
	size = wire.size;
	for (wire.size = 0; wire.size < size; wire.size++)
		cr_expect_neq(check(&wire, "a.example", A), 0, "%zu", wire.size);
	cr_expect_eq(check(&wire, "a.example", A), 0);
	dna_buffer_u8(&wire, 0);
	cr_expect_eq(check(&wire, "a.example", A), DNA_E_SYNTAX);
	dna_buffer_clear(&wire);
}

Test(wirecheck, counts_are_bounded)
{
	struct dna_buffer wire;

	message_begin(&wire, "a.example", A, 0);
	for (unsigned i = 0; i < DNA_RECORDS_MAX; i++)
		message_add(&wire, DNA_ANSWER, ".", A, 1, "\xc0\0\2\1", 4);
	cr_expect_eq(check(&wire, "a.example", A), 0);
	message_add(&wire, DNA_AUTHORITY, ".", A, 1, "\xc0\0\2\1", 4);
	cr_expect_eq(check(&wire, "a.example", A), DNA_E_LIMIT);
	dna_buffer_clear(&wire);
}

Test(wirecheck, opt_once_with_whole_options)
{
	static const uint8_t ede[] = { 0, 15, 0, 5, 0, 7, 'o', 27, 'd' };
	struct dna_buffer wire;
	struct dna_message *m;

	message_begin(&wire, "a.example", A, DNA_RCODE_SERVFAIL);
	message_add(&wire, DNA_ADDITIONAL, ".", OPT, 0x01008000, ede, sizeof(ede));
	cr_assert_eq(check(&wire, "a.example", A), 0);
	m = message_end(&wire, "a.example", A);
	cr_expect_eq(m->rcode, 18);
	cr_expect_eq(m->count, 0);
	cr_expect_str_eq(m->error, "signature expired: o?d"); /* RFC 8914 */
	dna_message_unref(m);

	message_begin(&wire, "a.example", A, 0);
	message_add(&wire, DNA_ADDITIONAL, ".", OPT, 0, ede, sizeof(ede) - 1);
	cr_expect_neq(check(&wire, "a.example", A), 0);
	dna_buffer_clear(&wire);

	message_begin(&wire, "a.example", A, 0);
	message_add(&wire, DNA_ADDITIONAL, ".", OPT, 0, "", 0);
	message_add(&wire, DNA_ADDITIONAL, ".", OPT, 0, "", 0);
	cr_expect_neq(check(&wire, "a.example", A), 0);
	dna_buffer_clear(&wire);
}

/* ---- Mutations ---- */

static uint64_t random_state = 1;

static uint32_t next_random(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33);
}

/* A message of the kind that comes, with some of everything. */
static void make_seed(struct dna_buffer *wire)
{
	message_begin(wire, "a.example", A, 0);
	for (size_t i = 0; i < sizeof(rdatas) / sizeof(rdatas[0]); i++)
		if (rdatas[i].good)
			message_add(wire, DNA_ANSWER, "a.example", rdatas[i].type, 60,
				    rdatas[i].octets, rdatas[i].size);
	message_add(wire, DNA_ADDITIONAL, ".", OPT, 0, "\0\17\0\2\0\6", 6);
}

static void mutate(struct dna_buffer *wire)
{
	for (unsigned i = next_random() % 3 + 1; i > 0; i--) {
		size_t at = next_random() % wire->size;

		switch (next_random() % 4) {
		case 0:
			wire->data[at] = (uint8_t)next_random();
			break;
		case 1:
			wire->data[at] ^= (uint8_t)(1 << next_random() % 8);
			break;
		case 2:
			wire->data[at] = 0xc0;
			break;
		default:
			wire->data[at]++;
		}
	}
}

/* What passes can be taken apart, and getdns reads each record of it. */
static void use(const struct dna_message *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct dna_record *record = &m->records[i];
		getdns_dict *dict = NULL;
		struct dna_buffer wire;

		dna_buffer_init(&wire, 0);
		dna_buffer_add(&wire, record->owner.octets, record->owner.size);
		dna_buffer_u16(&wire, record->type);
		dna_buffer_u16(&wire, 1);
		dna_buffer_u32(&wire, record->ttl);
		dna_buffer_u16(&wire, (uint16_t)record->rdata.size);
		dna_buffer_add(&wire, record->rdata.data, record->rdata.size);
		cr_expect_eq(getdns_wire2rr_dict(wire.data, wire.size, &dict), GETDNS_RETURN_GOOD);
		getdns_dict_destroy(dict);
		dna_buffer_clear(&wire);
	}
}

Test(wirecheck, mutations_do_no_harm)
{
	struct dna_dname name = name_of("a.example");
	struct dna_buffer seed, wire;
	unsigned passed = 0;

	make_seed(&seed);
	for (unsigned i = 0; i < 20000; i++) {
		struct dna_message *m = NULL;
		const char *why;

		dna_buffer_init(&wire, 0);
		dna_buffer_add(&wire, seed.data, seed.size);
		mutate(&wire);
		if (dna_message_read(&m, (struct dna_bytes){ wire.data, wire.size }, &name, A,
				     &why) == 0) {
			passed++;
			use(m);
		}
		dna_message_unref(m);
		dna_buffer_clear(&wire);
	}
	cr_expect_gt(passed, 1000);
	dna_buffer_clear(&seed);
}

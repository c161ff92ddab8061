/* What is said of a DNS answer, from the items that say it. */
#include "command.h"
#include "evidence/dns.h"
#include "resolution.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define NOW       1795219200 /* 2026-11-21T00:00:00Z */
#define ITEMS_MAX 8

static struct dna_item *items[ITEMS_MAX];
static size_t count;

static void forget(void)
{
	while (count > 0)
		dna_item_unref(items[--count]);
}

static struct dna_item *add(struct dna_item_init init)
{
	init.time = NOW;
	if (init.not_after == 0)
		init.not_after = NOW + 3600;
	cr_assert_lt(count, ITEMS_MAX);
	cr_assert_eq(dna_item_new(&items[count], &init), 0);
	return items[count++];
}

#define DNS(...)  add((struct dna_item_init){ .kind = "dns", __VA_ARGS__ })
#define ZONE(...) add((struct dna_item_init){ .kind = "dns-zone", __VA_ARGS__ })

static void add_record(struct dna_item *item, const char *text)
{
	struct dna_buffer rdata;

	dna_buffer_init(&rdata, 0);
	cr_assert_eq(dna_dns_rdata_read(dna_item_type(item), text, &rdata), 0, "%s", text);
	cr_assert_eq(dna_item_add(item, rdata.data, rdata.size), 0);
	dna_buffer_clear(&rdata);
}

static void add_line(struct dna_item *item, const char *text)
{
	cr_assert_eq(dna_item_add(item, text, strlen(text)), 0);
}

static struct dna_resolution all(const char *name, uint16_t type)
{
	return (struct dna_resolution){ name, type, items, count };
}

/* The answer to every question here, and what has to be said of it. */
static void expect_text(const char *name, uint16_t type, const char *text)
{
	const struct dna_resolution resolution = all(name, type);
	char *said = NULL;
	size_t size;
	struct dna_output output = { .file = open_memstream(&said, &size) };

	dna_resolution_print(&output, &resolution, NOW);
	fclose(output.file);
	cr_expect_str_eq(said, text, "%s", said);
	free(said);
}

static void expect_json(const char *name, uint16_t type, const char *text)
{
	const struct dna_resolution resolution = all(name, type);
	json_t *json = dna_resolution_json(&resolution), *wanted = json_loads(text, 0, NULL);
	char *said = json_dumps(json, JSON_INDENT(2));

	cr_assert_not_null(wanted, "%s", text);
	cr_expect(json_equal(json, wanted), "%s", said);
	free(said);
	json_decref(json);
	json_decref(wanted);
}

static int status(void)
{
	const struct dna_resolution resolution = all("a.example", DNA_RR_SRV);

	return dna_resolution_status(&resolution);
}

static void add_secure_zones(void)
{
	struct dna_item *root = ZONE(.name = "."), *zone = ZONE(.name = "a.example");

	add_line(root, "DS 1 ECDSAP256SHA256 SHA-256");
	add_line(root, "DNSKEY 1 ECDSAP256SHA256 signs the keys");
	add_line(zone, "DNSKEY 2 ECDSAP256SHA256 signs the keys");
}

TestSuite(resolution, .fini = forget);

Test(resolution, shows_records_and_the_chain_that_vouches_for_them)
{
	struct dna_item *item = DNS(.name = "_x._tcp.a.example", .type = DNA_RR_SRV);

	add_record(item, "0 5 5269 x.a.example.");
	add_record(item, "10 5 5269 y.a.example.");
	add_secure_zones();
	expect_text("_x._tcp.a.example", DNA_RR_SRV,
		    "_x._tcp.a.example SRV: secure\n"
		    "  why         signatures vouch for it, from the trust anchor down\n"
		    "  answer      secure: _x._tcp.a.example SRV\n"
		    "              0 5 5269 x.a.example.\n"
		    "              10 5 5269 y.a.example.\n"
		    "  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n"
		    "  zone        secure: the root\n"
		    "              DS 1 ECDSAP256SHA256 SHA-256\n"
		    "              DNSKEY 1 ECDSAP256SHA256 signs the keys\n"
		    "  zone        secure: a.example\n"
		    "              DNSKEY 2 ECDSAP256SHA256 signs the keys\n");
	expect_json("_x._tcp.a.example", DNA_RR_SRV,
		    "{\"name\":\"_x._tcp.a.example\",\"type\":\"SRV\",\"rcode\":\"NOERROR\","
		    "\"outcome\":\"answered\",\"security\":\"secure\",\"word\":\"validated\","
		    "\"reason\":\"signatures vouch for it, from the trust anchor down\","
		    "\"not_after\":\"2026-11-21T01:00:00Z\",\"answers\":["
		    "{\"name\":\"_x._tcp.a.example\",\"type\":\"SRV\","
		    "\"data\":\"0 5 5269 x.a.example.\",\"security\":\"secure\"},"
		    "{\"name\":\"_x._tcp.a.example\",\"type\":\"SRV\","
		    "\"data\":\"10 5 5269 y.a.example.\",\"security\":\"secure\"}],\"chain\":["
		    "{\"zone\":\".\",\"security\":\"secure\",\"reason\":\"\",\"data\":["
		    "\"DS 1 ECDSAP256SHA256 SHA-256\","
		    "\"DNSKEY 1 ECDSAP256SHA256 signs the keys\"]},"
		    "{\"zone\":\"a.example\",\"security\":\"secure\",\"reason\":\"\",\"data\":["
		    "\"DNSKEY 2 ECDSAP256SHA256 signs the keys\"]}]}");
	cr_expect_eq(status(), DNA_EXIT_OK);
}

/* DELEG-006: the worst link is the whole; DELEG-021: the shortest as well. */
Test(resolution, takes_an_alias_chain_for_its_worst_link)
{
	struct dna_item *alias = DNS(.name = "a.example", .type = DNA_RR_CNAME,
				     .security = DNA_INSECURE, .not_after = NOW + 60);
	struct dna_item *item = DNS(.name = "b.example", .type = DNA_RR_A);
	ZONE(.name = "a.example", .security = DNA_INSECURE,
	     .reason = "a.example. has no DS in example.");

	add_record(alias, "b.example.");
	add_record(item, "192.0.2.1");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: insecure, nothing vouches for it\n"
		    "  why         a.example. has no DS in example.\n"
		    "  alias       insecure: a.example CNAME\n"
		    "              b.example.\n"
		    "  answer      secure: b.example A\n"
		    "              192.0.2.1\n"
		    "  holds       until 2026-11-21T00:01:00Z, 60 seconds from now\n"
		    "  zone        insecure: a.example, the chain ends here: "
		    "a.example. has no DS in example.\n");
	expect_json("a.example", DNA_RR_A,
		    "{\"name\":\"a.example\",\"type\":\"A\",\"rcode\":\"NOERROR\","
		    "\"outcome\":\"answered\",\"security\":\"insecure\",\"word\":\"validated\","
		    "\"reason\":\"a.example. has no DS in example.\","
		    "\"not_after\":\"2026-11-21T00:01:00Z\",\"answers\":["
		    "{\"name\":\"a.example\",\"type\":\"CNAME\",\"data\":\"b.example.\","
		    "\"security\":\"insecure\"},{\"name\":\"b.example\",\"type\":\"A\","
		    "\"data\":\"192.0.2.1\",\"security\":\"secure\"}],\"chain\":["
		    "{\"zone\":\"a.example\",\"security\":\"insecure\","
		    "\"reason\":\"a.example. has no DS in example.\",\"data\":[]}]}");
	cr_expect_eq(status(), DNA_EXIT_OK);
}

Test(resolution, names_the_zone_where_the_chain_breaks)
{
	struct dna_item *item = DNS(.name = "a.example", .type = DNA_RR_A, .security = DNA_BOGUS,
				    .reason = "no key of a.example. fits");
	struct dna_item *zone;

	add_record(item, "192.0.2.1");
	ZONE(.name = ".");
	zone = ZONE(.name = "a.example", .security = DNA_BOGUS,
		    .reason = "no key of a.example. fits");
	add_line(zone, "DS 1 ECDSAP256SHA256 SHA-256");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: bogus, it may be forged; do not use it\n"
		    "  why         no key of a.example. fits\n"
		    "  answer      bogus: a.example A\n"
		    "              192.0.2.1\n"
		    "  zone        secure: the root\n"
		    "  zone        bogus: a.example, the chain breaks here: "
		    "no key of a.example. fits\n"
		    "              DS 1 ECDSAP256SHA256 SHA-256\n");
	cr_expect_eq(status(), DNA_EXIT_VETO);
}

Test(resolution, says_when_the_answer_itself_is_where_the_chain_breaks)
{
	add_record(DNS(.name = "a.example", .type = DNA_RR_A, .security = DNA_BOGUS,
		       .reason = "the signature does not fit"),
		   "192.0.2.1");
	add_secure_zones();
	expect_text("a.example", DNA_RR_A,
		    "a.example A: bogus, it may be forged; do not use it\n"
		    "  why         the signature does not fit\n"
		    "  answer      bogus: a.example A, the chain breaks here\n"
		    "              192.0.2.1\n"
		    "  zone        secure: the root\n"
		    "              DS 1 ECDSAP256SHA256 SHA-256\n"
		    "              DNSKEY 1 ECDSAP256SHA256 signs the keys\n"
		    "  zone        secure: a.example\n"
		    "              DNSKEY 2 ECDSAP256SHA256 signs the keys\n");
}

Test(resolution, tells_no_name_from_no_record)
{
	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_DENIED, .code = 3,
	    .reason = "there is no such name");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: secure, there is no such name\n"
		    "  why         there is no such name; signatures vouch for it, from the trust "
		    "anchor down\n"
		    "  denied      secure: a.example A\n"
		    "  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n");
	cr_expect_eq(status(), DNA_EXIT_OK);
	forget();
	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_DENIED,
	    .reason = "there is no such record");
	expect_text(
		"a.example", DNA_RR_A,
		"a.example A: secure, there is no such record\n"
		"  why         there is no such record; signatures vouch for it, from the trust "
		"anchor down\n"
		"  denied      secure: a.example A\n"
		"  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n");
}

Test(resolution, takes_no_forged_denial_for_one)
{
	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_DENIED, .code = 3,
	    .security = DNA_BOGUS, .reason = "the NSEC record is not signed");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: bogus, it may be forged; do not use it\n"
		    "  why         the NSEC record is not signed\n"
		    "  denied      bogus: a.example A, the chain breaks here\n");
	cr_expect_eq(status(), DNA_EXIT_VETO);
}

/* SEC-002: a failure is said to be one. */
Test(resolution, says_what_failed)
{
	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_FAILED, .code = 2,
	    .reason = "the resolver says SERVFAIL for a.example. A");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: failed, could not tell this time\n"
		    "  why         the resolver says SERVFAIL for a.example. A\n"
		    "  failed      indeterminate: a.example A\n");
	expect_json("a.example", DNA_RR_A,
		    "{\"name\":\"a.example\",\"type\":\"A\",\"rcode\":\"SERVFAIL\","
		    "\"outcome\":\"failed\",\"security\":\"indeterminate\","
		    "\"word\":\"validated\","
		    "\"reason\":\"the resolver says SERVFAIL for a.example. A\","
		    "\"not_after\":null,\"answers\":[],\"chain\":[]}");
	cr_expect_eq(status(), DNA_EXIT_UNDECIDED);
}

/* DELEG-017: whose word it is. */
Test(resolution, says_when_it_is_only_the_resolvers_word)
{
	add_record(DNS(.name = "a.example", .type = DNA_RR_A, .word = DNA_WORD_RESOLVER),
		   "192.0.2.1");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: secure, by the resolver's word\n"
		    "  why         the resolver says that it has validated it\n"
		    "  answer      secure: a.example A\n"
		    "              192.0.2.1\n"
		    "  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n");
}

Test(resolution, has_an_exit_status_and_an_rcode_for_everything)
{
	static const struct {
		enum dna_outcome outcome;
		enum dna_security security;
		int code;
		const char *rcode; /* NULL: there was no reply */
		int status;
	} cases[] = {
		{ DNA_ANSWERED, DNA_SECURE, 0, "NOERROR", DNA_EXIT_OK },
		{ DNA_ANSWERED, DNA_INSECURE, 0, "NOERROR", DNA_EXIT_OK },
		{ DNA_ANSWERED, DNA_BOGUS, 0, "NOERROR", DNA_EXIT_VETO },
		{ DNA_ANSWERED, DNA_INDETERMINATE, 0, "NOERROR", DNA_EXIT_UNDECIDED },
		{ DNA_DENIED, DNA_SECURE, 3, "NXDOMAIN", DNA_EXIT_OK },
		{ DNA_DENIED, DNA_INSECURE, 0, "NOERROR", DNA_EXIT_OK },
		{ DNA_DENIED, DNA_BOGUS, 3, "NXDOMAIN", DNA_EXIT_VETO },
		{ DNA_FAILED, DNA_BOGUS, 0, "NOERROR", DNA_EXIT_VETO },
		{ DNA_FAILED, DNA_INDETERMINATE, 0, NULL, DNA_EXIT_UNDECIDED },
		{ DNA_FAILED, DNA_INDETERMINATE, 2, "SERVFAIL", DNA_EXIT_UNDECIDED },
		{ DNA_FAILED, DNA_INDETERMINATE, 5, "REFUSED", DNA_EXIT_UNDECIDED },
		{ DNA_FAILED, DNA_INDETERMINATE, 23, "RCODE23", DNA_EXIT_UNDECIDED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dna_resolution resolution = { "a.example", DNA_RR_A, items, 1 };
		json_t *json;
		const char *rcode;

		DNS(.name = "a.example", .type = DNA_RR_A, .outcome = cases[i].outcome,
		    .security = cases[i].security, .code = cases[i].code);
		json = dna_resolution_json(&resolution);
		rcode = json_string_value(json_object_get(json, "rcode"));
		cr_expect_eq(dna_resolution_status(&resolution), cases[i].status, "case %zu", i);
		if (cases[i].rcode != NULL)
			cr_expect_str_eq(rcode, cases[i].rcode, "case %zu", i);
		else
			cr_expect(json_is_null(json_object_get(json, "rcode")), "case %zu", i);
		json_decref(json);
		forget();
	}
}

/* A resolver's words are not what a terminal obeys, and no less JSON than others. */
Test(resolution, shows_a_resolvers_words_safely)
{
	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_FAILED, .code = 2,
	    .reason = "SERVFAIL \xff\033[2J\na.example A: secure");
	expect_text("a.example", DNA_RR_A,
		    "a.example A: failed, could not tell this time\n"
		    "  why         SERVFAIL \xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd"
		    "a.example A: secure\n"
		    "  failed      indeterminate: a.example A\n");
	expect_json("a.example", DNA_RR_A,
		    "{\"name\":\"a.example\",\"type\":\"A\",\"rcode\":\"SERVFAIL\","
		    "\"outcome\":\"failed\",\"security\":\"indeterminate\","
		    "\"word\":\"validated\",\"reason\":\"SERVFAIL "
		    "\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd"
		    "a.example A: secure\","
		    "\"not_after\":null,\"answers\":[],\"chain\":[]}");
}

/* One line of a list can be told from the next. */
Test(resolution, hangs_long_lines)
{
	const struct dna_resolution resolution = { "a.example", DNA_RR_A, items, 2 };
	struct dna_output output = { .width = 50 };
	char *said = NULL;
	size_t size;

	DNS(.name = "a.example", .type = DNA_RR_A, .outcome = DNA_DENIED, .not_after = DNA_FOREVER);
	add_line(ZONE(.name = "."), "RRSIG DNSKEY by 1, valid 2026-11-19T00:00:00Z to "
				    "2026-12-21T00:00:00Z");
	output.file = open_memstream(&said, &size);
	dna_resolution_print(&output, &resolution, NOW);
	fclose(output.file);
	cr_expect_not_null(strstr(said, "  zone        secure: the root\n"
					"              RRSIG DNSKEY by 1, valid\n"
					"                2026-11-19T00:00:00Z to\n"
					"                2026-12-21T00:00:00Z\n"),
			   "%s", said);
	free(said);
}

/* What does not look like its type is shown all the same. */
Test(resolution, shows_data_that_has_no_form_of_its_own)
{
	struct dna_item *item = DNS(.name = "a.example", .type = DNA_RR_A);

	cr_assert_eq(dna_item_add(item, "\1\2\3", 3), 0);
	expect_text("a.example", DNA_RR_A,
		    "a.example A: secure\n"
		    "  why         signatures vouch for it, from the trust anchor down\n"
		    "  answer      secure: a.example A\n"
		    "              \\# 3 010203\n"
		    "  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n");
}

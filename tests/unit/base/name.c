/* Domain names: preparation, limits, comparison. */
#include "base/name.h"

#include <dna/prooftype.h>

#include <criterion/criterion.h>
#include <idn2.h>

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define SIXTY_ONE   "0123456789012345678901234567890123456789012345678901234567890"
#define SIXTY_THREE SIXTY_ONE "12"

/* I18N-001, I18N-002, I18N-003, I18N-004, TV-IDN */
Test(name, prepares_domains)
{
	static const struct {
		const char *text, *ascii, *unicode;
	} cases[] = {
		{ "example.com", "example.com", "example.com" },
		{ "Example.COM.", "example.com", "example.com" },
		{ "bücher.example", "xn--bcher-kva.example", "bücher.example" },
		{ "BÜCHER.example", "xn--bcher-kva.example", "bücher.example" },
		{ "XN--BCHER-KVA.example", "xn--bcher-kva.example", "bücher.example" },
		/* decomposed: u and a combining diaeresis */
		{ "bu\xcc\x88"
		  "cher.example",
		  "xn--bcher-kva.example", "bücher.example" },
		/* IDNA2003 would give strasse.example */
		{ "straße.example", "xn--strae-oqa.example", "straße.example" },
		{ "faß.de", "xn--fa-hia.de", "faß.de" },
		{ "ς.gr", "xn--3xa.gr", "ς.gr" },
		{ "例え.テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト" },
		{ "例え。テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト" },
		{ "ｅｘａｍｐｌｅ.com", "example.com", "example.com" },
		{ "1.example", "1.example", "1.example" },
		{ "0x1.example", "0x1.example", "0x1.example" },
		/* one label is a domain of a local network */
		{ "localhost", "localhost", "localhost" },
		{ "Intranet.", "intranet", "intranet" },
	};
	char ascii[DNA_NAME_MAX + 1], unicode[DNA_DOMAINPART_MAX + 1];

	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_assert_eq(dna_domain_prepare(cases[i].text, ascii, unicode), 0, "%s",
			     cases[i].text);
		cr_assert_str_eq(ascii, cases[i].ascii);
		cr_assert_str_eq(unicode, cases[i].unicode);
		cr_assert_eq(dna_domain_prepare(unicode, ascii, NULL), 0, "%s", unicode);
		cr_assert_str_eq(ascii, cases[i].ascii, "its U-labels are the same domain");
	}
}

/* I18N-006, I18N-008; a JID with more than its domainpart is none (I18N-009) */
Test(name, refuses_what_is_no_domain)
{
	static const char *const cases[] = {
		"",
		".",
		"..",
		"a..example",
		".example.com",
		"example.com..",
		"example.com。",
		"juliet@example.com",
		"example.com/balcony",
		"a b.example",
		"*.example.com",
		"_xmpp-server.example.com",
		"-a.example",
		"a-.example",
		"ab--cd.example",
		"a\xff.example",
		"a\n.example",
		"example.com:5269",
		"127.0.0.1",
		"127.0.0.1.",
		"１２７.0.0.1",
		"127.1",
		"0x7f.1",
		"10.0x1",
		"::1",
		"[::1]",
		"2001:db8::1",
		/*
		 * A-labels that do not survive decoding and encoding: no punycode, ASCII only,
		 * unmapped capitals, a symbol
		 */
		"xn--.example",
		"xn--a.example",
		"xn--example-.com",
		"xn--strasse-.example",
		"xn--ls8h.la",
		"xn--Bcher-LVA\xc3\x9c.example",
		"💩.la",
		/* mixed directions (RFC 5893) */
		"xn--a-yoc.example",
	};
	char ascii[DNA_NAME_MAX + 1] = "untouched", unicode[DNA_DOMAINPART_MAX + 1] = "untouched";

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_assert_eq(dna_domain_prepare(cases[i], ascii, unicode), DNA_E_INVALID, "%s",
			     cases[i]);
	cr_assert_str_eq(ascii, "untouched");
	cr_assert_str_eq(unicode, "untouched");
}

static char draw(const char *among)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return among[(seed >> 33) % strlen(among)];
}

/* Plain names are not given to libidn2: it must have nothing to say about them. I18N-004, I18N-006 */
Test(name, needs_no_idna_for_plain_names)
{
	char text[32], ascii[DNA_NAME_MAX + 1], unicode[DNA_DOMAINPART_MAX + 1];
	unsigned valid = 0;

	for (unsigned i = 0; i < 100000; i++) {
		size_t size = 4 + (size_t)draw("\1\2\3\4\5\6");
		char *a_labels = NULL, *u_labels = NULL;

		for (size_t j = 0; j < size; j++)
			text[j] = draw("aXn0--.Z");
		text[size] = '\0';
		if (dna_domain_prepare(text, ascii, unicode) != 0)
			continue;
		valid++;
		text[strlen(ascii)] = '\0'; /* without the final dot */
		cr_assert_eq(idn2_to_ascii_8z(text, &a_labels, IDN2_NONTRANSITIONAL), IDN2_OK, "%s",
			     text);
		cr_assert_str_eq(a_labels, ascii, "%s: %s", text, a_labels);
		cr_assert_eq(idn2_to_unicode_8z8z(a_labels, &u_labels, IDN2_NONTRANSITIONAL),
			     IDN2_OK, "%s", text);
		cr_assert_str_eq(u_labels, unicode, "%s: %s", text, u_labels);
		idn2_free(a_labels);
		idn2_free(u_labels);
	}
	cr_assert_gt(valid, 1000);
}

/* I18N-008 */
Test(name, knows_the_limits_of_dns)
{
	char text[2048], ascii[DNA_NAME_MAX + 1];

	memset(text, 'a', sizeof(text));
	strcpy(text + 63, ".example");
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), 0);
	memset(text, 'a', sizeof(text));
	strcpy(text + 64, ".example");
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), DNA_E_INVALID);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? 'a' : '.';
	text[253] = '\0';
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), 0);
	text[253] = '.';
	text[254] = '\0';
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), 0, "the final dot does not count");
	text[254] = 'a';
	text[255] = '\0';
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), DNA_E_INVALID);

	/* Soft hyphens vanish, but 1024 octets are no domainpart. */
	for (size_t i = 0; i < 1016; i += 2)
		memcpy(text + i, "\xc2\xad", 2);
	strcpy(text + 1016, "a.b.com");
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), 0);
	strcpy(text + 1016, "ab.c.com");
	cr_assert_eq(dna_domain_prepare(text, ascii, NULL), DNA_E_INVALID);
}

Test(name, tells_addresses_from_names)
{
	static const char *const addresses[] = { "192.0.2.1", "::", "2001:db8::1", "[2001:db8::1]",
						 "::ffff:192.0.2.1" };
	static const char *const others[] = {
		"",        "[",
		"[]",      "[192.0.2.1]",
		"192.0.2", "example.com",
		"[::1",    "::1]",
		"::g",     "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]"
	};

	for (size_t i = 0; i < COUNT(addresses); i++)
		cr_assert(dna_name_is_address(addresses[i]), "%s", addresses[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		cr_assert_not(dna_name_is_address(others[i]), "%s", others[i]);
}

/* PKIX-022 */
Test(name, prepares_addresses_in_the_place_of_domains)
{
	static const struct {
		const char *text, *ascii, *unicode;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", "192.0.2.1" },
		{ "2001:db8::1", "2001:db8::1", "[2001:db8::1]" },
		{ "[2001:DB8:0:0:0::1]", "2001:db8::1", "[2001:db8::1]" },
		{ "::ffff:c000:201", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]" },
		{ "Example.COM.", "example.com", "example.com" },
	};
	static const char *const others[] = { "192.0.2.256", "192.0.2.1.", "[192.0.2.1]",
					      "192.0.2.1:1", "::1%lo",     "[::1]:1",
					      "127.1",       "10.0x1",     "" };
	char ascii[DNA_NAME_MAX + 1], unicode[DNA_DOMAINPART_MAX + 1];

	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_assert_eq(dna_domainpart_prepare(cases[i].text, ascii, unicode), 0, "%s",
			     cases[i].text);
		cr_expect_str_eq(ascii, cases[i].ascii);
		cr_expect_str_eq(unicode, cases[i].unicode);
		cr_expect_eq(dna_domainpart_prepare(unicode, ascii, NULL), 0);
		cr_expect_str_eq(ascii, cases[i].ascii);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		cr_expect_eq(dna_domainpart_prepare(others[i], ascii, unicode), DNA_E_INVALID, "%s",
			     others[i]);
}

Test(name, knows_host_names)
{
	static const char *const hosts[] = { "a", "a.b", "A-1.example", "xn--bcher-kva.example",
					     "1.2" };
	static const char *const others[] = { "",   ".",    "a.",  ".a",  "a..b", "-a",
					      "a-", "a.-b", "*.a", "a b", "a/b",  "bücher" };

	for (size_t i = 0; i < COUNT(hosts); i++)
		cr_assert(dna_name_is_host(hosts[i], false), "%s", hosts[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		cr_assert_not(dna_name_is_host(others[i], true), "%s", others[i]);
	cr_assert(dna_name_is_host(SIXTY_THREE ".a", false));
	cr_assert_not(dna_name_is_host(SIXTY_THREE "a.a", false));
	cr_assert(
		dna_name_is_host(SIXTY_THREE "." SIXTY_THREE "." SIXTY_THREE "." SIXTY_ONE, false));
	cr_assert_not(dna_name_is_host(
		SIXTY_THREE "." SIXTY_THREE "." SIXTY_THREE "." SIXTY_ONE "a", false));
	cr_assert(dna_name_is_host("_5269._tcp.example.com", true));
	cr_assert_not(dna_name_is_host("_5269._tcp.example.com", false));
}

/* PKIX-010, I18N-005 */
Test(name, compares_without_case_and_final_dot)
{
	cr_assert(dna_name_equal("WWW.Example.Com", "www.example.com."));
	cr_assert(dna_name_equal("XN--BCHER-KVA.example", "xn--bcher-kva.example"));
	cr_assert(dna_name_equal(".", "."));
	cr_assert_not(dna_name_equal("example.com", "example.com.."));
	cr_assert_not(dna_name_equal("a.example", "b.example"));
	cr_assert_not(dna_name_equal("example.com", "example.co"));
	cr_assert_not(dna_name_equal("@", "`"), "only letters have a case");
	cr_assert_not(dna_name_equal("", "."));
}

Test(name, knows_what_is_below_a_zone)
{
	cr_assert(dna_name_below("a.example.com", "Example.com."));
	cr_assert(dna_name_below("example.com", "example.com"));
	cr_assert(dna_name_below("example.com", "."));
	cr_assert(dna_name_below(".", "."));
	cr_assert_not(dna_name_below("anexample.com", "example.com"));
	cr_assert_not(dna_name_below("com", "example.com"));
	cr_assert_not(dna_name_below("example.com", "a.example.com"));
}

/* POSH-027 */
Test(name, knows_what_the_public_DNS_can_know)
{
	static const struct {
		const char *name;
		bool is_public;
	} cases[] = {
		{ "a.example", true },
		{ "a.b.example.com", true },
		{ "xn--bcher-kva.example", true },
		{ "A.Example", true },
		{ "onion.example", true },
		{ "aonion.test", true },
		{ "local.local.example", true },
		{ "localhost", false },
		{ "example", false },
		{ "", false },
		{ ".", false },
		{ "a..example", false },
		{ "a_b.example", false },
		{ "b\xc3\xbc"
		  "cher.example",
		  false },
		{ "192.0.2.1", false },
		{ "127.1", false },
		{ "0x7f.0X1", false },
		{ "2001:db8::1", false },
		{ "[2001:db8::1]", false },
		{ "a.onion", false },
		{ "a.b.Onion", false },
		{ "a.local", false },
		{ "a.localhost", false },
		{ "a.invalid", false },
		{ "a.alt", false },
		{ "a.internal", false },
		{ "a.home.arpa", false },
		{ "home.arpa", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_assert_eq(dna_domain_is_public(cases[i].name), cases[i].is_public, "%s",
			     cases[i].name);
}

/* PKIX-011, I18N-007, TV-NM-01, -04, -05, -06, -07 */
Test(name, matches_wildcards_by_whole_labels)
{
	static const struct {
		const char *presented, *name;
		bool match;
	} cases[] = {
		{ "im.example.com", "im.example.com", true },
		{ "WWW.Example.Com", "www.example.com", true },
		{ "*.example.net", "chat.example.net", true },
		{ "*.Example.net.", "chat.example.net", true },
		{ "*.example.net", "example.net", false },
		{ "*.example.net", "a.b.example.net", false },
		{ "*.example.net", ".example.net", false },
		{ "*.xn--kcry6tjko.example.org", "x.xn--kcry6tjko.example.org", true },
		{ "*.com", "example.com", false },
		{ "*.com.", "example.com", false },
		{ "*", "com", false },
		{ "*.", "com", false },
		{ "*.*.example.net", "a.b.example.net", false },
		{ "bar.*.example.net", "bar.foo.example.net", false },
		{ "bar.*.example.net", "bar.*.example.net", false },
		{ "f*.example.net", "foo.example.net", false },
		{ "*o.example.net", "foo.example.net", false },
		{ "xn--kcry6tjko*.example.org", "xn--kcry6tjkoa.example.org", false },
		{ "", "com", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_assert_eq(dna_name_matches(cases[i].presented, cases[i].name), cases[i].match,
			     "%s against %s", cases[i].presented, cases[i].name);
}

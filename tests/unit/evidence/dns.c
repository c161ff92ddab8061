/* DNS data: names, types and RDATA between wire form and text. */
#include "evidence/dns.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define BYTES(literal) ((struct dna_bytes){ (const uint8_t *)(literal), sizeof(literal) - 1 })
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))

/* A name of |labels| labels of |size| octets each. */
static char *long_name(size_t labels, size_t size)
{
	struct dna_buffer b;

	dna_buffer_init(&b, 0);
	for (size_t i = 0; i < labels; i++) {
		for (size_t j = 0; j < size; j++)
			dna_buffer_text(&b, "a");
		if (i + 1 < labels)
			dna_buffer_text(&b, ".");
	}
	return dna_buffer_steal(&b);
}

Test(dns_name, is_read_in_lower_case_without_final_dot)
{
	static const struct {
		struct dna_bytes wire;
		const char *name;
	} cases[] = {
		{ BYTES("\0"), "." },
		{ BYTES("\3COM\0"), "com" },
		{ BYTES("\7example\3com\0"), "example.com" },
		{ BYTES("\5_5269\4_tcp\4Host\0"), "_5269._tcp.host" },
		{ BYTES("\1*\7example\0"), "*.example" },
		{ BYTES("\1-\1-\0"), "-.-" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t offset = 0;
		char name[256];

		cr_assert_eq(dna_dns_name_read(cases[i].wire, &offset, name), 0, "case %zu", i);
		cr_expect_str_eq(name, cases[i].name);
		cr_expect_eq(offset, cases[i].wire.size);
	}
}

Test(dns_name, starts_at_the_offset_and_moves_it)
{
	size_t offset = 2;
	char name[256];

	cr_assert_eq(dna_dns_name_read(BYTES("xx\1a\0yy"), &offset, name), 0);
	cr_assert_str_eq(name, "a");
	cr_assert_eq(offset, 5);
}

Test(dns_name, refuses_what_is_not_an_uncompressed_plain_name)
{
	static const struct {
		const char *what;
		struct dna_bytes wire;
	} cases[] = {
		{ "nothing", { NULL, 0 } },
		{ "no root", BYTES("\3com") },
		{ "a label longer than what is there", BYTES("\4com") },
		{ "a compression pointer", BYTES("\xc0\0") },
		{ "a compression pointer after a label", BYTES("\1a\xc0\0") },
		{ "a reserved label type", BYTES("\x40\0") },
		{ "another reserved label type", BYTES("\x80\0") },
		{ "a dot in a label", BYTES("\3a.b\0") },
		{ "a space", BYTES("\3a b\0") },
		{ "a backslash", BYTES("\2a\\\0") },
		{ "a NUL", BYTES("\2a\0\0") },
		{ "UTF-8", BYTES("\2\xc3\xa4\0") },
		{ "an asterisk that is not left-most", BYTES("\1a\1*\0") },
		{ "an asterisk that is part of a label", BYTES("\2*a\0") },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t offset = 0;
		char name[256] = "untouched";

		cr_expect_eq(dna_dns_name_read(cases[i].wire, &offset, name), DNA_E_SYNTAX, "%s",
			     cases[i].what);
		cr_expect_eq(offset, 0);
		cr_expect_str_eq(name, "untouched");
	}
}

/* I18N-008, DANE-026 */
Test(dns_name, has_the_limits_of_dns)
{
	static const struct {
		size_t labels, size;
		int expected;
	} cases[] = {
		{ 1, 63, 0 },
		{ 1, 64, DNA_E_INVALID },
		{ 127, 1, 0 },
		{ 128, 1, DNA_E_INVALID },
		{ 4, 63, DNA_E_INVALID },
		{ 3, 63, 0 },
		{ 0, 0, DNA_E_INVALID },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = long_name(cases[i].labels, cases[i].size), read[256];
		struct dna_buffer wire;
		size_t offset = 0;

		dna_buffer_init(&wire, 0);
		cr_expect_eq(dna_dns_name_write(&wire, name), cases[i].expected, "case %zu", i);
		if (cases[i].expected == 0) {
			cr_expect_eq(dna_dns_name_read((struct dna_bytes){ wire.data, wire.size },
						       &offset, read),
				     0);
			cr_expect_str_eq(read, name);
		} else {
			cr_expect_eq(wire.size, 0);
		}
		dna_buffer_clear(&wire);
		free(name);
	}
}

/* The longest name fits 255 octets of wire form; with one octet more it is none. */
Test(dns_name, is_bounded_in_wire_form)
{
	uint8_t wire[257];
	size_t offset = 0;
	char name[256];

	for (size_t i = 0; i < 4; i++) {
		wire[i * 64] = 63;
		memset(wire + i * 64 + 1, 'a', 63);
	}
	wire[192] = 61;
	wire[254] = 0;
	cr_assert_eq(dna_dns_name_read((struct dna_bytes){ wire, 255 }, &offset, name), 0);
	cr_assert_eq(strlen(name), 253);
	wire[192] = 62;
	wire[254] = 'a';
	wire[255] = 0;
	offset = 0;
	cr_assert_eq(dna_dns_name_read((struct dna_bytes){ wire, 256 }, &offset, name),
		     DNA_E_SYNTAX);
}

Test(dns_name, is_written_as_it_is_read)
{
	static const struct {
		const char *name;
		struct dna_bytes wire; /* of size 0: refused */
	} cases[] = {
		{ ".", BYTES("\0") },
		{ "Example.COM.", BYTES("\7example\3com\0") },
		{ "*.example", BYTES("\1*\7example\0") },
		{ "", { NULL, 0 } },
		{ "..", { NULL, 0 } },
		{ ".a", { NULL, 0 } },
		{ "a..b", { NULL, 0 } },
		{ "a b", { NULL, 0 } },
		{ "a.*", { NULL, 0 } },
		{ "b\xc3\xbc"
		  "cher.example",
		  { NULL, 0 } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_buffer wire;

		dna_buffer_init(&wire, 0);
		cr_expect_eq(dna_dns_name_write(&wire, cases[i].name),
			     cases[i].wire.size != 0 ? 0 : DNA_E_INVALID, "%s", cases[i].name);
		cr_expect_eq(wire.size, cases[i].wire.size);
		if (wire.size != 0)
			cr_expect_arr_eq(wire.data, cases[i].wire.data, wire.size);
		dna_buffer_clear(&wire);
	}
}

Test(dns_type, has_a_name_or_a_number)
{
	static const struct {
		uint16_t type;
		const char *text;
	} cases[] = {
		{ 1, "A" },     { 5, "CNAME" }, { 28, "AAAA" },         { 33, "SRV" },
		{ 52, "TLSA" }, { 0, "TYPE0" }, { 65280, "TYPE65280" }, { 65535, "TYPE65535" }
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[16];
		uint16_t type = 0;

		dna_dns_type_write(cases[i].type, text);
		cr_expect_str_eq(text, cases[i].text);
		cr_expect_eq(dna_dns_type_read(text, &type), 0);
		cr_expect_eq(type, cases[i].type);
	}
}

Test(dns_type, is_read_without_regard_to_case_and_strictly)
{
	static const char *const wrong[] = { "",       "TYPE",           "TYPE65536", "TYPE-1",
					     "TYPE 1", "TYPE1x",         "SRVX",      "33",
					     " SRV",   "TYPE99999999999" };
	uint16_t type = 7;

	cr_expect_eq(dna_dns_type_read("tlsa", &type), 0);
	cr_expect_eq(type, DNA_RR_TLSA);
	cr_expect_eq(dna_dns_type_read("type52", &type), 0);
	cr_expect_eq(type, DNA_RR_TLSA);
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_expect_eq(dna_dns_type_read(wrong[i], &type), DNA_E_SYNTAX, "%s", wrong[i]);
	cr_expect_eq(type, DNA_RR_TLSA);
}

Test(dns_rdata, is_written_as_it_is_read)
{
	static const struct {
		uint16_t type;
		const char *text;
		struct dna_bytes wire;
	} cases[] = {
		{ DNA_RR_A, "192.0.2.1", BYTES("\xc0\0\2\1") },
		{ DNA_RR_AAAA, "2001:db8::1", BYTES("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1") },
		{ DNA_RR_CNAME, "host.example.", BYTES("\4host\7example\0") },
		{ DNA_RR_SRV, "0 5 5269 xmpp.example.",
		  BYTES("\0\0\0\5\x14\x95\4xmpp\7example\0") },
		{ DNA_RR_SRV, "0 0 0 .", BYTES("\0\0\0\0\0\0\0") },
		{ DNA_RR_TLSA, "3 1 1 00ff", BYTES("\3\1\1\0\xff") },
		{ DNA_RR_TLSA, "255 255 255 ", BYTES("\xff\xff\xff") },
		{ 16, "\\# 3 02abcd", BYTES("\2\xab\xcd") },
		{ 16, "\\# 0", BYTES("") },
		/* what is malformed keeps its octets */
		{ DNA_RR_A, "\\# 3 c00002", BYTES("\xc0\0\2") },
		{ DNA_RR_SRV, "\\# 8 000000001495c000", BYTES("\0\0\0\0\x14\x95\xc0\0") },
		{ DNA_RR_SRV, "\\# 5 0000000014", BYTES("\0\0\0\0\x14") },
		{ DNA_RR_TLSA, "\\# 2 0301", BYTES("\3\1") },
		{ DNA_RR_CNAME, "\\# 5 0161002020", BYTES("\1a\0  ") },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_buffer text, wire;

		dna_buffer_init(&text, 0);
		dna_buffer_init(&wire, 0);
		cr_expect_eq(dna_dns_rdata_write(cases[i].type, cases[i].wire, &text), 0,
			     "case %zu", i);
		cr_expect_str_eq((const char *)text.data, cases[i].text);
		cr_expect_eq(dna_dns_rdata_read(cases[i].type, cases[i].text, &wire), 0, "case %zu",
			     i);
		cr_expect_eq(wire.size, cases[i].wire.size);
		if (wire.size != 0)
			cr_expect_arr_eq(wire.data, cases[i].wire.data, wire.size);
		dna_buffer_clear(&text);
		dna_buffer_clear(&wire);
	}
}

/*
 * What people write by hand: white space, no final dot, RFC 7218's acronyms (DANE-029), RFC 3597
 * for any type.
 */
Test(dns_rdata, is_read_as_people_write_it)
{
	static const struct {
		uint16_t type;
		const char *text, *canonical;
	} cases[] = {
		{ DNA_RR_A, " 192.0.2.1 ", "192.0.2.1" },
		{ DNA_RR_AAAA, "2001:DB8:0::1", "2001:db8::1" },
		{ DNA_RR_SRV, "0\t0  5269 XMPP.example", "0 0 5269 xmpp.example." },
		{ DNA_RR_TLSA, "dane-ee spki sha2-256 AB cd", "3 1 1 abcd" },
		{ DNA_RR_TLSA, "PKIX-TA Cert Full 00", "0 0 0 00" },
		{ DNA_RR_TLSA, "pkix-ee 0 SHA2-512 00", "1 0 2 00" },
		{ DNA_RR_TLSA, "DANE-TA PrivSel PrivMatch 00", "2 255 255 00" },
		{ DNA_RR_TLSA, "PrivCert 9 8 00", "255 9 8 00" },
		{ DNA_RR_TLSA, "3 1 1", "3 1 1 " },
		{ DNA_RR_A, "\\# 4 C0 00 02 01", "192.0.2.1" },
		{ DNA_RR_TLSA, "\\# 4 03010100", "3 1 1 00" },
		/* as in zone files: on several lines, remarks, octets that are torn apart */
		{ DNA_RR_TLSA, "3 1 1 ( ab ; the first\n\tcd ) ; and last", "3 1 1 abcd" },
		{ DNA_RR_TLSA, "3 1 1 (ab\r\ncd)\n", "3 1 1 abcd" },
		{ DNA_RR_TLSA, "3 1 1 abc def 0 1", "3 1 1 abcdef01" },
		{ DNA_RR_SRV, "(0 0 5269\nxmpp.example.)", "0 0 5269 xmpp.example." },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_buffer text, wire;

		dna_buffer_init(&text, 0);
		dna_buffer_init(&wire, 0);
		cr_expect_eq(dna_dns_rdata_read(cases[i].type, cases[i].text, &wire), 0, "%s",
			     cases[i].text);
		dna_dns_rdata_write(cases[i].type, (struct dna_bytes){ wire.data, wire.size },
				    &text);
		cr_expect_str_eq((const char *)text.data, cases[i].canonical);
		dna_buffer_clear(&text);
		dna_buffer_clear(&wire);
	}
}

Test(dns_rdata, refuses_other_text_and_appends_nothing)
{
	static const struct {
		uint16_t type;
		const char *text;
	} cases[] = {
		{ DNA_RR_A, "" },
		{ DNA_RR_A, "192.0.2" },
		{ DNA_RR_A, "192.0.2.1 x" },
		{ DNA_RR_A, "2001:db8::1" },
		{ DNA_RR_A, "192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1" },
		{ DNA_RR_AAAA, "192.0.2.1" },
		{ DNA_RR_CNAME, "" },
		{ DNA_RR_CNAME, "a b" },
		{ DNA_RR_CNAME, "a..b" },
		{ DNA_RR_SRV, "0 0 5269" },
		{ DNA_RR_SRV, "0 0 65536 a.example." },
		{ DNA_RR_SRV, "0 -1 1 a.example." },
		{ DNA_RR_SRV, "0 0 1 a.example. b" },
		{ DNA_RR_TLSA, "3 1" },
		{ DNA_RR_TLSA, "256 1 1 00" },
		{ DNA_RR_TLSA, "3 1 1 0" },
		{ DNA_RR_TLSA, "3 1 1 ab c" },
		{ DNA_RR_TLSA, "3 1 1 a ; b" },
		{ DNA_RR_TLSA, "3 1 1 0g" },
		{ DNA_RR_TLSA, "SPKI 1 1 00" },
		{ 16, "some text" },
		{ 16, "\\# 2 00" },
		{ 16, "\\# 1 0000" },
		{ 16, "\\# 65536 00" },
		{ 16, "\\#" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_buffer wire;

		dna_buffer_init(&wire, 0);
		cr_expect_eq(dna_dns_rdata_read(cases[i].type, cases[i].text, &wire), DNA_E_SYNTAX,
			     "%s", cases[i].text);
		cr_expect_eq(wire.size, 0);
		dna_buffer_clear(&wire);
	}
}

Test(dns_srv, is_read)
{
	struct dna_srv srv;

	cr_assert_eq(dna_srv_read(BYTES("\0\1\0\2\x14\x66\2IM\7example\0"), &srv), 0);
	cr_assert_eq(srv.priority, 1);
	cr_assert_eq(srv.weight, 2);
	cr_assert_eq(srv.port, 5222);
	cr_assert_str_eq(srv.target, "im.example");
	/* DELEG-004 */
	cr_assert_eq(dna_srv_read(BYTES("\0\0\0\0\0\0\0"), &srv), 0);
	cr_assert_str_eq(srv.target, ".");
}

Test(dns_srv, is_refused_when_malformed)
{
	static const struct dna_bytes wires[] = {
		{ NULL, 0 },
		BYTES("\0\0\0\0\0"),
		BYTES("\0\0\0\0\0\0"),
		BYTES("\0\0\0\0\0\0\0\0"),
		BYTES("\0\0\0\0\0\0\xc0\x0c"),
	};
	struct dna_srv srv = { .port = 1 };

	for (size_t i = 0; i < COUNT(wires); i++)
		cr_expect_eq(dna_srv_read(wires[i], &srv), DNA_E_SYNTAX, "case %zu", i);
	cr_expect_eq(srv.port, 1);
}

Test(dns_tlsa, is_read_by_its_shape_alone)
{
	struct dna_tlsa tlsa;

	cr_assert_eq(dna_tlsa_read(BYTES("\3\1\xff\xab"), &tlsa), 0);
	cr_assert_eq(tlsa.usage, 3);
	cr_assert_eq(tlsa.selector, 1);
	cr_assert_eq(tlsa.matching, 255);
	cr_assert_eq(tlsa.data.size, 1);
	cr_assert_eq(tlsa.data.data[0], 0xab);
	cr_assert_eq(dna_tlsa_read(BYTES("\3\1\1"), &tlsa), 0);
	cr_assert_eq(tlsa.data.size, 0);
	cr_assert_eq(dna_tlsa_read(BYTES("\3\1"), &tlsa), DNA_E_SYNTAX);
}

Test(dns_cname, is_one_name)
{
	char target[256] = "untouched";

	cr_assert_eq(dna_cname_read(BYTES("\1a\0\0"), target), DNA_E_SYNTAX);
	cr_assert_eq(dna_cname_read(BYTES(""), target), DNA_E_SYNTAX);
	cr_assert_str_eq(target, "untouched");
	cr_assert_eq(dna_cname_read(BYTES("\1A\0"), target), 0);
	cr_assert_str_eq(target, "a");
}

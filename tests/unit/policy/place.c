/* Endpoints as operators write them. */
#include "policy/place.h"

#include <criterion/criterion.h>

#include <string.h>

Test(place, reads_hosts_ports_and_direct_tls)
{
	static const struct {
		const char *text;
		enum dna_service service;
		bool direct;
		const char *host;
		uint16_t port;
		enum dna_tls tls;
	} cases[] = {
		{ "xmpp.example", DNA_XMPP_SERVER, false, "xmpp.example", 5269, DNA_STARTTLS },
		{ "xmpp.example", DNA_XMPP_CLIENT, false, "xmpp.example", 5222, DNA_STARTTLS },
		{ "xmpp.example", DNA_XMPP_SERVER, true, "xmpp.example", 5270, DNA_DIRECT_TLS },
		{ "xmpp.example,direct", DNA_XMPP_CLIENT, false, "xmpp.example", 5223,
		  DNA_DIRECT_TLS },
		{ "xmpp.example:443,direct", DNA_XMPP_CLIENT, false, "xmpp.example", 443,
		  DNA_DIRECT_TLS },
		{ "b\xc3\xbc"
		  "cher.example:1",
		  DNA_XMPP_SERVER, false,
		  "b\xc3\xbc"
		  "cher.example",
		  1, DNA_STARTTLS },
		{ "localhost", DNA_XMPP_SERVER, false, "localhost", 5269, DNA_STARTTLS },
		{ "192.0.2.1:65535", DNA_XMPP_SERVER, false, "192.0.2.1", 65535, DNA_STARTTLS },
		{ "[2001:db8::1]", DNA_XMPP_SERVER, false, "2001:db8::1", 5269, DNA_STARTTLS },
		{ "[2001:db8::1]:1,direct", DNA_XMPP_SERVER, true, "2001:db8::1", 1,
		  DNA_DIRECT_TLS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_place place;

		cr_assert_eq(
			dna_place_read(cases[i].text, cases[i].service, cases[i].direct, &place), 0,
			"%s", cases[i].text);
		cr_expect_str_eq(place.host, cases[i].host);
		cr_expect_eq(place.port, cases[i].port, "%s", cases[i].text);
		cr_expect_eq(place.tls, cases[i].tls, "%s", cases[i].text);
	}
}

Test(place, refuses_what_is_none)
{
	static const char *const cases[] = {
		"",
		":5269",
		",direct",
		"a:",
		"a:0",
		"a:65536",
		"a:+1",
		"a: 1",
		"a:1x",
		"a:1,starttls",
		"[::1",
		"[]:1",
		"[::1]1",
		"[a]:1",
		"[192.0.2.1]:1",
		"::1",
		"2001:db8::1:5269",
		"a:1,direct,direct",
		"a,directt",
		"a b",
		"a..b",
		"http://a/",
	};
	char lengthy[400];
	struct dna_place place = { .port = 7 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(dna_place_read(cases[i], DNA_XMPP_SERVER, false, &place), DNA_E_SYNTAX,
			     "%s", cases[i]);
	for (size_t size = 250; size < sizeof(lengthy); size++) {
		for (size_t j = 0; j < size; j++)
			lengthy[j] = j % 40 == 20 ? '.' : 'a';
		lengthy[size] = '\0';
		cr_expect_eq(dna_place_read(lengthy, DNA_XMPP_SERVER, false, &place) == 0,
			     size <= 253, "%zu", size);
	}
	cr_assert_eq(dna_place_read("[", DNA_XMPP_SERVER, false, &place), DNA_E_SYNTAX);
}

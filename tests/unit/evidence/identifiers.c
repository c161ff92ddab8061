/* Presented identifiers: what is read from a subjectAltName, and whom it identifies. */
#include "pki.h"

#include <criterion/criterion.h>

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/*
 * What the domain |name| goes by on servers (PKIX-006), and then the host that it is delegated to.
 */
static int match(const struct pki *pki, const char *name, const char *unicode, const char *service,
		 const char *target, struct dna_name_match *match)
{
	static const struct dna_delegation delegation = { .by = "dnssec-srv" };
	const struct dna_reference references[] = {
		{ .kind = DNA_DNS_ID, .name = name },
		{ .kind = DNA_SRV_ID, .name = name, .service = service },
		{ .kind = DNA_XMPP_ADDR, .name = unicode },
		{ .kind = DNA_DNS_ID, .name = target, .delegation = &delegation },
	};
	struct dna_chain *chain = NULL;
	int r = dna_chain_new(&chain, &pki->der, 1, NULL);

	if (r == 0)
		r = dna_chain_match(chain, references, target != NULL ? 4 : 3, match);

	dna_chain_unref(chain);
	return r;
}

static struct pki named(const char *names)
{
	return pki_issue(NULL,
			 (struct pki_template){ .subject = "CN=im.example.com", .names = names });
}

/* PKIX-005 to PKIX-014, TV-NM */
Test(identifiers, identify_a_domain)
{
	static const struct {
		const char *names, *domain, *service;
		const char *presented; /* NULL: it does not match */
	} cases[] = {
		{ "DNS:im.example.com", "im.example.com", "xmpp-server", "DNS:im.example.com" },
		{ "SRV:_xmpp-client.im.example.com", "im.example.com", "xmpp-client",
		  "SRV:_xmpp-client.im.example.com" },
		{ "SRV:_xmpp-client.im.example.com", "im.example.com", "xmpp-server", NULL },
		{ "SRV:_xmpps-server.im.example.com", "im.example.com", "xmpp-server",
		  NULL /* PKIX-008 */ },
		{ "XMPP:im.example.com", "im.example.com", "xmpp-server", "XMPP:im.example.com" },
		{ "XMPP:im.example.com", "im.example.com", "xmpp-client", "XMPP:im.example.com" },
		{ "DNS:*.example.net", "chat.example.net", "xmpp-server", "DNS:*.example.net" },
		{ "DNS:*.example.net", "example.net", "xmpp-server", NULL },
		{ "DNS:*.example.net", "a.b.example.net", "xmpp-server", NULL },
		{ "DNS:bar.*.example.net DNS:*.*.example.net DNS:f*.example.net", "foo.example.net",
		  "xmpp-server", NULL },
		{ "DNS:xn--kcry6tjko*.example.org", "xn--kcry6tjkoa.example.org", "xmpp-server",
		  NULL },
		{ "DNS:*.xn--kcry6tjko.example.org", "x.xn--kcry6tjko.example.org", "xmpp-server",
		  "DNS:*.xn--kcry6tjko.example.org" },
		{ "DNS:WWW.Example.Com", "www.example.com", "xmpp-server", "DNS:WWW.Example.Com" },
		{ "DNS:www.example.com.", "www.example.com", "xmpp-server",
		  "DNS:www.example.com." },
		/* PKIX-009, TV-NM-11 */
		{ "SRV:_XMPP-Server.Example.NET", "example.net", "xmpp-server",
		  "SRV:_XMPP-Server.Example.NET" },
		/* PKIX-012 */
		{ "SRV:_xmpp-server.*.example.net", "chat.example.net", "xmpp-server",
		  "SRV:_xmpp-server.*.example.net" },
		{ "SRV:_xmpp-server.*.example.net", "example.net", "xmpp-server", NULL },
		{ "SRV:*.example.net SRV:_*.example.net SRV:xmpp-server.example.net", "example.net",
		  "xmpp-server", NULL },
		{ "SRV:_xmpp-server._tcp.example.net", "example.net", "xmpp-server", NULL },
		{ "DNS:_xmpp-server.example.net", "example.net", "xmpp-server", NULL },
		{ "XMPP:juliet@im.example.com", "im.example.com", "xmpp-server", NULL },
		{ "XMPP:im.example.com/balcony", "im.example.com", "xmpp-server", NULL },
		{ "XMPP:*.example.com", "im.example.com", "xmpp-server", NULL },
		{ "XMPP:IM.Example.com.", "im.example.com", "xmpp-server", "XMPP:im.example.com" },
		{ NULL, "im.example.com", "xmpp-server", NULL /* CN, and no SAN: TV-NM-09 */ },
		{ "XMPP:other.example", "im.example.com", "xmpp-server",
		  NULL /* GnuTLS would look at the CN here */ },
		{ "DNS:other.example DNS:im.example.com", "im.example.com", "xmpp-server",
		  "DNS:im.example.com" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pki pki = named(cases[i].names);
		struct dna_name_match m;

		cr_assert_eq(
			match(&pki, cases[i].domain, cases[i].domain, cases[i].service, NULL, &m),
			0);
		if (cases[i].presented == NULL) {
			cr_expect_null(m.reference, "case %zu: %s", i, m.presented);
			cr_expect_str_eq(m.presented, "");
		} else {
			cr_expect(m.reference != NULL && strcmp(m.reference, cases[i].domain) == 0,
				  "case %zu: %s", i, m.found);
			cr_expect_null(m.delegation);
			cr_expect_str_eq(m.presented, cases[i].presented);
		}
		pki_free(&pki);
	}
}

/* I18N-003, PKIX-014 */
Test(identifiers, compare_xmpp_addresses_as_prepared)
{
	static const char *const names[] = { "XMPP:b\xc3\xbc"
					     "cher.example",
					     "XMPP:B\xc3\x9c"
					     "CHER.example",
					     "XMPP:xn--bcher-kva.example",
					     "DNS:xn--bcher-kva.example" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct pki pki = named(names[i]);
		struct dna_name_match m;

		cr_assert_eq(match(&pki, "xn--bcher-kva.example",
				   "b\xc3\xbc"
				   "cher.example",
				   "xmpp-server", NULL, &m),
			     0);
		cr_assert_not_null(m.reference, "%s", names[i]);
		cr_assert(strstr(m.presented, ":xn--bcher-kva.example") != NULL, "%s", m.presented);
		cr_assert_str_eq(
			m.wanted,
			"DNS:xn--bcher-kva.example, SRV:_xmpp-server.xn--bcher-kva.example, "
			"XMPP:xn--bcher-kva.example");
		pki_free(&pki);
	}
}

/* TV-NM-08, DELEG-012: a target host is a DNS-ID only, and the domain's own name comes first. */
Test(identifiers, identify_a_host_that_is_delegated_to)
{
	struct pki srv = named("SRV:_xmpp-client.apps.example.net XMPP:apps.example.net");
	struct pki dns = named("DNS:apps.example.net");
	struct pki both = named("DNS:apps.example.net SRV:_xmpp-client.im.example.org");
	struct dna_name_match m;

	cr_assert_eq(match(&srv, "im.example.org", "im.example.org", "xmpp-client",
			   "apps.example.net", &m),
		     0);
	cr_assert_null(m.reference);
	cr_assert_str_eq(m.found, "SRV:_xmpp-client.apps.example.net, XMPP:apps.example.net");
	cr_assert_str_eq(m.wanted, "DNS:im.example.org, SRV:_xmpp-client.im.example.org, "
				   "XMPP:im.example.org, DNS:apps.example.net");
	cr_assert_eq(match(&dns, "im.example.org", "im.example.org", "xmpp-client",
			   "apps.example.net", &m),
		     0);
	cr_assert_str_eq(m.reference, "apps.example.net");
	cr_assert_str_eq(m.delegation->by, "dnssec-srv");
	cr_assert_eq(match(&both, "im.example.org", "im.example.org", "xmpp-client",
			   "apps.example.net", &m),
		     0);
	cr_assert_str_eq(m.reference, "im.example.org");
	cr_assert_str_eq(m.presented, "SRV:_xmpp-client.im.example.org");
	cr_assert_null(m.delegation);
	pki_free(&srv);
	pki_free(&dns);
	pki_free(&both);
}

/* GnuTLS matches "_xmpp-server.example.net" with "*.example.net". */
Test(identifiers, have_no_underscores)
{
	struct pki pki = named("DNS:*.example.net DNS:_a.example.net");
	struct dna_chain *chain = pki_chain(&pki, NULL);

	cr_assert(dna_chain_names(chain, "a.example.net"));
	cr_assert_not(dna_chain_names(chain, "_a.example.net"));
	cr_assert_not(dna_chain_names(chain, "_xmpp-server.example.net"));
	dna_chain_unref(chain);
	pki_free(&pki);
}

/* PKIX-022: whatever a dNSName says, it is none of an address. */
Test(identifiers, identify_no_address)
{
	struct pki pki = named("DNS:192.0.2.1 DNS:*.0.2.1 DNS:a.example.net");
	struct dna_chain *chain = pki_chain(&pki, NULL);

	cr_assert(dna_chain_names(chain, "a.example.net"));
	cr_assert_not(dna_chain_names(chain, "192.0.2.1"));
	dna_chain_unref(chain);
	pki_free(&pki);
}

static struct pki raw(const void *san, size_t size)
{
	return pki_issue(NULL, (struct pki_template){ .subject = "CN=im.example.com",
						      .san = { san, size } });
}

/* PKIX-015, TV-NM-10 */
Test(identifiers, that_are_invalid_match_nothing)
{
	static const struct {
		const char *kind, *value;
		size_t size;
		const char *found;
	} cases[] = {
		{ "DNS", "im.example.com\0.evil.example", 28,
		  "DNS:im.example.com?.evil.example (not valid)" },
		{ "DNS", "im.example.com\0", 15, "DNS:im.example.com? (not valid)" },
		{ "DNS",
		  "b\xc3\xbc"
		  "cher.example",
		  15, "DNS:b??cher.example (not valid)" },
		{ "DNS", "", 0, "DNS: (not valid)" },
		{ "DNS", ".", 1, "DNS:. (not valid)" },
		{ "DNS", "\x1b[2J.example", 12, "DNS:?[2J.example (not valid)" },
		{ "SRV", "_xmpp-server.im.example.com\0", 28,
		  "SRV:_xmpp-server.im.example.com? (not valid)" },
		{ "SRV", "_xmpp-server", 12, "SRV:_xmpp-server (not valid)" },
		{ "SRV", "_.im.example.com", 16, "SRV:_.im.example.com (not valid)" },
		{ "SRV", "", 0, "SRV: (not valid)" },
		{ "XMPP", "im.example.com\0", 15, "XMPP:im.example.com? (not valid)" },
		{ "XMPP", "im.example.com\xff", 15, "XMPP:im.example.com? (not valid)" },
		{ "XMPP", "", 0, "XMPP: (not valid)" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_buffer body, san;
		struct dna_name_match m;
		struct pki pki;

		dna_buffer_init(&body, 0);
		dna_buffer_init(&san, 0);
		pki_general_name(&body, cases[i].kind, cases[i].value, cases[i].size);
		pki_der(&san, 0x30, body.data, body.size);
		pki = raw(san.data, san.size);
		if (match(&pki, "im.example.com", "im.example.com", "xmpp-server", NULL, &m) == 0) {
			cr_expect_null(m.reference, "case %zu", i);
			cr_expect_str_eq(m.found, cases[i].found);
		} else {
			cr_expect_eq(cases[i].size, 0, "GnuTLS refuses empty names: case %zu", i);
		}
		pki_free(&pki);
		dna_buffer_clear(&body);
		dna_buffer_clear(&san);
	}
}

/* A string of another type than the standards say, even with the right octets in it. */
Test(identifiers, are_strings_of_the_right_type)
{
	static const uint8_t xmpp_as_ia5[] = "\x30\x1e\xa0\x1c\x06\x08\x2b\x06\x01\x05\x05\x07\x08"
					     "\x05\xa0\x10\x16\x0eim.example.com";
	static const uint8_t srv_as_utf8[] = "\x30\x24\xa0\x22\x06\x08\x2b\x06\x01\x05\x05\x07\x08"
					     "\x07\xa0\x16\x0c\x14_xmpp-server.im.exam";
	static const uint8_t other_oid[] = "\x30\x1e\xa0\x1c\x06\x08\x2b\x06\x01\x05\x05\x07\x08"
					   "\x03\xa0\x10\x0c\x0eim.example.com";
	struct dna_name_match m;
	struct pki pki = raw(xmpp_as_ia5, sizeof(xmpp_as_ia5) - 1);

	cr_assert_eq(match(&pki, "im.example.com", "im.example.com", "xmpp-server", NULL, &m), 0);
	cr_assert_null(m.reference);
	cr_assert_str_eq(m.found, "XMPP: (not valid)");
	pki_free(&pki);
	pki = raw(srv_as_utf8, sizeof(srv_as_utf8) - 1);
	cr_assert_eq(match(&pki, "im.exam", "im.exam", "xmpp-server", NULL, &m), 0);
	cr_assert_null(m.reference);
	cr_assert_str_eq(m.found, "SRV: (not valid)");
	pki_free(&pki);
	pki = raw(other_oid, sizeof(other_oid) - 1);
	cr_assert_eq(match(&pki, "im.example.com", "im.example.com", "xmpp-server", NULL, &m), 0);
	cr_assert_null(m.reference);
	cr_assert_str_eq(m.found, "no domain");
	pki_free(&pki);
}

Test(identifiers, are_not_read_from_what_is_not_well_formed)
{
	static const struct {
		const char *san;
		size_t size;
	} cases[] = {
		{ "\x30\x12\x82\x0eim.example.com\x82\x05",
		  20 }, /* a name that ends beyond the end, after one that fits */
		{ "\x30\x10\x82\x0eim.example.com\x00", 19 },     /* more after the names */
		{ "\x31\x10\x82\x0eim.example.com", 18 },         /* no sequence */
		{ "\x30\x80\x82\x0eim.example.com\x00\x00", 20 }, /* of indefinite length */
		{ "\x30\x81\x10\x82\x0eim.example.com",
		  19 }, /* a length longer than it has to be */
		/* an otherName with two values */
		{ "\x30\x20\xa0\x1e\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x05\xa0\x12\x0c\x0eim."
		  "example.com\x05\x00",
		  34 },
		{ "\x30\x06\xa0\x04\x04\x02\x01\x02", 8 }, /* an otherName without a type */
		{ "\x30\x0d\xa0\x0b\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x05\x05",
		  15 }, /* or without a value */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pki pki = raw(cases[i].san, cases[i].size);
		struct dna_name_match m;
		int r = match(&pki, "im.example.com", "im.example.com", "xmpp-server", NULL, &m);

		pki_free(&pki);
		if (r == DNA_E_SYNTAX) /* GnuTLS refuses the whole certificate */
			continue;
		cr_assert_eq(r, 0);
		cr_expect_null(m.reference, "case %zu", i);
		cr_expect_str_eq(m.found, "no domain: its subjectAltName is not well formed",
				 "case %zu: %s", i, m.found);
	}
}

/* SEC-006, and lists for people end somewhere */
Test(identifiers, are_bounded)
{
	static const size_t counts[] = { 1024, 1025 };

	for (size_t i = 0; i < 2; i++) {
		struct dna_buffer body, san;
		struct dna_name_match m;
		struct pki pki;

		dna_buffer_init(&body, 0);
		dna_buffer_init(&san, 0);
		for (size_t j = 0; j < counts[i]; j++)
			pki_general_name(&body, "DNS",
					 j + 1 == counts[i] ? "im.example.com" : "no.example.com",
					 14);
		pki_der(&san, 0x30, body.data, body.size);
		pki = raw(san.data, san.size);
		cr_assert_eq(
			match(&pki, "im.example.com", "im.example.com", "xmpp-server", NULL, &m),
			i == 0 ? 0 : DNA_E_LIMIT);
		if (i == 0) {
			cr_assert_str_eq(m.presented, "DNS:im.example.com");
			cr_assert_str_eq(m.found + strlen(m.found) - 23, "DNS:no.example.com, ...");
		}
		pki_free(&pki);
		dna_buffer_clear(&body);
		dna_buffer_clear(&san);
	}
}

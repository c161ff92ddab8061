/* Name constraints on DNS-IDs, SRV-IDs and XmppAddrs. PKIX-017 */
#include "pki.h"
#include "evidence/certificate.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/*
 * Append the subtrees of a list like "DNS:example.com SRV:_mail"; |tag| is [0] for permitted, [1]
 * for excluded.
 */
static void subtrees(struct dna_buffer *der, uint8_t tag, const char *list)
{
	char *copy = strdup(list), *rest = NULL;
	struct dna_buffer body;

	dna_buffer_init(&body, 0);
	for (char *name = strtok_r(copy, " ", &rest); name != NULL;
	     name = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(name, ':');
		struct dna_buffer base;

		*value++ = '\0';
		dna_buffer_init(&base, 0);
		pki_general_name(&base, name, value, strlen(value));
		pki_der(&body, 0x30, base.data, base.size);
		dna_buffer_clear(&base);
	}
	pki_der(der, tag, body.data, body.size);
	dna_buffer_clear(&body);
	free(copy);
}

static struct pki confined(const char *permitted, const char *excluded)
{
	struct dna_buffer body, der;
	struct pki pki;

	dna_buffer_init(&body, 0);
	dna_buffer_init(&der, 0);
	if (permitted != NULL)
		subtrees(&body, 0xa0, permitted);
	if (excluded != NULL)
		subtrees(&body, 0xa1, excluded);
	pki_der(&der, 0x30, body.data, body.size);
	pki = pki_issue(NULL, (struct pki_template){ .subject = "CN=Confined",
						     .ca = true,
						     .constraints = { der.data, der.size } });
	dna_buffer_clear(&body);
	dna_buffer_clear(&der);
	return pki;
}

static int constrain(const struct pki *authority, const char *names, char outside[128])
{
	struct pki pki =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Leaf", .names = names });
	struct dna_certificate *issuer, *leaf;
	int r;

	cr_assert_eq(dna_certificate_new(&issuer, authority->der), 0);
	cr_assert_eq(dna_certificate_new(&leaf, pki.der), 0);
	outside[0] = '\0';
	r = dna_certificate_constrains(issuer, leaf, outside, 128);
	dna_certificate_unref(issuer);
	dna_certificate_unref(leaf);
	pki_free(&pki);
	return r;
}

/* TV-NC: RFC 4985 section 4, RFC 5280 section 4.2.1.10 */
Test(constraints, permit_and_exclude)
{
	static const struct {
		const char *permitted, *excluded, *names;
		int result;
	} cases[] = {
		{ "SRV:example.com", NULL, "SRV:_mail.example.com", 0 },
		{ "SRV:example.com", NULL, "SRV:_ntp.example.com", 0 },
		{ "SRV:example.com", NULL, "SRV:_mail.1.example.com", 0 },
		{ "SRV:example.com", NULL, "SRV:_mail.1example.com", DNA_E_POLICY },
		{ "SRV:_mail", NULL, "SRV:_mail.example.com", 0 },
		{ "SRV:_mail", NULL, "SRV:_mail.1example.com", 0 },
		{ "SRV:_mail", NULL, "SRV:_ntp.example.com", DNA_E_POLICY },
		{ "SRV:_MAIL.Example.com", NULL, "SRV:_mail.example.com", 0 },
		{ "SRV:_mail.example.com", NULL, "SRV:_mail.1.example.com", 0 },
		{ "SRV:_mail.example.com", NULL, "SRV:_mail.1example.com", DNA_E_POLICY },
		{ "SRV:_mail.example.com", NULL, "SRV:_ntp.example.com", DNA_E_POLICY },
		{ "SRV:_mail SRV:example.com", NULL, "SRV:_ntp.example.com", 0 },
		{ NULL, "SRV:_mail", "SRV:_mail.example.com", DNA_E_POLICY },
		{ NULL, "SRV:_mail", "SRV:_ntp.example.com", 0 },
		{ "SRV:example.com", "SRV:_mail", "SRV:_mail.example.com", DNA_E_POLICY },
		/*
		 * other forms of name are not concerned by those for SRV, but all by those for DNS
		 */
		{ "SRV:_mail", NULL, "DNS:example.com XMPP:example.com", 0 },
		{ "DNS:host.example.com", NULL, "DNS:host.example.com DNS:www.host.example.com",
		  0 },
		{ "DNS:host.example.com", NULL, "DNS:host1.example.com", DNA_E_POLICY },
		{ "DNS:example.com", NULL, "SRV:_xmpp-server.example.com XMPP:a.example.com", 0 },
		{ "DNS:example.com", NULL, "SRV:_xmpp-server.example.net", DNA_E_POLICY },
		{ "DNS:example.com", NULL, "XMPP:example.net", DNA_E_POLICY },
		{ "DNS:xn--bcher-kva.example", NULL,
		  "XMPP:b\xc3\xbc"
		  "cher.example",
		  0 },
		{ "DNS:example.com SRV:_mail", NULL, "SRV:_ntp.example.com", DNA_E_POLICY },
		/* a dot in front is for URIs alone, and an asterisk for nothing */
		{ "DNS:.example.com", NULL, "DNS:a.example.com", DNA_E_SYNTAX },
		{ NULL, "DNS:.example.com", "SRV:_mail.a.example.net", DNA_E_SYNTAX },
		{ "SRV:_mail..example.com", NULL, "SRV:_mail.a.example.com", DNA_E_SYNTAX },
		{ "DNS:*.example.com", NULL, "DNS:a.example.com", DNA_E_SYNTAX },
		{ "DNS:.example.com", NULL, "MAIL:juliet@example.com", 0 },
		{ "DNS:example.com.", NULL, "DNS:a.example.com", 0 },
		{ "DNS:", NULL, "SRV:_mail.a.example.com", 0 },
		{ NULL, "DNS:", "SRV:_mail.a.example.com", DNA_E_POLICY },
		/* what identifies nobody needs no permission but by constraints on its own form */
		{ "DNS:example.com", NULL, "XMPP:juliet@example.net SRV:_mail.*", 0 },
		{ "DNS:example.com", NULL, "DNS:a_b.example.com DNS:f*.example.com", 0 },
		{ "DNS:example.com", NULL, "DNS:a_b.example.net", DNA_E_POLICY },
		{ NULL, "DNS:example.net", "DNS:a_b.example.net", DNA_E_POLICY },
		{ "SRV:example.com", NULL, "SRV:_mail.*", DNA_E_POLICY },
		{ "SRV:example.com", NULL, "SRV:mail", DNA_E_POLICY },
		{ "XMPP:example.com", NULL, "XMPP:juliet@example.com", DNA_E_SYNTAX },
		/* wildcards */
		{ "DNS:example.com", NULL, "DNS:*.example.com SRV:_xmpp-server.*.example.com", 0 },
		{ "DNS:example.com", NULL, "SRV:_xmpp-server.*.example.net", DNA_E_POLICY },
		{ NULL, "DNS:a.example.com", "DNS:*.example.com", DNA_E_POLICY },
		{ NULL, "SRV:a.example.com", "SRV:_xmpp-server.*.example.com", DNA_E_POLICY },
		{ NULL, "DNS:a.example.com", "DNS:*.example.net", 0 },
		{ NULL, "DNS:b.a.example.com", "DNS:*.example.com", 0 },
		{ "DNS:a.example.com", NULL, "DNS:*.example.com", DNA_E_POLICY },
		/* nobody has said what a constraint on an XmppAddr would mean */
		{ "XMPP:example.com", NULL, "XMPP:example.com", DNA_E_SYNTAX },
		{ NULL, "XMPP:example.net", "XMPP:example.com", DNA_E_SYNTAX },
		{ "XMPP:example.com", NULL, "DNS:example.com", 0 },
		/* mail and IP addresses; the subject is CN=Leaf */
		{ "MAIL:example.com", NULL, "MAIL:juliet@example.com", 0 },
		{ "MAIL:example.com", NULL, "MAIL:juliet@example.net", DNA_E_POLICY },
		{ NULL, "MAIL:example.com", "MAIL:juliet@example.com", DNA_E_POLICY },
		{ "IP:192.0.2.0/255.255.255.0", NULL, "DNS:example.com IP:192.0.2.1", 0 },
		{ "IP:192.0.2.0/255.255.255.0", NULL, "IP:198.51.100.1", DNA_E_POLICY },
		{ "IP:192.0.2.0/255.255.255.0", NULL, "IP:2001:db8::1", DNA_E_POLICY },
		{ "IP:192.0.2.0/255.255.255.0 IP:2001:db8::/ffff:ffff::", NULL,
		  "IP:192.0.2.1 IP:2001:db8::1", 0 },
		{ "IP:2001:db8::/ffff:ffff::", NULL, "IP:2001:db9::1", DNA_E_POLICY },
		{ NULL, "IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1 IP:198.51.100.1", 0 },
		{ NULL, "IP:::/::", "IP:2001:db8::1", DNA_E_POLICY },
		{ "IP:192.0.2.0/255.0.255.0", NULL, "IP:192.0.2.1", DNA_E_POLICY },
		{ NULL, "IP:192.0.2.0/255.0.255.0", "IP:198.51.100.1", DNA_E_POLICY },
		{ "IP:192.0.2.0", NULL, "IP:192.0.2.1", DNA_E_POLICY },
		{ NULL, "IP:192.0.2.0", "IP:198.51.100.1", DNA_E_POLICY },
		{ "IP:192.0.2.0", NULL, "DNS:example.com", 0 },
		{ "DNS:example.com", "IP:0.0.0.0/0.0.0.0", "DNS:example.com", 0 },
		{ "DNS:example.com", "IP:0.0.0.0/0.0.0.0", "DNS:example.com IP:192.0.2.1",
		  DNA_E_POLICY },
		{ "DIR:CN=Leaf", NULL, "DNS:example.com", 0 },
		{ "DIR:CN=Other", NULL, "DNS:example.com", DNA_E_POLICY },
		{ "DIR:CN=Other DIR:CN=Leaf", NULL, "DNS:example.com", 0 },
		{ "DIR:CN=lEAF", NULL, "DNS:example.com", 0 },
		{ NULL, "DIR:CN=Other", "DNS:example.com", 0 },
		{ NULL, "DIR:CN=lEAF", "DNS:example.com", DNA_E_POLICY },
		{ NULL, "DIR:CN=Other", "DNS:example.com DIR:CN=other,C=AQ", 0 },
		{ NULL, "DIR:C=AQ", "DNS:example.com DIR:CN=Other,C=AQ", DNA_E_POLICY },
		{ NULL, "DIR:CN=\xc3\xa4", "DNS:example.com", DNA_E_POLICY },
		/* what nobody can compare matters where there is such a name, and only there */
		{ "UTF8-MAIL:example.com", "UTF8-MAIL:example.net", "DNS:example.com", 0 },
		{ "UTF8-MAIL:example.com", NULL, "XMPP:example.com SRV:_mail.example.com", 0 },
		{ "UTF8-MAIL:example.com", NULL, "UTF8-MAIL:juliet@example.com", DNA_E_SYNTAX },
		{ NULL, "UTF8-MAIL:example.com", "DNS:example.com UTF8-MAIL:a@example.net",
		  DNA_E_SYNTAX },
		{ "URI:.example.com", NULL, "DNS:example.com", 0 },
		{ "URI:.example.com", NULL, "URI:xmpp:a.example.com", DNA_E_POLICY },
		{ NULL, "URI:.example.com", "URI:xmpp:a.example.com", DNA_E_POLICY },
		{ "URI:.example.com", NULL, "URI:https://A.example.COM/x", 0 },
		{ "URI:.example.com", NULL, "URI:https://u@v@a.b.example.com:1?x@example.net", 0 },
		{ "URI:.example.com", NULL, "URI:https://example.com/", DNA_E_POLICY },
		{ "URI:.example.com", NULL, "URI:https://a.example.com@example.net/",
		  DNA_E_POLICY },
		{ "URI:.example.com", NULL, "URI:https://example.net/a.example.com", DNA_E_POLICY },
		{ "URI:.example.com URI:example.com", NULL, "URI:https://example.com/", 0 },
		{ "URI:example.com", NULL, "URI:https://example.com", 0 },
		{ "URI:example.com", NULL, "URI:https://a.example.com", DNA_E_POLICY },
		{ "URI:192.0.2.1", NULL, "URI:https://192.0.2.1/", DNA_E_POLICY },
		{ "URI:example.com", NULL, "URI:https://[2001:db8::1]/", DNA_E_POLICY },
		{ NULL, "URI:example.com", "URI:https://example.com/", DNA_E_POLICY },
		{ NULL, "URI:example.com", "URI:https://a.example.com/", 0 },
		{ "URI:example.com", NULL, "URI:urn:x://example.com/", DNA_E_POLICY },
		{ "URI:example.com", NULL, "URI:xmpp:a@example.net?x=://example.com",
		  DNA_E_POLICY },
		{ "URI:example.com", NULL, "URI:/x://example.com", DNA_E_POLICY },
		{ NULL, "URI:example.net", "URI:urn:x://example.com/", DNA_E_POLICY },
		{ "URI:", NULL, "URI:https://example.com/", DNA_E_POLICY },
		{ NULL, "URI:", "URI:https://example.com/", DNA_E_POLICY },
		{ NULL, "URI:.", "URI:https://example.com/", DNA_E_POLICY },
		{ NULL, "URI:..example.net", "URI:https://example.com/", DNA_E_POLICY },
		{ NULL, "URI:https://example.net", "URI:https://example.com/", DNA_E_POLICY },
		/* what is no name at all is in no tree of names */
		{ "DNS:example.com", NULL, "DNS:.example.com", DNA_E_POLICY },
		{ NULL, "DNS:example.net", "DNS:a..example.com", DNA_E_POLICY },
		{ NULL, "RID:\x2a\x03", "RID:\x2a\x04", DNA_E_SYNTAX },
		{ "DIR:CN=Leaf", NULL, "DIR:CN=Leaf", 0 },
		{ "DIR:CN=Leaf", NULL, "DIR:CN=Other", DNA_E_POLICY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki authority = confined(cases[i].permitted, cases[i].excluded);
		char outside[128];

		cr_assert_eq(constrain(&authority, cases[i].names, outside), cases[i].result,
			     "case %zu: %s", i, cases[i].names);
		cr_assert_eq(outside[0] != '\0', cases[i].result == DNA_E_POLICY);
		pki_free(&authority);
	}
}

Test(constraints, that_cannot_be_read_permit_nothing)
{
	static const char *const cases[] = {
		"\x30\x02\xa0\x05",
		"\x30\x00",
		"\x30\x02\xa0\x00",
		"\x30\x08\xa0\x04\x30\x02\x82\x00\xa1\x00",
		"\x30\x03\xa2\x01\x00",
		"\x31\x00",
		"\x30\x04\xa0\x02\x30\x07",
		"\x30\x06\xa0\x04\x31\x02\x82\x00",
		"\x30\x04\xa0\x02\x30\x00",
		/* base distances: a minimum that is not 0, a maximum */
		"\x30\x09\xa0\x07\x30\x05\x82\x00\x80\x01\x01",
		"\x30\x09\xa0\x07\x30\x05\x82\x00\x81\x01\x00",
	};
	static const size_t sizes[] = { 4, 2, 4, 10, 5, 2, 6, 8, 6, 11, 11 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki authority = pki_issue(
			NULL, (struct pki_template){
				      .subject = "CN=Confined",
				      .ca = true,
				      .constraints = { (const uint8_t *)cases[i], sizes[i] } });
		char outside[128];

		cr_assert_eq(constrain(&authority, "DNS:example.com", outside), DNA_E_SYNTAX,
			     "case %zu", i);
		pki_free(&authority);
	}
}

/* pkix: a path and a name. */
#include "plugins/tenant.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROFILE "delegate: [dnssec-srv], prove: [pkix]"

TestSuite(pkix, .init = tenant_setup, .fini = tenant_teardown);

static struct dna_case *presented(enum dna_security srv, const struct pki *leaf)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

	tenant_resolve(c, srv, srv);
	PRESENT(c, leaf, &intermediate);
	return c;
}

/* PKIX-004, PKIX-006: what is wanted is known without looking at the certificate */
Test(pkix, proves_by_the_domains_own_name)
{
	static const char *const names[] = {
		"DNS:tenant.example",
		"SRV:_xmpp-server.tenant.example",
		"XMPP:tenant.example",
		"DNS:other.example DNS:Tenant.Example",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pki leaf =
			pki_issue(&intermediate,
				  (struct pki_template){ .subject = "CN=Leaf", .names = names[i] });
		struct dna_case *c = presented(DNA_INSECURE, &leaf);
		const struct dna_finding *finding = tenant_finding(c, "pkix");

		cr_assert_eq(dna_finding_root_count(finding), 1);
		cr_assert_eq(dna_finding_roots_at(finding, 0), DNA_ROOT_WEBPKI);
		cr_assert_eq(dna_finding_not_after(finding), NOW + DAY);
		tenant_expect(c, "pkix", DNA_PROVEN, "PKIX-006",
			      "a trusted authority vouches for ");
		pki_free(&leaf);
	}
}

/* DELEG-009: either suffices to forge it */
Test(pkix, proves_by_a_host_that_is_delegated_to)
{
	struct dna_case *c = presented(DNA_SECURE, &host_leaf);
	const struct dna_finding *finding = tenant_finding(c, "pkix");
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_through_count(v), 1);
	cr_assert_str_eq(dna_verdict_through_at(v, 0), "dnssec-srv");
	cr_assert_eq(dna_finding_root_count(finding), 2);
	cr_assert_eq(dna_finding_roots_at(finding, 0), DNA_ROOT_WEBPKI);
	cr_assert_eq(dna_finding_roots_at(finding, 1), DNA_ROOT_DNSSEC);
	tenant_expect(c, "pkix", DNA_PROVEN, "DELEG-009",
		      "a trusted authority vouches for DNS:xmpp.hosting.example, and dnssec-srv "
		      "delegates to it");
}

/* DELEG-008 */
Test(pkix, says_that_a_delegation_is_insecure)
{
	tenant_expect(presented(DNA_INSECURE, &host_leaf), "pkix", DNA_MISMATCH, "DELEG-008",
		      "the certificate names xmpp.hosting.example, the SRV target, but the "
		      "delegation to it is insecure: DNSSEC does not secure the SRV records of "
		      "tenant.example, so");
}

Test(pkix, says_which_names_there_are)
{
	tenant_expect(presented(DNA_SECURE, &other_leaf), "pkix", DNA_MISMATCH, "PKIX-006",
		      "the certificate has to name one of DNS:tenant.example, "
		      "SRV:_xmpp-server.tenant.example, "
		      "XMPP:tenant.example, DNS:xmpp.hosting.example, and names DNS:other.example");
}

/* DELEG-011: never another target of the same SRV records, signed or not */
Test(pkix, takes_the_host_of_the_endpoint_in_use_alone)
{
	static const char *const hosts[] = { "a.hosting.example", HOST };

	for (enum dna_security security = DNA_SECURE; security <= DNA_INSECURE; security++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, security, "0 0 5269 a.hosting.example.",
		       "1 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, security);
		for (size_t i = 0; i < 2; i++) {
			ANSWER(c, hosts[i], DNA_RR_A, security, "192.0.2.1");
			fixture_denied(c, hosts[i], DNA_RR_AAAA, security);
		}
		PRESENT(c, &host_leaf, &intermediate);
		tenant_expect(c, "pkix", DNA_MISMATCH, "PKIX-006",
			      "names DNS:xmpp.hosting.example");
	}
}

/* The delegation is not insecure: the policy has nobody who would vouch for it. */
Test(pkix, does_not_call_a_signed_delegation_insecure)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, "delegate: [], prove: [pkix]");

	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "pkix", DNA_MISMATCH, "PKIX-006", "names DNS:xmpp.hosting.example");
}

/* PKIX-001, PKIX-019 */
Test(pkix, wants_a_path)
{
	struct pki own = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Own", .names = "DNS:tenant.example" });
	struct pki client = pki_issue(
		&intermediate, (struct pki_template){ .subject = "CN=Client",
						      .names = "DNS:tenant.example",
						      .purposes = GNUTLS_KP_TLS_WWW_CLIENT });
	struct dna_case *c = tenant_case(DNA_RECEIVING, PROFILE);

	tenant_expect(presented(DNA_SECURE, &own), "pkix", DNA_MISMATCH, "PKIX-001",
		      "CN=Own is self-signed");
	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	PRESENT(c, &client, &intermediate);
	tenant_expect(c, "pkix", DNA_MISMATCH, "PKIX-018",
		      "not for TLS servers: extended key usage has only clientAuth");
	c = tenant_case(DNA_RECEIVING, PROFILE);
	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	PRESENT(c, &own_leaf, &intermediate);
	tenant_expect(c, "pkix", DNA_PROVEN, "PKIX-006", "DNS:tenant.example");
	pki_free(&own);
	pki_free(&client);
}

Test(pkix, has_nothing_to_say_without_a_certificate)
{
	struct dna_case *c = tenant_case(DNA_RECEIVING, PROFILE);

	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	cr_assert_eq(dna_case_present_peer(c, NULL, 0), 0);
	tenant_expect(c, "pkix", DNA_NONE, "PKIX-001", "no certificate that can be read");
}

/* ---- revocation (PKIX-002) ---- */

static void feed_crl(struct dna_case *c, struct dna_bytes der)
{
	const struct dna_item_init init = { .kind = "crls", .time = NOW, .not_after = DNA_FOREVER };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_item_add(item, der.data, der.size), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

/* Lists may come before the certificates and after them. */
Test(pkix, takes_revocation_lists_at_any_time)
{
	struct dna_bytes list = pki_crl(&intermediate, &own_leaf);
	struct dna_case *c = presented(DNA_INSECURE, &own_leaf);

	cr_assert_eq(dna_finding_result(tenant_finding(c, "pkix")), DNA_PROVEN);
	feed_crl(c, list);
	tenant_expect(c, "pkix", DNA_MISMATCH, "PKIX-002",
		      "the certificate was revoked on 2026-11-20T00:00:00Z by the CRL of "
		      "CN=Intermediate");
	c = tenant_case(DNA_RECEIVING, PROFILE);
	feed_crl(c, list);
	tenant_resolve(c, DNA_INSECURE, DNA_INSECURE);
	PRESENT(c, &own_leaf, &intermediate);
	tenant_expect(c, "pkix", DNA_MISMATCH, "PKIX-002", "the certificate was revoked");
	gnutls_free((void *)(uintptr_t)list.data);
}

static const struct dna_item *stapled(struct dna_case *c)
{
	for (size_t i = 0; i < dna_case_evidence_count(c); i++)
		if (strcmp(dna_item_kind(dna_case_evidence_at(c, i)), "ocsp") == 0)
			return dna_case_evidence_at(c, i);
	return NULL;
}

/*
 * PKIX-003: anchors for this very peer; those that everybody trusts are not used for it, whether
 * they are named before or after.
 */
Test(pkix, uses_the_profiles_anchors_and_no_others)
{
	struct pki authority =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Own", .ca = true });
	struct pki by_own =
		pki_issue(&authority, (struct pki_template){ .subject = "CN=Leaf",
							     .names = "DNS:tenant.example" });
	struct dna_anchors *generic = pki_anchors(&root, NULL);
	char path[] = "/tmp/dna-anchors-XXXXXX", profile[128];
	struct dna_buffer pem;
	struct dna_case *c;
	int file = mkstemp(path);

	dna_buffer_init(&pem, 0);
	cr_assert_eq(dna_pem_write(&pem, authority.der), 0);
	cr_assert_eq(write(file, pem.data, pem.size), (ssize_t)pem.size);
	close(file);
	snprintf(profile, sizeof(profile), "prove: [pkix], anchors: %s", path);

	for (size_t i = 0; i < 2; i++) {
		c = tenant_case(DNA_INITIATING, profile);
		tenant_resolve(c, DNA_INSECURE, DNA_INSECURE);
		dna_case_trust(c, generic);
		if (i == 0)
			PRESENT(c, &own_leaf, &intermediate);
		else
			PRESENT(c, &by_own);
		tenant_expect(c, "pkix", i == 0 ? DNA_MISMATCH : DNA_PROVEN,
			      i == 0 ? "PKIX-001" : "PKIX-006",
			      i == 0 ? "issuer CN=Root is not trusted" : "DNS:tenant.example");
	}
	unlink(path);
	dna_buffer_clear(&pem);
	dna_anchors_unref(generic);
	pki_free(&authority);
	pki_free(&by_own);
}

/* What one peer stapled says nothing of what another presents. */
Test(pkix, keeps_what_was_stapled_with_what_was_presented)
{
	const struct dna_bytes responses[] = { { (const uint8_t *)"one", 3 },
					       { (const uint8_t *)"two", 3 } };
	struct dna_case *c = presented(DNA_INSECURE, &own_leaf);

	cr_assert_null(stapled(c), "nobody asked");
	cr_assert_eq(dna_case_present_status(c, NULL, 0), 0);
	cr_assert_eq(dna_item_outcome(stapled(c)), DNA_DENIED);
	cr_assert_eq(dna_case_present_status(c, responses, 2), 0);
	cr_assert_eq(dna_item_count(stapled(c)), 2);
	cr_assert_eq(dna_finding_result(tenant_finding(c, "pkix")), DNA_PROVEN,
		     "what cannot be read is no response");
	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_null(stapled(c));
	dna_case_free(c);
}

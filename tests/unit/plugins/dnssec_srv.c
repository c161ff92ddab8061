/*
 * dnssec-srv, and table 2.2 from end to end: what the SRV answers say decides where to connect,
 * whose names count, and whether TLSA records do.
 */
#include "plugins/tenant.h"

#include <criterion/criterion.h>

#include <string.h>

TestSuite(dnssec_srv, .init = tenant_setup, .fini = tenant_teardown);

enum srv { RECORDS, NXRR, NOT_OFFERED, BOGUS, FAILED, CONFIGURED };

static struct dna_case *with_srv(enum srv srv, enum dna_security security)
{
	struct dna_case *c = srv == CONFIGURED ? tenant_case_at(HOST, true)
					       : tenant_case(DNA_INITIATING, TENANT_PROFILE);

	if (srv == RECORDS || srv == BOGUS)
		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, srv == BOGUS ? DNA_BOGUS : security,
		       "0 0 5269 xmpp.hosting.example.");
	else if (srv == NOT_OFFERED)
		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, security, "0 0 0 .");
	else if (srv == NXRR)
		fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, security);
	else if (srv == FAILED)
		fixture_failed(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INDETERMINATE);
	if (srv != CONFIGURED)
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, security);
	return c;
}

static bool asks_for_tlsa(struct dna_case *c)
{
	struct dna_need need;
	bool asked = false;

	while (dna_case_next_need(c, &need))
		asked |= need.type == DNA_RR_TLSA;
	return asked;
}

/* Whether a certificate with the target host's name alone proves the domain. */
static bool takes_the_target(enum srv srv, enum dna_security security, const char *host)
{
	struct dna_case *c = with_srv(srv, security);
	enum dna_verdict_kind kind;

	ANSWER(c, host, DNA_RR_A, DNA_INSECURE, "192.0.2.1"); /* DELEG-014 */
	fixture_denied(c, host, DNA_RR_AAAA, DNA_INSECURE);
	PRESENT(c, &host_leaf, &intermediate);
	kind = fixture_verdict(c);
	dna_case_free(c);
	return kind == DNA_VERDICT_PROVEN;
}

/*
 * Table 2.2: DELEG-004, DELEG-005, DELEG-007, DELEG-008, DELEG-009, DELEG-010, DELEG-016, DANE-008,
 * TV-TL-6
 */
Test(dnssec_srv, obeys_the_table_of_srv_outcomes)
{
	static const struct {
		enum srv srv;
		enum dna_security security;
		const char *host; /* to connect to; NULL: none, for |verdict| */
		bool target;      /* is a reference domain */
		bool tlsa;        /* is asked for if the addresses are secure */
		enum dna_verdict_kind verdict;
	} rows[] = {
		{ RECORDS, DNA_SECURE, HOST, true, true, 0 },
		{ RECORDS, DNA_INSECURE, HOST, false, false, 0 },
		{ NXRR, DNA_SECURE, "tenant.example", false, true, 0 },
		{ NXRR, DNA_INSECURE, "tenant.example", false, false, 0 },
		{ NOT_OFFERED, DNA_SECURE, NULL, false, false, DNA_VERDICT_UNPROVEN },
		{ NOT_OFFERED, DNA_INSECURE, NULL, false, false, DNA_VERDICT_UNPROVEN },
		{ BOGUS, DNA_SECURE, NULL, false, false, DNA_VERDICT_VETO },
		{ FAILED, DNA_SECURE, NULL, false, false, DNA_VERDICT_UNDECIDED },
		{ CONFIGURED, DNA_SECURE, HOST, true, true, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = with_srv(rows[i].srv, rows[i].security);
		struct dna_hop hop;
		size_t count;

		if (rows[i].host == NULL) {
			cr_assert_eq(dna_case_route(c, &count), DNA_E_NOTFOUND, "row %zu", i);
			cr_assert_eq(fixture_verdict(c), rows[i].verdict, "row %zu", i);
			dna_case_free(c);
			continue;
		}
		cr_assert_eq(dna_case_route(c, &count), 0);
		cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
		cr_assert_str_eq(dna_endpoint_host(hop.endpoint), rows[i].host, "row %zu", i);
		ANSWER(c, rows[i].host, DNA_RR_A, DNA_SECURE, "192.0.2.1");
		fixture_denied(c, rows[i].host, DNA_RR_AAAA, DNA_SECURE);
		cr_assert_eq(asks_for_tlsa(c), rows[i].tlsa, "row %zu", i);
		dna_case_free(c);
		cr_assert_eq(takes_the_target(rows[i].srv, rows[i].security, rows[i].host),
			     rows[i].target, "row %zu", i);
	}
}

/* What the report says of the delegation. */
static void expect_delegation(struct dna_case *c, const char *expected)
{
	char *report;

	cr_assert_eq(dna_case_report(c, NULL, &report), 0);
	cr_expect_not_null(strstr(report, expected), "%s instead of %s", report, expected);
	free(report);
	dna_case_free(c);
}

/* DELEG-016: the operator's word, whatever became of the host. */
Test(dnssec_srv, shows_what_a_configured_endpoint_rests_on)
{
	static const char secure[] =
		"\"delegation\":{\"security\":\"secure\",\"rests_on\":[\"config\"]}";
	struct dna_case *c = with_srv(CONFIGURED, DNA_SECURE);

	ANSWER(c, HOST, DNA_RR_A, DNA_INSECURE, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, DNA_INSECURE);
	cr_assert_eq(dna_case_unreachable(c, 0, "connection refused"), 0);
	expect_delegation(c, secure);

	c = with_srv(CONFIGURED, DNA_SECURE);
	fixture_failed(c, HOST, DNA_RR_A, DNA_INDETERMINATE);
	fixture_failed(c, HOST, DNA_RR_AAAA, DNA_INDETERMINATE);
	expect_delegation(c, secure);

	c = with_srv(CONFIGURED, DNA_SECURE);
	ANSWER(c, HOST, DNA_RR_A, DNA_INSECURE, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, DNA_INSECURE);
	PRESENT(c, &host_leaf, &intermediate);
	expect_delegation(c, secure);
}

/* DELEG-009, DELEG-008, DELEG-011 */
Test(dnssec_srv, shows_what_dns_says_of_the_delegation)
{
	static const struct {
		enum dna_security security;
		const char *expected;
	} rows[] = {
		{ DNA_SECURE,
		  "\"delegation\":{\"security\":\"secure\",\"rests_on\":[\"dnssec\"]}" },
		{ DNA_INSECURE, "\"delegation\":{\"security\":\"insecure\"}" },
	};
	struct dna_case *c;

	for (size_t i = 0; i < 2; i++) {
		c = with_srv(RECORDS, rows[i].security);
		fixture_denied(c, HOST, DNA_RR_A, DNA_SECURE);
		fixture_denied(c, HOST, DNA_RR_AAAA, DNA_SECURE);
		expect_delegation(c, rows[i].expected);
	}
	c = with_srv(BOGUS, DNA_SECURE);
	expect_delegation(c, "\"delegation\":{\"security\":\"bogus\"}");
	c = tenant_case_at("elsewhere.example", false);
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
	ANSWER(c, "elsewhere.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
	fixture_denied(c, "elsewhere.example", DNA_RR_AAAA, DNA_SECURE);
	PRESENT(c, &own_leaf, &intermediate);
	expect_delegation(c, "\"delegation\":{\"security\":\"secure\"}");
}

/* DELEG-011, DELEG-020: each endpoint has the references of the answer that named it. */
Test(dnssec_srv, keeps_endpoints_apart)
{
	struct pki direct_leaf =
		pki_issue(&intermediate, (struct pki_template){ .subject = "CN=Leaf",
								.names = "DNS:direct.example" });
	static const enum dna_result expected[2][2] = { { DNA_MISMATCH, DNA_MISMATCH },
							{ DNA_PROVEN, DNA_MISMATCH } };
	const struct pki *leaves[] = { &host_leaf, &direct_leaf };
	struct dna_case *c = tenant_case(DNA_INITIATING, TENANT_PROFILE);
	size_t count;

	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE, "0 0 5270 direct.example.");
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "1 0 5269 xmpp.hosting.example.");
	ANSWER(c, HOST, DNA_RR_A, DNA_INSECURE, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, DNA_INSECURE);
	ANSWER(c, "direct.example", DNA_RR_A, DNA_INSECURE, "192.0.2.1");
	fixture_denied(c, "direct.example", DNA_RR_AAAA, DNA_INSECURE);
	cr_assert_eq(dna_case_route(c, &count), 0);
	for (size_t hop = 0; hop < 2; hop++) {
		for (size_t leaf = 0; leaf < 2; leaf++) {
			const struct dna_bytes ders[] = { leaves[leaf]->der, intermediate.der };

			cr_assert_eq(dna_case_present(c, hop, ders, 2), 0);
			cr_expect_eq(dna_finding_result(tenant_finding(c, "pkix")),
				     expected[hop][leaf], "hop %zu, leaf %zu", hop, leaf);
		}
	}
	dna_case_free(c);
	pki_free(&direct_leaf);
}

#define INBOUND "delegate: [dnssec-srv], prove: [pkix], params: { dnssec-srv: { inbound: true } }"

/* DANE-027, DELEG-012, DELEG-020: any host that signed records name, as a dNSName, and no other. */
Test(dnssec_srv, lets_hosts_vouch_for_clients_when_told_to)
{
	struct pki unsigned_leaf =
		pki_issue(&intermediate, (struct pki_template){ .subject = "CN=Leaf",
								.names = "DNS:direct.example" });
	struct pki srv_leaf = pki_issue(
		&intermediate,
		(struct pki_template){ .subject = "CN=Leaf", .names = "SRV:_xmpp-server." HOST });
	const struct {
		const char *profile;
		const struct pki *leaf;
		enum dna_result result;
	} rows[] = {
		{ INBOUND, &host_leaf, DNA_PROVEN },
		{ INBOUND, &unsigned_leaf, DNA_MISMATCH },
		{ INBOUND, &srv_leaf, DNA_MISMATCH },
		{ "delegate: [dnssec-srv], prove: [pkix]", &host_leaf, DNA_MISMATCH },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = tenant_case(DNA_RECEIVING, rows[i].profile);

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 other.example.",
		       "1 0 5269 xmpp.hosting.example.");
		ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE, "0 0 5270 direct.example.");
		PRESENT(c, rows[i].leaf, &intermediate);
		cr_expect_eq(dna_finding_result(tenant_finding(c, "pkix")), rows[i].result,
			     "row %zu: %s", i, dna_finding_reason(tenant_finding(c, "pkix")));
		dna_case_free(c);
	}
	pki_free(&unsigned_leaf);
	pki_free(&srv_leaf);
}

/* DELEG-016: a target that is written like an address is no name that a certificate could have. */
Test(dnssec_srv, counts_no_address_among_the_hosts_of_a_client)
{
	static const struct {
		const char *second;
		enum dna_result result;
		const char *rule, *reason;
	} rows[] = {
		{ "1 0 5269 192.0.2.2.", DNA_NONE, "DELEG-008", "no host is named" },
		{ "1 0 5269 xmpp.hosting.example.", DNA_PROVEN, "DANE-027", "name 1 host" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = tenant_case(DNA_RECEIVING, INBOUND);

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 192.0.2.1.",
		       rows[i].second);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		PRESENT(c, &own_leaf, &intermediate);
		tenant_expect(c, "dnssec-srv", rows[i].result, rows[i].rule, rows[i].reason);
	}
}

/* DELEG-007: that an SRV lookup failed is no word on which hosts there are. */
Test(dnssec_srv, does_not_know_the_hosts_of_a_client_when_a_lookup_failed)
{
	static const struct {
		enum dna_security failure;
		enum dna_verdict_kind verdict;
		const char *reason;
	} rows[] = {
		{ DNA_INDETERMINATE, DNA_VERDICT_UNDECIDED,
		  "the SRV lookup of " SRV_STARTTLS " failed" },
		{ DNA_BOGUS, DNA_VERDICT_UNPROVEN, "the SRV lookup of " SRV_STARTTLS " is bogus" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c =
			tenant_case(DNA_RECEIVING, "delegate: [dnssec-srv], prove: [pkix], "
						   "params: { dnssec-srv: { inbound: true } }");

		fixture_failed(c, SRV_STARTTLS, DNA_RR_SRV, rows[i].failure);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		PRESENT(c, &host_leaf, &intermediate);
		cr_assert_eq(fixture_verdict(c), rows[i].verdict);
		tenant_expect(c, "dnssec-srv", DNA_ERROR, "DELEG-007", rows[i].reason);
	}
}

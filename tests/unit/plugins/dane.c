/* dane: which records are asked for, which count, which fit, and what follows. */
#include "plugins/tenant.h"

#include <criterion/criterion.h>

#include <string.h>

#define ELEVEN  r, r, r, r, r, r, r, r, r, r, r
#define PROFILE TENANT_PROFILE

TestSuite(dane, .init = tenant_setup, .fini = tenant_teardown);

/* Whether the case asks for TLSA records at |owner|, and at none other unless |owner| is NULL. */
static bool asks(struct dna_case *c, const char *owner)
{
	struct dna_need need;
	bool asked = owner == NULL;

	while (dna_case_next_need(c, &need)) {
		if (need.type != DNA_RR_TLSA)
			continue;
		cr_assert_not_null(owner, "asked for %s", need.name);
		asked |= strcmp(need.name, owner) == 0;
	}
	return asked;
}

/* A case with these TLSA records, signed. */
static struct dna_case *with_records(const char *profile, const char *first, const char *second)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, profile);

	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	fixture_answer(c, OWNER, DNA_RR_TLSA, DNA_SECURE, first, second, NULL);
	return c;
}

/* ---- Where records are ---- */

/* DANE-001, DANE-002, DELEG-008, TV-TL-5 */
Test(dane, asks_when_names_and_addresses_are_secure)
{
	static const struct {
		enum dna_security srv, addresses;
		const char *owner;
	} cases[] = {
		{ DNA_SECURE, DNA_SECURE, OWNER },
		{ DNA_SECURE, DNA_INSECURE, NULL },
		{ DNA_INSECURE, DNA_SECURE, NULL },
		{ DNA_INSECURE, DNA_INSECURE, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

		tenant_resolve(c, cases[i].srv, cases[i].addresses);
		cr_assert(asks(c, cases[i].owner), "case %zu", i);
		dna_case_free(c);
	}
}

/* DANE-002 */
Test(dane, says_that_it_has_nothing_to_go_by)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

	tenant_resolve(c, DNA_SECURE, DNA_INSECURE);
	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_NONE, "DANE-002",
		      "looked up for xmpp.hosting.example: its addresses are not signed");
}

/* DANE-008 */
Test(dane, asks_for_the_domain_itself_without_srv_records)
{
	static const char *const profiles[] = {
		PROFILE,
		"delegate: [dnssec-srv], prove: [dane], params: { dane: { fallback: false } }"
	};

	for (size_t i = 0; i < 2; i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, profiles[i]);

		fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		ANSWER(c, "tenant.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
		fixture_denied(c, "tenant.example", DNA_RR_AAAA, DNA_SECURE);
		cr_assert(asks(c, i == 0 ? "_5269._tcp.tenant.example" : NULL));
		dna_case_free(c);
	}
}

/* DANE-008: of the domain itself nothing but itself, whatever it is an alias of. */
Test(dane, keeps_to_the_domain_itself_when_it_is_an_alias)
{
	struct pki leaf =
		pki_issue(&intermediate, (struct pki_template){ .subject = "CN=Leaf",
								.names = "DNS:elsewhere.example" });
	static const enum dna_security addresses[] = { DNA_SECURE, DNA_INSECURE };

	for (size_t i = 0; i < 2; i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

		fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		ANSWER(c, "tenant.example", DNA_RR_CNAME, DNA_SECURE, "elsewhere.example.");
		ANSWER(c, "elsewhere.example", DNA_RR_A, addresses[i], "192.0.2.1");
		fixture_denied(c, "elsewhere.example", DNA_RR_AAAA, addresses[i]);
		cr_assert(asks(c, i == 0 ? "_5269._tcp.tenant.example" : NULL));
		if (i == 0)
			ANSWER(c, "_5269._tcp.tenant.example", DNA_RR_TLSA, DNA_SECURE,
			       tenant_tlsa(2, 0, 1, &intermediate));
		PRESENT(c, &leaf, &intermediate);
		tenant_expect(c, "dane", i == 0 ? DNA_VETO : DNA_NONE,
			      i == 0 ? "DANE-006" : "DANE-002",
			      i == 0 ? "has to name tenant.example, and names DNS:elsewhere.example"
				     : "its addresses are not signed");
	}
	pki_free(&leaf);
}

/* DANE-026 */
Test(dane, knows_that_a_name_too_long_for_dns_has_no_records)
{
	char label[64], host[254], record[300];
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

	memset(label, 'x', 63);
	label[63] = '\0';
	snprintf(host, sizeof(host), "%s.%s.%s.%.50s.example", label, label, label, label);
	snprintf(record, sizeof(record), "0 0 5269 %s.", host);
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, record);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	ANSWER(c, host, DNA_RR_A, DNA_SECURE, "192.0.2.1");
	fixture_denied(c, host, DNA_RR_AAAA, DNA_SECURE);
	cr_assert(asks(c, NULL));
	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_PROVEN, "by PKIX");
	tenant_expect(c, "dane", DNA_NONE, "DANE-004",
		      "there is no TLSA record for _5269._tcp.xxx");
}

/* DANE-021, TV-TL-7 */
Test(dane, follows_aliases_of_the_host)
{
	static const struct {
		enum dna_security first, second, address;
		bool expanded, original;
	} cases[] = {
		{ DNA_SECURE, DNA_SECURE, DNA_SECURE, true, true },
		{ DNA_SECURE, DNA_SECURE, DNA_INSECURE, false, true },
		{ DNA_SECURE, DNA_INSECURE, DNA_INSECURE, false, true },
		{ DNA_INSECURE, DNA_SECURE, DNA_SECURE, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);
		bool expanded = false, original = false;
		struct dna_need need;

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		ANSWER(c, HOST, DNA_RR_CNAME, cases[i].first, "between.example.");
		ANSWER(c, "between.example", DNA_RR_CNAME, cases[i].second, "node.example.");
		ANSWER(c, "node.example", DNA_RR_A, cases[i].address, "192.0.2.1");
		fixture_denied(c, "node.example", DNA_RR_AAAA, cases[i].address);
		while (dna_case_next_need(c, &need)) {
			if (need.type != DNA_RR_TLSA)
				continue;
			expanded |= strcmp(need.name, "_5269._tcp.node.example") == 0;
			original |= strcmp(need.name, OWNER) == 0;
			cr_assert(strstr(need.name, "between") == NULL, "intermediate names never");
		}
		cr_assert_eq(expanded, cases[i].expanded, "case %zu", i);
		cr_assert_eq(original, cases[i].original, "case %zu", i);
		dna_case_free(c);
	}
}

/*
 * DANE-020: an alias at the TLSA owner is followed, secure links only, and does not change the base
 * domain.
 */
Test(dane, follows_aliases_of_the_records)
{
	static const struct {
		enum dna_security alias;
		enum dna_result result;
		const char *rule, *reason;
	} cases[] = {
		{ DNA_SECURE, DNA_PROVEN, "DANE-012", OWNER },
		{ DNA_INSECURE, DNA_NONE, "DANE-004", OWNER },
		{ DNA_BOGUS, DNA_VETO, "DANE-003", "bogus" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

		tenant_resolve(c, DNA_SECURE, DNA_SECURE);
		ANSWER(c, OWNER, DNA_RR_CNAME, cases[i].alias, "tlsa.elsewhere.example.");
		ANSWER(c, "tlsa.elsewhere.example", DNA_RR_TLSA, DNA_SECURE,
		       tenant_tlsa(3, 1, 1, &other_leaf));
		PRESENT(c, &other_leaf);
		tenant_expect(c, "dane", cases[i].result, cases[i].rule, cases[i].reason);
	}
}

/* DANE-021: the first secure RRset wins, and the certificate may have either name. */
Test(dane, prefers_the_fully_expanded_name)
{
	struct pki leaf =
		pki_issue(&intermediate, (struct pki_template){ .subject = "CN=Leaf",
								.names = "DNS:node.example" });
	const struct pki *presented[] = { &leaf, &host_leaf, &other_leaf };

	for (size_t i = 0; i < 3; i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		ANSWER(c, HOST, DNA_RR_CNAME, DNA_SECURE, "node.example.");
		ANSWER(c, "node.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
		fixture_denied(c, "node.example", DNA_RR_AAAA, DNA_SECURE);
		ANSWER(c, "_5269._tcp.node.example", DNA_RR_TLSA, DNA_SECURE,
		       tenant_tlsa(2, 0, 1, &root));
		ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
		PRESENT(c, presented[i], &intermediate, &root);
		if (i < 2)
			tenant_expect(c, "dane", DNA_PROVEN, "DANE-013",
				      "at _5269._tcp.node.example fits");
		else
			tenant_expect(
				c, "dane", DNA_VETO, "DANE-006",
				"has to name tenant.example or node.example, and names DNS:other");
	}
	pki_free(&leaf);
}

/* ---- What the answer is worth ---- */

/* Table 3.2: DANE-003, DANE-004, DANE-005, ERR-08 */
Test(dane, obeys_the_table_of_outcomes)
{
	static const struct {
		enum dna_outcome outcome;
		enum dna_security security;
		enum dna_result result;
		const char *rule;
		enum dna_verdict_kind verdict;
		bool tls_required;
	} cases[] = {
		{ DNA_ANSWERED, DNA_SECURE, DNA_NONE, "DANE-005", DNA_VERDICT_PROVEN, true },
		{ DNA_ANSWERED, DNA_INSECURE, DNA_NONE, "DANE-004", DNA_VERDICT_PROVEN, false },
		{ DNA_ANSWERED, DNA_BOGUS, DNA_VETO, "DANE-003", DNA_VERDICT_VETO, false },
		{ DNA_ANSWERED, DNA_INDETERMINATE, DNA_VETO, "DANE-003", DNA_VERDICT_UNDECIDED,
		  false },
		{ DNA_DENIED, DNA_SECURE, DNA_NONE, "DANE-004", DNA_VERDICT_PROVEN, false },
		{ DNA_DENIED, DNA_INSECURE, DNA_NONE, "DANE-004", DNA_VERDICT_PROVEN, false },
		{ DNA_DENIED, DNA_BOGUS, DNA_VETO, "DANE-003", DNA_VERDICT_VETO, false },
		{ DNA_FAILED, DNA_INDETERMINATE, DNA_VETO, "DANE-003", DNA_VERDICT_UNDECIDED,
		  false },
		{ DNA_FAILED, DNA_BOGUS, DNA_VETO, "DANE-003", DNA_VERDICT_VETO, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);
		const struct dna_verdict *v;
		struct dna_hop hop;
		size_t count;

		tenant_resolve(c, DNA_SECURE, DNA_SECURE);
		if (cases[i].outcome == DNA_ANSWERED)
			ANSWER(c, OWNER, DNA_RR_TLSA, cases[i].security,
			       tenant_tlsa(3, 1, 1, &host_leaf));
		else if (cases[i].outcome == DNA_DENIED)
			fixture_denied(c, OWNER, DNA_RR_TLSA, cases[i].security);
		else
			fixture_failed(c, OWNER, DNA_RR_TLSA, cases[i].security);
		cr_assert_eq(dna_case_route(c, &count), 0);
		cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
		cr_expect_eq(hop.tls_required, cases[i].tls_required, "case %zu", i);
		cr_expect_eq(hop.decision, cases[i].result == DNA_VETO ? DNA_SKIP : DNA_CONNECT,
			     "case %zu", i);
		cr_expect(hop.settled);
		if (hop.decision == DNA_SKIP)
			cr_expect_str_eq(hop.rule, cases[i].rule);
		PRESENT(c, &host_leaf, &intermediate);
		cr_assert_eq(dna_case_verdict(c, &v), 0);
		cr_expect_eq(dna_verdict_kind(v), cases[i].verdict, "case %zu: %s", i,
			     dna_verdict_reason(v));
		dna_case_free(c);
	}
}

/* A record may not be settled as absent while it is on its way. */
Test(dane, is_waited_for)
{
	struct dna_case *c =
		tenant_case(DNA_INITIATING, "delegate: [dnssec-srv], prove: [pkix, dane]");
	const struct dna_verdict *v;
	struct dna_hop hop;
	size_t count;

	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	cr_assert(asks(c, OWNER));
	cr_assert_eq(dna_case_route(c, &count), 0);
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_assert_eq(hop.decision, DNA_CONNECT);
	cr_assert_not(hop.settled);
	PRESENT(c, &host_leaf, &intermediate);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_VETO);
	dna_case_free(c);
}

/* A veto is final within its scope: another certificate at the same endpoint does not lift it. */
Test(dane, a_veto_stays_whatever_is_presented_next)
{
	struct dna_case *c = with_records(PROFILE, tenant_tlsa(3, 1, 1, &own_leaf), NULL);
	const struct dna_verdict *v;
	struct dna_hop hop;

	PRESENT(c, &other_leaf, &intermediate);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO, "%s", dna_verdict_reason(v));
	cr_assert_str_eq(dna_verdict_rule(v), "DANE-006");
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_assert_eq(hop.decision, DNA_SKIP);
	dna_case_free(c);
}

/*
 * SEC-002: a host with a name that cannot be asked about is out of the question, and no way around
 * what others say.
 */
Test(dane, is_not_silenced_by_a_host_that_cannot_be_asked_about)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);
	const struct dna_verdict *v;
	struct dna_hop hop;

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.",
	       "1 0 5269 -xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	ANSWER(c, "-" HOST, DNA_RR_A, DNA_SECURE, "192.0.2.2");
	fixture_denied(c, "-" HOST, DNA_RR_AAAA, DNA_SECURE);
	ANSWER(c, HOST, DNA_RR_A, DNA_SECURE, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, DNA_SECURE);
	cr_assert(asks(c, OWNER));
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO, "%s", dna_verdict_reason(v));
	cr_assert_str_eq(dna_verdict_rule(v), "DANE-006");
	cr_assert_eq(dna_case_hop(c, 1, &hop), 0);
	cr_assert_eq(hop.decision, DNA_SKIP);
	cr_assert_str_eq(hop.rule, "DANE-003");
	dna_case_free(c);
}

/* ---- Which records count ---- */

/* DANE-007, DANE-009, DANE-011 */
Test(dane, leaves_it_to_others_when_no_record_is_usable)
{
	static const struct {
		const char *profile, *record, *reason;
	} cases[] = {
		{ PROFILE, "4 1 1 00", "4 1 1 00...: unknown certificate usage" },
		{ PROFILE, "255 1 1 00", "unknown certificate usage" },
		{ PROFILE, "3 2 1 00", "unknown selector" },
		{ PROFILE, "3 1 3 00", "unknown matching type" },
		{ PROFILE, "3 1 1 0011", "3 1 1 0011...: not as long as a SHA-256 digest" },
		{ PROFILE, "3 1 2 0011", "not as long as a SHA-512 digest" },
		{ PROFILE, "3 0 0 300a0000", "holds no certificate or key, as its selector says" },
		{ PROFILE, "3 1 0 300a0000", "holds no certificate or key, as its selector says" },
		{ "prove: [[dane, pkix]], params: { dane: { digests: [sha2-512] } }",
		  "3 1 1 8a9a70596e869bed72c69d97a8895dfad86f300a343feceff19e89c27c896bc9",
		  "3 1 1 8a9a7059...: the policy does not accept this digest" },
		{ "prove: [[dane, pkix]], params: { dane: { usages: [2, 3] } }",
		  "1 1 1 8a9a70596e869bed72c69d97a8895dfad86f300a343feceff19e89c27c896bc9",
		  "1 1 1 8a9a7059...: the policy does not accept this usage" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = with_records(cases[i].profile, cases[i].record, NULL);
		struct dna_hop hop;

		PRESENT(c, &own_leaf, &intermediate);
		cr_assert_eq(fixture_verdict(c), DNA_VERDICT_PROVEN, "PKIX proves it: case %zu", i);
		cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
		cr_assert(hop.tls_required, "TLS stays mandatory");
		tenant_expect(c, "dane", DNA_NONE, "DANE-007", cases[i].reason);
	}
}

/* DANE-011: each usage under each mask; what the mask leaves out is not usable. */
Test(dane, has_masks_for_usages)
{
	static const struct {
		const char *profile;
		bool accepted[4];
	} cases[] = {
		{ "all", { true, true, true, true } },
		{ "rfc7671", { false, false, true, true } },
		{ "rfc7712", { false, true, false, true } },
		{ "rfc7671, usages: [0, 1, 2]", { false, false, true, false } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char profile[160];

		snprintf(profile, sizeof(profile),
			 "prove: [[dane, pkix]], params: { dane: { mask: %s } }", cases[i].profile);
		for (unsigned usage = 0; usage < 4; usage++) {
			struct dna_case *c =
				with_records(profile, tenant_tlsa(usage, 1, 1, &other_leaf), NULL);
			bool accepted = cases[i].accepted[usage];

			PRESENT(c, &own_leaf, &intermediate);
			tenant_expect(c, "dane", accepted ? DNA_VETO : DNA_NONE,
				      accepted ? "DANE-006" : "DANE-007",
				      accepted ? "fits" : "the policy does not accept this usage");
		}
	}
}

/* DANE-017: which digest is the stronger one is the policy's to say. */
Test(dane, takes_the_policys_order_of_digests)
{
	struct dna_case *c =
		with_records("prove: [dane], params: { dane: { digests: [sha2-256, sha2-512] } }",
			     tenant_tlsa(3, 1, 1, &other_leaf), tenant_tlsa(3, 1, 2, &host_leaf));

	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_VETO, "DANE-006", "a stronger digest counts instead");
}

/* DANE-017, TV-TL-1: with a stronger digest there, the weaker one alone must not authenticate. */
Test(dane, is_agile_about_digests)
{
	const struct {
		const char *first, *second;
		enum dna_result result;
	} cases[] = {
		{ tenant_tlsa(3, 1, 1, &host_leaf), tenant_tlsa(3, 1, 2, &other_leaf), DNA_VETO },
		{ tenant_tlsa(3, 1, 1, &other_leaf), tenant_tlsa(3, 1, 2, &host_leaf), DNA_PROVEN },
		{ tenant_tlsa(3, 1, 1, &host_leaf), tenant_tlsa(3, 0, 2, &other_leaf), DNA_PROVEN },
		{ tenant_tlsa(3, 1, 1, &host_leaf), tenant_tlsa(2, 1, 2, &other_leaf), DNA_PROVEN },
		/* one that is not usable outdoes nothing */
		{ tenant_tlsa(3, 1, 1, &host_leaf), "3 1 2 0011", DNA_PROVEN },
	};
	struct dna_case *c;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		c = with_records(PROFILE, cases[i].first, cases[i].second);
		PRESENT(c, &host_leaf, &intermediate);
		cr_assert_eq(dna_finding_result(tenant_finding(c, "dane")), cases[i].result,
			     "case %zu: %s", i, dna_finding_reason(tenant_finding(c, "dane")));
		dna_case_free(c);
	}
	c = with_records(PROFILE, tenant_tlsa(3, 1, 0, &host_leaf),
			 tenant_tlsa(3, 1, 2, &other_leaf));
	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-012", "3 1 0"); /* Full stays */
}

/* DANE-003: an answer without records says neither that there are some nor that there are none. */
Test(dane, is_not_satisfied_with_an_empty_answer)
{
	struct dna_case *c = with_records(PROFILE, NULL, NULL);

	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNDECIDED);
	tenant_expect(c, "dane", DNA_VETO, "DANE-003", "failed: the answer has no record");
}

/* SEC-006 */
Test(dane, takes_no_endless_answers)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);
	const char *r = tenant_tlsa(3, 1, 1, &host_leaf);

	tenant_resolve(c, DNA_SECURE, DNA_SECURE);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, ELEVEN, ELEVEN, ELEVEN);
	PRESENT(c, &host_leaf, &intermediate);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_VETO);
	tenant_expect(c, "dane", DNA_VETO, "SEC-006", "there are 33 TLSA records for " OWNER);
}

/* ---- Whether a record fits ---- */

/* DANE-006, DANE-018, and the short digests that an operator compares */
Test(dane, vetoes_when_nothing_fits)
{
	struct dna_case *c = with_records(PROFILE, tenant_tlsa(3, 1, 1, &other_leaf),
					  tenant_tlsa(2, 0, 1, &other_leaf));
	const char *presented = tenant_tlsa(3, 1, 1, &own_leaf) + strlen("3 1 1 ");
	char has[64];

	PRESENT(c, &own_leaf, &intermediate, &root);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_VETO, "PKIX is no rescue");
	snprintf(has, sizeof(has), "the peer's key has %.8s...; 2 0 1 ", presented);
	tenant_expect(c, "dane", DNA_VETO, "DANE-006", has);
	c = with_records(PROFILE, tenant_tlsa(3, 1, 1, &other_leaf),
			 tenant_tlsa(3, 1, 1, &own_leaf));
	PRESENT(c, &own_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-012", "fits");
}

/* DANE-012: neither names, dates, path, key usage nor CA flag; DANE-010 */
Test(dane, takes_the_certificate_itself_as_it_is)
{
	struct pki odd = pki_issue(NULL, (struct pki_template){ .subject = "CN=Odd",
								.ca = true,
								.purposes = GNUTLS_KP_CODE_SIGNING,
								.usage = GNUTLS_KEY_KEY_CERT_SIGN,
								.from = NOW - 9 * DAY,
								.to = NOW - 1,
								.names = "DNS:nobody.example",
								.rsa_bits = 1024,
								.hash = GNUTLS_DIG_SHA1 });

	for (unsigned selector = 0; selector <= 1; selector++) {
		for (unsigned matching = 0; matching <= 2; matching++) {
			struct dna_case *c = with_records(
				PROFILE, tenant_tlsa(3, selector, matching, &odd), NULL);
			const struct dna_finding *finding;

			PRESENT(c, &odd);
			finding = tenant_finding(c, "dane");
			cr_assert_eq(dna_finding_root_count(finding), 1);
			cr_assert_eq(dna_finding_roots_at(finding, 0), DNA_ROOT_DNSSEC);
			cr_assert_eq(dna_finding_not_after(finding), NOW + 300,
				     "the records' lifetime");
			tenant_expect(c, "dane", DNA_PROVEN, "DANE-012", "fits");
		}
	}
	pki_free(&odd);
}

/* DANE-013, DANE-014, DANE-016 */
Test(dane, takes_an_authority_as_the_only_anchor)
{
	struct pki private_ca =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Private", .ca = true });
	struct pki private_leaf = pki_issue(
		&private_ca, (struct pki_template){ .subject = "CN=Leaf", .names = "DNS:" HOST });
	struct pki expired = pki_issue(&private_ca, (struct pki_template){ .subject = "CN=Leaf",
									   .names = "DNS:" HOST,
									   .from = NOW - 9 * DAY,
									   .to = NOW - 1 });
	struct pki rogue_ca =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Rogue", .ca = true });
	struct pki rogue = pki_issue(
		&rogue_ca, (struct pki_template){ .subject = "CN=Leaf", .names = "DNS:" HOST });
	struct pki own = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Own", .names = "DNS:tenant.example" });
	const struct {
		const char *record;
		const struct pki *leaf, *second, *third;
		enum dna_result result;
		const char *reason;
	} cases[] = {
		{ tenant_tlsa(2, 0, 1, &private_ca), &private_leaf, &private_ca, NULL, DNA_PROVEN,
		  "fits" },
		{ tenant_tlsa(2, 1, 2, &private_ca), &private_leaf, &private_ca, NULL, DNA_PROVEN,
		  "fits" },
		/* also one that is no root, whatever is above it */
		{ tenant_tlsa(2, 0, 1, &intermediate), &own_leaf, &intermediate, NULL, DNA_PROVEN,
		  "fits" },
		/* a digest of what nobody presented cannot fit */
		{ tenant_tlsa(2, 0, 1, &private_ca), &private_leaf, NULL, NULL, DNA_VETO,
		  "none of the certificates that were presented fits" },
		/* the whole certificate or key can */
		{ tenant_tlsa(2, 0, 0, &private_ca), &private_leaf, NULL, NULL, DNA_PROVEN,
		  "fits" },
		{ tenant_tlsa(2, 1, 0, &private_ca), &private_leaf, NULL, NULL, DNA_PROVEN,
		  "fits" },
		{ tenant_tlsa(2, 1, 0, &root), &own_leaf, &intermediate, NULL, DNA_PROVEN, "fits" },
		{ tenant_tlsa(2, 1, 0, &root), &own_leaf, NULL, NULL, DNA_VETO,
		  "none of the certificates that were presented fits" },
		{ tenant_tlsa(2, 1, 0, &rogue_ca), &own_leaf, &intermediate, NULL, DNA_VETO,
		  "none of the certificates that were presented fits" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = with_records(PROFILE, cases[i].record, NULL);

		tenant_present(c, cases[i].leaf, cases[i].second, cases[i].third, NULL);
		cr_assert_eq(dna_finding_root_count(tenant_finding(c, "dane")),
			     cases[i].result == DNA_PROVEN);
		tenant_expect(c, "dane", cases[i].result,
			      cases[i].result == DNA_PROVEN ? "DANE-013" : "DANE-006",
			      cases[i].reason);
	}
	struct dna_case *c;

	/* A leaf that is its own anchor. */
	c = with_records(PROFILE, tenant_tlsa(2, 0, 1, &own), NULL);
	PRESENT(c, &own);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-013", "fits");
	/* libdane takes the victim's authority beside a rogue chain for a proof. */
	c = with_records(PROFILE, tenant_tlsa(2, 0, 1, &private_ca), NULL);
	PRESENT(c, &rogue, &rogue_ca, &private_ca);
	tenant_expect(c, "dane", DNA_VETO, "DANE-006",
		      "no path to a trust anchor: CN=Rogue is self-signed");
	/* Dates and names count, unlike for usage 3. */
	c = with_records(PROFILE, tenant_tlsa(2, 0, 1, &private_ca), NULL);
	PRESENT(c, &expired, &private_ca);
	tenant_expect(c, "dane", DNA_VETO, "DANE-006", "the certificate expired on");
	c = with_records(PROFILE, tenant_tlsa(2, 0, 1, &intermediate), NULL);
	PRESENT(c, &other_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_VETO, "DANE-006",
		      "has to name tenant.example or xmpp.hosting.example, and names ");
	pki_free(&private_ca);
	pki_free(&private_leaf);
	pki_free(&expired);
	pki_free(&rogue_ca);
	pki_free(&rogue);
	pki_free(&own);
}

/* DANE-015: usages 0 and 1 add to PKIX; what they rest on depends on whose name it is */
Test(dane, constrains_pkix)
{
	struct pki private_ca =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Private", .ca = true });
	struct pki untrusted =
		pki_issue(&private_ca, (struct pki_template){ .subject = "CN=Leaf",
							      .names = "DNS:tenant.example" });
	const struct {
		const char *record;
		const struct pki *leaf, *issuer;
		uint32_t roots; /* 0: a veto */
		const char *reason;
	} cases[] = {
		{ tenant_tlsa(1, 1, 1, &own_leaf), &own_leaf, &intermediate,
		  DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC, "fits" },
		{ tenant_tlsa(1, 1, 1, &host_leaf), &host_leaf, &intermediate, DNA_ROOT_DNSSEC,
		  "fits" },
		{ tenant_tlsa(1, 1, 1, &other_leaf), &other_leaf, &intermediate, 0, "has to name" },
		{ tenant_tlsa(1, 1, 1, &own_leaf), &host_leaf, &intermediate, 0,
		  "the peer's key has" },
		{ tenant_tlsa(1, 1, 1, &intermediate), &own_leaf, &intermediate, 0,
		  "the peer's key has" },
		{ tenant_tlsa(1, 0, 1, &untrusted), &untrusted, &private_ca, 0,
		  "CN=Private is self-signed and not trusted" },
		{ tenant_tlsa(0, 0, 1, &intermediate), &own_leaf, &intermediate,
		  DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC, "fits" },
		/* the root is not presented, but on the path */
		{ tenant_tlsa(0, 1, 2, &root), &host_leaf, &intermediate, DNA_ROOT_DNSSEC, "fits" },
		{ tenant_tlsa(0, 0, 1, &own_leaf), &own_leaf, &intermediate, 0,
		  "no authority on a path to a trust anchor of ours fits" },
		{ tenant_tlsa(0, 0, 1, &private_ca), &untrusted, &private_ca, 0,
		  "CN=Private is self-signed and not trusted" },
		{ tenant_tlsa(0, 0, 1, &intermediate), &other_leaf, &intermediate, 0,
		  "has to name" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = with_records(PROFILE, cases[i].record, NULL);

		PRESENT(c, cases[i].leaf, cases[i].issuer);
		if (cases[i].roots != 0) {
			cr_assert_eq(dna_finding_root_count(tenant_finding(c, "dane")), 1,
				     "case %zu", i);
			cr_assert_eq(dna_finding_roots_at(tenant_finding(c, "dane"), 0),
				     cases[i].roots, "case %zu", i);
			cr_assert_eq(dna_finding_not_after(tenant_finding(c, "dane")), NOW + 300);
		}
		tenant_expect(c, "dane", cases[i].roots != 0 ? DNA_PROVEN : DNA_VETO,
			      cases[i].roots != 0 ? "DANE-015" : "DANE-006", cases[i].reason);
	}
	pki_free(&private_ca);
	pki_free(&untrusted);
}

/*
 * DANE-013, DANE-014, DANE-015: authorities that cross-signed each other. Any of them may be named;
 * but a detour from our anchor by another and back to it says nothing of who issued.
 */
Test(dane, finds_its_way_among_cross_signed_authorities)
{
	struct pki other =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Other root", .ca = true });
	struct pki root_by_other = pki_issue(
		&other, (struct pki_template){ .subject = "CN=Root", .ca = true, .key = &root });
	struct pki other_by_root = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Other root", .ca = true, .key = &other });
	struct pki expired = pki_issue(&other, (struct pki_template){ .subject = "CN=Root",
								      .ca = true,
								      .key = &root,
								      .from = NOW - 9 * DAY,
								      .to = NOW - 1 });
	const struct {
		const char *record;
		enum dna_result result;
		const char *reason;
	} cases[] = {
		{ tenant_tlsa(2, 0, 1, &other), DNA_PROVEN,
		  "fits the chain of the certificate, which names tenant.example" },
		{ tenant_tlsa(2, 0, 0, &other_by_root), DNA_PROVEN, "fits the chain" },
		{ tenant_tlsa(2, 1, 1, &root), DNA_PROVEN, "fits the chain" },
		{ tenant_tlsa(2, 0, 1, &expired), DNA_VETO, "CN=Root expired" },
		{ tenant_tlsa(0, 0, 1, &root), DNA_PROVEN,
		  "fits the chain of the certificate, which names tenant.example" },
		{ tenant_tlsa(0, 0, 1, &other_by_root), DNA_VETO,
		  "no authority on a path to a trust anchor of ours fits" },
		{ tenant_tlsa(0, 0, 1, &root_by_other), DNA_VETO,
		  "no authority on a path to a trust anchor of ours fits" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = with_records(PROFILE, cases[i].record, NULL);
		bool proven = cases[i].result == DNA_PROVEN;

		PRESENT(c, &own_leaf, &expired, &intermediate, &root_by_other, &other_by_root,
			&other);
		tenant_expect(c, "dane", cases[i].result,
			      !proven                     ? "DANE-006"
			      : cases[i].record[0] == '2' ? "DANE-013"
							  : "DANE-015",
			      cases[i].reason);
	}
	pki_free(&other);
	pki_free(&root_by_other);
	pki_free(&other_by_root);
	pki_free(&expired);
}

/* No proof outlives what it rests on: records or certificates, whichever ends first. */
Test(dane, ends_with_the_path)
{
	struct pki brief = pki_issue(
		&root, (struct pki_template){ .subject = "CN=Brief", .ca = true, .to = NOW + 60 });
	struct pki leaf = pki_issue(
		&brief, (struct pki_template){ .subject = "CN=Leaf", .names = "DNS:" HOST });
	const char *records[] = { tenant_tlsa(2, 0, 1, &brief), tenant_tlsa(1, 1, 1, &leaf),
				  tenant_tlsa(0, 1, 1, &brief) };

	for (size_t i = 0; i < 3; i++) {
		struct dna_case *c = with_records(PROFILE, records[i], NULL);

		PRESENT(c, &leaf, &brief);
		cr_assert_eq(dna_finding_not_after(tenant_finding(c, "dane")), NOW + 60);
		tenant_expect(c, "dane", DNA_PROVEN, i == 0 ? "DANE-013" : "DANE-015", "fits");
	}
	pki_free(&brief);
	pki_free(&leaf);
}

/*
 * A live connection to a host that the domain's own SRV records do not name: its TLSA records are
 * not the domain's.
 */
Test(dane, has_nothing_to_do_with_hosts_that_the_domain_does_not_name)
{
	struct dna_case *c = tenant_case_at("elsewhere.example", false);

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	ANSWER(c, "elsewhere.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
	fixture_denied(c, "elsewhere.example", DNA_RR_AAAA, DNA_SECURE);
	cr_assert(asks(c, NULL));
	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_NONE, "DANE-002",
		      "looked up for elsewhere.example: no SRV record of the domain names it");
}

/* The record of one endpoint says nothing of another's certificate (DANE-023). */
Test(dane, keeps_endpoints_apart)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.",
	       "1 0 5270 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	ANSWER(c, HOST, DNA_RR_A, DNA_SECURE, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, DNA_SECURE);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
	ANSWER(c, "_5270._tcp.xmpp.hosting.example", DNA_RR_TLSA, DNA_SECURE,
	       tenant_tlsa(3, 1, 1, &host_leaf));
	PRESENT(c, &host_leaf, &intermediate);
	cr_assert_eq(dna_finding_result(tenant_finding(c, "dane")), DNA_VETO);
	cr_assert_eq(dna_case_present(c, 1, &host_leaf.der, 1), 0);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-012", "at _5270._tcp.xmpp.hosting.example fits");
}

/* ---- Receiving ---- */

#define CLIENTS "delegate: [dnssec-srv], prove: [[dane, pkix]], params: { dane: { clients: true } }"

static struct dna_case *receiving(const char *profile)
{
	struct dna_case *c = tenant_case(DNA_RECEIVING, profile);

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.",
	       "1 0 5269 b.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	return c;
}

/* DANE-027 */
Test(dane, proves_clients_when_told_to)
{
	struct dna_case *c = receiving(CLIENTS);

	cr_assert(asks(c, "_5269._tcp.b.example"));
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
	ANSWER(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE,
	       tenant_tlsa(3, 1, 1, &host_leaf));
	PRESENT(c, &host_leaf);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-027",
		      "at _5269._tcp.b.example fits the certificate of the server that connected");

	c = receiving(CLIENTS);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &other_leaf));
	fixture_denied(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE);
	PRESENT(c, &own_leaf, &intermediate);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_PROVEN,
		     "by PKIX: nobody promised that a client has it");
	tenant_expect(c, "dane", DNA_MISMATCH, "DANE-027",
		      "no TLSA record for a host of tenant.example fits: 3 1 1 ");

	c = receiving(CLIENTS);
	fixture_failed(c, OWNER, DNA_RR_TLSA, DNA_INDETERMINATE);
	fixture_denied(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE);
	PRESENT(c, &other_leaf, &intermediate);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNDECIDED);
	tenant_expect(c, "dane", DNA_ERROR, "DANE-003", "the TLSA lookup for " OWNER " failed");
}

/* DANE-027: hosts without records that can be used, and hosts with too many. */
Test(dane, says_why_hosts_prove_no_client)
{
	const char *r = tenant_tlsa(3, 1, 1, &host_leaf);
	struct dna_case *c = receiving(CLIENTS);

	fixture_denied(c, OWNER, DNA_RR_TLSA, DNA_SECURE);
	ANSWER(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE, "3 1 3 00ff");
	PRESENT(c, &other_leaf, &intermediate);
	tenant_expect(
		c, "dane", DNA_NONE, "DANE-027",
		"names a host with usable TLSA records: 3 1 3 00ff...: unknown matching type");

	c = receiving(CLIENTS);
	fixture_denied(c, OWNER, DNA_RR_TLSA, DNA_SECURE);
	ANSWER(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE, ELEVEN, ELEVEN, ELEVEN);
	PRESENT(c, &host_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_ERROR, "SEC-006",
		      "there are 33 TLSA records for _5269._tcp.b");
}

/* DANE-027, DELEG-007: what could not be looked up might have proved it. */
Test(dane, does_not_take_a_failed_srv_lookup_for_the_absence_of_hosts)
{
	static const enum dna_security failures[] = { DNA_INDETERMINATE, DNA_BOGUS };

	for (size_t i = 0; i < 2; i++) {
		struct dna_case *c = tenant_case(DNA_RECEIVING, CLIENTS);

		fixture_failed(c, SRV_STARTTLS, DNA_RR_SRV, failures[i]);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		PRESENT(c, &other_leaf, &intermediate);
		cr_assert_eq(fixture_verdict(c),
			     i == 0 ? DNA_VERDICT_UNDECIDED : DNA_VERDICT_UNPROVEN);
		tenant_expect(c, "dane", DNA_ERROR, "DELEG-007",
			      i == 0 ? "the SRV lookup of " SRV_STARTTLS " failed"
				     : "the SRV lookup of " SRV_STARTTLS " is bogus");
	}
}

/* DANE-021: whichever family is known leads to the last name. */
Test(dane, follows_an_alias_by_the_family_that_is_known)
{
	struct dna_case *c = tenant_case(DNA_INITIATING, PROFILE);
	struct dna_need need;
	bool asked = false;

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	fixture_failed(c, HOST, DNA_RR_A, DNA_INDETERMINATE);
	ANSWER(c, HOST, DNA_RR_CNAME, DNA_SECURE, "node.example.");
	ANSWER(c, "node.example", DNA_RR_AAAA, DNA_SECURE, "2001:db8::1");
	while (dna_case_next_need(c, &need))
		asked |= strcmp(need.name, "_5269._tcp.node.example") == 0;
	cr_expect(asked);
	dna_case_free(c);
}

/* SEC-006: whoever connects has a say in how much there is to do, and each answer has it done again. */
Test(dane, tries_the_records_of_clients_once_all_are_there)
{
	const struct dna_verdict *v;
	struct dna_case *c = receiving(CLIENTS);

	PRESENT(c, &host_leaf);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &host_leaf));
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN, "one host's records are to come");
	fixture_failed(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_INDETERMINATE);
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-027", OWNER);

	c = receiving(CLIENTS);
	PRESENT(c, &host_leaf);
	ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, tenant_tlsa(3, 1, 1, &host_leaf));
	ANSWER(c, "_5269._tcp.b.example", DNA_RR_CNAME, DNA_SECURE, "a.example.");
	ANSWER(c, "a.example", DNA_RR_CNAME, DNA_SECURE, "_5269._tcp.b.example.");
	tenant_expect(c, "dane", DNA_PROVEN, "DANE-027", OWNER);

	c = receiving(CLIENTS);
	PRESENT(c, &host_leaf);
	fixture_denied(c, OWNER, DNA_RR_TLSA, DNA_SECURE);
	ANSWER(c, "_5269._tcp.b.example", DNA_RR_CNAME, DNA_SECURE, "a.example.");
	ANSWER(c, "a.example", DNA_RR_CNAME, DNA_SECURE, "_5269._tcp.b.example.");
	tenant_expect(c, "dane", DNA_ERROR, "DANE-003", "the aliases loop");
}

/* SEC-006: a path is not looked for as often as somebody has hosts times records. */
Test(dane, bounds_the_searches_for_a_path_of_all_hosts)
{
	static const unsigned selectors[] = { DNA_SELECT_CERTIFICATE, DNA_SELECT_KEY };
	struct pki stranger =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Stranger", .ca = true });

	for (size_t i = 0; i < 4; i++) {
		const char *r = tenant_tlsa(2, selectors[i / 2], 0, &stranger);
		struct dna_case *c = receiving(CLIENTS);

		if (i % 2 == 0) /* one less */
			ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, ELEVEN, ELEVEN, r, r, r, r, r, r,
			       r, r, r);
		else
			ANSWER(c, OWNER, DNA_RR_TLSA, DNA_SECURE, ELEVEN, ELEVEN, r, r, r, r, r, r,
			       r, r, r, r);
		ANSWER(c, "_5269._tcp.b.example", DNA_RR_TLSA, DNA_SECURE,
		       tenant_tlsa(2, 0, 0, &root));
		PRESENT(c, &own_leaf, &intermediate);
		cr_expect_eq(dna_finding_result(tenant_finding(c, "dane")),
			     i % 2 == 0 ? DNA_PROVEN : DNA_MISMATCH, "%zu: %s", i,
			     dna_finding_reason(tenant_finding(c, "dane")));
		dna_case_free(c);
	}
	pki_free(&stranger);
}

Test(dane, leaves_clients_alone_otherwise)
{
	struct dna_case *c = receiving(PROFILE);

	cr_assert(asks(c, NULL));
	PRESENT(c, &own_leaf, &intermediate);
	tenant_expect(c, "dane", DNA_NONE, "DANE-027", "the parameter clients is off");
}

/* Where one may connect: tables 2.2 and 2.3, row by row. */
#include "fixture.h"
#include "proof/report.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define HOST "xmpp.hosting.example"

static size_t hops(struct dna_case *c)
{
	size_t count = 0;

	cr_assert_eq(dna_case_route(c, &count), 0);
	return count;
}

static struct dna_hop hop(struct dna_case *c, size_t index)
{
	struct dna_hop h;

	cr_assert_eq(dna_case_hop(c, index, &h), 0);
	return h;
}

static int route_error(struct dna_case *c)
{
	size_t count;

	return dna_case_route(c, &count);
}

static bool asks_for(struct dna_case *c, const char *name, uint16_t type)
{
	return dna_case_outstanding(c, "dns", name, type);
}

/* DELEG-001, FLOW-003, I18N-001 */
Test(route, asks_for_both_kinds_of_srv_and_waits)
{
	struct dna_case *c = fixture_plain();
	struct dna_need need;

	cr_assert(dna_case_next_need(c, &need));
	cr_assert_str_eq(need.kind, "dns");
	cr_assert_str_eq(need.name, SRV_STARTTLS);
	cr_assert_eq(need.type, DNA_RR_SRV);
	cr_assert(dna_case_next_need(c, &need));
	cr_assert_str_eq(need.name, SRV_DIRECT);
	cr_assert_not(dna_case_next_need(c, &need), "a need was handed out twice");
	cr_assert_eq(route_error(c), DNA_E_AGAIN);
	dna_case_free(c);
}

/* DELEG-002, DELEG-020 */
Test(route, merges_both_kinds_each_with_its_own_security)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "10 0 5269 xmpp.hosting.example.");
	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE, "5 0 5270 direct.hosting.example.");
	cr_assert_eq(hops(c), 2);
	cr_assert_str_eq(dna_endpoint_host(hop(c, 0).endpoint), "direct.hosting.example");
	cr_assert_eq(dna_endpoint_tls(hop(c, 0).endpoint), DNA_DIRECT_TLS);
	cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint), DNA_INSECURE);
	cr_assert_eq(dna_endpoint_security(hop(c, 1).endpoint), DNA_SECURE);
	cr_assert_eq(hop(c, 0).decision, DNA_PENDING);
	cr_assert(asks_for(c, HOST, DNA_RR_A) && asks_for(c, HOST, DNA_RR_AAAA));
	dna_case_free(c);
}

/* DELEG-004 */
Test(route, a_single_root_target_means_not_offered)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INSECURE, "0 0 0 .");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE);
	cr_assert_eq(route_error(c), DNA_E_NOTFOUND);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNPROVEN);
	cr_assert_not(asks_for(c, "tenant.example", DNA_RR_A), "fell back to the domain's address");
	dna_case_free(c);
}

/* DELEG-004: the target counts, whatever the numbers before it. */
Test(route, a_root_target_with_a_port_means_not_offered)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 .");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(route_error(c), DNA_E_NOTFOUND);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNPROVEN);
	dna_case_free(c);
}

/* DELEG-004: only direct TLS is absent. */
Test(route, a_root_target_of_xmpps_leaves_xmpp)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE, "0 0 0 .");
	cr_assert_eq(hops(c), 1);
	cr_assert_eq(dna_endpoint_tls(hop(c, 0).endpoint), DNA_STARTTLS);
	dna_case_free(c);
}

/* DELEG-004: and without xmpp records the fallback is still forbidden. */
Test(route, a_root_target_of_xmpps_alone_forbids_the_fallback)
{
	struct dna_case *c = fixture_plain();

	fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE, "0 0 0 .");
	cr_assert_eq(route_error(c), DNA_E_NOTFOUND);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNPROVEN);
	dna_case_free(c);
}

Test(route, a_root_target_among_others_is_skipped)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 0 .",
	       "1 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(hops(c), 1);
	dna_case_free(c);
}

/* DELEG-004: what offers nothing, however often, is no absence of SRV records. */
Test(route, records_that_offer_nothing_forbid_the_fallback)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 0 .", "1 0 0 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(route_error(c), DNA_E_NOTFOUND);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNPROVEN);
	dna_case_free(c);
}

/* DELEG-005, DELEG-010 */
Test(route, falls_back_to_the_domain_only_without_any_srv)
{
	static const struct {
		enum dna_security starttls, direct, expected;
	} rows[] = {
		{ DNA_SECURE, DNA_SECURE, DNA_SECURE },
		{ DNA_SECURE, DNA_INSECURE, DNA_INSECURE },
		{ DNA_INSECURE, DNA_INSECURE, DNA_INSECURE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_plain();

		fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, rows[i].starttls);
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, rows[i].direct);
		cr_assert_eq(hops(c), 1);
		cr_assert_str_eq(dna_endpoint_host(hop(c, 0).endpoint), "tenant.example");
		cr_assert_eq(dna_endpoint_port(hop(c, 0).endpoint), 5269);
		cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_FALLBACK);
		cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint), rows[i].expected);
		dna_case_free(c);
	}
}

/* DANE-026, by analogy: nobody signed that such a name has no SRV records. */
Test(route, a_domain_too_long_for_srv_records_falls_back_insecurely)
{
	char label[64], domain[254];
	const struct dna_subject subject = { .domain = domain, .service = DNA_XMPP_SERVER };
	struct dna_case *c;

	memset(label, 'x', 63);
	label[63] = '\0';
	snprintf(domain, sizeof(domain), "%s.%s.%s.%.40s.example", label, label, label, label);
	c = fixture_case(NULL, 0, NULL, 0, &subject);
	cr_assert_eq(hops(c), 1);
	cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_FALLBACK);
	cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint), DNA_INSECURE);
	dna_case_free(c);
}

/* DELEG-007, DELEG-018, DELEG-019, ERR-07: whichever kind it is, and whatever the other says. */
Test(route, a_bad_srv_answer_ends_the_attempt)
{
	static const struct {
		enum dna_outcome outcome;
		enum dna_security security;
		enum dna_verdict_kind expected;
	} rows[] = {
		{ DNA_ANSWERED, DNA_BOGUS, DNA_VERDICT_VETO },
		{ DNA_DENIED, DNA_BOGUS, DNA_VERDICT_VETO },
		{ DNA_FAILED, DNA_BOGUS, DNA_VERDICT_VETO },
		{ DNA_ANSWERED, DNA_INDETERMINATE, DNA_VERDICT_UNDECIDED },
		{ DNA_DENIED, DNA_INDETERMINATE, DNA_VERDICT_UNDECIDED },
		{ DNA_FAILED, DNA_INDETERMINATE, DNA_VERDICT_UNDECIDED },
	};

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *bad = i % 2 ? SRV_DIRECT : SRV_STARTTLS,
			   *good = i % 2 ? SRV_STARTTLS : SRV_DIRECT;
		struct dna_case *c = fixture_plain();

		ANSWER(c, good, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
		if (rows[i / 2].outcome == DNA_ANSWERED)
			ANSWER(c, bad, DNA_RR_SRV, rows[i / 2].security,
			       "0 0 5270 xmpp.hosting.example.");
		else if (rows[i / 2].outcome == DNA_DENIED)
			fixture_denied(c, bad, DNA_RR_SRV, rows[i / 2].security);
		else
			fixture_failed(c, bad, DNA_RR_SRV, rows[i / 2].security);
		cr_assert_eq(route_error(c), DNA_E_NOTFOUND);
		cr_assert_eq(fixture_verdict(c), rows[i / 2].expected, "row %zu", i / 2);
		cr_assert_not(asks_for(c, HOST, DNA_RR_A), "went on to resolve a target");
		dna_case_free(c);
	}
}

/* DELEG-018: an answer without records is neither a denial nor a word that nothing is offered. */
Test(route, an_srv_answer_without_records_is_a_failure)
{
	struct dna_item_init init = {
		.kind = "dns", .name = SRV_STARTTLS, .type = DNA_RR_SRV, .security = DNA_SECURE
	};
	struct dna_case *c = fixture_plain();
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNDECIDED);
	dna_case_free(c);
}

/* DELEG-005, DANE-027: whoever connects is one of the hosts that SRV records name, or none. */
Test(route, nobody_falls_back_to_receive)
{
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER,
						    .role = DNA_RECEIVING };
	struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

	fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert(c->routed);
	cr_assert_eq(dna_case_endpoint_count(c), 0);
	dna_case_free(c);
}

/*
 * ERR-07: an endpoint that was as good as connected to when the attempt ended is reported as
 * what dna_case_hop() says, and as it is if the answers had come in another order.
 */
Test(route, an_attempt_that_ended_connects_to_nothing_in_its_report)
{
	const struct dna_subject subject = { .domain = "tenant.example",
					     .service = DNA_XMPP_SERVER,
					     .endpoint = { .host = "192.0.2.1", .port = 5269 } };
	struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);
	json_t *report, *first;

	cr_assert_eq(hop(c, 0).decision, DNA_PENDING);
	fixture_failed(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INDETERMINATE);
	cr_assert_eq(hop(c, 0).decision, DNA_SKIP);
	cr_assert_eq(dna_case_to_json(c, &report), 0);
	first = json_array_get(json_object_get(report, "route"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(first, "decision")), "skip");
	cr_assert_str_eq(json_string_value(json_object_get(first, "rule")), "DELEG-007");
	cr_assert_str_eq(json_string_value(json_object_get(first, "reason")), hop(c, 0).reason);
	json_decref(report);
	dna_case_free(c);
}

/* |count| SRV records of one host, by ports from 1 on. */
static void feed_records(struct dna_case *c, const char *owner, size_t count)
{
	struct dna_item_init init = {
		.kind = "dns", .name = owner, .type = DNA_RR_SRV, .security = DNA_SECURE
	};
	uint8_t rdata[] = { 0, 0, 0, 0, 0, 0, 1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0 };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	for (size_t i = 0; i < count; i++) {
		rdata[5] = (uint8_t)(i + 1);
		cr_assert_eq(dna_item_add(item, rdata, sizeof(rdata)), 0);
	}
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

/* SEC-006: a limit fails closed; both kinds of records count together. */
Test(route, too_many_srv_records_are_a_veto_not_a_selection)
{
	static const struct {
		size_t starttls, direct;
		bool taken;
	} rows[] = { { 32, 0, true },
		     { 33, 0, false },
		     { 0, 33, false },
		     { 20, 12, true },
		     { 20, 13, false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_plain();

		if (rows[i].starttls > 0)
			feed_records(c, SRV_STARTTLS, rows[i].starttls);
		else
			fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
		if (rows[i].direct > 0)
			feed_records(c, SRV_DIRECT, rows[i].direct);
		else
			fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		if (rows[i].taken)
			cr_assert_eq(hops(c), rows[i].starttls + rows[i].direct, "row %zu", i);
		else
			cr_assert_eq(fixture_verdict(c), DNA_VERDICT_VETO, "row %zu", i);
		dna_case_free(c);
	}
}

/* SEC-006: one of them that is connected to is no way around. */
Test(route, too_many_srv_records_name_no_endpoint)
{
	struct dna_subject subject = { .domain = "tenant.example",
				       .service = DNA_XMPP_SERVER,
				       .endpoint = { .host = "a.example", .port = 7 } };

	for (size_t count = 32; count <= 33; count++) {
		struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

		feed_records(c, SRV_STARTTLS, count);
		ANSWER(c, "a.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
		ANSWER(c, "a.example", DNA_RR_AAAA, DNA_SECURE, "2001:db8::1");
		if (count > 32)
			cr_assert_eq(fixture_verdict(c), DNA_VERDICT_VETO);
		else
			cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_SRV);
		dna_case_free(c);
	}
}

/* SEC-006: nor are they taken to receive, where a lookup of the other kind may fail. */
Test(route, too_many_srv_records_beside_a_failure_are_not_taken)
{
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER,
						    .role = DNA_RECEIVING };

	for (size_t count = 32; count <= 33; count++) {
		struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

		fixture_failed(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INDETERMINATE);
		feed_records(c, SRV_DIRECT, count);
		cr_assert_eq(dna_case_advance(c), 0);
		cr_expect_eq(dna_case_endpoint_count(c), count == 32 ? 32 : 0);
		dna_case_free(c);
	}
}

/* DELEG-006, DELEG-015: aliases in front of SRV. */
Test(route, one_insecure_alias_makes_the_delegation_insecure)
{
	static const struct {
		enum dna_security alias, record, expected;
	} rows[] = {
		{ DNA_SECURE, DNA_SECURE, DNA_SECURE },
		{ DNA_INSECURE, DNA_SECURE, DNA_INSECURE },
		{ DNA_SECURE, DNA_INSECURE, DNA_INSECURE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_plain();

		ANSWER(c, SRV_STARTTLS, DNA_RR_CNAME, rows[i].alias, "srv.hosting.example.");
		ANSWER(c, "srv.hosting.example", DNA_RR_SRV, rows[i].record,
		       "0 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		cr_assert_eq(hops(c), 1);
		cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint), rows[i].expected, "row %zu",
			     i);
		dna_case_free(c);
	}
}

/* SEC-006 */
Test(route, aliases_that_loop_are_a_failure)
{
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_CNAME, DNA_SECURE, "a.example.");
	ANSWER(c, "a.example", DNA_RR_CNAME, DNA_SECURE, SRV_STARTTLS);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNDECIDED);
	dna_case_free(c);
}

/* ---- table 2.3 ---- */

enum answer { SECURE, INSECURE, DENIED, BOGUS, FAILED };

static void feed_address(struct dna_case *c, uint16_t type, enum answer answer)
{
	const char *text = type == DNA_RR_A ? "192.0.2.1" : "2001:db8::1";

	switch (answer) {
	case SECURE:
	case INSECURE:
		ANSWER(c, HOST, type, answer == SECURE ? DNA_SECURE : DNA_INSECURE, text);
		break;
	case DENIED:
		fixture_denied(c, HOST, type, DNA_SECURE);
		break;
	case BOGUS:
		ANSWER(c, HOST, type, DNA_BOGUS, text);
		break;
	case FAILED:
		fixture_failed(c, HOST, type, DNA_INDETERMINATE);
		break;
	}
}

/* DELEG-013, DELEG-014, SEC-001, ERR-08 */
Test(route, addresses_decide_as_in_table_2_3)
{
	static const struct {
		enum answer a, aaaa;
		enum dna_decision decision;
		enum dna_security security;
		size_t addresses;
	} rows[] = {
		{ SECURE, SECURE, DNA_CONNECT, DNA_SECURE, 2 },
		{ SECURE, INSECURE, DNA_CONNECT, DNA_SECURE, 2 },
		{ SECURE, DENIED, DNA_CONNECT, DNA_SECURE, 1 },
		{ INSECURE, INSECURE, DNA_CONNECT, DNA_INSECURE, 2 },
		{ INSECURE, DENIED, DNA_CONNECT, DNA_INSECURE, 1 },
		{ DENIED, DENIED, DNA_SKIP, DNA_INSECURE, 0 },
		{ BOGUS, BOGUS, DNA_SKIP, DNA_INDETERMINATE, 0 },
		{ FAILED, FAILED, DNA_SKIP, DNA_INDETERMINATE, 0 },
		{ FAILED, DENIED, DNA_SKIP, DNA_INDETERMINATE, 0 },
		{ SECURE, BOGUS, DNA_CONNECT, DNA_SECURE, 1 },
		{ SECURE, FAILED, DNA_CONNECT, DNA_SECURE, 1 },
		{ INSECURE, BOGUS, DNA_SKIP, DNA_INDETERMINATE, 0 },
		{ INSECURE, FAILED, DNA_SKIP, DNA_INDETERMINATE, 0 },
	};

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_plain();

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		/* The table is the same with the families exchanged. */
		feed_address(c, i % 2 ? DNA_RR_AAAA : DNA_RR_A, rows[i / 2].a);
		feed_address(c, i % 2 ? DNA_RR_A : DNA_RR_AAAA, rows[i / 2].aaaa);
		cr_assert_eq(hop(c, 0).decision, rows[i / 2].decision, "row %zu", i / 2);
		cr_assert_eq(dna_endpoint_address_security(hop(c, 0).endpoint),
			     rows[i / 2].security, "row %zu", i / 2);
		cr_assert_eq(dna_case_address_count(c, 0), rows[i / 2].addresses, "row %zu", i / 2);
		dna_case_free(c);
	}
}

/* DELEG-018: an answer that cannot be read is none. */
Test(route, addresses_that_cannot_be_read_are_a_failure)
{
	struct dna_item_init init = {
		.kind = "dns", .name = HOST, .type = DNA_RR_A, .security = DNA_SECURE
	};
	struct dna_case *c = fixture_plain();
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_item_add(item, "\300\0\2\1", 4), 0);
	cr_assert_eq(dna_item_add(item, "\300\0\2", 3), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
	feed_address(c, DNA_RR_AAAA, INSECURE);
	cr_assert_eq(hop(c, 0).decision, DNA_SKIP);
	cr_assert_not_null(strstr(hop(c, 0).reason, "an address in it cannot be read"), "%s",
			   hop(c, 0).reason);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_UNDECIDED);
	dna_case_free(c);
}

/* The verdict of an attempt that could use no endpoint: the weightiest obstacle counts. */
Test(route, without_an_endpoint_left_the_attempt_has_a_verdict)
{
	static const struct {
		enum answer addresses;
		enum dna_verdict_kind expected;
	} rows[] = {
		{ DENIED, DNA_VERDICT_UNPROVEN },
		{ FAILED, DNA_VERDICT_UNDECIDED },
		{ BOGUS, DNA_VERDICT_VETO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_plain();

		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 xmpp.hosting.example.");
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE);
		feed_address(c, DNA_RR_A, rows[i].addresses);
		feed_address(c, DNA_RR_AAAA, rows[i].addresses);
		cr_assert_eq(fixture_verdict(c), rows[i].expected, "row %zu", i);
		dna_case_free(c);
	}
}

Test(route, an_endpoint_that_cannot_be_reached_leaves_it_undecided)
{
	const struct dna_verdict *v;
	struct dna_case *c = fixture_plain();

	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INSECURE, "0 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE);
	feed_address(c, DNA_RR_A, INSECURE);
	feed_address(c, DNA_RR_AAAA, DENIED);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN);
	cr_assert_eq(dna_case_unreachable(c, 0, "xmpp.hosting.example:5269: Connection refused"),
		     0);
	cr_assert_eq(hop(c, 0).decision, DNA_UNREACHABLE);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNDECIDED);
	cr_assert_str_eq(dna_verdict_reason(v), "xmpp.hosting.example:5269: Connection refused");
	dna_case_free(c);
}

/* DELEG-016 */
Test(route, a_configured_endpoint_replaces_srv)
{
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER,
						    .endpoint = { .host = "Configured.Example.",
								  .port = 5270,
								  .tls = DNA_DIRECT_TLS,
								  .configured = true } };
	struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

	cr_assert_eq(hops(c), 1);
	cr_assert_str_eq(dna_endpoint_host(hop(c, 0).endpoint), "configured.example");
	cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_CONFIGURED);
	cr_assert_not(asks_for(c, SRV_STARTTLS, DNA_RR_SRV));
	cr_assert(asks_for(c, "configured.example", DNA_RR_A));
	dna_case_free(c);
}

/* FLOW-026, DANE-028: where a peer sends us stands where the domain's SRV records would. */
Test(route, a_redirection_replaces_srv_and_is_as_secure_as_its_proof)
{
	static const uint32_t roots[] = { DNA_ROOT_WEBPKI, DNA_ROOT_DNSSEC };
	struct dna_subject subject = { .domain = "tenant.example",
				       .service = DNA_XMPP_SERVER,
				       .redirect = { .host = "Elsewhere.Example.", .port = 5270 } };

	for (size_t count = 0; count <= 2; count++) {
		struct dna_case *c;

		subject.redirect.roots = roots;
		subject.redirect.root_count = count;
		c = fixture_case(NULL, 0, NULL, 0, &subject);
		cr_assert_eq(hops(c), 1);
		cr_assert_str_eq(dna_endpoint_host(hop(c, 0).endpoint), "elsewhere.example");
		cr_assert_eq(dna_endpoint_port(hop(c, 0).endpoint), 5270);
		cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_REDIRECT);
		cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint),
			     count > 0 ? DNA_SECURE : DNA_INSECURE);
		cr_assert_eq(dna_endpoint_root_count(hop(c, 0).endpoint), count);
		for (size_t i = 0; i < count; i++)
			cr_assert_eq(dna_endpoint_roots_at(hop(c, 0).endpoint, i), roots[i]);
		cr_assert_not(asks_for(c, SRV_STARTTLS, DNA_RR_SRV));
		dna_case_free(c);
	}
}

/* FLOW-026: a host without a port is resolved afresh, with SRV records or without. */
Test(route, a_redirection_without_a_port_follows_its_own_srv)
{
	static const struct {
		enum dna_security security;
		size_t root_count;
		enum dna_security expected;
	} rows[] = {
		{ DNA_SECURE, 1, DNA_SECURE },
		{ DNA_SECURE, 0, DNA_INSECURE },
		{ DNA_INSECURE, 1, DNA_INSECURE },
	};
	static const uint32_t roots[] = { DNA_ROOT_WEBPKI };
	struct dna_subject subject = { .domain = "tenant.example",
				       .service = DNA_XMPP_SERVER,
				       .redirect = { .host = "elsewhere.example" } };

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		bool denied = i % 2 != 0;
		struct dna_case *c;

		subject.redirect.roots = roots;
		subject.redirect.root_count = rows[i / 2].root_count;
		c = fixture_case(NULL, 0, NULL, 0, &subject);
		cr_assert_not(asks_for(c, SRV_STARTTLS, DNA_RR_SRV));
		fixture_denied(c, "_xmpps-server._tcp.elsewhere.example", DNA_RR_SRV,
			       rows[i / 2].security);
		if (denied)
			fixture_denied(c, "_xmpp-server._tcp.elsewhere.example", DNA_RR_SRV,
				       rows[i / 2].security);
		else
			ANSWER(c, "_xmpp-server._tcp.elsewhere.example", DNA_RR_SRV,
			       rows[i / 2].security, "0 0 5270 xmpp.elsewhere.example.");
		cr_assert_eq(hops(c), 1, "row %zu", i);
		cr_assert_str_eq(dna_endpoint_host(hop(c, 0).endpoint),
				 denied ? "elsewhere.example" : "xmpp.elsewhere.example");
		cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), DNA_ENDPOINT_REDIRECT);
		cr_assert_eq(dna_endpoint_security(hop(c, 0).endpoint), rows[i / 2].expected,
			     "row %zu", i);
		dna_case_free(c);
	}
}

/* POL-009: a live connection counts only if the domain's own DNS leads there. */
Test(route, a_connected_endpoint_is_recognised_only_by_the_domains_own_srv)
{
	static const struct {
		const char *record;
		enum dna_endpoint_source source;
	} rows[] = {
		{ "0 0 5269 xmpp.hosting.example.", DNA_ENDPOINT_SRV },
		{ "0 0 5269 other.hosting.example.", DNA_ENDPOINT_OTHER },
		{ "0 0 5222 xmpp.hosting.example.", DNA_ENDPOINT_OTHER },
	};
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER,
						    .endpoint = { .host = HOST, .port = 5269 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

		cr_assert_eq(route_error(c), DNA_E_AGAIN);
		cr_assert_not(asks_for(c, SRV_DIRECT, DNA_RR_SRV),
			      "the other kind is not on its path");
		ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, rows[i].record);
		cr_assert_eq(hops(c), 1);
		cr_assert_eq(dna_endpoint_source(hop(c, 0).endpoint), rows[i].source, "row %zu", i);
		dna_case_free(c);
	}
}

/* The engine: what is waited for, what is judged again, what a plugin sees. */
#include "fixture.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct dna_subject subject = { .domain = "tenant.example",
					    .service = DNA_XMPP_SERVER };

static void resolve(struct dna_case *c, enum dna_security security)
{
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, security, "0 0 5269 xmpp.hosting.example.",
	       "1 0 5269 second.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, security);
	ANSWER(c, "xmpp.hosting.example", DNA_RR_A, security, "192.0.2.1");
	fixture_denied(c, "xmpp.hosting.example", DNA_RR_AAAA, security);
	ANSWER(c, "second.hosting.example", DNA_RR_A, security, "192.0.2.2");
	fixture_denied(c, "second.hosting.example", DNA_RR_AAAA, security);
}

/* ---- prooftypes ---- */

static int plan_document(const struct dna_case *c, struct dna_plan *plan)
{
	(void)c;
	return dna_plan_https(plan, "https://tenant.example/proof");
}

static int judge_document(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_item *item = dna_case_item(c, "https", "https://tenant.example/proof", 0);

	if (item == NULL || dna_item_outcome(item) != DNA_ANSWERED) {
		dna_find(finding, DNA_ERROR, "TEST-1", "no document");
		dna_finding_temporary(finding);
		return 0;
	}
	dna_finding_cite(finding, item);
	return dna_find(finding, DNA_PROVEN, "TEST-2", "the document says so");
}

static const struct dna_prooftype document = {
	.name = "document", .does = DNA_PROVES, .plan = plan_document, .judge = judge_document
};

static int judge_always(const struct dna_case *c, struct dna_finding *finding)
{
	if (dna_case_delegation_count(c) > 0)
		dna_finding_through(finding, dna_case_delegation_at(c, 0));
	return dna_find(finding, DNA_PROVEN, "TEST-3", "always");
}

static const struct dna_prooftype always = { .name = "always",
					     .does = DNA_PROVES,
					     .judge = judge_always };

static int plan_stern(const struct dna_case *c, struct dna_plan *plan)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++)
		dna_plan_dns(plan, dna_endpoint_host(dna_case_endpoint_at(c, i)), DNA_RR_TLSA);
	return 0;
}

/* Vetoes an endpoint with a TLSA record at its host's own name; anything will do for a test. */
static int judge_stern(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_endpoint *e = dna_case_endpoint(c);
	struct dna_answer answer;

	dna_finding_insist(finding);
	dna_case_answer(c, dna_endpoint_host(e), DNA_RR_TLSA, &answer);
	if (answer.outcome != DNA_ANSWERED)
		return dna_find(finding, DNA_NONE, "TEST-4", "no record");
	dna_finding_require_tls(finding);
	dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, false);
	return dna_find(finding, DNA_VETO, "TEST-5", "a record forbids %s", dna_endpoint_host(e));
}

static const struct dna_prooftype stern = {
	.name = "stern", .does = DNA_PROVES | DNA_VETOES, .plan = plan_stern, .judge = judge_stern
};

static int judge_delegate(const struct dna_case *c, struct dna_finding *finding)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);

		dna_finding_delegate(finding, e, dna_endpoint_host(e), DNA_ROOT_DNSSEC);
	}
	return dna_find(finding, DNA_PROVEN, "TEST-6", "delegates to all");
}

static const struct dna_prooftype delegator = { .name = "delegator",
						.does = DNA_DELEGATES,
						.judge = judge_delegate };

static int judge_broken(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	dna_find(finding, DNA_PROVEN, "TEST-7", "and then fails");
	return DNA_E_SYNTAX;
}

static const struct dna_prooftype broken = { .name = "broken",
					     .does = DNA_PROVES,
					     .judge = judge_broken };

static const struct dna_prooftype broken_guard = { .name = "guard",
						   .does = DNA_PROVES | DNA_VETOES,
						   .judge = judge_broken };

/* Vetoes everything when the first endpoint has presented something. */
static int judge_severe(const struct dna_case *c, struct dna_finding *finding)
{
	dna_finding_insist(finding);
	if (!dna_case_presented(c) || dna_case_endpoint(c) != dna_case_endpoint_at(c, 0))
		return dna_find(finding, DNA_NONE, "TEST-8", "nothing against it");
	dna_finding_veto(finding, DNA_SCOPE_ATTEMPT, false);
	return dna_find(finding, DNA_VETO, "TEST-9", "never again");
}

static const struct dna_prooftype severe = { .name = "severe",
					     .does = DNA_PROVES | DNA_VETOES,
					     .judge = judge_severe };

static int plan_endless(const struct dna_case *c, struct dna_plan *plan)
{
	char name[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d.tenant.example", i);
		if (dna_case_item(c, "dns", name, DNA_RR_A) == NULL)
			return dna_plan_dns(plan, name, DNA_RR_A);
	}
	return 0;
}

static const struct dna_prooftype endless = {
	.name = "endless", .does = DNA_PROVES, .plan = plan_endless, .judge = judge_always
};

static int64_t keeps;

static int plan_keeper(const struct dna_case *c, struct dna_plan *plan)
{
	const struct dna_item *item = dna_case_item(c, "https", "https://tenant.example/proof", 0);

	if (item != NULL && keeps != 0)
		dna_plan_keep(plan, item, keeps);
	return dna_plan_https(plan, "https://tenant.example/proof");
}

static const struct dna_prooftype keeper = {
	.name = "keeper", .does = DNA_PROVES, .plan = plan_keeper, .judge = judge_always
};

#define LIST(...)                             \
	(const struct dna_prooftype *const[]) \
	{                                     \
		__VA_ARGS__                   \
	}

/* ---- tests ---- */

static void feed_document(struct dna_case *c, int64_t not_after)
{
	struct dna_item_init init = { .kind = "https",
				      .name = "https://tenant.example/proof",
				      .time = NOW,
				      .not_after = not_after,
				      .code = 200 };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

/* FLOW-014: material that is outstanding is waited for; and it bounds the verdict's life. */
Test(engine, waits_for_what_the_verdict_rests_on)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&document), 1, &subject);
	const struct dna_verdict *v;

	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), DNA_E_NOTFOUND, "before the route is known");
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN);
	feed_document(c, NOW + 60);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_PROVEN);
	cr_assert_str_eq(dna_verdict_by_at(v, 0), "document");
	cr_assert_eq(dna_verdict_not_after(v), NOW + 60);
	dna_case_free(c);
}

static void expect_kept(struct dna_case *c, int64_t expected)
{
	struct dna_item *item;
	int64_t until = 0;

	while (dna_case_next_kept(c, &item, &until))
		cr_assert_str_eq(dna_item_name(item), "https://tenant.example/proof");
	cr_assert_eq(until, expected);
}

/* POSH-028: as long as whoever says least. */
Test(engine, tells_how_long_documents_may_be_kept)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&keeper), 1, &subject);

	expect_kept(c, 0);
	feed_document(c, DNA_FOREVER);
	expect_kept(c, 0);
	keeps = NOW + 20;
	resolve(c, DNA_INSECURE);
	expect_kept(c, NOW + 20);
	keeps = NOW + 30;
	fixture_denied(c, "a.example", DNA_RR_A, DNA_INSECURE);
	expect_kept(c, 0);
	keeps = NOW + 10;
	fixture_denied(c, "b.example", DNA_RR_A, DNA_INSECURE);
	expect_kept(c, NOW + 10);
	expect_kept(c, 0);
	dna_case_free(c);
}

/* POSH-023: a later stage is gathered from the start, and not waited for when an earlier one has
 * proved. */
Test(engine, does_not_wait_for_a_stage_that_is_not_needed)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always, &document), 2, &subject);
	const struct dna_verdict *v;
	struct dna_need need;
	bool asked = false;

	while (dna_case_next_need(c, &need))
		asked |= strcmp(need.kind, "https") == 0;
	cr_assert(asked, "the document was not asked for at once");
	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_str_eq(dna_verdict_by_at(v, 0), "always");
	cr_assert_eq(dna_verdict_finding_count(v), 1, "a stage that did not count was reported");
	dna_case_free(c);
}

/* POL-004: a prooftype that may veto is heard whatever its stage; SEC-002. */
Test(engine, waits_for_a_possible_veto_of_a_later_stage)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always, &stern), 2, &subject);
	const struct dna_verdict *v;
	struct dna_hop hop;

	resolve(c, DNA_SECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_assert_eq(hop.decision, DNA_CONNECT, "TCP may be opened meanwhile");
	cr_assert_not(hop.settled);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN);
	ANSWER(c, "xmpp.hosting.example", DNA_RR_TLSA, DNA_SECURE, "3 1 1 00");
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	cr_assert_eq(dna_verdict_scope(v), DNA_SCOPE_ENDPOINT);
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_assert_eq(hop.decision, DNA_SKIP);
	/* The other endpoint is another matter (ERR-08); what is outstanding for it did not hold up
	 * the first. */
	fixture_denied(c, "second.hosting.example", DNA_RR_TLSA, DNA_SECURE);
	cr_assert_eq(dna_case_present(c, 1, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_PROVEN);
	dna_case_free(c);
}

/* DANE-005: known before anything is connected. */
Test(engine, tells_before_connecting_that_tls_is_required)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&stern), 1, &subject);
	struct dna_hop hop;

	resolve(c, DNA_SECURE);
	ANSWER(c, "second.hosting.example", DNA_RR_TLSA, DNA_SECURE, "3 1 1 00");
	fixture_denied(c, "xmpp.hosting.example", DNA_RR_TLSA, DNA_SECURE);
	cr_assert_eq(dna_case_hop(c, 1, &hop), DNA_OK);
	cr_assert(hop.tls_required && hop.settled);
	cr_assert_eq(hop.decision, DNA_SKIP);
	cr_assert_str_eq(hop.rule, "TEST-5");
	cr_assert_eq(dna_case_hop(c, 0, &hop), DNA_OK);
	cr_assert(!hop.tls_required && hop.settled);
	dna_case_free(c);
}

/* DELEG-011: only the target of the endpoint in use. */
Test(engine, offers_the_delegation_of_the_endpoint_in_use_only)
{
	struct dna_case *c = fixture_case(LIST(&delegator), 1, LIST(&always), 1, &subject);
	const struct dna_verdict *v;

	resolve(c, DNA_SECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 1, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_through_count(v), 1);
	cr_assert_str_eq(dna_verdict_through_at(v, 0), "delegator");
	cr_assert_eq(dna_verdict_not_after(v), NOW + 300,
		     "the delegation's lifetime bounds the verdict (DELEG-021)");
	cr_assert_eq(c->findings[0].delegation_count, 2);
	dna_case_free(c);
}

Test(engine, a_receiving_case_has_all_delegations_and_connects_nowhere)
{
	static const struct dna_subject inbound = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER,
						    .role = DNA_RECEIVING };
	struct dna_case *c = fixture_case(LIST(&delegator), 1, LIST(&always), 1, &inbound);
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_present_peer(c, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN, "its own SRV is outstanding");
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE, "0 0 5269 a.example.",
	       "0 0 5269 b.example.");
	fixture_failed(c, SRV_DIRECT, DNA_RR_SRV, DNA_INDETERMINATE);
	cr_assert_eq(fixture_verdict(c), DNA_VERDICT_PROVEN,
		     "nobody connects to receive: a failed lookup only proves less");
	cr_assert_not(dna_case_outstanding(c, "dns", "a.example", DNA_RR_A));
	cr_assert_eq(c->findings[0].delegation_count, 2);
	dna_case_free(c);
}

/* POL-011: a plugin that fails has found nothing. */
Test(engine, a_prooftype_that_fails_proves_nothing)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&broken), 1, &subject);
	const struct dna_verdict *v;

	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNPROVEN);
	cr_assert_eq(dna_finding_result(dna_verdict_finding_at(v, 0)), DNA_ERROR);
	dna_case_free(c);
}

/* SEC-002: what may veto and cannot tell whether it has to is no way around, in whatever stage. */
Test(engine, a_prooftype_that_may_veto_and_fails_leaves_it_undecided)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always, &broken_guard), 2, &subject);
	const struct dna_verdict *v;

	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNDECIDED);
	cr_assert_str_eq(dna_verdict_rule(v), "POL-011");
	dna_case_free(c);
}

/* A veto over the whole attempt leaves no other endpoint. */
Test(engine, a_veto_over_the_attempt_reaches_all_endpoints)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always, &severe), 2, &subject);
	const struct dna_verdict *v;
	struct dna_hop hop;
	size_t count;

	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_route(c, &count), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	cr_assert_eq(dna_case_route(c, &count), DNA_E_NOTFOUND);
	cr_assert_eq(dna_case_hop(c, 1, &hop), 0);
	cr_assert_eq(hop.decision, DNA_SKIP, "what is under way has to be abandoned");
	cr_assert_eq(dna_case_present(c, 1, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	cr_assert_eq(dna_verdict_scope(v), DNA_SCOPE_ATTEMPT);
	dna_case_free(c);
}

static const struct dna_verdict *verdict_that_withstands(struct dna_case *c, uint32_t roots)
{
	const struct dna_verdict *v;

	c->choice.demand.withstand = roots;
	resolve(c, DNA_INSECURE);
	cr_assert_eq(dna_case_advance(c), 0);
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	return v;
}

/* POL-007: what is too little is so for whoever demands more. */
Test(engine, names_the_floor_that_a_proof_falls_short_of)
{
	static const struct dna_floor floor = { .file = "policy.yaml", .line = 7 };
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always), 1, &subject);
	const struct dna_verdict *v;

	c->choice.withstand_floor = &floor;
	v = verdict_that_withstands(c, DNA_ROOT_WEBPKI);
	cr_assert_eq(dna_verdict_short_of(v), DNA_ROOT_WEBPKI);
	cr_expect_not_null(strstr(dna_verdict_reason(v), "the floor at policy.yaml:7 demands"),
			   "%s", dna_verdict_reason(v));
	dna_case_free(c);

	c = fixture_case(NULL, 0, LIST(&always), 1, &subject);
	v = verdict_that_withstands(c, DNA_ROOT_WEBPKI);
	cr_expect_not_null(strstr(dna_verdict_reason(v), "the profile "), "%s",
			   dna_verdict_reason(v));
	dna_case_free(c);
}

/* Nothing that anybody could have proved would have been enough. */
Test(engine, a_veto_is_not_short_of_anything)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&always, &severe), 2, &subject);
	const struct dna_verdict *v = verdict_that_withstands(c, DNA_ROOT_WEBPKI);

	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	cr_assert_eq(dna_verdict_short_of(v), 0);
	dna_case_free(c);
}

/* SEC-006: running into a limit fails closed, as a veto. */
Test(engine, endless_questions_end_in_a_veto)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&endless), 1, &subject);
	const struct dna_verdict *v;
	struct dna_need need;
	unsigned rounds = 0;

	while (dna_case_next_need(c, &need)) {
		cr_assert(++rounds < 100, "it never ends");
		fixture_denied(c, need.name, need.type, DNA_INSECURE);
	}
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_VETO);
	cr_assert_str_eq(dna_verdict_rule(v), "SEC-006");
	dna_case_free(c);
}

/* SEC-002: the deadline turns what is outstanding into failure, never into denial. */
Test(engine, closing_fails_what_is_outstanding)
{
	struct dna_case *c = fixture_case(NULL, 0, LIST(&document), 1, &subject);
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_close(c, "no answer within 10 s"), 0);
	cr_assert(dna_case_complete(c));
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNDECIDED);
	cr_assert(strstr(dna_verdict_reason(v), "no answer within 10 s") != NULL, "%s",
		  dna_verdict_reason(v));
	dna_case_free(c);
}

/* Judging twice, or with evidence in another order, gives the same. */
Test(engine, the_order_of_evidence_changes_nothing)
{
	struct dna_case *a = fixture_case(LIST(&delegator), 1, LIST(&stern, &always), 2, &subject);
	struct dna_case *b = fixture_case(LIST(&delegator), 1, LIST(&stern, &always), 2, &subject);
	const struct dna_verdict *va, *vb;

	resolve(a, DNA_SECURE);
	fixture_denied(a, "xmpp.hosting.example", DNA_RR_TLSA, DNA_SECURE);
	fixture_denied(b, "xmpp.hosting.example", DNA_RR_TLSA, DNA_SECURE);
	fixture_denied(b, "xmpp.hosting.example", DNA_RR_AAAA, DNA_SECURE);
	ANSWER(b, "xmpp.hosting.example", DNA_RR_A, DNA_SECURE, "192.0.2.1");
	cr_assert_eq(dna_case_advance(b), 0);
	resolve(b, DNA_SECURE);
	for (int twice = 0; twice < 2; twice++) {
		cr_assert_eq(dna_case_advance(a), 0);
		cr_assert_eq(dna_case_advance(b), 0);
		cr_assert_eq(dna_case_present(a, 0, NULL, 0), 0);
		cr_assert_eq(dna_case_present(b, 0, NULL, 0), 0);
		cr_assert_eq(dna_case_verdict(a, &va), 0);
		cr_assert_eq(dna_case_verdict(b, &vb), 0);
		cr_assert_eq(dna_verdict_kind(va), DNA_VERDICT_PROVEN);
		cr_assert_eq(dna_verdict_kind(vb), DNA_VERDICT_PROVEN);
		cr_assert_str_eq(dna_verdict_reason(va), dna_verdict_reason(vb));
	}
	dna_case_free(a);
	dna_case_free(b);
}

/* The subject. */
Test(engine, refuses_what_is_no_subject)
{
	static const struct dna_subject wrong[] = {
		{ .domain = NULL },
		{ .domain = "" },
		{ .domain = "192.0.2.1:5269" },
		{ .domain = "[192.0.2.1]" },
		{ .domain = "[2001:db8::1" },
		{ .domain = "fe80::1%eth0" },
		{ .domain = "a..example" },
		{ .domain = "tenant.example", .endpoint = { .host = "xmpp.example", .port = 0 } },
		{ .domain = "tenant.example", .endpoint = { .host = "not a host", .port = 5222 } },
		{ .domain = "tenant.example",
		  .role = DNA_RECEIVING,
		  .endpoint = { .host = "xmpp.example", .port = 5269 } },
	};
	struct dna_choice choice;
	struct dna_case *c = fixture_plain(), *none = NULL;

	choice = c->choice;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_eq(dna_case_new_with(&none, &choice, &wrong[i], NOW), DNA_E_INVALID,
			     "row %zu", i);
	cr_assert_null(none);
	dna_case_free(c);
}

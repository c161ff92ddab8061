/*
 * Evidence in any order, and looked at in between or not: the same route, the same findings and the
 * same verdict to the letter.
 */
#include "fixture.h"

#include <criterion/criterion.h>

#define DOCUMENT "https://tenant.example/proof"
#define ORDERS   400

static const struct dna_subject subject = { .domain = "tenant.example",
					    .service = DNA_XMPP_SERVER };

/* ---- prooftypes that look at much, and at some of it only because of the rest ---- */

static int judge_delegate(const struct dna_case *c, struct dna_finding *finding)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);

		if (dna_endpoint_security(e) == DNA_SECURE)
			dna_finding_delegate(finding, e, dna_endpoint_host(e), DNA_ROOT_DNSSEC);
	}
	return dna_find(finding, DNA_PROVEN, "TEST-1", "delegates to all that are signed");
}

static const struct dna_prooftype delegator = { .name = "delegator",
						.does = DNA_DELEGATES,
						.judge = judge_delegate };

/* Where there is a document, what it says of each host counts; otherwise TLSA records do. */
static int plan_guard(const struct dna_case *c, struct dna_plan *plan)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);

		if (dna_endpoint_address_security(e) == DNA_SECURE)
			dna_plan_dns(plan, dna_endpoint_host(e), DNA_RR_TLSA);
	}
	return dna_plan_https(plan, DOCUMENT);
}

static int judge_guard(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_item *item = dna_case_item(c, "https", DOCUMENT, 0);
	const struct dna_endpoint *e = dna_case_endpoint(c);
	struct dna_answer answer;

	dna_finding_insist(finding);
	if (item != NULL && dna_item_outcome(item) == DNA_ANSWERED) {
		dna_finding_cite(finding, item);
		return dna_find(finding, DNA_NONE, "TEST-2", "the document is enough");
	}
	if (dna_endpoint_address_security(e) != DNA_SECURE)
		return dna_find(finding, DNA_NONE, "TEST-3", "nothing is signed");
	dna_case_answer(c, dna_endpoint_host(e), DNA_RR_TLSA, &answer);
	if (answer.outcome != DNA_ANSWERED)
		return dna_find(finding, DNA_NONE, "TEST-4", "%s: %s", dna_endpoint_host(e),
				answer.reason);
	dna_finding_require_tls(finding);
	dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, false);
	return dna_find(finding, DNA_VETO, "TEST-5", "a record of %s forbids it", answer.owner);
}

static const struct dna_prooftype guard = {
	.name = "guard", .does = DNA_PROVES | DNA_VETOES, .plan = plan_guard, .judge = judge_guard
};

/* Asks for a record once there is a document, and looks at nothing but the record. */
static int plan_late(const struct dna_case *c, struct dna_plan *plan)
{
	if (dna_case_item(c, "https", DOCUMENT, 0) != NULL)
		dna_plan_dns(plan, "late.example", DNA_RR_TLSA);
	return dna_plan_https(plan, DOCUMENT);
}

static int judge_late(const struct dna_case *c, struct dna_finding *finding)
{
	struct dna_answer answer;

	dna_finding_insist(finding);
	dna_case_answer(c, "late.example", DNA_RR_TLSA, &answer);
	if (answer.outcome != DNA_ANSWERED)
		return dna_find(finding, DNA_NONE, "TEST-8", "no record");
	dna_finding_require_tls(finding);
	return dna_find(finding, DNA_NONE, "TEST-9", "a record");
}

static const struct dna_prooftype late = {
	.name = "late", .does = DNA_PROVES | DNA_VETOES, .plan = plan_late, .judge = judge_late
};

static int judge_delegated(const struct dna_case *c, struct dna_finding *finding)
{
	if (!dna_case_presented(c) || dna_case_delegation_count(c) == 0)
		return dna_find(finding, DNA_NONE, "TEST-6", "nothing was delegated to");
	dna_finding_through(finding, dna_case_delegation_at(c, 0));
	dna_finding_rests_on(finding, DNA_ROOT_DNSSEC);
	return dna_find(finding, DNA_PROVEN, "TEST-7", "%s was delegated to",
			dna_case_delegation_at(c, 0)->target);
}

static const struct dna_prooftype delegated = { .name = "delegated",
						.does = DNA_PROVES,
						.judge = judge_delegated };

/* ---- evidence ---- */

static const struct piece {
	const char *name;
	uint16_t type; /* 0: the document */
	enum dna_outcome outcome;
	enum dna_security security;
	const char *data[3];
} pieces[] = {
	{ DOCUMENT, 0, DNA_DENIED, DNA_INSECURE, { NULL } },
	{ SRV_STARTTLS,
	  DNA_RR_SRV,
	  DNA_ANSWERED,
	  DNA_SECURE,
	  { "0 0 5269 a.example.", "1 0 5269 b.example.", "2 0 5269 c.example." } },
	{ SRV_DIRECT, DNA_RR_SRV, DNA_ANSWERED, DNA_INSECURE, { "3 0 5270 d.example." } },
	{ "a.example", DNA_RR_A, DNA_ANSWERED, DNA_SECURE, { "192.0.2.1", "192.0.2.2" } },
	{ "a.example", DNA_RR_AAAA, DNA_DENIED, DNA_SECURE, { NULL } },
	{ "a.example", DNA_RR_TLSA, DNA_DENIED, DNA_SECURE, { NULL } },
	{ "b.example", DNA_RR_CNAME, DNA_ANSWERED, DNA_SECURE, { "alias.example." } },
	{ "alias.example", DNA_RR_A, DNA_ANSWERED, DNA_SECURE, { "192.0.2.3" } },
	{ "alias.example", DNA_RR_AAAA, DNA_DENIED, DNA_SECURE, { NULL } },
	{ "alias.example", DNA_RR_TLSA, DNA_ANSWERED, DNA_SECURE, { "3 1 1 00" } },
	{ "c.example", DNA_RR_A, DNA_ANSWERED, DNA_INSECURE, { "192.0.2.4" } },
	{ "c.example", DNA_RR_AAAA, DNA_FAILED, DNA_INDETERMINATE, { NULL } },
	{ "c.example", DNA_RR_TLSA, DNA_ANSWERED, DNA_SECURE, { "3 1 1 00" } }, /* not asked for */
	{ "late.example", DNA_RR_TLSA, DNA_ANSWERED, DNA_SECURE, { "3 1 1 00" } },
	{ "d.example", DNA_RR_A, DNA_FAILED, DNA_BOGUS, { NULL } },
	{ "d.example", DNA_RR_AAAA, DNA_ANSWERED, DNA_INSECURE, { "2001:db8::1" } },
};
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

static void feed_document(struct dna_case *c, enum dna_outcome outcome)
{
	struct dna_item_init init = { .kind = "https",
				      .name = DOCUMENT,
				      .outcome = outcome,
				      .time = NOW,
				      .not_after = NOW + 60 };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

static void feed(struct dna_case *c, const struct piece *piece, enum dna_outcome document)
{
	if (piece->type == 0)
		feed_document(c, document);
	else if (piece->outcome == DNA_DENIED)
		fixture_denied(c, piece->name, piece->type, piece->security);
	else if (piece->outcome == DNA_FAILED)
		fixture_failed(c, piece->name, piece->type, piece->security);
	else
		ANSWER(c, piece->name, piece->type, piece->security, piece->data[0], piece->data[1],
		       piece->data[2]);
}

/* ---- order ---- */

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 16) % below;
}

static void shuffle(size_t order[PIECES], uint32_t *state)
{
	for (size_t i = PIECES - 1; i > 0; i--) {
		size_t j = draw(state, (uint32_t)i + 1), other = order[i];

		order[i] = order[j];
		order[j] = other;
	}
}

static void look(struct dna_case *c)
{
	const struct dna_verdict *v;
	struct dna_hop hop;

	dna_case_verdict(c, &v);
	for (size_t i = 0; dna_case_hop(c, i, &hop) == 0; i++)
		continue;
}

/* The report, after what is drawn from |state|; 0: everything as it stands above, at once. */
static json_t *run(uint32_t state, const struct dna_prooftype *vetoer, enum dna_outcome document)
{
	static const struct dna_prooftype *const delegators[] = { &delegator };
	const struct dna_prooftype *const provers[] = { &delegated, vetoer };
	struct dna_case *c = fixture_case(delegators, 1, provers, 2, &subject);
	bool drawn = state != 0, presented = false;
	size_t order[PIECES];
	json_t *report, *none;

	for (size_t i = 0; i < PIECES; i++)
		order[i] = i;
	if (drawn)
		shuffle(order, &state);
	for (size_t i = 0; i < PIECES; i++) {
		feed(c, &pieces[order[i]], document);
		if (drawn && draw(&state, 2) == 0)
			look(c);
		if (drawn && !presented && draw(&state, 2) == 0)
			presented = dna_case_present(c, 0, NULL, 0) == 0;
	}
	look(c);
	if (!presented)
		cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	report = fixture_report(c, &none);
	cr_assert_null(none);
	dna_case_free(c);
	return report;
}

static void expect_the_same(const struct dna_prooftype *vetoer, enum dna_outcome document,
			    const char *skipped)
{
	json_t *expected = run(0, vetoer, document);
	const json_t *second = json_array_get(json_object_get(expected, "route"), 1);

	cr_assert_str_eq(json_string_value(json_object_get(expected, "verdict")), "proven");
	cr_assert_eq(json_array_size(json_object_get(expected, "route")), 4);
	cr_assert_str_eq(json_string_value(json_object_get(second, "decision")), skipped);
	for (uint32_t state = 1; state <= ORDERS; state++) {
		json_t *report = run(state, vetoer, document);

		cr_expect(json_equal(report, expected), "drawn from %u", state);
		json_decref(report);
	}
	json_decref(expected);
}

Test(shuffle, changes_nothing_where_the_document_is_enough)
{
	expect_the_same(&guard, DNA_ANSWERED, "connect");
}

Test(shuffle, changes_nothing_where_records_count)
{
	expect_the_same(&guard, DNA_DENIED, "skip");
	expect_the_same(&guard, DNA_FAILED, "skip");
}

Test(shuffle, changes_nothing_where_something_is_asked_for_late)
{
	expect_the_same(&late, DNA_ANSWERED, "connect");
}

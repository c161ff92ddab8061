/* The shadow: judged beside, by all that the case is given, and without any effect on it. */
#include "fixture.h"

#include <criterion/criterion.h>

#include <string.h>

#define DOCUMENT "https://tenant.example/proof"

static const struct dna_subject subject = { .domain = "tenant.example",
					    .service = DNA_XMPP_SERVER,
					    .role = DNA_RECEIVING };

static int plan_document(const struct dna_case *c, struct dna_plan *plan)
{
	(void)c;
	return dna_plan_https(plan, DOCUMENT);
}

/* Vetoes as long as there is no document. */
static int judge_document(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_item *item;

	dna_finding_insist(finding);
	item = dna_case_item(c, "https", DOCUMENT, 0);
	if (item == NULL || dna_item_outcome(item) != DNA_ANSWERED)
		return dna_find(finding, DNA_VETO, "TEST-2", "no document");
	return dna_find(finding, DNA_PROVEN, "TEST-3", "the document says so");
}

static const struct dna_prooftype document = { .name = "document",
					       .does = DNA_PROVES | DNA_VETOES,
					       .plan = plan_document,
					       .judge = judge_document };

static struct dna_case *make(const struct dna_prooftype *enforced,
			     const struct dna_prooftype *tried)
{
	struct dna_case *c = fixture_shadowed(enforced, tried, &subject);

	fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INSECURE);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE);
	fixture_denied(c, "tenant.example", DNA_RR_A, DNA_INSECURE);
	fixture_denied(c, "tenant.example", DNA_RR_AAAA, DNA_INSECURE);
	cr_assert_eq(dna_case_present_peer(c, NULL, 0), 0);
	return c;
}

static void feed_document(struct dna_case *c)
{
	struct dna_item_init init = {
		.kind = "https", .name = DOCUMENT, .code = 200, .time = NOW, .not_after = NOW + 60
	};
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

static void expect_shadow(struct dna_case *c, const char *verdict)
{
	json_t *shadow, *json = fixture_report(c, &shadow);

	cr_expect_str_eq(json_string_value(json_object_get(shadow, "profile")), "tried");
	cr_expect_str_eq(json_string_value(json_object_get(shadow, "verdict")), verdict);
	json_decref(json);
	json_decref(shadow);
}

Test(shadow, waits_for_nothing_and_is_not_waited_for)
{
	struct dna_case *c = make(&fixture_always, &document);
	struct dna_need need;

	/* Its document is not asked for in the name of the case. */
	while (dna_case_next_need(c, &need))
		cr_expect_str_neq(need.kind, "https");
	cr_expect(dna_case_complete(c));
	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	expect_shadow(c, "undecided");
	/* But in its own. */
	cr_assert(dna_case_next_need(dna_case_shadow(c), &need));
	while (strcmp(need.kind, "https") != 0)
		cr_assert(dna_case_next_need(dna_case_shadow(c), &need));
	feed_document(dna_case_shadow(c));
	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	expect_shadow(c, "proven");
	dna_case_free(c);
}

Test(shadow, vetoes_nothing)
{
	struct dna_case *c = make(&fixture_always, &document);

	cr_assert_eq(dna_case_close(c, "no more"), 0);
	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	expect_shadow(c, "veto");
	dna_case_free(c);
}

Test(shadow, proves_nothing)
{
	struct dna_case *c = make(&document, &fixture_always);

	cr_assert_eq(dna_case_close(c, "no more"), 0);
	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_VETO);
	expect_shadow(c, "proven");
	dna_case_free(c);
}

Test(shadow, is_given_what_the_case_is_given)
{
	struct dna_case *c = make(&fixture_always, &document);

	feed_document(c);
	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	expect_shadow(c, "proven");
	dna_case_free(c);
}

/* Whatever shadow there is, what the case finds is the same to the letter. */
Test(shadow, changes_nothing)
{
	const struct dna_prooftype *const provers[] = { &fixture_always, &document };

	for (size_t i = 0; i < 2; i++) {
		json_t *expected = NULL, *shadow;

		for (size_t j = 0; j < 3; j++) {
			struct dna_case *c = make(provers[i], j < 2 ? provers[j] : NULL);
			json_t *json;

			cr_assert_eq(dna_case_close(c, "no more"), 0);
			json = fixture_report(c, &shadow);
			cr_expect_eq(shadow != NULL, j < 2);
			if (expected == NULL)
				expected = json_incref(json);
			cr_expect(json_equal(json, expected));
			json_decref(json);
			json_decref(shadow);
			dna_case_free(c);
		}
		json_decref(expected);
	}
}

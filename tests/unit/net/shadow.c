/*
 * The shadow, over the net: what it alone asks for is asked, after what the case asks for, and
 * whatever comes of that, soon, late or never, the case is none the wiser.
 */
#include "fixture.h"
#include "gathering.h"
#include "net.h"

#include <criterion/criterion.h>

#include <string.h>

TestSuite(shadow, .init = net_set_up, .fini = net_tear_down, .timeout = 300);

/* ---- one prooftype is content; one insists on an address ---- */

static const char *asked; /* the name that the shadow alone asks for */

static int plan_address(const struct dna_case *c, struct dna_plan *plan)
{
	(void)c;
	return dna_plan_dns(plan, asked, DNA_RR_A);
}

static int judge_address(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_item *item = dna_case_item(c, "dns", asked, DNA_RR_A);

	dna_finding_insist(finding);
	if (item == NULL || dna_item_outcome(item) != DNA_ANSWERED)
		return dna_find(finding, DNA_VETO, "TEST-2", "no address");
	return dna_find(finding, DNA_PROVEN, "TEST-3", "there is an address");
}

static const struct dna_prooftype address = { .name = "address",
					      .does = DNA_PROVES | DNA_VETOES,
					      .plan = plan_address,
					      .judge = judge_address };

/* |tried|: whether what asks for |name| is the shadow. */
static struct dna_case *new_case(const char *name, bool tried)
{
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER };

	asked = name;
	return fixture_shadowed(&fixture_always, tried ? &address : NULL, &subject);
}

/* ---- gathering ---- */

static struct dna_case *expected; /* of whom may be told */
static unsigned told;

static void note(struct dna_case *c, void *argument)
{
	(void)argument;
	cr_assert_eq(c, expected, "told of the shadow");
	told++;
}

static void gather(struct dna_case *c, unsigned milliseconds)
{
	expected = c;
	told = 0;
	cr_assert_eq(dna_net_gather(net, c, milliseconds, note, NULL), 0);
}

/* As a server does it: once the addresses are known, there is a peer that presents something. */
static void gather_and_present(struct dna_case *c, unsigned milliseconds)
{
	gather(c, milliseconds);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_net_process(net), 0);
	cr_assert(dna_case_complete(c));
}

static bool knows(const struct dna_case *c, const char *name)
{
	for (size_t i = 0; i < dna_case_evidence_count(c); i++)
		if (strcmp(dna_item_name(dna_case_evidence_at(c, i)), name) == 0)
			return true;
	return false;
}

static void expect(struct dna_case *c, const char *verdict)
{
	json_t *shadow, *json = fixture_report(c, &shadow);

	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	cr_expect_str_eq(json_string_value(json_object_get(shadow, "verdict")), verdict);
	json_decref(json);
	json_decref(shadow);
}

Test(shadow, is_asked_for_over_the_net)
{
	struct dna_case *c = new_case("b.example", true);

	gather_and_present(c, ENOUGH);
	cr_assert(process_until_complete(dna_case_shadow(c), ENOUGH));
	cr_expect(knows(dna_case_shadow(c), "b.example"));
	cr_expect_not(knows(c, "b.example"), "the case has what its shadow asked for");
	expect(c, "proven");
	dna_net_forget(net, c);
	dna_case_free(c);
}

Test(shadow, is_not_waited_for)
{
	struct dna_case *c = new_case("silent.example", true);

	gather_and_present(c, ENOUGH);
	cr_expect_not(dna_case_complete(dna_case_shadow(c)));
	expect(c, "undecided");
	dna_net_forget(net, c); /* and its shadow, which is still being asked for */
	dna_case_free(c);
	cr_assert_eq(dna_net_process(net), 0);
}

Test(shadow, runs_out_of_time_alone)
{
	struct dna_case *c = new_case("silent.example", true);

	gather_and_present(c, 2000);
	cr_assert(process_until_complete(dna_case_shadow(c), ENOUGH));
	expect(c, "veto");
	dna_net_forget(net, c);
	dna_case_free(c);
}

/* The same to the letter, whatever the shadow meets, and no word more often told. */
Test(shadow, changes_nothing)
{
	static const char *const names[] = { "b.example",     "other.example", "failed.example",
					     "bogus.example", "nx.example",    "many.example" };
	struct dna_case *c = new_case(NULL, false);
	json_t *alone, *shadow;

	gather_and_present(c, ENOUGH);
	alone = fixture_report(c, &shadow);
	cr_assert_null(shadow);
	dna_net_forget(net, c);
	dna_case_free(c);
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		json_t *beside;

		c = new_case(names[i], true);
		gather_and_present(c, ENOUGH);
		cr_assert(process_until_complete(dna_case_shadow(c), ENOUGH));
		beside = fixture_report(c, &shadow);
		cr_expect(json_equal(alone, beside), "%s", names[i]);
		json_decref(beside);
		json_decref(shadow);
		dna_net_forget(net, c);
		dna_case_free(c);
	}
	json_decref(alone);
}

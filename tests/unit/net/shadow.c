/*
 * The shadow, over the net: what it alone asks for is asked, after what the case asks for, and
 * whatever comes of that, soon, late or never, the case is none the wiser.
 */
#include "fixture.h"
#include "net.h"

#include <criterion/criterion.h>
#include <dna/net.h>
#include <jansson.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static struct dna_net *net;

static void set_up(void)
{
	struct dna_net_options options = { .resolver_program =
						   built_file("tests/unit/net/worker") };

	cr_assert_eq(dna_net_new(&net, &options, NULL), 0);
}

static void tear_down(void)
{
	dna_net_free(net);
}

TestSuite(shadow, .init = set_up, .fini = tear_down, .timeout = 300);

/* ---- one profile that is content, and one that insists on an address ---- */

static int judge_always(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	dna_finding_rests_on(finding, DNA_ROOT_WEBPKI);
	return dna_find(finding, DNA_PROVEN, "TEST-1", "always");
}

static const struct dna_prooftype always = { .name = "always",
					     .does = DNA_PROVES,
					     .judge = judge_always };

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

static struct dna_profile *profile(const char *name, const struct dna_prooftype *prover)
{
	struct dna_profile *new = calloc(1, sizeof(*new));

	*new = (struct dna_profile){ .references = 1,
				     .name = strdup(name),
				     .demand = DNA_DEMAND_USUAL,
				     .delegators = calloc(1, sizeof(struct dna_profile_entry)),
				     .provers = calloc(1, sizeof(struct dna_profile_entry)),
				     .prover_count = 1,
				     .document = json_object() };
	new->provers[0].prooftype = prover;
	new->provers[0].params = calloc(1, sizeof(struct dna_params));
	new->provers[0].params->prooftype = prover;
	return new;
}

/* |tried|: whether the profile that asks for |name| is the shadow. */
static struct dna_case *new_case(const char *name, bool tried)
{
	struct dna_profile *enforced = profile("enforced", &always),
			   *shadow = tried ? profile("tried", &address) : NULL;
	struct dna_choice choice = { .profile = enforced,
				     .demand = DNA_DEMAND_USUAL,
				     .shadow = shadow,
				     .shadow_demand = DNA_DEMAND_USUAL };
	struct dna_subject subject = { .domain = "tenant.example", .service = DNA_XMPP_SERVER };
	struct dna_case *c;

	asked = name;
	cr_assert_eq(dna_case_new_with(&c, &choice, &subject, NOW), 0);
	dna_profile_unref(enforced);
	dna_profile_unref(shadow);
	return c;
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

static bool process_until(struct dna_case *c, bool (*is)(struct dna_case *c))
{
	uint64_t end = dna_loop_now() + ENOUGH;

	while (!is(c) && dna_loop_now() < end) {
		struct pollfd fd = { .fd = dna_net_fd(net), .events = POLLIN };

		poll(&fd, 1, 1000);
		cr_assert_eq(dna_net_process(net), 0);
	}
	return is(c);
}

static bool is_complete(struct dna_case *c)
{
	return dna_case_complete(c);
}

static bool has_complete_shadow(struct dna_case *c)
{
	return dna_case_complete(dna_case_shadow(c));
}

/* As a server does it: once the addresses are known, there is a peer that presents something. */
static void gather_and_present(struct dna_case *c, unsigned milliseconds)
{
	gather(c, milliseconds);
	cr_assert(process_until(c, is_complete));
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
	cr_assert_eq(dna_net_process(net), 0);
	cr_assert(dna_case_complete(c));
}

/* The report without what is said of the shadow; the verdict of that. */
static json_t *report(struct dna_case *c, char verdict[16])
{
	json_t *json, *shadow;
	char *text;

	cr_assert_eq(dna_case_report(c, NULL, &text), 0);
	json = json_loads(text, 0, NULL);
	free(text);
	shadow = json_object_get(json, "shadow");
	if (shadow != NULL)
		strcpy(verdict, json_string_value(json_object_get(shadow, "verdict")));
	json_object_del(json, "shadow");
	return json;
}

static bool knows(const struct dna_case *c, const char *name)
{
	for (size_t i = 0; i < dna_case_evidence_count(c); i++)
		if (strcmp(dna_item_name(dna_case_evidence_at(c, i)), name) == 0)
			return true;
	return false;
}

static void expect(struct dna_case *c, const char *shadow)
{
	char verdict[16] = "";
	json_t *json = report(c, verdict);

	cr_expect_eq(fixture_verdict(c), DNA_VERDICT_PROVEN);
	cr_expect_str_eq(verdict, shadow);
	json_decref(json);
}

Test(shadow, is_asked_for_over_the_net)
{
	struct dna_case *c = new_case("b.example", true);

	gather_and_present(c, ENOUGH);
	cr_assert(process_until(c, has_complete_shadow));
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
	cr_expect_not(has_complete_shadow(c));
	expect(c, "undecided");
	dna_net_forget(net, c); /* and its shadow, which is still being asked for */
	dna_case_free(c);
	cr_assert_eq(dna_net_process(net), 0);
}

Test(shadow, runs_out_of_time_alone)
{
	struct dna_case *c = new_case("silent.example", true);

	gather_and_present(c, 2000);
	cr_assert(process_until(c, has_complete_shadow));
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
	char verdict[16] = "";
	json_t *alone;

	gather_and_present(c, ENOUGH);
	alone = report(c, verdict);
	dna_net_forget(net, c);
	dna_case_free(c);
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		json_t *beside;

		c = new_case(names[i], true);
		gather_and_present(c, ENOUGH);
		cr_assert(process_until(c, has_complete_shadow));
		beside = report(c, verdict);
		cr_expect(json_equal(alone, beside), "%s", names[i]);
		json_decref(beside);
		dna_net_forget(net, c);
		dna_case_free(c);
	}
	json_decref(alone);
}

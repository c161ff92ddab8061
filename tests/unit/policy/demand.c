/* What is demanded: read, raised by floors, and written down. */
#include "policy/demand.h"
#include "policy/describe.h"
#include "policy/policy.h"
#include "source.h"

#include <criterion/criterion.h>
#include <dna/flow.h> /* whose words for a minimum are others */

#include <stdlib.h>
#include <string.h>

static struct dna_policy *read_good(const char *text)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_eq(dna_policy_read_from(&policy,
					  (struct dna_bytes){ (const uint8_t *)text, strlen(text) },
					  "f", &test_source, &complaint),
		     0, "%s", complaint);
	return policy;
}

static struct dna_choice choose(const struct dna_policy *policy, const char *remote,
				const char *local, enum dna_service service)
{
	struct dna_choice choice;

	dna_policy_choose(policy, remote, local, service, DNA_INITIATING, &choice);
	return choice;
}

/* POL-001, POL-002: each profile has a minimum; where none is said nothing less than a proof counts. */
Test(demand, is_read_with_the_profile)
{
	struct dna_policy *policy =
		read_good("policy: 1\n"
			  "profiles:\n"
			  "  usual: {prove: [dane]}\n"
			  "  weak: {prove: [dane], minimum: weak, withstand: [webpki, pin]}\n"
			  "  clear: {prove: [dane], minimum: none-tls, withstand: any}\n"
			  "default: usual\n");
	const struct dna_profile *usual = dna_policy_profile(policy, "usual"),
				 *weak = dna_policy_profile(policy, "weak"),
				 *clear = dna_policy_profile(policy, "clear");

	cr_expect_eq(usual->demand.minimum, DNA_LEAST_DNA);
	cr_expect_eq(usual->demand.withstand, 0);
	cr_expect_null(json_object_get(usual->document, "minimum"));
	cr_expect_null(json_object_get(usual->document, "withstand"));
	cr_expect_eq(weak->demand.minimum, DNA_LEAST_WEAK);
	cr_expect_eq(weak->demand.withstand, DNA_ROOT_WEBPKI | DNA_ROOT_PIN);
	cr_expect_str_eq(json_string_value(json_object_get(weak->document, "minimum")), "weak");
	cr_expect_eq(json_array_size(json_object_get(weak->document, "withstand")), 2);
	cr_expect_eq(clear->demand.minimum, DNA_LEAST_NONE_TLS);
	cr_expect_eq(clear->demand.withstand, DNA_WITHSTAND_ANY);
	cr_expect_str_eq(json_string_value(json_object_get(clear->document, "withstand")), "any");
	dna_policy_unref(policy);
}

static const char floors[] =
	"policy: 1\n"
	"profiles:\n"
	"  usual: {prove: [dane]}\n"
	"  weak: {prove: [dane], minimum: weak, withstand: [pin]}\n"
	"rules:\n"
	"  - {match: {remote: old.example}, use: weak, shadow: weak}\n"
	"floors:\n"
	"  - {match: {local: bank.example}, minimum: dna, withstand: [webpki]}\n"
	"  - {match: {local: '*.example'}, withstand: [dnssec]}\n"
	"  - {match: {local: club.example, service: xmpp-server}, minimum: none-tls}\n"
	"default: usual\n";

/* POL-007: no rule undercuts a floor, and floors add up. */
Test(demand, is_raised_by_every_floor_that_matches)
{
	struct dna_policy *policy = read_good(floors);
	struct dna_choice choice = choose(policy, "old.example", "bank.example", DNA_XMPP_SERVER);

	cr_expect_eq(choice.demand.minimum, DNA_LEAST_DNA);
	cr_expect_eq(choice.demand.withstand, DNA_ROOT_PIN | DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC);
	cr_expect_eq(choice.shadow_demand.minimum, DNA_LEAST_DNA);
	cr_expect_eq(choice.floor->line, 9);
	cr_expect_eq(choice.withstand_floor->line, 9);
	cr_expect_str_eq(choice.withstand_floor->file, policy->file);

	choice = choose(policy, "old.example", "club.example", DNA_XMPP_SERVER);
	cr_expect_eq(choice.demand.minimum, DNA_LEAST_WEAK, "a floor does not lower");
	cr_expect_eq(choice.demand.withstand, DNA_ROOT_PIN | DNA_ROOT_DNSSEC);

	choice = choose(policy, "old.example", "club.example", DNA_XMPP_CLIENT);
	cr_expect_eq(choice.demand.minimum, DNA_LEAST_DNA, "POL-002");
	cr_expect_eq(choice.shadow_demand.minimum, DNA_LEAST_DNA);
	cr_expect_null(strstr(choice.floor->match.local.name, "club"), "no floor said that");

	choice = choose(policy, "old.example", NULL, DNA_XMPP_SERVER);
	cr_expect_eq(choice.demand.minimum, DNA_LEAST_WEAK);
	cr_expect_eq(choice.demand.withstand, DNA_ROOT_PIN);
	cr_expect_null(choice.floor);
	cr_expect_null(choice.withstand_floor);
	dna_policy_unref(policy);
}

/* One root alone is among those that the word stands for; two together are not. */
Test(demand, of_any_root_is_not_raised_by_a_single_one)
{
	struct dna_policy *policy =
		read_good("policy: 1\n"
			  "profiles: {strict: {prove: [dane], withstand: any}}\n"
			  "floors:\n"
			  "  - {match: {}, withstand: [webpki]}\n"
			  "  - {match: {local: bank.example}, withstand: [dnssec]}\n"
			  "default: strict\n");
	struct dna_choice choice = choose(policy, "a.example", "home.example", DNA_XMPP_SERVER);
	char *meaning = dna_profile_describe(choice.profile, &choice.demand);

	cr_expect_null(choice.floor);
	cr_expect_null(strstr(meaning, "webpki"), "%s", meaning);
	free(meaning);

	choice = choose(policy, "a.example", "bank.example", DNA_XMPP_SERVER);
	meaning = dna_profile_describe(choice.profile, &choice.demand);
	cr_expect_eq(choice.floor->line, 5);
	cr_expect_not_null(strstr(meaning, "breaks webpki and dnssec together"), "%s", meaning);
	free(meaning);
	dna_policy_unref(policy);
}

/* Policies: the whole file, what it chooses, and what is said of mistakes. */
#include "base/limits.h"
#include "policy/policy.h"
#include "sentences.h"
#include "source.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_policy(const char *text, struct dna_policy **policy, char **complaint)
{
	return dna_policy_read_from(policy,
				    (struct dna_bytes){ (const uint8_t *)text, strlen(text) }, "f",
				    &test_source, complaint);
}

static struct dna_policy *read_good(const char *text)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;
	int r = read_policy(text, &policy, &complaint);

	cr_assert_eq(r, 0, "%s: %s", text, complaint);
	cr_assert_null(complaint);
	return policy;
}

static const char hosting[] =
	"policy: 1\n"                                                                     /* 1 */
	"prooftypes:\n"                                                                   /* 2 */
	"  dane: { usages: [2, 3] }\n"                                                    /* 3 */
	"  pkix:\n"                                                                       /* 4 */
	"  posh: { optional: true }\n"                                                    /* 5 */
	"profiles:\n"                                                                     /* 6 */
	"  usual: { prove: [[dane, pkix], posh] }\n"                                      /* 7 */
	"  careful: { prove: [dane] }\n"                                                  /* 8 */
	"  other: { prove: [pkix] }\n"                                                    /* 9 */
	"rules:\n"                                                                        /* 10 */
	"  - { match: { remote: \"*\" }, use: usual }\n"                                  /* 11 */
	"  - { match: { remote: \"*.bank.example\" }, use: careful }\n"                   /* 12 */
	"  - { match: { remote: \"*.eu.bank.example\" }, use: other }\n"                  /* 13 */
	"  - { match: { remote: friend.example }, use: other }\n"                         /* 14 */
	"  - { match: { remote: friend.example, local: a.example }, use: careful }\n"     /* 15 */
	"  - { match: { remote: friend.example, service: xmpp-client }, use: usual }\n"   /* 16 */
	"  - { match: { remote: friend.example, direction: receiving }, use: careful }\n" /* 17 */
	"  - { match: { remote: B\xc3\x9c"
	"CHER.example. }, use: careful }\n"                                             /* 18 */
	"  - { match: { local: \"*.tenant.example\", remote: \"*\" }, use: careful }\n" /* 19 */
	"default: other\n";                                                             /* 20 */

static const struct {
	const char *remote, *local;
	enum dna_service service;
	enum dna_role role;
	const char *profile;
	unsigned line;
} choices[] = {
	{ "a.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "usual", 11 },
	{ "a.bank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "careful", 12 },
	{ "a.b.bank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "careful", 12 },
	{ "eu.bank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "careful", 12 },
	{ "x.eu.bank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "other", 13 },
	{ "bank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "usual", 11 },
	{ "snowbank.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "usual", 11 },
	{ "friend.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "other", 14 },
	{ "friend.example", "b.example", DNA_XMPP_SERVER, DNA_INITIATING, "other", 14 },
	{ "friend.example", "a.example", DNA_XMPP_SERVER, DNA_INITIATING, "careful", 15 },
	{ "friend.example", "a.example", DNA_XMPP_CLIENT, DNA_RECEIVING, "careful", 15 },
	{ "friend.example", NULL, DNA_XMPP_CLIENT, DNA_RECEIVING, "usual", 16 },
	{ "friend.example", NULL, DNA_XMPP_SERVER, DNA_RECEIVING, "careful", 17 },
	{ "xn--bcher-kva.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, "careful", 18 },
	{ "a.example", "a.tenant.example", DNA_XMPP_SERVER, DNA_INITIATING, "careful", 19 },
	{ "a.eu.bank.example", "a.tenant.example", DNA_XMPP_SERVER, DNA_INITIATING, "other", 13 },
};

/* POL-001: for each domain and direction; I18N-003 in line 18. */
Test(policy, chooses_the_most_specific_rule)
{
	struct dna_policy *policy = read_good(hosting);

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct dna_choice choice;

		dna_policy_choose(policy, choices[i].remote, choices[i].local, choices[i].service,
				  choices[i].role, &choice);
		cr_expect_str_eq(choice.profile->name, choices[i].profile, "%zu", i);
		cr_expect_eq(choice.line, choices[i].line, "%zu: %u", i, choice.line);
		cr_expect_str_eq(choice.file, "f");
	}
	dna_policy_unref(policy);
}

Test(policy, falls_back_to_its_default)
{
	struct dna_policy *policy = read_good("policy: 1\n"
					      "profiles: { a: { prove: [dane] } }\n"
					      "default: a\n");
	struct dna_choice choice;

	cr_assert_eq(dna_policy_ref(policy), policy);
	dna_policy_unref(policy);
	dna_policy_choose(policy, "example.com", "example.net", DNA_XMPP_CLIENT, DNA_RECEIVING,
			  &choice);
	cr_assert_str_eq(choice.profile->name, "a");
	cr_assert_eq(choice.line, 3);
	dna_policy_unref(policy);
	dna_policy_unref(NULL);
}

Test(policy, gives_profiles_its_prooftypes_parameters)
{
	struct dna_policy *policy = read_good(hosting);
	struct dna_choice choice;

	dna_policy_choose(policy, "a.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, &choice);
	cr_assert_eq(dna_params_get(choice.profile->provers[0].params, "usages")->count, 2);
	dna_policy_unref(policy);
}

#define PROFILES "profiles: {a: {prove: [dane]}, b: {prove: [pkix]}}\n"

static const struct {
	const char *text;
	int error;
	const char *complaint;
} refusals[] = {
	{ "", DNA_E_SYNTAX, "f:1:1: there is nothing in it" },
	{ "- policy\n", DNA_E_POLICY, "f:1:1: a policy has to be a mapping of keys to values" },
	{ "policy: 2\nsomething: new\n", DNA_E_POLICY,
	  "f:2:1: unknown key 'something'; there are 'policy', 'prooftypes', 'profiles', 'rules', "
	  "'remotes', 'locals', 'floors', 'default'\n"
	  "f:1:9: this is not a policy of version 1, the only one that is known" },
	{ "policy: '1'\n", DNA_E_POLICY,
	  "f:1:9: this is not a policy of version 1, the only one that is known" },
	{ PROFILES "default: a\n", DNA_E_POLICY, "f:1:1: a policy needs the key 'policy'" },
	{ "policy: 1\ndefault: a\n", DNA_E_POLICY,
	  "f:1:1: a policy needs the key 'profiles'\n"
	  "f:2:10: unknown profile 'a'" },
	{ "policy: 1\n" PROFILES, DNA_E_POLICY, "f:1:1: a policy needs the key 'default'" },
	{ "policy: 1\n" PROFILES "default: quite-another\n", DNA_E_POLICY,
	  "f:3:10: unknown profile 'quite-another'; there are 'a', 'b'" },
	{ "policy: 1\nprofile: {}\n" PROFILES "default: a\n", DNA_E_POLICY,
	  "f:2:1: unknown key 'profile'; did you mean 'profiles'?" },
	{ "policy: 1\nprofiles: [a]\ndefault: a\n", DNA_E_POLICY,
	  "f:2:11: 'profiles' has to be a mapping of names to profiles" },
	{ "policy: 1\nprofiles: {'': {prove: [dane]}}\ndefault: ''\n", DNA_E_POLICY,
	  "f:2:12: a profile needs a name" },
	{ "policy: 1\n" PROFILES "default: [a]\n", DNA_E_POLICY,
	  "f:3:10: the name of a profile has to stand here" },
	{ "policy: 1\nprofiles: {default: {prove: [dane]}}\ndefault: defualt\n", DNA_E_POLICY,
	  "f:3:10: unknown profile 'defualt'; did you mean 'default'?" },
	{ "policy: 1\n" PROFILES "rules: {}\ndefault: a\n", DNA_E_POLICY,
	  "f:3:8: 'rules' has to be a list of rules" },
	{ "policy: 1\n" PROFILES "rules: [a]\ndefault: a\n", DNA_E_POLICY,
	  "f:3:9: a rule has to be a mapping of keys to values" },
	{ "policy: 1\n" PROFILES "rules: [{use: a}]\ndefault: a\n", DNA_E_POLICY,
	  "f:3:9: a rule needs the key 'match'" },
	{ "policy: 1\n" PROFILES "rules: [{match: {}}]\ndefault: a\n", DNA_E_POLICY,
	  "f:3:9: a rule needs the key 'use'" },
	{ "policy: 1\n" PROFILES "rules: [{match: {}, usr: a}]\ndefault: a\n", DNA_E_POLICY,
	  "f:3:21: unknown key 'usr'; did you mean 'use'?\n"
	  "f:3:9: a rule needs the key 'use'" },
	{ "policy: 1\n" PROFILES "rules: [{match: {remot: x.example}, use: a}]\ndefault: a\n",
	  DNA_E_POLICY, "f:3:18: unknown key 'remot'; did you mean 'remote'?" },
	{ "policy: 1\n" PROFILES "rules: [{match: {remote: 'a b'}, use: a}]\ndefault: a\n",
	  DNA_E_POLICY,
	  "f:3:26: a domain that can have XMPP, an IP address, '*.' and a domain, or '*' has to "
	  "stand here" },
	{ "policy: 1\n" PROFILES "rules: [{match: {local: [a.example]}, use: a}]\ndefault: a\n",
	  DNA_E_POLICY,
	  "f:3:25: a domain that can have XMPP, an IP address, '*.' and a domain, or '*' has to "
	  "stand here" },
	{ "policy: 1\n" PROFILES "rules: [{match: {service: xmpp}, use: a}]\ndefault: a\n",
	  DNA_E_POLICY, "f:3:27: a service is xmpp-client or xmpp-server" },
	{ "policy: 1\n" PROFILES "rules: [{match: {direction: in}, use: a}]\ndefault: a\n",
	  DNA_E_POLICY, "f:3:29: a direction is initiating or receiving" },
	{ "policy: 1\nprooftypes: [dane]\n" PROFILES "default: a\n", DNA_E_POLICY,
	  "f:2:13: this has to be a mapping of prooftypes to their parameters" },
	{ "policy: 1\nprooftypes: {dnae: {}}\n" PROFILES "default: a\n", DNA_E_POLICY,
	  "f:2:14: unknown prooftype 'dnae'; did you mean 'dane'?" },
	{ "policy: 1\nprooftypes: {zzzzz: {optional: maybe}}\n" PROFILES "default: a\n",
	  DNA_E_POLICY,
	  "f:2:14: unknown prooftype 'zzzzz': there is no such file\n"
	  "f:2:32: 'optional' is true or false" },
	/* One mistake is said once, however many profiles it is in, and others beside it. */
	{ "policy: 1\nprooftypes: {dane: {usages: [7]}}\nprofiles:\n  a: {prove: [dane]}\n"
	  "  b: {prove: [dane, pkxi]}\n  c: {prove: [dane]}\n"
	  "rules: [{match: {}, use: b}, {match: {}, use: d}]\ndefault: c\n",
	  DNA_E_POLICY,
	  "f:2:30: parameter 'usages' of dane: '7' is not from 0 to 3\n"
	  "f:5:21: unknown prooftype 'pkxi'; did you mean 'pkix'?\n"
	  "f:7:47: unknown profile 'd'" },
	/* True ties: neither rule is more specific. */
	{ "policy: 1\n" PROFILES "rules:\n"
	  "- {match: {remote: x.example}, use: a}\n"
	  "- {match: {remote: y.example}, use: a}\n"
	  "- {match: {remote: X.EXAMPLE., local: '*'}, use: b}\n"
	  "default: a\n",
	  DNA_E_POLICY, "f:6:3: the rule in line 6 matches the same as the one in line 4" },
	{ "policy: 1\n" PROFILES "rules:\n"
	  "- {match: {}, use: a}\n"
	  "- {match: {remote: '*'}, use: a}\n"
	  "default: a\n",
	  DNA_E_POLICY, "f:5:3: the rule in line 5 matches the same as the one in line 4" },
	{ "policy: 1\n" PROFILES "rules:\n"
	  "- {match: {remote: '*.b\xc3\xbc"
	  "cher.example', service: xmpp-server}, use: a}\n"
	  "- {match: {remote: '*.xn--bcher-kva.example', service: xmpp-server}, use: a}\n"
	  "default: a\n",
	  DNA_E_POLICY, "f:5:3: the rule in line 5 matches the same as the one in line 4" },
};

Test(policy, is_refused_with_the_place_of_each_mistake)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct dna_policy *policy = NULL;
		char *complaint = NULL;
		int r = read_policy(refusals[i].text, &policy, &complaint);

		cr_expect_eq(r, refusals[i].error, "%s: %d", refusals[i].text, r);
		cr_expect_null(policy, "%s", refusals[i].text);
		cr_expect(complaint != NULL &&
				  strcmp(sentences(complaint), refusals[i].complaint) == 0,
			  "%s: %s", refusals[i].text, complaint);
		free(complaint);
		/* Nobody has to want to know. */
		cr_expect_eq(read_policy(refusals[i].text, &policy, NULL), r);
	}
}

/* Each of them is looked for among the plugins. */
Test(policy, names_no_more_prooftypes_than_there_may_be)
{
	char *text = NULL, *complaint = NULL;
	struct dna_policy *policy = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	fputs("policy: 1\nprooftypes:\n", file);
	for (int i = 0; i <= DNA_PROOFTYPES_MAX; i++)
		fprintf(file, "  p%d: { optional: true }\n", i);
	fputs("profiles: { a: { prove: [dane] } }\ndefault: a\n", file);
	fclose(file);
	cr_expect_eq(read_policy(text, &policy, &complaint), DNA_E_POLICY);
	cr_expect(complaint != NULL &&
			  strstr(complaint, "f:3:3: there are more than 256 prooftypes") != NULL,
		  "%s", complaint);
	free(complaint);
	free(text);
}

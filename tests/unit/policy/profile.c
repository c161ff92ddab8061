/* Profiles: what may stand in one, what their parameters become, and what is said of mistakes. */
#include "policy/profile.h"
#include "source.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct dna_node *read_yaml(const char *text)
{
	struct dna_complaints complaints = { .name = "test" };
	struct dna_node *node = NULL;
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = dna_node_read_yaml(&node, (struct dna_bytes){ (const uint8_t *)text, strlen(text) },
			       &complaints);
	cr_assert_eq(r, 0, "%s: %s", text, (char *)complaints.text.data);
	return node;
}

/* |prooftypes|: a policy's section, or NULL. Returns the complaints. */
static char *read_profile(const char *text, const char *prooftypes, struct dna_profile **profile,
			  int *error)
{
	struct dna_complaints complaints = { .name = "f" };
	struct dna_node *node = read_yaml(text);
	struct dna_node *section = prooftypes != NULL ? read_yaml(prooftypes) : NULL;

	dna_buffer_init(&complaints.text, 0);
	*error = dna_profile_read(profile, "name", node, section, NULL, &test_source, &complaints);
	dna_node_free(section);
	dna_node_free(node);
	return dna_complaints_steal(&complaints);
}

static struct dna_profile *read_good(const char *text, const char *prooftypes)
{
	struct dna_profile *profile = NULL;
	int error;
	char *complaint = read_profile(text, prooftypes, &profile, &error);

	cr_assert_eq(error, 0, "%s: %s", text, complaint);
	cr_assert_null(complaint);
	return profile;
}

static void expect_complaint(const char *text, const char *prooftypes, const char *expected)
{
	struct dna_profile *profile = NULL;
	int error;
	char *complaint = read_profile(text, prooftypes, &profile, &error);

	cr_expect_eq(error, DNA_E_POLICY, "%s: %d", text, error);
	cr_expect_null(profile, "%s", text);
	cr_expect(complaint != NULL && strcmp(complaint, expected) == 0, "%s: %s", text, complaint);
	free(complaint);
}

/* POL-001: an ordered set. */
Test(profile, has_stages)
{
	struct dna_profile *profile =
		read_good("{delegate: [dnssec-srv], prove: [[dane, pkix], posh]}", NULL);

	cr_assert_str_eq(profile->name, "name");
	cr_assert_eq(profile->delegator_count, 1);
	cr_assert_str_eq(profile->delegators[0].prooftype->name, "dnssec-srv");
	cr_assert_eq(profile->prover_count, 3);
	cr_assert_str_eq(profile->provers[0].prooftype->name, "dane");
	cr_assert_str_eq(profile->provers[1].prooftype->name, "pkix");
	cr_assert_str_eq(profile->provers[2].prooftype->name, "posh");
	cr_assert_eq(profile->provers[0].stage, 0);
	cr_assert_eq(profile->provers[1].stage, 0);
	cr_assert_eq(profile->provers[2].stage, 1);
	dna_profile_unref(profile);
}

/* DELEG-009 */
Test(profile, delegates_by_dnssec_srv_unless_it_says_otherwise)
{
	struct dna_profile *profile = read_good("{prove: [pkix]}", NULL);

	cr_assert_eq(profile->delegator_count, 1);
	cr_assert_str_eq(profile->delegators[0].prooftype->name, "dnssec-srv");
	dna_profile_unref(profile);
	profile = read_good("{prove: [pkix], delegate: []}", NULL);
	cr_assert_eq(profile->delegator_count, 0);
	dna_profile_unref(profile);
}

static const struct dna_param_value *value(const struct dna_profile *profile, const char *name)
{
	return dna_params_get(profile->provers[0].params, name);
}

Test(params, come_from_the_profile_then_the_policy_then_the_prooftype)
{
	struct dna_profile *profile = read_good(
		"{prove: [everything], params: {everything: {number: -3, colours: [red, green]}}}",
		"{everything: {number: 5, flag: false, word: a b, optional: true}}");

	cr_assert_eq(value(profile, "number")->integer, -3);
	cr_assert_eq(value(profile, "colours")->count, 2);
	cr_assert_str_eq(value(profile, "colours")->words[1], "green");
	cr_assert_eq(value(profile, "flag")->boolean, false);
	cr_assert_str_eq(value(profile, "word")->word, "a b");
	cr_assert_str_eq(value(profile, "colour")->word, "red");
	cr_assert_eq(value(profile, "numbers")->count, 0);
	cr_assert_null(value(profile, "optional"));
	dna_profile_unref(profile);
}

Test(params, take_a_whole_range)
{
	struct dna_profile *profile =
		read_good("{prove: [everything], params: {everything: {number: 10, numbers: [1, 9],"
			  " any-number: -9223372036854775808, word: '7', colour: 'green'}}}",
			  NULL);

	cr_assert_eq(value(profile, "number")->integer, 10);
	cr_assert_eq(value(profile, "numbers")->integers[1], 9);
	cr_assert_eq(value(profile, "any-number")->integer, INT64_MIN);
	cr_assert_str_eq(value(profile, "word")->word, "7");
	cr_assert_str_eq(value(profile, "colour")->word, "green");
	dna_profile_unref(profile);
}

/* What the mistaken value is, and what is said of it. */
static const struct {
	const char *params;
	const char *complaint;
} mistakes[] = {
	{ "{flag: yes}", "f:3:22: parameter 'flag' of everything: 'yes' is not true or false" },
	{ "{flag: 'true'}", "f:3:22: parameter 'flag' of everything: 'true' is not true or false" },
	{ "{flag: [true]}", "f:3:22: parameter 'flag' of everything: this is not true or false" },
	{ "{flag: }", "f:3:22: parameter 'flag' of everything: '' is not true or false" },
	{ "{number: 11}", "f:3:24: parameter 'number' of everything: '11' is not from -3 to 10" },
	{ "{number: -4}", "f:3:24: parameter 'number' of everything: '-4' is not from -3 to 10" },
	{ "{number: '1'}", "f:3:24: parameter 'number' of everything: '1' is not an integer" },
	{ "{number: 1.0}", "f:3:24: parameter 'number' of everything: '1.0' is not an integer" },
	{ "{number: -}", "f:3:24: parameter 'number' of everything: '-' is not an integer" },
	{ "{number: 0x1}", "f:3:24: parameter 'number' of everything: '0x1' is not an integer" },
	{ "{any-number: 9223372036854775808}",
	  "f:3:28: parameter 'any-number' of everything: "
	  "'9223372036854775808' is not an integer of 64 bits" },
	{ "{colour: blue}", "f:3:24: parameter 'colour' of everything: "
			    "'blue' is not one of red, green" },
	{ "{word: }", "f:3:22: parameter 'word' of everything: '' is not a word" },
	{ "{word: {}}", "f:3:22: parameter 'word' of everything: this is not a word" },
	{ "{numbers: 1}", "f:3:25: parameter 'numbers' of everything: "
			  "'1' is not a list of integers" },
	{ "{numbers: [1, 0]}",
	  "f:3:29: parameter 'numbers' of everything: '0' is not from 1 to 9" },
	{ "{colours: red}", "f:3:25: parameter 'colours' of everything: "
			    "'red' is not a list of words" },
	{ "{colours: [red, blue]}", "f:3:31: parameter 'colours' of everything: "
				    "'blue' is not one of red, green" },
	{ "{colour: red, nmber: 7}", "f:3:29: everything has no parameter 'nmber'; "
				     "did you mean 'number'?" },
	{ "{zzz: 7}", "f:3:16: everything has no parameter 'zzz'" },
	{ "{optional: true}", "f:3:16: everything has no parameter 'optional'" },
	{ "[]", "f:3:15: the parameters of everything have to be a mapping of names to values" },
	{ "{number: 11, flag: no}",
	  "f:3:34: parameter 'flag' of everything: 'no' is not true or false\n"
	  "f:3:24: parameter 'number' of everything: '11' is not from -3 to 10" },
};

Test(params, are_refused_with_their_place)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char text[160];

		snprintf(text, sizeof(text), "prove: [everything]\nparams:\n  everything: %s\n",
			 mistakes[i].params);
		expect_complaint(text, NULL, mistakes[i].complaint);
	}
}

static const struct {
	const char *profile;
	const char *prooftypes;
	const char *complaint;
} profiles[] = {
	{ "{prov: [pkix]}", NULL,
	  "f:1:2: unknown key 'prov'; did you mean 'prove'?\n"
	  "f:1:1: a profile needs the key 'prove'" },
	{ "{prove: [pkix], minimal: dna}", NULL,
	  "f:1:17: unknown key 'minimal'; did you mean 'minimum'?" },
	{ "[pkix]", NULL, "f:1:1: a profile has to be a mapping of keys to values" },
	{ "{prove: pkix}", NULL, "f:1:9: 'prove' has to be a list of prooftypes" },
	{ "{prove: []}", NULL, "f:1:9: nothing is left to prove a domain by" },
	{ "{prove: [[]]}", NULL, "f:1:10: this stage is empty" },
	{ "{prove: [[[pkix]]]}", NULL, "f:1:11: the name of a prooftype has to stand here" },
	{ "{prove: [{pkix: 1}]}", NULL, "f:1:10: the name of a prooftype has to stand here" },
	{ "{prove: [pkix, '']}", NULL, "f:1:16: the name of a prooftype has to stand here" },
	{ "{prove: [dnae]}", NULL, "f:1:10: unknown prooftype 'dnae'; did you mean 'dane'?" },
	{ "{prove: [zzzzz]}", NULL, "f:1:10: unknown prooftype 'zzzzz': there is no such file" },
	{ "{prove: [broken]}", NULL,
	  "f:1:10: prooftype 'broken' is refused: it is writable by others" },
	{ "{prove: [broken]}", "{broken: {optional: true}}",
	  "f:1:10: prooftype 'broken' is refused: it is writable by others" },
	{ "{prove: [zzzzz]}", "{zzzzz: {optional: false}}",
	  "f:1:10: unknown prooftype 'zzzzz': there is no such file" },
	{ "{prove: [zzzzz]}", "{zzzzz: {optional: true}}",
	  "f:1:9: nothing is left to prove a domain by" },
	{ "{prove: [dnssec-srv]}", NULL, "f:1:10: prooftype 'dnssec-srv' does not prove" },
	{ "{prove: [pkix], delegate: [dane]}", NULL, "f:1:28: prooftype 'dane' does not delegate" },
	{ "{prove: [pkix], delegate: [[dnssec-srv]]}", NULL,
	  "f:1:28: the name of a prooftype has to stand here" },
	{ "{prove: [pkix], delegate: dnssec-srv}", NULL,
	  "f:1:27: 'delegate' has to be a list of prooftypes" },
	{ "{prove: [[pkix, pkix]]}", NULL, "f:1:17: prooftype 'pkix' is in this list twice" },
	{ "{prove: [pkix, [dane, pkix]]}", NULL, "f:1:23: prooftype 'pkix' is in this list twice" },
	{ "{prove: [pkix], delegate: [dnssec-srv, dnssec-srv]}", NULL,
	  "f:1:40: prooftype 'dnssec-srv' is in this list twice" },
	{ "{prove: [pkix], params: [dane]}", NULL,
	  "f:1:25: this has to be a mapping of prooftypes to their parameters" },
	{ "{prove: [pkix], params: {dnae: {}}}", NULL,
	  "f:1:26: unknown prooftype 'dnae'; did you mean 'dane'?" },
	{ "{prove: [pkix], params: {dane: {usages: [4]}}}", NULL,
	  "f:1:42: parameter 'usages' of dane: '4' is not from 0 to 3" },
	{ "{prove: [dane]}", "{dane: {usages: [4]}}",
	  "f:1:18: parameter 'usages' of dane: '4' is not from 0 to 3" },
};

Test(profile, is_refused_with_the_place_of_the_mistake)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		expect_complaint(profiles[i].profile, profiles[i].prooftypes,
				 profiles[i].complaint);
}

Test(profile, does_without_what_is_optional_and_missing)
{
	struct dna_profile *profile =
		read_good("{prove: [[zzzzz, pkix], zzzzz, posh], params: {zzzzz: {a: 1}}}",
			  "{zzzzz: {optional: true}}");

	cr_assert_eq(profile->prover_count, 2);
	cr_assert_eq(profile->provers[0].stage, 0);
	cr_assert_str_eq(profile->provers[1].prooftype->name, "posh");
	cr_assert_eq(profile->provers[1].stage, 1);
	dna_profile_unref(profile);
}

Test(profile, may_both_delegate_and_prove_by_one_prooftype)
{
	struct dna_profile *profile =
		read_good("{delegate: [everything], prove: [everything]}", NULL);

	cr_assert_eq(profile->delegator_count, 1);
	cr_assert_eq(profile->prover_count, 1);
	dna_profile_unref(profile);
}

static char *dump(const struct dna_profile *profile)
{
	return json_dumps(profile->document, JSON_COMPACT);
}

Test(profile, is_documented_as_it_takes_effect)
{
	struct dna_profile *profile =
		read_good("{prove: [[dane, pkix, posh], everything]}", "{dane: {usages: [2, 3]}}");
	char *text = dump(profile);

	cr_assert_str_eq(text, "{\"delegate\":[\"dnssec-srv\"],"
			       "\"prove\":[[\"dane\",\"pkix\",\"posh\"],\"everything\"],"
			       "\"params\":{\"dane\":{\"usages\":[2,3],\"clients\":false},"
			       "\"everything\":{\"flag\":true,\"number\":7,\"any-number\":0,"
			       "\"colour\":\"red\",\"word\":\"\",\"numbers\":[],"
			       "\"colours\":[\"green\"]}}}");
	free(text);
	dna_profile_unref(profile);
}

Test(profile, is_read_again_from_its_document)
{
	struct dna_profile *first =
		read_good("{delegate: [], prove: [posh, [dane, everything]],"
			  " params: {dane: {usages: [3]}, everything: {word: 'true'}}}",
			  NULL);
	struct dna_complaints complaints = { .name = "recording" };
	struct dna_profile *second = NULL;
	struct dna_node *node = NULL;
	char *a, *b;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(dna_node_from_json(&node, first->document), 0);
	cr_assert_eq(
		dna_profile_read(&second, "recording", node, NULL, NULL, &test_source, &complaints),
		0, "%s", (char *)complaints.text.data);
	a = dump(first);
	b = dump(second);
	cr_assert_str_eq(a, b);
	free(a);
	free(b);
	dna_node_free(node);
	dna_profile_unref(first);
	dna_profile_unref(second);
}

/* A recording's profile has no lines: what is wrong is said without a place. */
Test(profile, from_json_is_refused_without_a_place)
{
	json_t *json = json_loads("{\"prove\": [\"dnae\"], \"params\": {\"dane\": "
				  "{\"usages\": [\"3\"]}}}",
				  0, NULL);
	struct dna_complaints complaints = { .name = "recording" };
	struct dna_profile *profile = NULL;
	struct dna_node *node = NULL;
	char *text;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(dna_node_from_json(&node, json), 0);
	cr_assert_eq(dna_profile_read(&profile, "r", node, NULL, NULL, &test_source, &complaints),
		     DNA_E_POLICY);
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(text, "recording: parameter 'usages' of dane: '3' is not an integer\n"
			       "recording: unknown prooftype 'dnae'; did you mean 'dane'?");
	free(text);
	dna_node_free(node);
	json_decref(json);
}

Test(profile, is_counted)
{
	struct dna_profile *profile = read_good("{prove: [pkix]}", NULL);

	cr_assert_eq(dna_profile_ref(profile), profile);
	dna_profile_unref(profile);
	cr_assert_str_eq(profile->provers[0].prooftype->name, "pkix");
	dna_profile_unref(profile);
	dna_profile_unref(NULL);
}

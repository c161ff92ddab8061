/* Policies from files, with real plugins. */
#include "base/limits.h"
#include "policy/policy.h"
#include "../policy/sentences.h"
#include "shelf.h"

#include <dna/dna.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *directory;
static struct dna_registry *registry;

static void set_up(void)
{
	directory = shelf_directory();
	shelf_put(directory, "good", NULL);
	shelf_put(directory, "good-too", NULL);
	shelf_put(directory, "wrong-abi", NULL);
	cr_assert_eq(dna_registry_new(&registry, directory), 0);
}

static void tear_down(void)
{
	dna_registry_free(registry);
	shelf_remove(directory);
}

TestSuite(load_policy, .init = set_up, .fini = tear_down);

static int load(const char *text, struct dna_policy **policy, char **complaint)
{
	char *path = shelf_path(directory, "policy.yaml");
	int r;

	shelf_write(directory, "policy.yaml",
		    (struct dna_bytes){ (const uint8_t *)text, strlen(text) });
	r = dna_policy_load(policy, path, registry, complaint);
	free(path);
	return r;
}

Test(load_policy, reads_a_file_and_loads_what_it_names)
{
	struct dna_policy *policy = NULL;
	struct dna_choice choice;
	char *complaint = NULL;
	int r = load("policy: 1\n"
		     "prooftypes: { missing: { optional: true } }\n"
		     "profiles: { a: { delegate: [good-too], prove: [[good, missing]],"
		     " params: { good: { strict: false } } } }\n"
		     "default: a\n",
		     &policy, &complaint);

	cr_assert_eq(r, 0, "%s", complaint);
	dna_policy_choose(policy, "example.com", NULL, DNA_XMPP_SERVER, DNA_INITIATING, &choice);
	cr_assert_eq(choice.profile->prover_count, 1);
	cr_assert_eq(dna_params_get(choice.profile->provers[0].params, "strict")->boolean, false);
	cr_assert_str_eq(strrchr(choice.file, '/'), "/policy.yaml");
	/* What it does not name is not touched. */
	cr_assert_null(dna_registry_refusal(registry, "wrong-abi"));
	dna_policy_unref(policy);
}

Test(load_policy, says_what_is_wrong_with_plugins)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL, *expected = NULL;

	cr_assert_eq(load("policy: 1\nprofiles: { a: { delegate: [], prove: [god, wrong-abi,"
			  " zzzzzzz] } }\ndefault: a\n",
			  &policy, &complaint),
		     DNA_E_POLICY);
	cr_assert_gt(
		asprintf(&expected,
			 "%1$s/policy.yaml:2:40: unknown prooftype 'god'; did you mean 'good'?\n"
			 "%1$s/policy.yaml:2:45: prooftype 'wrong-abi' is refused: "
			 "%1$s/wrong-abi.so has ABI 2; this release has 1\n"
			 "%1$s/policy.yaml:2:56: unknown prooftype 'zzzzzzz': "
			 "%1$s/zzzzzzz.so does not exist",
			 directory),
		0);
	cr_assert_str_eq(sentences(complaint), expected);
	cr_assert_null(policy);
	free(expected);
	free(complaint);
}

static void expect_unreadable(const char *path, int error, const char *why)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL, *expected = NULL;

	cr_expect_eq(dna_policy_load(&policy, path, registry, &complaint), error, "%s", path);
	cr_assert_gt(asprintf(&expected, "%s: this file %s", path, why), 0);
	cr_expect(complaint != NULL && strcmp(complaint, expected) == 0, "%s", complaint);
	free(expected);
	free(complaint);
	cr_expect_eq(dna_policy_load(&policy, path, registry, NULL), error);
}

Test(load_policy, says_why_a_file_cannot_be_read)
{
	char *missing = shelf_path(directory, "missing.yaml"), *big = shelf_path(directory, "big");

	expect_unreadable(missing, DNA_E_NOTFOUND, "cannot be read: No such file or directory");
	expect_unreadable(directory, DNA_E_IO, "is not a regular file");
	shelf_write(directory, "big", (struct dna_bytes){ (const uint8_t *)"", 0 });
	cr_assert_eq(truncate(big, DNA_POLICY_MAX + 1), 0);
	expect_unreadable(big, DNA_E_LIMIT, "is longer than 16777216 octets");
	free(missing);
	free(big);
}

Test(load_policy, reads_from_memory_too)
{
	static const char text[] = "policy: 1\nprofiles: {a: {prove: [good], delegate: []}}\n"
				   "default: b\n";
	struct dna_bytes bytes = { (const uint8_t *)text, strlen(text) };
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_eq(dna_policy_read(&policy, bytes, "memory", registry, &complaint), DNA_E_POLICY);
	cr_assert_str_eq(sentences(complaint),
			 "memory:3:10: unknown profile 'b'; there is 'a'");
	free(complaint);
}

static const char *top(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL ? value : ".";
}

/* The policy that is shipped, with the plugins that are shipped. */
Test(load_policy, reads_the_default)
{
	char *path = shelf_path(top("top_srcdir"), "policy/default.yaml");
	char *plugins = shelf_path(top("top_builddir"), "plugins.d"), *complaint = NULL;
	struct dna_registry *shipped = NULL;
	struct dna_policy *policy = NULL;
	struct dna_choice choice;

	cr_assert_eq(dna_registry_new(&shipped, plugins), 0, "%s", plugins);
	cr_assert_eq(dna_policy_load(&policy, path, shipped, &complaint), 0, "%s", complaint);
	dna_policy_choose(policy, "example.com", NULL, DNA_XMPP_SERVER, DNA_RECEIVING, &choice);
	cr_assert_str_eq(choice.profile->name, "default");
	cr_assert_eq(choice.profile->prover_count, 3);
	cr_assert_eq(choice.profile->provers[1].stage, 0);
	cr_assert_eq(choice.profile->provers[2].stage, 1);
	/* Better than dialback, which is all that hosted domains have otherwise. */
	cr_assert(dna_params_get(choice.profile->delegators[0].params, "inbound")->boolean);
	cr_assert(dna_params_get(choice.profile->provers[0].params, "clients")->boolean);
	dna_policy_unref(policy);
	dna_registry_free(shipped);
	free(plugins);
	free(path);
}

/* All or nothing: what is wrong leaves the policy in force where it is. */
Test(load_policy, replaces_the_policy_in_force_by_a_right_one_alone)
{
	static const char *const texts[] = {
		"policy: 1\nprofiles: {b: {delegate: [], prove: [god]}}\ndefault: b\n",
		"policy: 1\nprofiles: {b: {delegate: [], prove: [good]}}\ndefault: b\n"
	};
	char *path = shelf_path(directory, "policy.yaml"), *complaint = NULL;
	struct dna_policy *policy = NULL, *in_force;
	struct dna_policy_slot *slot;

	cr_assert_eq(load("policy: 1\nprofiles: {a: {delegate: [], prove: [good]}}\ndefault: a\n",
			  &policy, NULL),
		     0);
	cr_assert_eq(dna_policy_slot_new(&slot, policy), 0);
	for (int i = 0; i < 2; i++) {
		shelf_write(directory, "policy.yaml",
			    (struct dna_bytes){ (const uint8_t *)texts[i], strlen(texts[i]) });
		cr_expect_eq(dna_policy_slot_reload(slot, path, registry, &complaint) == 0, i == 1,
			     "%s", complaint);
		cr_expect_eq(complaint != NULL, i == 0);
		free(complaint);
		complaint = NULL;
		in_force = dna_policy_slot_get(slot);
		cr_expect_eq(in_force == policy, i == 0);
		dna_policy_unref(in_force);
	}
	dna_policy_slot_free(slot);
	dna_policy_unref(policy);
	free(path);
}

static int load_naming(const char *name, char **complaint)
{
	struct dna_policy *policy = NULL;
	char *text = NULL;
	int r;

	cr_assert_gt(asprintf(&text,
			      "policy: 1\n"
			      "profiles: { a: { delegate: [], prove: [%s] } }\n"
			      "default: a\n",
			      name),
		     0);
	r = load(text, &policy, complaint);
	dna_policy_unref(policy);
	free(text);
	return r;
}

static void expect_complaint(const char *name, const char *part)
{
	char *complaint = NULL;

	cr_assert_eq(load_naming(name, &complaint), DNA_E_POLICY);
	cr_expect_not_null(strstr(complaint, part), "%s", complaint);
	free(complaint);
}

/* An operator who puts right what the complaint says need not restart a server. */
Test(load_policy, tries_again_what_was_refused_before)
{
	char *complaint = NULL, *plugin = shelf_path(directory, "good.so");

	cr_assert_eq(unlink(plugin), 0);
	expect_complaint("good", "good.so does not exist");
	shelf_put(directory, "good", NULL);
	cr_assert_eq(chmod(plugin, 0666), 0);
	expect_complaint("good", "good.so is writable by everybody");
	cr_assert_eq(chmod(plugin, 0644), 0);
	cr_assert_eq(load_naming("good", &complaint), 0, "%s", complaint);
	free(plugin);
}

/* The linker knows it by its name: it would not look at another file that has come in its place. */
Test(load_policy, does_not_try_again_what_is_in_memory)
{
	char *complaint = NULL;

	expect_complaint("wrong-abi", "wrong-abi.so has ABI 2");
	expect_complaint("missing", "missing.so does not exist");
	cr_assert_eq(load_naming("good", &complaint), 0, "%s", complaint);
	cr_expect_not_null(dna_registry_refusal(registry, "wrong-abi"));
	cr_expect_null(dna_registry_refusal(registry, "missing"));
}

/* What profiles inherit, what tables add, and what is warned of. */
#include "policy/lint.h"
#include "policy/policy.h"
#include "proof/case.h"
#include "source.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dna_bytes bytes(const char *text)
{
	return (struct dna_bytes){ (const uint8_t *)text, strlen(text) };
}

static struct dna_policy *read_good(const char *text, const char *name)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_eq(dna_policy_read_from(&policy, bytes(text), name, &test_source, &complaint), 0,
		     "%s", complaint);
	return policy;
}

/* Lists are replaced, mappings are merged, and the farthest ancestor comes first. */
Test(extends, replaces_lists_and_merges_mappings)
{
	struct dna_policy *policy = read_good(
		"policy: 1\n"
		"profiles:\n"
		"  c: {extends: b, params: {dane: {clients: true}}, withstand: [pin]}\n"
		"  a: {prove: [[dane, pkix], posh], params: {dane: {usages: [1, 2]}, posh: {}}, "
		"minimum: weak, withstand: [webpki]}\n"
		"  b: {extends: a, prove: [dane], delegate: []}\n"
		"default: c\n",
		"f");
	const struct dna_profile *c = dna_policy_profile(policy, "c");

	cr_expect_eq(c->prover_count, 1);
	cr_expect_eq(c->delegator_count, 0);
	cr_expect_eq(c->demand.minimum, DNA_LEAST_WEAK);
	cr_expect_eq(c->demand.withstand, DNA_ROOT_PIN);
	cr_expect_eq(dna_params_get(c->provers[0].params, "usages")->count, 2);
	cr_expect(dna_params_get(c->provers[0].params, "clients")->boolean);
	cr_expect_eq(dna_policy_profile(policy, "a")->prover_count, 3);
	cr_expect(dna_policy_profile(policy, "a")->extended);
	cr_expect_not(c->extended);
	dna_policy_unref(policy);
}

/* Who says nothing of a prooftype takes nothing away either. */
Test(extends, keeps_what_nothing_is_said_about)
{
	struct dna_policy *policy =
		read_good("policy: 1\n"
			  "profiles:\n"
			  "  a: {prove: [dane], params: {dane: {usages: [3], clients: true}}}\n"
			  "  b: {extends: a, params: {dane: }}\n"
			  "default: b\n",
			  "f");
	const struct dna_profile *b = dna_policy_profile(policy, "b");

	cr_expect_eq(dna_params_get(b->provers[0].params, "usages")->count, 1);
	cr_expect(dna_params_get(b->provers[0].params, "clients")->boolean);
	dna_policy_unref(policy);
}

static const struct {
	const char *profiles, *complaint;
} wrong[] = {
	{ "{a: {extends: a, prove: [dane]}}", "f:2:25: the profile 'a' would extend itself\n" },
	{ "{a: {extends: b}, b: {extends: a}}", "f:2:42: the profile 'a' would extend itself\n" },
	{ "{a: {prove: [dane], params: {dane: {}}}, b: {extends: a, params: }}",
	  "f:2:76: this has to be a mapping of prooftypes to their parameters\n" },
	{ "{ab: {extends: bc, prove: [dane]}, bd: {prove: [dane]}}",
	  "f:2:26: unknown profile 'bc'; did you mean 'bd'?\n" },
	{ "{a: {extends: [b], prove: [dane]}}",
	  "f:2:25: the name of a profile has to stand here\n" },
	{ "{a: {prove: [dnae]}, b: {extends: a}}",
	  "f:2:24: unknown prooftype 'dnae'; did you mean 'dane'?\n" },
	{ "{a: {minimum: dna}, b: {extends: a}}", "a profile needs the key 'prove'\n" },
};

Test(extends, is_refused_with_a_reason)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct dna_policy *policy = NULL;
		char text[300], *complaint = NULL;

		snprintf(text, sizeof(text), "policy: 1\nprofiles: %s\ndefault: a\n",
			 wrong[i].profiles);
		cr_expect_eq(
			dna_policy_read_from(&policy, bytes(text), "f", &test_source, &complaint),
			DNA_E_POLICY);
		cr_expect(complaint != NULL && strstr(complaint, wrong[i].complaint) != NULL,
			  "%zu: %s", i, complaint);
		free(complaint);
	}
}

/* SEC-006: neither a long line of profiles nor very many of them. */
Test(extends, is_bounded)
{
	struct dna_policy *policy = NULL;
	char *text = NULL, *complaint = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	fputs("policy: 1\nprofiles:\n  p0: {prove: [dane]}\n", file);
	for (unsigned i = 1; i <= 30; i++)
		fprintf(file, "  p%u: {extends: p%u}\n", i, i - 1);
	fputs("default: p0\n", file);
	fclose(file);
	cr_expect_eq(dna_policy_read_from(&policy, bytes(text), "f", &test_source, &complaint),
		     DNA_E_POLICY);
	cr_expect_not_null(strstr(complaint, "'p17' extends more than 16 profiles"), "%s",
			   complaint);
	cr_expect_null(strstr(complaint, "'p16' extends"), "%s", complaint);
	free(complaint);
	free(text);
}

/* ---- Excerpts ---- */

Test(complaints, show_the_line_and_the_place)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_eq(dna_policy_read_from(&policy,
					  bytes("policy: 1\n"
						"profiles: {\xc3\xa4: {prove: [dnae]}}\n"
						"default: \xc3\xa4"),
					  "f", &test_source, &complaint),
		     DNA_E_POLICY);
	cr_expect_str_eq(complaint, "f:2:24: unknown prooftype 'dnae'; did you mean 'dane'?\n"
				    "      2 | profiles: {\xc3\xa4: {prove: [dnae]}}\n"
				    "        |                        ^");
	free(complaint);
}

/* What is not allowed and yet understood hides no other mistake. */
Test(complaints, are_about_all_of_a_policy)
{
	static const char *const sentences[] = {
		"f:2:15: anchors are not allowed here\n", "f:2:26: tags are not allowed here\n",
		"f:3:14: the key 'minimum' is here twice; it stands in line 2 already\n",
		"f:4:5: aliases are not allowed here; an asterisk has to be in quotes\n",
		"f:5:15: unknown profile 'z'; there is 'a'"
	};
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_eq(dna_policy_read_from(&policy,
					  bytes("policy: 1\n"
						"profiles: {a: &x {prove: !!seq [dane], minimum: "
						"weak,\n"
						"             minimum: dna}, b:\n"
						"    *x }\n"
						"rules: [{use: z, match: {}}]\n"
						"default: a\n"),
					  "f", &test_source, &complaint),
		     DNA_E_POLICY);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		cr_expect_not_null(strstr(complaint, sentences[i]), "%s%s", sentences[i],
				   complaint);
	free(complaint);
}

/* ---- Endpoints ---- */

/* DELEG-016: what the policy says stands where SRV records would, but not where the caller knows. */
Test(endpoint, is_where_the_case_connects)
{
	struct dna_policy *policy =
		read_good("policy: 1\nprofiles: {a: {delegate: [], prove: [pkix]}}\n"
			  "rules: [{match: {remote: a.example}, use: a, "
			  "endpoint: '192.0.2.1:5270,direct'}]\ndefault: a\n",
			  "f");
	struct dna_subject subject = { .domain = "a.example", .service = DNA_XMPP_SERVER };
	struct dna_case *c;
	struct dna_need need;
	struct dna_hop hop;
	size_t count;

	cr_assert_eq(dna_case_new(&c, policy, &subject, 1000), 0);
	while (dna_case_next_need(c, &need))
		cr_expect_neq(need.type, 33, "SRV is asked for: %s", need.name);
	cr_assert_eq(dna_case_route(c, &count), 0);
	cr_assert_eq(count, 1);
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_expect_str_eq(dna_endpoint_host(hop.endpoint), "192.0.2.1");
	cr_expect_eq(dna_endpoint_port(hop.endpoint), 5270);
	cr_expect_eq(dna_endpoint_tls(hop.endpoint), DNA_DIRECT_TLS);
	cr_expect_eq(dna_endpoint_source(hop.endpoint), DNA_ENDPOINT_CONFIGURED);
	dna_case_free(c);

	subject.endpoint.host = "b.example";
	subject.endpoint.port = 5269;
	cr_assert_eq(dna_case_new(&c, policy, &subject, 1000), 0);
	while (dna_case_next_need(c, &need) && need.type != 33)
		;
	cr_expect_eq(need.type, 33, "what the caller gives is not configured");
	dna_case_free(c);
	dna_policy_unref(policy);
}

/* ---- Addresses ---- */

/* PKIX-022: a rule for an address, however that is written, and whose ever. */
Test(address, has_the_profile_of_its_rule)
{
	static const struct {
		const char *domain, *local, *profile;
	} cases[] = {
		{ "192.0.2.1", NULL, "four" },       { "192.0.2.2", NULL, "a" },
		{ "2001:db8::1", NULL, "six" },      { "[2001:DB8:0::1]", NULL, "six" },
		{ "[2001:db8::2]", NULL, "a" },      { "a.example", "[2001:db8::3]", "ours" },
		{ "a.example", "2001:db8::4", "a" },
	};
	struct dna_policy *policy =
		read_good("policy: 1\nprofiles:\n  a: { delegate: [], prove: [pkix] }\n"
			  "  four: { extends: a }\n  six: { extends: a }\n  ours: { extends: a }\n"
			  "rules:\n  - { match: { remote: 192.0.2.1 }, use: four }\n"
			  "  - { match: { remote: '2001:DB8::1' }, use: six }\n"
			  "  - { match: { local: '2001:db8::3' }, use: ours }\ndefault: a\n",
			  "f");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_subject subject = { .domain = cases[i].domain,
					       .local = cases[i].local,
					       .service = DNA_XMPP_SERVER };
		struct dna_case *c;

		cr_assert_eq(dna_case_new(&c, policy, &subject, 1000), 0, "%s", cases[i].domain);
		cr_expect_str_eq(c->choice.profile->name, cases[i].profile, "%s", cases[i].domain);
		dna_case_free(c);
	}
	dna_policy_unref(policy);
}

/* ---- Tables ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static const struct {
	const char *remote, *local, *profile, *file;
	unsigned line;
} lookups[] = {
	{ "a.example", NULL, "one", "remotes.d/a.yaml", 1 },
	{ "x.b.example", NULL, "two", "remotes.d/a.yaml", 2 },
	{ "c.example", NULL, "two", "remotes.d/b.yaml", 2 },
	{ "d.example", NULL, "usual", "policy.yaml", 11 },
	{ "d.example", "tenant.example", "one", "locals.yaml", 1 },
	{ "c.example", "tenant.example", "two", "remotes.d/b.yaml", 2 },
	{ "f.b.example", NULL, "usual", "policy.yaml", 7 },
	{ "f.b.example", "tenant.example", "usual", "policy.yaml", 7 },
	{ "a.example", "special.example", "two", "policy.yaml", 8 },
};

Test(tables, are_rules_for_one_domain_each)
{
	char folder[] = "/tmp/dna-tables-XXXXXX", path[300];
	struct dna_policy *policy;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "mkdir %s/remotes.d", folder);
	cr_assert_eq(system(path), 0);
	write_file(folder, "remotes.d/a.yaml", "a.example: one\n\"*.b.example\": two\n");
	write_file(folder, "remotes.d/b.yaml", "# more\nc.example: two\n");
	write_file(folder, "locals.yaml", "tenant.example: one\n");
	snprintf(path, sizeof(path), "%s/policy.yaml", folder);
	policy = read_good("policy: 1\n"
			   "profiles:\n"
			   "  usual: {prove: [dane]}\n"
			   "  one: {prove: [pkix]}\n"
			   "  two: {prove: [posh]}\n"
			   "rules:\n"
			   "  - {match: {remote: f.b.example}, use: usual}\n"
			   "  - {match: {remote: a.example, local: special.example}, use: two}\n"
			   "remotes: remotes.d/*.yaml\n"
			   "locals: locals.yaml\n"
			   "default: usual\n",
			   path);
	for (size_t i = 0; i < sizeof(lookups) / sizeof(lookups[0]); i++) {
		struct dna_choice choice;

		dna_policy_choose(policy, lookups[i].remote, lookups[i].local, DNA_XMPP_SERVER,
				  DNA_INITIATING, &choice);
		cr_expect_str_eq(choice.profile->name, lookups[i].profile, "%zu", i);
		cr_expect_eq(choice.line, lookups[i].line, "%zu: %u", i, choice.line);
		cr_expect_not_null(strstr(choice.file, lookups[i].file), "%zu: %s", i, choice.file);
	}
	dna_policy_unref(policy);
	snprintf(path, sizeof(path), "rm -r %s", folder);
	cr_assert_eq(system(path), 0);
}

Test(tables, are_refused_where_a_rule_says_the_same)
{
	char folder[] = "/tmp/dna-tables-XXXXXX", path[300], command[64];
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_assert_not_null(mkdtemp(folder));
	write_file(folder, "r.yaml", "x.example: a\n\"*.y.example\": a\nz.example: nobody\n");
	snprintf(path, sizeof(path), "%s/policy.yaml", folder);
	cr_expect_eq(dna_policy_read_from(&policy,
					  bytes("policy: 1\nprofiles: {a: {prove: [dane]}}\n"
						"remotes: r.yaml\ndefault: a\n"),
					  path, &test_source, &complaint),
		     DNA_E_POLICY);
	cr_expect_not_null(strstr(complaint, "r.yaml:3:12: unknown profile 'nobody'"), "%s",
			   complaint);
	free(complaint);
	write_file(folder, "r.yaml", "x.example: a\n\"*.y.example\": a\n");
	cr_expect_eq(dna_policy_read_from(&policy,
					  bytes("policy: 1\nprofiles: {a: {prove: [dane]}}\n"
						"rules:\n"
						"- {match: {remote: '*.y.example'}, use: a}\n"
						"- {match: {remote: x.example, service: "
						"xmpp-client}, use: a}\n"
						"remotes: r.yaml\ndefault: a\n"),
					  path, &test_source, &complaint),
		     DNA_E_POLICY);
	cr_expect_not_null(strstr(complaint, ":4:3: the rule in line 4 matches the same as line 2"),
			   "%s", complaint);
	cr_expect_null(strstr(complaint, ":5:3: "), "%s", complaint);
	free(complaint);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

/* ---- Warnings ---- */

#define HEAD "policy: 1\nprofiles:\n  a: {prove: [dane, pkix]}\n"

static const struct {
	const char *text, *warning; /* NULL: none */
} warnings[] = {
	{ HEAD "default: a\n", NULL },
	{ HEAD "  b: {prove: [dane]}\ndefault: a\n",
	  "f:4:6: warning: nobody uses the profile 'b'\n" },
	{ HEAD "  b: {prove: [pkix, posh], withstand: [webpki]}\ndefault: b\n",
	  "no prooftype of 'b' can give a proof that withstands what is demanded\n" },
	{ HEAD "  b: {extends: a, withstand: any}\ndefault: b\n", NULL },
	{ HEAD "  b: {extends: a, withstand: [webpki, dnssec]}\ndefault: b\n",
	  "no prooftype of 'b' can give a proof" },
	{ "policy: 1\nprooftypes: {gone: {optional: true}}\nprofiles: {a: {prove: [dane, gone]}}\n"
	  "default: a\n",
	  "f:3:30: warning: the prooftype 'gone' is not installed, and left out\n" },
	{ HEAD "rules:\n"
	       "  - {match: {remote: x.example, service: xmpp-client}, use: a}\n"
	       "  - {match: {remote: x.example, service: xmpp-server}, use: a}\n"
	       "  - {match: {remote: x.example}, use: a}\n"
	       "default: a\n",
	  "f:7:5: warning: this rule can never match" },
	{ HEAD "rules:\n  - {match: {remote: '*.x.example'}, use: a}\ndefault: a\n",
	  "f:5:5: warning: '*.x.example' does not stand for x.example itself" },
	{ HEAD "rules:\n  - {match: {remote: '*.x.example'}, use: a}\n"
	       "  - {match: {remote: x.example}, use: a}\ndefault: a\n",
	  NULL },
	{ HEAD "rules:\n  - {match: {remote: '*.example'}, use: a}\ndefault: a\n", NULL },
	{ HEAD "  w: {extends: a, minimum: weak}\nrules:\n  - {match: {remote: '*'}, use: w}\n"
	       "default: a\n",
	  "f:6:5: warning: whoever is under this wildcard needs no proof: 'w' has the minimum "
	  "weak" },
	{ HEAD "rules:\n"
	       "  - {match: {remote: x.example, direction: receiving}, use: a, endpoint: "
	       "'y.example:1'}\n"
	       "default: a\n",
	  "warning: 'endpoint' says where to connect" },
	{ HEAD "rules:\n  - {match: {local: '*.x.example'}, use: a}\ndefault: a\n",
	  "f:5:5: warning: '*.x.example' does not stand for x.example itself" },
	/* POL-007: a floor with a hole in it. */
	{ HEAD "rules:\n  - {match: {remote: x.example}, use: a}\n"
	       "floors:\n  - {match: {remote: '*.x.example'}, minimum: dna}\n"
	       "  - {match: {}, minimum: weak}\ndefault: a\n",
	  "f:7:5: warning: '*.x.example' does not stand for x.example itself" },
	{ HEAD "floors:\n  - {match: {local: '*.x.example'}, minimum: dna}\n"
	       "  - {match: {remote: x.example}, minimum: dna}\ndefault: a\n",
	  "f:5:5: warning: '*.x.example' does not stand for x.example itself" },
	{ HEAD "floors:\n  - {match: {local: '*.x.example'}, minimum: dna}\n"
	       "  - {match: {local: x.example}, minimum: weak}\ndefault: a\n",
	  NULL },
	{ HEAD "floors:\n  - {match: {}, minimum: none-tls}\ndefault: a\n",
	  "f:5:5: warning: this floor demands nothing" },
	{ HEAD "floors:\n  - {match: {}, withstand: []}\ndefault: a\n",
	  "f:5:5: warning: this floor demands nothing" },
	/* DELEG-016: the operator vouches for more than one domain. */
	{ HEAD "rules:\n  - {match: {local: x.example}, use: a, endpoint: 'y.example:1'}\n"
	       "default: a\n",
	  "f:5:5: warning: whoever has y.example:1 can prove each domain that this rule is for" },
	{ HEAD "remotes: /nowhere/*.yaml\ndefault: a\n",
	  "f:4:10: warning: there is no file yet that fits /nowhere/*.yaml" },
	{ HEAD "rules:\n  - {match: {remote: x.example}, use: a, endpoint: 'y.example:1'}\n"
	       "default: a\n",
	  NULL },
};

Test(lint, warns_of_what_is_probably_not_meant)
{
	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++) {
		char *complaint = NULL;

		cr_expect_eq(
			dna_policy_lint(bytes(warnings[i].text), "f", &test_source, &complaint), 0,
			"%zu: %s", i, complaint);
		if (warnings[i].warning == NULL)
			cr_expect_null(complaint, "%zu: %s", i, complaint);
		else
			cr_expect(complaint != NULL &&
					  strstr(complaint, warnings[i].warning) != NULL,
				  "%zu: %s", i, complaint);
		free(complaint);
	}
}

/* What is said of rules is said of the entries of tables, at their own places. */
Test(lint, looks_into_tables)
{
	char folder[] = "/tmp/dna-tables-XXXXXX", path[600];
	char *complaint = NULL;

	cr_assert_not_null(mkdtemp(folder));
	write_file(folder, "r.yaml",
		   "x.example: a\n\"*.x.example\": a\n\"*.y.example\": a\nz.example: a\n"
		   "\"*.ruled.example\": a\n\"*.x.test\": w\nx.test: a\n\"*.test\": a\n");
	snprintf(path, sizeof(path), "%s/policy.yaml", folder);
	cr_expect_eq(
		dna_policy_lint(
			bytes(HEAD
			      "  w: {extends: a, minimum: weak}\nrules:\n"
			      "  - {match: {remote: ruled.example}, use: a}\n"
			      "  - {match: {remote: x.example, service: xmpp-client}, use: a}\n"
			      "  - {match: {remote: z.example, service: xmpp-client}, use: a}\n"
			      "  - {match: {remote: z.example, service: xmpp-server}, use: a}\n"
			      "remotes: r.yaml\ndefault: a\n"),
			path, &test_source, &complaint),
		0);
	snprintf(path, sizeof(path),
		 "%1$s/r.yaml:3:1: warning: '*.y.example' does not stand for y.example itself, of "
		 "which nothing is said\n"
		 "%1$s/r.yaml:6:1: warning: whoever is under this wildcard needs no proof: 'w' has "
		 "the minimum weak\n"
		 "%1$s/r.yaml:4:1: warning: this entry can never match",
		 folder);
	cr_expect_eq(strncmp(complaint, path, strlen(path)), 0, "%s", complaint);
	cr_expect_null(strchr(strstr(complaint, "r.yaml:4:1"), '\n'), "%s", complaint);
	free(complaint);
	snprintf(path, sizeof(path), "rm -r %s", folder);
	cr_assert_eq(system(path), 0);
}

/* Profiles that only tables name are in use. */
Test(lint, knows_what_tables_say)
{
	char folder[] = "/tmp/dna-tables-XXXXXX", path[300];
	char *complaint = NULL;

	cr_assert_not_null(mkdtemp(folder));
	write_file(folder, "r.yaml", "x.example: b\n\"*.x.example\": c\n");
	write_file(folder, "l.yaml", "\"*.y.example\": d\n");
	snprintf(path, sizeof(path), "%s/policy.yaml", folder);
	cr_expect_eq(dna_policy_lint(bytes(HEAD "  b: {prove: [dane]}\n"
						"  c: {prove: [dane]}\n"
						"  d: {prove: [dane]}\n"
						"  e: {prove: [dane]}\n"
						"remotes: r.yaml\nlocals: l.yaml\ndefault: a\n"),
				     path, &test_source, &complaint),
		     0);
	cr_expect_not_null(strstr(complaint, "nobody uses the profile 'e'"), "%s", complaint);
	cr_expect_null(strstr(complaint, "'b'"), "%s", complaint);
	cr_expect_null(strstr(complaint, "'c'"), "%s", complaint);
	cr_expect_null(strstr(complaint, "'d'"), "%s", complaint);
	free(complaint);
	snprintf(path, sizeof(path), "rm -r %s", folder);
	cr_assert_eq(system(path), 0);
}

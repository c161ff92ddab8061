/* libdna-net as an application has it: the public headers, the shared libraries, the plugins. */
#include "world.h"

#include <criterion/criterion.h>
#include <dna/net.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *top;
static struct dna_registry *registry;
static struct dna_policy *policy;
static struct dna_net *net;

static char *path_of(const char *directory, const char *name)
{
	char *path = NULL;

	cr_assert_not_null(directory, "to be run by https.sh");
	cr_assert_gt(asprintf(&path, "%s/%s", directory, name), 0);
	return path;
}

static void read_policy(void)
{
	static const char text[] =
		"policy: 1\n"
		"profiles: { default: { delegate: [dnssec-srv], prove: [[dane, pkix]] },\n"
		"            posh: { delegate: [], prove: [posh] } }\n"
		"rules: [ { match: { remote: public.example }, use: posh } ]\n"
		"default: default\n";
	char *plugins = path_of(top, "plugins.d"), *complaint = NULL;

	cr_assert_eq(dna_registry_new(&registry, plugins), 0);
	cr_assert_eq(dna_policy_read(&policy,
				     (struct dna_bytes){ (const uint8_t *)text, sizeof(text) - 1 },
				     "test", registry, &complaint),
		     0, "%s", complaint);
	free(plugins);
}

static void set_up(void)
{
	top = realpath(getenv("top_builddir") != NULL ? getenv("top_builddir") : ".", NULL);
	read_policy();
}

static void tear_down(void)
{
	dna_net_free(net);
	dna_policy_unref(policy);
	dna_registry_free(registry);
	free(top);
}

#define ENOUGH 60000 /* milliseconds for what has to happen, however slow the machine is */

TestSuite(verify, .init = set_up, .fini = tear_down, .timeout = 300);

static void start(const char *ca_file)
{
	char *program = path_of(top, "tests/unit/net/worker"),
	     *file = path_of(getenv("DNA_TEST_DIR"), ca_file);
	struct dna_net_options options = { .resolver_program = program, .ca_file = file };
	char *complaint = NULL;

	cr_assert_eq(dna_net_new(&net, &options, &complaint), 0, "%s", complaint);
	free(program);
	free(file);
}

/* What the server for |domain| presents: the certificate that names a.example. */
static struct dna_case *verify(const char *domain, unsigned milliseconds)
{
	struct dna_subject subject = { .domain = domain,
				       .service = DNA_XMPP_SERVER,
				       .endpoint = { .host = domain, .port = 5269 } };
	char *path = path_of(getenv("DNA_TEST_DIR"), "good.der");
	FILE *file = fopen(path, "r");
	struct dna_case *c = NULL;
	uint8_t der[4096];
	struct dna_bytes chain = { der, 0 };

	cr_assert_not_null(file);
	chain.size = fread(der, 1, sizeof(der), file);
	fclose(file);
	free(path);
	cr_assert_eq(dna_verify(net, policy, &subject, &chain, 1, milliseconds, &c), 0);
	return c;
}

static void expect(const char *domain, unsigned milliseconds, enum dna_verdict_kind kind,
		   const char *reason)
{
	struct dna_case *c = verify(domain, milliseconds);
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), kind, "%s: %s", dna_verdict_name(dna_verdict_kind(v)),
		     dna_verdict_reason(v));
	cr_assert_not_null(strstr(dna_verdict_reason(v), reason), "%s", dna_verdict_reason(v));
	dna_case_free(c);
}

Test(verify, proves_a_domain)
{
	start("ca.pem");
	expect("a.example", ENOUGH, DNA_VERDICT_PROVEN, "");
}

Test(verify, does_not_prove_another_domain)
{
	start("ca.pem");
	expect("c.example", ENOUGH, DNA_VERDICT_UNPROVEN, "");
}

Test(verify, trusts_the_authorities_that_were_named_and_no_other)
{
	start("stranger.pem");
	expect("a.example", ENOUGH, DNA_VERDICT_UNPROVEN, "");
}

/* POSH-028: the same document serves several cases. */
Test(verify, fetches_a_document_once)
{
	start("ca.pem");
	for (int i = 0; i < 3; i++)
		expect("public.example", ENOUGH, DNA_VERDICT_PROVEN,
		       "https://public.example/.well-known/posh/xmpp-server.json lists");
	cr_assert_eq(world_connections, 1);
}

Test(verify, waits_no_longer_than_it_may)
{
	start("ca.pem");
	expect("silent.example", 300, DNA_VERDICT_UNDECIDED, "within");
}

Test(verify, refuses_what_is_no_domain)
{
	struct dna_subject subject = { .domain = "not a domain", .service = DNA_XMPP_SERVER };
	struct dna_case *c = NULL;

	start("ca.pem");
	cr_assert_eq(dna_verify(net, policy, &subject, NULL, 0, 100, &c), DNA_E_INVALID);
	cr_assert_null(c);
}

/* ---- options ---- */

static void expect_complaint(const char *ca_file, int error, const char *expected)
{
	struct dna_net_options options = { .ca_file = ca_file };
	char *complaint = NULL;

	cr_assert_eq(dna_net_new(&net, &options, &complaint), error, "%s", ca_file);
	cr_assert_null(net);
	cr_assert_not_null(complaint);
	cr_assert_not_null(strstr(complaint, ca_file), "%s", complaint);
	cr_assert_not_null(strstr(complaint, expected), "%s", complaint);
	free(complaint);
	cr_assert_eq(dna_net_new(&net, &options, NULL), error);
}

Test(verify, says_what_is_wrong_with_its_options)
{
	expect_complaint("/nonexistent.pem", DNA_E_IO, "No such file or directory");
	expect_complaint("/", DNA_E_IO, "Is a directory");
	expect_complaint("/etc/passwd", DNA_E_SYNTAX, "there is no certificate");
	expect_complaint("/dev/zero", DNA_E_LIMIT, "a limit was reached");
}

Test(verify, needs_no_options)
{
	char *complaint = NULL;

	cr_assert_eq(dna_net_new(&net, NULL, &complaint), 0, "%s", complaint);
}

/* Paths are meant as of the beginning. */
Test(verify, finds_its_program_though_the_host_goes_elsewhere)
{
	char *file = path_of(getenv("DNA_TEST_DIR"), "ca.pem");
	struct dna_net_options options = { .resolver_program = "tests/unit/net/worker",
					   .ca_file = file };

	cr_assert_eq(chdir(top), 0);
	cr_assert_eq(dna_net_new(&net, &options, NULL), 0);
	cr_assert_eq(chdir("/"), 0);
	expect("a.example", ENOUGH, DNA_VERDICT_PROVEN, "");
	free(file);
}

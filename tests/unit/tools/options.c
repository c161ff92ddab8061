/* Options: what is read, and what is said of those that cannot be. */
#include "command.h"
#include "options.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>
#include <string.h>

static struct {
	bool json;
	const char *policy;
	struct dna_texts resolvers;
	unsigned seconds;
} got;

static const struct dna_option options[] = {
	{ "json", DNA_OPTION_SWITCH, &got.json, NULL, "lines of JSON", 0 },
	{ "policy", DNA_OPTION_TEXT, &got.policy, "FILE", "the policy", 0 },
	{ "resolver", DNA_OPTION_TEXTS, &got.resolvers, "ADDRESS", "a resolver", 0 },
	{ "timeout", DNA_OPTION_NUMBER, &got.seconds, "SECONDS", "how long", 600 },
	{ NULL, DNA_OPTION_SWITCH, NULL, NULL, NULL, 0 },
};
static const struct dna_usage usage = { "verify", "DOMAIN...", "About it.", options };

/* getopt_long() moves pointers of argv; the texts stay as they are. */
static int read_these(const char *const *texts)
{
	char *argv[32] = { NULL };
	int argc = 0;

	for (; texts[argc] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)texts[argc];
	return dna_options_read(&usage, argc, argv);
}

#define READ(...) read_these((const char *const[]){ __VA_ARGS__, NULL })

Test(options, reads_them_before_and_after_operands)
{
	const char *texts[] = { "verify",         "a.example",  "--json",
				"--policy",       "p.yaml",     "b.example",
				"--resolver=::1", "--resolver", "192.0.2.1",
				"--timeout",      "600",        "--",
				"--c.example",    NULL };
	char *argv[14];
	int first;

	memcpy(argv, texts, sizeof(argv));
	first = dna_options_read(&usage, 13, argv);

	cr_assert_eq(13 - first, 3);
	cr_expect_str_eq(argv[first], "a.example");
	cr_expect_str_eq(argv[first + 1], "b.example");
	cr_expect_str_eq(argv[first + 2], "--c.example");
	cr_expect(got.json);
	cr_expect_str_eq(got.policy, "p.yaml");
	cr_expect_eq(got.resolvers.count, 2);
	cr_expect_str_eq(got.resolvers.at[1], "192.0.2.1");
	cr_expect_eq(got.seconds, 600);
	cr_expect_eq(READ("verify", "-"), 1, "a lone hyphen is an operand");
}

static void said(const char *text)
{
	char line[512] = "";
	FILE *file = cr_get_redirected_stderr();

	fflush(stderr);
	cr_assert_not_null(fgets(line, sizeof(line), file));
	cr_expect_str_eq(line, text);
}

Test(options, names_the_nearest_of_an_unknown_one, .init = cr_redirect_stderr)
{
	cr_expect_eq(READ("verify", "--polcy=x"), DNA_OPTIONS_WRONG);
	said("dna verify: unknown option \"--polcy=x\"; did you mean --policy?\n");
}

Test(options, does_not_guess_wildly, .init = cr_redirect_stderr)
{
	cr_expect_eq(READ("verify", "--\033[31mxyzzy"), DNA_OPTIONS_WRONG);
	said("dna verify: unknown option \"--\xef\xbf\xbd[31mxyzzy\"\n");
}

Test(options, names_a_letter_that_is_none, .init = cr_redirect_stderr)
{
	cr_expect_eq(READ("verify", "-xyz", "a.example"), DNA_OPTIONS_WRONG);
	said("dna verify: unknown option \"-x\"\n");
}

Test(options, says_when_a_value_is_one_too_many, .init = cr_redirect_stderr)
{
	cr_expect_eq(READ("verify", "--json=yes"), DNA_OPTIONS_WRONG);
	said("dna verify: --json takes no value\n");
}

Test(options, says_when_a_value_is_missing, .init = cr_redirect_stderr)
{
	cr_expect_eq(READ("verify", "--policy"), DNA_OPTIONS_WRONG);
	said("dna verify: --policy needs a value\n");
}

Test(options, says_what_a_number_has_to_be, .init = cr_redirect_stderr)
{
	static const char *const wrong[] = {
		"0", "601", "-1", "1s", "", " 1", "99999999999999999999"
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_expect_eq(READ("verify", "--timeout", wrong[i]), DNA_OPTIONS_WRONG, "%s",
			     wrong[i]);
	said("dna verify: --timeout takes a number from 1 to 600, not \"0\"\n");
	cr_expect_eq(got.seconds, 0);
}

Test(options, bounds_what_may_be_repeated, .init = cr_redirect_stderr)
{
	int r = 0;

	for (int i = 0; i <= DNA_TEXTS_MAX && r >= 0; i++)
		r = READ("verify", "--resolver", "a");
	cr_expect_eq(r, DNA_OPTIONS_WRONG);
	cr_expect_eq(got.resolvers.count, DNA_TEXTS_MAX);
}

Test(options, help_lists_them, .init = cr_redirect_stdout)
{
	char text[1024] = "";

	cr_expect_eq(READ("verify", "--help"), DNA_OPTIONS_HELP);
	fflush(stdout);
	cr_assert_gt(fread(text, 1, sizeof(text) - 1, cr_get_redirected_stdout()), 0);
	cr_expect_not_null(
		strstr(text, "Usage: dna verify [options] DOMAIN...\n\nAbout it.\n\nOptions:\n"));
	cr_expect_not_null(strstr(text, "  --policy FILE           the policy\n"), "%s", text);
	cr_expect_not_null(strstr(text, "  --help                  show this\n"));
}

Test(options, come_from_the_environment_where_they_are_not_set)
{
	setenv("DNA_TEST", "there", 1);
	cr_expect_str_eq(dna_option_or_environment("here", "DNA_TEST"), "here");
	cr_expect_str_eq(dna_option_or_environment(NULL, "DNA_TEST"), "there");
	setenv("DNA_TEST", "", 1);
	cr_expect_null(dna_option_or_environment(NULL, "DNA_TEST"));
	unsetenv("DNA_TEST");
	cr_expect_null(dna_option_or_environment(NULL, "DNA_TEST"));
}

/* The worst of several is the highest. */
Test(command, exit_statuses_have_an_order)
{
	static const int order[] = { DNA_EXIT_VETO, DNA_EXIT_UNDECIDED, DNA_EXIT_USAGE,
				     DNA_EXIT_UNPROVEN, DNA_EXIT_OK };
	static const struct {
		enum dna_verdict_kind kind;
		int status;
	} kinds[] = { { DNA_VERDICT_PROVEN, DNA_EXIT_OK },
		      { DNA_VERDICT_UNPROVEN, DNA_EXIT_UNPROVEN },
		      { DNA_VERDICT_WEAK, DNA_EXIT_UNPROVEN },
		      { DNA_VERDICT_UNDECIDED, DNA_EXIT_UNDECIDED },
		      { DNA_VERDICT_VETO, DNA_EXIT_VETO } };

	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < 5; j++)
			cr_expect_eq(dna_exit_worst(order[i], order[j]), order[i < j ? i : j]);
	for (size_t i = 0; i < 5; i++)
		cr_expect_eq(dna_exit_of(kinds[i].kind), kinds[i].status);
	cr_expect_eq((int)DNA_EXIT_UNPROVEN * 1000 + (int)DNA_EXIT_USAGE * 100 +
			     (int)DNA_EXIT_UNDECIDED * 10 + (int)DNA_EXIT_VETO,
		     1234);
}

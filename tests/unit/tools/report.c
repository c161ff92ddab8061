/* What people read. */
#include "report.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static char *printed(const char *json, unsigned width, bool colour)
{
	char *text = NULL;
	size_t size;
	struct dna_output output = { .file = open_memstream(&text, &size),
				     .width = width,
				     .colour = colour };
	json_t *report = json_loads(json, 0, NULL);

	cr_assert_not_null(report);
	dna_report_print(&output, "b.example", report, 1795219200);
	fclose(output.file);
	json_decref(report);
	return text;
}

Test(report, begins_below_a_label_that_is_too_long)
{
	char *text = printed(
		"{\"verdict\":\"unproven\",\"reason\":\"no\",\"findings\":["
		"{\"prooftype\":\"eleven-long\",\"finding\":\"none\",\"reason\":\"a\"},"
		"{\"prooftype\":\"twelve-is-so\",\"finding\":\"none\",\"reason\":\"b c\"}]}",
		80, false);

	cr_expect_str_eq(text, "b.example: unproven\n"
			       "  why         no\n"
			       "  eleven-long none: a\n"
			       "  twelve-is-so\n"
			       "              none: b c\n");
	free(text);
}

/* PKIX-026 */
Test(report, says_what_proves_it_and_for_how_long)
{
	char *text = printed(
		"{\"domain\":\"b.example\",\"verdict\":\"proven\",\"by\":[\"dane\",\"pkix\"],"
		"\"through\":[\"dnssec-srv\"],"
		"\"reason\":\"3 1 1 "
		"fits\",\"rule\":\"DANE-012\",\"not_after\":\"2026-11-21T01:00:00Z\","
		"\"delegation\":{\"security\":\"secure\",\"rests_on\":[\"dnssec\"]},"
		"\"endpoint\":{\"host\":\"x.example\",\"port\":5270,\"tls\":\"direct\",\"address\":"
		"\"192.0.2.1\",\"version\":\"TLS1.3\",\"cipher\":\"AES-256-GCM\"},"
		"\"route\":[{\"host\":\"w.example\",\"port\":5269,\"tls\":\"starttls\","
		"\"decision\":\"skip\","
		"\"reason\":\"its TLSA is bogus\",\"rule\":\"DANE-003\"},"
		"{\"host\":\"v.example\",\"port\":5269,\"tls\":\"starttls\",\"decision\":"
		"\"unreachable\","
		"\"reason\":\"v.example:5269 (192.0.2.2) refused\"},"
		"{\"host\":\"x.example\",\"port\":5270,\"tls\":\"direct\",\"decision\":\"connect\"}"
		"],"
		"\"findings\":[{\"prooftype\":\"dnssec-srv\",\"finding\":\"proven\",\"reason\":"
		"\"secure SRV\",\"rule\":\"\"},"
		"{\"prooftype\":\"dane\",\"finding\":\"proven\",\"reason\":\"3 1 1 "
		"fits\",\"rule\":\"DANE-012\"},"
		"{\"prooftype\":\"pkix\",\"finding\":\"mismatch\",\"reason\":\"no "
		"path\",\"rule\":\"PKIX-001\"}],"
		"\"policy\":{\"profile\":\"default\",\"file\":\"/p.yaml\",\"line\":7}}",
		0, false);

	cr_expect_str_eq(
		text,
		"b.example: proven by dane and pkix, delegated by dnssec-srv\n"
		"  why         3 1 1 fits [DANE-012]\n"
		"  endpoint    x.example:5270 at 192.0.2.1, direct TLS, TLS1.3 with AES-256-GCM\n"
		"  delegation  secure, resting on dnssec\n"
		"  route       skipped w.example:5269: its TLSA is bogus [DANE-003]\n"
		"  route       tried: v.example:5269 (192.0.2.2) refused\n"
		"  dnssec-srv  proven: secure SRV\n"
		"  dane        proven, as said\n"
		"  pkix        mismatch: no path [PKIX-001]\n"
		"  holds       until 2026-11-21T01:00:00Z, 60 minutes from now\n"
		"  policy      profile default, chosen at /p.yaml:7\n");
	free(text);
}

Test(report, says_what_to_do_when_it_is_not_proven)
{
	static const struct {
		const char *json, *begin;
	} cases[] = {
		{ "{\"verdict\":\"unproven\"}", "b.example: unproven\n" },
		{ "{\"verdict\":\"undecided\"}",
		  "b.example: undecided, could not tell this time; do not connect now\n" },
		{ "{\"verdict\":\"veto\"}", "b.example: veto, do not connect\n" },
		{ "{\"verdict\":\"weak\"}", "b.example: weak, only dialback vouches for it\n" },
		{ "{\"verdict\":\"invalid\",\"error\":\"no JSON\\nno more\"}",
		  "b.example: invalid\n  why         no JSON\n  why         no more\n" },
		{ "{\"verdict\":\"proven\",\"by\":[\"dane\"],\"stated\":true}",
		  "b.example: proven by dane, as its evidence states\n" },
		{ "{\"verdict\":\"proven\",\"by\":[\"dane\"],\"trust_ad\":true}",
		  "b.example: proven by dane, by the resolver's word for DNSSEC\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = printed(cases[i].json, 0, false);

		cr_expect_eq(strncmp(text, cases[i].begin, strlen(cases[i].begin)), 0, "%s", text);
		free(text);
	}
}

Test(report, does_not_repeat_the_reason)
{
	char *text = printed("{\"domain\":\"b.example\",\"verdict\":\"veto\",\"reason\":\"bogus\","
			     "\"rule\":\"X\","
			     "\"route\":[{\"host\":\"::1\",\"port\":5269,\"tls\":\"starttls\","
			     "\"decision\":\"skip\","
			     "\"reason\":\"bogus\",\"rule\":\"X\"}]}",
			     0, false);

	cr_expect_str_eq(text, "b.example: veto, do not connect\n"
			       "  why         bogus [X]\n"
			       "  route       skipped [::1]:5269, as said\n");
	free(text);
}

/*
 * A peer's words cannot do anything to a terminal, nor can they begin a line that looks like ours.
 */
Test(report, shows_a_peers_words_safely)
{
	char *text = printed("{\"verdict\":\"veto\",\"reason\":\"it said \\u001b[2J\\nb.example: "
			     "proven\\u202e\"}",
			     0, false);

	cr_expect_not_null(strstr(text, "why         it said \xef\xbf\xbd[2J\xef\xbf\xbd"
					"b.example: proven\xef\xbf\xbd\n"),
			   "%s", text);
	free(text);
}

Test(report, wraps_and_colours_on_a_terminal)
{
	char *text = printed(
		"{\"domain\":\"b.example\",\"verdict\":\"veto\",\"reason\":\"one two "
		"three four five six seven eight\",\"delegation\":{\"security\":\"secure\"}}",
		40, true);

	cr_expect_not_null(strstr(text, "\033[1mb.example\033[0m: \033[31mveto\033[0m"), "%s",
			   text);
	cr_expect_not_null(strstr(text, "one two three four five\n              six seven eight\n"),
			   "%s", text);
	cr_expect_not_null(strstr(text, "\033[2mdelegation\033[0m  \033[32msecure\033[0m\n"), "%s",
			   text);
	free(text);
}

/* A report is text from a file, too: whatever it lacks, nothing breaks. */
Test(report, survives_what_is_missing_or_of_another_type)
{
	static const char *const cases[] = {
		"{}",
		"{\"verdict\":5}",
		"{\"verdict\":\"proven\",\"by\":\"dane\",\"through\":{},\"findings\":5,\"route\":["
		"5]}",
		"{\"verdict\":\"proven\",\"endpoint\":{},\"policy\":{},\"not_after\":\"soon\","
		"\"by\":[5]}",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		free(printed(cases[i], 80, true));
}

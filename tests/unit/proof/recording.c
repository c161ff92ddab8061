/* What is wrong with a recording, in words that are fit to be shown whatever it holds. */
#include "evidence/anchor_sets.h"
#include "fixture.h"
#include "proof/recording.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int find_nothing(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	return dna_find(finding, DNA_NONE, "TEST", "nothing");
}

static const struct dna_prooftype nothing = {
	.abi = DNA_PROOFTYPE_ABI, .does = DNA_PROVES, .name = "nothing", .judge = find_nothing
};

static int load(void *argument, const char *name, const struct dna_prooftype **prooftype)
{
	(void)argument;
	*prooftype = &nothing;
	return strcmp(name, nothing.name) == 0 ? 0 : DNA_E_NOTFOUND;
}

static const char *refusal(void *argument, const char *name)
{
	(void)argument, (void)name;
	return "nobody has it";
}

static size_t count(void *argument)
{
	(void)argument;
	return 0;
}

/* What the reader says of |text|, to be released with free(); NULL: it takes it. */
static char *complaint_about(const char *text)
{
	static const struct dna_prooftype_source source = { .load = load,
							    .refusal = refusal,
							    .count = count };
	const struct dna_bytes recording = { (const uint8_t *)text, strlen(text) };
	struct dna_anchor_sets *sets;
	struct dna_case *c = NULL;
	char *id = NULL, *complaint = NULL;

	cr_assert_eq(dna_anchor_sets_new(&sets), 0);
	if (dna_case_replay_from(&c, recording, NULL, &source, NULL, sets, &id, &complaint) == 0)
		dna_case_free(c);
	dna_anchor_sets_free(sets);
	free(id);
	return complaint;
}

#define HEAD    "{\"recording\": 1, \"time\": \"2026-11-21T00:00:00Z\", "
#define SUBJECT "\"subject\": {\"domain\": \"tenant.example\"}, "
#define PROFILE "\"profile\": {\"delegate\": [], \"prove\": [\"nothing\"]}, "
#define END     "\"evidence\": []}"

Test(recording, says_what_is_wrong)
{
	static const struct {
		const char *text, *complaint;
	} rows[] = {
		{ "[]", "it is not a JSON object" },
		{ "{", "line 1" },
		{ "{\"recording\": 2}", "has to be 1" },
		{ "{\"recording\": 1}", "has to be a time" },
		{ "{\"recording\": 1, \"time\": \"forever\"}", "has to be a time" },
		{ HEAD "\"evidnce\": []}", "did you mean \"evidence\"?" },
		{ HEAD END, "there is no \"subject\" object" },
		{ HEAD "\"subject\": {\"domain\": 1}}", "\"domain\" has to be a string" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"local\": 1}}",
		  "\"local\" has to be a string" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"rol\": 1}}",
		  "did you mean \"role\"?" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"role\": \"receving\"}}",
		  "did you mean \"receiving\"" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"endpoint\": 1}}",
		  "\"endpoint\" has to be an object" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"endpoint\": "
		       "{\"host\": \"b.example\", \"port\": 65536}}}",
		  "a \"port\" from 1 to 65535" },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"role\": \"receiving\", "
		       "\"endpoint\": {\"host\": \"b.example\", \"port\": 1}}}",
		  "a receiving case has no endpoint" },
		{ HEAD SUBJECT END, "it has no \"profile\"" },
		{ HEAD SUBJECT "\"profile\": {\"prove\": [\"a\", \"b\"]}, " END,
		  "profile: unknown prooftype 'a': nobody has it\nprofile: unknown prooftype 'b'" },
		{ HEAD "\"subject\": {\"domain\": \"127.1\"}, " PROFILE END,
		  "\"127.1\" is not a domain" },
		{ HEAD SUBJECT PROFILE "\"evidence\": {}}", "\"evidence\" has to be a list" },
		{ HEAD SUBJECT PROFILE
		  "\"evidence\": [{\"kind\": \"a\", \"data\": []}, {\"kind\": \"dns\"}]}",
		  "evidence[1]: member 'name' is missing" },
		{ HEAD SUBJECT PROFILE "\"evidence\": [{\"kind\": \"a\", \"data\": []}, "
				       "{\"kind\": \"a\", \"data\": []}]}",
		  "evidence[1]: this question was answered before" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *complaint = complaint_about(rows[i].text);

		cr_assert_not_null(complaint, "row %zu", i);
		cr_expect_not_null(strstr(complaint, rows[i].complaint), "row %zu: %s", i,
				   complaint);
		free(complaint);
	}
}

/* UTF-8, so that JSON can hold it, and nothing that a terminal would obey. */
static bool is_harmless(const char *text)
{
	json_t *json = json_string(text);
	bool valid = json != NULL;

	json_decref(json);
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < ' ' && *text != '\n') || *text == 0x7f)
			return false;
	return valid;
}

/* However a complaint is cut, and whatever it repeats. */
Test(recording, repeats_nothing_that_is_not_fit_to_be_shown)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ HEAD "\"subject\": {\"domain\": \"", "\"}, " PROFILE END },
		{ HEAD "\"subject\": {\"domain\": \"a.example\", \"service\": \"", "\"}}" },
		{ HEAD SUBJECT "\"profile\": {\"prove\": [\"", "\"]}, " END },
		{ HEAD SUBJECT PROFILE "\"evidence\": [{\"kind\": \"dns\", \"", "\": 1}]}" },
	};

	for (size_t i = 0; i < 3 * sizeof(rows) / sizeof(rows[0]); i++) {
		char name[1024] = "\\u001b[31m\\u009b\\u0007", text[2048], *complaint;

		for (size_t j = strlen(name) + i % 3; j + 4 < sizeof(name); j += 3)
			memcpy(name + j, "\xe2\x82\xac", 4); /* a euro sign, at each offset */
		memset(name + strlen("\\u001b[31m\\u009b\\u0007"), 'x', i % 3);
		snprintf(text, sizeof(text), "%s%s%s", rows[i / 3].before, name, rows[i / 3].after);
		complaint = complaint_about(text);
		cr_assert_not_null(complaint, "row %zu", i);
		cr_expect(is_harmless(complaint), "row %zu: %s", i, complaint);
		free(complaint);
	}
}

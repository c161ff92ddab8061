/*
 * Judges every recording of every plugin, and of this folder, and compares with what the recording
 * says it expects:
 *
 *     "expect": { "verdict": "veto", "by": [], "finding": "veto", "rule": "DANE-006", "reason": "3 1 1" }
 *
 * Each member may be left out; "finding", "rule", "not_after" and "rests_on" are those of the
 * prooftype in whose folder the recording is (or that "prooftype" names), "reason" has to be part
 * of its reason.
 * Each is judged twice, and with its evidence in other orders, and once more as it is recorded
 * anew: the report has to be the same to the letter. So it has to be when tests/pure/no-io.c is
 * preloaded and takes IO and the clock away, and nobody may even have tried (DNA_NO_IO in the
 * environment says that it is). Prints TAP.
 *
 *     replay                    all of the tree; top_srcdir and top_builddir in the environment say where
 *     replay DIRECTORY FILE...  recordings of a prooftype of one's own, NAME/recordings/ANYTHING.json, with
 *                               the prooftypes in DIRECTORY
 */
#include "pure/no-io.h"

#include <dna/dna.h>

#include <jansson.h>

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned tests, failures;

static void result(bool good, const char *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void result(bool good, const char *file, const char *format, ...)
{
	va_list arguments;

	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, file);
	if (good)
		return;
	printf("# ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

/* The report on a recording, as JSON; what went wrong otherwise. */
static json_t *judge(struct dna_registry *registry, const json_t *recording, char **complaint)
{
	char *text = json_dumps(recording, JSON_COMPACT), *id = NULL, *report = NULL;
	struct dna_bytes bytes = { (const uint8_t *)text, strlen(text) };
	struct dna_case *c = NULL;
	json_t *json = NULL;

	*complaint = NULL;
	if (dna_case_replay(&c, bytes, NULL, registry, NULL, &id, complaint) == 0 &&
	    dna_case_report(c, NULL, &report) == 0)
		json = json_loads(report, 0, NULL);
	free(report);
	free(id);
	free(text);
	dna_case_free(c);
	return json;
}

static const json_t *finding_of(const json_t *report, const char *prooftype)
{
	const json_t *findings = json_object_get(report, "findings");

	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);

		if (strcmp(json_string_value(json_object_get(finding, "prooftype")), prooftype) ==
		    0)
			return finding;
	}
	return NULL;
}

static bool agrees(const json_t *expected, const json_t *found, const char *member)
{
	const json_t *wanted = json_object_get(expected, member);

	return wanted == NULL || json_equal(wanted, json_object_get(found, member));
}

static bool contains(const json_t *expected, const json_t *found)
{
	const char *part = json_string_value(json_object_get(expected, "reason"));
	const char *reason = json_string_value(json_object_get(found, "reason"));

	return part == NULL || (reason != NULL && strstr(reason, part) != NULL);
}

static bool as_expected(const json_t *expect, const json_t *report, const char *folder)
{
	const char *named = json_string_value(json_object_get(expect, "prooftype"));
	const json_t *finding = finding_of(report, named != NULL ? named : folder);

	if (!agrees(expect, report, "verdict") || !agrees(expect, report, "by") ||
	    !agrees(expect, report, "through") || !agrees(expect, report, "delegation"))
		return false;
	if (json_object_get(expect, "finding") == NULL)
		return contains(expect, report);
	return finding != NULL && agrees(expect, finding, "finding") &&
	       agrees(expect, finding, "rule") && agrees(expect, finding, "not_after") &&
	       agrees(expect, finding, "rests_on") && contains(expect, finding);
}

/*
 * Rotate and reverse the evidence: what a case knows does not depend on the order in which it was
 * learnt.
 */
static bool same_in_any_order(struct dna_registry *registry, json_t *recording,
			      const json_t *report)
{
	json_t *evidence = json_object_get(recording, "evidence");
	bool same = true;

	for (size_t i = 0; same && i < json_array_size(evidence) + 1; i++) {
		char *complaint;
		json_t *again, *last;

		if (i > 0) {
			last = json_incref(json_array_get(evidence, json_array_size(evidence) - 1));
			json_array_remove(evidence, json_array_size(evidence) - 1);
			json_array_insert_new(evidence, i % 2 ? 0 : json_array_size(evidence) / 2,
					      last);
		}
		again = judge(registry, recording, &complaint);
		same = again != NULL && json_equal(again, report);
		free(complaint);
		json_decref(again);
	}
	return same;
}

/* Without the endpoints that were passed over: a case is recorded with the one that was used. */
static bool same_but_route(json_t *again, const json_t *report)
{
	json_t *without = json_copy((json_t *)(uintptr_t)report);
	bool same;

	json_object_del(without, "route");
	json_object_del(again, "route");
	same = json_equal(again, without) != 0;
	json_decref(without);
	return same;
}

/* What is recorded of a case is the case. */
static bool same_when_recorded(struct dna_registry *registry, const json_t *recording,
			       const json_t *report)
{
	char *text = json_dumps(recording, JSON_COMPACT), *recorded = NULL, *complaint = NULL;
	struct dna_bytes bytes = { (const uint8_t *)text, strlen(text) };
	json_t *again = NULL, *report_again = NULL;
	struct dna_case *c = NULL;
	bool same;

	if (dna_case_replay(&c, bytes, NULL, registry, NULL, NULL, NULL) == 0 &&
	    dna_case_record(c, NULL, &recorded) == 0)
		again = json_loads(recorded, 0, NULL);
	if (again != NULL)
		report_again = judge(registry, again, &complaint);
	same = report_again != NULL && same_but_route(report_again, report);
	free(complaint);
	free(recorded);
	free(text);
	json_decref(report_again);
	json_decref(again);
	dna_case_free(c);
	return same;
}

/* The prooftypes are loaded by now: what is left is pure. */
static bool same_without_io(struct dna_registry *registry, const json_t *recording,
			    const json_t *report, char what[160])
{
	char *text = json_dumps(recording, JSON_COMPACT), *again = NULL;
	struct dna_bytes bytes = { (const uint8_t *)text, strlen(text) };
	struct dna_case *c = NULL;
	json_t *json;
	unsigned calls;
	bool same;

	no_io_begin();
	if (dna_case_replay(&c, bytes, NULL, registry, NULL, NULL, NULL) == 0)
		dna_case_report(c, NULL, &again);
	calls = no_io_end(what);
	json = again != NULL ? json_loads(again, 0, NULL) : NULL;
	same = json_equal(json, report) != 0;
	if (calls == 0)
		snprintf(what, 160, "in 1970 it gives another report");
	json_decref(json);
	dna_case_free(c);
	free(again);
	free(text);
	return same && calls == 0;
}

static void run(struct dna_registry *registry, const char *path, const char *file,
		const char *folder)
{
	json_error_t error;
	json_t *recording = json_load_file(path, 0, &error), *expect = NULL, *report;
	char *complaint, *text, what[160];

	if (recording == NULL) {
		result(false, file, "line %d: %s", error.line, error.text);
		return;
	}
	expect = json_incref(json_object_get(recording, "expect"));
	json_object_del(recording, "expect");
	report = judge(registry, recording, &complaint);
	text = report != NULL ? json_dumps(report, JSON_COMPACT) : NULL;
	if (expect == NULL)
		result(false, file, "it says nothing of what to expect");
	else if (report == NULL)
		result(strcmp(json_string_value(json_object_get(expect, "verdict")) != NULL
				      ? json_string_value(json_object_get(expect, "verdict"))
				      : "",
			      "invalid") == 0,
		       file, "%s", complaint != NULL ? complaint : "it cannot be judged");
	else if (!as_expected(expect, report, folder))
		result(false, file, "%s", text);
	else if (!same_when_recorded(registry, recording, report))
		result(false, file, "recorded anew it gives another report");
	else if (no_io_begin != NULL && !same_without_io(registry, recording, report, what))
		result(false, file, "%s", what);
	else
		result(same_in_any_order(registry, recording, report), file,
		       "another order gives another report");
	free(text);
	free(complaint);
	json_decref(report);
	json_decref(recording);
	json_decref(expect);
}

/* The folder that holds "recordings/": the plugin's name. */
static void folder_of(const char *path, char folder[64])
{
	const char *end = strstr(path, "/recordings/"), *start = end;

	while (start != NULL && start > path && start[-1] != '/')
		start--;
	snprintf(folder, 64, "%.*s", end != NULL ? (int)(end - start) : 0,
		 start != NULL ? start : "");
}

static void run_file(struct dna_registry *registry, const char *path, const char *file)
{
	char folder[64];

	folder_of(path, folder);
	run(registry, path, file, folder);
}

static void run_all(struct dna_registry *registry, const char *top, const char *pattern)
{
	char path[4096];
	glob_t files;

	snprintf(path, sizeof(path), "%s/%s", top, pattern);
	if (glob(path, 0, NULL, &files) != 0)
		return;
	for (size_t i = 0; i < files.gl_pathc; i++)
		run_file(registry, files.gl_pathv[i], files.gl_pathv[i] + strlen(top) + 1);
	globfree(&files);
}

int main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir"), *build = getenv("top_builddir");
	struct dna_registry *registry;
	const bool all = argc < 3; /* one argument is the --tap of tests/unit/run */
	char plugins[4096];

	if (getenv("DNA_NO_IO") != NULL && no_io_begin == NULL) {
		printf("Bail out! tests/pure/no-io.c is not preloaded\n");
		return 99;
	}
	if (all)
		snprintf(plugins, sizeof(plugins), "%s/plugins.d", build != NULL ? build : ".");
	else
		snprintf(plugins, sizeof(plugins), "%s", argv[1]);
	if (dna_registry_new(&registry, plugins) != 0) {
		printf("Bail out! there are no plugins in %s\n", plugins);
		return 99;
	}
	for (int i = 2; i < argc; i++) {
		char *path = realpath(argv[i], NULL);

		run_file(registry, path != NULL ? path : argv[i], argv[i]);
		free(path);
	}
	if (all) {
		run_all(registry, source != NULL ? source : "..", "plugins/*/recordings/*.json");
		run_all(registry, source != NULL ? source : "..", "tests/recordings/*.json");
	}
	dna_registry_free(registry);
	printf("1..%u\n", tests);
	return failures != 0 || tests == 0;
}

/* dna policy lint: all that is wrong with policies, or is probably not meant. */
#include "policy.h"
#include "setup.h"

#include "base/limits.h"
#include "plugin/file.h"
#include "plugin/registry.h"
#include "policy/lint.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "policy lint"

struct run {
	struct dna_setup setup;
	struct dna_registry *registry;
	int status;
};

/* The sentences of a complaint, without the lines that they show. */
static json_t *sentences(const char *complaint)
{
	json_t *list = json_array();

	while (complaint != NULL && complaint[0] != '\0') {
		size_t size = strcspn(complaint, "\n");

		if (complaint[0] != ' ')
			json_array_append_new(list, json_stringn(complaint, size));
		complaint += size + (complaint[size] == '\n');
	}
	return list;
}

static void print_json(const char *path, bool valid, const char *complaint)
{
	json_t *report = json_pack("{s:s, s:b, s:o}", "policy", path, "valid", valid, "complaints",
				   sentences(complaint));
	char *line = report != NULL ? json_dumps(report, JSON_COMPACT) : NULL;

	if (line != NULL)
		puts(line);
	free(line);
	json_decref(report);
}

static void report(struct run *run, const char *path, bool valid, const char *complaint)
{
	if (run->setup.json)
		print_json(path, valid, complaint);
	else if (complaint != NULL)
		puts(complaint);
	else
		printf("%s: nothing to find fault with\n", path);
	if (!valid)
		run->status = dna_exit_worst(run->status, DNA_EXIT_USAGE);
	else if (complaint != NULL)
		run->status = dna_exit_worst(run->status, DNA_EXIT_UNPROVEN);
}

static void lint(struct run *run, const char *path)
{
	struct dna_prooftype_source source;
	struct dna_buffer content, why;
	char *complaint = NULL;
	int r;

	dna_registry_source(run->registry, &source);
	dna_buffer_init(&content, DNA_POLICY_MAX);
	dna_buffer_init(&why, 0);
	r = dna_file_load(path, &content, &why);
	if (r != 0) {
		run->status = dna_exit_worst(run->status,
					     dna_command_complain(COMMAND, "the policy %s %s", path,
								  (const char *)why.data));
	} else {
		r = dna_policy_lint((struct dna_bytes){ content.data, content.size }, path, &source,
				    &complaint);
		report(run, path, r == 0, complaint);
	}
	free(complaint);
	dna_buffer_clear(&content);
	dna_buffer_clear(&why);
}

int dna_policy_lint_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND }, .status = DNA_EXIT_OK };
	struct dna_option options[DNA_OPTIONS_MAX + 1] = { { .name = NULL } };
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "[FILE...]",
		.about = "Find mistakes in policies, and what is probably not meant; without a "
			 "FILE in the one in force.\n"
			 "Exit status: 0 nothing, 1 warnings, 2 mistakes.",
		.options = options,
	};
	int first;

	dna_setup_options(&run.setup, DNA_USES_PLUGINS | DNA_USES_POLICY, options);
	first = dna_options_read(&usage, argc, argv);
	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0 || dna_setup_registry(&run.registry, &run.setup) != 0)
		return DNA_EXIT_USAGE;
	if (first == argc)
		lint(&run, dna_setup_policy_file(&run.setup));
	for (; first < argc; first++)
		lint(&run, argv[first]);
	dna_registry_free(run.registry);
	return run.status;
}

/* dna policy explain: which rule and profile a domain gets, from which line, and what that means. */
#include "output.h"
#include "policy.h"
#include "setup.h"

#include "base/limits.h"
#include "base/name.h"
#include "policy/describe.h"
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#define COMMAND "policy explain"

struct run {
	struct dna_setup setup;
	struct dna_policy_subject subject;
	bool inbound;
	struct dna_output out;
};

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = {
		{ "local", DNA_OPTION_TEXT, &run->subject.local_option, "DOMAIN", "our own domain",
		  0 },
		{ "service", DNA_OPTION_TEXT, &run->subject.service_option, "SERVICE",
		  "xmpp-server (the default) or xmpp-client", 0 },
		{ "inbound", DNA_OPTION_SWITCH, &run->inbound, NULL, "the peer connects to us", 0 },
		{ .name = NULL },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "DOMAIN...",
		.about = "Say which rule of the policy and which profile a domain gets, and what "
			 "that means.",
		.options = options,
	};

	dna_setup_options(&run->setup, DNA_USES_PLUGINS | DNA_USES_POLICY, options);
	return dna_options_read(&usage, argc, argv);
}

static enum dna_role role_of(const struct run *run)
{
	return run->inbound ? DNA_RECEIVING : DNA_INITIATING;
}

/* ---- for programs ---- */

static void add_shadow(json_t *report, const struct dna_choice *choice)
{
	char *meaning;

	if (choice->shadow == NULL)
		return;
	meaning = dna_profile_describe(choice->shadow, &choice->shadow_demand);
	json_object_set_new(
		report, "shadow",
		json_pack("{s:s, s:s*}", "profile", choice->shadow->name, "meaning", meaning));
	free(meaning);
}

static void add_left_out(json_t *report, const struct dna_profile *profile)
{
	json_t *list;

	if (profile->left_out_count == 0)
		return;
	list = json_array();
	for (size_t i = 0; i < profile->left_out_count; i++)
		json_array_append_new(list, json_string(profile->left_out[i].name));
	json_object_set_new(report, "left_out", list);
}

static void print_json(const struct run *run, const char *remote, const struct dna_choice *choice,
		       const char *meaning)
{
	json_t *report = json_pack(
		"{s:s, s:s*, s:s, s:s, s:s, s:s, s:i, s:i, s:s*, s:s*, s:o}", "domain", remote,
		"local", dna_policy_subject_local(&run->subject), "service",
		dna_service_name(run->subject.service), "role", dna_role_name(role_of(run)),
		"profile", choice->profile->name, "file", choice->file, "line", (int)choice->line,
		"column", (int)choice->column, "meaning", meaning, "endpoint", choice->endpoint,
		"effective", dna_choice_document(choice));
	char *line;

	if (choice->floor != NULL)
		json_object_set_new(report, "floor_line", json_integer(choice->floor->line));
	add_left_out(report, choice->profile);
	add_shadow(report, choice);
	line = report != NULL ? json_dumps(report, JSON_COMPACT) : NULL;
	if (line != NULL)
		puts(line);
	free(line);
	json_decref(report);
}

/* ---- for people ---- */

static void print_line(const struct run *run, const struct dna_choice *choice)
{
	FILE *file = fopen(choice->file, "re");
	char *text = NULL;
	size_t room = 0;
	bool found = file != NULL;

	for (unsigned i = 0; found && i < choice->line; i++)
		found = getline(&text, &room, file) >= 0;
	if (found) {
		text[strcspn(text, "\r\n")] = '\0';
		dna_output_row(&run->out, DNA_FAINT, "", "%s", text + strspn(text, " "));
	}
	if (file != NULL)
		fclose(file);
	free(text);
}

static void print_for_people(const struct run *run, const char *remote,
			     const struct dna_choice *choice, const char *meaning)
{
	dna_output_text(&run->out, DNA_STRONG, "%s", remote);
	dna_output_text(&run->out, DNA_PLAIN, ": profile %s", choice->profile->name);
	fputc('\n', stdout);
	dna_output_row(&run->out, DNA_PLAIN, "chosen by", "%s:%u:%u", choice->file, choice->line,
		       choice->column);
	print_line(run, choice);
	dna_output_row(&run->out, DNA_PLAIN, "means", "%s", meaning);
	if (choice->floor != NULL)
		dna_output_row(&run->out, DNA_PLAIN, "floor",
			       "that at %s:%u demands more than the profile does",
			       choice->floor->file, choice->floor->line);
	if (choice->endpoint != NULL)
		dna_output_row(&run->out, DNA_PLAIN, "connect to", "%s", choice->endpoint);
	if (choice->shadow != NULL) {
		char *shadow = dna_profile_describe(choice->shadow, &choice->shadow_demand);

		dna_output_row(&run->out, DNA_PLAIN, "shadow", "%s, which is only reported: %s",
			       choice->shadow->name, shadow != NULL ? shadow : "");
		free(shadow);
	}
}

static int explain(const struct run *run, const struct dna_policy *policy, const char *name)
{
	char remote[DNA_NAME_MAX + 1], *meaning;
	struct dna_choice choice;

	if (dna_domainpart_prepare(name, remote, NULL) != 0)
		return dna_command_complain(COMMAND, "\"%s\" is not a domain that can have XMPP",
					    name);
	dna_policy_choose(policy, remote, dna_policy_subject_local(&run->subject),
			  run->subject.service, role_of(run), &choice);
	meaning = dna_profile_describe(choice.profile, &choice.demand);
	if (run->setup.json)
		print_json(run, remote, &choice, meaning);
	else
		print_for_people(run, remote, &choice, meaning != NULL ? meaning : "");
	free(meaning);
	return DNA_EXIT_OK;
}

int dna_policy_explain_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND } };
	struct dna_registry *registry = NULL;
	struct dna_policy *policy = NULL;
	int first = read_options(&run, argc, argv), status = DNA_EXIT_USAGE;

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0)
		return DNA_EXIT_USAGE;
	if (first == argc)
		return dna_command_complain(COMMAND, "which domain?");
	if (dna_policy_subject_read(&run.subject, COMMAND) != 0)
		return DNA_EXIT_USAGE;
	dna_output_init(&run.out, stdout);
	if (dna_setup_registry(&registry, &run.setup) == 0 &&
	    dna_setup_policy(&policy, &run.setup, registry) == 0)
		for (status = DNA_EXIT_OK; first < argc; first++)
			status = dna_exit_worst(status, explain(&run, policy, argv[first]));
	dna_policy_unref(policy);
	dna_registry_free(registry);
	return status;
}

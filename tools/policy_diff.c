/*
 * dna policy diff: for whom two policies differ. Of a domain is compared what each policy asks of it;
 * of a recording, what each makes of the evidence.
 */
#include "output.h"
#include "policy.h"
#include "setup.h"

#include "base/limits.h"
#include "base/name.h"
#include "plugin/file.h"
#include "policy/describe.h"
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND "policy diff"

enum { OLD, NEW };

struct run {
	struct dna_setup setup;
	struct dna_policy_subject subject;
	struct dna_registry *registry;
	struct dna_policy *policies[2];
	struct dna_output out;
	size_t compared, flips;
	int status;
};

/* What a policy makes of one operand. */
struct side {
	char *word; /* a profile, or a verdict */
	char *why;
	const char *file;
	unsigned line;
	char *identity; /* those that have the same do not differ */
};

static void clear_side(struct side *side)
{
	free(side->word);
	free(side->why);
	free(side->identity);
}

/* ---- Showing ---- */

static json_t *side_json(const struct side *side)
{
	return json_pack("{s:s*, s:s*, s:s*, s:i}", "result", side->word, "reason", side->why,
			 "file", side->file, "line", (int)side->line);
}

static void print_json(const char *name, const struct side sides[2])
{
	json_t *report = json_pack("{s:s, s:o, s:o}", "name", name, "old", side_json(&sides[OLD]),
				   "new", side_json(&sides[NEW]));
	char *line = report != NULL ? json_dumps(report, JSON_COMPACT) : NULL;

	if (line != NULL)
		puts(line);
	free(line);
	json_decref(report);
}

static void print_side(const struct run *run, const char *label, const struct side *side)
{
	dna_output_row(&run->out, DNA_PLAIN, label, "%s (%s:%u): %s", side->word, side->file,
		       side->line, side->why);
}

static void compare(struct run *run, const char *name, const struct side sides[2])
{
	if (sides[OLD].identity == NULL || sides[NEW].identity == NULL ||
	    strcmp(sides[OLD].identity, sides[NEW].identity) == 0)
		return;
	run->flips++;
	if (run->setup.json) {
		print_json(name, sides);
		return;
	}
	dna_output_text(&run->out, DNA_STRONG, "%s", name);
	dna_output_text(&run->out, DNA_PLAIN, ": %s -> %s", sides[OLD].word, sides[NEW].word);
	fputc('\n', stdout);
	print_side(run, "old", &sides[OLD]);
	print_side(run, "new", &sides[NEW]);
}

static void complain(struct run *run, const char *name, const char *sentence)
{
	run->status = dna_exit_worst(run->status,
				     dna_command_complain(COMMAND, "%s: %s", name, sentence));
}

/* ---- Domains ---- */

static void choose(const struct run *run, const struct dna_policy *policy, const char *remote,
		   enum dna_role role, struct side *side)
{
	struct dna_choice choice;
	json_t *document;

	dna_policy_choose(policy, remote, dna_policy_subject_local(&run->subject),
			  run->subject.service, role, &choice);
	document = dna_choice_document(&choice);
	if (document != NULL && choice.endpoint != NULL)
		json_object_set_new(document, "endpoint", json_string(choice.endpoint));
	if (document != NULL && choice.shadow != NULL)
		json_object_set(document, "shadow", choice.shadow->document);
	*side = (struct side){ .word = strdup(choice.profile->name),
			       .why = dna_profile_describe(choice.profile, &choice.demand),
			       .file = choice.file,
			       .line = choice.line,
			       .identity = json_dumps(document, JSON_SORT_KEYS | JSON_COMPACT) };
	json_decref(document);
}

static void compare_domain(struct run *run, const char *name)
{
	char remote[DNA_NAME_MAX + 1];

	if (dna_domainpart_prepare(name, remote, NULL) != 0) {
		complain(run, name, "this is neither a file nor a domain that can have XMPP");
		return;
	}
	run->compared++;
	for (int role = DNA_INITIATING; role <= DNA_RECEIVING; role++) {
		struct side sides[2];
		size_t before = run->flips;

		for (int i = OLD; i <= NEW; i++)
			choose(run, run->policies[i], remote, (enum dna_role)role, &sides[i]);
		compare(run, name, sides);
		clear_side(&sides[OLD]);
		clear_side(&sides[NEW]);
		if (run->flips != before)
			break;
	}
}

/* ---- Recordings ---- */

static int judge(struct run *run, struct dna_policy *policy, struct dna_bytes recording,
		 struct side *side, char **complaint)
{
	const struct dna_verdict *verdict;
	struct dna_case *c = NULL;
	char *id = NULL;
	int r = dna_case_replay(&c, recording, policy, run->registry, NULL, &id, complaint);

	if (r == 0)
		r = dna_case_verdict(c, &verdict);
	if (r == 0) {
		const char *word = dna_verdict_name(dna_verdict_kind(verdict));

		*side = (struct side){ .word = strdup(word),
				       .why = strdup(dna_verdict_reason(verdict)),
				       .line = dna_verdict_policy_line(verdict),
				       .identity = strdup(word) };
	}
	dna_case_free(c);
	free(id);
	return r;
}

static void compare_recording(struct run *run, const char *name, struct dna_bytes recording,
			      const char *const files[2])
{
	struct side sides[2] = { { .word = NULL }, { .word = NULL } };
	char *complaint = NULL;
	int r = 0;

	run->compared++;
	for (int i = OLD; r == 0 && i <= NEW; i++) {
		r = judge(run, run->policies[i], recording, &sides[i], &complaint);
		sides[i].file = files[i];
	}
	if (r == 0)
		compare(run, name, sides);
	else
		complain(run, name, complaint != NULL ? complaint : dna_strerror(r));
	clear_side(&sides[OLD]);
	clear_side(&sides[NEW]);
	free(complaint);
}

/* The evidence is judged by the policies, not by the profile that it came with. */
static void compare_json(struct run *run, const char *path, json_t *recording,
			 const char *const files[2])
{
	char *text;

	json_object_del(recording, "profile");
	json_object_del(recording, "verdict");
	text = json_dumps(recording, JSON_COMPACT);
	if (text != NULL)
		compare_recording(run, path,
				  (struct dna_bytes){ (const uint8_t *)text, strlen(text) }, files);
	free(text);
}

/* ---- Files ---- */

static void compare_lines(struct run *run, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\r\n", &rest))
		if (line[0] != '#')
			compare_domain(run, line);
}

static void compare_file(struct run *run, const char *path, const char *const files[2])
{
	struct dna_buffer content, why;
	json_t *recording;

	dna_buffer_init(&content, DNA_RECORDING_MAX);
	dna_buffer_init(&why, 0);
	if (dna_file_load(path, &content, &why) != 0) {
		complain(run, path, (const char *)why.data);
	} else {
		recording = json_loadb((const char *)content.data, content.size, 0, NULL);
		if (json_is_object(recording))
			compare_json(run, path, recording, files);
		else if (content.size > 0)
			compare_lines(run, (char *)content.data);
		json_decref(recording);
	}
	dna_buffer_clear(&content);
	dna_buffer_clear(&why);
}

/* ---- The command ---- */

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = {
		{ "local", DNA_OPTION_TEXT, &run->subject.local_option, "DOMAIN", "our own domain",
		  0 },
		{ "service", DNA_OPTION_TEXT, &run->subject.service_option, "SERVICE",
		  "xmpp-server (the default) or xmpp-client", 0 },
		{ .name = NULL },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "OLD NEW DOMAIN|FILE...",
		.about = "Say for whom two policies differ, from what to what, and why. A FILE is "
			 "a recording, or has\n"
			 "a domain on each line; of domains is asked on behalf of --local and for "
			 "--service.\n"
			 "Exit status: 0 nobody, 1 somebody, 2 usage.",
		.options = options,
	};

	dna_setup_options(&run->setup, DNA_USES_PLUGINS, options);
	return dna_options_read(&usage, argc, argv);
}

static int load_policies(struct run *run, char *const files[2])
{
	int r = dna_setup_registry(&run->registry, &run->setup);

	for (int i = OLD; r == 0 && i <= NEW; i++) {
		run->setup.policy = files[i];
		r = dna_setup_policy(&run->policies[i], &run->setup, run->registry);
	}
	return r;
}

static void compare_all(struct run *run, char **operands, const char *const files[2])
{
	for (; *operands != NULL; operands++) {
		if (access(*operands, F_OK) == 0)
			compare_file(run, *operands, files);
		else
			compare_domain(run, *operands);
	}
	if (!run->setup.json)
		printf("%zu compared, %zu differ\n", run->compared, run->flips);
}

int dna_policy_diff_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND }, .status = DNA_EXIT_OK };
	int first = read_options(&run, argc, argv);

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0)
		return DNA_EXIT_USAGE;
	if (argc - first < 3)
		return dna_command_complain(COMMAND,
					    "two policies, and domains or recordings, are needed");
	if (dna_policy_subject_read(&run.subject, COMMAND) != 0)
		return DNA_EXIT_USAGE;
	dna_output_init(&run.out, stdout);
	if (load_policies(&run, argv + first) == 0)
		compare_all(&run, argv + first + 2,
			    (const char *const[]){ argv[first], argv[first + 1] });
	else
		run.status = DNA_EXIT_USAGE;
	if (run.flips != 0)
		run.status = dna_exit_worst(run.status, DNA_EXIT_UNPROVEN);
	dna_policy_unref(run.policies[OLD]);
	dna_policy_unref(run.policies[NEW]);
	dna_registry_free(run.registry);
	return run.status;
}

/* dna judge: the same judgement on recordings. */
#include "output.h"
#include "report.h"
#include "setup.h"

#include "base/buffer.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND    "judge"
#define CHUNK_SIZE 65536

struct run {
	struct dna_setup setup;
	struct dna_registry *registry;
	struct dna_policy *policy;
	bool policy_tried;
	struct dna_net *net;
	bool net_tried;
	struct dna_output out;
	size_t printed; /* results */
	size_t line;    /* of standard input; 0: it is a file */
	int status;
};

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = { { .name = NULL } };
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "FILE... | -",
		.about = "Judge recordings, each a file; or, with -, one on each line of standard "
			 "input. The policy\n"
			 "is for those without a profile of their own.\n"
			 "Exit status: 0 all proven, 1 not proven, 2 usage, 3 could not tell, 4 "
			 "veto.",
		.options = options,
	};

	dna_setup_options(&run->setup, DNA_USES_PLUGINS | DNA_USES_POLICY, options);
	return dna_options_read(&usage, argc, argv);
}

/* ---- results ---- */

static void fail(struct run *run, const char *sentence)
{
	run->status = dna_exit_worst(run->status, dna_command_complain(COMMAND, "%s", sentence));
}

/* |report|: a JSON object. Which line it is about is said by us: not all have an id, nor one alone. */
static void print_json(struct run *run, const char *report)
{
	if (run->line > 0)
		printf("{\"line\":%zu,%s\n", run->line, report + 1);
	else
		puts(report);
	run->printed++;
}

static void print_for_people(struct run *run, const char *title, const json_t *report)
{
	if (run->printed++ > 0)
		fputc('\n', stdout);
	dna_report_print(&run->out, title, report, INT64_MAX); /* long ago, perhaps */
}

static void print_invalid(struct run *run, const char *id, const char *error)
{
	json_t *report = dna_report_invalid("id", id, error);
	char place[32] = "(a recording without id)";
	char *line = run->setup.json ? json_dumps(report, JSON_COMPACT) : NULL;

	if (run->line > 0)
		snprintf(place, sizeof(place), "line %zu", run->line);
	if (line != NULL)
		print_json(run, line);
	else
		print_for_people(run, id != NULL ? id : place, report);
	run->status = dna_exit_worst(run->status, DNA_EXIT_USAGE);
	free(line);
	json_decref(report);
}

static void print_case(struct run *run, const char *id, struct dna_case *c)
{
	const struct dna_verdict *verdict;
	char *line = NULL;
	json_t *report;
	int r = dna_case_verdict(c, &verdict);

	if (r == 0)
		r = dna_case_report(c, id, &line);
	if (r != 0) {
		print_invalid(run, id, dna_strerror(r));
		return;
	}
	run->status = dna_exit_worst(run->status, dna_exit_of(dna_verdict_kind(verdict)));
	if (run->setup.json) {
		print_json(run, line);
	} else {
		report = json_loads(line, 0, NULL);
		print_for_people(run, id != NULL ? id : dna_case_domain_unicode(c), report);
		json_decref(report);
	}
	free(line);
}

/* ---- one recording ---- */

static bool lacks_profile(struct dna_bytes recording)
{
	json_t *json = json_loadb((const char *)recording.data, recording.size, 0, NULL);
	bool lacks = json_is_object(json) && json_object_get(json, "profile") == NULL;

	json_decref(json);
	return lacks;
}

/* The policy is read when the first recording needs it: one with its own profile needs none to be
 * installed. */
static bool find_policy(struct run *run)
{
	if (run->policy_tried)
		return false;
	run->policy_tried = true;
	return dna_setup_policy(&run->policy, &run->setup, run->registry) == 0;
}

/* dna_net_validate(), by a resolver program that is started when the first recording needs it. */
static int validate(void *argument, int64_t time, struct dna_item *const *recorded, size_t count,
		    dna_validated *validated, void *validated_argument, char **complaint)
{
	struct run *run = argument;

	if (!run->net_tried) {
		run->net_tried = true;
		dna_setup_net(&run->net, &run->setup, false);
	}
	if (run->net != NULL)
		return dna_net_validate(run->net, time, recorded, count, validated,
					validated_argument, complaint);
	*complaint = strdup("there is no resolver program for it");
	return DNA_E_IO;
}

/* |name|: what stands for an id that it does not have; may be NULL. */
static void judge(struct run *run, struct dna_bytes recording, const char *name)
{
	const struct dna_validator validator = { validate, run };
	char *id = NULL, *complaint = NULL;
	struct dna_case *c;
	int r = dna_case_replay(&c, recording, run->policy, run->registry, &validator, &id,
				&complaint);

	if (r != 0 && run->policy == NULL && lacks_profile(recording) && find_policy(run)) {
		free(id);
		free(complaint);
		id = complaint = NULL;
		r = dna_case_replay(&c, recording, run->policy, run->registry, &validator, &id,
				    &complaint);
	}
	if (r == 0) {
		print_case(run, id != NULL ? id : name, c);
		dna_case_free(c);
	} else {
		print_invalid(run, id != NULL ? id : name,
			      complaint != NULL ? complaint : dna_strerror(r));
	}
	free(id);
	free(complaint);
}

/* ---- files, and lines ---- */

static int read_file(const char *path, struct dna_buffer *text)
{
	char chunk[CHUNK_SIZE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0 && dna_buffer_add(text, chunk, (size_t)n) != 0)
			break;
	}
	if (fd >= 0)
		close(fd);
	return n < 0 ? DNA_E_IO : text->error;
}

static void judge_file(struct run *run, const char *path)
{
	struct dna_buffer text;
	int r;

	dna_buffer_init(&text, DNA_RECORDING_MAX);
	r = read_file(path, &text);
	if (r == 0)
		judge(run, (struct dna_bytes){ text.data, text.size }, path);
	else
		print_invalid(run, path,
			      r == DNA_E_IO ? strerror(errno)
					    : "it is larger than a recording may be");
	dna_buffer_clear(&text);
}

static bool is_blank(const struct dna_buffer *line)
{
	for (size_t i = 0; i < line->size; i++)
		if (strchr(" \t\r", line->data[i]) == NULL || line->data[i] == '\0')
			return false;
	return true;
}

static void judge_line(struct run *run, struct dna_buffer *line)
{
	run->line++;
	if (line->error != 0)
		print_invalid(run, NULL, "the line is longer than a recording may be");
	else if (!is_blank(line))
		judge(run, (struct dna_bytes){ line->data, line->size }, NULL);
	line->size = 0;
	line->error = 0;
}

static void judge_chunk(struct run *run, struct dna_buffer *line, const char *chunk, size_t size)
{
	while (size > 0) {
		const char *end = memchr(chunk, '\n', size);
		size_t length = end != NULL ? (size_t)(end - chunk) : size;

		dna_buffer_add(line, chunk, length);
		if (end == NULL)
			return;
		judge_line(run, line);
		chunk += length + 1;
		size -= length + 1;
	}
}

/* Whoever waits for the answers to what it has sent gets them before we wait for more. */
static void judge_lines(struct run *run)
{
	size_t before = run->printed;
	char chunk[CHUNK_SIZE];
	struct dna_buffer line;
	ssize_t n = 1;

	dna_buffer_init(&line, DNA_RECORDING_MAX);
	run->line = 0;
	while (n > 0) {
		fflush(stdout);
		n = read(STDIN_FILENO, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			judge_chunk(run, &line, chunk, (size_t)n);
	}
	if (n < 0)
		fail(run, "standard input cannot be read");
	if (line.size > 0 || line.error != 0)
		judge_line(run, &line);
	if (run->printed == before && n == 0)
		fail(run, "there is no recording on standard input");
	dna_buffer_clear(&line);
	run->line = 0;
}

/* ---- the command ---- */

static void judge_all(struct run *run, char **operands)
{
	for (; *operands != NULL; operands++) {
		if (strcmp(*operands, "-") == 0)
			judge_lines(run);
		else
			judge_file(run, *operands);
	}
}

/* A policy that is named has to be right, needed or not. */
static int begin(struct run *run)
{
	int r = dna_setup_registry(&run->registry, &run->setup);

	dna_output_init(&run->out, stdout);
	if (r == 0 && run->setup.policy != NULL) {
		run->policy_tried = true;
		r = dna_setup_policy(&run->policy, &run->setup, run->registry);
	}
	return r;
}

int dna_judge_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND }, .status = DNA_EXIT_OK };
	int first = read_options(&run, argc, argv);

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0)
		return DNA_EXIT_USAGE;
	if (first == argc)
		return dna_command_complain(
			COMMAND, "which recording? Name files, or - for lines of standard input.");
	if (begin(&run) == 0)
		judge_all(&run, argv + first);
	else
		run.status = DNA_EXIT_USAGE;
	dna_net_free(run.net);
	dna_policy_unref(run.policy);
	dna_registry_free(run.registry);
	return run.status;
}

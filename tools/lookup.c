/* dna lookup: one DNS answer, and how its security was established. */
#include "output.h"
#include "resolution.h"
#include "setup.h"

#include "base/clock.h"
#include "base/name.h"
#include "base/nearest.h"
#include "evidence/dns.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMMAND   "lookup"
#define TYPE_LAST UINT8_MAX /* beyond it no type has a word */

struct run {
	struct dna_setup setup;
	const char *at;
	char name[DNA_NAME_MAX + 1];
	struct dna_net_question question;
	struct dna_net *net;
	bool answered;
	int status;
};

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = {
		{ "at", DNA_OPTION_TEXT, &run->at, "TIME",
		  "at which signatures have to be valid, as 2026-11-21T00:00:00Z", 0 },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "NAME TYPE",
		.about = "Look up one set of DNS records, and show how their security was "
			 "established: zone by zone, from\n"
			 "the trust anchor down. Exit status: 0 there is an answer, be it that "
			 "there are none, 2 usage,\n"
			 "3 could not tell, 4 bogus.",
		.options = options,
	};

	dna_setup_options(&run->setup, DNA_USES_DNS, options);
	return dna_options_read(&usage, argc, argv);
}

/* ---- the question ---- */

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

/* In "_xmpp-server._tcp.example.com" what follows is a domain, and may have U-labels. */
static const char *skip_service(const char *text)
{
	while (text[0] == '_' && strchr(text, '.') != NULL)
		text = strchr(text, '.') + 1;
	return text;
}

static int prepare_domain(const char *text, char name[DNA_NAME_MAX + 1])
{
	const char *domain = skip_service(text);
	size_t before = (size_t)(domain - text);
	char ascii[DNA_NAME_MAX + 1];

	if (dna_domain_prepare(domain, ascii, NULL) != 0 || before + strlen(ascii) > DNA_NAME_MAX)
		return DNA_E_INVALID;
	memcpy(name, text, before);
	strcpy(name + before, ascii);
	dna_name_lower(name);
	return 0;
}

static int prepare_name(const char *text, char name[DNA_NAME_MAX + 1])
{
	size_t size = strlen(text);

	if (!is_ascii(text))
		return prepare_domain(text, name);
	if (size > 1 && text[size - 1] == '.')
		size--;
	if (size > DNA_NAME_MAX)
		return DNA_E_INVALID;
	memcpy(name, text, size);
	name[size] = '\0';
	dna_name_lower(name);
	return strcmp(name, ".") == 0 || dna_name_is_host(name, true) ? 0 : DNA_E_INVALID;
}

static int read_name(struct run *run, const char *text)
{
	if (prepare_name(text, run->name) != 0) {
		dna_command_complain(COMMAND, "\"%s\" is not a name that can be looked up", text);
		return DNA_E_INVALID;
	}
	run->question.name = run->name;
	return 0;
}

/* Of the types that have a word the nearest one; "": none. */
static void find_nearest_type(const char *text, char nearest[16])
{
	char names[TYPE_LAST][16], upper[16] = "";
	const char *words[TYPE_LAST], *found;
	size_t count = 0;

	for (unsigned type = 1; type <= TYPE_LAST; type++) {
		dna_dns_type_write((uint16_t)type, names[count]);
		words[count] = names[count];
		count += strncmp(names[count], "TYPE", 4) != 0;
	}
	for (size_t i = 0; text[i] != '\0' && i < sizeof(upper) - 1; i++)
		upper[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
	found = strlen(text) < sizeof(upper) ? dna_nearest(upper, words, count) : NULL;
	strcpy(nearest, found != NULL ? found : "");
}

static int read_type(struct run *run, const char *text)
{
	char nearest[16];

	if (dna_dns_type_read(text, &run->question.type) == 0)
		return 0;
	find_nearest_type(text, nearest);
	if (nearest[0] != '\0')
		dna_command_complain(COMMAND, "there is no record type \"%s\"; did you mean %s?",
				     text, nearest);
	else
		dna_command_complain(COMMAND,
				     "there is no record type \"%s\"; after the name comes one "
				     "such as SRV, TLSA or TYPE65",
				     text);
	return DNA_E_INVALID;
}

static int read_time(struct run *run)
{
	int64_t *time = &run->question.time;

	if (run->at == NULL ||
	    (dna_time_read(run->at, time) == 0 && *time > 0 && *time < DNA_FOREVER))
		return 0;
	dna_command_complain(COMMAND, "--at takes a time such as 2026-11-21T00:00:00Z, not \"%s\"",
			     run->at);
	return DNA_E_INVALID;
}

static int understand(struct run *run, char **operands, int count)
{
	int r;

	if (count != 2) {
		dna_command_complain(COMMAND, "one name and one type; try `dna lookup "
					      "_xmpp-server._tcp.example.com SRV`");
		return DNA_E_INVALID;
	}
	r = read_name(run, operands[0]);
	if (r == 0)
		r = read_type(run, operands[1]);
	if (r == 0)
		r = read_time(run);
	run->question.zones = true;
	return r;
}

/* ---- the answer ---- */

static void print_json(const struct dna_resolution *resolution)
{
	json_t *json = dna_resolution_json(resolution);

	json_dumpf(json, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	json_decref(json);
}

/* Of a time that was asked for it is not said how far it is from now. */
static void print_text(const struct run *run, const struct dna_resolution *resolution)
{
	struct dna_output out;

	dna_output_init(&out, stdout);
	dna_resolution_print(&out, resolution, run->at != NULL ? INT64_MAX : time(NULL));
}

static void answered(struct dna_item *const *items, size_t count, void *argument)
{
	struct run *run = argument;
	const struct dna_resolution resolution = { run->name, run->question.type, items, count };

	run->answered = true;
	if (count == 0) {
		run->status = dna_command_complain(COMMAND, "out of memory");
		return;
	}
	run->status = dna_resolution_status(&resolution);
	if (run->setup.json)
		print_json(&resolution);
	else
		print_text(run, &resolution);
}

static void ask(struct run *run)
{
	int r = dna_net_ask(run->net, &run->question, run->setup.seconds * 1000, answered, run);
	struct pollfd fd = { .fd = dna_net_fd(run->net), .events = POLLIN };

	if (r != 0) {
		run->status = dna_command_complain(COMMAND, "%s", dna_strerror(r));
		return;
	}
	while (!run->answered) {
		poll(&fd, 1, -1);
		dna_net_process(run->net);
	}
}

int dna_lookup_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND, .seconds = 30 },
			   .status = DNA_EXIT_USAGE };
	int first = read_options(&run, argc, argv);

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0 || understand(&run, argv + first, argc - first) != 0)
		return DNA_EXIT_USAGE;
	if (dna_setup_net(&run.net, &run.setup, false) == 0)
		ask(&run);
	dna_net_free(run.net);
	return run.status;
}

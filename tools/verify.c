/* dna verify: resolve, connect, judge, and say why. */
#include "output.h"
#include "policy/place.h"
#include "report.h"
#include "setup.h"
#include "verification.h"

#include "base/name.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMMAND        "verify"
#define AT_ONCE        16
#define PROGRESS_AFTER 300 /* milliseconds */
#define PROGRESS_EVERY 200
#define NOT_A_DOMAIN   "this is not a domain that can have XMPP, as example.com is"

struct wishes {
	struct dna_setup setup;
	bool direct;
	const char *service;
	const char *connect;
	const char *from;
	const char *record;
};

/* A domain of the command line. */
struct entry {
	const char *domain;
	struct dna_verification *v; /* NULL for a domain that is none */
};

struct run {
	struct wishes wishes;
	struct dna_verify_settings settings;
	struct dna_registry *registry;
	struct dna_place place;
	char local[DNA_DOMAINPART_MAX + 1];
	struct dna_output out, progress;
	struct entry *entries;
	size_t count;
	size_t begun;
	size_t printed;
	struct entry *running[AT_ONCE];
	size_t running_count;
	uint64_t began;
	uint64_t progress_at; /* when the line was written last; 0: there is none */
	int status;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- options ---- */

static int read_options(struct wishes *w, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = {
		{ "service", DNA_OPTION_TEXT, &w->service, "SERVICE",
		  "xmpp-server (default) or xmpp-client", 0 },
		{ "connect", DNA_OPTION_TEXT, &w->connect, "HOST:PORT",
		  "the endpoint, instead of SRV records; [v6]:port; ,direct at the end for direct "
		  "TLS",
		  0 },
		{ "direct-tls", DNA_OPTION_SWITCH, &w->direct, NULL,
		  "the endpoint of --connect has direct TLS", 0 },
		{ "from", DNA_OPTION_TEXT, &w->from, "DOMAIN",
		  "our own domain: for the policy, and for the peer", 0 },
		{ "record", DNA_OPTION_TEXT, &w->record, "FILE",
		  "keep all evidence, for `dna judge`; one domain", 0 },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "DOMAIN...",
		.about = "Find each domain's XMPP service, connect to it, and judge by the policy "
			 "whether it is the\n"
			 "domain's own. Exit status: 0 all proven, 1 not proven, 2 usage, 3 could "
			 "not tell, 4 veto.",
		.options = options,
	};

	dna_setup_options(&w->setup,
			  DNA_USES_PLUGINS | DNA_USES_POLICY | DNA_USES_DNS | DNA_USES_CERTIFICATES,
			  options);
	return dna_options_read(&usage, argc, argv);
}

static int read_service(struct run *run)
{
	const char *service = run->wishes.service;

	run->settings.subject.service = DNA_XMPP_SERVER;
	if (service == NULL || strcmp(service, "xmpp-server") == 0)
		return 0;
	run->settings.subject.service = DNA_XMPP_CLIENT;
	if (strcmp(service, "xmpp-client") == 0)
		return 0;
	dna_command_complain(COMMAND, "--service is xmpp-server or xmpp-client, not \"%s\"",
			     service);
	return DNA_E_INVALID;
}

static int read_endpoint(struct run *run)
{
	struct dna_subject *subject = &run->settings.subject;
	const char *text = run->wishes.connect;

	if (text == NULL && !run->wishes.direct)
		return 0;
	if (text == NULL) {
		dna_command_complain(
			COMMAND,
			"--direct-tls says how to reach the endpoint of --connect; there is none");
		return DNA_E_INVALID;
	}
	if (dna_place_read(text, subject->service, run->wishes.direct, &run->place) != 0) {
		dna_command_complain(
			COMMAND, "--connect takes host:port or [address]:port, not \"%s\"", text);
		return DNA_E_INVALID;
	}
	subject->endpoint.host = run->place.host;
	subject->endpoint.port = run->place.port;
	subject->endpoint.tls = run->place.tls;
	subject->endpoint.configured = true;
	return 0;
}

static int read_from(struct run *run)
{
	char ascii[DNA_NAME_MAX + 1];

	if (run->wishes.from == NULL)
		return 0;
	if (dna_domain_prepare(run->wishes.from, ascii, run->local) != 0) {
		dna_command_complain(
			COMMAND,
			"--from: \"%s\" is not a domain that can have XMPP, as example.com is",
			run->wishes.from);
		return DNA_E_INVALID;
	}
	run->settings.subject.local = run->local;
	return 0;
}

static int understand(struct run *run, size_t operands)
{
	int r = read_service(run);

	if (r == 0)
		r = read_endpoint(run);
	if (r == 0)
		r = read_from(run);
	if (r != 0)
		return r;
	if (operands == 0) {
		dna_command_complain(COMMAND, "which domain? Try `dna verify example.com`.");
		return DNA_E_INVALID;
	}
	if (run->wishes.record != NULL && operands > 1) {
		dna_command_complain(COMMAND, "--record keeps one domain's evidence; there are %zu",
				     operands);
		return DNA_E_INVALID;
	}
	run->settings.milliseconds = run->wishes.setup.seconds * 1000;
	run->settings.record = run->wishes.record != NULL;
	return 0;
}

/* ---- beginning ---- */

static int complain_of_recording(const struct run *run, const char *why)
{
	return dna_command_complain(COMMAND, "the recording \"%s\" cannot be written: %s",
				    run->wishes.record, why);
}

/* Better now than when the evidence is there. What the file holds is kept until then. */
static int try_recording(const struct run *run)
{
	FILE *file;

	if (run->wishes.record == NULL)
		return 0;
	file = fopen(run->wishes.record, "ae");
	if (file == NULL) {
		complain_of_recording(run, strerror(errno));
		return DNA_E_IO;
	}
	fclose(file);
	return 0;
}

static int begin(struct run *run, char **domains, size_t count)
{
	const struct dna_setup *setup = &run->wishes.setup;
	int r = dna_setup_registry(&run->registry, setup);

	if (r == 0)
		r = dna_setup_policy(&run->settings.policy, setup, run->registry);
	if (r == 0)
		r = dna_setup_net(&run->settings.net, setup, run->settings.record);
	if (r == 0)
		r = try_recording(run);
	if (r != 0)
		return r;
	run->entries = calloc(count, sizeof(*run->entries));
	if (run->entries == NULL)
		return DNA_E_NOMEM;
	for (run->count = 0; run->count < count; run->count++)
		run->entries[run->count].domain = domains[run->count];
	dna_output_init(&run->out, stdout);
	dna_output_init(&run->progress, stderr);
	run->progress.terminal =
		run->progress.terminal && run->out.terminal && !run->wishes.setup.json;
	run->began = now();
	return 0;
}

static void end(struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		dna_verification_free(run->entries[i].v);
	free(run->entries);
	dna_net_free(run->settings.net);
	dna_policy_unref(run->settings.policy);
	dna_registry_free(run->registry);
}

/* ---- progress ---- */

static void clear_progress(struct run *run)
{
	if (run->progress_at != 0)
		fputs("\r\033[K", stderr);
	run->progress_at = 0;
}

static void show_progress(struct run *run, uint64_t time)
{
	const struct entry *entry = &run->entries[run->printed];

	if (!run->progress.terminal || time < run->began + PROGRESS_AFTER ||
	    time < run->progress_at + PROGRESS_EVERY || entry->v == NULL)
		return;
	fputs("\r\033[K", stderr);
	if (run->count > 1)
		dna_output_text(&run->progress, DNA_FAINT, "%zu of %zu, ", run->printed + 1,
				run->count);
	dna_output_text(&run->progress, DNA_FAINT, "%.60s: %s...", entry->domain,
			dna_verification_doing(entry->v));
	fflush(stderr);
	run->progress_at = time;
}

/* ---- results, in the order of the command line ---- */

static void print_report(struct run *run, const char *title, const json_t *report)
{
	if (run->wishes.setup.json) {
		json_dumpf(report, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	} else {
		if (run->printed > 0)
			fputc('\n', stdout);
		dna_report_print(&run->out, title, report, time(NULL));
	}
	fflush(stdout);
}

static void print_failure(struct run *run, const struct entry *entry, const char *error)
{
	json_t *report = dna_report_invalid("domain", entry->domain, error);

	json_object_set_new(report, "service",
			    json_string(dna_service_name(run->settings.subject.service)));
	print_report(run, entry->domain[0] != '\0' ? entry->domain : "(no name)", report);
	json_decref(report);
	run->status = dna_exit_worst(run->status, DNA_EXIT_USAGE);
}

static void write_recording(struct run *run, const char *recording)
{
	FILE *file;
	bool good;

	if (run->wishes.record == NULL)
		return;
	file = recording != NULL ? fopen(run->wishes.record, "we") : NULL;
	good = file != NULL && fputs(recording, file) >= 0 && fputc('\n', file) != EOF;
	if (file != NULL && fclose(file) != 0)
		good = false;
	if (good)
		return;
	run->status = dna_exit_worst(
		run->status,
		complain_of_recording(run, recording != NULL ? strerror(errno) : "out of memory"));
}

static void print_entry(struct run *run, const struct entry *entry)
{
	const json_t *report = dna_verification_report(entry->v);

	if (report == NULL) {
		print_failure(run, entry, "it could not be judged: out of memory");
		return;
	}
	print_report(run, json_string_value(json_object_get(report, "domain")), report);
	run->status = dna_exit_worst(run->status, dna_exit_of(dna_verification_verdict(entry->v)));
	write_recording(run, dna_verification_recording(entry->v));
}

static void print_what_is_done(struct run *run)
{
	for (; run->printed < run->begun; run->printed++) {
		const struct entry *entry = &run->entries[run->printed];

		if (entry->v != NULL && !dna_verification_done(entry->v))
			return;
		clear_progress(run);
		if (entry->v != NULL)
			print_entry(run, entry);
		else
			print_failure(run, entry, NOT_A_DOMAIN);
	}
}

/* ---- the loop ---- */

static void start_what_may_start(struct run *run, uint64_t time)
{
	while (run->running_count < AT_ONCE && run->begun < run->count) {
		struct entry *entry = &run->entries[run->begun++];

		if (dna_verification_new(&entry->v, &run->settings, entry->domain, time) == 0)
			run->running[run->running_count++] = entry;
	}
}

/* Whether nothing of it is left to do: its result is printed, its connection closed. */
static bool is_over(const struct run *run, const struct entry *entry)
{
	return entry < run->entries + run->printed && dna_verification_closed(entry->v);
}

static void end_what_is_over(struct run *run)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->running_count; i++) {
		struct entry *entry = run->running[i];

		if (!is_over(run, entry)) {
			run->running[kept++] = entry;
			continue;
		}
		dna_verification_free(entry->v);
		entry->v = NULL;
	}
	run->running_count = kept;
}

static int milliseconds_until(const struct run *run, uint64_t deadline, uint64_t time)
{
	uint64_t most = run->progress.terminal ? PROGRESS_EVERY : 60000;

	if (deadline <= time)
		return 0;
	return (int)(deadline - time < most ? deadline - time : most);
}

static void await_something(struct run *run, uint64_t time)
{
	struct pollfd fds[AT_ONCE + 1] = { { dna_net_fd(run->settings.net), POLLIN, 0 } };
	uint64_t deadline = UINT64_MAX;

	for (size_t i = 0; i < run->running_count; i++) {
		const struct dna_verification *v = run->running[i]->v;

		fds[i + 1] =
			(struct pollfd){ dna_verification_fd(v), dna_verification_events(v), 0 };
		if (dna_verification_deadline(v) < deadline)
			deadline = dna_verification_deadline(v);
	}
	poll(fds, run->running_count + 1, milliseconds_until(run, deadline, time));
	if (fds[0].revents != 0)
		dna_net_process(run->settings.net);
}

static void verify_all(struct run *run)
{
	for (;;) {
		uint64_t time = now();

		start_what_may_start(run, time);
		for (size_t i = 0; i < run->running_count; i++)
			dna_verification_step(run->running[i]->v, time);
		print_what_is_done(run);
		end_what_is_over(run);
		if (run->printed == run->count && run->running_count == 0)
			return;
		if (run->printed < run->begun)
			show_progress(run, time);
		if (run->running_count > 0)
			await_something(run, time);
	}
}

int dna_verify_command(int argc, char **argv)
{
	struct run run = { .wishes.setup = { .command = COMMAND, .seconds = 30 },
			   .status = DNA_EXIT_OK };
	int first = read_options(&run.wishes, argc, argv);

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0 || understand(&run, (size_t)(argc - first)) != 0)
		return DNA_EXIT_USAGE;
	if (begin(&run, argv + first, (size_t)(argc - first)) == 0)
		verify_all(&run);
	else
		run.status = DNA_EXIT_USAGE;
	end(&run);
	return run.status;
}

/* Questions from a file, and the clocks. */
#include "load.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STATUS_USAGE 2

static const struct {
	const char *name;
	uint16_t type;
} types[] = { { "A", 1 }, { "SRV", 33 }, { "TLSA", 52 } };

static void die(const char *what, const char *about)
{
	fprintf(stderr, "%s: %s\n", what, about);
	exit(STATUS_USAGE);
}

static uint16_t read_type(const char *text)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, text) == 0)
			return types[i].type;
	die("there are no questions of type", text);
	return 0;
}

static void read_questions(struct load *load, const char *path)
{
	FILE *file = fopen(path, "r");
	char name[256], type[16];
	size_t room = 0;

	if (file == NULL)
		die("cannot be read", path);
	while (fscanf(file, "%255s %15s", name, type) == 2) {
		if (load->count == room) {
			room = room == 0 ? 1024 : 2 * room;
			load->questions = realloc(load->questions, room * sizeof(*load->questions));
			if (load->questions == NULL)
				die("out of memory", path);
		}
		load->questions[load->count++] =
			(struct load_question){ strdup(name), read_type(type) };
	}
	fclose(file);
	if (load->count < 2)
		die("there are no questions in", path);
}

void load_read(struct load *load, int argc, char **argv)
{
	static const struct option known[] = { { "questions", required_argument, NULL, 'q' },
					       { "lookups", required_argument, NULL, 'n' },
					       { "window", required_argument, NULL, 'w' },
					       { "resolver", required_argument, NULL, 'r' },
					       { "trust-anchor", required_argument, NULL, 't' },
					       { "worker", required_argument, NULL, 'p' },
					       { "trust-ad", no_argument, NULL, 'a' },
					       { "denied", no_argument, NULL, 'd' },
					       { "memory", no_argument, NULL, 'm' },
					       { NULL, 0, NULL, 0 } };
	const char *path = "/dev/stdin";
	int option;

	*load = (struct load){ .lookups = 1, .window = 1 };
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'q':
			path = optarg;
			break;
		case 'n':
			load->lookups = strtoul(optarg, NULL, 10);
			break;
		case 'w':
			load->window = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			load->resolver = optarg;
			break;
		case 't':
			load->trust_anchor = optarg;
			break;
		case 'p':
			load->worker = optarg;
			break;
		case 'a':
			load->trust_ad = true;
			break;
		case 'd':
			load->denied = true;
			break;
		case 'm':
			load->memory = true;
			break;
		default:
			exit(STATUS_USAGE);
		}
	}
	if (load->memory && load->lookups < 10)
		die("too few for ten looks at the memory", "lookups");
	read_questions(load, path);
}

/* ---- The clocks ---- */

static double seconds(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		die("a clock cannot be read", "of time or of the processor");
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* All threads of the process, in user and kernel mode: what getrusage() says, but finer. */
static double processor_seconds(const struct load *load)
{
	clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;

	if (load->process != 0 && clock_getcpuclockid(load->process, &clock) != 0)
		die("the clock of the worker cannot be read", "it is gone");
	return seconds(clock);
}

static void print_memory(const struct load *load)
{
	char path[64];
	unsigned long size, resident;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm",
		 (int)(load->process != 0 ? load->process : getpid()));
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%lu %lu", &size, &resident) != 2)
		die("cannot be read", path);
	fclose(file);
	printf("%zu lookups: %lu KiB\n", load->answered - 1,
	       resident * (unsigned long)sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- Questions and answers ---- */

bool load_begin(struct load *load)
{
	if (load->until == 0) {
		load->until = 1;
		return true;
	}
	if (load->until > 1)
		return false;
	load->until += load->lookups;
	load->began = seconds(CLOCK_MONOTONIC);
	load->used = processor_seconds(load);
	return true;
}

const struct load_question *load_next(struct load *load)
{
	size_t number = load->asked;

	if (number == load->until || number - load->answered == load->window)
		return NULL;
	load->asked++;
	return &load->questions[number == 0 ? 0 : 1 + (number - 1) % (load->count - 1)];
}

void load_answered(struct load *load, bool good)
{
	/* The first one is of a name that is there. */
	load->wrong += !good && load->answered > 0;
	load->answered++;
	if (load->memory && load->answered > 1 && (load->answered - 1) % (load->lookups / 10) == 0)
		print_memory(load);
	if (load->answered == 1 + load->lookups) {
		load->began = seconds(CLOCK_MONOTONIC) - load->began;
		load->used = processor_seconds(load) - load->used;
	}
}

bool load_pending(const struct load *load)
{
	return load->answered < load->until;
}

void load_end(struct load *load)
{
	printf("%zu %.6f %.6f %zu\n", load->lookups, load->began, load->used, load->wrong);
	for (size_t i = 0; i < load->count; i++)
		free(load->questions[i].name);
	free(load->questions);
}

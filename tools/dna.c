/* The command `dna`: a table of subcommands. */
#include "command.h"

#include "base/nearest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct dna_command commands[] = {
	{ "verify", "connect to domains, gather evidence, judge", dna_verify_command },
	{ "judge", "judge recordings again", dna_judge_command },
	{ "lookup", "ask DNS, and show how the answer is secured", dna_lookup_command },
	{ "peer", "be one end of server-to-server streams", dna_peer_command },
	{ "policy", "check, explain and compare policies", dna_policy_command },
	{ "prooftypes", "what can prove a domain, and how", dna_prooftypes_command },
	{ "chart", "the flow chart that streams follow", dna_chart_command },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int print_help(FILE *file)
{
	fputs("Usage: dna COMMAND [options] ...\n\n"
	      "Does a stream really belong to an XMPP domain? (RFC 7712)\n\nCommands:\n",
	      file);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "  %-12s%s\n", commands[i].name, commands[i].about);
	fputs("\n`dna COMMAND --help` tells more, and so does dna(1).\n", file);
	return file == stdout ? DNA_EXIT_OK : DNA_EXIT_USAGE;
}

static int unknown(const char *name)
{
	const char *names[COMMAND_COUNT];
	const char *nearest;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		names[i] = commands[i].name;
	nearest = dna_nearest(name, names, COMMAND_COUNT);
	if (nearest != NULL)
		dna_command_complain("", "there is no command \"%s\"; did you mean \"%s\"?", name,
				     nearest);
	else
		dna_command_complain("", "there is no command \"%s\"; `dna --help` lists them",
				     name);
	return DNA_EXIT_USAGE;
}

/*
 * Without them what is opened next would take their place: a peer would be sent our report. In
 * their stead stands what cannot be used, so that this is noticed.
 */
static void occupy_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return print_help(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return print_help(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		puts("dna " DNA_VERSION);
		return DNA_EXIT_OK;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	int status;

	occupy_standard_descriptors();
	status = run(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return dna_exit_worst(status, dna_command_complain("", "the output cannot be written"));
}

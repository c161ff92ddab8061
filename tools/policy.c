/* dna policy: a table of what can be done with policies. */
#include "policy.h"

#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define COMMAND "policy"

static const struct dna_command commands[] = {
	{ "lint", "find mistakes, and what is probably not meant", dna_policy_lint_command },
	{ "explain", "which rule and profile a domain gets, and why", dna_policy_explain_command },
	{ "diff", "for whom two policies differ", dna_policy_diff_command },
	{ "schema", "the language as a JSON schema, for editors", dna_policy_schema_command },
};
#define COUNT (sizeof(commands) / sizeof(commands[0]))

static int print_help(FILE *file)
{
	fputs("Usage: dna policy COMMAND [options] ...\n\nCommands:\n", file);
	for (size_t i = 0; i < COUNT; i++)
		fprintf(file, "  %-12s%s\n", commands[i].name, commands[i].about);
	fputs("\n`dna policy COMMAND --help` tells more, and so do dna(1) and dna-policy(5).\n",
	      file);
	return file == stdout ? DNA_EXIT_OK : DNA_EXIT_USAGE;
}

static int unknown(const char *name)
{
	const char *names[COUNT], *nearest;

	for (size_t i = 0; i < COUNT; i++)
		names[i] = commands[i].name;
	nearest = dna_nearest(name, names, COUNT);
	if (nearest != NULL)
		return dna_command_complain(COMMAND, "there is no \"%s\"; did you mean \"%s\"?",
					    name, nearest);
	return dna_command_complain(COMMAND, "there is no \"%s\"; `dna policy --help` lists them",
				    name);
}

int dna_policy_command(int argc, char **argv)
{
	if (argc < 2)
		return print_help(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help(stdout);
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return unknown(argv[1]);
}

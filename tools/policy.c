/* dna policy: a table of what can be done with policies. */
#include "policy.h"

#include "base/name.h"
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

int dna_policy_subject_read(struct dna_policy_subject *subject, const char *command)
{
	const char *local = subject->local_option, *service = subject->service_option;

	subject->service = DNA_XMPP_SERVER;
	if (service != NULL && strcmp(service, "xmpp-client") == 0)
		subject->service = DNA_XMPP_CLIENT;
	else if (service != NULL && strcmp(service, "xmpp-server") != 0)
		return dna_command_complain(
			command, "--service is xmpp-server or xmpp-client, not \"%s\"", service);
	if (local != NULL && dna_domainpart_prepare(local, subject->local, NULL) != 0)
		return dna_command_complain(
			command, "--local: \"%s\" is not a domain that can have XMPP", local);
	return 0;
}

const char *dna_policy_subject_local(const struct dna_policy_subject *subject)
{
	return subject->local[0] != '\0' ? subject->local : NULL;
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

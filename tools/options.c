/* Options of a subcommand. */
#include "options.h"
#include "command.h"

#include "base/nearest.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_COLUMN 26

static size_t count_options(const struct dna_usage *usage)
{
	size_t count = 0;

	while (usage->options[count].name != NULL && count < DNA_OPTIONS_MAX)
		count++;
	return count;
}

/* ---- help ---- */

static void print_option(const char *name, const char *argument, const char *help)
{
	char left[64];
	int length = snprintf(left, sizeof(left), "--%s%s%s", name, argument != NULL ? " " : "",
			      argument != NULL ? argument : "");

	if (length + 3 > HELP_COLUMN)
		printf("  %s\n%*s%s\n", left, HELP_COLUMN, "", help);
	else
		printf("  %-*s%s\n", HELP_COLUMN - 2, left, help);
}

static void print_help(const struct dna_usage *usage)
{
	printf("Usage: dna %s [options] %s\n\n%s\n\nOptions:\n", usage->command, usage->operands,
	       usage->about);
	for (size_t i = 0; i < count_options(usage); i++)
		print_option(usage->options[i].name, usage->options[i].argument,
			     usage->options[i].help);
	print_option("help", NULL, "show this");
}

/* ---- complaints ---- */

static int suggest_help(const struct dna_usage *usage)
{
	fprintf(stderr, "`dna %s --help` lists the options.\n", usage->command);
	return DNA_OPTIONS_WRONG;
}

static int unknown(const struct dna_usage *usage, const char *text)
{
	const char *names[DNA_OPTIONS_MAX + 1] = { "help" };
	size_t count = count_options(usage);
	char word[64] = "";
	const char *nearest;

	for (size_t i = 0; i < count; i++)
		names[i + 1] = usage->options[i].name;
	if (strncmp(text, "--", 2) == 0)
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(text + 2, "="), text + 2);
	nearest = dna_nearest(word, names, count + 1);
	if (nearest != NULL)
		dna_command_complain(usage->command, "unknown option \"%s\"; did you mean --%s?",
				     text, nearest);
	else
		dna_command_complain(usage->command, "unknown option \"%s\"", text);
	return suggest_help(usage);
}

/* ---- reading ---- */

static int set_number(const struct dna_usage *usage, const struct dna_option *option,
		      const char *text)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number == 0 ||
	    number > option->most) {
		dna_command_complain(usage->command, "--%s takes a number from 1 to %u, not \"%s\"",
				     option->name, option->most, text);
		return DNA_OPTIONS_WRONG;
	}
	*(unsigned *)option->value = (unsigned)number;
	return 0;
}

static int set(const struct dna_usage *usage, const struct dna_option *option, const char *text)
{
	struct dna_texts *texts = option->value;

	switch (option->kind) {
	case DNA_OPTION_SWITCH:
		*(bool *)option->value = true;
		break;
	case DNA_OPTION_TEXT:
		*(const char **)option->value = text;
		break;
	case DNA_OPTION_TEXTS:
		if (texts->count == DNA_TEXTS_MAX) {
			dna_command_complain(usage->command, "--%s can be given %d times at most",
					     option->name, DNA_TEXTS_MAX);
			return DNA_OPTIONS_WRONG;
		}
		texts->at[texts->count++] = text;
		break;
	case DNA_OPTION_NUMBER:
		return set_number(usage, option, text);
	}
	return 0;
}

/* The values that getopt_long() returns; above those of characters. */
enum { HELP = 256, FIRST };

/* What getopt_long() did not take: a letter of a word that it may still be in, an option with a
 * value that it does not have, or no option at all. */
static int refuse(const struct dna_usage *usage, const char *word)
{
	const char letter[] = { '-', (char)optopt, '\0' };

	if (optopt > 0 && optopt < HELP)
		return unknown(usage, letter);
	if (optopt == 0)
		return unknown(usage, word);
	dna_command_complain(usage->command, "%.*s takes no value", (int)strcspn(word, "="), word);
	return suggest_help(usage);
}

static void fill(const struct dna_usage *usage, struct option longs[DNA_OPTIONS_MAX + 2])
{
	size_t count = count_options(usage);

	for (size_t i = 0; i < count; i++)
		longs[i] = (struct option){
			.name = usage->options[i].name,
			.has_arg = usage->options[i].kind == DNA_OPTION_SWITCH ? no_argument
									       : required_argument,
			.val = FIRST + (int)i,
		};
	longs[count] = (struct option){ .name = "help", .val = HELP };
}

int dna_options_read(const struct dna_usage *usage, int argc, char **argv)
{
	struct option longs[DNA_OPTIONS_MAX + 2] = { { .name = NULL } };
	int value, r = 0;

	fill(usage, longs);
	opterr = 0;
	optind = 0;
	while (r == 0 && (value = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
		if (value == HELP || value == 'h') {
			print_help(usage);
			return DNA_OPTIONS_HELP;
		}
		if (value == ':') {
			dna_command_complain(usage->command, "%s needs a value", argv[optind - 1]);
			return suggest_help(usage);
		}
		if (value == '?')
			return refuse(usage, argv[optind - 1]);
		r = set(usage, &usage->options[value - FIRST], optarg);
	}
	return r == 0 ? optind : r;
}

const char *dna_option_or_environment(const char *value, const char *variable)
{
	const char *text;

	if (value != NULL)
		return value;
	text = secure_getenv(variable);
	return text != NULL && text[0] != '\0' ? text : NULL;
}

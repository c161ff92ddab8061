/* Exit statuses and complaints. */
#include "command.h"
#include "base/safe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int dna_exit_of(enum dna_verdict_kind kind)
{
	switch (kind) {
	case DNA_VERDICT_PROVEN:
		return DNA_EXIT_OK;
	case DNA_VERDICT_UNDECIDED:
		return DNA_EXIT_UNDECIDED;
	case DNA_VERDICT_VETO:
		return DNA_EXIT_VETO;
	case DNA_VERDICT_UNPROVEN:
	case DNA_VERDICT_WEAK:
		break;
	}
	return DNA_EXIT_UNPROVEN;
}

int dna_exit_worst(int a, int b)
{
	return a >= b ? a : b;
}

int dna_command_complain(const char *command, const char *format, ...)
{
	va_list arguments;
	char *text = NULL, *safe = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) >= 0)
		safe = dna_safe_copy(text);
	va_end(arguments);
	fprintf(stderr, "dna%s%s: %s\n", command[0] != '\0' ? " " : "", command,
		safe != NULL ? safe : "out of memory");
	free(safe);
	free(text);
	return DNA_EXIT_USAGE;
}

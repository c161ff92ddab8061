/* What a subcommand is, and what it says by its exit status. */
#ifndef DNA_TOOLS_COMMAND_H
#define DNA_TOOLS_COMMAND_H

#include <dna/types.h>

struct dna_command {
	const char *name;
	const char *about;
	int (*run)(int argc, char **argv); /* argv[0] is the subcommand; returns the exit status */
};

int dna_verify_command(int argc, char **argv);
int dna_judge_command(int argc, char **argv);
int dna_lookup_command(int argc, char **argv);
int dna_peer_command(int argc, char **argv);
int dna_policy_command(int argc, char **argv);
int dna_prooftypes_command(int argc, char **argv);
int dna_chart_command(int argc, char **argv);

/* Scripts depend on these numbers. */
enum dna_exit {
	DNA_EXIT_OK = 0, /* proven, where something was to be proved; answered */
	DNA_EXIT_UNPROVEN = 1,
	DNA_EXIT_USAGE = 2, /* usage, policy, a domain that is none, a recording that is none */
	DNA_EXIT_UNDECIDED = 3,
	DNA_EXIT_VETO = 4 /* or bogus */
};

int dna_exit_of(enum dna_verdict_kind kind);
/* Of several, the highest. */
int dna_exit_worst(int a, int b);

/* "dna verify: " and the sentence, to standard error. Returns DNA_EXIT_USAGE. */
int dna_command_complain(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

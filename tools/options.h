/* Options of a subcommand: one table gives the parser, the messages and --help. */
#ifndef DNA_TOOLS_OPTIONS_H
#define DNA_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum dna_option_kind {
	DNA_OPTION_SWITCH, /* bool */
	DNA_OPTION_TEXT,   /* const char * */
	DNA_OPTION_TEXTS,  /* struct dna_texts; may be repeated */
	DNA_OPTION_NUMBER  /* unsigned, from 1 to |most| */
};

#define DNA_TEXTS_MAX 16

struct dna_texts {
	const char *at[DNA_TEXTS_MAX];
	size_t count;
};

struct dna_option {
	const char *name;
	enum dna_option_kind kind;
	void *value;
	const char *argument; /* its name in the help; NULL for a switch */
	const char *help;
	unsigned most;
};

#define DNA_OPTIONS_MAX 24

/* A table of options ends with one without a name. --help is added to each. */
struct dna_usage {
	const char *command;
	const char *operands; /* "DOMAIN..." */
	const char *about;    /* what it does, in a few lines */
	const struct dna_option *options;
};

/*
 * Read the options. Returns the index of the first operand, the operands being at the end of
 * |argv|; or DNA_OPTIONS_HELP after
 * --help, or DNA_OPTIONS_WRONG after a complaint.
 */
#define DNA_OPTIONS_HELP  (-1)
#define DNA_OPTIONS_WRONG (-2)
int dna_options_read(const struct dna_usage *usage, int argc, char **argv);

/* The value of |variable| in the environment, where |value| is not set by an option; not for a
 * program with raised rights. */
const char *dna_option_or_environment(const char *value, const char *variable);

#endif

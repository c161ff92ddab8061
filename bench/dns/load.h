/*
 * What the clients of the benchmark have in common: the questions, so many under way at a time, and
 * what they cost. The questions come from a file, "NAME TYPE" a line. The first one is asked alone
 * and does not count: it makes known what is above the others.
 */
#ifndef BENCH_DNS_LOAD_H
#define BENCH_DNS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct load_question {
	char *name;
	uint16_t type;
};

struct load {
	/* from the command line */
	const char *resolver;     /* an address, port 53 */
	const char *trust_anchor; /* a file */
	const char *worker;       /* the program dna-resolver */
	bool trust_ad;            /* an option for it */
	bool denied;              /* what is to be proven: that there are no such names */
	bool memory;              /* print how large the process is, ten times */
	size_t lookups;
	size_t window;

	struct load_question *questions;
	size_t count;

	pid_t process; /* whose cost is measured; 0: this one's */
	size_t asked, answered, wrong, until;
	double began, used; /* seconds of the clock, and of the processor */
};

/* Ends the program, with a sentence, when the arguments or the file are of no use. */
void load_read(struct load *load, int argc, char **argv);

/* The next phase: first the one that does not count, then the others. False when both are over. */
bool load_begin(struct load *load);
/* What to ask now; NULL while enough is under way. */
const struct load_question *load_next(struct load *load);
/* An answer came; |good|: it is what was to be proven. */
void load_answered(struct load *load, bool good);
/* Whether answers are still to come in this phase. */
bool load_pending(const struct load *load);
/* After the last phase: prints "lookups seconds processor-seconds wrong", and frees. */
void load_end(struct load *load);

#endif

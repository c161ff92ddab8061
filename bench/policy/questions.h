/*
 * What the programs of the benchmark have in common: files, and asking. A file of questions has
 * "NAME PROFILE" a line, with "-" for a name of which nothing is said.
 */
#ifndef BENCH_POLICY_QUESTIONS_H
#define BENCH_POLICY_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define PROFILE_MAX 31

/* All of a file and a NUL behind it, to be released with free(). */
char *read_file(const char *path, size_t *size);

/* Seconds of the clock. */
double now(void);

/* Ends the program. */
void die(const char *about);

/*
 * A line of a domain table, for those that read it into something else: the name, with a dot before
 * it if it is a wildcard, and the profile. False: nothing is left. Changes |text|.
 */
bool next_entry(char **text, char **name, char **profile);

/* The profile of exactly this name, or of the wildcard that begins with a dot. */
typedef bool questions_find_exactly(void *argument, const char *name, size_t size,
				    char profile[PROFILE_MAX + 1]);
/* The profile of a name. */
typedef bool questions_find(void *argument, const char *name, char profile[PROFILE_MAX + 1]);

/* What maps are asked, one after the other, as Postfix does: the name, and its suffixes. */
bool find_suffixes(questions_find_exactly *exactly, void *argument, const char *name,
		   char profile[PROFILE_MAX + 1]);

/*
 * Ask all questions of a file once and print "NANOSECONDS WRONG": the median, over runs of a
 * hundred questions, of what a lookup took; and how many had another answer.
 */
void ask(const char *path, questions_find *find, void *argument);

#endif

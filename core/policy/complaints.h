/*
 * What is wrong with a text, said as a compiler does: "name:line:column: sentence", without a position
 * where none is known; below it the line itself and a caret under the place, where the text is known.
 * What is said twice is written once, and after DNA_COMPLAINTS_SHOWN the others are only counted.
 */
#ifndef DNA_POLICY_COMPLAINTS_H
#define DNA_POLICY_COMPLAINTS_H

#include "base/buffer.h"

#include <dna/types.h>

struct dna_node;

struct dna_complaints {
	const char *name;
	struct dna_bytes source; /* the text; NULL: lines are not shown */
	struct dna_buffer text;
	unsigned shown; /* those that differ */
	unsigned count; /* of calls */
	bool warns;     /* whether anybody wants to hear warnings */
	unsigned warned;
};

void dna_complain(struct dna_complaints *complaints, const struct dna_node *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What is allowed, and is probably not meant. */
void dna_warn(struct dna_complaints *complaints, const struct dna_node *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * "unknown key 'prov'; did you mean 'prove'?": |name_at| gives the names that there are, NULL after
 * the last one; where none is near and they are few, all of them are said.
 */
void dna_complain_unknown(struct dna_complaints *complaints, const struct dna_node *at, const char *what,
			  const char *(*name_at)(const void *names, size_t index), const void *names);
/* Whether there are so many that there is no use in looking for more. */
bool dna_complaints_full(const struct dna_complaints *complaints);
/* Those about another file that this one names. */
void dna_complaints_take(struct dna_complaints *complaints, struct dna_complaints *other);
/*
 * The text without the last newline, to be released with free(). NULL when there is none or no
 * memory for it.
 */
char *dna_complaints_steal(struct dna_complaints *complaints);

/* The nearest of such names to |word|, or NULL. */
const char *dna_nearest_name(const char *word, const char *(*name_at)(const void *names, size_t index),
			     const void *names);

#endif

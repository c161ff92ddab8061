/* Words for people: colour where it is wanted, wrapped lines, nothing that a terminal would obey.
 */
#ifndef DNA_TOOLS_OUTPUT_H
#define DNA_TOOLS_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum dna_style { DNA_PLAIN, DNA_STRONG, DNA_FAINT, DNA_GOOD, DNA_DOUBTFUL, DNA_BAD };

struct dna_output {
	FILE *file;
	bool terminal;
	bool colour;
	unsigned width; /* 0: lines are not wrapped */
};

/* Colour and wrapping only on a terminal; no colour with NO_COLOR in the environment. */
void dna_output_init(struct dna_output *output, FILE *file);

/* Some text on the current line, as it is but for what does not belong on a terminal. */
void dna_output_text(const struct dna_output *output, enum dna_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * A row: |label| in its column, then |format|, wrapped to the right of it, or below a label that is
 * too long for its column; |style| is its first word's. Without a label it is one more line of the
 * row before.
 */
void dna_output_row(const struct dna_output *output, enum dna_style style, const char *label,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* That of a word such as "proven" or "bogus"; plain for others. */
enum dna_style dna_style_of(const char *word);

/* A row that says until when something holds, and, if that is to come, in how long it ends. */
void dna_output_end(const struct dna_output *output, int64_t end, int64_t now);

#endif

/*
 * The nearest valid word to a misspelt one, for messages: "unknown key 'prov'; did you mean
 * 'prove'?"
 */
#ifndef DNA_BASE_NEAREST_H
#define DNA_BASE_NEAREST_H

#include <stddef.h>

/* |words| has |count| of them. NULL when none is near enough to be meant. */
const char *dna_nearest(const char *word, const char *const *words, size_t count);

#endif

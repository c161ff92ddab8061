/*
 * Text that a peer or a file supplied, made fit for a terminal, a message and JSON: valid UTF-8
 * without control characters, without anything that turns the direction of writing, on one line.
 */
#ifndef DNA_BASE_SAFE_H
#define DNA_BASE_SAFE_H

#include <stddef.h>

/* At most |room| - 1 octets and a NUL; what is longer ends in "...". What does not belong becomes
 * U+FFFD. Returns |safe|. */
char *dna_safe_text(char *safe, size_t room, const char *text, size_t size);

/* The same without a bound, to be released with free(); NULL without memory. */
char *dna_safe_copy(const char *text);

#endif

/* When a stream that could not be had may be tried again (FLOW-029): after a random time up to a
 * minute, then up to two, and so on up to an hour. What others send us must not make us try more
 * often. */
#ifndef DNA_TOOLS_PEER_BACKOFF_H
#define DNA_TOOLS_PEER_BACKOFF_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNA_BACKOFF_FIRST   60000 /* milliseconds */
#define DNA_BACKOFF_LONGEST 3600000
#define DNA_BACKOFFS_MAX    256 /* the one that ends first makes room */

/* Zeroes are an empty one. */
struct dna_backoff {
	struct dna_backoff_entry {
		char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1];
		unsigned failures; /* in a row */
		uint64_t until;
	} entries[DNA_BACKOFFS_MAX];
	size_t count;
};

/* Milliseconds after so many failures. */
uint64_t dna_backoff_delay(unsigned failures, uint64_t random);

bool dna_backoff_allows(const struct dna_backoff *backoff, const char *from, const char *to,
			uint64_t now);
void dna_backoff_failed(struct dna_backoff *backoff, const char *from, const char *to, uint64_t now,
			uint64_t random);
void dna_backoff_succeeded(struct dna_backoff *backoff, const char *from, const char *to);

#endif

/* Everything that can happen to a flow, with few domains: the events of the walk and of the fuzzer. */
#ifndef DNA_TEST_FLOW_ALPHABET_H
#define DNA_TEST_FLOW_ALPHABET_H

#include <dna/flow.h>

/* The domains of RFC 7712: B is ours. */
enum { NOBODY = 0, B = 1, A = 2, ROOMS_A = 3, C = 4 };
#define DOMAINS 4

/* The pairs that are tried on a stream that we received, and on one that we opened. */
struct pair_name {
	uint8_t from, to;
};
extern const struct pair_name received_pairs[3];
extern const struct pair_name opened_pairs[3];

struct alphabet {
	size_t count, room;
	struct dna_flow_event *events; /* to be released with free() */
};
/*
 * All events of |machine|, a stream's, with all sets of the facts that a guard of their rows looks at or that
 * the stream remembers and some guard looks at.
 */
void alphabet_make(struct alphabet *alphabet, enum dna_flow_machine machine);

#endif

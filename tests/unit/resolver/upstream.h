/*
 * A resolver for dna-resolver to ask: over TCP it says SERVFAIL, after a millisecond to names that
 * begin with "slow", and never anything to names that begin with "silent".
 */
#ifndef DNA_TESTS_UNIT_RESOLVER_UPSTREAM_H
#define DNA_TESTS_UNIT_RESOLVER_UPSTREAM_H

#include <sys/types.h>

struct upstream {
	char address[32]; /* as --resolver takes it */
	pid_t process;
};

void upstream_start(struct upstream *upstream);
void upstream_stop(struct upstream *upstream);

#endif

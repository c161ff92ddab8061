/*
 * A resolver for dna-resolver to ask: over TCP it says SERVFAIL, but nothing to names that begin with
 * "silent", nor to those that begin with "held" until the file that DNA_TEST_GATE names exists.
 */
#ifndef DNA_TESTS_UNIT_RESOLVER_SERVFAIL_H
#define DNA_TESTS_UNIT_RESOLVER_SERVFAIL_H

#include <sys/types.h>

struct servfail {
	char address[32]; /* as --resolver takes it */
	pid_t process;
};

void servfail_start(struct servfail *upstream);
void servfail_stop(struct servfail *upstream);

#endif

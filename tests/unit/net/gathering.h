/* Gathering: one dna_net with the worker of these tests, and an application that waits for it. */
#ifndef DNA_TESTS_UNIT_NET_GATHERING_H
#define DNA_TESTS_UNIT_NET_GATHERING_H

#include <dna/net.h>

extern struct dna_net *net;

/* Whether dna_net_process() is running, which alone calls back. */
extern bool inside;

void net_set_up(void);
void net_tear_down(void);

/* As an application does it: wait for the descriptor, then let it work. */
void process(int milliseconds);

/* Until nothing is outstanding; false when that takes longer than |milliseconds|. */
bool process_until_complete(const struct dna_case *c, unsigned milliseconds);

#endif

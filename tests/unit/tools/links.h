/* Links of `dna peer` without a network: nothing arrives but what a test says. */
#ifndef TESTS_LINKS_H
#define TESTS_LINKS_H

#include "peer/peer.h"

extern struct dna_peer peer;

void links_set_up(void);
void links_tear_down(void);

#endif

/* The program's course: turns of the loop, until it is over. */
#ifndef DNA_RESOLVER_RUN_H
#define DNA_RESOLVER_RUN_H

#include "loop/loop.h"

/* To be called at the beginning: who is told to terminate before it runs terminates in order. */
void dna_run_arrange_signals(void);

/* Called after each turn. False: it is over. */
typedef bool dna_run_turn(void *argument);

/*
 * Run until it is over, or the process is told to terminate. A turn that computes for |seconds| ends
 * the process by SIGPROF: who computes without end answers nobody, and what has ended is started again.
 */
int dna_run(struct dna_loop *loop, unsigned seconds, dna_run_turn *turn, void *argument);

#endif

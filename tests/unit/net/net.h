/* What the tests of core/net share. */
#ifndef DNA_TESTS_UNIT_NET_NET_H
#define DNA_TESTS_UNIT_NET_NET_H

#include "loop/loop.h"

#include <dna/evidence.h>

#include <sys/types.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#define ENOUGH 60000 /* milliseconds for what has to happen, however slow the machine is */

/*
 * The absolute path of a file of the build; |path| is relative to its top. Lives until the next
 * call.
 */
const char *built_file(const char *path);

/* Run the loop until |*done| reaches |count|; false when that takes longer than |milliseconds|. */
bool run_until(struct dna_loop *loop, const unsigned *done, unsigned count, unsigned milliseconds);

/*
 * What the program is asked for and "held" (worker.c) waits until the gate is opened: so a test
 * decides what is unanswered, and until when. Closed before the program is started.
 */
void gate_close(void);
void gate_open(void);
void gate_clear(void);

/* Kill what the process has started. */
void kill_children(pid_t parent);

/* The first child of this process, ended or not; 0: there is none. */
pid_t first_child(void);

/* How many children it has. */
unsigned children(void);

#endif

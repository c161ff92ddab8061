/*
 * An event loop: descriptors and deadlines, behind one descriptor that can itself be polled. Used
 * by libdna-net and by the worker; never by libdna.
 *
 * A watch or timer may be removed at any time, from its own callback too; removal takes effect at
 * once. A watch has to be removed before its descriptor is closed.
 *
 * A process forked from the loop's may go on with it: it gets an epoll descriptor of its own under
 * the same number, as soon as it calls anything here. What it does about descriptors that it shares
 * with its parent is the business of who watches them.
 */
#ifndef DNA_LOOP_LOOP_H
#define DNA_LOOP_LOOP_H

#include <dna/error.h>
#include <dna/types.h>

struct dna_loop;

#define DNA_LOOP_READ  1u
#define DNA_LOOP_WRITE 2u

struct dna_watch;
typedef void dna_watch_ready(void *argument, unsigned events);
struct dna_timer;
typedef void dna_timer_due(void *argument);

int dna_loop_new(struct dna_loop **loop);
/* Watches and timers that are left go with it. */
void dna_loop_free(struct dna_loop *loop);

/* Readable when dna_loop_run() has something to do. */
int dna_loop_fd(const struct dna_loop *loop);

/* Handle what is ready; wait for at most |milliseconds| for the first of it (0: do not wait, -1: as
 * long as it takes). */
int dna_loop_run(struct dna_loop *loop, int milliseconds);

/* Milliseconds of a clock that only goes forward. */
uint64_t dna_loop_now(void);

/* Watch |fd| for |events|. A descriptor may have one watch. */
int dna_watch_add(struct dna_watch **watch, struct dna_loop *loop, int fd, unsigned events,
		  dna_watch_ready *ready, void *argument);
int dna_watch_events(struct dna_watch *watch, unsigned events);
/* NULL is legal, here and for timers. */
void dna_watch_remove(struct dna_watch *watch);

/* Call |due| once, |milliseconds| from now. The timer removes itself before the call. */
int dna_timer_add(struct dna_timer **timer, struct dna_loop *loop, uint64_t milliseconds,
		  dna_timer_due *due, void *argument);
void dna_timer_remove(struct dna_timer *timer);

#endif

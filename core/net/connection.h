/*
 * The connection to the resolver program: to one of this process's own, which is started when it is
 * wanted, to a shared one that listens at a path, or to a shared one over a socket that was handed
 * to us. Frames out, frames in, and a new connection when one ends.
 */
#ifndef DNA_NET_CONNECTION_H
#define DNA_NET_CONNECTION_H

#include "base/buffer.h"
#include "base/limits.h"
#include "evidence/frame.h"
#include "loop/loop.h"
#include "net/worker.h"

/* One of three. The strings last as long as the connection. */
struct dna_connection_to {
	char *const
		*arguments; /* of a program of our own, which comes first; NULL: it is shared, */
	const char *path;   /* and listens here; NULL: */
	int fd;             /* this is the connection */
};

/* What its user does when something happens. */
struct dna_connection_user {
	/* A frame came. Negative: it was nonsense, and nothing more is believed. */
	int (*frame)(void *user, const struct dna_frame *frame);
	/*
	 * The connection is over, and how: "was ended by signal 11". NULL: this is another process,
	 * and the connection stays that of the one that it was forked from.
	 */
	void (*lost)(void *user, const char *how);
	/* dna_connection_open() is worth another call. */
	void (*again)(void *user);
};

struct dna_connection {
	struct dna_loop *loop;
	struct dna_connection_to to;
	const struct dna_connection_user *calls;
	void *user;
	struct dna_worker worker;
	struct dna_watch *watch;
	struct dna_buffer in, out;
	uint64_t heard; /* when something came last */

	unsigned losses; /* since the last answer */
	uint64_t lost;   /* when the last loss was */
	uint64_t next;   /* not to be opened before */
	struct dna_timer *timer;
	char name[DNA_REASON_MAX / 2];    /* of the program, for people */
	char trouble[DNA_REASON_MAX + 1]; /* why there is no connection */
};

/* A socket that was handed over is the caller's until this succeeds. */
int dna_connection_init(struct dna_connection *connection, struct dna_loop *loop,
			const struct dna_connection_to *to, const struct dna_connection_user *calls,
			void *user);
void dna_connection_clear(struct dna_connection *connection);

/*
 * See to it that there is a connection. DNA_E_AGAIN: there may be one soon, |again| will say so;
 * otherwise |trouble| says why there is none.
 */
int dna_connection_open(struct dna_connection *connection);

/* Send a frame, to an open connection. */
int dna_connection_write(struct dna_connection *connection, const struct dna_frame *frame);

/* Take what has come and was not yet looked at. */
void dna_connection_receive(struct dna_connection *connection);

/* End it: the program hangs or talks nonsense, as |how| says, or, with NULL, has ended. */
void dna_connection_lose(struct dna_connection *connection, const char *how);

/* Some number below |limit|, so that those who share a program do not all do the same. */
uint64_t dna_random_below(uint64_t limit);

/* To be called before anything else is: this may be another process by now. */
void dna_connection_own(struct dna_connection *connection);

#endif

/* Replies, checked and taken apart; those who want the same at the same time share one query. */
#ifndef DNA_RESOLVER_FETCH_H
#define DNA_RESOLVER_FETCH_H

#include "resolver/archive.h"
#include "resolver/message.h"
#include "resolver/reply.h"
#include "resolver/table.h"
#include "resolver/upstream.h"
#include "resolver/validate.h"

/* Replies come from |upstream|, or else from |archive|. */
struct dna_fetcher {
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	const struct dna_archive *archive;
	struct dna_table table; /* of what is under way */
};

struct dna_fetch;

/*
 * |message|: NULL when the reply says nothing, and dna_reply_why() says why. Both are the callee's
 * to reference; |reply| is NULL when memory ran out.
 */
typedef void dna_fetch_done(void *argument, struct dna_reply *reply, struct dna_message *message);

/* One who waits; a member of what waits. */
struct dna_fetch_wait {
	struct dna_fetch *fetch; /* NULL: does not wait */
	dna_fetch_done *done;
	void *argument;
	struct dna_fetch_wait *previous, *next;
};

/* The members before |table| are the caller's to fill in. */
int dna_fetcher_init(struct dna_fetcher *fetcher);
/* Nobody waits any more. */
void dna_fetcher_clear(struct dna_fetcher *fetcher);

/* |done| is called later, from the loop. */
int dna_fetch(struct dna_fetcher *fetcher, const struct dna_dname *name, uint16_t type,
	      struct dna_fetch_wait *wait, dna_fetch_done *done, void *argument);
/* Wait no longer. The query is given up with the last one who waits for it. */
void dna_fetch_leave(struct dna_fetch_wait *wait);

#endif

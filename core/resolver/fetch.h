/* Replies, checked and taken apart; those who want the same at the same time share one query. */
#ifndef DNA_RESOLVER_FETCH_H
#define DNA_RESOLVER_FETCH_H

#include "resolver/message.h"
#include "resolver/table.h"
#include "resolver/upstream.h"
#include "resolver/validate.h"

struct dna_fetcher {
	struct dna_upstream *upstream;
	struct dna_table table; /* of what is under way */
};

struct dna_fetch;

/* |message|: NULL when there is none, and |why| says so; |rcode| is known even so, or 0. */
typedef void dna_fetch_done(void *argument, struct dna_message *message, uint16_t rcode,
			    const char *why);

/* One who waits; a member of what waits. */
struct dna_fetch_wait {
	struct dna_fetch *fetch; /* NULL: does not wait */
	dna_fetch_done *done;
	void *argument;
	struct dna_fetch_wait *previous, *next;
};

int dna_fetcher_init(struct dna_fetcher *fetcher, struct dna_upstream *upstream);
/* Nobody waits any more. */
void dna_fetcher_clear(struct dna_fetcher *fetcher);

/* |done| is called later, from the loop. The message is the callee's to reference. */
int dna_fetch(struct dna_fetcher *fetcher, const struct dna_dname *name, uint16_t type,
	      struct dna_fetch_wait *wait, dna_fetch_done *done, void *argument);
/* Wait no longer. The query is given up with the last one who waits for it. */
void dna_fetch_leave(struct dna_fetch_wait *wait);

#endif

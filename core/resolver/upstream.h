/*
 * The upstream resolvers: a question goes to the one that worked last, over one TCP connection, at
 * most DNA_IN_FLIGHT_MAX at a time, and to the next one when that fails.
 */
#ifndef DNA_RESOLVER_UPSTREAM_H
#define DNA_RESOLVER_UPSTREAM_H

#include "base/address.h"
#include "loop/loop.h"
#include "resolver/dname.h"

struct dna_upstream;
struct dna_query;

/* |wire|: the reply as it came, unchecked; empty when there is none, and |why| says so. */
typedef void dna_query_done(void *argument, struct dna_bytes wire, const char *why);

int dna_upstream_new(struct dna_upstream **upstream, struct dna_loop *loop,
		     const struct dna_address *addresses, size_t count);
/* Queries that are still under way are forgotten. */
void dna_upstream_free(struct dna_upstream *upstream);

/* Ask, for at most |milliseconds|. |done| is called once, later, from the loop; not after a cancel.
 */
int dna_upstream_ask(struct dna_upstream *upstream, const struct dna_dname *name, uint16_t type,
		     uint64_t milliseconds, dna_query_done *done, void *argument,
		     struct dna_query **query);
void dna_query_cancel(struct dna_query *query);

#endif

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

/*
 * |wire|: a reply to the question, unchecked otherwise, that lasts as long as the call; empty when
 * there is none, and |why| says so. The query is gone after the call, unless it is retried, and is
 * not to be cancelled within it.
 */
typedef void dna_query_done(void *argument, struct dna_bytes wire, const char *why);

/* |trust_ad|: as dna_request_write() has it. */
int dna_upstream_new(struct dna_upstream **upstream, struct dna_loop *loop,
		     const struct dna_address *addresses, size_t count, bool trust_ad);
/* Queries that are still under way are forgotten. */
void dna_upstream_free(struct dna_upstream *upstream);

/*
 * Ask, for at most |milliseconds|. |done| is called later, from the loop, once unless the query is
 * retried; not after a cancel.
 */
int dna_upstream_ask(struct dna_upstream *upstream, const struct dna_dname *name, uint16_t type,
		     uint64_t milliseconds, dna_query_done *done, void *argument,
		     struct dna_query **query);
void dna_query_cancel(struct dna_query *query);

/*
 * From within |done|: the reply is of no use, ask the next resolver. False when there is none that
 * was not asked, or no time.
 */
bool dna_query_retry(struct dna_query *query);

#endif

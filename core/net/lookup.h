/*
 * How libdna-net learns anything: from the cache, else from a lookup of the same that is under way
 * already, else through the resolver or over HTTPS.
 */
#ifndef DNA_NET_LOOKUP_H
#define DNA_NET_LOOKUP_H

#include "loop/loop.h"
#include "net/resolver.h"

#include <dna/dna.h>

struct dna_lookups;

struct dna_lookups_options {
	struct dna_resolver_options resolver;
	struct dna_anchors *anchors; /* for HTTPS */
	bool allow_private_addresses;
	bool keep_proof; /* DNS answers come with what they can be validated by again */
};

int dna_lookups_new(struct dna_lookups **lookups, struct dna_loop *loop,
		    const struct dna_lookups_options *options);
/* Lookups that are still open are not finished any more, and their handles are void. */
void dna_lookups_free(struct dna_lookups *lookups);

/*
 * The answer: for a DNS question as dna_resolver_answered() gets it, otherwise one item. |count| is
 * 0 only if memory ran out.
 */
typedef void dna_lookup_done(void *argument, struct dna_item *const *items, size_t count);

/* Where DNS questions go that are not to be answered from the cache. */
struct dna_resolver *dna_lookups_resolver(struct dna_lookups *lookups);

struct dna_lookup;

/*
 * |done| is called once, from within the loop, unless the lookup is cancelled. About |milliseconds|
 * are allowed: a lookup of the same that was given at least half of that is joined.
 */
int dna_lookup_start(struct dna_lookup **lookup, struct dna_lookups *lookups,
		     const struct dna_need *question, unsigned milliseconds, dna_lookup_done *done,
		     void *argument);
/* Give it time as if it were started now: it may keep a fetch that has half of that. On failure it has
 * what it had. */
int dna_lookup_prolong(struct dna_lookup *lookup, unsigned milliseconds);
void dna_lookup_cancel(struct dna_lookup *lookup); /* NULL is legal */

/* Remember a document: its reader says that it holds until |until|. */
void dna_lookup_keep(struct dna_lookups *lookups, struct dna_item *item, int64_t until);

#endif

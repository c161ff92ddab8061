/*
 * Answers by question, each as long as all of its items may be used; what failed is not kept.
 * Bounded; what was not asked for the longest time makes room. The clock is the caller's.
 */
#ifndef DNA_NET_CACHE_H
#define DNA_NET_CACHE_H

#include "base/limits.h"

#include <dna/dna.h>

struct dna_cache;

/* At most |entries| answers, which take at most about |octets|. */
int dna_cache_new(struct dna_cache **cache, size_t entries, size_t octets);
void dna_cache_free(struct dna_cache *cache);

/* Keep the answer to |question|, in place of an older one, if it may be kept at all. */
int dna_cache_put(struct dna_cache *cache, const struct dna_need *question,
		  struct dna_item *const *items, size_t count, int64_t now);

/*
 * Keep an item, whatever it is, until |until|: for what does not say itself how long it may be used.
 * When it is kept already, it is not kept any longer for that.
 */
int dna_cache_keep(struct dna_cache *cache, const struct dna_need *question, struct dna_item *item,
		   int64_t until, int64_t now);

/*
 * How many items the answer has, 0 when it is not known; |items| are set to references that the
 * caller owns.
 */
size_t dna_cache_get(struct dna_cache *cache, const struct dna_need *question, int64_t now,
		     struct dna_item *items[DNA_ANSWER_ITEMS_MAX]);

/* Whether two questions are the same. Names of "dns" questions compare without regard to case. */
bool dna_question_equal(const struct dna_need *a, const struct dna_need *b);

#endif

/*
 * One question: the reply, the alias chain in it, and for each link what DNSSEC says of it. An
 * answer is one item a link, then the item that the chain ends in.
 */
#ifndef DNA_RESOLVER_LOOKUP_H
#define DNA_RESOLVER_LOOKUP_H

#include "loop/loop.h"
#include "resolver/answers.h"
#include "resolver/zone.h"

#include <dna/evidence.h>

/* Where replies come from, and what has been learnt from them. */
struct dna_lookups {
	struct dna_loop *loop;
	struct dna_fetcher fetcher;
	struct dna_zones zones;
	struct dna_answers answers;
	enum dna_word
		word;  /* DNA_WORD_RESOLVER: the bit AD of each reply is believed (DELEG-017) */
	int64_t not_before; /* a clock that says less is wrong; 0: this is not about now */
};

/*
 * |archive|: replies are looked for there, and |upstream| is not asked. |anchors|: NULL when there
 * are none, and |complaint| says why. All of them have to outlast |lookups|.
 */
int dna_lookups_init(struct dna_lookups *lookups, struct dna_loop *loop,
		     struct dna_upstream *upstream, const struct dna_archive *archive,
		     struct dna_message *anchors, const char *complaint);
/* Nothing may be looked up any more. */
void dna_lookups_clear(struct dna_lookups *lookups);

struct dna_lookup;

/* |answer| lasts as long as the call. The lookup is gone after it. */
typedef void dna_lookup_done(void *argument, const struct dna_answer *answer);

/*
 * Look up |name| |type| at the time |now|, within |milliseconds|. |done| is called once, later,
 * from the loop; not after a cancel.
 */
int dna_lookup_new(struct dna_lookup **lookup, struct dna_lookups *lookups, const char *name,
		   uint16_t type, int64_t now, uint32_t milliseconds, dna_lookup_done *done,
		   void *argument);
void dna_lookup_cancel(struct dna_lookup *lookup);

#endif

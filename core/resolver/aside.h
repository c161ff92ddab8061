/*
 * Questions that are not about now: as of another time, or about replies that were recorded. Each
 * gets zones and answers of its own, so that it neither uses nor leaves anything in what is
 * remembered.
 */
#ifndef DNA_RESOLVER_ASIDE_H
#define DNA_RESOLVER_ASIDE_H

#include "evidence/frame.h"
#include "resolver/lookup.h"

struct dna_aside;

/* |answers| last as long as the call: one, or, of a record, one for each "dns-reply". */
typedef void dna_aside_done(void *argument, const struct dna_answer *answers, size_t count,
			    const struct dna_message *anchors);

/*
 * Answer a question frame that has a time, with the resolvers and anchors of |live|, or a recorded
 * frame, with nothing but what is in it. |done| is called once, later, from the loop; not after a
 * cancel. The aside is gone after it.
 */
int dna_aside_new(struct dna_aside **aside, struct dna_lookups *live,
		  const struct dna_frame *frame, dna_aside_done *done, void *argument);
void dna_aside_cancel(struct dna_aside *aside);

#endif

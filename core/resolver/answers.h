/* Answers that are remembered for as long as each of their items may be held. */
#ifndef DNA_RESOLVER_ANSWERS_H
#define DNA_RESOLVER_ANSWERS_H

#include "base/limits.h"
#include "resolver/proof.h"
#include "resolver/table.h"

#include <dna/evidence.h>

struct dna_answers {
	struct dna_table table;
};

/* The items of an alias chain and what it ends in, and what they rest on. */
struct dna_answer {
	struct dna_item *items[DNA_ALIAS_MAX + 1];
	size_t count;
	struct dna_proof proof;
};

int dna_answers_init(struct dna_answers *answers);
void dna_answers_clear(struct dna_answers *answers);

/* NULL: there is none. It lasts until the next call. */
const struct dna_answer *dna_answers_find(struct dna_answers *answers, const struct dna_dname *name,
					  uint16_t type, int64_t now);

/* Remember, unless an item failed, is bogus, or is over with this second. */
void dna_answers_add(struct dna_answers *answers, const struct dna_dname *name, uint16_t type,
		     int64_t now, const struct dna_answer *answer);

/* References to all of |other|; |answer| is empty before. */
void dna_answer_copy(struct dna_answer *answer, const struct dna_answer *other);
void dna_answer_clear(struct dna_answer *answer);

#endif

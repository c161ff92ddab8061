/* Remembered answers. */
#include "resolver/answers.h"

#include <stdlib.h>

#define TABLE_SIZE 4096

struct remembered {
	struct dna_entry entry;
	int64_t from, until; /* when it may be used, |until| excluded */
	struct dna_answer answer;
};

int dna_answers_init(struct dna_answers *answers)
{
	return dna_table_init(&answers->table, TABLE_SIZE);
}

static void forget(struct dna_answers *answers, struct remembered *r)
{
	dna_table_remove(&answers->table, &r->entry);
	dna_answer_clear(&r->answer);
	free(r);
}

void dna_answers_clear(struct dna_answers *answers)
{
	while (answers->table.oldest != NULL)
		forget(answers, (struct remembered *)answers->table.oldest);
	dna_table_clear(&answers->table);
}

const struct dna_answer *dna_answers_find(struct dna_answers *answers, const struct dna_dname *name,
					  uint16_t type, int64_t now)
{
	struct remembered *r = (struct remembered *)dna_table_find(&answers->table, name, type);

	if (r == NULL)
		return NULL;
	/* A clock that was set back makes nothing live longer (DELEG-021). */
	if (r->from <= now && now < r->until)
		return &r->answer;
	forget(answers, r);
	return NULL;
}

/* Until when all of them hold; a time before |now| when they are not to be remembered. */
static int64_t lifetime(const struct dna_answer *answer, int64_t now)
{
	int64_t not_after = DNA_FOREVER;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dna_item *item = answer->items[i];

		if (dna_item_outcome(item) == DNA_FAILED || dna_item_security(item) == DNA_BOGUS)
			return now - 1;
		if (dna_item_not_after(item) < not_after)
			not_after = dna_item_not_after(item);
	}
	return not_after;
}

static void make_room(struct dna_answers *answers)
{
	const struct dna_table *table = &answers->table;

	while (table->count > 0 &&
	       (table->count >= DNA_ANSWERS_MAX || table->octets > DNA_ANSWERS_SIZE_MAX))
		forget(answers, (struct remembered *)table->oldest);
}

void dna_answers_add(struct dna_answers *answers, const struct dna_dname *name, uint16_t type,
		     int64_t now, const struct dna_answer *answer)
{
	int64_t not_after = lifetime(answer, now);
	struct remembered *r;

	if (answer->count == 0 || not_after <= now ||
	    dna_answers_find(answers, name, type, now) != NULL)
		return;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return;
	make_room(answers);
	r->entry.name = *name;
	r->entry.type = type;
	r->entry.octets = dna_proof_size(&answer->proof);
	r->from = now;
	r->until = not_after;
	dna_answer_copy(&r->answer, answer);
	dna_table_add(&answers->table, &r->entry);
}

void dna_answer_copy(struct dna_answer *answer, const struct dna_answer *other)
{
	for (answer->count = 0; answer->count < other->count; answer->count++)
		answer->items[answer->count] = dna_item_ref(other->items[answer->count]);
	dna_proof_add(&answer->proof, &other->proof);
}

void dna_answer_clear(struct dna_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		dna_item_unref(answer->items[i]);
	answer->count = 0;
	dna_proof_clear(&answer->proof);
}

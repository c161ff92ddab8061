/* Remembered answers. */
#include "resolver/answers.h"

#include <stdlib.h>

#define TABLE_SIZE 4096

int dna_answers_init(struct dna_answers *answers)
{
	return dna_table_init(&answers->table, TABLE_SIZE);
}

static void forget(struct dna_answers *answers, struct dna_answers_entry *answer)
{
	dna_table_remove(&answers->table, &answer->entry);
	for (size_t i = 0; i < answer->count; i++)
		dna_item_unref(answer->items[i]);
	free(answer);
}

void dna_answers_clear(struct dna_answers *answers)
{
	while (answers->table.oldest != NULL)
		forget(answers, (struct dna_answers_entry *)answers->table.oldest);
	dna_table_clear(&answers->table);
}

const struct dna_answers_entry *dna_answers_find(struct dna_answers *answers,
						 const struct dna_dname *name, uint16_t type,
						 int64_t now)
{
	struct dna_answers_entry *answer =
		(struct dna_answers_entry *)dna_table_find(&answers->table, name, type);

	if (answer != NULL && answer->not_after < now) {
		forget(answers, answer);
		answer = NULL;
	}
	return answer;
}

/* Until when all of them hold; a time before |now| when they are not to be remembered. */
static int64_t lifetime(struct dna_item *const *items, size_t count, int64_t now)
{
	int64_t not_after = DNA_FOREVER;

	for (size_t i = 0; i < count; i++) {
		if (dna_item_outcome(items[i]) == DNA_FAILED ||
		    dna_item_security(items[i]) == DNA_BOGUS)
			return now - 1;
		if (dna_item_not_after(items[i]) < not_after)
			not_after = dna_item_not_after(items[i]);
	}
	return not_after;
}

void dna_answers_add(struct dna_answers *answers, const struct dna_dname *name, uint16_t type,
		     int64_t now, struct dna_item *const *items, size_t count)
{
	int64_t not_after = lifetime(items, count, now);
	struct dna_answers_entry *answer;

	if (count == 0 || not_after <= now || dna_answers_find(answers, name, type, now) != NULL)
		return;
	answer = calloc(1, sizeof(*answer));
	if (answer == NULL)
		return;
	if (answers->table.count >= DNA_ANSWERS_MAX)
		forget(answers, (struct dna_answers_entry *)answers->table.oldest);
	answer->entry.name = *name;
	answer->entry.type = type;
	answer->not_after = not_after;
	answer->count = count;
	for (size_t i = 0; i < count; i++)
		answer->items[i] = dna_item_ref(items[i]);
	dna_table_add(&answers->table, &answer->entry);
}

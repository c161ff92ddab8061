/* A hash table whose keys are random anyway. */
#include "resolver/ids.h"

#include <sys/random.h>

static int draw(struct dna_ids *ids, uint16_t *number)
{
	if (ids->left == 0) {
		if (getrandom(ids->drawn, sizeof(ids->drawn), 0) != (ssize_t)sizeof(ids->drawn))
			return DNA_E_IO;
		ids->left = DNA_IDS_DRAWN;
	}
	*number = ids->drawn[--ids->left];
	return 0;
}

int dna_ids_add(struct dna_ids *ids, struct dna_id *id)
{
	struct dna_id **bucket;
	uint16_t number;

	do
		if (draw(ids, &number) != 0)
			return DNA_E_IO;
	while (dna_ids_find(ids, number) != NULL);
	bucket = &ids->buckets[number % DNA_IDS_BUCKETS];
	*id = (struct dna_id){ .number = number, .next = *bucket };
	*bucket = id;
	return 0;
}

struct dna_id *dna_ids_find(const struct dna_ids *ids, uint16_t number)
{
	struct dna_id *id = ids->buckets[number % DNA_IDS_BUCKETS];

	while (id != NULL && id->number != number)
		id = id->next;
	return id;
}

void dna_ids_remove(struct dna_ids *ids, struct dna_id *id)
{
	struct dna_id **place = &ids->buckets[id->number % DNA_IDS_BUCKETS];

	while (*place != id)
		place = &(*place)->next;
	*place = id->next;
}

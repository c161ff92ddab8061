/* The evidence of one case. A case holds tens of items, so that a list is the fastest index. */
#include "evidence/store.h"
#include "base/limits.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

struct dna_evidence {
	struct dna_item **items;
	size_t count;
};

int dna_evidence_new(struct dna_evidence **evidence)
{
	struct dna_evidence *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	*evidence = new;
	return 0;
}

void dna_evidence_free(struct dna_evidence *evidence)
{
	if (evidence == NULL)
		return;
	for (size_t i = 0; i < evidence->count; i++)
		dna_item_unref(evidence->items[i]);
	free(evidence->items);
	free(evidence);
}

static bool answers(const struct dna_item *item, const char *kind, const char *name, uint16_t type)
{
	if (dna_item_type(item) != type || strcmp(dna_item_kind(item), kind) != 0)
		return false;
	return strcmp(kind, "dns") == 0 ? dna_name_equal(dna_item_name(item), name)
					: strcmp(dna_item_name(item), name) == 0;
}

const struct dna_item *dna_evidence_find(const struct dna_evidence *evidence, const char *kind,
					 const char *name, uint16_t type)
{
	for (size_t i = 0; i < evidence->count; i++)
		if (answers(evidence->items[i], kind, name, type))
			return evidence->items[i];
	return NULL;
}

int dna_evidence_add(struct dna_evidence *evidence, struct dna_item *item)
{
	struct dna_item **items;

	if (dna_evidence_find(evidence, dna_item_kind(item), dna_item_name(item),
			      dna_item_type(item)) != NULL)
		return DNA_E_EXISTS;
	if (evidence->count == DNA_ITEMS_MAX)
		return DNA_E_LIMIT;
	items = realloc(evidence->items, (evidence->count + 1) * sizeof(struct dna_item *));
	if (items == NULL)
		return DNA_E_NOMEM;
	evidence->items = items;
	evidence->items[evidence->count++] = dna_item_ref(item);
	return 0;
}

void dna_evidence_remove(struct dna_evidence *evidence, const char *kind, const char *name,
			 uint16_t type)
{
	for (size_t i = 0; i < evidence->count; i++) {
		if (!answers(evidence->items[i], kind, name, type))
			continue;
		dna_item_unref(evidence->items[i]);
		evidence->count--;
		memmove(&evidence->items[i], &evidence->items[i + 1],
			(evidence->count - i) * sizeof(struct dna_item *));
		return;
	}
}

size_t dna_evidence_count(const struct dna_evidence *evidence)
{
	return evidence->count;
}

struct dna_item *dna_evidence_at(const struct dna_evidence *evidence, size_t index)
{
	return index < evidence->count ? evidence->items[index] : NULL;
}

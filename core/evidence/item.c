/* One piece of evidence: written once, shared by reference. */
#include "base/buffer.h"
#include "base/limits.h"

#include <dna/evidence.h>

#include <stdlib.h>
#include <string.h>

struct dna_item {
	unsigned references;
	struct dna_item_init init; /* strings owned */
	struct dna_bytes *data;    /* each owned */
	size_t count;
	size_t size;
};

static char *copy(const char *text)
{
	return strdup(text != NULL ? text : "");
}

/* A reason is for people: cut rather than refused. */
static char *copy_reason(const char *text)
{
	char *reason = copy(text);

	if (reason != NULL)
		dna_text_cut(reason, DNA_REASON_MAX);
	return reason;
}

int dna_item_new(struct dna_item **item, const struct dna_item_init *init)
{
	struct dna_item *new;

	if (init->kind == NULL || init->kind[0] == '\0' || strlen(init->kind) > DNA_KIND_MAX ||
	    (init->name != NULL && strlen(init->name) > DNA_ITEM_NAME_MAX))
		return DNA_E_INVALID;
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return DNA_E_NOMEM;
	new->references = 1;
	new->init = *init;
	new->init.kind = copy(init->kind);
	new->init.name = copy(init->name);
	new->init.reason = copy_reason(init->reason);
	if (init->outcome == DNA_FAILED && init->security != DNA_BOGUS)
		new->init.security = DNA_INDETERMINATE;
	if (new->init.kind == NULL || new->init.name == NULL || new->init.reason == NULL) {
		dna_item_unref(new);
		return DNA_E_NOMEM;
	}
	*item = new;
	return 0;
}

int dna_item_add(struct dna_item *item, const void *data, size_t size)
{
	struct dna_bytes *grown;
	uint8_t *octets;

	if (item->count == DNA_ITEM_COUNT_MAX || size > (size_t)DNA_ITEM_SIZE_MAX - item->size)
		return DNA_E_LIMIT;
	grown = realloc(item->data, (item->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return DNA_E_NOMEM;
	item->data = grown;
	octets = malloc(size + 1);
	if (octets == NULL)
		return DNA_E_NOMEM;
	if (size != 0)
		memcpy(octets, data, size);
	octets[size] = '\0';
	item->data[item->count++] = (struct dna_bytes){ octets, size };
	item->size += size;
	return 0;
}

struct dna_item *dna_item_ref(struct dna_item *item)
{
	item->references++;
	return item;
}

void dna_item_unref(struct dna_item *item)
{
	if (item == NULL || --item->references > 0)
		return;
	for (size_t i = 0; i < item->count; i++)
		free((void *)(uintptr_t)item->data[i].data);
	free(item->data);
	free((void *)(uintptr_t)item->init.kind);
	free((void *)(uintptr_t)item->init.name);
	free((void *)(uintptr_t)item->init.reason);
	free(item);
}

const char *dna_item_kind(const struct dna_item *item)
{
	return item->init.kind;
}

const char *dna_item_name(const struct dna_item *item)
{
	return item->init.name;
}

uint16_t dna_item_type(const struct dna_item *item)
{
	return item->init.type;
}

enum dna_outcome dna_item_outcome(const struct dna_item *item)
{
	return item->init.outcome;
}

enum dna_security dna_item_security(const struct dna_item *item)
{
	return item->init.security;
}

enum dna_word dna_item_word(const struct dna_item *item)
{
	return item->init.word;
}

int dna_item_code(const struct dna_item *item)
{
	return item->init.code;
}

unsigned dna_item_redirects(const struct dna_item *item)
{
	return item->init.redirects;
}

int64_t dna_item_time(const struct dna_item *item)
{
	return item->init.time;
}

int64_t dna_item_not_after(const struct dna_item *item)
{
	return item->init.not_after;
}

const char *dna_item_reason(const struct dna_item *item)
{
	return item->init.reason;
}

size_t dna_item_count(const struct dna_item *item)
{
	return item->count;
}

struct dna_bytes dna_item_data(const struct dna_item *item, size_t index)
{
	if (index >= item->count)
		return (struct dna_bytes){ (const uint8_t *)"", 0 };
	return item->data[index];
}

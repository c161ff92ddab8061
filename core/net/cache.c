/* Answers by question: a balanced tree to find them, a list in the order of their last use. */
#include "net/cache.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct cached {
	struct dna_need question; /* strings owned */
	struct cached *next, *previous;
	int64_t from, until; /* when it may be used, |until| excluded */
	size_t size;
	size_t count;
	struct dna_item *items[];
};

struct dna_cache {
	void *tree;
	struct cached *newest, *oldest;
	size_t count, size;
	size_t entries, octets; /* at most */
};

/* ---- questions ---- */

static int compare(const void *left, const void *right)
{
	const struct dna_need *a = left, *b = right;
	int difference = strcmp(a->kind, b->kind);

	if (difference != 0)
		return difference;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return strcmp(a->kind, "dns") == 0 ? strcasecmp(a->name, b->name)
					   : strcmp(a->name, b->name);
}

bool dna_question_equal(const struct dna_need *a, const struct dna_need *b)
{
	return compare(a, b) == 0;
}

/* ---- entries ---- */

static void free_entry(struct cached *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->count; i++)
		dna_item_unref(e->items[i]);
	free((void *)(uintptr_t)e->question.kind);
	free((void *)(uintptr_t)e->question.name);
	free(e);
}

/* About what an item takes, with what the allocator adds. */
static size_t item_size(const struct dna_item *item)
{
	size_t size = 256 + strlen(dna_item_name(item)) + strlen(dna_item_reason(item));

	for (size_t i = 0; i < dna_item_count(item); i++)
		size += 32 + dna_item_data(item, i).size;
	return size;
}

static struct cached *new_entry(const struct dna_need *question, struct dna_item *const *items,
				size_t count)
{
	struct cached *e = calloc(1, sizeof(*e) + count * sizeof(e->items[0]));

	if (e == NULL)
		return NULL;
	e->question =
		(struct dna_need){ strdup(question->kind), strdup(question->name), question->type };
	if (e->question.kind == NULL || e->question.name == NULL) {
		free_entry(e);
		return NULL;
	}
	e->from = INT64_MIN;
	e->until = DNA_FOREVER;
	e->size = sizeof(*e) + 128;
	for (; e->count < count; e->count++) {
		struct dna_item *item = items[e->count];

		e->items[e->count] = dna_item_ref(item);
		e->size += item_size(item);
		if (dna_item_time(item) > e->from)
			e->from = dna_item_time(item);
		if (dna_item_not_after(item) < e->until)
			e->until = dna_item_not_after(item);
	}
	return e;
}

/* ---- the list ---- */

static void unlink_entry(struct dna_cache *cache, struct cached *e)
{
	*(e->next != NULL ? &e->next->previous : &cache->oldest) = e->previous;
	*(e->previous != NULL ? &e->previous->next : &cache->newest) = e->next;
}

static void link_entry(struct dna_cache *cache, struct cached *e)
{
	e->previous = NULL;
	e->next = cache->newest;
	*(cache->newest != NULL ? &cache->newest->previous : &cache->oldest) = e;
	cache->newest = e;
}

static void drop(struct dna_cache *cache, struct cached *e)
{
	tdelete(e, &cache->tree, compare);
	unlink_entry(cache, e);
	cache->count--;
	cache->size -= e->size;
	free_entry(e);
}

/* ---- the cache ---- */

int dna_cache_new(struct dna_cache **cache, size_t entries, size_t octets)
{
	struct dna_cache *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->entries = entries;
	new->octets = octets;
	*cache = new;
	return 0;
}

void dna_cache_free(struct dna_cache *cache)
{
	if (cache == NULL)
		return;
	while (cache->newest != NULL)
		drop(cache, cache->newest);
	free(cache);
}

/* An entry begins with its question, so that either can be looked for. */
static struct cached *find(const struct dna_cache *cache, const struct dna_need *question)
{
	struct cached **found = tfind(question, &cache->tree, compare);

	return found != NULL ? *found : NULL;
}

/* A clock that was set back makes nothing live longer. */
static bool current(const struct cached *e, int64_t now)
{
	return e->from <= now && now < e->until;
}

/* Failing to learn is worth nothing later, and never stands in for an answer (SEC-002). */
static bool worth_keeping(struct dna_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (dna_item_outcome(items[i]) == DNA_FAILED)
			return false;
	return count > 0 && count <= DNA_ANSWER_ITEMS_MAX;
}

/* The entry is the cache's from now on. */
static int add(struct dna_cache *cache, struct cached *new, int64_t now)
{
	if (new == NULL)
		return DNA_E_NOMEM;
	if (!current(new, now) || new->size > cache->octets || cache->entries == 0) {
		free_entry(new);
		return 0;
	}
	while (cache->count == cache->entries || cache->size + new->size > cache->octets)
		drop(cache, cache->oldest);
	if (tsearch(new, &cache->tree, compare) == NULL) {
		free_entry(new);
		return DNA_E_NOMEM;
	}
	link_entry(cache, new);
	cache->count++;
	cache->size += new->size;
	return 0;
}

int dna_cache_put(struct dna_cache *cache, const struct dna_need *question,
		  struct dna_item *const *items, size_t count, int64_t now)
{
	struct cached *old = find(cache, question);

	if (old != NULL)
		drop(cache, old);
	return worth_keeping(items, count) ? add(cache, new_entry(question, items, count), now) : 0;
}

int dna_cache_keep(struct dna_cache *cache, const struct dna_need *question, struct dna_item *item,
		   int64_t until, int64_t now)
{
	struct cached *old = find(cache, question), *new;

	if (old != NULL && old->items[0] == item && old->until <= until)
		return 0;
	if (old != NULL)
		drop(cache, old);
	new = new_entry(question, &item, 1);
	if (new != NULL)
		new->until = until;
	return add(cache, new, now);
}

size_t dna_cache_get(struct dna_cache *cache, const struct dna_need *question, int64_t now,
		     struct dna_item *items[DNA_ANSWER_ITEMS_MAX])
{
	struct cached *e = find(cache, question);

	if (e == NULL)
		return 0;
	if (!current(e, now)) {
		drop(cache, e);
		return 0;
	}
	unlink_entry(cache, e);
	link_entry(cache, e);
	for (size_t i = 0; i < e->count; i++)
		items[i] = dna_item_ref(e->items[i]);
	return e->count;
}

/*
 * Results of searches for paths. Each chain has one place, which the last one to come takes: a bound
 * without any bookkeeping.
 */
#include "evidence/path_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct dna_path_key key;
	struct dna_window window;
	int result;
	struct dna_path path;
};

/* Threads share the anchors of a policy, and so this. */
struct dna_path_cache {
	pthread_mutex_t lock;
	struct entry *entries[DNA_PATH_RESULTS_MAX];
};

int dna_path_cache_new(struct dna_path_cache **cache)
{
	struct dna_path_cache *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	if (pthread_mutex_init(&new->lock, NULL) != 0) {
		free(new);
		return DNA_E_NOMEM;
	}
	*cache = new;
	return 0;
}

void dna_path_cache_clear(struct dna_path_cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	for (size_t i = 0; i < DNA_PATH_RESULTS_MAX; i++) {
		free(cache->entries[i]);
		cache->entries[i] = NULL;
	}
	pthread_mutex_unlock(&cache->lock);
}

void dna_path_cache_free(struct dna_path_cache *cache)
{
	if (cache == NULL)
		return;
	dna_path_cache_clear(cache);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

/* A digest is evenly spread already. */
static size_t place(const struct dna_path_key *key)
{
	size_t number;

	memcpy(&number, key->chain, sizeof(number));
	return (number + key->security + key->revocation) % DNA_PATH_RESULTS_MAX;
}

bool dna_path_cache_find(struct dna_path_cache *cache, const struct dna_path_key *key, int64_t time,
			 int *result, struct dna_path *path)
{
	const struct entry *entry;
	bool found;

	pthread_mutex_lock(&cache->lock);
	entry = cache->entries[place(key)];
	found = entry != NULL && time >= entry->window.from && time <= entry->window.until &&
		memcmp(&entry->key, key, sizeof(*key)) == 0;
	if (found) {
		*result = entry->result;
		*path = entry->path;
	}
	pthread_mutex_unlock(&cache->lock);
	return found;
}

void dna_path_cache_keep(struct dna_path_cache *cache, const struct dna_path_key *key,
			 const struct dna_window *window, int result, const struct dna_path *path)
{
	struct entry **entry = &cache->entries[place(key)];

	pthread_mutex_lock(&cache->lock);
	if (*entry == NULL)
		*entry = malloc(sizeof(**entry));
	if (*entry != NULL)
		**entry = (struct entry){ *key, *window, result, *path };
	pthread_mutex_unlock(&cache->lock);
}

/*
 * What came of looking for paths to a set of trust anchors: kept with the set, since it depends on
 * nothing but the chain, the anchors, the time and how strict one is. Names are not part of it, so
 * that the tenants of a host share what is found for its chain. Threads may use one together.
 */
#ifndef DNA_EVIDENCE_PATH_CACHE_H
#define DNA_EVIDENCE_PATH_CACHE_H

#include "evidence/crls.h"

#define DNA_DIGEST_SIZE 32

/* What was asked; to be compared octet by octet, so filled with zeroes first. */
struct dna_path_key {
	uint8_t chain[DNA_DIGEST_SIZE];
	uint8_t crls[DNA_DIGEST_SIZE];
	uint8_t stapled[DNA_DIGEST_SIZE];
	uint8_t security, revocation;
};

struct dna_path_cache;

int dna_path_cache_new(struct dna_path_cache **cache);
void dna_path_cache_free(struct dna_path_cache *cache); /* NULL is legal */
/* Forget everything: there is another anchor. */
void dna_path_cache_clear(struct dna_path_cache *cache);

/* Whether it is known; then |*result| and |*path| are what was found. */
bool dna_path_cache_find(struct dna_path_cache *cache, const struct dna_path_key *key,
			 int64_t time, int *result, struct dna_path *path);
/* Remember it for times within |window|. Without memory it is not remembered. */
void dna_path_cache_keep(struct dna_path_cache *cache, const struct dna_path_key *key,
			 const struct dna_window *window, int result, const struct dna_path *path);

#endif

/* Sets of trust anchors, each in the one place that its digest gives it. */
#include "evidence/anchor_sets.h"
#include "base/limits.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_SIZE 32

struct entry {
	uint8_t digest[DIGEST_SIZE]; /* of the certificates as they came */
	struct dna_anchors *anchors; /* NULL: none */
};

struct dna_anchor_sets {
	struct entry entries[DNA_ANCHOR_SETS_MAX];
};

int dna_anchor_sets_new(struct dna_anchor_sets **sets)
{
	struct dna_anchor_sets *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	*sets = new;
	return 0;
}

void dna_anchor_sets_free(struct dna_anchor_sets *sets)
{
	for (size_t i = 0; sets != NULL && i < DNA_ANCHOR_SETS_MAX; i++)
		dna_anchors_unref(sets->entries[i].anchors);
	free(sets);
}

static int digest_item(const struct dna_item *item, uint8_t digest[DIGEST_SIZE])
{
	gnutls_hash_hd_t hash;
	int r = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (r != 0)
		return DNA_E_CRYPTO;
	for (size_t i = 0; r == 0 && i < dna_item_count(item); i++) {
		const struct dna_bytes der = dna_item_data(item, i);

		r = gnutls_hash(hash, &der.size, sizeof(der.size));
		if (r == 0)
			r = gnutls_hash(hash, der.data, der.size);
	}
	gnutls_hash_deinit(hash, digest);
	return r == 0 ? 0 : DNA_E_CRYPTO;
}

static int read_item(const struct dna_item *item, struct dna_anchors **anchors)
{
	struct dna_anchors *new;
	int r = dna_anchors_new(&new);

	if (r != 0)
		return r;
	for (size_t i = 0; r == 0 && i < dna_item_count(item); i++) {
		r = dna_anchors_add(new, dna_item_data(item, i));
		r = r == DNA_E_NOMEM ? r : 0;
	}
	if (r == 0)
		*anchors = new;
	else
		dna_anchors_unref(new);
	return r;
}

int dna_anchor_sets_get(struct dna_anchor_sets *sets, const struct dna_item *item,
			struct dna_anchors **anchors)
{
	uint8_t digest[DIGEST_SIZE];
	struct entry *entry;
	int r = digest_item(item, digest);

	if (r != 0)
		return r;
	entry = &sets->entries[digest[0] % DNA_ANCHOR_SETS_MAX];
	if (entry->anchors == NULL || memcmp(entry->digest, digest, sizeof(digest)) != 0) {
		struct dna_anchors *new;

		r = read_item(item, &new);
		if (r != 0)
			return r;
		dna_anchors_unref(entry->anchors);
		entry->anchors = new;
		memcpy(entry->digest, digest, sizeof(digest));
	}
	*anchors = dna_anchors_ref(entry->anchors);
	return 0;
}

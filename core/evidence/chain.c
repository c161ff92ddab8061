/* A chain as a peer presented it: its certificates, their validity and their digests. */
#include "evidence/certificate.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the certificates as they are, each of which says how long it is. */
static int digest(struct dna_chain *chain)
{
	gnutls_hash_hd_t hash;
	int r = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (r != 0)
		return DNA_E_CRYPTO;
	for (size_t i = 0; r == 0 && i < chain->count; i++)
		r = gnutls_hash(hash, chain->certificates[i]->der.data,
				chain->certificates[i]->der.size);
	gnutls_hash_deinit(hash, chain->digest);
	return r == 0 ? 0 : DNA_E_CRYPTO;
}

int dna_chain_new(struct dna_chain **chain, const struct dna_bytes *ders, size_t count,
		  char why[160])
{
	struct dna_chain *new;
	int r = 0;

	if (count == 0 || count > DNA_CHAIN_MAX) {
		if (why != NULL)
			snprintf(why, 160, "%zu certificates, where 1 to %d may be", count,
				 DNA_CHAIN_MAX);
		return DNA_E_LIMIT;
	}
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return DNA_E_NOMEM;
	new->references = 1;
	while (new->count < count && r == 0) {
		r = dna_certificate_new(&new->certificates[new->count], ders[new->count]);
		if (r == 0)
			new->count++;
	}
	if (r == 0)
		r = digest(new);
	if (r == 0) {
		*chain = new;
		return 0;
	}
	if (why != NULL)
		snprintf(why, 160, "certificate %zu: %s", new->count + 1, dna_strerror(r));
	dna_chain_unref(new);
	return r;
}

struct dna_chain *dna_chain_ref(struct dna_chain *chain)
{
	chain->references++;
	return chain;
}

void dna_chain_unref(struct dna_chain *chain)
{
	if (chain == NULL || --chain->references > 0)
		return;
	for (size_t i = 0; i < chain->count; i++)
		dna_certificate_unref(chain->certificates[i]);
	free(chain);
}

size_t dna_chain_count(const struct dna_chain *chain)
{
	return chain->count;
}

struct dna_bytes dna_chain_der(const struct dna_chain *chain, size_t index)
{
	return index < chain->count ? chain->certificates[index]->der
				    : (struct dna_bytes){ NULL, 0 };
}

bool dna_chain_valid_at(const struct dna_chain *chain, size_t index, int64_t time)
{
	return index < chain->count && dna_certificate_valid_at(chain->certificates[index], time);
}

int64_t dna_chain_not_after(const struct dna_chain *chain, size_t index)
{
	return index < chain->count ? chain->certificates[index]->not_after : INT64_MIN;
}

int dna_chain_digest(const struct dna_chain *chain, size_t index, enum dna_selector selector,
		     enum dna_hash hash, uint8_t digest[64], size_t *size)
{
	static const gnutls_digest_algorithm_t algorithms[] = {
		[DNA_SHA256] = GNUTLS_DIG_SHA256,
		[DNA_SHA512] = GNUTLS_DIG_SHA512,
		[DNA_SHA384] = GNUTLS_DIG_SHA384,
	};
	struct dna_bytes data;

	if (index >= chain->count || (size_t)hash >= sizeof(algorithms) / sizeof(algorithms[0]) ||
	    algorithms[hash] == GNUTLS_DIG_UNKNOWN)
		return DNA_E_INVALID;
	data = selector == DNA_SELECT_KEY ? chain->certificates[index]->key
					  : chain->certificates[index]->der;
	if (gnutls_hash_fast(algorithms[hash], data.data, data.size, digest) != 0)
		return DNA_E_CRYPTO;
	*size = gnutls_hash_get_len(algorithms[hash]);
	return 0;
}

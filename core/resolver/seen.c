/* Digests, in a ring. */
#include "resolver/seen.h"

#include <gnutls/crypto.h>
#include <string.h>

static int add(gnutls_hash_hd_t hash, const uint8_t *octets, size_t size)
{
	uint8_t length[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	int r = gnutls_hash(hash, length, sizeof(length));

	return r == 0 ? gnutls_hash(hash, octets, size) : r;
}

int dna_seen_digest(const struct dna_message *m, const struct dna_rrsig *s,
		    const struct dna_key *key, uint8_t digest[DNA_SEEN_DIGEST])
{
	const struct dna_dname *owner = &s->record->owner;
	const struct dna_record *record = NULL;
	uint8_t result[DNA_SEEN_DIGEST];
	gnutls_hash_hd_t hash;
	int r;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0)
		return DNA_E_CRYPTO;
	r = add(hash, key->rdata.data, key->rdata.size);
	if (r == 0)
		r = add(hash, s->record->rdata.data, s->record->rdata.size);
	if (r == 0)
		r = add(hash, owner->octets, owner->size);
	while (r == 0 && (record = dna_message_next(m, s->record->section, owner, s->covered,
						    record)) != NULL)
		r = add(hash, record->rdata.data, record->rdata.size);
	gnutls_hash_deinit(hash, result);
	if (r != 0)
		return DNA_E_CRYPTO;
	memcpy(digest, result, sizeof(result));
	return 0;
}

bool dna_seen_has(const struct dna_seen *seen, const uint8_t digest[DNA_SEEN_DIGEST])
{
	for (size_t i = 0; i < DNA_SEEN_MAX; i++)
		if (memcmp(seen->digests[i], digest, DNA_SEEN_DIGEST) == 0)
			return true;
	return false;
}

void dna_seen_add(struct dna_seen *seen, const uint8_t digest[DNA_SEEN_DIGEST])
{
	memcpy(seen->digests[seen->oldest], digest, DNA_SEEN_DIGEST);
	seen->oldest = (seen->oldest + 1) % DNA_SEEN_MAX;
}

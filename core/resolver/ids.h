/* Ids of queries in flight: nobody can guess them, and no two are equal (RFC 5452 section 9). */
#ifndef DNA_RESOLVER_IDS_H
#define DNA_RESOLVER_IDS_H

#include <dna/error.h>
#include <dna/types.h>

#define DNA_IDS_BUCKETS 256
#define DNA_IDS_DRAWN   128

/* The first member of what is to be found. */
struct dna_id {
	uint16_t number;
	struct dna_id *next; /* of its bucket */
};

/* All zero at first. */
struct dna_ids {
	struct dna_id *buckets[DNA_IDS_BUCKETS];
	uint16_t drawn[DNA_IDS_DRAWN]; /* random numbers, the first |left| of them unused */
	size_t left;
};

/* Sets |id->number|. Far fewer than 65536 may be there. DNA_E_IO: there is no randomness. */
int dna_ids_add(struct dna_ids *ids, struct dna_id *id);
struct dna_id *dna_ids_find(const struct dna_ids *ids, uint16_t number);
void dna_ids_remove(struct dna_ids *ids, struct dna_id *id);

#endif

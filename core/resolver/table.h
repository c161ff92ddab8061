/* Things found by name and type, the one that was used last longest ago first in line to be
 * forgotten. */
#ifndef DNA_RESOLVER_TABLE_H
#define DNA_RESOLVER_TABLE_H

#include "resolver/dname.h"

/* The first member of what is to be found. */
struct dna_entry {
	struct dna_dname name;
	uint16_t type;
	size_t octets;                   /* that it holds, as dna_table_weigh() was told */
	struct dna_entry *next;          /* of its bucket */
	struct dna_entry *older, *newer; /* by use */
};

struct dna_table {
	struct dna_entry **buckets;
	size_t size; /* a power of two */
	size_t count;
	size_t octets; /* of all entries */
	uint64_t seed;
	struct dna_entry *oldest, *newest;
};

int dna_table_init(struct dna_table *table, size_t size);
/* The entries belong to the caller and are to be removed first. */
void dna_table_clear(struct dna_table *table);

/* Finding is using. */
struct dna_entry *dna_table_find(struct dna_table *table, const struct dna_dname *name,
				 uint16_t type);
void dna_table_add(struct dna_table *table, struct dna_entry *entry);
void dna_table_remove(struct dna_table *table, struct dna_entry *entry);
void dna_table_use(struct dna_table *table, struct dna_entry *entry);
/* How much it holds from now on. */
void dna_table_weigh(struct dna_table *table, struct dna_entry *entry, size_t octets);

#endif

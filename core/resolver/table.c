/* A hash table with chains, and a list by use. */
#include "resolver/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int dna_table_init(struct dna_table *table, size_t size)
{
	*table = (struct dna_table){ .size = size };
	table->buckets = calloc(size, sizeof(struct dna_entry *));
	if (table->buckets == NULL)
		return DNA_E_NOMEM;
	/* Whoever chooses the names shall not choose the buckets. */
	if (getrandom(&table->seed, sizeof(table->seed), 0) != (ssize_t)sizeof(table->seed))
		return DNA_E_IO;
	return 0;
}

void dna_table_clear(struct dna_table *table)
{
	free(table->buckets);
	*table = (struct dna_table){ .size = 0 };
}

/* FNV-1a from a secret start. */
static struct dna_entry **bucket(const struct dna_table *table, const struct dna_dname *name,
				 uint16_t type)
{
	uint64_t hash = table->seed ^ type;

	for (size_t i = 0; i < name->size; i++)
		hash = (hash ^ name->octets[i]) * UINT64_C(0x100000001b3);
	return &table->buckets[(hash ^ hash >> 32) & (table->size - 1)];
}

static void unlink_use(struct dna_table *table, struct dna_entry *entry)
{
	*(entry->older != NULL ? &entry->older->newer : &table->oldest) = entry->newer;
	*(entry->newer != NULL ? &entry->newer->older : &table->newest) = entry->older;
}

static void link_use(struct dna_table *table, struct dna_entry *entry)
{
	entry->newer = NULL;
	entry->older = table->newest;
	*(table->newest != NULL ? &table->newest->newer : &table->oldest) = entry;
	table->newest = entry;
}

struct dna_entry *dna_table_find(struct dna_table *table, const struct dna_dname *name,
				 uint16_t type)
{
	struct dna_entry *entry = *bucket(table, name, type);

	while (entry != NULL && (entry->type != type || !dna_dname_equal(&entry->name, name)))
		entry = entry->next;
	if (entry != NULL)
		dna_table_use(table, entry);
	return entry;
}

void dna_table_use(struct dna_table *table, struct dna_entry *entry)
{
	unlink_use(table, entry);
	link_use(table, entry);
}

void dna_table_weigh(struct dna_table *table, struct dna_entry *entry, size_t octets)
{
	table->octets += octets - entry->octets;
	entry->octets = octets;
}

void dna_table_add(struct dna_table *table, struct dna_entry *entry)
{
	struct dna_entry **head = bucket(table, &entry->name, entry->type);

	entry->next = *head;
	*head = entry;
	link_use(table, entry);
	table->count++;
	table->octets += entry->octets;
}

void dna_table_remove(struct dna_table *table, struct dna_entry *entry)
{
	struct dna_entry **place = bucket(table, &entry->name, entry->type);

	while (*place != entry)
		place = &(*place)->next;
	*place = entry->next;
	unlink_use(table, entry);
	table->count--;
	table->octets -= entry->octets;
}

/* When a stream that could not be had may be tried again. */
#include "peer/backoff.h"

#include <stdio.h>
#include <string.h>

/* The first time it may be at once: who lost us need not be down. Later half of the time is sure. */
uint64_t dna_backoff_delay(unsigned failures, uint64_t random)
{
	uint64_t longest = DNA_BACKOFF_FIRST;

	for (unsigned i = 1; i < failures && longest < DNA_BACKOFF_LONGEST; i++)
		longest *= 2;
	if (longest > DNA_BACKOFF_LONGEST)
		longest = DNA_BACKOFF_LONGEST;
	return failures <= 1 ? random % longest : longest / 2 + random % (longest / 2);
}

static size_t find(const struct dna_backoff *backoff, const char *from, const char *to)
{
	size_t i = 0;

	while (i < backoff->count && (strcmp(backoff->entries[i].from, from) != 0 ||
				      strcmp(backoff->entries[i].to, to) != 0))
		i++;
	return i;
}

bool dna_backoff_allows(const struct dna_backoff *backoff, const char *from, const char *to,
			uint64_t now)
{
	size_t i = find(backoff, from, to);

	return i == backoff->count || now >= backoff->entries[i].until;
}

/* A new place, or that of the one that ends first. */
static struct dna_backoff_entry *make_room(struct dna_backoff *backoff)
{
	struct dna_backoff_entry *first = &backoff->entries[0];

	if (backoff->count < DNA_BACKOFFS_MAX)
		return &backoff->entries[backoff->count++];
	for (size_t i = 1; i < backoff->count; i++)
		if (backoff->entries[i].until < first->until)
			first = &backoff->entries[i];
	return first;
}

void dna_backoff_failed(struct dna_backoff *backoff, const char *from, const char *to, uint64_t now,
			uint64_t random)
{
	size_t i = find(backoff, from, to);
	struct dna_backoff_entry *entry = &backoff->entries[i];

	if (i == backoff->count) {
		entry = make_room(backoff);
		entry->failures = 0;
		snprintf(entry->from, sizeof(entry->from), "%s", from);
		snprintf(entry->to, sizeof(entry->to), "%s", to);
	}
	entry->failures++;
	entry->until = now + dna_backoff_delay(entry->failures, random);
}

void dna_backoff_succeeded(struct dna_backoff *backoff, const char *from, const char *to)
{
	size_t i = find(backoff, from, to);

	if (i < backoff->count)
		backoff->entries[i] = backoff->entries[--backoff->count];
}

/*
 * The table: entries one behind the other in one run of octets, and two indices into it, one of
 * domains and one of wildcards, which are few and so stay near the processor. An entry is where it
 * was said, a profile, a length and a name, 9 octets and the name. While the table is filled the
 * indices have 12 to 24 octets for each; then that of domains gives way to an order: domains with
 * similar hashes stand together, some of them to a bucket, and only where each bucket begins is kept.
 *
 * What a lookup waits for is memory, so it begins with the place that most need, and does the rest
 * meanwhile. Domains are hashed eight octets at a time; wildcards octet by octet from their end, so
 * that one pass over a name yields the hash of each of its suffixes. The hashes have no secret: what
 * is in the table is the operator's, and a name that a peer sends is never stored.
 */
#include "policy/domains.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEADER 9 /* octets of an entry before its name */
#define BUCKET 1 /* domains that stand together, on average */
#define SLOTS  64
#define LARGE  (4L * 1024 * 1024) /* octets of memory that are worth a thought */
#define MIXER  UINT64_C(0x9e3779b97f4a7c15)
#define HASH   UINT64_C(0xcbf29ce484222325) /* FNV-1a */
#define FACTOR UINT64_C(0x100000001b3)

/* What an entry begins with; then the length of its name, and the name. */
struct place {
	uint32_t line;
	uint16_t profile, file;
};

struct slot {
	uint32_t hash;
	uint32_t entry; /* where it begins; 0: nothing is here */
};

/* Open addressing; never fuller than two thirds. */
struct index {
	struct slot *slots;
	size_t size; /* a power of two */
	size_t count;
};

struct dna_domains {
	uint8_t *entries; /* the first octet is not used */
	size_t size, room;
	struct index domains, wildcards;
	/* Once it is sealed, instead of the slots of |domains|: where each bucket begins, and an end. */
	uint32_t *buckets;
	unsigned shift; /* of a hash, to its bucket */
	unsigned depth; /* the most labels that a wildcard has behind its asterisk */
	char **files;
	size_t file_count;
};

int dna_domains_new(struct dna_domains **domains)
{
	struct dna_domains *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->size = 1;
	*domains = new;
	return 0;
}

void dna_domains_free(struct dna_domains *domains)
{
	if (domains == NULL)
		return;
	for (size_t i = 0; i < domains->file_count; i++)
		free(domains->files[i]);
	free(domains->files);
	free(domains->buckets);
	free(domains->domains.slots);
	free(domains->wildcards.slots);
	free(domains->entries);
	free(domains);
}

size_t dna_domains_count(const struct dna_domains *domains)
{
	return domains->domains.count;
}

size_t dna_domains_wildcard_count(const struct dna_domains *domains)
{
	return domains->wildcards.count;
}

/* ---- Hashes ---- */

static uint64_t hash_octet(uint64_t hash, char octet)
{
	return (hash ^ (uint8_t)octet) * FACTOR;
}

static uint32_t fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_suffix(const char *name, size_t size)
{
	uint64_t hash = HASH;

	while (size > 0)
		hash = hash_octet(hash, name[--size]);
	return fold(hash);
}

static uint64_t hash_word(uint64_t hash, const char octets[8])
{
	uint64_t word;

	memcpy(&word, octets, sizeof(word));
	hash = (hash ^ word) * MIXER;
	return hash ^ hash >> 29;
}

/* The last word of a long name overlaps the one before it. */
static uint32_t hash_domain(const char *name, size_t size)
{
	uint64_t hash = HASH ^ size;

	if (size < 8)
		return hash_suffix(name, size);
	for (size_t i = 0; i + 8 < size; i += 8)
		hash = hash_word(hash, name + i);
	return fold(hash_word(hash, name + size - 8) * MIXER);
}

/* ---- Entries and indices ---- */

static bool entry_is(const struct dna_domains *domains, uint32_t entry, const char *name,
		     size_t size)
{
	const uint8_t *octets = domains->entries + entry;

	return octets[HEADER - 1] == size && memcmp(octets + HEADER, name, size) == 0;
}

/* The slot of the name, or the free one where it would be. */
static struct slot *find_slot(const struct dna_domains *domains, const struct index *index,
			      uint32_t hash, const char *name, size_t size)
{
	size_t i = hash & (index->size - 1);

	while (index->slots[i].entry != 0 &&
	       (index->slots[i].hash != hash ||
		!entry_is(domains, index->slots[i].entry, name, size)))
		i = (i + 1) & (index->size - 1);
	return &index->slots[i];
}

/*
 * A lookup goes to two places at random, and with small pages the processor has to look up the page
 * of each in memory as well. Only a wish: large pages, for what was not written to yet.
 */
static void wish_for_large_pages(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t begin = ((uintptr_t)memory + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);

	if (size >= LARGE && begin < end)
		madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
	(void)memory;
	(void)size;
#endif
}

static int grow_index(struct index *index)
{
	size_t size = index->size != 0 ? 2 * index->size : SLOTS;
	struct slot *slots;

	if (3 * (index->count + 1) <= 2 * index->size)
		return 0;
	slots = calloc(size, sizeof(*slots));
	if (slots == NULL)
		return DNA_E_NOMEM;
	wish_for_large_pages(slots, size * sizeof(*slots));
	for (size_t i = 0; i < index->size; i++) {
		size_t j = index->slots[i].hash & (size - 1);

		if (index->slots[i].entry == 0)
			continue;
		while (slots[j].entry != 0)
			j = (j + 1) & (size - 1);
		slots[j] = index->slots[i];
	}
	free(index->slots);
	index->slots = slots;
	index->size = size;
	return 0;
}

static int grow_entries(struct dna_domains *domains, size_t size)
{
	size_t room = domains->room + domains->room / 4 + 1024;
	uint8_t *entries;

	if (domains->size + size > UINT32_MAX)
		return DNA_E_LIMIT;
	if (domains->size + size <= domains->room)
		return 0;
	entries = realloc(domains->entries, room);
	if (entries == NULL)
		return DNA_E_NOMEM;
	wish_for_large_pages(entries, room);
	domains->entries = entries;
	domains->room = room;
	return 0;
}

static uint32_t write_entry(struct dna_domains *domains, const char *name, size_t size,
			    size_t profile, unsigned line)
{
	uint32_t entry = (uint32_t)domains->size;
	const struct place place = { line, (uint16_t)profile, (uint16_t)(domains->file_count - 1) };
	uint8_t *octets = domains->entries + entry;

	memcpy(octets, &place, sizeof(place));
	octets[HEADER - 1] = (uint8_t)size;
	memcpy(octets + HEADER, name, size);
	domains->size += HEADER + size;
	return entry;
}

static void read_entry(const struct dna_domains *domains, uint32_t entry, const char *matched,
		       struct dna_domains_match *match)
{
	struct place place;

	memcpy(&place, domains->entries + entry, sizeof(place));
	*match = (struct dna_domains_match){ .profile = place.profile,
					     .file = domains->files[place.file],
					     .line = place.line,
					     .matched = matched };
}

/* ---- Filling it ---- */

int dna_domains_begin_file(struct dna_domains *domains, const char *name)
{
	char *copy, **files;

	if (domains->buckets != NULL)
		return DNA_E_INVALID;
	if (domains->file_count > UINT16_MAX)
		return DNA_E_LIMIT;
	files = realloc(domains->files, (domains->file_count + 1) * sizeof(*files));
	if (files == NULL)
		return DNA_E_NOMEM;
	domains->files = files;
	copy = strdup(name);
	if (copy == NULL)
		return DNA_E_NOMEM;
	files[domains->file_count++] = copy;
	return 0;
}

static unsigned count_dots(const char *name)
{
	unsigned dots = 0;

	for (; *name != '\0'; name++)
		dots += *name == '.';
	return dots;
}

int dna_domains_add(struct dna_domains *domains, const char *name, size_t profile, unsigned line,
		    struct dna_domains_match *already)
{
	bool below = name[0] == '.';
	struct index *index = below ? &domains->wildcards : &domains->domains;
	size_t size = strlen(name);
	uint32_t hash = below ? hash_suffix(name, size) : hash_domain(name, size);
	struct slot *slot;
	int r;

	if (size > UINT8_MAX || profile > UINT16_MAX || index->count == (size_t)DNA_DOMAINS_MAX)
		return DNA_E_LIMIT;
	r = grow_index(index);
	if (r == 0)
		r = grow_entries(domains, HEADER + size);
	if (r != 0)
		return r;
	slot = find_slot(domains, index, hash, name, size);
	if (slot->entry != 0) {
		read_entry(domains, slot->entry, NULL, already);
		return DNA_E_EXISTS;
	}
	*slot = (struct slot){ hash, write_entry(domains, name, size, profile, line) };
	index->count++;
	if (below && count_dots(name) > domains->depth)
		domains->depth = count_dots(name);
	return 0;
}

/* ---- Sealing it ---- */

static size_t entry_size(const struct dna_domains *domains, uint32_t entry)
{
	return HEADER + (size_t)domains->entries[entry + HEADER - 1];
}

/* From octets in each bucket to where each ends, which is where filling it from its end begins. */
static uint32_t add_up(uint32_t *buckets, size_t count)
{
	uint32_t end = 1;

	for (size_t i = 0; i < count; i++)
		buckets[i] = end += buckets[i];
	buckets[count] = end;
	return end;
}

static void move_domains(struct dna_domains *domains, uint8_t *entries)
{
	for (size_t i = 0; i < domains->domains.size; i++) {
		const struct slot *slot = &domains->domains.slots[i];
		uint32_t *begin = &domains->buckets[slot->hash >> domains->shift];

		if (slot->entry == 0)
			continue;
		*begin -= (uint32_t)entry_size(domains, slot->entry);
		memcpy(entries + *begin, domains->entries + slot->entry,
		       entry_size(domains, slot->entry));
	}
}

static void move_wildcards(struct dna_domains *domains, uint8_t *entries, uint32_t at)
{
	for (size_t i = 0; i < domains->wildcards.size; i++) {
		struct slot *slot = &domains->wildcards.slots[i];
		size_t size;

		if (slot->entry == 0)
			continue;
		size = entry_size(domains, slot->entry);
		memcpy(entries + at, domains->entries + slot->entry, size);
		slot->entry = at;
		at += (uint32_t)size;
	}
}

static void count_octets(struct dna_domains *domains)
{
	for (size_t i = 0; i < domains->domains.size; i++) {
		const struct slot *slot = &domains->domains.slots[i];

		if (slot->entry != 0)
			domains->buckets[slot->hash >> domains->shift] +=
				(uint32_t)entry_size(domains, slot->entry);
	}
}

/* A lookup then goes to one place far away instead of two. */
int dna_domains_seal(struct dna_domains *domains)
{
	unsigned bits = 1;
	uint8_t *entries;
	uint32_t end;

	if (domains->domains.count == 0 || domains->buckets != NULL)
		return 0;
	while (domains->domains.count >> bits > BUCKET)
		bits++;
	entries = malloc(domains->size);
	domains->buckets = calloc(((size_t)1 << bits) + 1, sizeof(*domains->buckets));
	if (entries == NULL || domains->buckets == NULL) {
		free(entries);
		free(domains->buckets);
		domains->buckets = NULL;
		return DNA_E_NOMEM;
	}
	wish_for_large_pages(entries, domains->size);
	domains->shift = 32 - bits;
	count_octets(domains);
	end = add_up(domains->buckets, (size_t)1 << bits);
	move_domains(domains, entries);
	move_wildcards(domains, entries, end);
	free(domains->domains.slots);
	domains->domains.slots = NULL;
	free(domains->entries);
	domains->entries = entries;
	return 0;
}

/* ---- Searching it ---- */

/* The entry of a domain, or 0. */
static uint32_t find_domain(const struct dna_domains *domains, uint32_t hash, const char *name,
			    size_t size)
{
	uint32_t at, end;

	if (domains->domains.count == 0)
		return 0;
	if (domains->buckets == NULL)
		return find_slot(domains, &domains->domains, hash, name, size)->entry;
	at = domains->buckets[hash >> domains->shift];
	end = domains->buckets[(hash >> domains->shift) + 1];
	while (at < end && !entry_is(domains, at, name, size))
		at += (uint32_t)entry_size(domains, at);
	return at < end ? at : 0;
}

/* Each dot of a name is where a wildcard may begin. */
struct suffix {
	uint32_t hash;
	uint32_t at;
};

/* Suffixes of as many labels as wildcards have, the shortest first; how many. */
static size_t hash_suffixes(const struct dna_domains *domains, const char *name, size_t size,
			    struct suffix *suffixes)
{
	uint64_t hash = HASH;
	size_t count = 0;

	while (size > 1 && count < domains->depth) {
		hash = hash_octet(hash, name[--size]);
		if (name[size] == '.')
			suffixes[count++] = (struct suffix){ fold(hash), (uint32_t)size };
	}
	return count;
}

bool dna_domains_find(const struct dna_domains *domains, const char *name,
		      struct dna_domains_match *match)
{
	struct suffix suffixes[DNA_NAME_MAX];
	size_t count, size = strlen(name);
	uint32_t hash, entry;

	if (size > DNA_NAME_MAX)
		return false;
	hash = hash_domain(name, size);
	if (domains->buckets != NULL)
		__builtin_prefetch(domains->entries + domains->buckets[hash >> domains->shift]);
	count = hash_suffixes(domains, name, size, suffixes);
	entry = find_domain(domains, hash, name, size);
	for (; entry == 0 && count > 0; count--) {
		const struct suffix *suffix = &suffixes[count - 1];

		entry = find_slot(domains, &domains->wildcards, suffix->hash, name + suffix->at,
				  size - suffix->at)
				->entry;
		if (entry != 0)
			name += suffix->at;
	}
	if (entry != 0)
		read_entry(domains, entry, name, match);
	return entry != 0;
}

/* Sealed or not, entries stand one behind the other. */
bool dna_domains_use(const struct dna_domains *domains, size_t profile)
{
	struct place place;

	for (size_t at = 1; at < domains->size; at += entry_size(domains, (uint32_t)at)) {
		memcpy(&place, domains->entries + at, sizeof(place));
		if (place.profile == profile)
			return true;
	}
	return false;
}

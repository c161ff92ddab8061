/*
 * The table. While it is filled, entries stand one behind the other in one run of octets, and two
 * indices say where: one of domains, and one of wildcards. When it is sealed, domains move into
 * buckets, an entry to that which its hash says, so that a lookup goes to one place far away, and for
 * a domain that is not there too. The few for which their bucket has no room stay behind, with the
 * wildcards, and the bucket says so.
 *
 * What a lookup waits for is memory, so it begins with the bucket, and looks for a wildcard meanwhile:
 * these are few and stay near the processor. Domains are hashed eight octets at a time; wildcards octet
 * by octet from their end, so that one pass over a name yields the hash of each of its suffixes. The
 * hashes have no secret: what is in the table is the operator's, and a name that a peer sends is never
 * stored.
 */
#include "policy/domains.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HEADER 9   /* octets of an entry before its name */
#define BUCKET 128 /* two lines of a cache, which processors like to fetch together */
#define SPARE  2   /* buckets have so many times the room that the entries need */
#define SLOTS  64
#define PAGE   (2L * 1024 * 1024) /* a large one */
#define MIXER  UINT64_C(0x9e3779b97f4a7c15)
#define HASH   UINT64_C(0xcbf29ce484222325) /* FNV-1a */
#define FACTOR UINT64_C(0x100000001b3)

/* Instead of the size of a name, behind the last entry of a bucket. */
enum { END = 0, MORE = UINT8_MAX /* entries that had no room are elsewhere */ };

/* An entry is the size of its name, this, and the name. */
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
	struct index domains, wildcards; /* of |entries| */
	uint8_t *buckets;                /* NULL until it is sealed */
	size_t bucket_count;
	size_t count, octets; /* of all domains, wherever they are */
	unsigned depth;       /* the most labels that a wildcard has behind its asterisk */
	char **files;
	size_t file_count;
	uint8_t used[(UINT16_MAX + 1) / 8]; /* a bit for each profile */
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

static void free_entries(struct dna_domains *domains)
{
	free(domains->buckets);
	free(domains->domains.slots);
	free(domains->wildcards.slots);
	free(domains->entries);
}

void dna_domains_free(struct dna_domains *domains)
{
	if (domains == NULL)
		return;
	for (size_t i = 0; i < domains->file_count; i++)
		free(domains->files[i]);
	free(domains->files);
	free_entries(domains);
	free(domains);
}

size_t dna_domains_count(const struct dna_domains *domains)
{
	return domains->count;
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

/* ---- Memory ---- */

/*
 * A lookup goes to a place at random, and with small pages the processor has to look that of the place
 * up in memory as well. Large ones are only a wish, for what was not written to yet.
 */
static void *allocate_pages(size_t size)
{
	size_t unit = size >= PAGE ? PAGE : BUCKET, whole = (size + unit - 1) / unit * unit;
	void *memory = aligned_alloc(unit, whole);

	if (memory == NULL)
		return NULL;
#ifdef MADV_HUGEPAGE
	if (unit == PAGE)
		madvise(memory, whole, MADV_HUGEPAGE);
#endif
	return memset(memory, 0, whole);
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
	domains->entries = entries;
	domains->room = room;
	return 0;
}

/* ---- Entries and indices ---- */

static size_t entry_size(const uint8_t *entry)
{
	return HEADER + (size_t)entry[0];
}

static bool entry_is(const uint8_t *entry, const char *name, size_t size)
{
	return entry[0] == size && memcmp(entry + HEADER, name, size) == 0;
}

static void write_entry(uint8_t *entry, const struct place *place, const char *name, size_t size)
{
	entry[0] = (uint8_t)size;
	memcpy(entry + 1, place, sizeof(*place));
	memcpy(entry + HEADER, name, size);
}

static void read_entry(const struct dna_domains *domains, const uint8_t *entry, const char *matched,
		       struct dna_domains_match *match)
{
	struct place place;

	memcpy(&place, entry + 1, sizeof(place));
	*match = (struct dna_domains_match){ .profile = place.profile,
					     .file = domains->files[place.file],
					     .line = place.line,
					     .matched = matched };
}

/* The entry of the name, or NULL. */
static const uint8_t *find_entry(const struct dna_domains *domains, const struct index *index,
				 uint32_t hash, const char *name, size_t size)
{
	for (size_t i = hash; index->count != 0; i++) {
		const struct slot *slot = &index->slots[i & (index->size - 1)];

		if (slot->entry == 0)
			break;
		if (slot->hash == hash && entry_is(domains->entries + slot->entry, name, size))
			return domains->entries + slot->entry;
	}
	return NULL;
}

static void put_slot(struct index *index, struct slot slot)
{
	size_t i = slot.hash & (index->size - 1);

	while (index->slots[i].entry != 0)
		i = (i + 1) & (index->size - 1);
	index->slots[i] = slot;
	index->count++;
}

static int grow_index(struct index *index)
{
	struct index new = { .size = index->size != 0 ? 2 * index->size : SLOTS };

	if (3 * (index->count + 1) <= 2 * index->size)
		return 0;
	new.slots = allocate_pages(new.size * sizeof(*new.slots));
	if (new.slots == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; i < index->size; i++)
		if (index->slots[i].entry != 0)
			put_slot(&new, index->slots[i]);
	free(index->slots);
	*index = new;
	return 0;
}

/* What is not there yet. */
static int add_entry(struct dna_domains *domains, struct index *index, uint32_t hash,
		     const uint8_t *entry)
{
	int r = grow_index(index);

	if (r == 0)
		r = grow_entries(domains, entry_size(entry));
	if (r != 0)
		return r;
	put_slot(index, (struct slot){ hash, (uint32_t)domains->size });
	memcpy(domains->entries + domains->size, entry, entry_size(entry));
	domains->size += entry_size(entry);
	return 0;
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
	const struct place place = { line, (uint16_t)profile, (uint16_t)(domains->file_count - 1) };
	uint8_t entry[HEADER + UINT8_MAX];
	const uint8_t *known;
	int r;

	if (size > UINT8_MAX || profile > UINT16_MAX || index->count == (size_t)DNA_DOMAINS_MAX)
		return DNA_E_LIMIT;
	known = find_entry(domains, index, hash, name, size);
	if (known != NULL) {
		read_entry(domains, known, NULL, already);
		return DNA_E_EXISTS;
	}
	write_entry(entry, &place, name, size);
	r = add_entry(domains, index, hash, entry);
	if (r != 0)
		return r;
	domains->used[profile / 8] |= (uint8_t)(1 << profile % 8);
	if (below && count_dots(name) > domains->depth)
		domains->depth = count_dots(name);
	domains->count += !below;
	domains->octets += below ? 0 : entry_size(entry);
	return 0;
}

/* ---- Sealing it ---- */

static uint8_t *bucket_of(const struct dna_domains *domains, uint32_t hash)
{
	return domains->buckets + ((hash * (uint64_t)domains->bucket_count) >> 32) * BUCKET;
}

static uint8_t *end_of(uint8_t *bucket)
{
	while (*bucket != END && *bucket != MORE)
		bucket += entry_size(bucket);
	return bucket;
}

/* False: there is no room, also for what comes behind the last entry. */
static bool put_into_bucket(uint8_t *bucket, const uint8_t *entry)
{
	uint8_t *end = end_of(bucket);
	size_t room = BUCKET - 1 - (size_t)(end - bucket);

	if (*end == MORE)
		return false;
	if (entry_size(entry) > room) {
		*end = MORE;
		return false;
	}
	memcpy(end, entry, entry_size(entry));
	return true;
}

static int move_entry(struct dna_domains *sealed, const uint8_t *entry)
{
	const char *name = (const char *)entry + HEADER;
	bool below = name[0] == '.';
	uint32_t hash = below ? hash_suffix(name, entry[0]) : hash_domain(name, entry[0]);

	if (!below && put_into_bucket(bucket_of(sealed, hash), entry))
		return 0;
	return add_entry(sealed, below ? &sealed->wildcards : &sealed->domains, hash, entry);
}

int dna_domains_seal(struct dna_domains *domains)
{
	struct dna_domains sealed = *domains;
	int r = 0;

	if (domains->buckets != NULL)
		return 0;
	sealed.entries = NULL;
	sealed.size = 1;
	sealed.room = 0;
	sealed.domains = sealed.wildcards = (struct index){ NULL, 0, 0 };
	sealed.bucket_count = domains->octets * SPARE / BUCKET + 1;
	sealed.buckets = allocate_pages(sealed.bucket_count * BUCKET);
	if (sealed.buckets == NULL)
		return DNA_E_NOMEM;
	for (size_t at = 1; r == 0 && at < domains->size; at += entry_size(domains->entries + at))
		r = move_entry(&sealed, domains->entries + at);
	if (r != 0) {
		free_entries(&sealed);
		return r;
	}
	free_entries(domains);
	*domains = sealed;
	return 0;
}

/* ---- Searching it ---- */

static const uint8_t *find_domain(const struct dna_domains *domains, uint32_t hash,
				  const char *name, size_t size)
{
	static const uint8_t unsealed[] = { MORE };
	const uint8_t *entry = domains->buckets != NULL ? bucket_of(domains, hash) : unsealed;

	for (; *entry != END && *entry != MORE; entry += entry_size(entry))
		if (entry_is(entry, name, size))
			return entry;
	return *entry == MORE ? find_entry(domains, &domains->domains, hash, name, size) : NULL;
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

/* The entry of the wildcard with the longest suffix, and where that begins in the name. */
static const uint8_t *find_wildcard(const struct dna_domains *domains, const char *name,
				    size_t size, const char **matched)
{
	struct suffix suffixes[DNA_NAME_MAX];
	size_t count = hash_suffixes(domains, name, size, suffixes);
	const uint8_t *entry = NULL;

	while (entry == NULL && count-- > 0) {
		*matched = name + suffixes[count].at;
		entry = find_entry(domains, &domains->wildcards, suffixes[count].hash, *matched,
				   size - suffixes[count].at);
	}
	return entry;
}

bool dna_domains_find(const struct dna_domains *domains, const char *name,
		      struct dna_domains_match *match)
{
	const uint8_t *entry, *wildcard;
	size_t size = strlen(name);
	const char *below = NULL;
	uint32_t hash;

	if (size > DNA_NAME_MAX)
		return false;
	hash = hash_domain(name, size);
	if (domains->buckets != NULL) {
		const uint8_t *bucket = bucket_of(domains, hash);

		__builtin_prefetch(bucket);
		__builtin_prefetch(bucket + BUCKET / 2);
	}
	wildcard = find_wildcard(domains, name, size, &below);
	entry = find_domain(domains, hash, name, size);
	if (entry != NULL)
		read_entry(domains, entry, name, match);
	else if (wildcard != NULL)
		read_entry(domains, wildcard, below, match);
	return entry != NULL || wildcard != NULL;
}

bool dna_domains_hold(const struct dna_domains *domains, const struct dna_pattern *pattern,
		      struct dna_domains_match *match)
{
	char below[DNA_NAME_MAX + 3];

	if (pattern->kind == DNA_PATTERN_ANYTHING)
		return false;
	if (pattern->kind == DNA_PATTERN_EXACT)
		return dna_domains_find(domains, pattern->name, match) &&
		       match->matched == pattern->name;
	/* Some name below, which no domain has: not even a wildcard can be it. */
	snprintf(below, sizeof(below), "*.%s", pattern->name);
	return dna_domains_find(domains, below, match) && match->matched == below + 1;
}

bool dna_domains_next_wildcard(const struct dna_domains *domains, size_t *next,
			       char suffix[DNA_NAME_MAX + 1], struct dna_domains_match *match)
{
	for (size_t at = *next != 0 ? *next : 1; at < domains->size;) {
		const uint8_t *entry = domains->entries + at;

		at += entry_size(entry);
		if (entry[HEADER] != '.')
			continue;
		memcpy(suffix, entry + HEADER + 1, entry[0] - 1u);
		suffix[entry[0] - 1] = '\0';
		read_entry(domains, entry, NULL, match);
		*next = at;
		return true;
	}
	return false;
}

bool dna_domains_use(const struct dna_domains *domains, size_t profile)
{
	return profile <= UINT16_MAX && (domains->used[profile / 8] >> profile % 8 & 1) != 0;
}

/*
 * Zones: for each name that matters, whether a zone begins there, and if it is signed, its keys.
 * Every one is established by what its parent zone says, from the trust anchor down; each DS and
 * DNSKEY is fetched once, both at the same time, and remembered as long as it holds.
 */
#ifndef DNA_RESOLVER_ZONE_H
#define DNA_RESOLVER_ZONE_H

#include "resolver/denial.h"
#include "resolver/fetch.h"

enum dna_zone_state {
	DNA_ZONE_SIGNED,   /* a zone begins here, with these keys */
	DNA_ZONE_UNSIGNED, /* securely: there are no signatures from here on downwards */
	DNA_ZONE_NONE,     /* securely: no zone begins here */
	DNA_ZONE_BOGUS,    /* what is said about it is not rightly signed */
	DNA_ZONE_FAILED    /* nothing could be learnt */
};

/* What is known of a name. |why| says it for people, except of DNA_ZONE_SIGNED. */
struct dna_zone {
	struct dna_dname name;
	enum dna_zone_state state;
	const struct dna_keys *keys;
	int64_t not_after;
	const char *why;
	struct dna_place *place; /* NULL: memory ran out */
};

typedef void dna_zone_done(void *argument, const struct dna_zone *zone);

struct dna_place;

/* One who waits; a member of what waits. */
struct dna_zone_wait {
	struct dna_place *place; /* NULL: does not wait */
	dna_zone_done *done;
	void *argument;
	struct dna_zone_wait *previous, *next;
};

struct dna_zones {
	struct dna_fetcher *fetcher;
	struct dna_message
		*anchors; /* DS and DNSKEY records of the root; NULL: |complaint| says why */
	const char *complaint;
	struct dna_table table;
};

int dna_zones_init(struct dna_zones *zones, struct dna_fetcher *fetcher,
		   struct dna_message *anchors, const char *complaint);
void dna_zones_clear(struct dna_zones *zones);

/*
 * What is known of |name|, at |now|. |done| is called once, during the call if it is known already;
 * the zone lasts as long as that call. |signer|: a signature names it, so that its keys will be
 * wanted.
 */
void dna_zone_get(struct dna_zones *zones, const struct dna_dname *name, bool signer, int64_t now,
		  struct dna_zone_wait *wait, dna_zone_done *done, void *argument);
void dna_zone_leave(struct dna_zone_wait *wait);

/*
 * What is known of a name rests on: the replies to the questions for its DS and DNSKEY records,
 * NULL for what was not asked, and another place: the zone that vouches for it, or what it inherits
 * from. NULL for the root, whose keys the trust anchors vouch for. A place lasts as long as it is
 * held.
 */
struct dna_place *dna_place_ref(struct dna_place *place);
void dna_place_unref(struct dna_place *place);
const struct dna_zone *dna_place_zone(const struct dna_place *place);
const struct dna_place *dna_place_above(const struct dna_place *place);
struct dna_reply *dna_place_ds(const struct dna_place *place);
struct dna_reply *dna_place_dnskey(const struct dna_place *place);

/* Begin to learn about |name| because it will be asked for. */
void dna_zone_prepare(struct dna_zones *zones, const struct dna_dname *name, bool signer,
		      int64_t now);

#endif

/* From the trust anchor down. */
#include "resolver/zone.h"

#include <dna/evidence.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE     4096
#define BOGUS_SECONDS  5 /* how long what is bogus is not asked for again (RFC 4035 section 4.7) */
#define SECONDS_MAX    86400
#define GUESSED_LABELS 4

/* A name about which something is known or being learnt. */
struct dna_place {
	struct dna_entry entry;
	struct dna_zones *zones;
	int64_t now; /* when it began to be learnt */
	unsigned holders;
	bool settled;
	bool listed; /* in the table */
	struct dna_zone zone;
	char why[DNA_WHY_MAX];
	struct dna_keys *keys;
	struct dna_reply *ds_reply, *dnskey_reply;
	struct dna_place *above;

	struct dna_zone_wait *first; /* who waits for it */

	/* while it is learnt */
	struct dna_message *ds, *dnskey;
	bool delegated; /* |ds| has DS records that hold */
	int64_t ds_not_after;
	struct dna_fetch_wait ds_wait, dnskey_wait;
	struct dna_zone_wait parent_wait;
};

int dna_zones_init(struct dna_zones *zones, struct dna_fetcher *fetcher,
		   struct dna_message *anchors, const char *complaint)
{
	zones->fetcher = fetcher;
	zones->anchors = anchors;
	zones->complaint = complaint;
	return dna_table_init(&zones->table, TABLE_SIZE);
}

/* ---- Places ---- */

static void stop_learning(struct dna_place *p)
{
	dna_fetch_leave(&p->ds_wait);
	dna_fetch_leave(&p->dnskey_wait);
	dna_zone_leave(&p->parent_wait);
	dna_message_unref(p->ds);
	dna_message_unref(p->dnskey);
	p->ds = p->dnskey = NULL;
}

/* The places above are let go of in a loop: there are as many as labels, or more. */
void dna_place_unref(struct dna_place *place)
{
	while (place != NULL && --place->holders == 0) {
		struct dna_place *above = place->above;

		stop_learning(place);
		dna_keys_free(place->keys);
		dna_reply_unref(place->ds_reply);
		dna_reply_unref(place->dnskey_reply);
		free(place);
		place = above;
	}
}

struct dna_place *dna_place_ref(struct dna_place *place)
{
	place->holders++;
	return place;
}

const struct dna_zone *dna_place_zone(const struct dna_place *place)
{
	return &place->zone;
}

const struct dna_place *dna_place_above(const struct dna_place *place)
{
	return place->above;
}

struct dna_reply *dna_place_ds(const struct dna_place *place)
{
	return place->ds_reply;
}

struct dna_reply *dna_place_dnskey(const struct dna_place *place)
{
	return place->dnskey_reply;
}

static void forget(struct dna_place *p)
{
	dna_table_remove(&p->zones->table, &p->entry);
	p->listed = false;
	dna_place_unref(p);
}

void dna_zones_clear(struct dna_zones *zones)
{
	/* Nobody waits from outside; places that wait for each other stop first. */
	for (struct dna_entry *e = zones->table.oldest; e != NULL; e = e->newer)
		stop_learning((struct dna_place *)e);
	while (zones->table.oldest != NULL)
		forget((struct dna_place *)zones->table.oldest);
	dna_table_clear(&zones->table);
}

/* Those that are still being learnt are not forgotten; questions bound their number. */
static void make_room(struct dna_zones *zones)
{
	struct dna_entry *entry = zones->table.oldest;

	while (entry != NULL &&
	       (zones->table.count >= DNA_ZONES_MAX || zones->table.octets > DNA_ZONES_SIZE_MAX)) {
		struct dna_place *p = (struct dna_place *)entry;

		entry = entry->newer;
		if (p->settled)
			forget(p);
	}
}

static struct dna_place *place_new(struct dna_zones *zones, const struct dna_dname *name,
				   int64_t now)
{
	struct dna_place *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->entry.name = *name;
	p->zones = zones;
	p->now = now;
	p->holders = 1; /* the table */
	p->zone = (struct dna_zone){ .name = *name, .why = p->why, .place = p };
	make_room(zones);
	dna_table_add(&zones->table, &p->entry);
	p->listed = true;
	return p;
}

static struct dna_place *find(struct dna_zones *zones, const struct dna_dname *name, int64_t now)
{
	struct dna_place *p = (struct dna_place *)dna_table_find(&zones->table, name, 0);

	if (p == NULL || !p->settled || p->zone.not_after >= now)
		return p;
	forget(p);
	return NULL;
}

/* Using a zone is using those that vouch for it: they are not to be forgotten before it. */
static void use(struct dna_place *p)
{
	for (; p != NULL; p = p->above)
		if (p->listed)
			dna_table_use(&p->zones->table, &p->entry);
}

/* From here on |p| rests on |above|. */
static void rest_on(struct dna_place *p, const struct dna_zone *above)
{
	if (p->above == NULL && above->place != NULL)
		p->above = dna_place_ref(above->place);
}

static void unlink_wait(struct dna_zone_wait *wait)
{
	*(wait->previous != NULL ? &wait->previous->next : &wait->place->first) = wait->next;
	if (wait->next != NULL)
		wait->next->previous = wait->previous;
	wait->place = NULL;
}

void dna_zone_leave(struct dna_zone_wait *wait)
{
	/* What has begun to be learnt is learnt to its end: it is wanted again soon. */
	if (wait->place != NULL)
		unlink_wait(wait);
}

/* ---- Settling ---- */

/* Octets: of the replies, and of what was made of the keys. */
static size_t weight(const struct dna_place *p)
{
	size_t octets = p->ds_reply != NULL ? p->ds_reply->wire.size : 0;

	return octets + (p->dnskey_reply != NULL ? 2 * p->dnskey_reply->wire.size : 0);
}

/* Everything is known, and told to those who wait. Nothing may follow but return: |p| may be gone.
 */
static void settle(struct dna_place *p, enum dna_zone_state state, int64_t not_after)
{
	int64_t most = p->now + SECONDS_MAX;

	p->settled = true;
	p->zone.state = state;
	p->zone.keys = p->keys;
	p->zone.not_after = not_after < most ? not_after : most;
	dna_place_ref(p);
	stop_learning(p);
	if (p->listed)
		dna_table_weigh(&p->zones->table, &p->entry, weight(p));
	while (p->first != NULL) {
		struct dna_zone_wait *wait = p->first;

		unlink_wait(wait);
		wait->done(wait->argument, &p->zone);
	}
	dna_place_unref(p);
}

/* Failure is forgotten at once, so that the next question tries again. */
static void fail(struct dna_place *p, enum dna_zone_state state, const char *why)
{
	if (why != p->why)
		snprintf(p->why, sizeof(p->why), "%s", why);
	settle(p, state, state == DNA_ZONE_BOGUS ? p->now + BOGUS_SECONDS : p->now - 1);
}

/* What holds for the parent holds for everything below. */
static void inherit(struct dna_place *p, const struct dna_zone *parent)
{
	rest_on(p, parent);
	snprintf(p->why, sizeof(p->why), "%s", parent->why);
	settle(p, parent->state, parent->not_after);
}

/* ---- Learning ---- */

static void want_keys(struct dna_place *p);

static void judge_keys(struct dna_place *p)
{
	const struct dna_message *trusted = p->entry.name.labels == 0 ? p->zones->anchors : p->ds;
	char name[DNA_DNAME_TEXT];
	int64_t not_after;
	int r = dna_keys_read(&p->keys, trusted, p->dnskey, &p->entry.name, p->now, &not_after,
			      p->why);

	if (r == 0) {
		settle(p, DNA_ZONE_SIGNED,
		       not_after < p->ds_not_after ? not_after : p->ds_not_after);
	} else if (r == DNA_E_NOTFOUND) {
		snprintf(p->why, sizeof(p->why),
			 "every DS of %.300s is of an unknown algorithm or digest",
			 dna_dname_text(&p->entry.name, name));
		settle(p, DNA_ZONE_UNSIGNED, p->ds_not_after);
	} else {
		fail(p, r == DNA_E_NOMEM ? DNA_ZONE_FAILED : DNA_ZONE_BOGUS, p->why);
	}
}

static void dnskey_arrived(void *argument, struct dna_reply *reply, struct dna_message *message)
{
	struct dna_place *p = argument;

	p->dnskey_reply = reply != NULL ? dna_reply_ref(reply) : NULL;
	if (message == NULL) {
		/* Without a secure DS the keys were asked for in vain, and it does not matter. */
		snprintf(p->why, sizeof(p->why), "%s", dna_reply_why(reply));
		if (p->delegated)
			fail(p, DNA_ZONE_FAILED, p->why);
		return;
	}
	p->dnskey = dna_message_ref(message);
	if (p->delegated)
		judge_keys(p);
}

static void want_keys(struct dna_place *p)
{
	if (p->dnskey != NULL || p->dnskey_wait.fetch != NULL)
		return;
	dna_reply_unref(p->dnskey_reply); /* of a first attempt, which failed */
	p->dnskey_reply = NULL;
	if (dna_fetch(p->zones->fetcher, &p->entry.name, DNA_TYPE_DNSKEY, &p->dnskey_wait,
		      dnskey_arrived, p) != 0 &&
	    p->delegated)
		fail(p, DNA_ZONE_FAILED, "out of memory");
}

static bool has_ds(const struct dna_place *p)
{
	return dna_message_next(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_DS, NULL) != NULL;
}

static bool has_alias(const struct dna_place *p)
{
	return dna_message_next(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_CNAME, NULL) != NULL;
}

static bool any_usable(const struct dna_place *p)
{
	const struct dna_record *record = NULL;

	while ((record = dna_message_next(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_DS,
					  record)) != NULL)
		if (dna_trust_usable(record))
			return true;
	return false;
}

/* The reply has DS records: does the parent sign them? */
static void judge_ds(struct dna_place *p, const struct dna_zone *parent)
{
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_signature signature;

	if (dna_validate(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_DS, parent->keys, p->now,
			 &budget, &signature, p->why) != 0 ||
	    signature.labels < p->entry.name.labels) {
		fail(p, DNA_ZONE_BOGUS, p->why);
		return;
	}
	p->delegated = true;
	p->ds_not_after = signature.not_after;
	if (p->dnskey != NULL || !any_usable(p)) {
		if (p->dnskey == NULL)
			p->dnskey = dna_message_ref(p->ds); /* has no keys, and needs none */
		judge_keys(p);
		return;
	}
	want_keys(p);
}

/* An alias is no zone: a name with a CNAME has no NS. */
static void judge_alias(struct dna_place *p, const struct dna_zone *parent)
{
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_signature signature;

	if (dna_validate(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_CNAME, parent->keys, p->now,
			 &budget, &signature, p->why) != 0) {
		fail(p, DNA_ZONE_BOGUS, p->why);
		return;
	}
	settle(p, DNA_ZONE_NONE, signature.not_after);
}

static void judge_denial(struct dna_place *p, const struct dna_zone *parent)
{
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_denial denial;
	char name[DNA_DNAME_TEXT], zone[DNA_DNAME_TEXT];

	dna_deny(p->ds, &p->entry.name, DNA_TYPE_DS, parent->keys, p->now, &budget, &denial,
		 p->why);
	if (denial.kind == DNA_NOT_DENIED) {
		fail(p, DNA_ZONE_BOGUS, p->why);
		return;
	}
	dna_dname_text(&p->entry.name, name);
	if (!denial.delegation && !denial.insecure) {
		snprintf(p->why, sizeof(p->why), "%.300s is not a zone", name);
		settle(p, DNA_ZONE_NONE, denial.not_after);
		return;
	}
	snprintf(p->why, sizeof(p->why), "%.200s has no DS in %.200s", name,
		 dna_dname_text(&parent->name, zone));
	settle(p, DNA_ZONE_UNSIGNED, denial.not_after);
}

/*
 * The zone that signed what |p->ds| says; without any signature, which only an unsigned zone may
 * do, the name above.
 */
static struct dna_dname speaker(const struct dna_place *p, bool *is_signed)
{
	struct dna_dname zone;

	*is_signed = true;
	if (has_ds(p)) {
		if (dna_signer(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_DS, &zone))
			return zone;
	} else if (has_alias(p)) {
		if (dna_signer(p->ds, DNA_ANSWER, &p->entry.name, DNA_TYPE_CNAME, &zone) &&
		    !dna_dname_equal(&zone, &p->entry.name))
			return zone;
	} else if (dna_denial_signer(p->ds, &p->entry.name, DNA_TYPE_DS, &zone)) {
		return zone;
	}
	*is_signed = false;
	return dna_dname_parent(&p->entry.name);
}

static void parent_arrived(void *argument, const struct dna_zone *parent)
{
	struct dna_place *p = argument;
	char name[DNA_DNAME_TEXT], zone[DNA_DNAME_TEXT];
	bool is_signed;

	rest_on(p, parent);
	speaker(p, &is_signed);
	switch (parent->state) {
	case DNA_ZONE_UNSIGNED:
	case DNA_ZONE_BOGUS:
	case DNA_ZONE_FAILED:
		inherit(p, parent);
		return;
	case DNA_ZONE_NONE:
	case DNA_ZONE_SIGNED:
		break;
	}
	dna_dname_text(&p->entry.name, name);
	if (!is_signed) {
		snprintf(p->why, sizeof(p->why), "the DS of %.300s, or its denial, is not signed",
			 name);
		fail(p, DNA_ZONE_BOGUS, p->why);
	} else if (parent->state == DNA_ZONE_NONE) {
		snprintf(p->why, sizeof(p->why),
			 "the DS of %.200s is signed by %.200s, which is not a zone", name,
			 dna_dname_text(&parent->name, zone));
		fail(p, DNA_ZONE_BOGUS, p->why);
	} else if (has_ds(p)) {
		judge_ds(p, parent);
	} else if (has_alias(p)) {
		judge_alias(p, parent);
	} else {
		judge_denial(p, parent);
	}
}

/*
 * The DS could not be learnt. Below a zone that is securely unsigned it does not matter: nothing is
 * signed there.
 */
static void parent_of_failed_arrived(void *argument, const struct dna_zone *parent)
{
	struct dna_place *p = argument;

	if (parent->state == DNA_ZONE_UNSIGNED)
		inherit(p, parent);
	else
		fail(p, DNA_ZONE_FAILED, dna_reply_why(p->ds_reply));
}

static void ds_arrived(void *argument, struct dna_reply *reply, struct dna_message *message)
{
	struct dna_place *p = argument;
	struct dna_dname parent = dna_dname_parent(&p->entry.name);
	bool is_signed;

	p->ds_reply = reply != NULL ? dna_reply_ref(reply) : NULL;
	if (message == NULL) {
		dna_zone_get(p->zones, &parent, false, p->now, &p->parent_wait,
			     parent_of_failed_arrived, p);
		return;
	}
	p->ds = dna_message_ref(message);
	parent = speaker(p, &is_signed);
	dna_zone_get(p->zones, &parent, is_signed, p->now, &p->parent_wait, parent_arrived, p);
}

/* The nearest name above that is known to be unsigned: what is below needs no questions. */
static const struct dna_zone *unsigned_above(struct dna_zones *zones, const struct dna_dname *name,
					     int64_t now)
{
	for (unsigned labels = name->labels; labels-- > 0;) {
		struct dna_dname above = dna_dname_ancestor(name, labels);
		struct dna_place *p = find(zones, &above, now);

		if (p != NULL && p->settled && p->zone.state == DNA_ZONE_UNSIGNED)
			return &p->zone;
	}
	return NULL;
}

static void learn_root(struct dna_place *p)
{
	if (p->zones->anchors == NULL) {
		fail(p, DNA_ZONE_FAILED, p->zones->complaint);
		return;
	}
	p->delegated = true;
	p->ds_not_after = DNA_FOREVER;
	want_keys(p);
}

/*
 * The whole chain is asked for at once, as if every label began a zone: near the root nearly each
 * one does. What was guessed wrong costs a query.
 */
static void prepare_parent(struct dna_place *p, bool signer)
{
	struct dna_dname parent = dna_dname_parent(&p->entry.name);

	if (p->entry.name.labels <= GUESSED_LABELS)
		dna_zone_prepare(p->zones, &parent, signer, p->now);
}

static void learn(struct dna_place *p, bool signer)
{
	const struct dna_zone *above;

	if (p->entry.name.labels == 0) {
		learn_root(p);
		return;
	}
	above = unsigned_above(p->zones, &p->entry.name, p->now);
	if (above != NULL) {
		inherit(p, above);
		return;
	}
	if (dna_fetch(p->zones->fetcher, &p->entry.name, DNA_TYPE_DS, &p->ds_wait, ds_arrived, p) !=
	    0) {
		fail(p, DNA_ZONE_FAILED, "out of memory");
		return;
	}
	if (signer)
		want_keys(p);
	prepare_parent(p, signer);
}

void dna_zone_prepare(struct dna_zones *zones, const struct dna_dname *name, bool signer,
		      int64_t now)
{
	struct dna_place *p = find(zones, name, now);

	if (p == NULL && (p = place_new(zones, name, now)) != NULL)
		learn(p, signer);
}

void dna_zone_get(struct dna_zones *zones, const struct dna_dname *name, bool signer, int64_t now,
		  struct dna_zone_wait *wait, dna_zone_done *done, void *argument)
{
	static const char no_memory[] = "out of memory";
	struct dna_zone none = { .name = *name, .state = DNA_ZONE_FAILED, .why = no_memory };
	struct dna_place *p = find(zones, name, now);
	bool new = p == NULL;

	if (p != NULL && p->settled) {
		use(p);
		dna_place_ref(p);
		done(argument, &p->zone);
		dna_place_unref(p);
		return;
	}
	if (new && (p = place_new(zones, name, now)) == NULL) {
		done(argument, &none);
		return;
	}
	*wait = (struct dna_zone_wait){
		.place = p, .done = done, .argument = argument, .next = p->first
	};
	if (p->first != NULL)
		p->first->previous = wait;
	p->first = wait;
	if (new)
		learn(p, signer);
	else if (signer)
		want_keys(p);
}

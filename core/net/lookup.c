/* How libdna-net learns anything. */
#include "net/lookup.h"
#include "net/cache.h"
#include "net/https.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One question on its way, and everybody who wants its answer. */
struct fetch {
	struct dna_lookups *lookups;
	struct fetch *next, *previous;
	struct dna_need question; /* strings owned */
	unsigned milliseconds;
	uint64_t deadline;
	struct dna_question *dns;
	struct dna_transfer *https;
	struct dna_timer *timer; /* it is answered already: about to be told */
	struct dna_item *items[DNA_ANSWER_ITEMS_MAX];
	size_t count;
	struct dna_lookup *first;
	bool telling;
};

/* Somebody who wants it. */
struct dna_lookup {
	struct fetch *fetch;
	struct dna_lookup *next, *previous;
	dna_lookup_done *done;
	void *argument;
};

struct dna_lookups {
	struct dna_loop *loop;
	struct dna_cache *cache;
	struct dna_resolver *resolver;
	struct dna_https *https;
	unsigned wants; /* of DNS questions */
	struct fetch *fetches;
};

/* ---- what is on its way ---- */

static void link_fetch(struct fetch *f)
{
	f->next = f->lookups->fetches;
	if (f->next != NULL)
		f->next->previous = f;
	f->lookups->fetches = f;
}

static void unlink_fetch(struct fetch *f)
{
	if (f->next != NULL)
		f->next->previous = f->previous;
	*(f->previous != NULL ? &f->previous->next : &f->lookups->fetches) = f->next;
}

static void free_fetch(struct fetch *f)
{
	for (size_t i = 0; i < f->count; i++)
		dna_item_unref(f->items[i]);
	free((void *)(uintptr_t)f->question.kind);
	free((void *)(uintptr_t)f->question.name);
	free(f);
}

static void abandon(struct fetch *f)
{
	dna_resolver_cancel(f->dns);
	dna_https_cancel(f->https);
	dna_timer_remove(f->timer);
	unlink_fetch(f);
	free_fetch(f);
}

static void join(struct dna_lookup *l, struct fetch *f)
{
	l->fetch = f;
	l->previous = NULL;
	l->next = f->first;
	if (l->next != NULL)
		l->next->previous = l;
	f->first = l;
}

static void part(struct dna_lookup *l)
{
	if (l->next != NULL)
		l->next->previous = l->previous;
	*(l->previous != NULL ? &l->previous->next : &l->fetch->first) = l->next;
}

static void leave(struct dna_lookup *l)
{
	part(l);
	free(l);
}

/*
 * Whoever is told may start the same again or make others leave; so nobody can join any more, and
 * the list is read anew.
 */
static void tell(struct fetch *f, struct dna_item *const *items, size_t count)
{
	unlink_fetch(f);
	f->telling = true;
	while (f->first != NULL) {
		dna_lookup_done *done = f->first->done;
		void *argument = f->first->argument;

		leave(f->first);
		done(argument, items, count);
	}
	free_fetch(f);
}

/* ---- answers ---- */

static void dns_answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct fetch *f = argument;

	f->dns = NULL;
	/* Without memory to remember it, it is asked for again some day. */
	(void)dna_cache_put(f->lookups->cache, &f->question, items, count, time(NULL));
	tell(f, items, count);
}

static bool is_document(const struct dna_item *item)
{
	return dna_item_outcome(item) == DNA_ANSWERED && dna_item_code(item) / 100 == 2;
}

/*
 * POSH-028, SEC-007: strangers decide what is fetched, so that what is not there is not fetched
 * again soon. How long a document holds only its reader knows: dna_lookup_keep(). That a host has
 * no address is remembered as what it is, an answer of the DNS.
 */
static int64_t how_long(const struct fetch *f, const struct dna_item *item)
{
	if (dna_item_outcome(item) == DNA_DENIED || is_document(item))
		return 0;
	/* Who did not wait for long says nothing to those who would. */
	if (dna_item_outcome(item) == DNA_FAILED && f->milliseconds < DNA_HTTPS_TIME / 2)
		return 0;
	return dna_item_code(item) == 404 ? DNA_NO_DOCUMENT_TIME : DNA_FAILURE_TIME;
}

static void https_answered(void *argument, struct dna_item *item)
{
	struct fetch *f = argument;
	int64_t now = time(NULL);

	f->https = NULL;
	if (item != NULL)
		(void)dna_cache_keep(f->lookups->cache, &f->question, item,
				     dna_item_time(item) + how_long(f, item), now);
	tell(f, &item, item != NULL ? 1 : 0);
}

void dna_lookup_keep(struct dna_lookups *lookups, struct dna_item *item, int64_t until)
{
	struct dna_need question = { dna_item_kind(item), dna_item_name(item),
				     dna_item_type(item) };
	int64_t most = dna_item_time(item) + DNA_DOCUMENT_TIME;

	if (strcmp(question.kind, "https") == 0 && is_document(item))
		(void)dna_cache_keep(lookups->cache, &question, item, until < most ? until : most,
				     time(NULL));
}

static void known(void *argument)
{
	struct fetch *f = argument;

	f->timer = NULL;
	tell(f, f->items, f->count);
}

/* ---- asking ---- */

static int know_failed(struct fetch *f, const char *reason)
{
	struct dna_item_init init = { .kind = f->question.kind,
				      .name = f->question.name,
				      .type = f->question.type,
				      .outcome = DNA_FAILED,
				      .security = DNA_INDETERMINATE,
				      .time = time(NULL),
				      .not_after = time(NULL),
				      .reason = reason };
	int r = dna_item_new(&f->items[0], &init);

	if (r == 0)
		f->count = 1;
	return r;
}

static int know_nobody(struct fetch *f)
{
	char reason[DNA_REASON_MAX + 1];

	snprintf(reason, sizeof(reason), "nobody obtains evidence of kind \"%s\"",
		 f->question.kind);
	return know_failed(f, reason);
}

static int ask_dns(struct fetch *f, unsigned milliseconds)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
				   .type = f->question.type,
				   .wants = f->lookups->wants };
	int r = DNA_E_INVALID;

	if (strlen(f->question.name) <= DNA_NAME_MAX) {
		strcpy(frame.name, f->question.name);
		r = dna_resolver_put(f->lookups->resolver, &frame, milliseconds, dns_answered, f,
				     &f->dns);
	}
	return r == DNA_E_INVALID ? know_failed(f, "DNS cannot hold this name") : r;
}

/*
 * Find the answer or have it looked for; in the end, or within the loop at the earliest, somebody
 * will tell.
 */
static int begin(struct fetch *f, unsigned milliseconds)
{
	struct dna_lookups *all = f->lookups;
	int r = 0;

	f->count = dna_cache_get(all->cache, &f->question, time(NULL), f->items);
	if (f->count == 0 && strcmp(f->question.kind, "dns") == 0)
		r = ask_dns(f, milliseconds);
	else if (f->count == 0 && strcmp(f->question.kind, "https") == 0)
		r = dna_https_get(&f->https, all->https, f->question.name, milliseconds,
				  https_answered, f);
	else if (f->count == 0)
		r = know_nobody(f);
	if (r == 0 && f->count > 0)
		r = dna_timer_add(&f->timer, all->loop, 0, known, f);
	return r;
}

static int add_fetch(struct fetch **fetch, struct dna_lookups *lookups,
		     const struct dna_need *question, unsigned milliseconds)
{
	struct fetch *f = calloc(1, sizeof(*f));
	int r = DNA_E_NOMEM;

	if (f == NULL)
		return r;
	f->lookups = lookups;
	f->milliseconds = milliseconds;
	f->deadline = dna_loop_now() + milliseconds;
	f->question =
		(struct dna_need){ strdup(question->kind), strdup(question->name), question->type };
	if (f->question.kind != NULL && f->question.name != NULL)
		r = begin(f, milliseconds);
	if (r != 0) {
		free_fetch(f);
		return r;
	}
	link_fetch(f);
	*fetch = f;
	return 0;
}

/* One that has time enough. */
static int find_or_add_fetch(struct fetch **fetch, struct dna_lookups *lookups,
			     const struct dna_need *question, unsigned milliseconds)
{
	struct fetch *f = lookups->fetches;
	uint64_t enough = dna_loop_now() + milliseconds / 2;

	while (f != NULL && (f->deadline < enough || !dna_question_equal(&f->question, question)))
		f = f->next;
	if (f == NULL)
		return add_fetch(fetch, lookups, question, milliseconds);
	*fetch = f;
	return 0;
}

int dna_lookup_start(struct dna_lookup **lookup, struct dna_lookups *lookups,
		     const struct dna_need *question, unsigned milliseconds, dna_lookup_done *done,
		     void *argument)
{
	struct dna_lookup *new = calloc(1, sizeof(*new));
	struct fetch *f;
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->done = done;
	new->argument = argument;
	r = find_or_add_fetch(&f, lookups, question, milliseconds);
	if (r != 0) {
		free(new);
		return r;
	}
	join(new, f);
	*lookup = new;
	return 0;
}

static void abandon_unless_wanted(struct fetch *f)
{
	if (f->first == NULL && !f->telling)
		abandon(f);
}

int dna_lookup_prolong(struct dna_lookup *lookup, unsigned milliseconds)
{
	struct fetch *before = lookup->fetch, *f;
	int r;

	if (before->telling)
		return 0;
	r = find_or_add_fetch(&f, before->lookups, &before->question, milliseconds);
	if (r != 0)
		return r;
	part(lookup);
	join(lookup, f);
	abandon_unless_wanted(before);
	return 0;
}

void dna_lookup_cancel(struct dna_lookup *lookup)
{
	struct fetch *f;

	if (lookup == NULL)
		return;
	f = lookup->fetch;
	leave(lookup);
	abandon_unless_wanted(f);
}

/* ---- all of them ---- */

int dna_lookups_new(struct dna_lookups **lookups, struct dna_loop *loop,
		    const struct dna_lookups_options *options)
{
	struct dna_lookups *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->loop = loop;
	new->wants = options->keep_proof ? DNA_WANTS_PROOF : 0;
	r = dna_cache_new(&new->cache, DNA_CACHE_COUNT_MAX, DNA_CACHE_SIZE_MAX);
	if (r == 0)
		r = dna_https_new(&new->https, loop, new, options->anchors,
				  options->allow_private_addresses);
	/* Last, for it takes the socket that it is given. */
	if (r == 0)
		r = dna_resolver_new(&new->resolver, loop, &options->resolver);
	if (r != 0)
		dna_lookups_free(new);
	else
		*lookups = new;
	return r;
}

struct dna_resolver *dna_lookups_resolver(struct dna_lookups *lookups)
{
	return lookups->resolver;
}

void dna_lookups_free(struct dna_lookups *lookups)
{
	if (lookups == NULL)
		return;
	dna_https_free(lookups->https); /* first: it has started lookups itself */
	while (lookups->fetches != NULL) {
		struct fetch *f = lookups->fetches;

		f->https = NULL;
		while (f->first != NULL)
			leave(f->first);
		abandon(f);
	}
	dna_resolver_free(lookups->resolver);
	dna_cache_free(lookups->cache);
	free(lookups);
}

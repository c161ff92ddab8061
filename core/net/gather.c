/*
 * What one case asks for, looked up until there is nothing left to ask, or no time. The application
 * may forget and free the case from within its callback: after a callback nothing of the gather may
 * be touched that has not been looked for again.
 */
#include "net/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pending {
	struct dna_gather *gather;
	struct dna_lookup *lookup;
	struct pending *next;
};

struct dna_gather {
	struct dna_gathers *gathers;
	struct dna_gather *next;
	struct dna_case *c;
	const struct dna_case *shadows; /* NULL: it is no shadow */
	dna_net_changed *changed;
	void *argument;
	uint64_t deadline;
	unsigned milliseconds;
	struct dna_timer *timer;
	struct pending *pending;
};

static void end(struct dna_gather *gather);

/* What was gathered for the shadow of |c| alone is of no use any more. */
static void end_shadow(const struct dna_gathers *gathers, const struct dna_case *c)
{
	struct dna_gather *gather = gathers->first;

	while (gather != NULL && gather->shadows != c)
		gather = gather->next;
	if (gather != NULL)
		end(gather);
}

static void end(struct dna_gather *gather)
{
	struct dna_gather **link = &gather->gathers->first;

	end_shadow(gather->gathers, gather->c);
	while (*link != gather)
		link = &(*link)->next;
	*link = gather->next;
	while (gather->pending != NULL) {
		struct pending *pending = gather->pending;

		gather->pending = pending->next;
		dna_lookup_cancel(pending->lookup);
		free(pending);
	}
	dna_timer_remove(gather->timer);
	free(gather);
}

static void remove_pending(struct pending *pending)
{
	struct pending **link = &pending->gather->pending;

	while (*link != pending)
		link = &(*link)->next;
	*link = pending->next;
	free(pending);
}

/* Nothing more will be learnt: the case is told so. */
static void close_case(struct dna_gather *gather, const char *reason)
{
	struct dna_case *c = gather->c;
	dna_net_changed *changed = gather->changed;
	void *argument = gather->argument;

	end(gather);
	dna_case_close(c, reason);
	changed(c, argument);
}

static int ask_for_more(struct dna_gather *gather);

/* For what an answer could be validated by again there may be no room left: it is for the record. */
static int feed(struct dna_case *c, struct dna_item *item)
{
	int r = dna_case_feed(c, item);

	return r == DNA_E_LIMIT && strncmp(dna_item_kind(item), "dns-", 4) == 0 ? 0 : r;
}

static void found(void *argument, struct dna_item *const *items, size_t count)
{
	struct pending *pending = argument;
	struct dna_gather *gather = pending->gather;
	int r = count > 0 ? 0 : DNA_E_NOMEM;

	remove_pending(pending);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = feed(gather->c, items[i]);
	if (r == 0)
		r = ask_for_more(gather);
	if (r != 0)
		close_case(gather, dna_strerror(r));
	else
		gather->changed(gather->c, gather->argument);
}

static void out_of_time(void *argument)
{
	struct dna_gather *gather = argument;
	char reason[64];

	gather->timer = NULL;
	snprintf(reason, sizeof(reason), "no answer within %u ms", gather->milliseconds);
	close_case(gather, reason);
}

static int ask(struct dna_gather *gather, const struct dna_need *need)
{
	struct pending *pending = calloc(1, sizeof(*pending));
	uint64_t now = dna_loop_now();
	int r;

	if (pending == NULL)
		return DNA_E_NOMEM;
	pending->gather = gather;
	pending->next = gather->pending;
	r = dna_lookup_start(&pending->lookup, gather->gathers->lookups, need,
			     (unsigned)(gather->deadline > now ? gather->deadline - now : 0), found,
			     pending);
	if (r != 0) {
		free(pending);
		return r;
	}
	gather->pending = pending;
	return 0;
}

static int ask_for_more(struct dna_gather *gather)
{
	struct dna_need need;
	struct dna_item *item;
	int64_t until;
	int r = 0;

	while (r == 0 && dna_case_next_need(gather->c, &need))
		r = ask(gather, &need);
	while (dna_case_next_kept(gather->c, &item, &until))
		dna_lookup_keep(gather->gathers->lookups, item, until);
	return r;
}

static struct dna_gather *find(const struct dna_gathers *gathers, const struct dna_case *c)
{
	struct dna_gather *gather = gathers->first;

	while (gather != NULL && gather->c != c)
		gather = gather->next;
	return gather;
}

bool dna_gathers_has(const struct dna_gathers *gathers, const struct dna_case *c)
{
	return find(gathers, c) != NULL;
}

static struct dna_gather *find_or_add(struct dna_gathers *gathers, struct dna_case *c)
{
	struct dna_gather *gather = find(gathers, c);

	if (gather != NULL)
		return gather;
	gather = calloc(1, sizeof(*gather));
	if (gather == NULL)
		return NULL;
	*gather = (struct dna_gather){ .gathers = gathers, .next = gathers->first, .c = c };
	gathers->first = gather;
	return gather;
}

static int start(struct dna_gathers *gathers, struct dna_case *c, unsigned milliseconds,
		 dna_net_changed *changed, void *argument)
{
	struct dna_gather *gather = find_or_add(gathers, c);
	int r;

	if (gather == NULL)
		return DNA_E_NOMEM;
	gather->changed = changed;
	gather->argument = argument;
	gather->deadline = dna_loop_now() + milliseconds;
	gather->milliseconds = milliseconds;
	dna_timer_remove(gather->timer);
	gather->timer = NULL;
	r = dna_timer_add(&gather->timer, gathers->loop, milliseconds, out_of_time, gather);
	for (struct pending *p = gather->pending; r == 0 && p != NULL; p = p->next)
		r = dna_lookup_prolong(p->lookup, milliseconds);
	if (r == 0)
		r = ask_for_more(gather);
	if (r != 0)
		end(gather);
	return r;
}

static void nobody_waits(struct dna_case *shadow, void *argument)
{
	(void)shadow;
	(void)argument;
}

int dna_gather_start(struct dna_gathers *gathers, struct dna_case *c, unsigned milliseconds,
		     dna_net_changed *changed, void *argument)
{
	struct dna_case *shadow = dna_case_shadow(c);
	int r = start(gathers, c, milliseconds, changed, argument);

	/* After the case, which is asked for first; that it fails is no concern of the case. */
	if (r == 0 && shadow != NULL &&
	    start(gathers, shadow, milliseconds, nobody_waits, NULL) == 0)
		find(gathers, shadow)->shadows = c;
	return r;
}

void dna_gather_forget(struct dna_gathers *gathers, struct dna_case *c)
{
	struct dna_gather *gather = find(gathers, c);

	if (gather != NULL)
		end(gather);
}

void dna_gathers_pull(struct dna_gathers *gathers)
{
	struct dna_gather *gather = gathers->first;

	while (gather != NULL) {
		int r = ask_for_more(gather);

		if (r == 0) {
			gather = gather->next;
			continue;
		}
		close_case(gather, dna_strerror(r));
		gather = gathers->first; /* whatever was called may have ended others */
	}
}

void dna_gathers_clear(struct dna_gathers *gathers)
{
	while (gathers->first != NULL)
		end(gathers->first);
}

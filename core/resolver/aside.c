/* Lookups in a world of their own. */
#include "resolver/aside.h"

#include <stdlib.h>
#include <string.h>

struct asked {
	const char *name;
	uint16_t type;
};

struct dna_aside {
	struct dna_lookups lookups;
	struct dna_archive archive;
	struct dna_item **recorded; /* those of |archive| */
	struct dna_message *anchors;
	struct asked *asked;
	struct dna_answer *answers; /* one for each */
	size_t count, answered;
	int64_t time;
	uint32_t milliseconds;
	struct dna_lookup *lookup; /* the one under way */
	struct dna_timer *timer;   /* between two of them, and after the last one */
	dna_aside_done *done;
	void *argument;
};

static void aside_free(struct dna_aside *a)
{
	dna_lookup_cancel(a->lookup);
	for (size_t i = 0; i < a->count; i++)
		dna_answer_clear(&a->answers[i]);
	dna_timer_remove(a->timer);
	dna_lookups_clear(&a->lookups);
	dna_message_unref(a->anchors);
	for (size_t i = 0; i < a->archive.count; i++)
		dna_item_unref(a->recorded[i]);
	free(a->recorded);
	free(a->asked);
	free(a->answers);
	free(a);
}

void dna_aside_cancel(struct dna_aside *aside)
{
	if (aside != NULL)
		aside_free(aside);
}

static void go_on(void *argument);

/*
 * Called out of the middle of the zones, which cannot be cleared there: so a timer goes on. Without
 * memory for that nothing is said, and the asker's own deadline passes.
 */
static void looked_up(void *argument, const struct dna_answer *answer)
{
	struct dna_aside *a = argument;

	a->lookup = NULL;
	dna_answer_copy(&a->answers[a->answered++], answer);
	(void)dna_timer_add(&a->timer, a->lookups.loop, 0, go_on, a);
}

/*
 * One after the other: a record may ask for thousands, and others wait for their turn. What cannot
 * be looked up has no answer.
 */
static void go_on(void *argument)
{
	struct dna_aside *a = argument;

	a->timer = NULL;
	for (; a->answered < a->count; a->answered++) {
		const struct asked *asked = &a->asked[a->answered];

		if (dna_lookup_new(&a->lookup, &a->lookups, asked->name, asked->type, a->time,
				   a->milliseconds, looked_up, a) == 0)
			return;
	}
	a->done(a->argument, a->answers, a->count, a->anchors);
	aside_free(a);
}

static void add_question(struct dna_aside *a, const char *name, uint16_t type)
{
	a->asked[a->count++] = (struct asked){ name, type };
}

static bool is_question(const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "dns-reply") == 0;
}

static int keep_recorded(struct dna_aside *a, const struct dna_frame *frame)
{
	a->recorded = calloc(frame->count, sizeof(struct dna_item *));
	if (a->recorded == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; i < frame->count; i++)
		a->recorded[i] = dna_item_ref(frame->items[i]);
	a->archive = (struct dna_archive){ a->recorded, frame->count };
	return 0;
}

static int start_recorded(struct dna_aside *a, const struct dna_lookups *live,
			  const struct dna_frame *frame)
{
	int r = keep_recorded(a, frame);

	if (r == 0)
		r = dna_archive_anchors(&a->archive, &a->anchors);
	if (r == DNA_E_NOTFOUND || r == DNA_E_SYNTAX || r == DNA_E_LIMIT)
		r = 0; /* the zones will say that there are none */
	if (r == 0)
		r = dna_lookups_init(&a->lookups, live->loop, NULL, &a->archive, a->anchors,
				     "no trust anchor that can be used was recorded");
	for (size_t i = 0; r == 0 && i < frame->count; i++)
		if (is_question(frame->items[i]))
			add_question(a, dna_item_name(frame->items[i]),
				     dna_item_type(frame->items[i]));
	return r == 0 && a->count == 0 ? DNA_E_SYNTAX : r;
}

static int start_question(struct dna_aside *a, const struct dna_lookups *live,
			  const struct dna_frame *frame)
{
	int r;

	if (live->zones.anchors != NULL)
		a->anchors = dna_message_ref(live->zones.anchors);
	r = dna_lookups_init(&a->lookups, live->loop, live->fetcher.upstream, NULL, a->anchors,
			     live->zones.complaint);
	add_question(a, frame->name, frame->type);
	return r;
}

int dna_aside_new(struct dna_aside **aside, struct dna_lookups *live, const struct dna_frame *frame,
		  dna_aside_done *done, void *argument)
{
	size_t room = frame->kind == DNA_FRAME_RECORDED ? frame->count : 1;
	struct dna_aside *new = calloc(1, sizeof(*new));
	int r = DNA_E_NOMEM;

	if (new == NULL)
		return r;
	new->done = done;
	new->argument = argument;
	new->time = frame->time;
	new->milliseconds = frame->milliseconds;
	new->asked = calloc(room, sizeof(*new->asked));
	new->answers = calloc(room, sizeof(*new->answers));
	if (new->asked != NULL &&new->answers != NULL)
		r = frame->kind == DNA_FRAME_RECORDED ? start_recorded(new, live, frame)
						      : start_question(new, live, frame);
	if (r == 0)
		r = dna_timer_add(&new->timer, live->loop, 0, go_on, new);
	if (r != 0)
		aside_free(new);
	else
		*aside = new;
	return r;
}

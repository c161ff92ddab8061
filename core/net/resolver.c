/* DNS questions, answered by the program dna-resolver. */
#include "net/resolver.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/name.h"
#include "evidence/dns.h"
#include "net/connection.h"
#include "net/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SILENCE 1000 /* milliseconds without any word before the program counts as hanging */

/*
 * How often the program has to be lost while a suspect question is in flight alone, until that is
 * to blame (questions.h). A program that others share may have died of what they asked. But their
 * search is over after a while, and ours is random: to be in flight by chance becomes unlikely when
 * each attempt waits four times as long as the one before.
 */
#define ALONE_OWN      1
#define ALONE_SHARED   3
#define POSTPONED_MOST 1000 /* milliseconds, the first time, and at least half of that */

struct dna_resolver {
	struct dna_loop *loop;
	char **arguments; /* of a program of our own, which comes first */
	char *path;       /* of a shared one's socket */
	struct dna_connection connection;
	struct dna_questions questions;
	struct dna_timer *postponed;
};

static const char unsendable[] = "the question could not be handed to the resolver program";

/* ---- answers ---- */

static void forget(struct dna_question *q)
{
	dna_questions_remove(q);
	dna_timer_remove(q->timer);
	dna_frame_clear(&q->frame);
	free(q->reason);
	free(q);
}

/* The question is gone before the asker is told, who may do anything but free the resolver. */
static void answer(struct dna_question *q, struct dna_item *const *items, size_t count)
{
	dna_resolver_answered *answered = q->answered;
	void *argument = q->argument;

	forget(q);
	answered(argument, items, count);
}

static void answer_failed(struct dna_question *q, const char *reason)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = q->frame.name,
				      .type = q->frame.type,
				      .outcome = DNA_FAILED,
				      .security = DNA_INDETERMINATE,
				      .time = time(NULL),
				      .not_after = time(NULL),
				      .reason = reason };
	struct dna_item *item = NULL;

	answer(q, &item, dna_item_new(&item, &init) == 0 ? 1 : 0);
	dna_item_unref(item);
}

static void overdue(void *argument);

/* Answers come from within the loop only: leave it to the timer. Without memory for that the
 * deadline will have to do. */
static void fail(struct dna_question *q, const char *reason)
{
	struct dna_timer *timer;

	dna_questions_move(q, DNA_QUESTION_FAILED);
	q->reason = strdup(reason);
	if (dna_timer_add(&timer, q->resolver->loop, 0, overdue, q) != 0)
		return;
	dna_timer_remove(q->timer);
	q->timer = timer;
}

/* ---- asking ---- */

/* The program is given nine tenths of the time, so that its own reason for failing arrives within
 * it. */
static int send_question(struct dna_question *q)
{
	uint64_t now = dna_loop_now(), left = q->deadline > now ? q->deadline - now : 0;
	int e;

	q->frame.number = q->number;
	q->frame.milliseconds = (uint32_t)(left - left / 10);
	e = dna_connection_write(&q->resolver->connection, &q->frame);
	if (e != 0)
		return e;
	q->handed = now;
	q->allowed = q->frame.milliseconds;
	dna_questions_move(q, DNA_QUESTION_ASKED);
	return 0;
}

static void due(void *argument);

/* Without memory the next answer or loss will have to do. */
static void await_postponed(struct dna_resolver *r)
{
	uint64_t now = dna_loop_now(), when = dna_questions_due(&r->questions);

	if (r->postponed == NULL && when > now)
		(void)dna_timer_add(&r->postponed, r->loop, when - now, due, r);
}

/* Ask as much as may be asked. */
static void pump(struct dna_resolver *r)
{
	struct dna_question *q;

	while ((q = dna_questions_next(&r->questions, dna_loop_now())) != NULL) {
		int e = dna_connection_open(&r->connection);

		if (e == DNA_E_AGAIN)
			break;
		if (e != 0)
			fail(q, r->connection.trouble);
		else if (send_question(q) != 0)
			fail(q, unsendable);
	}
	await_postponed(r);
}

static void due(void *argument)
{
	struct dna_resolver *r = argument;

	r->postponed = NULL;
	pump(r);
}

static void again(void *user)
{
	pump(user);
}

/* Who was in flight alone when the program was lost. */
static void suspect_strongly(struct dna_question *q, const char *how)
{
	struct dna_resolver *r = q->resolver;
	char reason[DNA_REASON_MAX + 1];
	uint64_t most;

	if (q->alone < (r->arguments != NULL ? ALONE_OWN : ALONE_SHARED)) {
		most = (uint64_t)POSTPONED_MOST << 2 * (q->alone - 1);
		dna_questions_postpone(q, dna_loop_now() + most / 2 + dna_random_below(most / 2));
		return;
	}
	snprintf(reason, sizeof(reason), "%s %s when nothing but this was asked",
		 r->connection.name, how);
	fail(q, reason);
}

static void lost(void *user, const char *how)
{
	struct dna_resolver *r = user;
	struct dna_question *alone = NULL;

	if (how == NULL)
		dna_questions_take_back(&r->questions);
	else
		alone = dna_questions_lost(&r->questions);
	if (alone != NULL)
		suspect_strongly(alone, how);
	pump(r);
}

/* ---- what the program says ---- */

static bool fits(const struct dna_question *q, const struct dna_item *first)
{
	if (q->frame.kind == DNA_FRAME_RECORDED)
		return true;
	return dna_name_equal(dna_item_name(first), q->frame.name) &&
	       (dna_item_type(first) == q->frame.type || dna_item_type(first) == DNA_RR_CNAME);
}

/* An answer without a question is one that was cancelled when the answer was on its way. */
static int take_frame(void *user, const struct dna_frame *frame)
{
	struct dna_resolver *r = user;
	struct dna_question *q = dna_questions_find(&r->questions, frame->number);

	if (frame->kind != DNA_FRAME_ANSWER)
		return DNA_E_SYNTAX;
	if (q == NULL || q->state != DNA_QUESTION_ASKED)
		return 0;
	if (!fits(q, frame->items[0]))
		return DNA_E_SYNTAX;
	dna_questions_answered(&r->questions);
	answer(q, frame->items, frame->count);
	pump(r);
	return 0;
}

/* ---- deadlines ---- */

/*
 * Not a word since this was asked, although the time for it is over: an honest program would at
 * least have said that it failed. The one connection that cannot be made again is kept.
 */
static bool hangs(const struct dna_question *q)
{
	const struct dna_connection *c = &q->resolver->connection;
	uint64_t now = dna_loop_now();

	return q->state == DNA_QUESTION_ASKED &&
	       (q->resolver->arguments != NULL || q->resolver->path != NULL) &&
	       c->heard <= q->handed && now >= q->handed + q->allowed && now >= q->handed + SILENCE;
}

static void tell_cancelled(struct dna_question *q)
{
	struct dna_frame frame = { .kind = DNA_FRAME_CANCEL, .number = q->number };

	if (q->state == DNA_QUESTION_ASKED)
		dna_connection_write(&q->resolver->connection, &frame);
}

static void expire(struct dna_question *q)
{
	struct dna_resolver *r = q->resolver;
	bool hanging = hangs(q);
	char reason[DNA_REASON_MAX + 1];

	tell_cancelled(q);
	if (q->state != DNA_QUESTION_ASKED && r->connection.trouble[0] != '\0')
		snprintf(reason, sizeof(reason), "%s", r->connection.trouble);
	else
		snprintf(reason, sizeof(reason),
			 "the resolver program did not answer within %llu ms",
			 (unsigned long long)(q->deadline - q->asked));
	fail(q, reason);
	if (hanging)
		dna_connection_lose(&r->connection, "did not answer");
	else
		pump(r);
}

/* The host may have been away for long: what has arrived meanwhile counts. */
static void overdue(void *argument)
{
	struct dna_question *q = argument;
	struct dna_resolver *r = q->resolver;
	uint32_t number = q->number;
	char *reason;

	q->timer = NULL;
	dna_connection_own(&r->connection);
	if (q->state == DNA_QUESTION_ASKED) {
		dna_connection_receive(&r->connection);
		q = dna_questions_find(&r->questions, number);
	}
	if (q == NULL)
		return;
	if (q->state != DNA_QUESTION_FAILED)
		expire(q);
	reason = q->reason;
	q->reason = NULL;
	answer_failed(q, reason != NULL ? reason : dna_strerror(DNA_E_NOMEM));
	free(reason);
}

/* ---- the outside ---- */

/* DNA_E_INVALID: DNS cannot hold the name. */
static int check_name(const char *name)
{
	struct dna_buffer wire;
	int e;

	dna_buffer_init(&wire, 0);
	e = dna_dns_name_write(&wire, name);
	dna_buffer_clear(&wire);
	return e;
}

static int keep(struct dna_question *q, const struct dna_frame *frame)
{
	int e = 0;

	q->frame = *frame;
	q->frame.items = NULL;
	q->frame.count = 0;
	for (size_t i = 0; e == 0 && i < frame->count; i++) {
		e = dna_frame_add(&q->frame, dna_item_ref(frame->items[i]));
		if (e != 0)
			dna_item_unref(frame->items[i]);
	}
	return e;
}

static int question_new(struct dna_question **question, struct dna_resolver *r,
			const struct dna_frame *frame, unsigned milliseconds)
{
	struct dna_question *q = calloc(1, sizeof(*q));
	int e;

	if (q == NULL)
		return DNA_E_NOMEM;
	q->resolver = r;
	q->asked = dna_loop_now();
	q->deadline = q->asked + milliseconds;
	e = keep(q, frame);
	if (e == 0)
		e = dna_timer_add(&q->timer, r->loop, milliseconds, overdue, q);
	if (e == 0)
		e = dna_questions_add(&r->questions, q);
	if (e != 0) {
		dna_timer_remove(q->timer);
		dna_frame_clear(&q->frame);
		free(q);
		return e;
	}
	*question = q;
	return 0;
}

int dna_resolver_put(struct dna_resolver *r, const struct dna_frame *frame, unsigned milliseconds,
		     dna_resolver_answered *answered, void *argument,
		     struct dna_question **question)
{
	struct dna_question *q;
	int e = frame->kind == DNA_FRAME_QUESTION ? check_name(frame->name) : 0;

	if (e == 0)
		e = question_new(&q, r, frame, milliseconds);
	if (e != 0)
		return e;
	q->answered = answered;
	q->argument = argument;
	dna_connection_own(&r->connection);
	pump(r);
	*question = q;
	return 0;
}

int dna_resolver_ask(struct dna_resolver *r, const char *name, uint16_t type, unsigned milliseconds,
		     dna_resolver_answered *answered, void *argument,
		     struct dna_question **question)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION, .type = type };

	if (strlen(name) > DNA_NAME_MAX)
		return DNA_E_INVALID;
	strcpy(frame.name, name);
	return dna_resolver_put(r, &frame, milliseconds, answered, argument, question);
}

void dna_resolver_cancel(struct dna_question *q)
{
	struct dna_resolver *r;
	bool hanging;

	if (q == NULL)
		return;
	r = q->resolver;
	dna_connection_own(&r->connection);
	hanging = hangs(q);
	tell_cancelled(q);
	forget(q);
	if (hanging)
		dna_connection_lose(&r->connection, "did not answer");
	else
		pump(r);
}

/* ---- the resolver ---- */

static int add_argument(struct dna_resolver *r, const char *text)
{
	size_t count = 0;
	char **grown;

	while (r->arguments != NULL && r->arguments[count] != NULL)
		count++;
	grown = realloc(r->arguments, (count + 2) * sizeof(char *));
	if (grown == NULL)
		return DNA_E_NOMEM;
	r->arguments = grown;
	grown[count] = strdup(text);
	grown[count + 1] = NULL;
	return grown[count] != NULL ? 0 : DNA_E_NOMEM;
}

static int add_option(struct dna_resolver *r, const char *option, const char *value)
{
	int e = add_argument(r, option);

	return e != 0 ? e : add_argument(r, value);
}

static int add_addresses(struct dna_resolver *r, const char *addresses)
{
	char *text = strdup(addresses), *rest = NULL;
	int e = text != NULL ? 0 : DNA_E_NOMEM;

	for (char *word = text; word != NULL && e == 0;) {
		word = strtok_r(rest == NULL ? text : NULL, " ", &rest);
		if (word != NULL)
			e = add_option(r, "--resolver", word);
	}
	free(text);
	return e;
}

/* The command line of a program of our own, or where the shared one is. */
static int describe(struct dna_resolver *r, const struct dna_resolver_options *options)
{
	int e;

	if (options->socket != NULL) {
		r->path = strdup(options->socket);
		return r->path != NULL ? 0 : DNA_E_NOMEM;
	}
	if (options->fd > 0)
		return 0;
	e = add_argument(r, options->program);
	if (e == 0)
		e = add_option(r, "--fd", "3");
	if (e == 0 && options->addresses != NULL)
		e = add_addresses(r, options->addresses);
	if (e == 0 && options->trust_anchor != NULL)
		e = add_option(r, "--trust-anchor", options->trust_anchor);
	if (e == 0 && options->trust_ad)
		e = add_argument(r, "--trust-ad");
	return e;
}

int dna_resolver_new(struct dna_resolver **resolver, struct dna_loop *loop,
		     const struct dna_resolver_options *options)
{
	static const struct dna_connection_user calls = { take_frame, lost, again };
	struct dna_resolver *new = calloc(1, sizeof(*new));
	int e;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->loop = loop;
	dna_questions_init(&new->questions);
	new->connection.worker = DNA_WORKER_NONE;
	e = describe(new, options);
	if (e == 0) {
		struct dna_connection_to to = { new->arguments, new->path, options->fd };

		e = dna_connection_init(&new->connection, loop, &to, &calls, new);
	}
	if (e != 0)
		dna_resolver_free(new);
	else
		*resolver = new;
	return e;
}

void dna_resolver_free(struct dna_resolver *r)
{
	struct dna_question *q;

	if (r == NULL)
		return;
	dna_connection_clear(&r->connection);
	dna_timer_remove(r->postponed);
	while ((q = dna_questions_first(&r->questions)) != NULL)
		forget(q);
	for (size_t i = 0; r->arguments != NULL && r->arguments[i] != NULL; i++)
		free(r->arguments[i]);
	free(r->arguments);
	free(r->path);
	free(r);
}

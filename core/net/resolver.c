/* DNS questions, answered by the worker program dna-resolver. */
#include "net/resolver.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/name.h"
#include "evidence/dns.h"
#include "evidence/frame.h"
#include "net/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE  16384
#define SENT_MAX   2 /* a question that two workers died of is not asked again */
#define LOSSES_MAX 3 /* a worker that was lost so often */
#define LOSSES_TIME \
	10000        /* within so many milliseconds is not started again before they are over */
#define SILENCE 1000 /* milliseconds without any word before a worker counts as hanging */

struct dna_question {
	struct dna_resolver *resolver;
	struct dna_question *next, *previous;
	struct dna_frame frame;
	uint64_t asked, deadline;
	uint64_t handed;  /* to the worker; */
	uint64_t allowed; /* the time that it was told to take at most */
	unsigned sent;    /* to how many workers */
	char *reason;     /* it has failed; the timer is about to say so */
	struct dna_timer *timer;
	dna_resolver_answered *answered;
	void *argument;
};

struct dna_resolver {
	struct dna_loop *loop;
	char **arguments; /* the program first */
	struct dna_worker worker;
	struct dna_watch *watch;
	struct dna_buffer in, out;
	uint64_t heard;              /* when the worker last said something */
	uint64_t losses[LOSSES_MAX]; /* when the last ones were; 0: never */

	uint32_t number;
	struct dna_question *questions, *last; /* in the order of asking */
	char trouble[DNA_REASON_MAX + 1];      /* why there is no worker */
};

static const char unsendable[] = "the question could not be handed to the resolver program";

/* ---- answers ---- */

static void forget(struct dna_question *q)
{
	struct dna_resolver *r = q->resolver;

	if (q->next != NULL)
		q->next->previous = q->previous;
	else
		r->last = q->previous;
	if (q->previous != NULL)
		q->previous->next = q->next;
	else
		r->questions = q->next;
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

	if (q->reason != NULL)
		return;
	q->reason = strdup(reason);
	if (q->reason == NULL || dna_timer_add(&timer, q->resolver->loop, 0, overdue, q) != 0)
		return;
	dna_timer_remove(q->timer);
	q->timer = timer;
}

/* ---- the worker ---- */

static void ready(void *argument, unsigned events);

static void stop(struct dna_resolver *r, char how[DNA_WORKER_HOW])
{
	dna_watch_remove(r->watch);
	r->watch = NULL;
	dna_worker_stop(&r->worker, how);
	dna_buffer_clear(&r->in);
	dna_buffer_clear(&r->out);
}

static bool too_many_losses(const struct dna_resolver *r)
{
	return r->losses[0] != 0 && dna_loop_now() - r->losses[0] < LOSSES_TIME;
}

static int start(struct dna_resolver *r)
{
	if (too_many_losses(r)) {
		snprintf(r->trouble, sizeof(r->trouble),
			 "the resolver program %s failed %d times within %d seconds",
			 r->arguments[0], LOSSES_MAX, LOSSES_TIME / 1000);
		return DNA_E_IO;
	}
	if (dna_worker_start(&r->worker, r->arguments[0], r->arguments) != 0 ||
	    dna_watch_add(&r->watch, r->loop, r->worker.fd, DNA_LOOP_READ, ready, r) != 0) {
		snprintf(r->trouble, sizeof(r->trouble),
			 "the resolver program %s could not be started: %s", r->arguments[0],
			 strerrordesc_np(errno));
		dna_worker_stop(&r->worker, NULL);
		return DNA_E_IO;
	}

	return 0;
}

/* Frames are collected and written when the loop finds that the worker can read. */
static int write_frame(struct dna_resolver *r, const struct dna_frame *frame)
{
	int e = dna_frame_write(&r->out, frame);

	r->out.error = 0; /* nothing was appended: what is there is whole */
	return e != 0 ? e : dna_watch_events(r->watch, DNA_LOOP_READ | DNA_LOOP_WRITE);
}

/* The worker is given nine tenths of the time, so that its own reason for failing arrives within
 * it. */
static int send_question(struct dna_question *q)
{
	uint64_t now = dna_loop_now(), left = q->deadline > now ? q->deadline - now : 0;
	int e;

	q->frame.milliseconds = (uint32_t)(left - left / 10);
	e = write_frame(q->resolver, &q->frame);
	if (e != 0)
		return e;
	q->handed = now;
	q->allowed = q->frame.milliseconds;
	q->sent++;
	return 0;
}

/* Start a worker and ask it everything that has not failed. */
static void start_anew(struct dna_resolver *r)
{
	bool started = false, tried = false;

	for (struct dna_question *q = r->questions; q != NULL; q = q->next) {
		if (q->reason != NULL)
			continue;
		if (!tried)
			started = start(r) == 0;
		tried = true;
		if (!started)
			fail(q, r->trouble);
		else if (send_question(q) != 0)
			fail(q, unsendable);
	}
}

/*
 * The worker hangs or talks nonsense, or, with |how| NULL, has ended. What was asked is asked
 * again, once.
 */
static void lose(struct dna_resolver *r, const char *how)
{
	char reason[DNA_REASON_MAX + 1], ended[DNA_WORKER_HOW];

	stop(r, ended);
	memmove(r->losses, r->losses + 1, sizeof(r->losses) - sizeof(r->losses[0]));
	r->losses[LOSSES_MAX - 1] = dna_loop_now();
	snprintf(reason, sizeof(reason), "the resolver program %s %s while this was asked, twice",
		 r->arguments[0], how != NULL ? how : ended);
	for (struct dna_question *q = r->questions; q != NULL; q = q->next)
		if (q->sent == SENT_MAX)
			fail(q, reason);
	start_anew(r);
}

/* After a fork of the host the worker is the parent's. */
static void own(struct dna_resolver *r)
{
	if (r->worker.fd < 0 || r->worker.owner == getpid())
		return;
	stop(r, NULL);
	for (struct dna_question *q = r->questions; q != NULL; q = q->next)
		q->sent = 0;
	start_anew(r);
}

/* ---- what the worker says ---- */

static struct dna_question *find(const struct dna_resolver *r, uint32_t number)
{
	struct dna_question *q = r->questions;

	while (q != NULL && q->frame.number != number)
		q = q->next;
	return q;
}

static bool fits(const struct dna_question *q, const struct dna_item *first)
{
	if (q->frame.kind == DNA_FRAME_RECORDED)
		return true;
	return dna_name_equal(dna_item_name(first), q->frame.name) &&
	       (dna_item_type(first) == q->frame.type || dna_item_type(first) == DNA_RR_CNAME);
}

/* An answer without a question is one that was cancelled when the answer was on its way. */
static int take_frame(struct dna_resolver *r, const struct dna_frame *frame)
{
	struct dna_question *q = find(r, frame->number);

	if (frame->kind != DNA_FRAME_ANSWER)
		return DNA_E_SYNTAX;
	if (q == NULL || q->reason != NULL)
		return 0;
	if (!fits(q, frame->items[0]))
		return DNA_E_SYNTAX;
	answer(q, frame->items, frame->count);
	return 0;
}

/*
 * A frame is taken out before whoever it answers is told: that one may ask again, or even run the
 * loop.
 */
static void take_frames(struct dna_resolver *r)
{
	struct dna_frame frame;
	size_t size;
	int e;

	do {
		e = dna_frame_read((struct dna_bytes){ r->in.data, r->in.size }, &frame, &size);
		if (e != 0)
			break;
		dna_buffer_consume(&r->in, size);
		e = take_frame(r, &frame);
		dna_frame_clear(&frame);
	} while (e == 0);
	if (e != DNA_E_AGAIN)
		lose(r, "spoke nonsense");
}

/* Read until there is nothing to read at the moment, or no worker. */
static void receive(struct dna_resolver *r)
{
	uint8_t octets[READ_SIZE];

	while (r->worker.fd >= 0) {
		ssize_t size = recv(r->worker.fd, octets, sizeof(octets), MSG_DONTWAIT);

		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size <= 0 || dna_buffer_add(&r->in, octets, (size_t)size) != 0) {
			lose(r, NULL);
			return;
		}
		r->heard = dna_loop_now();
		take_frames(r);
	}
}

/* A worker that cannot be written to any more has ended: reading will show it. */
static void transmit(struct dna_resolver *r)
{
	ssize_t size = send(r->worker.fd, r->out.data, r->out.size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (size > 0)
		dna_buffer_consume(&r->out, (size_t)size);
	else if (errno != EAGAIN && errno != EINTR)
		dna_buffer_clear(&r->out);
	if (r->out.size == 0)
		dna_watch_events(r->watch, DNA_LOOP_READ);
}

static void ready(void *argument, unsigned events)
{
	struct dna_resolver *r = argument;

	own(r);
	if ((events & DNA_LOOP_WRITE) && r->out.size > 0)
		transmit(r);
	if (events & DNA_LOOP_READ)
		receive(r);
}

/* ---- asking ---- */

/*
 * Not a word since this was asked, although the time for it is over: an honest worker would at
 * least have said that it failed.
 */
static bool hangs(const struct dna_question *q)
{
	const struct dna_resolver *r = q->resolver;
	uint64_t now = dna_loop_now();

	return r->worker.fd >= 0 && q->reason == NULL && r->heard < q->handed &&
	       now >= q->handed + q->allowed && now >= q->handed + SILENCE;
}

static void tell_cancelled(struct dna_question *q)
{
	struct dna_resolver *r = q->resolver;
	struct dna_frame frame = { .kind = DNA_FRAME_CANCEL, .number = q->frame.number };

	if (r->worker.fd >= 0 && q->reason == NULL)
		write_frame(r, &frame);
}

static void expire(struct dna_question *q)
{
	bool hanging = hangs(q);
	char reason[DNA_REASON_MAX + 1];

	tell_cancelled(q);
	snprintf(reason, sizeof(reason), "the resolver program did not answer within %llu ms",
		 (unsigned long long)(q->deadline - q->asked));
	q->reason = strdup(reason);
	if (hanging)
		lose(q->resolver, "did not answer");
}

/* The host may have been away for long: what has arrived meanwhile counts. */
static void overdue(void *argument)
{
	struct dna_question *q = argument;
	struct dna_resolver *r = q->resolver;
	uint32_t number = q->frame.number;
	char *reason;

	q->timer = NULL;
	own(r);
	if (q->reason == NULL) {
		receive(r);
		q = find(r, number);
	}
	if (q == NULL)
		return;
	if (q->reason == NULL)
		expire(q);
	reason = q->reason;
	q->reason = NULL;
	answer_failed(q, reason);
	free(reason);
}

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

static void append(struct dna_question *q)
{
	struct dna_resolver *r = q->resolver;

	q->previous = r->last;
	*(r->last == NULL ? &r->questions : &r->last->next) = q;
	r->last = q;
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
	if (e != 0) {
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
	own(r);
	do
		q->frame.number = r->number++;
	while (find(r, q->frame.number) != NULL);
	append(q);
	if (r->worker.fd < 0)
		start_anew(r);
	else if (send_question(q) != 0)
		fail(q, unsendable);
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
	own(r);
	hanging = hangs(q);
	tell_cancelled(q);
	forget(q);
	if (hanging)
		lose(r, "did not answer");
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

int dna_resolver_new(struct dna_resolver **resolver, struct dna_loop *loop,
		     const struct dna_resolver_options *options)
{
	struct dna_resolver *new = calloc(1, sizeof(*new));
	int e;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->loop = loop;
	new->worker = DNA_WORKER_NONE;
	dna_buffer_init(&new->in, 0);
	dna_buffer_init(&new->out, 0);
	e = add_argument(new, options->program);
	if (e == 0)
		e = add_option(new, "--fd", "3");
	if (e == 0 && options->addresses != NULL)
		e = add_addresses(new, options->addresses);
	if (e == 0 && options->trust_anchor != NULL)
		e = add_option(new, "--trust-anchor", options->trust_anchor);
	if (e != 0)
		dna_resolver_free(new);
	else
		*resolver = new;
	return e;
}

void dna_resolver_free(struct dna_resolver *r)
{
	if (r == NULL)
		return;
	stop(r, NULL);
	while (r->questions != NULL)
		forget(r->questions);
	for (size_t i = 0; r->arguments != NULL && r->arguments[i] != NULL; i++)
		free(r->arguments[i]);
	free(r->arguments);
	free(r);
}

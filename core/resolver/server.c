/* Questions and cancels in, answers out. */
#include "resolver/server.h"

#include "evidence/frame.h"
#include "resolver/aside.h"
#include "resolver/result.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE          65536
#define MILLISECONDS_LEAST 1
#define MILLISECONDS_MOST  600000

enum state { WAITING, WAITING_ASIDE, LOOKED_UP, STATES };

struct question {
	uint32_t number; /* the first member: questions are found by it */
	struct dna_server *server;
	struct dna_frame frame;
	size_t size; /* of the frame */
	uint64_t deadline;
	struct dna_timer *late; /* while it waits */
	int64_t now;            /* what it was looked up as of */
	struct dna_lookup *lookup;
	struct dna_aside *aside; /* or this, when it is not about now */
	enum state state;
	struct question *previous, *next; /* in this state */
};

struct list {
	struct question *first, *last;
	size_t count;
};

struct dna_server {
	struct dna_lookups *lookups;
	int fd;
	struct dna_watch *watch;
	bool reading; /* so the watch was told */
	bool stuck;   /* the next frame has to wait until there is room */
	struct dna_buffer input, output;
	void *numbers; /* a tree of all questions */
	struct list lists[STATES];
	size_t size;    /* of all questions */
	size_t asides;  /* that are looked up */
	uint64_t since; /* the last question was answered */
	bool closed;
};

static size_t count_questions(const struct dna_server *s)
{
	size_t count = 0;

	for (int state = 0; state < STATES; state++)
		count += s->lists[state].count;
	return count;
}

static bool is_full(const struct dna_server *s)
{
	return count_questions(s) >= DNA_QUESTIONS_MAX || s->size > DNA_QUESTIONS_SIZE;
}

static void close_down(struct dna_server *s)
{
	dna_watch_remove(s->watch);
	s->watch = NULL;
	s->closed = true;
}

/* ---- Questions ---- */

static void enter(struct question *q, enum state state)
{
	struct list *list = &q->server->lists[state];

	q->state = state;
	q->next = NULL;
	q->previous = list->last;
	*(list->last != NULL ? &list->last->next : &list->first) = q;
	list->last = q;
	list->count++;
}

static void leave(struct question *q)
{
	struct list *list = &q->server->lists[q->state];

	*(q->previous != NULL ? &q->previous->next : &list->first) = q->next;
	*(q->next != NULL ? &q->next->previous : &list->last) = q->previous;
	list->count--;
}

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static struct question *find(const struct dna_server *s, uint32_t number)
{
	struct question **found = tfind(&number, &s->numbers, by_number);

	return found != NULL ? *found : NULL;
}

static bool is_aside(const struct question *q)
{
	return q->frame.kind == DNA_FRAME_RECORDED || q->frame.time != 0;
}

static void question_free(struct question *q)
{
	struct dna_server *s = q->server;

	s->since = dna_loop_now();
	s->asides -= q->state == LOOKED_UP && is_aside(q);
	leave(q);
	tdelete(q, &s->numbers, by_number);
	s->size -= q->size;
	dna_timer_remove(q->late);
	dna_frame_clear(&q->frame);
	free(q);
}

/* It is written at the end of the turn, with all others. */
static void answer_with(void *argument, const struct dna_answer *answers, size_t count,
			const struct dna_message *anchors)
{
	struct question *q = argument;
	struct dna_server *s = q->server;

	/* The items are names and records that were checked: only memory, or room for a client that
	 * does not read, can be missing. */
	if (dna_result_write(&s->output, q->number, answers, count, q->frame.wants, anchors,
			     q->now) != 0)
		close_down(s);
	question_free(q);
}

static void answer(void *argument, const struct dna_answer *answer)
{
	const struct question *q = argument;

	answer_with(argument, answer, 1, q->server->lookups->zones.anchors);
}

/* It never was its turn. */
static void late(void *argument)
{
	struct question *q = argument;
	struct dna_item_init init = { .kind = "dns",
				      .name = q->frame.name[0] != '\0' ? q->frame.name : ".",
				      .type = q->frame.type, /* 0 of what was recorded */
				      .outcome = DNA_FAILED,
				      .security = DNA_INDETERMINATE,
				      .time = time(NULL),
				      .not_after = time(NULL),
				      .reason = "too many questions were asked before" };
	struct dna_answer none = { .count = 0 };

	q->late = NULL;
	if (dna_item_new(&none.items[0], &init) == 0)
		none.count = 1;
	answer(q, &none);
	dna_answer_clear(&none);
}

static int ask(struct dna_server *s, struct dna_frame *frame, size_t size)
{
	uint32_t milliseconds = frame->milliseconds;
	struct question *q;
	int r;

	if (find(s, frame->number) != NULL)
		return DNA_E_SYNTAX;
	q = calloc(1, sizeof(*q));
	if (q == NULL)
		return DNA_E_NOMEM;
	if (milliseconds < MILLISECONDS_LEAST)
		milliseconds = MILLISECONDS_LEAST;
	if (milliseconds > MILLISECONDS_MOST)
		milliseconds = MILLISECONDS_MOST;
	*q = (struct question){ .server = s, .number = frame->number, .size = size };
	q->deadline = dna_loop_now() + milliseconds;
	r = dna_timer_add(&q->late, s->lookups->loop, milliseconds, late, q);
	if (r == 0 && tsearch(q, &s->numbers, by_number) == NULL)
		r = DNA_E_NOMEM;
	if (r != 0) {
		dna_timer_remove(q->late);
		free(q);
		return r;
	}
	q->frame = *frame;
	frame->items = NULL;
	frame->count = 0;
	s->size += size;
	enter(q, is_aside(q) ? WAITING_ASIDE : WAITING);
	return 0;
}

static int begin(struct question *q)
{
	struct dna_lookups *lookups = q->server->lookups;
	uint64_t now = dna_loop_now();

	q->frame.milliseconds =
		q->deadline > now ? (uint32_t)(q->deadline - now) : MILLISECONDS_LEAST;
	q->now = q->frame.time;
	if (is_aside(q))
		return dna_aside_new(&q->aside, lookups, &q->frame, answer_with, q);
	q->now = (int64_t)time(NULL);
	return dna_lookup_new(&q->lookup, lookups, q->frame.name, q->frame.type, q->now,
			      q->frame.milliseconds, answer, q);
}

static int look_up(struct question *q)
{
	int r = begin(q);

	if (r != 0)
		return r;
	dna_timer_remove(q->late);
	q->late = NULL;
	leave(q);
	enter(q, LOOKED_UP);
	q->server->asides += is_aside(q);
	return 0;
}

static void give_up(struct question *q)
{
	dna_lookup_cancel(q->lookup);
	dna_aside_cancel(q->aside);
	question_free(q);
}

/* The answer may have crossed with it; then there is nothing to cancel. */
static void cancel(struct dna_server *s, uint32_t number)
{
	struct question *q = find(s, number);

	if (q != NULL)
		give_up(q);
}

static int take(struct dna_server *s, struct dna_frame *frame, size_t size)
{
	switch (frame->kind) {
	case DNA_FRAME_QUESTION:
	case DNA_FRAME_RECORDED:
		return ask(s, frame, size);
	case DNA_FRAME_CANCEL:
		cancel(s, frame->number);
		return 0;
	case DNA_FRAME_ANSWER:
		break;
	}
	return DNA_E_SYNTAX;
}

/* ---- The socket ---- */

/* A cancel makes room. The kind follows the length. */
static bool needs_room(struct dna_bytes wire)
{
	return wire.size > 4 && wire.data[4] != DNA_FRAME_CANCEL;
}

static void take_frames(struct dna_server *s)
{
	size_t used = 0;
	int r = 0;

	while (r == 0) {
		struct dna_bytes rest = { s->input.data + used, s->input.size - used };
		struct dna_frame frame;
		size_t size;

		s->stuck = is_full(s) && needs_room(rest);
		if (s->stuck)
			break;
		r = dna_frame_read(rest, &frame, &size);
		if (r != 0)
			break;
		used += size;
		r = take(s, &frame, size);
		dna_frame_clear(&frame);
	}
	dna_buffer_consume(&s->input, used);
	if (r != 0 && r != DNA_E_AGAIN)
		close_down(s);
}

static bool would_block(ssize_t size)
{
	return size < 0 && (errno == EAGAIN || errno == EINTR);
}

static void fill(struct dna_server *s)
{
	uint8_t octets[READ_SIZE];
	ssize_t size = recv(s->fd, octets, sizeof(octets), MSG_DONTWAIT);

	if (would_block(size))
		return;
	if (size <= 0 || dna_buffer_add(&s->input, octets, (size_t)size) != 0) {
		close_down(s);
		return;
	}
	take_frames(s);
}

static void flush(struct dna_server *s)
{
	size_t used = 0;

	while (!s->closed && used < s->output.size) {
		ssize_t size = send(s->fd, s->output.data + used, s->output.size - used,
				    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (would_block(size))
			break;
		if (size < 0)
			close_down(s);
		else
			used += (size_t)size;
	}
	dna_buffer_consume(&s->output, used);
}

static void watch_what_matters(struct dna_server *s)
{
	unsigned events;

	s->reading = !s->stuck;
	events = (s->reading ? DNA_LOOP_READ : 0) | (s->output.size > 0 ? DNA_LOOP_WRITE : 0);
	if (dna_watch_events(s->watch, events) != 0)
		close_down(s);
}

static void ready(void *argument, unsigned events)
{
	struct dna_server *s = argument;

	if (!(events & DNA_LOOP_READ))
		return;
	/* There is something to read although it was not waited for: the other side is gone. */
	if (!s->reading)
		close_down(s);
	else
		fill(s);
}

void dna_server_turn(struct dna_server *s)
{
	if (!s->closed && s->output.size > 0)
		flush(s);
	/* What was left unread for want of room. */
	if (!s->closed && s->input.size > 0)
		take_frames(s);
	if (!s->closed)
		watch_what_matters(s);
}

/* Whoever asks has to read first. */
static bool begin_first(struct dna_server *s, enum state state)
{
	struct question *q = s->lists[state].first;

	if (s->closed || q == NULL || s->output.size > DNA_UNREAD_MAX)
		return false;
	if (look_up(q) != 0)
		close_down(s);
	return !s->closed;
}

bool dna_server_begin(struct dna_server *server, size_t most)
{
	return server->lists[LOOKED_UP].count - server->asides < most &&
	       begin_first(server, WAITING);
}

bool dna_server_begin_aside(struct dna_server *server, size_t most)
{
	return server->asides < most && begin_first(server, WAITING_ASIDE);
}

/* ---- The outside ---- */

int dna_server_new(struct dna_server **server, struct dna_lookups *lookups, int fd)
{
	struct dna_server *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->lookups = lookups;
	new->fd = fd;
	new->reading = true;
	new->since = dna_loop_now();
	dna_buffer_init(&new->input, DNA_FRAME_MAX + READ_SIZE);
	dna_buffer_init(&new->output, DNA_UNREAD_END);
	r = dna_watch_add(&new->watch, lookups->loop, fd, DNA_LOOP_READ, ready, new);
	if (r != 0) {
		free(new);
		return r;
	}
	*server = new;
	return 0;
}

void dna_server_free(struct dna_server *server)
{
	if (server == NULL)
		return;
	for (int state = 0; state < STATES; state++)
		while (server->lists[state].first != NULL)
			give_up(server->lists[state].first);
	dna_watch_remove(server->watch);
	close(server->fd);
	dna_buffer_clear(&server->input);
	dna_buffer_clear(&server->output);
	free(server);
}

bool dna_server_closed(const struct dna_server *server)
{
	return server->closed;
}

size_t dna_server_lookups(const struct dna_server *server)
{
	return server->lists[LOOKED_UP].count - server->asides;
}

size_t dna_server_asides(const struct dna_server *server)
{
	return server->asides;
}

bool dna_server_idle(const struct dna_server *server, uint64_t *since)
{
	if (count_questions(server) > 0)
		return false;
	*since = server->since;
	return true;
}

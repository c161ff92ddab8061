/* Questions and cancels in, answers out. */
#include "resolver/server.h"

#include "evidence/frame.h"
#include "resolver/aside.h"
#include "resolver/result.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE 65536
#define OUTPUT_MAX \
	(4L * 1024 * 1024) /* beyond it nothing is read: whoever asks has to read first */
#define MILLISECONDS_LEAST 1
#define MILLISECONDS_MOST  600000

struct question {
	struct dna_server *server;
	uint32_t number;
	int64_t now;
	unsigned wants;
	bool is_aside; /* not about now */
	struct dna_lookup *lookup;
	struct dna_aside *aside;
	struct question *previous, *next;
};

struct dna_server {
	struct dna_lookups *lookups;
	int fd;
	struct dna_watch *watch;
	struct dna_buffer input, output;
	struct question *questions;
	size_t count;
	size_t asides; /* of them */
	bool closed;
};

static bool is_full(const struct dna_server *s)
{
	return s->count >= DNA_QUESTIONS_MAX || s->asides >= DNA_ASIDES_MAX ||
	       s->output.size > OUTPUT_MAX;
}

static void close_down(struct dna_server *s)
{
	dna_watch_remove(s->watch);
	s->watch = NULL;
	s->closed = true;
}

static void watch_what_matters(struct dna_server *s)
{
	unsigned events =
		(is_full(s) ? 0 : DNA_LOOP_READ) | (s->output.size > 0 ? DNA_LOOP_WRITE : 0);

	if (!s->closed && dna_watch_events(s->watch, events) != 0)
		close_down(s);
}

/* ---- Questions ---- */

static void question_free(struct question *q)
{
	struct dna_server *s = q->server;

	*(q->previous != NULL ? &q->previous->next : &s->questions) = q->next;
	if (q->next != NULL)
		q->next->previous = q->previous;
	s->count--;
	s->asides -= q->is_aside;
	free(q);
}

static struct question *find(const struct dna_server *s, uint32_t number)
{
	struct question *q = s->questions;

	while (q != NULL && q->number != number)
		q = q->next;
	return q;
}

static void flush(struct dna_server *s);

static void answer_with(void *argument, const struct dna_answer *answers, size_t count,
			const struct dna_message *anchors)
{
	struct question *q = argument;
	struct dna_server *s = q->server;

	/* The items are names and records that were checked: only memory can be missing. */
	if (dna_result_write(&s->output, q->number, answers, count, q->wants, anchors, q->now) != 0)
		close_down(s);
	question_free(q);
	flush(s);
}

static void answer(void *argument, const struct dna_answer *answer)
{
	const struct question *q = argument;

	answer_with(argument, answer, 1, q->server->lookups->zones.anchors);
}

static int begin(struct question *q, const struct dna_frame *frame)
{
	struct dna_lookups *lookups = q->server->lookups;

	if (q->is_aside)
		return dna_aside_new(&q->aside, lookups, frame, answer_with, q);
	q->now = (int64_t)time(NULL);
	return dna_lookup_new(&q->lookup, lookups, frame->name, frame->type, q->now,
			      frame->milliseconds, answer, q);
}

static int ask(struct dna_server *s, struct dna_frame *frame)
{
	struct question *q;
	int r;

	if (find(s, frame->number) != NULL)
		return DNA_E_SYNTAX;
	q = calloc(1, sizeof(*q));
	if (q == NULL)
		return DNA_E_NOMEM;
	if (frame->milliseconds < MILLISECONDS_LEAST)
		frame->milliseconds = MILLISECONDS_LEAST;
	if (frame->milliseconds > MILLISECONDS_MOST)
		frame->milliseconds = MILLISECONDS_MOST;
	*q = (struct question){ .server = s,
				.number = frame->number,
				.now = frame->time,
				.wants = frame->wants,
				.is_aside = frame->kind == DNA_FRAME_RECORDED || frame->time != 0,
				.next = s->questions };
	r = begin(q, frame);
	if (r != 0) {
		free(q);
		return r;
	}
	if (s->questions != NULL)
		s->questions->previous = q;
	s->questions = q;
	s->count++;
	s->asides += q->is_aside;
	return 0;
}

/* The answer may have crossed with it; then there is nothing to cancel. */
static void cancel(struct dna_server *s, uint32_t number)
{
	struct question *q = find(s, number);

	if (q == NULL)
		return;
	dna_lookup_cancel(q->lookup);
	dna_aside_cancel(q->aside);
	question_free(q);
}

static int take(struct dna_server *s, struct dna_frame *frame)
{
	switch (frame->kind) {
	case DNA_FRAME_QUESTION:
	case DNA_FRAME_RECORDED:
		return ask(s, frame);
	case DNA_FRAME_CANCEL:
		cancel(s, frame->number);
		return 0;
	case DNA_FRAME_ANSWER:
		break;
	}
	return DNA_E_SYNTAX;
}

/* ---- The socket ---- */

static void take_frames(struct dna_server *s)
{
	size_t used = 0;
	int r = 0;

	while (r == 0 && !is_full(s)) {
		struct dna_bytes rest = { s->input.data + used, s->input.size - used };
		struct dna_frame frame;
		size_t size;

		r = dna_frame_read(rest, &frame, &size);
		if (r != 0)
			break;
		used += size;
		r = take(s, &frame);
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
	/* What was left unread for want of room is read now. */
	if (!s->closed && s->input.size > 0 && !is_full(s))
		take_frames(s);
	watch_what_matters(s);
}

static void ready(void *argument, unsigned events)
{
	struct dna_server *s = argument;

	if ((events & DNA_LOOP_READ) && !is_full(s))
		fill(s);
	if (!s->closed)
		flush(s);
}

int dna_server_new(struct dna_server **server, struct dna_lookups *lookups, int fd)
{
	struct dna_server *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->lookups = lookups;
	new->fd = fd;
	dna_buffer_init(&new->input, DNA_FRAME_MAX + READ_SIZE);
	dna_buffer_init(&new->output, 0);
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
	while (server->questions != NULL)
		cancel(server, server->questions->number);
	dna_watch_remove(server->watch);
	dna_buffer_clear(&server->input);
	dna_buffer_clear(&server->output);
	free(server);
}

bool dna_server_closed(const struct dna_server *server)
{
	return server->closed;
}

/* The connection to the resolver program. */
#include "net/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 16384

/*
 * When a program that was lost is started, or connected to, again.
 *
 * At once: questions are waiting. But a program that never answers must not become a storm of
 * processes. So losses are counted from the last answer on. An answer earns the next start;
 * LOSSES_MAX losses without any are too many, and from then on there is one attempt each
 * LOSSES_TIME, until there is an answer. To find the question that a program dies of takes
 * log2(DNA_QUESTIONS_MAX) + 2 losses, and two more when it is shared (resolver.c); what is left is
 * for other such questions that come right after it, before any that can be answered.
 *
 * Those who share a program all see it end at the same moment. If all came back at the same moment,
 * each would see it end again by what only one of them asks. So from the second loss on there is a
 * pause, random and longer each time.
 *
 * One that was there until now and does not listen any more may be on its way back: it is given
 * RETURN_TIME before questions fail for want of it.
 */
#define LOSSES_MAX   20
#define LOSSES_TIME  10000 /* all in milliseconds */
#define PAUSE        20    /* at most, for each loss */
#define RETURN_TIME  3000
#define RETURN_PAUSE 100

/* ---- what it is called ---- */

static void name_it(struct dna_connection *c)
{
	if (c->to.arguments != NULL)
		snprintf(c->name, sizeof(c->name), "the resolver program %s", c->to.arguments[0]);
	else if (c->to.path != NULL)
		snprintf(c->name, sizeof(c->name), "the resolver program at %s", c->to.path);
	else
		snprintf(c->name, sizeof(c->name), "the resolver program at the given socket");
}

static bool is_given(const struct dna_connection *c)
{
	return c->to.arguments == NULL && c->to.path == NULL;
}

/* ---- its end ---- */

static void stop(struct dna_connection *c, char how[DNA_WORKER_HOW])
{
	dna_watch_remove(c->watch);
	c->watch = NULL;
	dna_worker_stop(&c->worker, how);
	dna_buffer_clear(&c->in);
	dna_buffer_clear(&c->out);
}

uint64_t dna_random_below(uint64_t limit)
{
	uint32_t number = 0;

	(void)!getrandom(&number, sizeof(number), GRND_NONBLOCK);
	return number % limit;
}

static void count_loss(struct dna_connection *c, const char *how)
{
	c->lost = dna_loop_now();
	c->losses++;
	c->next = c->lost;
	if (is_given(c)) {
		snprintf(c->trouble, sizeof(c->trouble), "%s %s, and there is no other", c->name,
			 how);
	} else if (c->losses >= LOSSES_MAX) {
		snprintf(c->trouble, sizeof(c->trouble),
			 "%s %s, the last of %u times in a row without an answer", c->name, how,
			 c->losses);
		c->next += LOSSES_TIME;
	} else if (c->to.path != NULL && c->losses > 1) {
		c->next += dna_random_below((uint64_t)PAUSE * c->losses);
	}
}

void dna_connection_lose(struct dna_connection *c, const char *how)
{
	char ended[DNA_WORKER_HOW];

	stop(c, ended);
	if (how == NULL)
		how = ended;
	count_loss(c, how);
	c->calls->lost(c->user, how);
}

void dna_connection_own(struct dna_connection *c)
{
	if (c->worker.fd < 0 || c->worker.owner == getpid())
		return;
	stop(c, NULL);
	if (is_given(c))
		snprintf(c->trouble, sizeof(c->trouble),
			 "%s belongs to the process that this one was forked from", c->name);
	c->calls->lost(c->user, NULL);
}

/* ---- what comes ---- */

/*
 * A frame is taken out before it is acted upon: that may lead to anything, even to a run of the
 * loop.
 */
static void take_frames(struct dna_connection *c)
{
	struct dna_frame frame;
	size_t size;
	int e;

	do {
		e = dna_frame_read((struct dna_bytes){ c->in.data, c->in.size }, &frame, &size);
		if (e != 0)
			break;
		dna_buffer_consume(&c->in, size);
		e = c->calls->frame(c->user, &frame);
		dna_frame_clear(&frame);
		if (e == 0)
			c->losses = 0;
	} while (e == 0);
	if (e != DNA_E_AGAIN)
		dna_connection_lose(c, "spoke nonsense");
}

/* Until there is nothing to read at the moment, or no connection. */
void dna_connection_receive(struct dna_connection *c)
{
	uint8_t octets[READ_SIZE];

	while (c->worker.fd >= 0) {
		ssize_t size = recv(c->worker.fd, octets, sizeof(octets), MSG_DONTWAIT);

		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size <= 0 || dna_buffer_add(&c->in, octets, (size_t)size) != 0) {
			dna_connection_lose(c, NULL);
			return;
		}
		c->heard = dna_loop_now();
		take_frames(c);
	}
}

/* ---- what goes ---- */

/* Frames are collected and written when the loop finds that the program can read. */
int dna_connection_write(struct dna_connection *c, const struct dna_frame *frame)
{
	int e = dna_frame_write(&c->out, frame);

	c->out.error = 0; /* nothing was appended: what is there is whole */
	return e != 0 ? e : dna_watch_events(c->watch, DNA_LOOP_READ | DNA_LOOP_WRITE);
}

/* What cannot be written to any more has ended: reading will show it. */
static void transmit(struct dna_connection *c)
{
	ssize_t size = send(c->worker.fd, c->out.data, c->out.size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (size > 0)
		dna_buffer_consume(&c->out, (size_t)size);
	else if (errno != EAGAIN && errno != EINTR)
		dna_buffer_clear(&c->out);
	if (c->out.size == 0)
		dna_watch_events(c->watch, DNA_LOOP_READ);
}

static void ready(void *argument, unsigned events)
{
	struct dna_connection *c = argument;

	dna_connection_own(c);
	if ((events & DNA_LOOP_WRITE) && c->out.size > 0)
		transmit(c);
	if (events & DNA_LOOP_READ)
		dna_connection_receive(c);
}

/* ---- its beginning ---- */

static void try_again(void *argument)
{
	struct dna_connection *c = argument;

	c->timer = NULL;
	c->calls->again(c->user);
}

static int wait_for(struct dna_connection *c, uint64_t milliseconds)
{
	if (dna_timer_add(&c->timer, c->loop, milliseconds, try_again, c) != 0) {
		snprintf(c->trouble, sizeof(c->trouble), "%s", dna_strerror(DNA_E_NOMEM));
		return DNA_E_NOMEM;
	}
	return DNA_E_AGAIN;
}

static int begin(struct dna_connection *c)
{
	int e = c->to.arguments != NULL
			? dna_worker_start(&c->worker, c->to.arguments[0], c->to.arguments)
			: dna_worker_connect(&c->worker, c->to.path);

	if (e == 0)
		e = dna_watch_add(&c->watch, c->loop, c->worker.fd, DNA_LOOP_READ, ready, c);
	return e;
}

/* Whether what failed by |error| may succeed soon: too many are waiting, or nobody any more. */
static bool may_return(const struct dna_connection *c, int error)
{
	if (c->to.path == NULL)
		return false;
	return error == EAGAIN || ((error == ECONNREFUSED || error == ENOENT) && c->losses > 0 &&
				   dna_loop_now() - c->lost < RETURN_TIME);
}

static int try(struct dna_connection *c)
{
	int error;

	if (begin(c) == 0) {
		c->trouble[0] = '\0';
		return 0;
	}
	error = errno;
	snprintf(c->trouble, sizeof(c->trouble),
		 c->to.path != NULL ? "cannot connect to %s: %s" : "%s could not be started: %s",
		 c->to.path != NULL ? c->to.path : c->name, strerrordesc_np(error));
	dna_worker_stop(&c->worker, NULL);
	return may_return(c, error) ? wait_for(c, RETURN_PAUSE) : DNA_E_IO;
}

int dna_connection_open(struct dna_connection *c)
{
	uint64_t now = dna_loop_now();

	if (c->worker.fd >= 0)
		return 0;
	if (c->timer != NULL)
		return DNA_E_AGAIN;
	if (is_given(c) || (now < c->next && c->losses >= LOSSES_MAX))
		return DNA_E_IO;
	return now < c->next ? wait_for(c, c->next - now) : try(c);
}

int dna_connection_init(struct dna_connection *c, struct dna_loop *loop,
			const struct dna_connection_to *to, const struct dna_connection_user *calls,
			void *user)
{
	int e;

	*c = (struct dna_connection){
		.loop = loop, .to = *to, .calls = calls, .user = user, .worker = DNA_WORKER_NONE
	};
	dna_buffer_init(&c->in, 0);
	dna_buffer_init(&c->out, 0);
	name_it(c);
	if (!is_given(c))
		return 0;
	e = dna_watch_add(&c->watch, loop, to->fd, DNA_LOOP_READ, ready, c);
	if (e == 0)
		c->worker = (struct dna_worker){ .fd = to->fd, .process = -1, .owner = getpid() };
	return e;
}

void dna_connection_clear(struct dna_connection *c)
{
	stop(c, NULL);
	dna_timer_remove(c->timer);
	c->timer = NULL;
}

/*
 * An event loop on epoll, with timers in a heap and a timerfd so that one descriptor stands for
 * all.
 *
 * After a fork of the host both processes hold the same epoll instance and the same timerfd: what
 * one does to them the other feels, and an event would carry a pointer into the other's memory. So
 * every function that touches them first makes sure, in own(), that they are this process's.
 */
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64

struct dna_watch {
	struct dna_loop *loop;
	int fd;
	unsigned events;
	dna_watch_ready *ready;
	void *argument;
	struct dna_watch *next, *previous; /* among the watched, or among the removed */
	bool removed;
};

struct dna_timer {
	struct dna_loop *loop;
	uint64_t when;
	uint64_t order; /* equal deadlines fire in the order in which they were set */
	size_t place;
	dna_timer_due *due;
	void *argument;
};

struct dna_loop {
	pid_t owner; /* the process that |epoll| and |clock| belong to */
	int epoll;
	int clock; /* timerfd, armed for the earliest timer */
	uint64_t armed;
	uint64_t order;
	struct dna_timer **heap;
	size_t count;
	size_t room;
	struct dna_watch *watches;
	struct dna_watch *removed; /* freed when no event in hand can point to them */
	unsigned depth;
};

uint64_t dna_loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint32_t epoll_events(unsigned events)
{
	return ((events & DNA_LOOP_READ) ? (uint32_t)EPOLLIN : 0) |
	       ((events & DNA_LOOP_WRITE) ? (uint32_t)EPOLLOUT : 0);
}

static int control(struct dna_loop *loop, int operation, int fd, unsigned events,
		   struct dna_watch *watch)
{
	struct epoll_event event = { .events = epoll_events(events), .data = { .ptr = watch } };

	return epoll_ctl(loop->epoll, operation, fd, &event) == 0 ? 0 : DNA_E_IO;
}

/* The timerfd fires for the earliest timer; set anew only when that changes. */
static void arm(struct dna_loop *loop)
{
	uint64_t when = loop->count > 0 ? loop->heap[0]->when : 0;
	struct itimerspec spec = { .it_value = { .tv_sec = 0 } };

	if (when == loop->armed)
		return;
	loop->armed = when;
	spec.it_value.tv_sec = (time_t)(when / 1000);
	spec.it_value.tv_nsec = (long)(when % 1000) * 1000000;
	timerfd_settime(loop->clock, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* Descriptors of this process's own under the numbers that the loop has had from the beginning: the
 * host polls them. */
static int renew(struct dna_loop *loop)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	int r = DNA_E_IO;

	if (epoll < 0 || clock < 0 || dup3(epoll, loop->epoll, O_CLOEXEC) < 0 ||
	    dup3(clock, loop->clock, O_CLOEXEC) < 0)
		goto out;
	r = control(loop, EPOLL_CTL_ADD, loop->clock, DNA_LOOP_READ, NULL);
	if (r != 0)
		goto out;
	/* What the child has closed already cannot be watched, and nothing is lost by that. */
	for (struct dna_watch *w = loop->watches; w != NULL; w = w->next)
		control(loop, EPOLL_CTL_ADD, w->fd, w->events, w);
	loop->owner = getpid();
	loop->armed = 0;
	arm(loop);
out:
	if (epoll >= 0)
		close(epoll);
	if (clock >= 0)
		close(clock);
	return r;
}

static int own(struct dna_loop *loop)
{
	return loop->owner == getpid() ? 0 : renew(loop);
}

int dna_loop_new(struct dna_loop **loop)
{
	struct dna_loop *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->owner = getpid();
	new->clock = -1;
	new->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (new->epoll >= 0)
		new->clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (new->clock < 0 || control(new, EPOLL_CTL_ADD, new->clock, DNA_LOOP_READ, NULL) != 0) {
		dna_loop_free(new);
		return DNA_E_IO;
	}
	*loop = new;
	return 0;
}

static void free_watches(struct dna_watch *watch)
{
	while (watch != NULL) {
		struct dna_watch *next = watch->next;

		free(watch);
		watch = next;
	}
}

static void bury(struct dna_loop *loop)
{
	free_watches(loop->removed);
	loop->removed = NULL;
}

void dna_loop_free(struct dna_loop *loop)
{
	if (loop == NULL)
		return;
	bury(loop);
	free_watches(loop->watches);
	for (size_t i = 0; i < loop->count; i++)
		free(loop->heap[i]);
	free(loop->heap);
	if (loop->clock >= 0)
		close(loop->clock);
	if (loop->epoll >= 0)
		close(loop->epoll);
	free(loop);
}

int dna_loop_fd(const struct dna_loop *loop)
{
	return loop->epoll;
}

/* ---- timers ---- */

static bool before(const struct dna_timer *a, const struct dna_timer *b)
{
	return a->when != b->when ? a->when < b->when : a->order < b->order;
}

static void put(struct dna_loop *loop, size_t place, struct dna_timer *timer)
{
	loop->heap[place] = timer;
	timer->place = place;
}

static void rise(struct dna_loop *loop, struct dna_timer *timer)
{
	size_t place = timer->place;

	while (place > 0 && before(timer, loop->heap[(place - 1) / 2])) {
		put(loop, place, loop->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(loop, place, timer);
}

static void sink(struct dna_loop *loop, struct dna_timer *timer)
{
	size_t place = timer->place;

	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= loop->count)
			break;
		if (child + 1 < loop->count && before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!before(loop->heap[child], timer))
			break;
		put(loop, place, loop->heap[child]);
		place = child;
	}
	put(loop, place, timer);
}

int dna_timer_add(struct dna_timer **timer, struct dna_loop *loop, uint64_t milliseconds,
		  dna_timer_due *due, void *argument)
{
	uint64_t now = dna_loop_now();
	struct dna_timer *new;

	if (own(loop) != 0)
		return DNA_E_IO;
	if (loop->count == loop->room) {
		size_t room = loop->room == 0 ? 16 : loop->room * 2;
		struct dna_timer **heap = realloc(loop->heap, room * sizeof(struct dna_timer *));

		if (heap == NULL)
			return DNA_E_NOMEM;
		loop->heap = heap;
		loop->room = room;
	}
	new = malloc(sizeof(*new));
	if (new == NULL)
		return DNA_E_NOMEM;
	*new = (struct dna_timer){ .loop = loop,
				   .when = milliseconds < UINT64_MAX - now ? now + milliseconds
									   : UINT64_MAX,
				   .order = loop->order++,
				   .place = loop->count,
				   .due = due,
				   .argument = argument };
	loop->count++;
	rise(loop, new);
	arm(loop);
	*timer = new;
	return 0;
}

void dna_timer_remove(struct dna_timer *timer)
{
	struct dna_loop *loop;
	struct dna_timer *last;

	if (timer == NULL)
		return;
	loop = timer->loop;
	last = loop->heap[--loop->count];
	if (last != timer) {
		last->place = timer->place;
		rise(loop, last);
		sink(loop, last);
	}
	free(timer);
	if (own(loop) == 0)
		arm(loop);
}

static void fire(struct dna_loop *loop)
{
	uint64_t now = dna_loop_now();
	uint64_t expirations;

	if (read(loop->clock, &expirations, sizeof(expirations)) > 0)
		loop->armed = 0;
	while (loop->count > 0 && loop->heap[0]->when <= now) {
		struct dna_timer *timer = loop->heap[0];
		dna_timer_due *due = timer->due;
		void *argument = timer->argument;

		dna_timer_remove(timer);
		due(argument);
	}
	arm(loop);
}

/* ---- descriptors ---- */

static void link_watch(struct dna_watch **list, struct dna_watch *watch)
{
	watch->previous = NULL;
	watch->next = *list;
	if (*list != NULL)
		(*list)->previous = watch;
	*list = watch;
}

static void unlink_watch(struct dna_watch **list, struct dna_watch *watch)
{
	if (watch->next != NULL)
		watch->next->previous = watch->previous;
	if (watch->previous != NULL)
		watch->previous->next = watch->next;
	else
		*list = watch->next;
}

int dna_watch_add(struct dna_watch **watch, struct dna_loop *loop, int fd, unsigned events,
		  dna_watch_ready *ready, void *argument)
{
	struct dna_watch *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	*new = (struct dna_watch){
		.loop = loop, .fd = fd, .events = events, .ready = ready, .argument = argument
	};
	if (own(loop) != 0 || control(loop, EPOLL_CTL_ADD, fd, events, new) != 0) {
		free(new);
		return DNA_E_IO;
	}
	link_watch(&loop->watches, new);
	*watch = new;
	return 0;
}

int dna_watch_events(struct dna_watch *watch, unsigned events)
{
	int r = own(watch->loop);

	if (r == 0 && events != watch->events)
		r = control(watch->loop, EPOLL_CTL_MOD, watch->fd, events, watch);
	if (r == 0)
		watch->events = events;
	return r;
}

void dna_watch_remove(struct dna_watch *watch)
{
	struct dna_loop *loop;

	if (watch == NULL)
		return;
	loop = watch->loop;
	if (own(loop) == 0)
		control(loop, EPOLL_CTL_DEL, watch->fd, 0, NULL);
	unlink_watch(&loop->watches, watch);
	link_watch(&loop->removed, watch);
	watch->removed = true;
	if (loop->depth == 0)
		bury(loop);
}

static unsigned ready_events(uint32_t events)
{
	unsigned ready = 0;

	/* An error or a hang-up shows itself to whoever reads or writes next. */
	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		ready |= DNA_LOOP_READ;
	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		ready |= DNA_LOOP_WRITE;
	return ready;
}

int dna_loop_run(struct dna_loop *loop, int milliseconds)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int count;

	if (own(loop) != 0)
		return DNA_E_IO;
	count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, milliseconds);
	if (count < 0)
		return errno == EINTR ? 0 : DNA_E_IO;
	loop->depth++;
	for (int i = 0; i < count; i++) {
		struct dna_watch *watch = events[i].data.ptr;

		if (watch == NULL)
			fire(loop);
		else if (!watch->removed)
			watch->ready(watch->argument, ready_events(events[i].events));
	}
	if (--loop->depth == 0)
		bury(loop);
	return 0;
}

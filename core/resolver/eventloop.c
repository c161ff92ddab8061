/*
 * getdns' events on our loop. As a stub over TCP getdns has one event on the connection's
 * descriptor; all its other events are timeouts. So an event is at most one watch and one timer.
 */
#include "resolver/eventloop.h"

#include <stdlib.h>

#define NEVER UINT64_MAX

struct event {
	getdns_eventloop_event *of_getdns;
	struct dna_watch *watch;
	struct dna_timer *timer;
};

/*
 * One callback for each time: the first may take the event away. Writing goes first; our window
 * bounds how much there is to write, and what there is to read comes up again.
 */
static void ready(void *argument, unsigned events)
{
	struct event *event = argument;
	getdns_eventloop_event *e = event->of_getdns;

	if ((events & DNA_LOOP_WRITE) && e->write_cb != NULL)
		e->write_cb(e->userarg);
	else if ((events & DNA_LOOP_READ) && e->read_cb != NULL)
		e->read_cb(e->userarg);
}

static void due(void *argument)
{
	struct event *event = argument;
	getdns_eventloop_event *e = event->of_getdns;

	event->timer = NULL;
	e->timeout_cb(e->userarg);
}

static getdns_return_t clear(getdns_eventloop *base, getdns_eventloop_event *e)
{
	struct event *event = e->ev;

	(void)base;
	if (event == NULL)
		return GETDNS_RETURN_GOOD;
	dna_watch_remove(event->watch);
	dna_timer_remove(event->timer);
	free(event);
	e->ev = NULL;
	return GETDNS_RETURN_GOOD;
}

static getdns_return_t schedule(getdns_eventloop *base, int fd, uint64_t timeout,
				getdns_eventloop_event *e)
{
	struct dna_loop *loop = ((struct dna_eventloop *)base)->loop;
	unsigned events = (e->read_cb != NULL ? DNA_LOOP_READ : 0) |
			  (e->write_cb != NULL ? DNA_LOOP_WRITE : 0);
	struct event *event = calloc(1, sizeof(*event));
	int r = 0;

	if (event == NULL)
		return GETDNS_RETURN_MEMORY_ERROR;
	event->of_getdns = e;
	e->ev = event;
	if (fd >= 0 && events != 0)
		r = dna_watch_add(&event->watch, loop, fd, events, ready, event);
	if (r == 0 && timeout != NEVER && e->timeout_cb != NULL)
		r = dna_timer_add(&event->timer, loop, timeout, due, event);
	if (r == 0)
		return GETDNS_RETURN_GOOD;
	clear(base, e);
	return GETDNS_RETURN_GENERIC_ERROR;
}

/* getdns never runs the loop itself when it is only asked asynchronously. */
static void run(getdns_eventloop *base)
{
	(void)base;
}

static void run_once(getdns_eventloop *base, int blocking)
{
	(void)base;
	(void)blocking;
}

static void cleanup(getdns_eventloop *base)
{
	(void)base;
}

void dna_eventloop_init(struct dna_eventloop *eventloop, struct dna_loop *loop)
{
	static getdns_eventloop_vmt methods = { cleanup, schedule, clear, run, run_once };

	*eventloop = (struct dna_eventloop){ .base = { .vmt = &methods }, .loop = loop };
}

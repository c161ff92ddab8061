/*
 * Transport: which resolver is asked what, and what becomes of a query when that fails.
 *
 * A query is queued until the window has room, then in flight at a resolver. A reply that carries
 * its id and its question ends it; other messages are dropped, be they replies to what was
 * cancelled. When an attempt comes to nothing it waits among the failed for pump(), which attempts
 * it anew or gives it up; so nobody is called in the middle of a loop over queries.
 */
#include "resolver/upstream.h"

#include "resolver/connection.h"
#include "resolver/ids.h"
#include "resolver/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPT_MILLISECONDS 4000 /* at most, when there can be another attempt */
#define IDLE_MILLISECONDS    10000
#define SWEEP_MILLISECONDS   10 /* at least, between two looks at what is overdue */
#define NEVER                UINT64_MAX

/* Why an attempt came to nothing. */
enum failure {
	UNREACHABLE, /* nobody accepts a connection */
	CLOSED,      /* the connection ended before the reply came */
	SILENT,      /* nothing came in time */
	USELESS,     /* a reply came, and whoever asked wants another one */
	STUCK        /* the query could not be sent */
};

struct list {
	struct dna_query *first, *last;
};

struct resolver {
	struct dna_upstream *upstream;
	struct dna_address address;
	struct dna_connection *connection; /* NULL: there is none */
	struct list in_flight;
	struct dna_ids ids; /* of what is in flight */
	uint64_t owing;     /* since when it has said nothing, while a reply is due; 0: none is */
	uint64_t used;      /* when it was asked last */
	bool spoke;         /* on this connection */
};

struct dna_query {
	struct dna_id id;
	struct dna_upstream *upstream;
	uint64_t deadline;
	dna_query_done *done;
	void *argument;

	struct list *list; /* that it is in; NULL: |done| has it in hand */
	struct dna_query *previous, *next;
	struct resolver *resolver; /* that is asked, or was last; NULL: none was */
	size_t tried;              /* how many were */
	bool repeated;             /* this one is asked for the second time */
	bool useful;               /* the reply is */
	uint64_t asked, due;       /* the attempt: when it began, and when it is over */
	enum failure failure;
	int error; /* errno */
	struct dna_request request;
};

struct dna_upstream {
	struct dna_loop *loop;
	struct resolver resolvers[DNA_RESOLVERS_MAX];
	size_t count;
	bool trust_ad;
	struct resolver *preferred;
	struct list queued, failed;
	unsigned in_flight;
	struct dna_timer *pump, *sweep;
	uint64_t wake; /* when |sweep| is due */
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- Lists ---- */

static void enter(struct dna_query *q, struct list *list)
{
	q->list = list;
	q->next = NULL;
	q->previous = list->last;
	*(list->last != NULL ? &list->last->next : &list->first) = q;
	list->last = q;
}

static void leave(struct dna_query *q)
{
	*(q->previous != NULL ? &q->previous->next : &q->list->first) = q->next;
	*(q->next != NULL ? &q->next->previous : &q->list->last) = q->previous;
	q->list = NULL;
}

/* ---- Timers ---- */

static void pump(void *argument);
static void sweep(void *argument);

/* Without memory for a timer the next query that is asked pumps. */
static void pump_soon(struct dna_upstream *u)
{
	if (u->pump == NULL && dna_timer_add(&u->pump, u->loop, 0, pump, u) != 0)
		u->pump = NULL;
}

/* Sweep at |when|, if not before. */
static void wake_by(struct dna_upstream *u, uint64_t when)
{
	uint64_t now;

	if (when == NEVER || (u->sweep != NULL && u->wake <= when))
		return;
	dna_timer_remove(u->sweep);
	now = dna_loop_now();
	if (when < now + SWEEP_MILLISECONDS)
		when = now + SWEEP_MILLISECONDS;
	u->wake = when;
	if (dna_timer_add(&u->sweep, u->loop, when - now, sweep, u) != 0)
		u->sweep = NULL;
}

/* ---- What is in flight ---- */

static void launch(struct dna_query *q)
{
	enter(q, &q->resolver->in_flight);
	q->upstream->in_flight++;
}

static void land(struct dna_query *q)
{
	dna_ids_remove(&q->resolver->ids, &q->id);
	leave(q);
	q->upstream->in_flight--;
	if (q->upstream->queued.first != NULL)
		pump_soon(q->upstream);
}

static bool is_in_flight(const struct dna_query *q)
{
	return q->resolver != NULL && q->list == &q->resolver->in_flight;
}

/* ---- Failing ---- */

static void fail(struct dna_query *q, enum failure failure, int error)
{
	if (is_in_flight(q))
		land(q);
	else if (q->list != NULL)
		leave(q);
	q->failure = failure;
	q->error = error;
	enter(q, &q->upstream->failed);
	pump_soon(q->upstream);
}

static struct resolver *next_of(const struct resolver *resolver)
{
	struct dna_upstream *u = resolver->upstream;
	size_t index = (size_t)(resolver - u->resolvers);

	return &u->resolvers[(index + 1) % u->count];
}

/*
 * The connection has ended or is given up. Queries that are still to come are not for this resolver
 * unless it merely closed a connection that it had served.
 */
static void lose(struct resolver *resolver, enum failure failure, int error)
{
	struct dna_upstream *u = resolver->upstream;

	while (resolver->in_flight.first != NULL)
		fail(resolver->in_flight.first, failure, error);
	dna_connection_free(resolver->connection);
	resolver->connection = NULL;
	if (u->preferred == resolver && (failure != CLOSED || !resolver->spoke))
		u->preferred = next_of(resolver);
}

static void lost(void *argument, bool connected, int error)
{
	lose(argument, connected ? CLOSED : UNREACHABLE, error);
}

static bool has_untried(const struct dna_query *q)
{
	return q->tried < q->upstream->count;
}

/*
 * Whether there is another attempt after a failed one, and at which resolver. A connection that was
 * closed, or lost somewhere on the way, says nothing of the resolver: that one is asked once more.
 */
static bool choose_again(struct dna_query *q)
{
	bool same = q->failure == CLOSED || (q->failure == SILENT && !has_untried(q));

	if (q->resolver == NULL || dna_loop_now() >= q->deadline)
		return false;
	if (same && !q->repeated) {
		q->repeated = true;
		return true;
	}
	if (!has_untried(q))
		return false;
	q->resolver = next_of(q->resolver);
	q->tried++;
	q->repeated = false;
	return true;
}

static void explain(const struct dna_query *q, char *why, size_t size)
{
	const char *address = q->resolver != NULL ? q->resolver->address.text : "";

	if (q->resolver == NULL) {
		snprintf(why, size, "too many other questions were asked before");
		return;
	}
	switch (q->failure) {
	case UNREACHABLE:
		snprintf(why, size, "%s cannot be reached over TCP (%s)", address,
			 strerrordesc_np(q->error));
		break;
	case CLOSED:
		snprintf(why, size, "the connection to %s ended (%s)", address,
			 q->error != 0 ? strerrordesc_np(q->error) : "closed by the resolver");
		break;
	case SILENT:
		snprintf(why, size, "%s did not answer within %llu ms", address,
			 (unsigned long long)(dna_loop_now() - q->asked));
		break;
	case USELESS:
		snprintf(why, size, "the reply of %s is of no use, and no time is left", address);
		break;
	case STUCK:
		snprintf(why, size, "%s cannot be asked", address);
		break;
	}
}

/* ---- Asking ---- */

static void deliver(struct dna_query *q, struct dna_bytes wire, const char *why)
{
	q->useful = wire.size > 0;
	q->done(q->argument, wire, why);
	if (q->useful)
		q->upstream->preferred = q->resolver;
	if (q->list == NULL)
		free(q);
}

static void received(void *argument, struct dna_bytes message)
{
	struct resolver *resolver = argument;
	uint16_t id = (uint16_t)(message.data[0] << 8 | message.data[1]);
	struct dna_query *q = (struct dna_query *)dna_ids_find(&resolver->ids, id);
	bool answered = q != NULL && dna_request_answered(&q->request, message);

	if (answered)
		land(q);
	resolver->spoke = true;
	resolver->owing = resolver->in_flight.first != NULL ? dna_loop_now() : 0;
	if (answered)
		deliver(q, message, "");
}

static int connect_to(struct resolver *resolver)
{
	resolver->spoke = false;
	resolver->owing = 0;
	return dna_connection_new(&resolver->connection, resolver->upstream->loop,
				  &resolver->address, received, lost, resolver);
}

static int send_to(struct dna_query *q)
{
	struct dna_bytes wire = { q->request.octets, q->request.size };
	int r = dna_ids_add(&q->resolver->ids, &q->id);

	if (r != 0)
		return r;
	dna_request_number(&q->request, q->id.number);
	r = dna_connection_send(q->resolver->connection, wire);
	if (r != 0)
		dna_ids_remove(&q->resolver->ids, &q->id);
	return r;
}

/* Ask q->resolver. What fails at once has failed as well as what fails later. */
static void attempt(struct dna_query *q)
{
	struct dna_upstream *u = q->upstream;
	struct resolver *resolver = q->resolver;

	q->asked = dna_loop_now();
	q->due = has_untried(q) ? least(q->asked + ATTEMPT_MILLISECONDS, q->deadline) : q->deadline;
	if (resolver->connection == NULL && connect_to(resolver) != 0) {
		fail(q, UNREACHABLE, errno);
		return;
	}
	if (send_to(q) != 0) {
		fail(q, STUCK, 0);
		return;
	}
	leave(q);
	launch(q);
	resolver->used = q->asked;
	if (resolver->owing == 0)
		resolver->owing = q->asked;
	wake_by(u, least(q->due, resolver->owing + ATTEMPT_MILLISECONDS));
}

static void conclude(struct dna_query *q)
{
	char why[DNA_ADDRESS_TEXT + 128];

	if (choose_again(q)) {
		attempt(q);
		return;
	}
	leave(q);
	explain(q, why, sizeof(why));
	deliver(q, (struct dna_bytes){ NULL, 0 }, why);
}

static void begin(struct dna_query *q)
{
	q->resolver = q->upstream->preferred;
	q->tried = 1;
	attempt(q);
}

/* What failed goes first: it has had a place in the window. */
static void pump(void *argument)
{
	struct dna_upstream *u = argument;

	u->pump = NULL;
	for (;;) {
		if (u->failed.first != NULL)
			conclude(u->failed.first);
		else if (u->queued.first != NULL && u->in_flight < DNA_IN_FLIGHT_MAX)
			begin(u->queued.first);
		else
			break;
	}
	for (size_t i = 0; i < u->count; i++)
		if (u->resolvers[i].connection != NULL)
			dna_connection_flush(u->resolvers[i].connection);
}

/* ---- Deadlines ---- */

/* Fail what is overdue; when the next of the rest will be. */
static uint64_t sweep_list(struct list *list, uint64_t now)
{
	uint64_t soonest = NEVER;

	for (struct dna_query *q = list->first, *next; q != NULL; q = next) {
		next = q->next;
		if (q->due <= now)
			fail(q, SILENT, 0);
		else
			soonest = least(soonest, q->due);
	}
	return soonest;
}

/* Whether somebody can try again elsewhere, or on another connection; a last attempt alone waits. */
static bool is_expendable(const struct resolver *resolver)
{
	const struct dna_query *q = resolver->in_flight.first;

	while (q != NULL && !has_untried(q) && q->repeated)
		q = q->next;
	return q != NULL || resolver->in_flight.first == NULL;
}

/* When a connection that says nothing, or is not used, is given up. */
static uint64_t connection_due(const struct resolver *resolver)
{
	if (resolver->connection == NULL)
		return NEVER;
	if (resolver->owing != 0)
		return is_expendable(resolver) ? resolver->owing + ATTEMPT_MILLISECONDS : NEVER;
	return resolver->used + IDLE_MILLISECONDS;
}

static uint64_t sweep_connection(struct resolver *resolver, uint64_t now)
{
	uint64_t due = connection_due(resolver);

	if (due > now)
		return due;
	lose(resolver, resolver->owing != 0 ? SILENT : CLOSED, 0);
	return NEVER;
}

static void sweep(void *argument)
{
	struct dna_upstream *u = argument;
	uint64_t now = dna_loop_now(), soonest;

	u->sweep = NULL;
	soonest = sweep_list(&u->queued, now);
	for (size_t i = 0; i < u->count; i++) {
		soonest = least(soonest, sweep_list(&u->resolvers[i].in_flight, now));
		soonest = least(soonest, sweep_connection(&u->resolvers[i], now));
	}
	wake_by(u, soonest);
}

/* ---- The outside ---- */

int dna_upstream_new(struct dna_upstream **upstream, struct dna_loop *loop,
		     const struct dna_address *addresses, size_t count, bool trust_ad)
{
	struct dna_upstream *new;

	if (count == 0 || count > DNA_RESOLVERS_MAX)
		return DNA_E_INVALID;
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return DNA_E_NOMEM;
	new->loop = loop;
	new->count = count;
	new->trust_ad = trust_ad;
	new->preferred = new->resolvers;
	for (size_t i = 0; i < count; i++) {
		new->resolvers[i].upstream = new;
		new->resolvers[i].address = addresses[i];
	}
	*upstream = new;
	return 0;
}

static void cancel_all(struct list *list)
{
	while (list->first != NULL)
		dna_query_cancel(list->first);
}

void dna_upstream_free(struct dna_upstream *upstream)
{
	if (upstream == NULL)
		return;
	cancel_all(&upstream->queued);
	cancel_all(&upstream->failed);
	for (size_t i = 0; i < upstream->count; i++) {
		cancel_all(&upstream->resolvers[i].in_flight);
		dna_connection_free(upstream->resolvers[i].connection);
	}
	dna_timer_remove(upstream->pump);
	dna_timer_remove(upstream->sweep);
	free(upstream);
}

int dna_upstream_ask(struct dna_upstream *upstream, const struct dna_dname *name, uint16_t type,
		     uint64_t milliseconds, dna_query_done *done, void *argument,
		     struct dna_query **query)
{
	struct dna_query *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->upstream = upstream;
	new->deadline = new->due = dna_loop_now() + milliseconds;
	new->done = done;
	new->argument = argument;
	dna_request_write(&new->request, name, type, upstream->trust_ad);
	enter(new, &upstream->queued);
	pump_soon(upstream);
	wake_by(upstream, new->due);
	*query = new;
	return 0;
}

void dna_query_cancel(struct dna_query *query)
{
	if (query == NULL)
		return;
	if (is_in_flight(query))
		land(query);
	else
		leave(query);
	free(query);
}

bool dna_query_retry(struct dna_query *query)
{
	query->useful = false;
	if (!has_untried(query) || dna_loop_now() >= query->deadline)
		return false;
	fail(query, USELESS, 0);
	return true;
}

/*
 * Transport, by getdns as a stub.
 *
 * What is true of getdns 1.6.0, read in its source and measured:
 * - It parses each reply into a dictionary before it calls back, and there is no way to have the
 * octets without that. So its parser meets unchecked octets here, and what protects against that is
 * that this is a process of its own, and a resolver nearby that encodes its replies anew. The wire
 * check protects everything after.
 * - It uses memory after freeing it when its own timeouts or limits strike. So its timeout is far
 * away, deadlines are ours, by getdns_cancel_callback(), and so is the window.
 * - Its callbacks come in the middle of its loops over a failed connection. So they only note what
 *   happened; everything else is done from a timer, by pump().
 * - It never asks for trust anchors unless a dnssec_* extension is set. None is.
 */
#include "resolver/upstream.h"

#include "resolver/eventloop.h"
#include "resolver/message.h"

#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MILLISECONDS    10000
#define GETDNS_MILLISECONDS  600000
#define ATTEMPT_MILLISECONDS 4000 /* at most, when there can be another attempt */
#define HEADER_SIZE          12

/* A context is one connection. One that went silent is retired: what it still owes it may deliver.
 */
struct connection {
	getdns_context *context;
	struct dna_eventloop eventloop;
	unsigned in_flight;
	bool retired;
	uint64_t heard; /* when a reply came last */
	struct connection *next;
};

struct resolver {
	struct dna_address address;
	struct connection *connection;
};

enum state { QUEUED, ASKED, FINISHED };

struct dna_query {
	struct dna_upstream *upstream;
	char name[DNA_DNAME_TEXT];
	uint16_t type;
	uint64_t deadline;
	dna_query_done *done;
	void *argument;

	enum state state;
	size_t resolver; /* which is asked, or was last */
	size_t tried;    /* how many were */
	struct connection *connection;
	getdns_transaction_t transaction;
	uint64_t asked;
	struct dna_timer *timer;
	struct dna_buffer reply;
	char why[DNA_ADDRESS_TEXT + 64];
	struct dna_query *previous, *next; /* of all in this state */
};

struct list {
	struct dna_query *first, *last;
};

struct dna_upstream {
	struct dna_loop *loop;
	struct resolver resolvers[DNA_RESOLVERS_MAX];
	size_t count;
	size_t preferred;
	unsigned in_flight;
	getdns_dict *extensions;
	struct connection *connections;
	struct list lists[3]; /* by state */
	struct dna_timer *pump;
};

/* ---- Lists ---- */

static void enter(struct dna_query *q, enum state state)
{
	struct list *list = &q->upstream->lists[state];

	q->state = state;
	q->next = NULL;
	q->previous = list->last;
	*(list->last != NULL ? &list->last->next : &list->first) = q;
	list->last = q;
}

static void leave(struct dna_query *q)
{
	struct list *list = &q->upstream->lists[q->state];

	*(q->previous != NULL ? &q->previous->next : &list->first) = q->next;
	*(q->next != NULL ? &q->next->previous : &list->last) = q->previous;
}

static void move(struct dna_query *q, enum state state)
{
	leave(q);
	enter(q, state);
}

static void pump(void *argument);

static void pump_soon(struct dna_upstream *u)
{
	/* Without memory for a timer the next query that ends pumps. */
	if (u->pump == NULL && dna_timer_add(&u->pump, u->loop, 0, pump, u) != 0)
		u->pump = NULL;
}

/* ---- Connections ---- */

static int set_resolver(getdns_context *context, const struct dna_address *address)
{
	getdns_bindata data = { address->size, (uint8_t *)(uintptr_t)address->octets };
	getdns_list *list = getdns_list_create();
	getdns_dict *dict = getdns_dict_create();
	int r = DNA_E_NOMEM;

	if (list == NULL || dict == NULL ||
	    getdns_dict_util_set_string(dict, "address_type",
					address->size == 4 ? "IPv4" : "IPv6") !=
		    GETDNS_RETURN_GOOD ||
	    getdns_dict_set_bindata(dict, "address_data", &data) != GETDNS_RETURN_GOOD ||
	    getdns_dict_set_int(dict, "port", address->port) != GETDNS_RETURN_GOOD ||
	    (address->zone[0] != '\0' &&
	     getdns_dict_util_set_string(dict, "scope_id", address->zone) != GETDNS_RETURN_GOOD) ||
	    getdns_list_set_dict(list, 0, dict) != GETDNS_RETURN_GOOD ||
	    getdns_context_set_upstream_recursive_servers(context, list) != GETDNS_RETURN_GOOD)
		goto out;
	r = 0;
out:
	getdns_dict_destroy(dict);
	getdns_list_destroy(list);
	return r;
}

/* Settings that getdns takes without complaint, or the context is of no use. */
static int configure(struct connection *c, const struct dna_address *address)
{
	getdns_namespace_t names[] = { GETDNS_NAMESPACE_DNS };
	getdns_transport_list_t transports[] = { GETDNS_TRANSPORT_TCP };
	getdns_context *context = c->context;

	if (getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB) != 0 ||
	    getdns_context_set_namespaces(context, 1, names) != 0 ||
	    getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER) != 0 ||
	    getdns_context_set_dns_transport_list(context, 1, transports) != 0 ||
	    getdns_context_set_idle_timeout(context, IDLE_MILLISECONDS) != 0 ||
	    getdns_context_set_timeout(context, GETDNS_MILLISECONDS) != 0 ||
	    /* Should it ever want to write a file: nowhere. */
	    getdns_context_set_appdata_dir(context, "/proc") != 0 ||
	    getdns_context_set_eventloop(context, &c->eventloop.base) != 0)
		return DNA_E_NOMEM;
	return set_resolver(context, address);
}

static int connection_new(struct connection **connection, struct dna_upstream *u,
			  const struct dna_address *address)
{
	struct connection *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	dna_eventloop_init(&new->eventloop, u->loop);
	if (getdns_context_create(&new->context, 0) != GETDNS_RETURN_GOOD ||
	    configure(new, address) != 0) {
		getdns_context_destroy(new->context);
		free(new);
		return DNA_E_NOMEM;
	}
	new->next = u->connections;
	u->connections = new;
	*connection = new;
	return 0;
}

static void retire(struct dna_upstream *u, struct connection *connection)
{
	connection->retired = true;
	for (size_t i = 0; i < u->count; i++)
		if (u->resolvers[i].connection == connection)
			u->resolvers[i].connection = NULL;
}

static void free_retired(struct dna_upstream *u)
{
	struct connection **place = &u->connections;

	while (*place != NULL) {
		struct connection *c = *place;

		if (!c->retired || c->in_flight > 0) {
			place = &c->next;
			continue;
		}
		*place = c->next;
		getdns_context_destroy(c->context);
		free(c);
	}
}

/* ---- Attempts ---- */

static void attempt_over(struct dna_query *q)
{
	dna_timer_remove(q->timer);
	q->timer = NULL;
	q->connection->in_flight--;
	q->upstream->in_flight--;
	move(q, FINISHED);
	pump_soon(q->upstream);
}

static void keep_reply(struct dna_query *q, const getdns_dict *response)
{
	getdns_bindata *wire;

	if (response == NULL ||
	    getdns_dict_get_bindata(response, "/replies_full/0", &wire) != GETDNS_RETURN_GOOD ||
	    wire->size < HEADER_SIZE)
		return;
	dna_buffer_add(&q->reply, wire->data, wire->size);
	q->connection->heard = dna_loop_now();
}

static void answered(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
		     void *argument, getdns_transaction_t transaction)
{
	struct dna_query *q = argument;

	(void)context;
	(void)transaction;
	if (type != GETDNS_CALLBACK_CANCEL) {
		keep_reply(q, response);
		snprintf(q->why, sizeof(q->why), "%s cannot be reached over TCP",
			 q->upstream->resolvers[q->resolver].address.text);
		attempt_over(q);
	}
	getdns_dict_destroy(response);
}

/* A connection on which nothing came since the question went out is not used again. */
static void timed_out(void *argument)
{
	struct dna_query *q = argument;
	struct connection *connection = q->connection;

	q->timer = NULL;
	getdns_cancel_callback(connection->context, q->transaction);
	snprintf(q->why, sizeof(q->why), "%s did not answer within %llu ms",
		 q->upstream->resolvers[q->resolver].address.text,
		 (unsigned long long)(dna_loop_now() - q->asked));
	if (connection->heard < q->asked)
		retire(q->upstream, connection);
	attempt_over(q);
}

/*
 * How often the resolvers are asked: each once; a lone one again when nothing came back, because a
 * connection that was idle may have been closed, or lost, in the meantime.
 */
static size_t attempts_of(const struct dna_query *q)
{
	size_t count = q->upstream->count;

	return count == 1 && q->reply.size == 0 ? 2 : count;
}

static uint64_t attempt_time(const struct dna_query *q, uint64_t now)
{
	uint64_t left = q->deadline > now ? q->deadline - now : 0;

	if (q->tried + 1 < attempts_of(q) && left > ATTEMPT_MILLISECONDS)
		left = ATTEMPT_MILLISECONDS;
	return left;
}

/* The next resolver is asked. When that is impossible at once the attempt is over at once. */
static void attempt(struct dna_query *q)
{
	struct dna_upstream *u = q->upstream;
	struct resolver *resolver = &u->resolvers[q->resolver];

	dna_buffer_clear(&q->reply);
	q->asked = dna_loop_now();
	if ((resolver->connection == NULL &&
	     connection_new(&resolver->connection, u, &resolver->address) != 0) ||
	    dna_timer_add(&q->timer, u->loop, attempt_time(q, q->asked), timed_out, q) != 0) {
		snprintf(q->why, sizeof(q->why), "out of memory");
		move(q, FINISHED);
		pump_soon(u);
		return;
	}
	q->tried++;
	q->connection = resolver->connection;
	q->connection->in_flight++;
	u->in_flight++;
	move(q, ASKED);
	if (getdns_general(q->connection->context, q->name, q->type, u->extensions, q,
			   &q->transaction, answered) != GETDNS_RETURN_GOOD &&
	    q->state == ASKED) {
		snprintf(q->why, sizeof(q->why), "%s cannot be asked", resolver->address.text);
		attempt_over(q);
	}
}

static void query_free(struct dna_query *q)
{
	leave(q);
	dna_timer_remove(q->timer);
	dna_buffer_clear(&q->reply);
	free(q);
}

/* Whether the reply says something about the question, not only about who was asked. */
static bool helpful(const struct dna_query *q)
{
	uint8_t rcode;

	if (q->reply.size < HEADER_SIZE)
		return false;
	rcode = q->reply.data[3] & 0xf;
	return rcode == DNA_RCODE_NOERROR || rcode == DNA_RCODE_NXDOMAIN;
}

static void deliver(struct dna_query *q)
{
	struct dna_bytes wire = { q->reply.data, q->reply.size };
	struct dna_buffer reply = q->reply;
	dna_query_done *done = q->done;
	void *argument = q->argument;
	char why[sizeof(q->why)];

	memcpy(why, q->why, sizeof(why));
	dna_buffer_init(&q->reply, 0);
	query_free(q);
	done(argument, wire, why);
	dna_buffer_clear(&reply);
}

/*
 * An attempt is over: deliver, or go to the next resolver, which the other queries then begin with.
 */
static void conclude(struct dna_query *q)
{
	struct dna_upstream *u = q->upstream;

	if (helpful(q) || q->tried >= attempts_of(q) || dna_loop_now() >= q->deadline) {
		deliver(q);
		return;
	}
	if (q->reply.size == 0 && u->preferred == q->resolver)
		u->preferred = (q->resolver + 1) % u->count;
	q->resolver = (q->resolver + 1) % u->count;
	attempt(q);
}

static void pump(void *argument)
{
	struct dna_upstream *u = argument;

	u->pump = NULL;
	while (u->lists[FINISHED].first != NULL)
		conclude(u->lists[FINISHED].first);
	while (u->lists[QUEUED].first != NULL && u->in_flight < DNA_IN_FLIGHT_MAX) {
		struct dna_query *q = u->lists[QUEUED].first;

		q->resolver = u->preferred;
		attempt(q);
	}
	free_retired(u);
}

/* ---- The outside ---- */

int dna_upstream_new(struct dna_upstream **upstream, struct dna_loop *loop,
		     const struct dna_address *addresses, size_t count)
{
	struct dna_upstream *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	if (count == 0 || count > DNA_RESOLVERS_MAX) {
		free(new);
		return DNA_E_INVALID;
	}
	new->loop = loop;
	new->count = count;
	for (size_t i = 0; i < count; i++)
		new->resolvers[i].address = addresses[i];
	new->extensions = getdns_dict_create();
	if (new->extensions == NULL ||
	    getdns_dict_set_int(new->extensions, "/header/cd", 1) != GETDNS_RETURN_GOOD ||
	    getdns_dict_set_int(new->extensions, "/add_opt_parameters/do_bit", 1) !=
		    GETDNS_RETURN_GOOD) {
		dna_upstream_free(new);
		return DNA_E_NOMEM;
	}
	*upstream = new;
	return 0;
}

void dna_upstream_free(struct dna_upstream *upstream)
{
	if (upstream == NULL)
		return;
	for (size_t i = 0; i < 3; i++)
		while (upstream->lists[i].first != NULL)
			dna_query_cancel(upstream->lists[i].first);
	while (upstream->connections != NULL) {
		retire(upstream, upstream->connections);
		free_retired(upstream);
	}
	dna_timer_remove(upstream->pump);
	getdns_dict_destroy(upstream->extensions);
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
	dna_dname_text(name, new->name);
	new->type = type;
	new->deadline = dna_loop_now() + milliseconds;
	new->done = done;
	new->argument = argument;
	dna_buffer_init(&new->reply, DNA_MESSAGE_MAX);
	enter(new, QUEUED);
	pump_soon(upstream);
	*query = new;
	return 0;
}

void dna_query_cancel(struct dna_query *query)
{
	if (query == NULL)
		return;
	if (query->state == ASKED) {
		getdns_cancel_callback(query->connection->context, query->transaction);
		query->connection->in_flight--;
		query->upstream->in_flight--;
		pump_soon(query->upstream);
	}
	query_free(query);
}

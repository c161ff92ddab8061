/* Everybody who is served. */
#include "resolver/clients.h"

#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAUSE 200  /* milliseconds without accepting, after that failed */
#define IDLE  1000 /* milliseconds without a question, before a client has to make room */

struct dna_clients {
	struct dna_lookups *lookups;
	struct dna_server *servers[DNA_CLIENTS_MAX];
	size_t count, most;
	int fd; /* listened on; -1: none */
	struct dna_watch *watch;
	struct dna_timer *pause;
};

int dna_clients_new(struct dna_clients **clients, struct dna_lookups *lookups, size_t most)
{
	struct dna_clients *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->lookups = lookups;
	new->most = most < DNA_CLIENTS_MAX ? most : DNA_CLIENTS_MAX;
	new->fd = -1;
	*clients = new;
	return 0;
}

void dna_clients_free(struct dna_clients *c)
{
	if (c == NULL)
		return;
	while (c->count > 0)
		dna_server_free(c->servers[--c->count]);
	dna_watch_remove(c->watch);
	dna_timer_remove(c->pause);
	free(c);
}

/* ---- Who comes and goes ---- */

int dna_clients_add(struct dna_clients *c, int fd)
{
	int r = c->count < c->most ? dna_server_new(&c->servers[c->count], c->lookups, fd)
				   : DNA_E_LIMIT;

	if (r == 0)
		c->count++;
	return r;
}

static void pause_over(void *argument)
{
	struct dna_clients *c = argument;

	c->pause = NULL;
}

/* Who has had nothing to ask for longest; NULL: nobody, or not for long. */
static struct dna_server **find_idle(struct dna_clients *c)
{
	struct dna_server **idle = NULL;
	uint64_t least = dna_loop_now() - IDLE, since;

	for (size_t i = 0; i < c->count; i++) {
		if (!dna_server_idle(c->servers[i], &since) || since >= least)
			continue;
		idle = &c->servers[i];
		least = since;
	}
	return idle;
}

static void send_away(struct dna_clients *c, struct dna_server **server)
{
	dna_server_free(*server);
	*server = c->servers[--c->count];
}

/* Whoever is sent away connects again with the next question. */
static bool has_room(struct dna_clients *c)
{
	return c->count < c->most || find_idle(c) != NULL;
}

static void make_room(struct dna_clients *c)
{
	if (c->count == c->most)
		send_away(c, find_idle(c));
}

/*
 * Whoever cannot be accepted waits in the queue of the socket, which stays readable: without
 * descriptors or memory it is left alone for a while.
 */
static void come(void *argument, unsigned events)
{
	struct dna_clients *c = argument;

	(void)events;
	while (has_room(c)) {
		int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
			return;
		if (fd >= 0)
			make_room(c);
		if (fd < 0 || dna_clients_add(c, fd) != 0) {
			if (fd >= 0)
				close(fd);
			/* Without memory even for that it is tried again at once. */
			(void)dna_timer_add(&c->pause, c->lookups->loop, PAUSE, pause_over, c);
			return;
		}
	}
}

int dna_clients_listen(struct dna_clients *c, int fd)
{
	int r = dna_watch_add(&c->watch, c->lookups->loop, fd, DNA_LOOP_READ, come, c);

	if (r == 0)
		c->fd = fd;
	return r;
}

static void part(struct dna_clients *c)
{
	for (size_t i = c->count; i-- > 0;)
		if (dna_server_closed(c->servers[i]))
			send_away(c, &c->servers[i]);
}

/* ---- Turns ---- */

/*
 * Nobody may have more lookups than there is room left for others. So one client alone gets half of
 * them, two greedy ones a third each, and whoever comes finds room.
 */
static void share_out(struct dna_clients *c, size_t most,
		      size_t count(const struct dna_server *server),
		      bool begin(struct dna_server *server, size_t most))
{
	size_t left = most;
	bool begun;

	for (size_t i = 0; i < c->count; i++)
		left -= count(c->servers[i]);
	do {
		begun = false;
		for (size_t i = 0; i < c->count; i++) {
			if (!begin(c->servers[i], left))
				continue;
			left--;
			begun = true;
		}
	} while (begun);
}

bool dna_clients_turn(void *argument)
{
	struct dna_clients *c = argument;

	for (size_t i = 0; i < c->count; i++)
		dna_server_turn(c->servers[i]);
	part(c);
	share_out(c, DNA_LOOKUPS_MAX, dna_server_lookups, dna_server_begin);
	share_out(c, DNA_ASIDES_MAX, dna_server_asides, dna_server_begin_aside);
	if (c->fd >= 0)
		dna_watch_events(c->watch, has_room(c) && c->pause == NULL ? DNA_LOOP_READ : 0);
	return c->fd >= 0 || c->count > 0;
}

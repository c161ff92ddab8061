/* Everybody who is served. */
#include "resolver/clients.h"

#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAUSE 200 /* milliseconds without accepting, after that failed */

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

/*
 * Whoever cannot be accepted waits in the queue of the socket, which stays readable: without
 * descriptors or memory it is left alone for a while.
 */
static void come(void *argument, unsigned events)
{
	struct dna_clients *c = argument;

	(void)events;
	while (c->count < c->most) {
		int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
			return;
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
	for (size_t i = c->count; i-- > 0;) {
		if (!dna_server_closed(c->servers[i]))
			continue;
		dna_server_free(c->servers[i]);
		c->servers[i] = c->servers[--c->count];
	}
}

/* ---- Turns ---- */

/*
 * Nobody may have more lookups than there is room left for others. So one client alone gets half of
 * them, two greedy ones a third each, and whoever comes finds room.
 */
static void begin_lookups(struct dna_clients *c)
{
	size_t left = DNA_LOOKUPS_MAX;
	bool begun;

	for (size_t i = 0; i < c->count; i++)
		left -= dna_server_lookups(c->servers[i]);
	do {
		begun = false;
		for (size_t i = 0; i < c->count; i++) {
			if (!dna_server_begin(c->servers[i], left))
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
	begin_lookups(c);
	if (c->fd >= 0)
		dna_watch_events(c->watch,
				 c->count < c->most && c->pause == NULL ? DNA_LOOP_READ : 0);
	return c->fd >= 0 || c->count > 0;
}

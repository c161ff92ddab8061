/* Octets to and from a resolver. */
#include "resolver/connection.h"

#include "base/buffer.h"
#include "resolver/wirecheck.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LENGTH     2
#define INPUT_SIZE (128 * 1024) /* at least one message of any length, and many short ones */
#define OUTPUT_MAX (128 * 1024) /* what fits into the window twice */

struct dna_connection {
	int fd;
	struct dna_watch *watch;
	bool connected;
	dna_connection_received *received;
	dna_connection_lost *lost;
	void *argument;
	struct dna_buffer output;
	size_t size; /* of the input */
	uint8_t input[INPUT_SIZE];
};

/* ---- Beginning and end ---- */

static socklen_t write_ipv4(struct sockaddr_storage *storage, const struct dna_address *address)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET, .sin_port = htons(address->port) };

	memcpy(&ipv4.sin_addr, address->octets, sizeof(ipv4.sin_addr));
	memcpy(storage, &ipv4, sizeof(ipv4));
	return sizeof(ipv4);
}

static socklen_t write_ipv6(struct sockaddr_storage *storage, const struct dna_address *address)
{
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_port = htons(address->port) };

	memcpy(&ipv6.sin6_addr, address->octets, sizeof(ipv6.sin6_addr));
	ipv6.sin6_scope_id = if_nametoindex(address->zone);
	if (ipv6.sin6_scope_id == 0)
		ipv6.sin6_scope_id = (uint32_t)strtoul(address->zone, NULL, 10);
	memcpy(storage, &ipv6, sizeof(ipv6));
	return sizeof(ipv6);
}

/* Queries go out as they come: each is a message of its own, and nobody gains by waiting. */
static int begin(int fd, const struct dna_address *address)
{
	struct sockaddr_storage storage;
	socklen_t size =
		address->size == 4 ? write_ipv4(&storage, address) : write_ipv6(&storage, address);
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&storage, size) != 0 && errno != EINPROGRESS)
		return DNA_E_IO;
	return 0;
}

static void ready(void *argument, unsigned events);

int dna_connection_new(struct dna_connection **connection, struct dna_loop *loop,
		       const struct dna_address *address, dna_connection_received *received,
		       dna_connection_lost *lost, void *argument)
{
	struct dna_connection *new = malloc(sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->watch = NULL;
	new->connected = false;
	new->received = received;
	new->lost = lost;
	new->argument = argument;
	new->size = 0;
	dna_buffer_init(&new->output, 0);
	new->fd = socket(address->size == 4 ? AF_INET : AF_INET6,
			 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	r = new->fd < 0 ? DNA_E_IO : begin(new->fd, address);
	if (r == 0)
		r = dna_watch_add(&new->watch, loop, new->fd, DNA_LOOP_WRITE, ready, new);
	if (r != 0) {
		int error = errno;

		dna_connection_free(new);
		errno = error;
		return r;
	}
	*connection = new;
	return 0;
}

void dna_connection_free(struct dna_connection *connection)
{
	if (connection == NULL)
		return;
	dna_watch_remove(connection->watch);
	if (connection->fd >= 0)
		close(connection->fd);
	dna_buffer_clear(&connection->output);
	free(connection);
}

/* ---- Out ---- */

int dna_connection_send(struct dna_connection *connection, struct dna_bytes message)
{
	struct dna_buffer *output = &connection->output;
	size_t before = output->size;

	if (before + LENGTH + message.size > OUTPUT_MAX)
		return DNA_E_LIMIT;
	dna_buffer_u16(output, (uint16_t)message.size);
	if (dna_buffer_add(output, message.data, message.size) != 0) {
		output->size = before;
		output->error = 0;
		return DNA_E_NOMEM;
	}
	return 0;
}

static bool would_block(ssize_t size)
{
	return size < 0 && (errno == EAGAIN || errno == EINTR);
}

/* What cannot be written to any more is lost: reading will show it. */
void dna_connection_flush(struct dna_connection *connection)
{
	struct dna_buffer *output = &connection->output;
	ssize_t size;

	if (!connection->connected || output->size == 0)
		return;
	size = send(connection->fd, output->data, output->size, MSG_NOSIGNAL);
	if (!would_block(size))
		dna_buffer_consume(output, size < 0 ? output->size : (size_t)size);
	dna_watch_events(connection->watch,
			 DNA_LOOP_READ | (output->size > 0 ? DNA_LOOP_WRITE : 0));
}

/* ---- In ---- */

/* Hand over the whole messages that are there. False: this is not DNS. */
static bool take_messages(struct dna_connection *c)
{
	size_t at = 0;

	while (c->size - at >= LENGTH) {
		const uint8_t *message = c->input + at + LENGTH;
		size_t size = (size_t)c->input[at] << 8 | c->input[at + 1];

		if (size < DNA_WIRE_HEADER)
			return false;
		if (c->size - at - LENGTH < size)
			break;
		c->received(c->argument, (struct dna_bytes){ message, size });
		at += LENGTH + size;
	}
	c->size -= at;
	if (at > 0)
		memmove(c->input, c->input + at, c->size);
	return true;
}

/*
 * Resolvers that leave Nagle's algorithm on, as Unbound does, hold back the second of two replies
 * until the first one is acknowledged: 40 ms, unless that is done at once. It holds for the next
 * segment only, and has to be said again.
 */
static void acknowledge_at_once(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

static void receive(struct dna_connection *c)
{
	ssize_t size = recv(c->fd, c->input + c->size, sizeof(c->input) - c->size, 0);

	if (would_block(size))
		return;
	if (size <= 0) {
		c->lost(c->argument, true, size < 0 ? errno : 0);
		return;
	}
	acknowledge_at_once(c->fd);
	c->size += (size_t)size;
	if (!take_messages(c))
		c->lost(c->argument, true, EPROTO);
}

/* The attempt to connect has ended in one way or the other. */
static void connected(struct dna_connection *c)
{
	int error = 0;
	socklen_t size = sizeof(error);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0) {
		c->lost(c->argument, false, error);
		return;
	}
	c->connected = true;
	dna_watch_events(c->watch, DNA_LOOP_READ);
	dna_connection_flush(c);
}

static void ready(void *argument, unsigned events)
{
	struct dna_connection *c = argument;

	if (!c->connected) {
		connected(c);
		return;
	}
	if (events & DNA_LOOP_WRITE)
		dna_connection_flush(c);
	if (events & DNA_LOOP_READ)
		receive(c);
}

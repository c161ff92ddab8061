/* DNS servers over TCP on this machine, each a thread that does as one test wants. */
#ifndef DNA_TESTS_RESOLVER_TCP_H
#define DNA_TESTS_RESOLVER_TCP_H

#include "base/address.h"

#include <pthread.h>
#include <stdatomic.h>

struct server;

/* Serve one connection, the |number|th one from 0; it is closed afterwards. */
typedef void serve_function(struct server *server, int fd, unsigned number);

struct server {
	struct dna_address address;
	atomic_uint connections, received, ended;
	const void *argument; /* for |serve| */
	/* the rest is the server's own */
	serve_function *serve;
	pthread_t thread;
	int fd;
};

/* At |port|, or at any that is free: 0. */
void server_start(struct server *server, uint16_t port, serve_function *serve);
/* Waits for the end of a connection that is served: its client should be gone. */
void server_stop(struct server *server);
/* An address where nobody listens. */
struct dna_address nobody(void);

/* A message as it came or is to go, without its length. */
struct message {
	size_t size;
	uint8_t octets[512];
};

/* False: the connection is closed. */
bool receive_query(struct server *server, int fd, struct message *query);
void send_message(int fd, const struct message *message);

#define FLAG_AA 0x0400
#define FLAG_TC 0x0200
/* The reply to |query|, without records; |flags|: of the header, besides those that each has. */
struct message reply_to(const struct message *query, uint16_t flags);

/* Serve with plain replies. */
void serve_honestly(struct server *server, int fd, unsigned number);
/* Serve with plain replies that have the flag AA. */
void serve_with_authority(struct server *server, int fd, unsigned number);
/* Read and say nothing. */
void serve_silently(struct server *server, int fd, unsigned number);

#endif

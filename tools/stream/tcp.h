/* The TCP connection: addresses in their order until one answers. */
#ifndef DNA_TOOLS_STREAM_TCP_H
#define DNA_TOOLS_STREAM_TCP_H

#include "base/buffer.h"

#include <sys/socket.h>

#define DNA_TCP_PATIENCE 3000 /* milliseconds for one address while there are others */

struct dna_tcp {
	char **addresses;
	size_t count;
	size_t current; /* the address that is being tried, or that answered */
	uint16_t port;
	int fd;
	int result; /* DNA_E_AGAIN until it is known */
	uint64_t started;
	uint64_t deadline; /* of the address that is being tried */
	struct dna_buffer complaints;
};

int dna_tcp_init(struct dna_tcp *tcp, const char *const *addresses, size_t count, uint16_t port);
void dna_tcp_clear(struct dna_tcp *tcp);

/* Returns 0 when connected; DNA_E_AGAIN: poll dna_tcp_fd() for writing until dna_tcp_deadline();
 * DNA_E_IO: no address is left. */
int dna_tcp_process(struct dna_tcp *tcp, uint64_t now, uint64_t last_deadline);

/* -1 and UINT64_MAX once nothing is awaited: a socket that is connected is always ready. */
int dna_tcp_fd(const struct dna_tcp *tcp);
uint64_t dna_tcp_deadline(const struct dna_tcp *tcp);

/* The connected socket, which becomes the caller's. */
int dna_tcp_take(struct dna_tcp *tcp);
/* The address that is being tried, or that answered; NULL: there is none. */
const char *dna_tcp_current(const struct dna_tcp *tcp);
/* Why none of those that were tried could be reached; NULL: none was tried. */
const char *dna_tcp_complaint(const struct dna_tcp *tcp);

/*
 * To be called when something was read. A peer with Nagle's algorithm, as Prosody has unless told
 * otherwise, holds back the second of two things that it says until the first is acknowledged,
 * which the system does 40 ms later at need. It holds for what has come, and has to be said again.
 */
void dna_tcp_acknowledge(int fd);

/* An address as text, with a port; its size, or 0: it is none. */
socklen_t dna_tcp_address(const char *text, uint16_t port, struct sockaddr_storage *storage);

/* "3", "0.5": milliseconds as seconds, for messages. Returns |text|. */
#define DNA_SECONDS_TEXT 32
const char *dna_seconds_write(uint64_t milliseconds, char text[DNA_SECONDS_TEXT]);

#endif

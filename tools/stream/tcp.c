/* The TCP connection: addresses in their order until one answers. */
#include "stream/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COMPLAINTS_MAX 1024

int dna_tcp_init(struct dna_tcp *tcp, const char *const *addresses, size_t count, uint16_t port)
{
	*tcp = (struct dna_tcp){ .port = port, .fd = -1, .result = DNA_E_AGAIN };
	dna_buffer_init(&tcp->complaints, COMPLAINTS_MAX);
	tcp->addresses = calloc(count + 1, sizeof(char *));
	if (tcp->addresses == NULL)
		return DNA_E_NOMEM;
	for (; tcp->count < count; tcp->count++) {
		tcp->addresses[tcp->count] = strdup(addresses[tcp->count]);
		if (tcp->addresses[tcp->count] == NULL)
			return DNA_E_NOMEM;
	}
	return 0;
}

void dna_tcp_clear(struct dna_tcp *tcp)
{
	if (tcp->fd >= 0)
		close(tcp->fd);
	tcp->fd = -1;
	for (size_t i = 0; i < tcp->count; i++)
		free(tcp->addresses[i]);
	free(tcp->addresses);
	tcp->addresses = NULL;
	tcp->count = 0;
	dna_buffer_clear(&tcp->complaints);
}

int dna_tcp_fd(const struct dna_tcp *tcp)
{
	return tcp->result == DNA_E_AGAIN ? tcp->fd : -1;
}

uint64_t dna_tcp_deadline(const struct dna_tcp *tcp)
{
	return tcp->result == DNA_E_AGAIN ? tcp->deadline : UINT64_MAX;
}

int dna_tcp_take(struct dna_tcp *tcp)
{
	int fd = tcp->fd;

	tcp->fd = -1;
	return fd;
}

const char *dna_tcp_current(const struct dna_tcp *tcp)
{
	return tcp->current < tcp->count ? tcp->addresses[tcp->current] : NULL;
}

const char *dna_tcp_complaint(const struct dna_tcp *tcp)
{
	return tcp->complaints.size > 0 ? (const char *)tcp->complaints.data : NULL;
}

socklen_t dna_tcp_address(const char *text, uint16_t port, struct sockaddr_storage *storage)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;

	memset(storage, 0, sizeof(*storage));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return sizeof(*v6);
	}
	errno = EINVAL;
	return 0;
}

void dna_tcp_acknowledge(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
}

/* Begin to connect to the current address: 0, DNA_E_AGAIN, or DNA_E_IO with errno. */
static int begin(struct dna_tcp *tcp)
{
	struct sockaddr_storage address;
	socklen_t size = dna_tcp_address(tcp->addresses[tcp->current], tcp->port, &address);
	int one = 1;

	if (size == 0)
		return DNA_E_IO;
	tcp->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (tcp->fd < 0)
		return DNA_E_IO;
	setsockopt(tcp->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(tcp->fd, (struct sockaddr *)&address, size) == 0)
		return 0;
	return errno == EINPROGRESS ? DNA_E_AGAIN : DNA_E_IO;
}

/* What came of it: 0, DNA_E_AGAIN, or DNA_E_IO with errno. */
static int outcome(const struct dna_tcp *tcp)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	int error = 0;
	socklen_t error_size = sizeof(error);

	getsockopt(tcp->fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
	if (error != 0) {
		errno = error;
		return DNA_E_IO;
	}
	return getpeername(tcp->fd, (struct sockaddr *)&peer, &size) == 0 ? 0 : DNA_E_AGAIN;
}

static void complain(struct dna_tcp *tcp, const char *what)
{
	if (tcp->complaints.size > 0)
		dna_buffer_text(&tcp->complaints, "; ");
	if (tcp->count > 1)
		dna_buffer_format(&tcp->complaints, "%s: ", tcp->addresses[tcp->current]);
	dna_buffer_text(&tcp->complaints, what);
}

static void give_up_address(struct dna_tcp *tcp, const char *what)
{
	complain(tcp, what);
	if (tcp->fd >= 0)
		close(tcp->fd);
	tcp->fd = -1;
	tcp->current++;
}

const char *dna_seconds_write(uint64_t milliseconds, char text[DNA_SECONDS_TEXT])
{
	uint64_t tenths = (milliseconds + 50) / 100;

	if (tenths % 10 == 0)
		snprintf(text, DNA_SECONDS_TEXT, "%" PRIu64, tenths / 10);
	else
		snprintf(text, DNA_SECONDS_TEXT, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
	return text;
}

static int begin_at(struct dna_tcp *tcp, uint64_t now, uint64_t last_deadline)
{
	uint64_t patience = now + DNA_TCP_PATIENCE;
	bool last = tcp->current + 1 == tcp->count;

	tcp->started = now;
	tcp->deadline = last || patience > last_deadline ? last_deadline : patience;
	return begin(tcp);
}

static int try_addresses(struct dna_tcp *tcp, uint64_t now, uint64_t last_deadline)
{
	char what[64], seconds[DNA_SECONDS_TEXT];
	int r;

	while (tcp->current < tcp->count) {
		r = tcp->fd < 0 ? begin_at(tcp, now, last_deadline) : outcome(tcp);
		if (r == 0)
			return 0;
		if (r != DNA_E_AGAIN) {
			give_up_address(tcp, strerror(errno));
			continue;
		}
		if (now < tcp->deadline)
			return DNA_E_AGAIN;
		snprintf(what, sizeof(what), "no answer within %s s",
			 dna_seconds_write(now - tcp->started, seconds));
		give_up_address(tcp, what);
		if (now >= last_deadline)
			break;
	}
	return DNA_E_IO;
}

int dna_tcp_process(struct dna_tcp *tcp, uint64_t now, uint64_t last_deadline)
{
	if (tcp->result == DNA_E_AGAIN)
		tcp->result = try_addresses(tcp, now, last_deadline);
	return tcp->result;
}

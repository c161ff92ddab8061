/* Listening, accepting, and what a DNS message is made of. */
#include "tcp.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 12

/* ---- Servers ---- */

static void *run(void *argument)
{
	struct server *server = argument;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		server->serve(server, fd, server->connections++);
		close(fd);
		server->ended++;
	}
	return NULL;
}

static int listen_at(uint16_t port, struct dna_address *address)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(ipv4);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	char text[32];

	cr_assert_geq(fd, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	cr_assert_eq(bind(fd, (struct sockaddr *)&ipv4, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&ipv4, &size), 0);
	snprintf(text, sizeof(text), "127.0.0.1:%u", ntohs(ipv4.sin_port));
	cr_assert_eq(dna_address_read(address, text), 0);
	return fd;
}

void server_start(struct server *server, uint16_t port, serve_function *serve)
{
	server->serve = serve;
	server->fd = listen_at(port, &server->address);
	cr_assert_eq(listen(server->fd, 16), 0);
	cr_assert_eq(pthread_create(&server->thread, NULL, run, server), 0);
}

void server_stop(struct server *server)
{
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
}

struct dna_address nobody(void)
{
	struct dna_address address;

	close(listen_at(0, &address));
	return address;
}

/* ---- Messages ---- */

static bool receive_all(int fd, void *octets, size_t size)
{
	return recv(fd, octets, size, MSG_WAITALL) == (ssize_t)size;
}

bool receive_query(struct server *server, int fd, struct message *query)
{
	uint8_t length[2];

	if (!receive_all(fd, length, sizeof(length)))
		return false;
	query->size = (size_t)length[0] << 8 | length[1];
	if (query->size > sizeof(query->octets) || !receive_all(fd, query->octets, query->size))
		return false;
	server->received++;
	return true;
}

void send_message(int fd, const struct message *message)
{
	uint8_t octets[2 + sizeof(message->octets)] = { (uint8_t)(message->size >> 8),
							(uint8_t)message->size };

	memcpy(octets + 2, message->octets, message->size);
	send(fd, octets, 2 + message->size, MSG_NOSIGNAL);
}

struct message reply_to(const struct message *query, uint16_t flags)
{
	struct message reply = { .size = HEADER };

	memcpy(reply.octets, query->octets, HEADER);
	while (query->octets[reply.size] != 0)
		reply.size += query->octets[reply.size] + 1u;
	reply.size += 5;
	memcpy(reply.octets + HEADER, query->octets + HEADER, reply.size - HEADER);
	reply.octets[2] = (uint8_t)(0x81 | flags >> 8);
	reply.octets[3] = (uint8_t)(0x80 | flags);
	reply.octets[11] = 0; /* no OPT */
	return reply;
}

/* ---- Behaviour ---- */

static void serve_with(struct server *server, int fd, uint16_t flags)
{
	struct message query, reply;

	while (receive_query(server, fd, &query)) {
		reply = reply_to(&query, flags);
		send_message(fd, &reply);
	}
}

void serve_honestly(struct server *server, int fd, unsigned number)
{
	(void)number;
	serve_with(server, fd, 0);
}

void serve_with_authority(struct server *server, int fd, unsigned number)
{
	(void)number;
	serve_with(server, fd, FLAG_AA);
}

void serve_silently(struct server *server, int fd, unsigned number)
{
	struct message query;

	(void)number;
	while (receive_query(server, fd, &query))
		;
}

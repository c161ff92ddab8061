/* A resolver for dna-resolver to ask. */
#include "servfail.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void reply(int fd)
{
	uint8_t size[2], query[512];
	size_t length;

	if (recv(fd, size, 2, MSG_WAITALL) != 2)
		_exit(0);
	length = (size_t)(size[0] << 8 | size[1]);
	if (length > sizeof(query) || recv(fd, query, length, MSG_WAITALL) != (ssize_t)length)
		_exit(0);
	if (memcmp(query + 13, "silent", 6) == 0)
		return;
	if (memcmp(query + 13, "held", 4) == 0 && access(getenv("DNA_TEST_GATE"), F_OK) != 0)
		return;
	query[2] = 0x81;
	query[3] = 0x82;
	memset(query + 6, 0, 6);
	length = 12 + strlen((char *)query + 12) + 5;
	size[0] = (uint8_t)(length >> 8);
	size[1] = (uint8_t)length;
	if (send(fd, size, 2, MSG_MORE | MSG_NOSIGNAL) != 2 ||
	    send(fd, query, length, MSG_NOSIGNAL) != (ssize_t)length)
		_exit(0);
}

/* A process for each connection; they end with it, or with the test. */
static void answer_queries(int listener)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				reply(fd);
		}
		close(fd);
	}
}

void servfail_start(struct servfail *u)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(fd, 64), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(u->address, sizeof(u->address), "127.0.0.1:%d", ntohs(address.sin_port));
	u->process = fork();
	cr_assert_geq(u->process, 0);
	if (u->process == 0)
		answer_queries(fd);
	close(fd);
}

void servfail_stop(struct servfail *u)
{
	if (u->process <= 0)
		return;
	kill(u->process, SIGKILL);
	waitpid(u->process, NULL, 0);
	u->process = 0;
}

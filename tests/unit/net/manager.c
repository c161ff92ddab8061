/* A service manager. */
#include "manager.h"
#include "net.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET 3

static void run(char *const arguments[], int fd)
{
	char number[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(number, sizeof(number), "%d", (int)getpid());
	setenv("LISTEN_PID", number, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (dup2(fd, SOCKET) == SOCKET)
		execv(arguments[0], arguments);
	_exit(127);
}

static void manage(char *const arguments[], int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_DFL);
	for (;;) {
		struct pollfd somebody = { .fd = fd, .events = POLLIN };
		pid_t pid;

		if (poll(&somebody, 1, -1) < 0)
			_exit(1);
		pid = fork();
		if (pid == 0)
			run(arguments, fd);
		waitpid(pid, NULL, 0);
	}
}

/* Not 3: it becomes that of the program. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int low = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	cr_assert_geq(low, 0);
	strcpy(address.sun_path, path);
	cr_assert_eq(bind(low, (const struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(low, SOMAXCONN), 0);
	fd = fcntl(low, F_DUPFD_CLOEXEC, 10);
	cr_assert_geq(fd, 10);
	close(low);
	return fd;
}

void manager_start(struct manager *m, const char *const arguments[])
{
	snprintf(m->path, sizeof(m->path), "/tmp/dna-test-%d.sock", (int)getpid());
	unlink(m->path);
	m->fd = listen_at(m->path);
	m->process = fork();
	cr_assert_geq(m->process, 0);
	if (m->process == 0)
		manage((char *const *)(uintptr_t)arguments, m->fd);
}

void manager_kill(const struct manager *m)
{
	kill_children(m->process);
}

void manager_stop(struct manager *m)
{
	if (m->process <= 0)
		return;
	kill(m->process, SIGKILL);
	waitpid(m->process, NULL, 0);
	close(m->fd);
	unlink(m->path);
	*m = (struct manager){ .process = 0 };
}

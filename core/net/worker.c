/* A program at the other end of a socket. */
#include "net/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKER_FD 3

/* The socket comes first: its number may be one that is opened anew below. */
static int describe_files(posix_spawn_file_actions_t *actions, int fd)
{
	int e = posix_spawn_file_actions_adddup2(actions, fd, WORKER_FD);

	if (e == 0)
		e = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY,
						     0);
	if (e == 0)
		e = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY,
						     0);
	if (e == 0)
		e = posix_spawn_file_actions_addclosefrom_np(actions, WORKER_FD + 1);
	return e;
}

/* Signals as in a new login; a process group of its own, so that the terminal's interrupt is for
 * the host to handle. */
static int describe_signals(posix_spawnattr_t *attributes)
{
	sigset_t all, none;
	int e;

	sigfillset(&all);
	sigemptyset(&none);
	e = posix_spawnattr_setsigdefault(attributes, &all);
	if (e == 0)
		e = posix_spawnattr_setsigmask(attributes, &none);
	if (e == 0)
		e = posix_spawnattr_setpgroup(attributes, 0);
	if (e == 0)
		e = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF |
								 POSIX_SPAWN_SETSIGMASK |
								 POSIX_SPAWN_SETPGROUP);
	return e;
}

/* Returns an errno, as posix_spawn() does. */
static int spawn(pid_t *pid, const char *program, char *const arguments[], int fd)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int e = posix_spawn_file_actions_init(&actions);

	if (e != 0)
		return e;
	e = posix_spawnattr_init(&attributes);
	if (e != 0)
		goto out;
	e = describe_files(&actions, fd);
	if (e == 0)
		e = describe_signals(&attributes);
	if (e == 0)
		e = posix_spawn(pid, program, &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return e;
}

int dna_worker_start(struct dna_worker *worker, const char *program, char *const arguments[])
{
	int fds[2], process, e;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return DNA_E_IO;
	e = spawn(&pid, program, arguments, fds[1]);
	close(fds[1]);
	if (e != 0)
		goto failed;
	process = pidfd_open(pid, 0);
	if (process < 0) {
		e = errno;
		goto failed; /* it ends by itself when it finds the socket closed */
	}
	*worker = (struct dna_worker){ .fd = fds[0], .process = process, .owner = getpid() };
	return 0;
failed:
	close(fds[0]);
	errno = e;
	return DNA_E_IO;
}

/* Unix sockets are connected at once or not at all: the queue of those who wait for the service may
 * be full. */
int dna_worker_connect(struct dna_worker *worker, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, e;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return DNA_E_IO;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return DNA_E_IO;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		e = errno;
		close(fd);
		errno = e;
		return DNA_E_IO;
	}
	*worker = (struct dna_worker){ .fd = fd, .process = -1, .owner = getpid() };
	return 0;
}

/*
 * The descriptor stands for this one process even when the host ignores SIGCHLD or waits for every
 * child itself, so that its number may long be another's. Killed, it ends without delay: waiting
 * for it is no waiting. What has ended by itself keeps its own status.
 */
static void end(int process, char how[DNA_WORKER_HOW])
{
	siginfo_t ended = { .si_code = 0 };

	pidfd_send_signal(process, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)process, &ended, WEXITED) != 0 && errno == EINTR)
		;
	if (ended.si_code == CLD_EXITED)
		snprintf(how, DNA_WORKER_HOW, "ended with status %d", ended.si_status);
	else if (ended.si_code != 0)
		snprintf(how, DNA_WORKER_HOW, "was ended by signal %d", ended.si_status);
}

void dna_worker_stop(struct dna_worker *worker, char how[DNA_WORKER_HOW])
{
	char unused[DNA_WORKER_HOW];

	if (how == NULL)
		how = unused;
	snprintf(how, DNA_WORKER_HOW, worker->process >= 0 ? "ended" : "closed the connection");
	if (worker->fd < 0)
		return;
	/* Before its socket closes: it would begin to end by itself, and be killed in the middle. */
	if (worker->process >= 0) {
		if (worker->owner == getpid())
			end(worker->process, how);
		close(worker->process);
	}
	close(worker->fd);
	*worker = DNA_WORKER_NONE;
}

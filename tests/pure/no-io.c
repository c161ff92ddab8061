/*
 * Preloaded, this takes IO and the clock away from whoever judges: between no_io_begin() and
 * no_io_end() each of these functions fails, and is counted. Only GnuTLS may ask for the time, which
 * it does whatever it is told; it is told 1970, and nobody may care.
 */
#include "no-io.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static bool forbidden;
static unsigned calls;
static char first[160];

void no_io_begin(void)
{
	calls = 0;
	first[0] = '\0';
	forbidden = true;
}

unsigned no_io_end(char what[160])
{
	forbidden = false;
	memcpy(what, first, sizeof(first));
	return calls;
}

/* The file name of the library, or program, that |address| is in. */
static const char *file_of(void *address)
{
	Dl_info info;
	const char *slash;

	if (dladdr(address, &info) == 0 || info.dli_fname == NULL)
		return "?";
	slash = strrchr(info.dli_fname, '/');
	return slash != NULL ? slash + 1 : info.dli_fname;
}

static bool refuse(const char *function, void *caller)
{
	if (!forbidden)
		return false;
	if (calls++ == 0)
		snprintf(first, sizeof(first), "%s() by %s", function, file_of(caller));
	errno = EPERM;
	return true;
}

#define CALLER __builtin_return_address(0)

/* A function that fails with |failure| while it is forbidden. */
#define FORBID(result, failure, name, parameters, arguments)                  \
	result name parameters                                                \
	{                                                                     \
		static result(*real) parameters;                              \
                                                                              \
		if (refuse(#name, CALLER))                                    \
			return failure;                                       \
		if (real == NULL)                                             \
			*(void **)(uintptr_t)&real = dlsym(RTLD_NEXT, #name); \
		return real arguments;                                        \
	}

/* Those that take a mode where a file is made. */
#define FORBID_OPEN(name)                                                                         \
	int name(const char *path, int flags, ...)                                                \
	{                                                                                         \
		static int (*real)(const char *, int, ...);                                       \
		va_list rest;                                                                     \
		mode_t mode;                                                                      \
                                                                                                  \
		va_start(rest, flags);                                                            \
		mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(rest, unsigned) : 0; \
		va_end(rest);                                                                     \
		if (refuse(#name, CALLER))                                                        \
			return -1;                                                                \
		if (real == NULL)                                                                 \
			*(void **)(uintptr_t)&real = dlsym(RTLD_NEXT, #name);                     \
		return real(path, flags, mode);                                                   \
	}

/* ---- Files ---- */

FORBID_OPEN(open)
FORBID_OPEN(open64)
int __open_2(const char *path, int flags); /* what open() is where the compiler checks it */
int __open64_2(const char *path, int flags);
FORBID(int, -1, __open_2, (const char *path, int flags), (path, flags))
FORBID(int, -1, __open64_2, (const char *path, int flags), (path, flags))
FORBID(int, -1, creat, (const char *path, mode_t mode), (path, mode))
FORBID(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
FORBID(FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
FORBID(FILE *, NULL, popen, (const char *command, const char *mode), (command, mode))
FORBID(DIR *, NULL, opendir, (const char *path), (path))
FORBID(int, -1, stat, (const char *path, struct stat *status), (path, status))
FORBID(int, -1, access, (const char *path, int mode), (path, mode))
FORBID(int, -1, unlink, (const char *path), (path))
FORBID(int, -1, rename, (const char *from, const char *to), (from, to))
FORBID(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
FORBID(ssize_t, -1, read, (int fd, void *data, size_t size), (fd, data, size))
FORBID(ssize_t, -1, write, (int fd, const void *data, size_t size), (fd, data, size))
FORBID(int, EOF, puts, (const char *text), (text))
FORBID(int, EOF, fputs, (const char *text, FILE *stream), (text, stream))
FORBID(size_t, 0, fwrite, (const void *data, size_t size, size_t count, FILE *stream),
       (data, size, count, stream))

int openat(int directory, const char *path, int flags, ...)
{
	static int (*real)(int, const char *, int, ...);
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(rest, unsigned) : 0;
	va_end(rest);
	if (refuse("openat", CALLER))
		return -1;
	if (real == NULL)
		*(void **)(uintptr_t)&real = dlsym(RTLD_NEXT, "openat");
	return real(directory, path, flags, mode);
}

/* ---- The network ---- */

FORBID(int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
FORBID(int, -1, socketpair, (int domain, int type, int protocol, int pair[2]),
       (domain, type, protocol, pair))
FORBID(int, -1, bind, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size))
FORBID(int, -1, connect, (int fd, const struct sockaddr *address, socklen_t size),
       (fd, address, size))
FORBID(ssize_t, -1, send, (int fd, const void *data, size_t size, int flags),
       (fd, data, size, flags))
FORBID(ssize_t, -1, sendto,
       (int fd, const void *data, size_t size, int flags, const struct sockaddr *address,
	socklen_t length),
       (fd, data, size, flags, address, length))
FORBID(ssize_t, -1, recv, (int fd, void *data, size_t size, int flags), (fd, data, size, flags))
FORBID(int, EAI_FAIL, getaddrinfo,
       (const char *host, const char *service, const struct addrinfo *hints,
	struct addrinfo **found),
       (host, service, hints, found))
FORBID(struct hostent *, NULL, gethostbyname, (const char *host), (host))

/* ---- Processes, and waiting ---- */

FORBID(pid_t, -1, fork, (void), ())
FORBID(int, -1, execve, (const char *path, char *const arguments[], char *const environment[]),
       (path, arguments, environment))
FORBID(int, EPERM, posix_spawn,
       (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]),
       (pid, path, actions, attributes, arguments, environment))
FORBID(int, -1, system, (const char *command), (command))
FORBID(void *, NULL, dlopen, (const char *path, int flags), (path, flags))
FORBID(int, -1, poll, (struct pollfd * fds, nfds_t count, int time), (fds, count, time))
FORBID(int, -1, select, (int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *time),
       (count, in, out, except, time))
FORBID(unsigned, 0, sleep, (unsigned seconds), (seconds))
FORBID(int, -1, nanosleep, (const struct timespec *time, struct timespec *rest), (time, rest))

/* ---- What differs from one run to another ---- */

FORBID(char *, NULL, getenv, (const char *name), (name))
FORBID(char *, NULL, secure_getenv, (const char *name), (name))
FORBID(ssize_t, -1, getrandom, (void *data, size_t size, unsigned flags), (data, size, flags))
FORBID(int, 0, rand, (void), ())
FORBID(long, 0, random, (void), ())

static bool is_1970(const char *function, void *caller)
{
	if (forbidden && strncmp(file_of(caller), "libgnutls", strlen("libgnutls")) != 0)
		refuse(function, caller);
	return forbidden;
}

time_t time(time_t *now)
{
	struct timespec real = { .tv_sec = 0 };

	if (!is_1970("time", CALLER))
		clock_gettime(CLOCK_REALTIME, &real);
	if (now != NULL)
		*now = real.tv_sec;
	return real.tv_sec;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);

	*now = (struct timespec){ .tv_sec = 0 };
	if (is_1970("clock_gettime", CALLER))
		return 0;
	if (real == NULL)
		*(void **)(uintptr_t)&real = dlsym(RTLD_NEXT, "clock_gettime");
	return real(clock, now);
}

int gettimeofday(struct timeval *now, void *zone)
{
	struct timespec real = { .tv_sec = 0 };

	(void)zone;
	if (!is_1970("gettimeofday", CALLER))
		clock_gettime(CLOCK_REALTIME, &real);
	*now = (struct timeval){ .tv_sec = real.tv_sec, .tv_usec = real.tv_nsec / 1000 };
	return 0;
}

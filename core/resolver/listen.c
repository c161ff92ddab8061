/* The socket that a shared resolver program listens on. */
#include "resolver/listen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool has_option(int fd, int option, int expected)
{
	int value;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

bool dna_listen_is_socket(int fd, bool listens)
{
	return has_option(fd, SO_TYPE, SOCK_STREAM) && has_option(fd, SO_ACCEPTCONN, listens);
}

/* ---- Made ---- */

/* Whether nobody answers on what is at the path, although it is a socket. */
static bool is_stale(const struct sockaddr_un *address)
{
	struct stat status;
	int fd, r;

	if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	r = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
	close(fd);
	return r == ECONNREFUSED;
}

static int bind_to(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0111); /* everybody may connect, from the beginning */
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	if (r != 0 && errno == EADDRINUSE && is_stale(address) && unlink(address->sun_path) == 0)
		r = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	umask(mask);
	return r;
}

int dna_listen(int *fd, const char *path, char complaint[DNA_COMPLAINT_MAX])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int new = -1;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		goto failed;
	}
	strcpy(address.sun_path, path);
	new = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (new < 0 || bind_to(new, &address) != 0 || listen(new, SOMAXCONN) != 0)
		goto failed;
	*fd = new;
	return 0;
failed:
	snprintf(complaint, DNA_COMPLAINT_MAX, "cannot listen on %s: %s", path, strerror(errno));
	if (new >= 0)
		close(new);
	return DNA_E_IO;
}

/* ---- Handed over ---- */

static long number_in(const char *variable)
{
	const char *text = getenv(variable);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

bool dna_listen_is_activated(void)
{
	return number_in("LISTEN_PID") == (long)getpid();
}

int dna_listen_check_activated(char complaint[DNA_COMPLAINT_MAX])
{
	const char *wrong = NULL;

	if (!dna_listen_is_activated())
		wrong = "no socket was handed over";
	else if (number_in("LISTEN_FDS") != 1)
		wrong = "one socket has to be handed over, neither more nor less";
	else if (!dna_listen_is_socket(DNA_LISTEN_ACTIVATED, true))
		wrong = "what was handed over is no stream socket that listens";
	if (wrong == NULL)
		return 0;
	snprintf(complaint, DNA_COMPLAINT_MAX, "%s", wrong);
	return DNA_E_INVALID;
}

/*
 * A service manager, as systemd is one for a service with a socket: it keeps the socket, starts the
 * program when somebody connects, and again whenever it ends.
 */
#ifndef DNA_TESTS_UNIT_NET_MANAGER_H
#define DNA_TESTS_UNIT_NET_MANAGER_H

#include <sys/types.h>

struct manager {
	char path[64]; /* of the socket */
	int fd;
	pid_t process;
};

/* The program is run with |arguments|, NULL at the end; it comes first. */
void manager_start(struct manager *manager, const char *const arguments[]);
/* Kill the program, if it runs. */
void manager_kill(const struct manager *manager);
/* With the program and the socket. */
void manager_stop(struct manager *manager);

#endif

/* The socket that a shared resolver program listens on. */
#ifndef DNA_RESOLVER_LISTEN_H
#define DNA_RESOLVER_LISTEN_H

#include "resolver/anchor.h"

/*
 * Make a Unix socket at |path| that everybody may connect to. One that is left there is replaced if
 * nobody answers on it; anything else is not. |complaint| says what is wrong.
 */
int dna_listen(int *fd, const char *path, char complaint[DNA_COMPLAINT_MAX]);

/* Whether a service manager hands sockets to this process, as sd_listen_fds(3) describes it. */
bool dna_listen_is_activated(void);

/* The socket that it hands over: the first of them, and there may be one only. */
#define DNA_LISTEN_ACTIVATED 3
int dna_listen_check_activated(char complaint[DNA_COMPLAINT_MAX]);

/* Whether |fd| is a stream socket that listens, or one that does not. */
bool dna_listen_is_socket(int fd, bool listens);

#endif

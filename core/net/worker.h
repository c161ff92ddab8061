/*
 * A program at the other end of a socket. One that works for this process alone is started with
 * that end as its descriptor 3, and ended when it is not wanted; it shows its own death by the end
 * of file on the socket, and SIGCHLD is the host's and is neither used nor needed. One that others
 * share is only connected to.
 */
#ifndef DNA_NET_WORKER_H
#define DNA_NET_WORKER_H

#include <dna/error.h>
#include <dna/types.h>

#include <sys/types.h>

struct dna_worker {
	int fd;      /* our end of the socket; -1: there is no worker */
	int process; /* stands for the process as long as we hold it, which a number does not; -1:
			it is shared */
	pid_t owner; /* whose it is: a process forked from that one must let it be */
};

#define DNA_WORKER_NONE                 \
	(struct dna_worker)             \
	{                               \
		.fd = -1, .process = -1 \
	}

/*
 * |arguments| as for execv(). Nothing of the host is inherited but the environment, the working
 * directory and standard error. DNA_E_IO: errno says why.
 */
int dna_worker_start(struct dna_worker *worker, const char *program, char *const arguments[]);

/* Connect to a shared one that listens at |path|, without waiting. DNA_E_IO: errno says why. */
int dna_worker_connect(struct dna_worker *worker, const char *path);

/*
 * End it, at once; a shared one is only let go of. So is what another process started. |how|, unless
 * NULL, is set to how it ended if it had ended before: "ended with status 1", "was ended by signal
 * 11", "ended" when that is not known, "closed the connection". No worker: nothing happens.
 */
#define DNA_WORKER_HOW 40
void dna_worker_stop(struct dna_worker *worker, char how[DNA_WORKER_HOW]);

#endif

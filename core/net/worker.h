/*
 * A program that works for this process alone: started with one end of a socket as its descriptor
 * 3, ended when it is not wanted. It shows its own death by the end of file on the socket; SIGCHLD
 * is the host's and is neither used nor needed.
 */
#ifndef DNA_NET_WORKER_H
#define DNA_NET_WORKER_H

#include <dna/error.h>
#include <dna/types.h>

#include <sys/types.h>

struct dna_worker {
	int fd;      /* our end of the socket; -1: there is no worker */
	int process; /* stands for the process as long as we hold it, which a number does not */
	pid_t owner; /* who started it: a process forked from that one must let it be */
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

/*
 * End it, at once. What another process started is only let go of. |how|, unless NULL, is set to
 * how it ended if it had ended before: "ended with status 1", "was ended by signal 11", "ended"
 * when that is not known. No worker: nothing happens.
 */
#define DNA_WORKER_HOW 40
void dna_worker_stop(struct dna_worker *worker, char how[DNA_WORKER_HOW]);

#endif

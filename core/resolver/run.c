/* The program's course. */
#include "resolver/run.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <unistd.h>

static void told_to_terminate(void *argument, unsigned events)
{
	bool *over = argument;

	(void)events;
	*over = true;
}

static sigset_t terminating(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

/* As they are needed here, whatever was inherited. */
void dna_run_arrange_signals(void)
{
	sigset_t set = terminating();

	signal(SIGPIPE, SIG_IGN);
	signal(SIGPROF, SIG_DFL);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

/* Computing time counts: on a busy machine a process may stand still for long, and is not stuck. */
static void limit_turn(unsigned seconds)
{
	const struct itimerval limit = { .it_value.tv_sec = seconds };

	setitimer(ITIMER_PROF, &limit, NULL);
}

int dna_run(struct dna_loop *loop, unsigned seconds, dna_run_turn *turn, void *argument)
{
	struct dna_watch *watch = NULL;
	bool over = false;
	sigset_t set = terminating();
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), r;

	if (fd < 0)
		return DNA_E_IO;
	r = dna_watch_add(&watch, loop, fd, DNA_LOOP_READ, told_to_terminate, &over);
	while (r == 0 && !over) {
		limit_turn(seconds);
		/* A turn now and then: that somebody has become idle, no event tells. */
		r = dna_loop_run(loop, (int)seconds * 500);
		over = over || !turn(argument);
	}
	limit_turn(0);
	dna_watch_remove(watch);
	close(fd);
	return r;
}

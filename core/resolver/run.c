/* The program's course. */
#include "resolver/run.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void told_to_terminate(void *argument, unsigned events)
{
	bool *over = argument;

	(void)events;
	*over = true;
}

/* Signals as they are needed here, whatever was inherited. */
static int arrange_signals(void)
{
	sigset_t end;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	sigprocmask(SIG_SETMASK, &end, NULL);
	return signalfd(-1, &end, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* An idle turn is half as long as a turn may be. */
int dna_run(struct dna_loop *loop, unsigned seconds, dna_run_turn *turn, void *argument)
{
	struct dna_watch *watch = NULL;
	bool over = false;
	int fd = arrange_signals(), r = DNA_E_IO;

	if (fd < 0)
		return r;
	r = dna_watch_add(&watch, loop, fd, DNA_LOOP_READ, told_to_terminate, &over);
	while (r == 0 && !over) {
		alarm(seconds);
		r = dna_loop_run(loop, (int)seconds * 500);
		over = over || !turn(argument);
	}
	alarm(0);
	dna_watch_remove(watch);
	close(fd);
	return r;
}

/* How fast time goes. These functions are found before the C library's. */
#include "pace.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000

static unsigned slow = 1;
static int64_t begun; /* nanoseconds, when it became slow: so much had both clocks then */

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

static struct timespec timespec_of(int64_t nanoseconds)
{
	return (struct timespec){ nanoseconds / SECOND, nanoseconds % SECOND };
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int r = (int)syscall(SYS_clock_gettime, clock, now);

	if (r == 0 && clock == CLOCK_MONOTONIC && slow > 1)
		*now = timespec_of(begun + (nanoseconds(*now) - begun) / slow);
	return r;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	struct itimerspec real = *new;
	int64_t when = nanoseconds(new->it_value);

	if ((flags & TFD_TIMER_ABSTIME) && slow > 1 && when != 0)
		real.it_value = timespec_of(begun + (when - begun) * slow);
	return (int)syscall(SYS_timerfd_settime, fd, flags, &real, old);
}

void pace_slow(unsigned times)
{
	struct timespec now;

	slow = 1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	begun = nanoseconds(now);
	slow = times;
}

/* The event loop: what is ready is handled, in order, once, and nothing that was removed. */
#include "loop/loop.h"

#include <criterion/criterion.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct dna_loop *loop;

static void set_up(void)
{
	cr_assert_eq(dna_loop_new(&loop), 0);
}

static void tear_down(void)
{
	dna_loop_free(loop);
}

TestSuite(loop, .init = set_up, .fini = tear_down, .timeout = 300);

#define ENOUGH 60000 /* milliseconds for what has to happen */

/* At least, and once more when they are over: the machine may be slow. */
static void run_for(unsigned milliseconds)
{
	uint64_t end = dna_loop_now() + milliseconds, now;

	do {
		now = dna_loop_now();
		cr_assert_eq(dna_loop_run(loop, now < end ? (int)(end - now) : 0), 0);
	} while (now < end);
}

/* ---- timers ---- */

static char fired[64];

/* These have fired, in this order, and no others. */
static void expect_fired(const char *expected)
{
	uint64_t end = dna_loop_now() + ENOUGH;

	while (strlen(fired) < strlen(expected) && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 1000), 0);
	run_for(20);
	cr_assert_str_eq(fired, expected);
}

static struct dna_timer *after(uint64_t milliseconds, dna_timer_due *due, const char *text)
{
	struct dna_timer *timer;

	cr_assert_eq(dna_timer_add(&timer, loop, milliseconds, due, (void *)(uintptr_t)text), 0);
	return timer;
}

static void note(void *argument)
{
	strcat(fired, argument);
}

Test(loop, fires_timers_in_order_and_once)
{
	struct dna_timer *t[5];

	t[0] = after(30, note, "c");
	t[1] = after(10, note, "a");
	t[2] = after(20, note, "x");
	t[3] = after(20, note, "b");
	t[4] = after(UINT64_MAX, note, "never");
	dna_timer_remove(t[2]);
	expect_fired("abc");
}

Test(loop, fires_equal_deadlines_in_the_order_in_which_they_were_set)
{
	static char letters[26][2];
	uint64_t start;

	do { /* all of them within one millisecond */
		start = dna_loop_now();
		dna_loop_free(loop);
		cr_assert_eq(dna_loop_new(&loop), 0);
		for (int i = 0; i < 26; i++) {
			letters[i][0] = (char)('a' + i);
			after(5, note, letters[i]);
		}
	} while (dna_loop_now() != start);
	expect_fired("abcdefghijklmnopqrstuvwxyz");
}

Test(loop, never_fires_early)
{
	uint64_t start = dna_loop_now();
	after(25, note, "a");
	while (fired[0] == '\0')
		cr_assert_eq(dna_loop_run(loop, -1), 0);
	cr_assert_geq(dna_loop_now() - start, 25);
}

static struct dna_timer *doomed;

static void remove_doomed(void *argument)
{
	(void)argument;
	dna_timer_remove(doomed);
	strcat(fired, "a");
}

static void again(void *argument)
{
	strcat(fired, argument);
	if (strlen(fired) < 3)
		after(0, again, argument);
}

Test(loop, lets_a_timer_remove_another_that_is_due)
{
	struct dna_timer *timer;

	cr_assert_eq(dna_timer_add(&timer, loop, 0, remove_doomed, NULL), 0);
	doomed = after(0, note, "doomed");
	expect_fired("a");
}

Test(loop, lets_a_timer_set_itself_anew)
{
	after(0, again, "r");
	expect_fired("rrr");
}

/* Many timers, set and removed in no order: every one that is left fires, at its turn. */
static unsigned last, total;

static void in_turn(void *argument)
{
	unsigned number = *(unsigned *)argument;

	cr_assert_geq(number, last);
	last = number;
	total++;
}

Test(loop, keeps_a_thousand_timers_in_order)
{
	static unsigned numbers[1000];
	static struct dna_timer *timers[1000];
	unsigned state = 1;

	for (size_t i = 0; i < 1000; i++) {
		state = state * 1103515245 + 12345;
		numbers[i] = state >> 16 & 31;
		cr_assert_eq(
			dna_timer_add(&timers[i], loop, 10 + numbers[i] * 2, in_turn, &numbers[i]),
			0);
		if (i % 3 == 2)
			dna_timer_remove(timers[i - state % 3]);
	}
	run_for(100);
	cr_assert_eq(total, 1000 - 333);
}

/* ---- descriptors ---- */

struct peer {
	int fd, far;
	struct dna_watch *watch;
	struct peer *other;
	unsigned calls, events;
};

static void make_peer(struct peer *p, unsigned events, dna_watch_ready *ready)
{
	int fds[2];

	memset(p, 0, sizeof(*p));
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	p->fd = fds[0];
	p->far = fds[1];
	cr_assert_eq(dna_watch_add(&p->watch, loop, p->fd, events, ready, p), 0);
}

static void take(void *argument, unsigned events)
{
	struct peer *p = argument;
	char octet;

	p->calls++;
	p->events = events;
	if (events & DNA_LOOP_READ && recv(p->fd, &octet, 1, MSG_DONTWAIT) <= 0) {
		dna_watch_remove(p->watch);
		p->watch = NULL;
		close(p->fd);
	}
}

Test(loop, tells_what_is_ready)
{
	struct peer p;

	make_peer(&p, DNA_LOOP_READ, take);
	cr_assert_eq(dna_loop_run(loop, 0), 0);
	cr_assert_eq(p.calls, 0);
	cr_assert_eq(write(p.far, "x", 1), 1);
	cr_assert_eq(dna_loop_run(loop, -1), 0);
	cr_assert_eq(p.events, DNA_LOOP_READ);
	cr_assert_eq(dna_watch_events(p.watch, DNA_LOOP_WRITE), 0);
	cr_assert_eq(dna_loop_run(loop, -1), 0);
	cr_assert_eq(p.events, DNA_LOOP_WRITE);
	cr_assert_eq(dna_watch_events(p.watch, 0), 0);
	cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert_eq(p.calls, 2);
}

Test(loop, shows_a_hang_up_to_whoever_reads_and_lets_the_watch_remove_itself)
{
	struct peer p;

	make_peer(&p, DNA_LOOP_READ, take);
	close(p.far);
	cr_assert_eq(dna_loop_run(loop, -1), 0);
	cr_assert_eq(p.calls, 1);
	cr_assert_null(p.watch);
	cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert_eq(p.calls, 1);
}

/* Both are ready in the same batch; whoever comes first removes the other and reuses its
 * descriptor's number. */
static void remove_other(void *argument, unsigned events)
{
	struct peer *p = argument, *other = p->other;

	(void)events;
	p->calls++;
	cr_assert_not_null(other->watch);
	dna_watch_remove(other->watch);
	other->watch = NULL;
	cr_assert_eq(dup2(p->fd, other->fd), other->fd);
	cr_assert_eq(dna_watch_events(p->watch, 0), 0);
}

Test(loop, does_not_call_what_was_removed_in_the_same_batch)
{
	struct peer a, b;

	make_peer(&a, DNA_LOOP_READ, remove_other);
	make_peer(&b, DNA_LOOP_READ, remove_other);
	a.other = &b;
	b.other = &a;
	cr_assert_eq(write(a.far, "x", 1), 1);
	cr_assert_eq(write(b.far, "x", 1), 1);
	cr_assert_eq(dna_loop_run(loop, -1), 0);
	cr_assert_eq(a.calls + b.calls, 1);
}

Test(loop, refuses_a_second_watch_and_what_cannot_be_watched)
{
	struct dna_watch *watch = NULL;
	struct peer p;

	make_peer(&p, DNA_LOOP_READ, take);
	cr_assert_eq(dna_watch_add(&watch, loop, p.fd, DNA_LOOP_READ, take, &p), DNA_E_IO);
	cr_assert_eq(dna_watch_add(&watch, loop, -1, DNA_LOOP_READ, take, &p), DNA_E_IO);
	cr_assert_null(watch);
}

/* ---- one descriptor for all ---- */

static bool readable(int milliseconds)
{
	struct pollfd p = { .fd = dna_loop_fd(loop), .events = POLLIN };

	return poll(&p, 1, milliseconds) == 1;
}

Test(loop, is_readable_when_there_is_something_to_do_and_then_only)
{
	struct dna_timer *timer;
	struct peer p;

	make_peer(&p, DNA_LOOP_READ, take);
	cr_assert_not(readable(0));
	cr_assert_eq(write(p.far, "x", 1), 1);
	cr_assert(readable(0));
	cr_assert_eq(dna_loop_run(loop, 0), 0);
	cr_assert_not(readable(0));
	timer = after(ENOUGH, note, "late");
	cr_assert_not(readable(0));
	dna_timer_remove(timer);
	after(20, note, "a");
	cr_assert(readable(ENOUGH));
	cr_assert_eq(dna_loop_run(loop, 0), 0);
	cr_assert_not(readable(30));
	timer = after(0, note, "b");
	dna_timer_remove(timer);
	cr_assert_not(readable(30));
	cr_assert_str_eq(fired, "a");
}

/* ---- fork ---- */

/* The child removes and adds watches and timers; none of it may be seen by the parent, nor the
 * parent's by the child. */
static int child(struct peer *p)
{
	struct peer mine;

	dna_watch_remove(p->watch);
	make_peer(&mine, DNA_LOOP_READ, take);
	after(20, note, "child");
	if (write(mine.far, "x", 1) != 1)
		return 1;
	while (mine.calls == 0 || fired[0] == '\0')
		if (dna_loop_run(loop, 1000) != 0)
			return 2;
	return p->calls == 0 && strcmp(fired, "child") == 0 && !readable(0) ? 0 : 3;
}

Test(loop, is_its_own_in_a_forked_child)
{
	struct dna_timer *timer;
	struct peer p;
	int status;
	pid_t pid;

	make_peer(&p, DNA_LOOP_READ, take);
	timer = after(60, note, "parent");
	pid = fork();
	if (pid == 0) {
		alarm(250);
		dna_timer_remove(timer);
		_exit(child(&p));
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	expect_fired("parent");
	cr_assert_eq(write(p.far, "x", 1), 1);
	cr_assert_eq(dna_loop_run(loop, ENOUGH), 0);
	cr_assert_eq(p.calls, 1, "the child's removal reached the parent");
}

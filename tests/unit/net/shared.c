/*
 * The client of a resolver program that others share: every question gets exactly one answer,
 * whatever the program, and whatever others, do.
 */
#include "asker.h"
#include "fixture.h"
#include "manager.h"
#include "servfail.h"

#include <dna/net.h>

#include <criterion/criterion.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct manager manager;
static struct servfail upstream;
static struct asker asker, other;
static struct many many, others;
static char mark[64];

static void start(struct asker *a)
{
	asker_start(a, &(struct dna_resolver_options){ .socket = manager.path });
}

static void start_manager(const char *option)
{
	char program[512];

	snprintf(program, sizeof(program), "%s", built_file("tests/unit/net/worker"));
	manager_start(&manager, (const char *[]){ program, option, NULL });
}

static void set_up(void)
{
	snprintf(mark, sizeof(mark), "/tmp/dna-test-%d", (int)getpid());
	setenv("DNA_TEST_MARK", mark, 1);
	gate_close();
	start_manager(NULL);
	start(&asker);
}

static void tear_down(void)
{
	asker_end(&asker);
	asker_end(&other);
	manager_stop(&manager);
	servfail_stop(&upstream);
	unlink(mark);
	gate_clear();
	cr_assert_eq(children(), 0, "a child is left");
}

TestSuite(shared, .init = set_up, .fini = tear_down, .timeout = 300);

/* Have it ended, and wait until it is. */
static void kill_program(void)
{
	pid_t pid = asker_worker_pid(&asker);

	kill(pid, SIGKILL);
	while (kill(pid, 0) == 0)
		usleep(1000);
}

/* ---- one program for many ---- */

Test(shared, is_one_program_for_everybody)
{
	pid_t pid = asker_worker_pid(&asker);

	start(&other);
	cr_assert_eq(asker_worker_pid(&other), pid);
	asker_end(&asker);
	asker_expect_address(&other, "a.example");
	cr_assert_eq(asker_worker_pid(&other), pid, "it ended with one of its clients");
	start(&asker);
	cr_assert_eq(asker_worker_pid(&asker), pid);
}

static void *thread(void *argument)
{
	struct asker own = { NULL, NULL };
	struct many *asked = calloc(1, sizeof(*asked));
	uintptr_t failed = 1;

	(void)argument;
	if (asked == NULL)
		return (void *)failed;
	start(&own);
	asker_begin_many(&own, asked, "slow", ENOUGH);
	failed = asker_end_many(&own, asked);
	asker_end(&own);
	free(asked);
	return (void *)failed;
}

Test(shared, serves_processes_and_threads_at_the_same_time)
{
	pthread_t threads[4];
	pid_t processes[4];

	for (size_t i = 0; i < ELEMENTS(processes); i++) {
		processes[i] = fork();
		if (processes[i] == 0)
			_exit(thread(NULL) == NULL ? 0 : 1);
	}
	for (size_t i = 0; i < ELEMENTS(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, thread, NULL), 0);
	for (size_t i = 0; i < ELEMENTS(threads); i++) {
		void *failed;

		cr_assert_eq(pthread_join(threads[i], &failed), 0);
		cr_assert_null(failed);
	}
	for (size_t i = 0; i < ELEMENTS(processes); i++) {
		int status;

		cr_assert_eq(waitpid(processes[i], &status, 0), processes[i]);
		cr_assert_eq(status, 0);
	}
}

/* ---- nobody there ---- */

Test(shared, says_why_nobody_can_be_connected_to)
{
	char expected[128], path[256], *old = strdup(manager.path);

	asker_start(&asker, &(struct dna_resolver_options){ .socket = "/nonexistent/socket" });
	asker_expect_failure(&asker, "a.example", ENOUGH,
			     "cannot connect to /nonexistent/socket: No such file or directory");
	asker_start(&asker, &(struct dna_resolver_options){ .socket = "/etc/passwd" });
	asker_expect_failure(&asker, "a.example", ENOUGH, "/etc/passwd: Connection refused");
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	asker_start(&asker, &(struct dna_resolver_options){ .socket = path });
	asker_expect_failure(&asker, "a.example", ENOUGH, "File name too long");

	manager_stop(&manager);
	asker_start(&asker, &(struct dna_resolver_options){ .socket = old });
	snprintf(expected, sizeof(expected), "cannot connect to %s: No such file or directory",
		 old);
	asker_expect_failure(&asker, "a.example", ENOUGH, expected);
	start_manager(NULL);
	cr_assert_str_eq(manager.path, old);
	asker_expect_address(&asker, "a.example");
	free(old);
}

Test(shared, waits_a_moment_for_what_was_there_before)
{
	struct asked asked = { .count = 0 };

	asker_expect_address(&asker, "a.example");
	manager_stop(&manager);
	asker_begin(&asker, &asked, "b.example", ENOUGH);
	for (int i = 0; i < 5; i++)
		cr_assert_eq(dna_loop_run(asker.loop, 50), 0);
	cr_assert_eq(asked.answers, 0, "it did not wait");
	start_manager(NULL);
	cr_assert(run_until(asker.loop, &asked.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(asked.items[0]), DNA_ANSWERED);
	asked_release(&asked);
}

Test(shared, fails_when_what_was_there_does_not_return)
{
	asker_expect_address(&asker, "a.example");
	manager_stop(&manager);
	asker_expect_failure(&asker, "a.example", ENOUGH, "No such file or directory");
	asker_expect_failure(&asker, "a.example", ENOUGH, "No such file or directory");
}

/* The queue of those who wait to be accepted is as long as it may be. */
Test(shared, waits_when_too_many_wait_already)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int waiting[8], accepted;
	struct asked asked = { .count = 0 };
	size_t count = 0;

	kill(manager.process, SIGSTOP);
	strcpy(address.sun_path, manager.path);
	cr_assert_eq(listen(manager.fd, 1), 0);
	for (;; count++) {
		cr_assert_lt(count, ELEMENTS(waiting));
		waiting[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(waiting[count], (struct sockaddr *)&address, sizeof(address)) != 0)
			break;
	}
	asker_expect_failure(&asker, "a.example", 500, "Resource temporarily unavailable");
	asker_begin(&asker, &asked, "a.example", ENOUGH);
	for (size_t i = 0; i < count; i++) {
		accepted = accept(manager.fd, NULL, NULL);
		cr_assert_geq(accepted, 0);
		close(accepted);
	}
	kill(manager.process, SIGCONT);
	cr_assert(run_until(asker.loop, &asked.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(asked.items[0]), DNA_ANSWERED, "%s",
		     dna_item_reason(asked.items[0]));
	asked_release(&asked);
}

Test(shared, says_so_when_the_host_has_no_descriptors_left)
{
	struct rlimit before, none;
	int next = dup(STDERR_FILENO);

	close(next);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ (rlim_t)next, before.rlim_max };
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	asker_expect_failure(&asker, "a.example", ENOUGH, "Too many open files");
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	asker_expect_address(&asker, "a.example");
}

/* ---- its death ---- */

static void check_death(void)
{
	pid_t pid = asker_worker_pid(&asker);

	asker_begin_many(&asker, &many, "held", ENOUGH);
	cr_assert(run_until(asker.loop, &many.total, MANY / 4, ENOUGH));
	cr_assert_lt(many.total, MANY);
	kill(pid, SIGKILL);
	gate_open();
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	cr_assert_neq(asker_worker_pid(&asker), pid);
	asker_expect_address(&asker, "die-once.example");
}

Test(shared, loses_no_question_when_the_program_is_killed)
{
	check_death();
}

Test(shared, needs_no_SIGCHLD)
{
	signal(SIGCHLD, SIG_IGN);
	check_death();
}

Test(shared, connects_again_when_nothing_was_asked)
{
	kill_program();
	asker_expect_address(&asker, "a.example");
	kill_program();
	for (int i = 0; i < 5; i++)
		cr_assert_eq(dna_loop_run(asker.loop, 10), 0);
	asker_expect_address(&asker, "a.example");
}

static void check_culprit(struct asked *poison)
{
	cr_assert(run_until(asker.loop, &poison->answers, 1, 2 * ENOUGH));
	cr_assert_eq(dna_item_outcome(poison->items[0]), DNA_FAILED);
	cr_assert_not_null(strstr(dna_item_reason(poison->items[0]),
				  "closed the connection when nothing but this was asked"),
			   "%s", dna_item_reason(poison->items[0]));
	asked_release(poison);
}

Test(shared, finds_the_one_question_that_it_dies_of)
{
	struct asked poison = { .count = 0 };

	asker_begin_many(&asker, &many, "slow", ENOUGH);
	asker_begin(&asker, &poison, "die.example", ENOUGH);
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	check_culprit(&poison);
}

/* Who shares the program is not to blame for what others ask, nor is it given up. */
static int ask_beside_poison(void)
{
	alarm(250);
	start(&other);
	for (int i = 0; i < 5; i++) {
		asker_begin_many(&other, &others, "slow", ENOUGH);
		if (asker_end_many(&other, &others) != 0)
			return 1;
		asker_expect_address(&other, "slow.example");
	}
	asker_end(&other);
	return 0;
}

Test(shared, answers_everybody_else_when_one_asks_what_it_dies_of)
{
	struct asked poison = { .count = 0 };
	pid_t pid;
	int status;

	asker_expect_address(&asker, "a.example");
	pid = fork();
	if (pid == 0)
		_exit(ask_beside_poison());
	asker_begin(&asker, &poison, "die.example", ENOUGH);
	asker_begin_many(&asker, &many, "slow", ENOUGH);
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	check_culprit(&poison);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the other ended with %#x", (unsigned)status);
}

/* In a moment's losses for what somebody else asks it is in flight alone more than once. */
Test(shared, blames_nobody_for_losses_of_the_same_moment)
{
	struct asked asked = { .count = 0 };
	uint64_t end = dna_loop_now() + 400;

	asker_begin(&asker, &asked, "slow.example", ENOUGH);
	while (dna_loop_now() < end) {
		cr_assert_eq(dna_loop_run(asker.loop, 5), 0);
		manager_kill(&manager);
	}
	cr_assert(run_until(asker.loop, &asked.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(asked.items[0]), DNA_ANSWERED, "%s",
		     dna_item_reason(asked.items[0]));
	asked_release(&asked);
}

Test(shared, gives_up_a_program_that_never_answers)
{
	manager_stop(&manager);
	start_manager("--useless");
	asker_begin_many(&asker, &many, "slow", ENOUGH);
	cr_assert_eq(asker_end_many(&asker, &many), MANY);
	asker_expect_failure(&asker, "a.example", ENOUGH,
			     "closed the connection, the last of 20 times in a row without an "
			     "answer");
}

Test(shared, leaves_a_program_that_was_stopped)
{
	pid_t pid = asker_worker_pid(&asker);
	struct asked asked = { .count = 0 };

	kill(pid, SIGSTOP);
	asker_expect_failure(&asker, "a.example", 1200, "did not answer within 1200 ms");
	asker_begin(&asker, &asked, "b.example", ENOUGH);
	asker_expect_failure(&asker, "c.example", 1500, "did not answer within 1500 ms");
	kill(pid, SIGKILL);
	cr_assert(run_until(asker.loop, &asked.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(asked.items[0]), DNA_ANSWERED, "%s",
		     dna_item_reason(asked.items[0]));
	asked_release(&asked);
}

Test(shared, believes_no_nonsense)
{
	asker_expect_failure(&asker, "garbage.example", ENOUGH,
			     "spoke nonsense when nothing but this was asked");
	asker_expect_address(&asker, "a.example");
}

/* ---- the program that it is made for ---- */

/* Each question fails for what the resolver says, and for no other reason. */
Test(shared, loses_no_question_to_the_real_program_either)
{
	char program[512];

	manager_stop(&manager);
	servfail_start(&upstream);
	snprintf(program, sizeof(program), "%s", built_file("core/resolver/dna-resolver"));
	manager_start(&manager, (const char *[]){ program, "--resolver", upstream.address, NULL });
	asker_begin_many(&asker, &many, "held", ENOUGH);
	for (unsigned kills = 1; kills <= 3; kills++) {
		cr_assert(run_until(asker.loop, &many.total, kills * MANY / 20, ENOUGH));
		cr_assert_lt(many.total, MANY);
		if (kills == 3)
			gate_open();
		manager_kill(&manager);
	}
	cr_assert(run_until(asker.loop, &many.total, MANY, 2 * ENOUGH), "%u answers", many.total);
	for (size_t i = 0; i < MANY; i++) {
		const char *reason = dna_item_reason(many.asked[i].items[0]);

		cr_assert_not_null(strstr(reason, "the resolver says SERVFAIL"), "%s", reason);
	}
	cr_assert_eq(asker_end_many(&asker, &many), MANY);
}

/* ---- fork of the host ---- */

static int child(void)
{
	alarm(250);
	asker_expect_address(&asker, "in-the-child.example");
	if (asker_end_many(&asker, &many) != 0)
		return 1;
	asker_end(&asker);
	return 0;
}

Test(shared, is_connected_anew_by_a_forked_child)
{
	pid_t pid;
	int status;

	asker_expect_address(&asker, "a.example");
	asker_begin_many(&asker, &many, "slow", ENOUGH);
	pid = fork();
	if (pid == 0)
		_exit(child());
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	asker_expect_address(&asker, "a.example");
}

/* ---- a socket that is handed over ---- */

static int connect_to_manager(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, manager.path);
	cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int start_with_socket(void)
{
	int fd = connect_to_manager();

	asker_start(&asker, &(struct dna_resolver_options){ .fd = fd });
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

Test(shared, takes_a_socket_and_closes_it_in_the_end)
{
	int fd = start_with_socket();

	asker_begin_many(&asker, &many, "slow", ENOUGH);
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	cr_assert(is_open(fd));
	asker_end(&asker);
	cr_assert_not(is_open(fd));
}

Test(shared, fails_everything_when_the_socket_ends)
{
	static const char reason[] =
		"the resolver program at the given socket closed the connection, "
		"and there is no other";

	start_with_socket();
	asker_begin_many(&asker, &many, "silent", ENOUGH);
	cr_assert(run_until(asker.loop, &many.total, MANY / 2, ENOUGH));
	kill_program();
	cr_assert_eq(asker_end_many(&asker, &many), MANY / 2);
	asker_expect_failure(&asker, "a.example", ENOUGH, reason);
	asker_expect_failure(&asker, "b.example", ENOUGH, reason);
}

/* The loop did not run for longer than the question was given: what has arrived in time counts. */
Test(shared, counts_what_arrived_while_the_host_was_away)
{
	const unsigned time = 3000;
	struct pollfd arrived = { .fd = start_with_socket(), .events = POLLIN };
	struct asked a = { .count = 0 };

	asker_expect_address(&asker, "a.example");
	asker_begin(&asker, &a, "slow.example", time);
	for (int i = 0; i < 3; i++) /* it is written, and the socket is quiet */
		cr_assert_eq(dna_loop_run(asker.loop, 0), 0);
	cr_assert_eq(poll(&arrived, 1, ENOUGH), 1);
	usleep((time + 100) * 1000);
	cr_assert(run_until(asker.loop, &a.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_ANSWERED, "%s", dna_item_reason(a.items[0]));
	asked_release(&a);
}

/* It cannot be made again: one that hangs may go on some day. */
Test(shared, keeps_the_socket_when_the_program_hangs)
{
	pid_t pid;

	start_with_socket();
	pid = asker_worker_pid(&asker);
	kill(pid, SIGSTOP);
	asker_expect_failure(&asker, "a.example", 1200, "did not answer within 1200 ms");
	kill(pid, SIGCONT);
	asker_expect_address(&asker, "a.example");
	cr_assert_eq(asker_worker_pid(&asker), pid);
}

static int child_with_socket(void)
{
	static const char reason[] = "the resolver program at the given socket belongs to the "
				     "process that this one was forked from";

	alarm(250);
	asker_expect_failure(&asker, "a.example", ENOUGH, reason);
	if (asker_end_many(&asker, &many) != MANY)
		return 1;
	asker_end(&asker);
	return 0;
}

Test(shared, refuses_the_socket_to_a_forked_child)
{
	pid_t pid;
	int status;

	start_with_socket();
	asker_begin_many(&asker, &many, "slow", ENOUGH);
	pid = fork();
	if (pid == 0)
		_exit(child_with_socket());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	cr_assert_eq(asker_end_many(&asker, &many), 0);
}

Test(shared, leaves_a_socket_that_is_of_no_use_to_the_caller)
{
	struct dna_resolver_options options = { .fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC) };
	struct dna_resolver *resolver;

	cr_assert_eq(dna_resolver_new(&resolver, asker.loop, &options), DNA_E_IO);
	cr_assert(is_open(options.fd));
	close(options.fd);
}

/* ---- as an application has it ---- */

static void ignore(struct dna_case *c, void *argument)
{
	(void)c, (void)argument;
}

/* Whether SRV records could be asked for; they are denied. */
static void check_options(const struct dna_net_options *options)
{
	struct dna_subject subject = { .domain = "a.example", .service = DNA_XMPP_SERVER };
	struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);
	const struct dna_item *item;
	struct dna_net *net;

	cr_assert_eq(dna_net_new(&net, options, NULL), 0);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(dna_net_gather(net, c, ENOUGH, ignore, NULL), 0);
	do {
		struct pollfd fd = { .fd = dna_net_fd(net), .events = POLLIN };

		cr_assert_eq(dna_net_process(net), 0);
		item = dna_case_item(c, "dns", "_xmpp-server._tcp.a.example", DNA_RR_SRV);
		cr_assert(item != NULL || poll(&fd, 1, ENOUGH) == 1);
	} while (item == NULL);
	cr_assert_eq(dna_item_outcome(item), DNA_DENIED, "%s", dna_item_reason(item));
	dna_net_forget(net, c);
	dna_case_free(c);
	dna_net_free(net);
}

Test(shared, is_for_applications)
{
	struct dna_net_options options = { .resolver_program = "/nonexistent",
					   .resolver_socket = strrchr(manager.path, '/') + 1 };

	cr_assert_eq(chdir("/tmp"), 0);
	check_options(&options);
	options = (struct dna_net_options){ .resolver_program = "/nonexistent",
					    .resolver_fd = connect_to_manager() };
	check_options(&options);
	cr_assert_not(is_open(options.resolver_fd));
}

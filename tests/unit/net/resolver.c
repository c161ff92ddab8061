/*
 * The client of the resolver program: every question gets exactly one answer, whatever the program
 * does.
 */
#include "asker.h"
#include "net/worker.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct asker asker;
static struct many many;
static char mark[64], link_to_program[64];

static void start(struct dna_resolver_options options)
{
	asker_start(&asker, &options);
}

static void set_up(void)
{
	snprintf(mark, sizeof(mark), "/tmp/dna-test-%d", (int)getpid());
	snprintf(link_to_program, sizeof(link_to_program), "/tmp/dna-test-%d-program",
		 (int)getpid());
	setenv("DNA_TEST_MARK", mark, 1);
	gate_close();
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker") });
}

static void tear_down(void)
{
	asker_end(&asker);
	unlink(mark);
	unlink(link_to_program);
	gate_clear();
	cr_assert_eq(children(), 0, "a child is left");
}

TestSuite(resolver, .init = set_up, .fini = tear_down, .timeout = 300);

static struct asked ask(const char *name, unsigned milliseconds)
{
	return asker_ask(&asker, name, milliseconds);
}

static void begin(struct asked *a, const char *name, unsigned milliseconds)
{
	asker_begin(&asker, a, name, milliseconds);
}

static void expect_failure(const char *name, unsigned milliseconds, const char *reason)
{
	asker_expect_failure(&asker, name, milliseconds, reason);
}

static void expect_address(const char *name)
{
	asker_expect_address(&asker, name);
}

static pid_t worker_pid(void)
{
	return asker_worker_pid(&asker);
}

Test(resolver, is_started_at_the_first_question_and_once)
{
	pid_t pid;

	cr_assert_eq(children(), 0);
	pid = worker_pid();
	cr_assert_eq(children(), 1);
	cr_assert_eq(worker_pid(), pid);
	expect_address("a.example");
}

Test(resolver, gives_every_outcome_as_it_came)
{
	static const struct {
		const char *name;
		enum dna_outcome outcome;
		enum dna_security security;
		size_t count;
	} cases[] = {
		{ "a.example", DNA_ANSWERED, DNA_SECURE, 1 },
		{ "nx.example", DNA_DENIED, DNA_SECURE, 1 },
		{ "failed.example", DNA_FAILED, DNA_INDETERMINATE, 1 },
		{ "bogus.example", DNA_FAILED, DNA_BOGUS, 1 },
		{ "alias.example", DNA_ANSWERED, DNA_SECURE, 2 },
		{ "many.example", DNA_ANSWERED, DNA_SECURE, 1 },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct asked a = ask(cases[i].name, ENOUGH);
		const struct dna_item *end = a.items[a.count - 1];

		cr_assert_eq(a.count, cases[i].count, "%s", cases[i].name);
		cr_assert_str_eq(dna_item_name(a.items[0]), cases[i].name);
		cr_assert_eq(dna_item_outcome(end), cases[i].outcome, "%s", cases[i].name);
		cr_assert_eq(dna_item_security(end), cases[i].security, "%s", cases[i].name);
		asked_release(&a);
	}
}

static void unexpected(void *argument, struct dna_item *const *items, size_t count)
{
	(void)items, (void)count;
	cr_assert_null(argument, "an answer to what was refused");
}

Test(resolver, refuses_what_DNS_cannot_hold)
{
	static const char *const names[] = {
		"",
		"a..example",
		"a b.example",
		"0123456789012345678901234567890123456789012345678901234567890123.example",
	};
	struct asked a = { .count = 0 };
	char name[300];

	for (size_t i = 0; i < ELEMENTS(names); i++)
		cr_assert_eq(dna_resolver_ask(asker.resolver, names[i], DNA_RR_A, 100, unexpected,
					      &a, &a.question),
			     DNA_E_INVALID, "%s", names[i]);
	memset(name, 'a', sizeof(name));
	for (size_t i = 9; i < sizeof(name); i += 10)
		name[i] = '.';
	name[sizeof(name) - 1] = '\0';
	cr_assert_eq(
		dna_resolver_ask(asker.resolver, name, DNA_RR_A, 100, unexpected, &a, &a.question),
		DNA_E_INVALID);
	cr_assert_eq(children(), 0, "a program was started for nothing");
}

/* ---- the program ---- */

Test(resolver, tells_the_program_what_was_configured)
{
	struct asked a = ask("arguments.example", ENOUGH);

	cr_assert_str_eq((const char *)dna_item_data(a.items[0], 0).data, "--fd 3");
	asked_release(&a);
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker"),
					     .addresses = " 192.0.2.1  [2001:db8::1]:5353",
					     .trust_anchor = "/etc/root.key",
					     .trust_ad = true });
	a = ask("arguments.example", ENOUGH);
	cr_assert_str_eq((const char *)dna_item_data(a.items[0], 0).data,
			 "--fd 3 --resolver 192.0.2.1 --resolver [2001:db8::1]:5353 --trust-anchor "
			 "/etc/root.key --trust-ad");
	asked_release(&a);
}

/*
 * Nothing of the host's: descriptors, though inheritable, blocked and ignored signals (those from
 * 32 are the C library's).
 */
static void check_process(void)
{
	struct asked a = ask("process.example", ENOUGH);
	unsigned seen = 0;

	for (size_t i = 0; i < dna_item_count(a.items[0]); i++) {
		const char *line = (const char *)dna_item_data(a.items[0], i).data;

		if (strncmp(line, "Sig", 3) == 0)
			cr_assert_eq(strtoull(line + 7, NULL, 16) & 0x7fffffff, 0, "%s", line);
		else if (line[0] == '0' || line[0] == '1')
			cr_assert_str_eq(line + 2, "/dev/null");
		else
			cr_assert(strncmp(line, "2 ", 2) == 0 || strncmp(line, "3 socket:", 9) == 0,
				  "%s", line);
		seen++;
	}
	cr_assert_geq(seen, 5);
	asked_release(&a);
}

Test(resolver, inherits_nothing_of_the_host)
{
	sigset_t blocked;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	cr_assert_geq(fcntl(STDERR_FILENO, F_DUPFD, 4), 4);
	check_process();
}

/* The socket is then among the descriptors that standard input and output are opened as. */
Test(resolver, works_in_a_host_without_standard_descriptors)
{
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	check_process();
}

Test(resolver, says_why_the_program_cannot_be_started)
{
	start((struct dna_resolver_options){ .program = "/nonexistent/dna-resolver" });
	expect_failure("a.example", ENOUGH,
		       "the resolver program /nonexistent/dna-resolver could not be started: No "
		       "such file or directory");
	expect_failure("b.example", ENOUGH, "No such file or directory");
	start((struct dna_resolver_options){ .program = "/etc/passwd" });
	expect_failure("a.example", ENOUGH, "/etc/passwd could not be started: Permission denied");
}

/* The program itself, with nobody to ask. */
Test(resolver, speaks_with_the_program_that_it_is_made_for)
{
	char program[512];
	struct dna_resolver_options options = { .program = program,
						.addresses = "127.0.0.1:1",
						.trust_anchor = mark };
	FILE *file = fopen(mark, "w");

	cr_assert_not_null(file);
	fputs(". IN DS 20326 8 2 "
	      "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n",
	      file);
	fclose(file);
	snprintf(program, sizeof(program), "%s", built_file("core/resolver/dna-resolver"));
	start(options);
	expect_failure("a.example", ENOUGH, "127.0.0.1");
	expect_failure("b.example", ENOUGH, "127.0.0.1");
	options.addresses = "nonsense";
	start(options);
	expect_failure("a.example", ENOUGH, "ended with status 2 when nothing but this was asked");
}

/* ---- its death ---- */

/* Who is killed when it is seen to end has ended: its status is its own. */
Test(resolver, ends_before_its_socket_does)
{
	char program[4096], how[DNA_WORKER_HOW];
	char *arguments[] = { program, (char *)(uintptr_t) "--trust-ad",
			      (char *)(uintptr_t) "--resolver", (char *)(uintptr_t) "127.0.0.1",
			      NULL };
	struct dna_worker worker;
	uint8_t octet;

	snprintf(program, sizeof(program), "%s", built_file("core/resolver/dna-resolver"));
	cr_assert_eq(dna_worker_start(&worker, program, arguments), 0);
	cr_assert_eq(send(worker.fd, "nonsense", 8, MSG_NOSIGNAL), 8);
	cr_assert_leq(recv(worker.fd, &octet, 1, 0), 0);
	dna_worker_stop(&worker, how);
	cr_assert_str_eq(how, "ended with status 0");
}

static void check_death(void)
{
	kill(worker_pid(), SIGKILL);
	expect_address("a.example");
	expect_address("die-once.example"); /* asked again after the first died of it */
}

Test(resolver, is_started_again_when_it_died)
{
	check_death();
}

Test(resolver, needs_no_SIGCHLD)
{
	signal(SIGCHLD, SIG_IGN);
	check_death();
}

static void kill_worker(void)
{
	pid_t pid = worker_pid();
	siginfo_t ended;

	kill(pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT), 0);
}

/* A question that is asked while there is no program fails; the next one need not. */
Test(resolver, says_so_when_the_program_has_vanished)
{
	char program[512];

	snprintf(program, sizeof(program), "%s", built_file("tests/unit/net/worker"));
	cr_assert_eq(symlink(program, link_to_program), 0);
	start((struct dna_resolver_options){ .program = link_to_program });
	expect_address("a.example");
	unlink(link_to_program);
	expect_address("a.example");
	kill_worker();
	expect_failure("a.example", ENOUGH, "could not be started: No such file or directory");
	expect_failure("a.example", ENOUGH, "could not be started: No such file or directory");
	cr_assert_eq(symlink(program, link_to_program), 0);
	expect_address("a.example");
}

static void limit_descriptors(rlim_t count)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = count;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

Test(resolver, says_so_when_the_host_has_no_descriptors_left)
{
	struct rlimit before;
	int next = dup(STDERR_FILENO);

	cr_assert_geq(next, 0);
	close(next);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (int more = 0; more < 2; more++) {
		limit_descriptors((rlim_t)(next + more));
		expect_failure("a.example", ENOUGH, "could not be started: Too many open files");
	}
	cr_assert_eq(children(), 0);
	limit_descriptors(before.rlim_cur);
	expect_address("a.example");
	kill_worker();
	limit_descriptors((rlim_t)next);
	expect_failure("a.example", ENOUGH, "could not be started: Too many open files");
	limit_descriptors(before.rlim_cur);
	expect_address("a.example");
}

Test(resolver, gives_up_a_question_that_two_programs_died_of)
{
	expect_failure("die.example", ENOUGH,
		       "was ended by signal 9 when nothing but this was asked");
	expect_address("a.example");
}

/* One that answers earns each new start. */
Test(resolver, finds_any_number_of_questions_that_it_dies_of)
{
	for (int i = 0; i < 30; i++) {
		expect_failure("die.example", ENOUGH, "when nothing but this was asked");
		expect_address("a.example");
	}
}

/* How many lines the file has. */
static unsigned lines_of(const char *path)
{
	unsigned count = 0;
	FILE *file = fopen(path, "r");

	for (int c = 0; file != NULL && (c = fgetc(file)) != EOF;)
		count += c == '\n';
	if (file != NULL)
		fclose(file);
	return count;
}

/* A program that writes a line whenever it is started, and ends. */
static void start_useless(void)
{
	FILE *file = fopen(link_to_program, "w");

	cr_assert_not_null(file);
	fprintf(file, "#!/bin/sh\necho started >>%s\nexit 7\n", mark);
	fclose(file);
	cr_assert_eq(chmod(link_to_program, 0700), 0);
	start((struct dna_resolver_options){ .program = link_to_program });
}

Test(resolver, gives_up_a_program_that_never_answers)
{
	start_useless();
	for (int i = 0; i < 10; i++)
		expect_failure("a.example", ENOUGH,
			       "ended with status 7 when nothing but this was asked");
	for (int i = 0; i < 10; i++)
		expect_failure(
			"a.example", ENOUGH,
			"ended with status 7, the last of 20 times in a row without an answer");
	cr_assert_eq(lines_of(mark), 20);
	cr_assert_eq(children(), 0);
}

Test(resolver, gives_up_a_program_that_never_answers_any_of_many)
{
	start_useless();
	for (int i = 0; i < 3; i++) {
		asker_begin_many(&asker, &many, "a", ENOUGH);
		cr_assert_eq(asker_end_many(&asker, &many), MANY);
	}
	cr_assert_leq(lines_of(mark), 20, "%u programs were started", lines_of(mark));
}

/* Nonsense is not believed, not even the part of it that can be understood. */
Test(resolver, believes_no_nonsense)
{
	expect_failure("garbage.example", ENOUGH, "spoke nonsense");
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker") });
	expect_failure("other.example", ENOUGH, "spoke nonsense");
	expect_address("a.example");
}

Test(resolver, loses_no_question_when_it_is_killed_in_the_middle)
{
	pid_t pid = worker_pid();

	signal(SIGCHLD, SIG_IGN);
	asker_begin_many(&asker, &many, "held", ENOUGH);
	cr_assert(run_until(asker.loop, &many.total, MANY / 4, ENOUGH));
	cr_assert_lt(many.total, MANY);
	kill(pid, SIGKILL);
	gate_open();
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	cr_assert_neq(worker_pid(), pid);
}

Test(resolver, loses_no_question_when_it_is_killed_again_and_again)
{
	asker_begin_many(&asker, &many, "held", ENOUGH);
	cr_assert(run_until(asker.loop, &many.total, 1, ENOUGH));
	for (int i = 0; i < 2; i++)
		kill(worker_pid(), SIGKILL);
	gate_open();
	cr_assert_leq(asker_end_many(&asker, &many), MANY / 2);
}

/* ---- poison ---- */

/* |count| questions that it dies of, amid MANY others: they fail, and nothing else does. */
static void check_poison(const char *poison, unsigned count, const char *others)
{
	struct asked asked[4] = { { .count = 0 } };

	cr_assert_leq(count, ELEMENTS(asked));
	asker_begin(&asker, &asked[0], poison, ENOUGH);
	asker_begin_many(&asker, &many, others, ENOUGH);
	for (unsigned i = 1; i < count; i++)
		asker_begin(&asker, &asked[i], poison, ENOUGH);
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	for (unsigned i = 0; i < count; i++) {
		cr_assert(run_until(asker.loop, &asked[i].answers, 1, ENOUGH));
		cr_assert_eq(dna_item_outcome(asked[i].items[0]), DNA_FAILED);
		cr_assert_not_null(strstr(dna_item_reason(asked[i].items[0]),
					  "was ended by signal 9 when nothing but this was asked"),
				   "%s", dna_item_reason(asked[i].items[0]));
		asked_release(&asked[i]);
	}
	expect_address("a.example");
}

Test(resolver, finds_the_one_question_that_it_dies_of)
{
	check_poison("die.example", 1, "slow");
}

Test(resolver, finds_the_question_that_it_dies_of_later)
{
	check_poison("die-later.example", 1, "now");
}

Test(resolver, finds_several_questions_that_it_dies_of)
{
	check_poison("die.example", 4, "slow");
}

/* It is killed, and another one has been asked the same. */
static void lose_worker(void)
{
	pid_t pid = first_child(), now;

	cr_assert_gt(pid, 0);
	kill(pid, SIGKILL);
	do {
		cr_assert_eq(dna_loop_run(asker.loop, 5), 0);
		now = first_child();
	} while (now == pid || now == 0);
	cr_assert_eq(dna_loop_run(asker.loop, 5), 0);
}

/* Nothing waits for what is gone. */
Test(resolver, goes_on_when_a_suspect_is_cancelled)
{
	struct asked silent = { .count = 0 }, held = { .count = 0 };
	uint64_t end;

	begin(&silent, "silent.example", ENOUGH);
	begin(&held, "held.example", ENOUGH);
	cr_assert_eq(dna_loop_run(asker.loop, 5), 0);
	for (int i = 0; i < 2; i++)
		lose_worker();
	gate_open();
	for (end = dna_loop_now() + 1000; dna_loop_now() < end;)
		cr_assert_eq(dna_loop_run(asker.loop, 5), 0);
	cr_assert_eq(held.answers, 0, "it does not wait for the other suspect");
	dna_resolver_cancel(silent.question);
	cr_assert(run_until(asker.loop, &held.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(held.items[0]), DNA_ANSWERED);
	asked_release(&held);
}

/* ---- deadlines ---- */

#define SILENCE 1000 /* milliseconds, as resolver.c has it */

/* A program that has not said a word for so long counts as hanging: this process may be slow. */
Test(resolver, does_not_wait_for_a_question_that_is_not_answered)
{
	pid_t pid = worker_pid();
	uint64_t begun = dna_loop_now();

	expect_failure("silent.example", 100, "did not answer within 100 ms");
	if (dna_loop_now() - begun < SILENCE)
		cr_assert_eq(worker_pid(), pid, "one question is no reason to end the program");
}

Test(resolver, keeps_a_program_that_says_something)
{
	struct asked silent = { .count = 0 };
	pid_t pid = worker_pid();

	begin(&silent, "silent.example", 5 * SILENCE);
	expect_address("slow.example");
	cr_assert(run_until(asker.loop, &silent.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(silent.items[0]), DNA_FAILED);
	asked_release(&silent);
	cr_assert_eq(worker_pid(), pid, "one question is no reason to end the program");
}

/* Whatever program there is does nothing any more. */
static void hang(void)
{
	struct asked a = { .count = 0 };

	begin(&a, "hang.example", ENOUGH);
	dna_resolver_cancel(a.question);
}

Test(resolver, replaces_a_program_that_hangs)
{
	pid_t pid = worker_pid();
	struct asked patient = { .count = 0 };

	expect_failure("hang.example", 50, "did not answer within 50 ms");
	hang();
	expect_failure("a.example", 50, "did not answer within 50 ms");
	hang();
	begin(&patient, "b.example", ENOUGH);
	expect_failure("c.example", SILENCE + 200, "did not answer within 1200 ms");
	cr_assert(run_until(asker.loop, &patient.answers, 1, ENOUGH / 2),
		  "it was not asked of a new program");
	cr_assert_eq(dna_item_outcome(patient.items[0]), DNA_ANSWERED);
	asked_release(&patient);
	cr_assert_neq(worker_pid(), pid);
	cr_assert_eq(children(), 1);
}

Test(resolver, replaces_a_program_that_was_stopped)
{
	pid_t pid = worker_pid();
	struct asked patient = { .count = 0 };

	kill(pid, SIGSTOP);
	begin(&patient, "b.example", ENOUGH);
	expect_failure("a.example", SILENCE + 200, "did not answer within 1200 ms");
	cr_assert(run_until(asker.loop, &patient.answers, 1, ENOUGH));
	cr_assert_eq(dna_item_outcome(patient.items[0]), DNA_ANSWERED);
	asked_release(&patient);
	cr_assert_neq(worker_pid(), pid);
	cr_assert_eq(children(), 1);
}

Test(resolver, answers_every_question_to_a_program_that_hangs)
{
	struct asked first = { .count = 0 };

	begin(&first, "hang.example", 1500);
	asker_begin_many(&asker, &many, "a", 1500);
	/* How many fail is a matter of how fast the next program answers. */
	asker_end_many(&asker, &many);
	cr_assert_eq(first.answers, 1);
	asked_release(&first);
}

/* ---- cancelling ---- */

Test(resolver, does_not_answer_what_was_cancelled)
{
	struct asked a = { .count = 0 }, b = { .count = 0 };

	begin(&a, "held.example", ENOUGH);
	begin(&b, "a.example", ENOUGH);
	dna_resolver_cancel(b.question);
	expect_address("c.example");
	dna_resolver_cancel(a.question);
	gate_open();
	expect_address("slow.example"); /* the other's answer comes before this one */
	cr_assert_eq(a.answers + b.answers, 0);
	dna_resolver_cancel(NULL);
}

static struct dna_question *other;

static void cancel_other(void *argument, struct dna_item *const *items, size_t count)
{
	(void)items;
	(void)count;
	dna_resolver_cancel(other);
	(*(unsigned *)argument)++;
}

Test(resolver, lets_whoever_is_answered_cancel_and_ask)
{
	struct dna_question *question;
	struct asked a = { .count = 0 };
	unsigned done = 0;

	cr_assert_eq(dna_resolver_ask(asker.resolver, "a.example", DNA_RR_A, ENOUGH, cancel_other,
				      &done, &question),
		     0);
	begin(&a, "b.example", ENOUGH);
	other = a.question;
	cr_assert(run_until(asker.loop, &done, 1, ENOUGH));
	expect_address("c.example");
	cr_assert_eq(a.answers, 0);
}

Test(resolver, leaves_nothing_behind_when_it_is_freed_in_the_middle)
{
	asker_begin_many(&asker, &many, "silent", ENOUGH);
	cr_assert_eq(dna_loop_run(asker.loop, 10), 0);
}

/* ---- fork of the host ---- */

static int child(pid_t parents)
{
	pid_t pid;

	alarm(250); /* a failed assertion would wait for the parent */
	pid = worker_pid();
	if (pid == parents)
		return 1;
	expect_address("in-the-child.example");
	if (asker_end_many(&asker, &many) != 0)
		return 2;
	asker_end(&asker);
	return children() == 0 && kill(parents, 0) == 0 ? 0 : 3;
}

Test(resolver, is_not_shared_with_a_forked_child)
{
	pid_t pid, worker = worker_pid();
	int status;

	asker_begin_many(&asker, &many, "slow", ENOUGH);
	pid = fork();
	if (pid == 0)
		_exit(child(worker));
	cr_assert_eq(asker_end_many(&asker, &many), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	cr_assert_eq(worker_pid(), worker);
}

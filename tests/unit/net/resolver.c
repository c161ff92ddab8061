/*
 * The client of the resolver program: every question gets exactly one answer, whatever the program
 * does.
 */
#include "net/resolver.h"
#include "net.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct dna_loop *loop;
static struct dna_resolver *resolver;
static char mark[64];

static void start(struct dna_resolver_options options)
{
	dna_resolver_free(resolver);
	cr_assert_eq(dna_resolver_new(&resolver, loop, &options), 0);
}

static void set_up(void)
{
	snprintf(mark, sizeof(mark), "/tmp/dna-test-%d", (int)getpid());
	setenv("DNA_TEST_MARK", mark, 1);
	cr_assert_eq(dna_loop_new(&loop), 0);
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker") });
}

static void tear_down(void)
{
	dna_resolver_free(resolver);
	dna_loop_free(loop);
	unlink(mark);
	cr_assert_eq(children(), 0, "a child is left");
}

TestSuite(resolver, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- one question ---- */

struct asked {
	struct dna_question *question;
	struct dna_item *items[4];
	size_t count;
	unsigned answers;
	unsigned *total;
};

static void answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct asked *a = argument;

	cr_assert_leq(count, ELEMENTS(a->items));
	for (size_t i = 0; i < count; i++)
		a->items[i] = dna_item_ref(items[i]);
	a->count = count;
	a->answers++;
	if (a->total != NULL)
		(*a->total)++;
}

static void release(struct asked *a)
{
	for (size_t i = 0; i < a->count; i++)
		dna_item_unref(a->items[i]);
	*a = (struct asked){ .count = 0 };
}

static void begin(struct asked *a, const char *name, unsigned milliseconds)
{
	cr_assert_eq(
		dna_resolver_ask(resolver, name, DNA_RR_A, milliseconds, answered, a, &a->question),
		0, "%s", name);
	cr_assert_eq(a->answers, 0, "an answer from within the asking");
}

static struct asked ask(const char *name, unsigned milliseconds)
{
	struct asked a = { .count = 0 };

	begin(&a, name, milliseconds);
	cr_assert(run_until(loop, &a.answers, 1, 10000), "%s was not answered", name);
	cr_assert_geq(a.count, 1, "%s", name);
	return a;
}

static void expect_failure(const char *name, unsigned milliseconds, const char *reason)
{
	struct asked a = ask(name, milliseconds);

	cr_assert_eq(a.count, 1);
	cr_assert_str_eq(dna_item_name(a.items[0]), name);
	cr_assert_eq(dna_item_type(a.items[0]), DNA_RR_A);
	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_FAILED);
	cr_assert_eq(dna_item_security(a.items[0]), DNA_INDETERMINATE);
	cr_assert_not_null(strstr(dna_item_reason(a.items[0]), reason), "%s: \"%s\", not \"%s\"",
			   name, dna_item_reason(a.items[0]), reason);
	release(&a);
}

static void expect_address(const char *name)
{
	struct asked a = ask(name, 5000);

	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_ANSWERED, "%s: %s", name,
		     dna_item_reason(a.items[0]));
	cr_assert_eq(dna_item_data(a.items[0], 0).size, 4);
	release(&a);
}

static pid_t worker_pid(void)
{
	struct asked a = ask("pid.example", 5000);
	pid_t pid;

	cr_assert_eq(dna_item_data(a.items[0], 0).size, sizeof(pid));
	memcpy(&pid, dna_item_data(a.items[0], 0).data, sizeof(pid));
	release(&a);
	return pid;
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
		struct asked a = ask(cases[i].name, 5000);
		const struct dna_item *end = a.items[a.count - 1];

		cr_assert_eq(a.count, cases[i].count, "%s", cases[i].name);
		cr_assert_str_eq(dna_item_name(a.items[0]), cases[i].name);
		cr_assert_eq(dna_item_outcome(end), cases[i].outcome, "%s", cases[i].name);
		cr_assert_eq(dna_item_security(end), cases[i].security, "%s", cases[i].name);
		release(&a);
	}
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
		cr_assert_eq(dna_resolver_ask(resolver, names[i], DNA_RR_A, 100, answered, &a,
					      &a.question),
			     DNA_E_INVALID, "%s", names[i]);
	memset(name, 'a', sizeof(name));
	for (size_t i = 9; i < sizeof(name); i += 10)
		name[i] = '.';
	name[sizeof(name) - 1] = '\0';
	cr_assert_eq(dna_resolver_ask(resolver, name, DNA_RR_A, 100, answered, &a, &a.question),
		     DNA_E_INVALID);
	cr_assert_eq(children(), 0, "a program was started for nothing");
}

/* ---- the program ---- */

Test(resolver, tells_the_program_what_was_configured)
{
	struct asked a = ask("arguments.example", 5000);

	cr_assert_str_eq((const char *)dna_item_data(a.items[0], 0).data, "--fd 3");
	release(&a);
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker"),
					     .addresses = " 192.0.2.1  [2001:db8::1]:5353",
					     .trust_anchor = "/etc/root.key" });
	a = ask("arguments.example", 5000);
	cr_assert_str_eq((const char *)dna_item_data(a.items[0], 0).data,
			 "--fd 3 --resolver 192.0.2.1 --resolver [2001:db8::1]:5353 --trust-anchor "
			 "/etc/root.key");
	release(&a);
}

/*
 * Nothing of the host's: descriptors, though inheritable, blocked and ignored signals (those from
 * 32 are the C library's).
 */
static void check_process(void)
{
	struct asked a = ask("process.example", 5000);
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
	release(&a);
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
	expect_failure("a.example", 5000,
		       "the resolver program /nonexistent/dna-resolver could not be started: No "
		       "such file or directory");
	expect_failure("b.example", 5000, "No such file or directory");
	start((struct dna_resolver_options){ .program = "/etc/passwd" });
	expect_failure("a.example", 5000, "/etc/passwd could not be started: Permission denied");
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
	expect_failure("a.example", 5000, "127.0.0.1");
	expect_failure("b.example", 5000, "127.0.0.1");
	options.addresses = "nonsense";
	start(options);
	expect_failure("a.example", 5000, "ended with status 2 while this was asked, twice");
}

/* ---- its death ---- */

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

Test(resolver, gives_up_a_question_that_two_programs_died_of)
{
	expect_failure("die.example", 5000, "was ended by signal 9 while this was asked, twice");
	expect_address("a.example");
}

Test(resolver, gives_up_a_program_that_keeps_dying)
{
	expect_failure("die.example", 5000, "twice");
	expect_failure("die.example", 5000, "failed 3 times within 10 seconds");
	expect_failure("a.example", 5000, "failed 3 times within 10 seconds");
	cr_assert_eq(children(), 0);
}

Test(resolver, gives_up_a_program_that_is_none)
{
	start((struct dna_resolver_options){ .program = "/bin/false" });
	expect_failure("a.example", 5000,
		       "the resolver program /bin/false ended with status 1 while this was asked");
}

/* Nonsense is not believed, not even the part of it that can be understood. */
Test(resolver, believes_no_nonsense)
{
	expect_failure("garbage.example", 5000, "spoke nonsense");
	start((struct dna_resolver_options){ .program = built_file("tests/unit/net/worker") });
	expect_failure("other.example", 5000, "spoke nonsense");
	expect_address("a.example");
}

#define MANY 1000

static struct asked many[MANY];
static unsigned total;

static void ask_many(const char *label, unsigned milliseconds)
{
	char name[64];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%s.n%u.example", i % 2 == 0 ? label : "now", i);
		many[i].total = &total;
		begin(&many[i], name, milliseconds);
	}
}

static unsigned failures(void)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < MANY; i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "n%u.example", i);
		cr_assert_eq(many[i].answers, 1, "%u: %u answers", i, many[i].answers);
		cr_assert_str_eq(strchr(dna_item_name(many[i].items[0]), '.') + 1, expected);
		failed += dna_item_outcome(many[i].items[0]) == DNA_FAILED;
		release(&many[i]);
	}
	return failed;
}

Test(resolver, loses_no_question_when_it_is_killed_in_the_middle)
{
	pid_t pid = worker_pid();

	signal(SIGCHLD, SIG_IGN);
	ask_many("slow", 10000);
	cr_assert(run_until(loop, &total, MANY / 4, 10000));
	cr_assert_lt(total, MANY);
	kill(pid, SIGKILL);
	cr_assert(run_until(loop, &total, MANY, 10000), "%u answers", total);
	cr_assert_eq(failures(), 0);
	cr_assert_neq(worker_pid(), pid);
}

Test(resolver, loses_no_question_when_it_is_killed_again_and_again)
{
	ask_many("slow", 10000);
	for (int i = 0; i < 2; i++) {
		unsigned before = total;

		cr_assert(run_until(loop, &total, before + 1, 10000));
		kill(worker_pid(), SIGKILL);
	}
	cr_assert(run_until(loop, &total, MANY, 10000), "%u answers", total);
	cr_assert_leq(failures(), MANY / 2);
}

/* ---- deadlines ---- */

Test(resolver, does_not_wait_for_a_question_that_is_not_answered)
{
	pid_t pid = worker_pid();
	uint64_t start_time = dna_loop_now();

	expect_failure("silent.example", 100, "did not answer within 100 ms");
	cr_assert_lt(dna_loop_now() - start_time, 1000);
	cr_assert_eq(worker_pid(), pid, "one question is no reason to end the program");
}

Test(resolver, replaces_a_program_that_hangs)
{
	pid_t pid = worker_pid();
	struct asked patient = { .count = 0 };

	expect_failure("hang.example", 50, "did not answer within 50 ms");
	expect_failure("a.example", 50, "did not answer within 50 ms");
	begin(&patient, "b.example", 10000);
	expect_failure("c.example", 1200, "did not answer within 1200 ms");
	cr_assert(run_until(loop, &patient.answers, 1, 2000), "it was not asked of a new program");
	cr_assert_eq(dna_item_outcome(patient.items[0]), DNA_ANSWERED);
	release(&patient);
	cr_assert_neq(worker_pid(), pid);
	cr_assert_eq(children(), 1);
}

Test(resolver, answers_every_question_to_a_program_that_hangs)
{
	struct asked first = { .count = 0 };

	begin(&first, "hang.example", 1500);
	ask_many("a", 1500);
	cr_assert(run_until(loop, &total, MANY, 10000), "%u answers", total);
	failures(); /* how many fail is a matter of how fast the next program answers */
	cr_assert_eq(first.answers, 1);
	release(&first);
}

/* The loop did not run for longer than the question was given: what has arrived in time counts. */
Test(resolver, counts_what_arrived_while_the_host_was_away)
{
	struct asked a = { .count = 0 };

	expect_address("a.example");
	begin(&a, "slow.example", 20);
	for (int i = 0; i < 3; i++) /* it is written, and the socket is quiet */
		cr_assert_eq(dna_loop_run(loop, 0), 0);
	usleep(200000);
	cr_assert(run_until(loop, &a.answers, 1, 1000));
	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_ANSWERED, "%s", dna_item_reason(a.items[0]));
	release(&a);
}

/* ---- cancelling ---- */

Test(resolver, does_not_answer_what_was_cancelled)
{
	struct asked a = { .count = 0 }, b = { .count = 0 };

	begin(&a, "slow.example", 5000);
	begin(&b, "a.example", 5000);
	dna_resolver_cancel(b.question);
	expect_address("c.example");
	dna_resolver_cancel(a.question);
	usleep(100000); /* its answer is on the way */
	expect_address("d.example");
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

	cr_assert_eq(dna_resolver_ask(resolver, "a.example", DNA_RR_A, 5000, cancel_other, &done,
				      &question),
		     0);
	begin(&a, "b.example", 5000);
	other = a.question;
	cr_assert(run_until(loop, &done, 1, 5000));
	expect_address("c.example");
	cr_assert_eq(a.answers, 0);
}

Test(resolver, leaves_nothing_behind_when_it_is_freed_in_the_middle)
{
	ask_many("silent", 5000);
	cr_assert_eq(dna_loop_run(loop, 10), 0);
}

/* ---- fork of the host ---- */

static int child(pid_t parents)
{
	pid_t pid;

	alarm(30); /* a failed assertion would wait for the parent */
	pid = worker_pid();
	if (pid == parents)
		return 1;
	expect_address("in-the-child.example");
	if (!run_until(loop, &total, MANY, 10000) || failures() != 0)
		return 2;
	dna_resolver_free(resolver);
	return children() == 0 && kill(parents, 0) == 0 ? 0 : 3;
}

Test(resolver, is_not_shared_with_a_forked_child)
{
	pid_t pid, worker = worker_pid();
	int status;

	ask_many("slow", 10000);
	pid = fork();
	if (pid == 0)
		_exit(child(worker));
	cr_assert(run_until(loop, &total, MANY, 10000), "%u answers", total);
	cr_assert_eq(failures(), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	cr_assert_eq(worker_pid(), worker);
}

/*
 * dna-resolver as a service: many clients, none of whom can hurt the others. The program is the
 * real one; the resolver that it asks says SERVFAIL, or nothing at all.
 */
#include "evidence/frame.h"
#include "loop/loop.h"
#include "resolver/run.h"
#include "servfail.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENOUGH 30000 /* milliseconds for what has to happen */

static char path[64], file[64];
static pid_t program = -1;
static struct servfail upstream;

/* ---- the program ---- */

struct launch {
	const char *listen;
	const char *fds; /* LISTEN_FDS; |fd| is then descriptor 3 */
	int fd;
	int complaints; /* standard error, unless 0 */
};

static pid_t launch(struct launch l)
{
	const char *top = getenv("top_builddir");
	char name[PATH_MAX], number[16];
	const char *arguments[8] = { name, "--resolver", upstream.address, "--trust-anchor", file };
	pid_t pid;

	snprintf(name, sizeof(name), "%s/core/resolver/dna-resolver", top != NULL ? top : ".");
	if (l.listen != NULL) {
		arguments[5] = "--listen";
		arguments[6] = l.listen;
	}
	pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(number, sizeof(number), "%d", (int)getpid());
	if (l.fds != NULL) {
		setenv("LISTEN_PID", number, 1);
		setenv("LISTEN_FDS", l.fds, 1);
		if (l.fd != 3 && dup2(l.fd, 3) != 3)
			_exit(126);
	}
	if (l.complaints != 0)
		dup2(l.complaints, STDERR_FILENO);
	execv(name, (char *const *)(uintptr_t)arguments);
	_exit(127);
}

static int status_of(pid_t pid)
{
	int status = -1;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

/* It ends with |status| and complains of |complaint|. */
static void check_refusal(struct launch l, int status, const char *complaint)
{
	char text[1024];
	int ends[2];
	ssize_t size;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	l.complaints = ends[1];
	cr_assert_eq(WEXITSTATUS(status_of(launch(l))), status, "%s", complaint);
	close(ends[1]);
	size = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	cr_assert_gt(size, 0);
	text[size] = '\0';
	cr_assert_not_null(strstr(text, complaint), "\"%s\" does not say \"%s\"", text, complaint);
}

/* ---- clients ---- */

struct client {
	int fd;
	struct dna_buffer in;
};

static struct sockaddr_un address_of(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, socket_path);
	return address;
}

static bool try_to_connect(struct client *c)
{
	struct sockaddr_un address = address_of(path);

	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	dna_buffer_init(&c->in, 0);
	if (connect(c->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	close(c->fd);
	return false;
}

static struct client come(void)
{
	struct client c;

	cr_assert(try_to_connect(&c));
	return c;
}

static void go(struct client *c)
{
	close(c->fd);
	dna_buffer_clear(&c->in);
}

static struct dna_buffer wire_of(struct dna_frame frame)
{
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	cr_assert_eq(dna_frame_write(&wire, &frame), 0);
	return wire;
}

static struct dna_frame question(uint32_t number, const char *name, uint32_t milliseconds)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
				   .number = number,
				   .milliseconds = milliseconds,
				   .type = DNA_RR_A };

	snprintf(frame.name, sizeof(frame.name), "%s", name);
	return frame;
}

/* All of it has been read before the program does anything else, unless it is very much. */
static void say_all(const struct client *c, const struct dna_frame *frames, size_t count)
{
	struct dna_buffer all;

	dna_buffer_init(&all, 0);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(dna_frame_write(&all, &frames[i]), 0);
	cr_assert_eq(send(c->fd, all.data, all.size, MSG_NOSIGNAL), (ssize_t)all.size);
	dna_buffer_clear(&all);
}

static void say(const struct client *c, struct dna_frame frame)
{
	say_all(c, &frame, 1);
}

enum heard { ANSWER, END, NOTHING };

/* |*frame| is to be cleared after an answer. */
static enum heard hear(struct client *c, struct dna_frame *frame, int milliseconds)
{
	for (;;) {
		struct pollfd fd = { .fd = c->fd, .events = POLLIN };
		uint8_t octets[65536];
		size_t used;
		ssize_t size;
		int r = dna_frame_read((struct dna_bytes){ c->in.data, c->in.size }, frame, &used);

		if (r == 0) {
			dna_buffer_consume(&c->in, used);
			return ANSWER;
		}
		cr_assert_eq(r, DNA_E_AGAIN);
		if (poll(&fd, 1, milliseconds) != 1)
			return NOTHING;
		size = recv(c->fd, octets, sizeof(octets), 0);
		if (size <= 0)
			return END;
		cr_assert_eq(dna_buffer_add(&c->in, octets, (size_t)size), 0);
	}
}

static void expect(struct client *c, uint32_t number, const char *reason)
{
	struct dna_frame frame;

	cr_assert_eq(hear(c, &frame, ENOUGH), ANSWER);
	cr_assert_eq(frame.number, number);
	cr_assert_not_null(strstr(dna_item_reason(frame.items[0]), reason), "%s",
			   dna_item_reason(frame.items[0]));
	dna_frame_clear(&frame);
}

static void check_served(struct client *c)
{
	static uint32_t number = 1000000;

	say(c, question(++number, "a.example", ENOUGH));
	expect(c, number, "the resolver says SERVFAIL for a.example. A");
}

/* Though other questions may be answered before. */
static void check_served_among_others(struct client *c)
{
	const uint32_t number = 2000000;
	struct dna_frame frame;
	bool served = false;

	say(c, question(number, "a.example", ENOUGH));
	while (!served) {
		cr_assert_eq(hear(c, &frame, ENOUGH), ANSWER);
		served = frame.number == number;
		if (served)
			cr_assert_not_null(strstr(dna_item_reason(frame.items[0]), "SERVFAIL"),
					   "%s", dna_item_reason(frame.items[0]));
		dna_frame_clear(&frame);
	}
}

static void check_left(struct client *c)
{
	struct dna_frame frame;

	cr_assert_eq(hear(c, &frame, ENOUGH), END);
}

/* ---- the fixture ---- */

static void start(void)
{
	struct client c;
	int tries = 0;

	program = launch((struct launch){ .listen = path });
	while (!try_to_connect(&c)) {
		cr_assert_lt(tries++, 3000, "it does not listen");
		usleep(20000);
	}
	go(&c);
}

static void set_up(void)
{
	FILE *anchor;

	snprintf(path, sizeof(path), "/tmp/dna-test-%d.sock", (int)getpid());
	snprintf(file, sizeof(file), "/tmp/dna-test-%d", (int)getpid());
	anchor = fopen(file, "w");
	cr_assert_not_null(anchor);
	fputs(". IN DS 20326 8 2 "
	      "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n",
	      anchor);
	fclose(anchor);
	servfail_start(&upstream);
	start();
}

static void tear_down(void)
{
	if (program > 0) {
		cr_assert_eq(waitpid(program, NULL, WNOHANG), 0, "the program is gone");
		kill(program, SIGTERM);
		cr_assert_eq(status_of(program), 0);
	}
	servfail_stop(&upstream);
	unlink(path);
	unlink(file);
}

TestSuite(service, .init = set_up, .fini = tear_down, .timeout = 300);

/* ---- clients that are none ---- */

Test(service, leaves_whoever_speaks_nonsense_and_nobody_else)
{
	static const struct {
		const char *octets;
		size_t size;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 18 }, { "\0\0\0\0", 4 },
		{ "\0\0\0\5\377\0\0\0\1", 9 },    { "\0\0\0\7\2\0\0\0\1xx", 11 },
		{ "\0\0\0\5\1\0\0\0\1", 9 },      { "\177\377\377\377\1", 5 },
	};
	struct client honest = come();

	say(&honest, question(1, "silent.example", 1000));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct client c = come();

		cr_assert_eq(send(c.fd, cases[i].octets, cases[i].size, 0), (ssize_t)cases[i].size);
		check_left(&c);
		go(&c);
	}
	expect(&honest, 1, "there is no answer within");
	check_served(&honest);
	go(&honest);
}

Test(service, leaves_whoever_answers_or_asks_by_a_number_twice)
{
	struct dna_item_init init = { .kind = "dns", .name = "a.example", .outcome = DNA_DENIED };
	struct dna_frame answer = { .kind = DNA_FRAME_ANSWER, .number = 1 };
	struct client c = come(), other = come();
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_frame_add(&answer, item), 0);
	say(&c, answer);
	dna_frame_clear(&answer);
	check_left(&c);
	go(&c);
	say(&other, question(1, "silent.example", 1000)); /* a number is everybody's own */
	c = come();
	say(&c, question(1, "silent.example", ENOUGH));
	say(&c, question(1, "silent.example", ENOUGH));
	check_left(&c);
	go(&c);
	expect(&other, 1, "there is no answer within");
	say(&other, question(1, "a.example", ENOUGH)); /* it is free again */
	expect(&other, 1, "SERVFAIL");
	go(&other);
}

Test(service, minds_nobody_who_vanishes)
{
	struct dna_buffer wire = wire_of(question(1, "a.example", ENOUGH));
	struct client c, honest = come();

	for (size_t size = 0; size <= wire.size; size++) {
		c = come();
		cr_assert_eq(send(c.fd, wire.data, size, 0), (ssize_t)size);
		go(&c);
	}
	for (unsigned count = 1; count <= DNA_QUESTIONS_MAX; count *= 8) {
		c = come();
		for (unsigned i = 0; i < count; i++)
			say(&c, question(i, "silent.example", ENOUGH));
		go(&c);
	}
	check_served(&honest);
	go(&honest);
	dna_buffer_clear(&wire);
}

Test(service, waits_for_the_rest_of_a_frame)
{
	struct dna_buffer wire = wire_of(question(7, "a.example", ENOUGH));
	struct client slow = come(), honest = come();

	for (size_t i = 0; i < wire.size; i++) {
		cr_assert_eq(send(slow.fd, wire.data + i, 1, 0), 1);
		if (i % 8 == 0)
			check_served(&honest);
	}
	expect(&slow, 7, "SERVFAIL");
	go(&slow);
	go(&honest);
	dna_buffer_clear(&wire);
}

/* ---- cancelling ---- */

Test(service, minds_no_cancel_of_what_is_unknown)
{
	const struct dna_frame cancel = { .kind = DNA_FRAME_CANCEL, .number = 1 };
	const struct dna_frame frames[] = { question(1, "silent.example", 500),
					    question(2, "silent.example", 1000), cancel, cancel };
	struct client c = come();
	struct dna_frame frame;

	say(&c, (struct dna_frame){ .kind = DNA_FRAME_CANCEL, .number = 99 });
	check_served(&c);
	say_all(&c, frames, 4);
	expect(&c, 2, "there is no answer within");
	cr_assert_eq(hear(&c, &frame, 50), NOTHING);
	go(&c);
}

Test(service, cancels_what_it_looks_up)
{
	const struct dna_frame cancel = { .kind = DNA_FRAME_CANCEL, .number = 1 };
	struct client c = come();

	say(&c, question(1, "silent.example", ENOUGH));
	check_served(&c);
	say(&c, cancel);
	say(&c, cancel);
	say(&c, question(1, "a.example", ENOUGH)); /* the number is free again */
	expect(&c, 1, "SERVFAIL");
	check_served(&c);
	go(&c);
}

/* Also those that wait for their turn, so that it comes to others. */
Test(service, cancels_what_waits)
{
	static struct dna_frame questions[DNA_QUESTIONS_MAX], cancels[DNA_QUESTIONS_MAX];
	struct client c = come();

	for (uint32_t i = 0; i < DNA_QUESTIONS_MAX; i++) {
		questions[i] = question(i, "silent.example", 10 * ENOUGH);
		cancels[i] = (struct dna_frame){ .kind = DNA_FRAME_CANCEL, .number = i };
	}
	say_all(&c, questions, DNA_QUESTIONS_MAX);
	say_all(&c, cancels, DNA_QUESTIONS_MAX);
	check_served_among_others(&c);
	go(&c);
}

/* ---- bounds and turns ---- */

/* A name as long as there is any, so that answers are long. */
static void long_name(char name[DNA_NAME_MAX + 1], unsigned number)
{
	snprintf(name, DNA_NAME_MAX + 1, "n%06u.%.60s.%.60s.%.60s.%.60s", number,
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
		 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
		 "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd");
}

/* Ask until nothing more is taken for a while. */
static unsigned ask_without_reading(struct client *c)
{
	char name[DNA_NAME_MAX + 1];
	unsigned asked = 0;

	for (;; asked++) {
		struct pollfd fd = { .fd = c->fd, .events = POLLOUT };

		cr_assert_lt(asked, 1000000U, "there is no bound");
		if (poll(&fd, 1, 1000) != 1)
			return asked;
		long_name(name, asked);
		say(c, question(asked, name, 600000));
	}
}

Test(service, looks_up_no_more_for_whoever_does_not_read)
{
	struct client mute = come(), honest = come();
	unsigned asked = ask_without_reading(&mute);

	check_served(&honest);
	for (unsigned i = 0; i < asked; i++) {
		struct dna_frame frame;

		cr_assert_eq(hear(&mute, &frame, ENOUGH), ANSWER, "%u of %u", i, asked);
		dna_frame_clear(&frame);
	}
	check_served(&mute);
	go(&mute);
	go(&honest);
}

Test(service, minds_nobody_who_vanishes_without_having_read)
{
	struct client mute = come(), honest = come();

	ask_without_reading(&mute);
	go(&mute);
	check_served(&honest);
	go(&honest);
}

/* The resolvers are asked only so much at the same time: a greedy client does not get all of it. */
Test(service, has_room_for_whoever_comes)
{
	struct client greedy = come(), modest = come();
	char name[64];

	for (uint32_t i = 0; i < DNA_QUESTIONS_MAX; i++) {
		snprintf(name, sizeof(name), "silent%u.example", i);
		say(&greedy, question(i, name, 60000));
	}
	for (int i = 0; i < 10; i++)
		check_served(&modest);
	go(&greedy);
	go(&modest);
}

/*
 * One client alone has half of the lookups, and those who have one keep it for longer: they are all
 * read at once, so however slow this machine is, the others' time passes before it is their turn.
 */
Test(service, answers_what_it_had_no_time_for)
{
	static struct dna_frame frames[DNA_LOOKUPS_MAX];
	struct client c = come(), other = come();
	char name[64];

	for (uint32_t i = 0; i < DNA_LOOKUPS_MAX; i++) {
		snprintf(name, sizeof(name), "silent%u.example", i);
		frames[i] = question(i, name, i < DNA_LOOKUPS_MAX / 2 ? 3000 : 500);
	}
	say_all(&c, frames, DNA_LOOKUPS_MAX);
	check_served(&other);
	for (uint32_t i = 0; i < DNA_LOOKUPS_MAX; i++) {
		struct dna_frame frame;
		bool waited;

		cr_assert_eq(hear(&c, &frame, ENOUGH), ANSWER);
		waited = strcmp(dna_item_reason(frame.items[0]),
				"too many questions were asked before") == 0;
		cr_assert_eq(waited, i < DNA_LOOKUPS_MAX / 2, "%u: %s", i,
			     dna_item_reason(frame.items[0]));
		cr_assert_eq(waited, frame.number >= DNA_LOOKUPS_MAX / 2);
		dna_frame_clear(&frame);
	}
	go(&c);
	go(&other);
}

/*
 * Its questions are about another time, of which few are looked up at the same time: so some of them
 * stay unanswered for minutes.
 */
static void occupy(struct client *c)
{
	struct dna_frame frames[4 * DNA_ASIDES_MAX];

	for (uint32_t i = 0; i < 4 * DNA_ASIDES_MAX; i++) {
		frames[i] = question(i, "silent.example", 20 * ENOUGH);
		frames[i].time = 1800000000;
	}
	say_all(c, frames, 4 * DNA_ASIDES_MAX);
}

/* Everybody has a question that stays unanswered, so nobody can be sent away. */
Test(service, serves_so_many_and_then_those_who_wait)
{
	struct client clients[DNA_CLIENTS_MAX + 3];
	struct dna_frame frame;

	for (size_t i = 0; i < DNA_CLIENTS_MAX + 3; i++) {
		clients[i] = come();
		if (i < DNA_CLIENTS_MAX)
			occupy(&clients[i]);
		if (i < DNA_CLIENTS_MAX)
			check_served_among_others(&clients[i]);
		else
			say(&clients[i], question(1, "a.example", ENOUGH));
	}
	for (size_t i = DNA_CLIENTS_MAX; i < DNA_CLIENTS_MAX + 3; i++)
		cr_assert_eq(hear(&clients[i], &frame, 50), NOTHING, "it has no bound");
	for (size_t i = 0; i < 3; i++)
		go(&clients[i]);
	for (size_t i = DNA_CLIENTS_MAX; i < DNA_CLIENTS_MAX + 3; i++)
		expect(&clients[i], 1, "SERVFAIL");
	for (size_t i = 3; i < DNA_CLIENTS_MAX + 3; i++)
		go(&clients[i]);
}

/* They would lock out everybody else for good. */
Test(service, sends_away_who_has_asked_for_nothing_for_longest)
{
	struct client clients[DNA_CLIENTS_MAX], late[2];

	for (size_t i = 0; i < DNA_CLIENTS_MAX; i++) {
		clients[i] = come();
		check_served(&clients[i]);
	}
	say(&clients[0], question(1, "silent.example", 60000)); /* it waits, and is not idle */
	check_served(&clients[1]);
	for (size_t i = 0; i < 2; i++) {
		late[i] = come();
		check_served(&late[i]);
		check_left(&clients[2 + i]);
	}
	check_served_among_others(&clients[0]);
	check_served(&clients[1]);
	check_served(&clients[4]);
	for (size_t i = 0; i < DNA_CLIENTS_MAX; i++)
		go(&clients[i]);
	for (size_t i = 0; i < 2; i++)
		go(&late[i]);
}

/* What is not about now is looked up apart: neither its client nor others wait behind it. */
Test(service, looks_up_what_is_about_now_beside_what_is_not)
{
	struct client greedy = come(), modest = come();
	struct dna_frame frame;

	occupy(&greedy);
	check_served_among_others(&greedy);
	check_served(&modest);
	frame = question(1, "a.example", ENOUGH);
	frame.time = 1800000000;
	say(&modest, frame);
	expect(&modest, 1, "SERVFAIL");
	go(&greedy);
	go(&modest);
}

Test(service, goes_on_when_it_has_no_descriptors_left)
{
	struct client honest = come(), late;
	struct dna_frame frame;
	struct rlimit before, none;

	check_served(&honest);
	cr_assert_eq(prlimit(program, RLIMIT_NOFILE, NULL, &before), 0);
	none = (struct rlimit){ STDERR_FILENO + 1, before.rlim_max };
	cr_assert_eq(prlimit(program, RLIMIT_NOFILE, &none, NULL), 0);
	late = come();
	say(&late, question(1, "a.example", ENOUGH));
	cr_assert_eq(hear(&late, &frame, 300), NOTHING);
	say(&honest, question(1, "b.example", ENOUGH)); /* it may need a connection to ask it */
	expect(&honest, 1, "");
	cr_assert_eq(prlimit(program, RLIMIT_NOFILE, &before, NULL), 0);
	expect(&late, 1, "SERVFAIL");
	go(&late);
	go(&honest);
}

/* ---- the socket ---- */

Test(service, is_for_everybody_and_ends_when_it_is_told_to)
{
	struct client c = come();
	struct stat status;

	cr_assert_eq(stat(path, &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0666);
	say(&c, question(1, "silent.example", ENOUGH));
	kill(program, SIGTERM);
	cr_assert_eq(status_of(program), 0);
	program = -1;
	check_left(&c);
	go(&c);
	cr_assert_neq(stat(path, &status), 0, "the socket is left");
}

Test(service, replaces_a_socket_that_nobody_answers_on)
{
	struct client c;
	struct stat status;

	kill(program, SIGKILL);
	status_of(program);
	cr_assert_eq(stat(path, &status), 0);
	start();
	c = come();
	check_served(&c);
	go(&c);
}

Test(service, replaces_nothing_else)
{
	char complaint[128];
	struct client c = come();
	struct stat status;

	snprintf(complaint, sizeof(complaint), "cannot listen on %s: Address already in use", path);
	check_refusal((struct launch){ .listen = path }, 2, complaint);
	check_served(&c);
	go(&c);
	snprintf(complaint, sizeof(complaint), "cannot listen on %s: Address already in use", file);
	check_refusal((struct launch){ .listen = file }, 2, complaint);
	cr_assert_eq(stat(file, &status), 0);
	cr_assert_gt(status.st_size, 0);
	check_refusal((struct launch){ .listen = "/nonexistent/socket" }, 2,
		      "cannot listen on /nonexistent/socket: No such file or directory");
	check_refusal(
		(struct launch){
			.listen = "/01234567890123456789012345678901234567890123456789"
				  "01234567890123456789012345678901234567890123456789012345678" },
		2, "File name too long");
}

/* ---- sd_listen_fds(3) ---- */

static int listening(void)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(fd, 16), 0);
	return fd;
}

static void check_activation(const char *listen)
{
	struct stat status;
	struct client c;
	int fd;

	kill(program, SIGTERM);
	status_of(program);
	fd = listening();
	program = launch((struct launch){ .listen = listen, .fds = "1", .fd = fd });
	c = come();
	check_served(&c);
	go(&c);
	kill(program, SIGTERM);
	cr_assert_eq(status_of(program), 0);
	program = -1;
	cr_assert_eq(stat(path, &status), 0, "the socket is not its own");
	close(fd);
}

Test(service, is_started_by_a_service_manager)
{
	check_activation(NULL);
}

Test(service, is_started_by_a_service_manager_as_it_is_told)
{
	check_activation("systemd");
}

Test(service, takes_one_socket_that_listens_from_a_service_manager)
{
	int pair[2], fd;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	check_refusal((struct launch){ .listen = "systemd" }, 2, "no socket was handed over");
	check_refusal((struct launch){ .fds = "1", .fd = pair[0] }, 2,
		      "no stream socket that listens");
	kill(program, SIGTERM);
	status_of(program);
	program = -1;
	fd = listening();
	check_refusal((struct launch){ .fds = "2", .fd = fd }, 2, "one socket");
	check_refusal((struct launch){ .fds = "0", .fd = fd }, 2, "one socket");
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

/* ---- the watchdog ---- */

static bool forever(void *argument)
{
	(void)argument;
	return true;
}

static void hang(void *argument)
{
	volatile bool *hanging = argument;

	while (*hanging)
		;
}

static void end(void *argument)
{
	*(bool *)argument = true;
}

static bool unless(void *over)
{
	return !*(bool *)over;
}

TestSuite(run, .timeout = 300);

Test(run, ends_a_process_that_hangs)
{
	struct dna_loop *loop;
	struct dna_timer *timer;
	bool hanging = true;
	pid_t pid;

	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_timer_add(&timer, loop, 0, hang, &hanging), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPROF, SIG_IGN);
		dna_run_arrange_signals();
		_exit(dna_run(loop, 1, forever, NULL) != 0);
	}
	cr_assert_eq(WTERMSIG(status_of(pid)), SIGPROF);
	dna_loop_free(loop);
}

/* Nor one that others keep from computing. */
Test(run, lets_an_idle_process_be)
{
	struct dna_loop *loop;
	struct dna_timer *timer;
	bool over = false;
	pid_t pid;

	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_timer_add(&timer, loop, 3000, end, &over), 0);
	pid = fork();
	if (pid == 0) {
		dna_run_arrange_signals();
		_exit(dna_run(loop, 1, unless, &over) != 0);
	}
	cr_assert_eq(status_of(pid), 0);
	dna_loop_free(loop);
}

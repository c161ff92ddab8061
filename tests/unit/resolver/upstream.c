/* The transport, held against servers that do what servers do, and what they should not. */
#include "resolver/upstream.h"

#include "build.h"
#include "pace.h"
#include "tcp.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define A       1
#define LIMIT   60000 /* milliseconds that a test may take at most for one thing */
#define MANY    300
#define ATTEMPT 4000 /* as upstream.c has it */
#define IDLE    10000

static struct dna_loop *loop;
static struct dna_upstream *upstream;
static struct server servers[2];

/* ATTEMPT is short for a slow machine; a test that waits for it has it pass as fast as it may. */
static void set_up(void)
{
	pace_slow(6);
	cr_assert_eq(dna_loop_new(&loop), 0);
}

/* The server goes when its client has gone. */
static void tear_down(void)
{
	dna_upstream_free(upstream);
	for (size_t i = 0; i < 2; i++)
		if (servers[i].serve != NULL)
			server_stop(&servers[i]);
	dna_loop_free(loop);
}

TestSuite(upstream, .init = set_up, .fini = tear_down, .timeout = 300);

static void use(const struct dna_address *addresses, size_t count)
{
	cr_assert_eq(dna_upstream_new(&upstream, loop, addresses, count, false), 0);
}

/* One server, and nobody else. */
static void serve(serve_function *function)
{
	server_start(&servers[0], 0, function);
	use(&servers[0].address, 1);
}

static void serve_both(serve_function *first, serve_function *second)
{
	struct dna_address addresses[2];

	server_start(&servers[0], 0, first);
	server_start(&servers[1], 0, second);
	addresses[0] = servers[0].address;
	addresses[1] = servers[1].address;
	use(addresses, 2);
}

/* ---- Asking ---- */

struct question {
	struct dna_dname name;
	struct dna_query *query;
	unsigned answers, failures;
	uint16_t flags;
	char why[256];
};

static unsigned finished;

static void done(void *argument, struct dna_bytes wire, const char *why)
{
	struct question *q = argument;
	size_t at = 12;
	struct dna_dname name;

	finished++;
	if (wire.size == 0) {
		q->failures++;
		snprintf(q->why, sizeof(q->why), "%s", why);
		return;
	}
	q->answers++;
	q->flags = (uint16_t)(wire.data[2] << 8 | wire.data[3]);
	cr_assert_eq(dna_dname_read(wire, &at, false, &name), 0);
	cr_expect(dna_dname_equal(&name, &q->name), "an answer to another question");
}

static void ask_within(struct question *q, const char *name, uint64_t milliseconds)
{
	*q = (struct question){ .name = name_of(name) };
	cr_assert_eq(dna_upstream_ask(upstream, &q->name, A, milliseconds, done, q, &q->query), 0);
}

static void ask(struct question *q, const char *name)
{
	ask_within(q, name, LIMIT);
}

static void ask_many(struct question *questions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "q%zu.example", i);
		ask(&questions[i], name);
	}
}

/* Run until |count| questions are finished in all, or for so long. */
static void run(unsigned count, uint64_t milliseconds)
{
	uint64_t end = dna_loop_now() + milliseconds;

	while (finished < count && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
}

static void run_until(const atomic_uint *what, unsigned count)
{
	uint64_t end = dna_loop_now() + LIMIT;

	while (*what < count && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert_geq(*what, count);
}

static void expect_answered(const struct question *q, bool by_the_second)
{
	cr_expect_eq(q->answers, 1, "%u answers", q->answers);
	cr_expect_eq(q->failures, 0, "%s", q->why);
	cr_expect_eq((q->flags & FLAG_AA) != 0, by_the_second);
}

static void expect_failed(const struct question *q, const char *why)
{
	cr_expect_eq(q->answers, 0);
	cr_expect_eq(q->failures, 1, "%u failures", q->failures);
	cr_expect(strstr(q->why, why) != NULL, "\"%s\" does not say \"%s\"", q->why, why);
}

/* ---- Requests ---- */

/* The only request that was made. */
static struct message first;

static void serve_first(struct server *server, int fd, unsigned number)
{
	struct message reply;

	(void)number;
	while (receive_query(server, fd, &first)) {
		reply = reply_to(&first, 0);
		send_message(fd, &reply);
	}
}

/* |expected| follows the id. */
static void expect_request(bool trust_ad, const uint8_t *expected, size_t size)
{
	struct question q;

	server_start(&servers[0], 0, serve_first);
	cr_assert_eq(dna_upstream_new(&upstream, loop, &servers[0].address, 1, trust_ad), 0);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, false);
	cr_assert_eq(first.size, 2 + size);
	cr_expect_arr_eq(first.octets + 2, expected, size);
}

/* Signatures are wanted, and no opinion on them: RD, CD, EDNS with DO, nothing else. */
Test(upstream, asks_for_signatures_and_no_opinion)
{
	static const uint8_t expected[] = "\1\x10\0\1\0\0\0\0\0\1\1q\7example\0\0\1\0\1"
					  "\0\0\x29\x04\xd0\0\0\x80\0\0";

	expect_request(false, expected, sizeof(expected)); /* the last octet is the literal's */
}

/* DELEG-017: the opinion is wanted, and no signatures: RD, AD, EDNS without DO. */
Test(upstream, asks_for_an_opinion_and_no_signatures)
{
	static const uint8_t expected[] = "\1\x20\0\1\0\0\0\0\0\1\1q\7example\0\0\1\0\1"
					  "\0\0\x29\x04\xd0\0\0\0\0\0";

	expect_request(true, expected, sizeof(expected));
}

/* ---- Replies ---- */

#define SHUFFLED 7

static void serve_in_pieces(int fd, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		send(fd, octets + i, 1, MSG_NOSIGNAL);
		usleep(100);
	}
}

/* All replies in one run of octets, the last one first: at once, then octet by octet. */
static void serve_backwards(struct server *server, int fd, unsigned number)
{
	(void)number;
	for (unsigned round = 0;; round++) {
		struct message query, reply;
		struct dna_buffer run_of_replies, all = { .data = NULL };

		for (size_t i = 0; i < SHUFFLED; i++) {
			if (!receive_query(server, fd, &query)) {
				dna_buffer_clear(&all);
				return;
			}
			reply = reply_to(&query, 0);
			dna_buffer_init(&run_of_replies, 0);
			dna_buffer_u16(&run_of_replies, (uint16_t)reply.size);
			dna_buffer_add(&run_of_replies, reply.octets, reply.size);
			dna_buffer_add(&run_of_replies, all.data, all.size);
			dna_buffer_clear(&all);
			all = run_of_replies;
		}
		if (round == 0)
			send(fd, all.data, all.size, MSG_NOSIGNAL);
		else
			serve_in_pieces(fd, all.data, all.size);
		dna_buffer_clear(&all);
	}
}

Test(upstream, takes_answers_in_any_order_and_in_pieces)
{
	struct question questions[SHUFFLED];

	serve(serve_backwards);
	for (unsigned round = 1; round <= 2; round++) {
		ask_many(questions, SHUFFLED);
		run(round * SHUFFLED, LIMIT);
		for (size_t i = 0; i < SHUFFLED; i++)
			expect_answered(&questions[i], false);
	}
	cr_expect_eq(servers[0].connections, 1);
}

/* What is no reply to the question: octets of one, changed. */
struct change {
	const char *about;
	size_t at;
	uint8_t flip;
	bool taken;
};

/* Offsets in the reply to q.example: id 0, flags 2, question 12, type 23, class 25. */
static const struct change changes[] = {
	{ "another id", 0, 0x80, false },
	{ "a query", 2, 0x80, false },
	{ "another name", 13, 0x01, false },
	{ "another name of another length", 12, 0x02, false },
	{ "another type", 23, 0x01, false },
	{ "a type that differs as letters do", 23, 0x20, false },
	{ "another class", 25, 0x02, false },
	{ "the same name in other letters", 13, 0x20, true },
};

/* The changed reply, and, on the first connection, then the right one. */
static void serve_changed(struct server *server, int fd, unsigned number)
{
	const struct change *change = server->argument;
	struct message query, reply;

	(void)number;
	while (receive_query(server, fd, &query)) {
		reply = reply_to(&query, 0);
		reply.octets[change->at] ^= change->flip;
		send_message(fd, &reply);
		if (server->received == 1)
			continue; /* as if that were it */
		reply = reply_to(&query, FLAG_AA);
		send_message(fd, &reply);
	}
}

/* DELEG-018: it is dropped; the right one is waited for, and without one the query fails. */
Test(upstream, drops_what_answers_something_else)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct question q;

		servers[0] = (struct server){ .argument = &changes[i] };
		serve(serve_changed);
		finished = 0;
		ask_within(&q, "q.example", changes[i].taken ? LIMIT : 300);
		run(1, LIMIT);
		if (changes[i].taken)
			expect_answered(&q, false);
		else
			expect_failed(&q, "did not answer within");
		ask(&q, "q.example");
		run(2, LIMIT);
		cr_expect_eq(q.answers, 1, "%s", changes[i].about);
		cr_expect_eq((q.flags & FLAG_AA) == 0, changes[i].taken, "%s", changes[i].about);
		dna_upstream_free(upstream);
		upstream = NULL;
		server_stop(&servers[0]);
		servers[0].serve = NULL;
	}
}

/* The reply to the first question comes late, then with the id of the second, then the second's. */
static void serve_late(struct server *server, int fd, unsigned number)
{
	struct message one, two, reply;

	(void)number;
	if (!receive_query(server, fd, &one) || !receive_query(server, fd, &two))
		return;
	reply = reply_to(&one, 0);
	send_message(fd, &reply);
	memcpy(reply.octets, two.octets, 2);
	send_message(fd, &reply);
	reply = reply_to(&two, FLAG_AA);
	send_message(fd, &reply);
	serve_silently(server, fd, number);
}

Test(upstream, drops_the_late_reply_to_what_was_cancelled)
{
	struct question one, two, queued;

	serve(serve_late);
	ask(&one, "one.example");
	ask(&queued, "queued.example");
	dna_query_cancel(queued.query);
	run_until(&servers[0].received, 1);
	dna_query_cancel(one.query);
	ask(&two, "two.example");
	run(1, LIMIT);
	expect_answered(&two, true);
	cr_expect_eq(one.answers + one.failures + queued.answers + queued.failures, 0);
	cr_expect_eq(servers[0].received, 2);
}

/* ---- The window ---- */

#define LAST_ROUND 100

static unsigned rounds[8];
static uint16_t ids[DNA_IN_FLIGHT_MAX];

/* Whether something comes within half a second. */
static bool is_more(int fd)
{
	struct pollfd more = { .fd = fd, .events = POLLIN };

	return poll(&more, 1, 500) == 1;
}

/* Collect as many queries as may be in flight, and more if they come, then answer all of them. */
static void serve_in_rounds(struct server *server, int fd, unsigned number)
{
	static struct message queries[2 * DNA_IN_FLIGHT_MAX];
	const unsigned most = 2 * DNA_IN_FLIGHT_MAX + LAST_ROUND;

	(void)number;
	for (unsigned round = 0; round < 8 && server->received < most; round++) {
		unsigned left = most - server->received, count = 0;
		unsigned expected = left < DNA_IN_FLIGHT_MAX ? left : DNA_IN_FLIGHT_MAX;

		while (count < 2 * DNA_IN_FLIGHT_MAX && (count < expected || is_more(fd)) &&
		       receive_query(server, fd, &queries[count]))
			count++;
		for (size_t i = 0; round == 0 && i < count && i < DNA_IN_FLIGHT_MAX; i++)
			memcpy(&ids[i], queries[i].octets, 2);
		rounds[round] = count;
		for (size_t i = 0; i < count; i++) {
			struct message reply = reply_to(&queries[i], 0);

			send_message(fd, &reply);
		}
	}
	serve_silently(server, fd, number);
}

static int compare(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

Test(upstream, fills_the_window_and_no_more)
{
	static struct question questions[2 * DNA_IN_FLIGHT_MAX + LAST_ROUND];
	size_t count = sizeof(questions) / sizeof(questions[0]), successors = 0;

	serve(serve_in_rounds);
	ask_many(questions, count);
	run((unsigned)count, LIMIT);
	for (size_t i = 0; i < count; i++)
		expect_answered(&questions[i], false);
	cr_expect_eq(servers[0].connections, 1);
	cr_expect_eq(rounds[0], DNA_IN_FLIGHT_MAX);
	cr_expect_eq(rounds[1], DNA_IN_FLIGHT_MAX);
	cr_expect_eq(rounds[2], LAST_ROUND);
	/* Ids: all different, and not one after the other. */
	for (size_t i = 1; i < DNA_IN_FLIGHT_MAX; i++)
		successors += (uint16_t)(ids[i] - ids[i - 1]) < 16;
	cr_expect_lt(successors, 10);
	qsort(ids, DNA_IN_FLIGHT_MAX, sizeof(ids[0]), compare);
	for (size_t i = 1; i < DNA_IN_FLIGHT_MAX; i++)
		cr_expect_neq(ids[i], ids[i - 1]);
}

/* ---- Closing ---- */

/* After some replies to what it read the first connection breaks, in the middle of a message. */
static void serve_and_break(struct server *server, int fd, unsigned number)
{
	struct message query, reply;

	if (number > 0) {
		serve_honestly(server, fd, number);
		return;
	}
	for (size_t i = 0; i < 150 && receive_query(server, fd, &query); i++) {
		reply = reply_to(&query, 0);
		if (i % 3 == 0)
			send_message(fd, &reply);
	}
	send(fd, "\0\x20half", 6, MSG_NOSIGNAL);
}

Test(upstream, asks_again_what_was_in_flight_when_the_connection_closed)
{
	static struct question questions[MANY];

	serve(serve_and_break);
	ask_many(questions, MANY);
	run(MANY, LIMIT);
	for (size_t i = 0; i < MANY; i++)
		expect_answered(&questions[i], false);
	cr_expect_eq(finished, MANY);
	cr_expect_eq(servers[0].connections, 2);
	cr_expect_leq(servers[0].received, 150 + MANY);
}

static void serve_half_a_length(struct server *server, int fd, unsigned number)
{
	struct message query;

	(void)number;
	if (receive_query(server, fd, &query))
		send(fd, "", 1, MSG_NOSIGNAL);
}

/* No header fits into it: there is no telling where the next message begins. */
static void serve_a_stump(struct server *server, int fd, unsigned number)
{
	struct message query;

	if (receive_query(server, fd, &query))
		send(fd, "\0\x0bstumpstumps", 13, MSG_NOSIGNAL);
	serve_silently(server, fd, number);
}

static void serve_nothing(struct server *server, int fd, unsigned number)
{
	(void)server, (void)fd, (void)number;
}

/* DELEG-018: the query fails, after it was asked twice. */
Test(upstream, gives_up_when_the_connection_closes_again)
{
	static const struct {
		serve_function *serve;
		const char *why;
	} cases[] = {
		{ serve_half_a_length, "ended (closed by the resolver)" },
		{ serve_nothing, "ended (" },
		{ serve_a_stump, "ended (Protocol error)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct question q;

		servers[0] = (struct server){ .argument = NULL };
		serve(cases[i].serve);
		finished = 0;
		ask(&q, "q.example");
		run(1, LIMIT);
		expect_failed(&q, cases[i].why);
		cr_expect_eq(servers[0].connections, 2);
		dna_upstream_free(upstream);
		upstream = NULL;
		server_stop(&servers[0]);
		servers[0].serve = NULL;
	}
}

/* A reply with some octets changed, and then any octets. */
static void serve_garbage(struct server *server, int fd, unsigned number)
{
	struct message query, reply;
	unsigned seed = number;

	if (!receive_query(server, fd, &query))
		return;
	reply = reply_to(&query, 0);
	for (size_t i = 0; i < 3; i++)
		reply.octets[(size_t)rand_r(&seed) % reply.size] = (uint8_t)rand_r(&seed);
	if (number % 2 == 0)
		send_message(fd, &reply);
	reply.size = sizeof(reply.octets);
	for (size_t i = 0; i < reply.size; i++)
		reply.octets[i] = (uint8_t)rand_r(&seed);
	send(fd, reply.octets, reply.size, MSG_NOSIGNAL);
}

static void count(void *argument, struct dna_bytes wire, const char *why)
{
	(void)argument, (void)wire, (void)why;
	finished++;
}

Test(upstream, survives_garbage)
{
	struct dna_dname name = name_of("q.example");
	struct dna_query *query;

	serve(serve_garbage);
	for (unsigned i = 0; i < 200; i++) {
		cr_assert_eq(dna_upstream_ask(upstream, &name, A, LIMIT, count, NULL, &query), 0);
		run(i + 1, LIMIT);
		cr_assert_eq(finished, i + 1);
	}
}

/* ---- Resolvers that fail ---- */

/* DELEG-018, here and below. */
Test(upstream, fails_in_time_when_nothing_comes)
{
	struct question q, in_flight[DNA_IN_FLIGHT_MAX];

	pace_slow(1);
	serve(serve_silently);
	for (size_t i = 0; i < DNA_IN_FLIGHT_MAX; i++)
		ask_within(&in_flight[i], "in-flight.example", 2 * ATTEMPT);
	ask_within(&q, "q.example", 300);
	run(1, LIMIT);
	expect_failed(&q, "too many other questions");
	run(DNA_IN_FLIGHT_MAX + 1, LIMIT);
	for (size_t i = 0; i < DNA_IN_FLIGHT_MAX; i++)
		expect_failed(&in_flight[i], "did not answer within");
}

Test(upstream, fails_when_nobody_listens)
{
	struct dna_address address = nobody();
	struct question q;

	use(&address, 1);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_failed(&q, "cannot be reached over TCP (Connection refused)");
	cr_expect(strstr(q.why, address.text) != NULL, "%s", q.why);
}

Test(upstream, goes_to_the_next_and_stays_there)
{
	static struct question questions[MANY];
	struct dna_address addresses[2] = { nobody() };

	server_start(&servers[1], 0, serve_with_authority);
	addresses[1] = servers[1].address;
	use(addresses, 2);
	ask_many(questions, MANY);
	run(MANY, LIMIT);
	for (size_t i = 0; i < MANY; i++)
		expect_answered(&questions[i], true);
	cr_expect_eq(servers[1].received, MANY);
	/* The first one is back: the one that works is asked all the same. */
	server_start(&servers[0], addresses[0].port, serve_honestly);
	ask(&questions[0], "q.example");
	run(MANY + 1, LIMIT);
	expect_answered(&questions[0], true);
	cr_expect_eq(servers[0].connections, 0);
}

/* The silent one is given up, connection and all; the other one is asked at once from then on. */
Test(upstream, goes_to_the_next_when_nothing_comes)
{
	struct question q;
	uint64_t began;

	pace_slow(1);
	began = dna_loop_now();
	serve_both(serve_silently, serve_with_authority);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, true);
	cr_expect_geq(dna_loop_now() - began, ATTEMPT);
	run_until(&servers[0].ended, 1);
	ask(&q, "again.example");
	run(2, LIMIT);
	expect_answered(&q, true);
	cr_expect_eq(servers[0].received, 1);
}

/* It is noticed although nobody waits so long for an answer. */
Test(upstream, gives_up_a_silent_one_that_was_asked_by_the_impatient)
{
	struct question q;

	pace_slow(1);
	serve_both(serve_silently, serve_with_authority);
	ask(&q, "q.example");
	run_until(&servers[0].received, 1);
	dna_query_cancel(q.query);
	run_until(&servers[0].ended, 1);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, true);
	cr_expect_eq(servers[0].received, 1);
}

static void serve_the_second_time(struct server *server, int fd, unsigned number)
{
	if (number == 0)
		serve_silently(server, fd, number);
	else
		serve_honestly(server, fd, number);
}

/* A connection may be lost somewhere on the way, and nobody is told. */
Test(upstream, tries_a_new_connection_when_there_is_no_other_resolver)
{
	struct question q;

	pace_slow(1);
	serve(serve_the_second_time);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, false);
	cr_expect_eq(servers[0].connections, 2);
}

static void serve_slowly_the_second_time(struct server *server, int fd, unsigned number)
{
	struct message query, reply;

	if (number > 0 && receive_query(server, fd, &query)) {
		usleep((ATTEMPT + 1000) * 1000);
		reply = reply_to(&query, 0);
		send_message(fd, &reply);
	}
	serve_silently(server, fd, number);
}

/* A slow answer is better than none. */
Test(upstream, lets_the_last_attempt_take_the_time_that_is_left)
{
	struct question q;

	pace_slow(1);
	serve(serve_slowly_the_second_time);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, false);
	cr_expect_eq(servers[0].connections, 2);
}

Test(upstream, comes_back_to_a_resolver_that_comes_back)
{
	struct question q;
	uint16_t port;

	serve(serve_nothing);
	port = servers[0].address.port;
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_failed(&q, "ended");
	server_stop(&servers[0]);
	servers[0].serve = NULL;
	ask(&q, "q.example");
	run(2, LIMIT);
	expect_failed(&q, "cannot be reached");
	server_start(&servers[0], port, serve_honestly);
	ask(&q, "q.example");
	run(3, LIMIT);
	expect_answered(&q, false);
}

/* ---- Idleness ---- */

Test(upstream, closes_what_is_not_used_and_opens_it_again)
{
	struct question q;
	uint64_t began;

	pace_slow(1);
	began = dna_loop_now();
	serve(serve_honestly);
	ask(&q, "q.example");
	run(1, LIMIT);
	expect_answered(&q, false);
	run_until(&servers[0].ended, 1);
	cr_expect_geq(dna_loop_now() - began, IDLE);
	ask(&q, "q.example");
	run(2, LIMIT);
	expect_answered(&q, false);
	cr_expect_eq(servers[0].connections, 2);
}

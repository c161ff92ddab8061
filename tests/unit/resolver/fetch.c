/* What becomes of replies that say nothing: the next resolver is asked (DELEG-018). */
#include "resolver/fetch.h"

#include "build.h"
#include "pace.h"
#include "tcp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define A     1
#define LIMIT 60000

static struct dna_loop *loop;
static struct dna_upstream *upstream;
static struct dna_fetcher fetcher;
static struct server servers[2];

static void start(const struct dna_address *addresses, size_t count)
{
	pace_slow(6);
	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_upstream_new(&upstream, loop, addresses, count, false), 0);
	cr_assert_eq(dna_fetcher_init(&fetcher), 0);
	fetcher.loop = loop;
	fetcher.upstream = upstream;
}

static void stop(void)
{
	dna_fetcher_clear(&fetcher);
	dna_upstream_free(upstream);
	dna_loop_free(loop);
	for (size_t i = 0; i < 2; i++) {
		if (servers[i].serve != NULL)
			server_stop(&servers[i]);
		servers[i] = (struct server){ .argument = NULL };
	}
}

TestSuite(fetch, .timeout = 300);

struct answer {
	unsigned count;
	bool message;
	uint16_t rcode;
	char why[DNA_WHY_MAX];
};

static void done(void *argument, struct dna_reply *reply, struct dna_message *message)
{
	struct answer *answer = argument;

	answer->count++;
	answer->message = message != NULL;
	answer->rcode = reply->rcode;
	if (message == NULL)
		snprintf(answer->why, sizeof(answer->why), "%s", dna_reply_why(reply));
}

static struct answer fetch_once(void)
{
	struct dna_dname name = name_of("q.example");
	struct dna_fetch_wait wait;
	struct answer answer = { .count = 0 };
	uint64_t end = dna_loop_now() + LIMIT;

	cr_assert_eq(dna_fetch(&fetcher, &name, A, &wait, done, &answer), 0);
	while (answer.count == 0 && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert_eq(answer.count, 1);
	return answer;
}

/* How a reply is made useless. */
struct fault {
	uint16_t flags;
	uint16_t questions;
	size_t extra; /* octets at its end */
	uint16_t rcode;
	const char *why;
};

static const struct fault faults[] = {
	{ DNA_RCODE_FORMERR, 1, 0, DNA_RCODE_FORMERR,
	  "the resolver says FORMERR for q.example. A" },
	{ DNA_RCODE_SERVFAIL, 1, 0, DNA_RCODE_SERVFAIL, "the resolver says SERVFAIL" },
	{ DNA_RCODE_NOTIMP, 1, 0, DNA_RCODE_NOTIMP, "the resolver says NOTIMP" },
	{ DNA_RCODE_REFUSED, 1, 0, DNA_RCODE_REFUSED, "the resolver says REFUSED" },
	{ DNA_RCODE_REFUSED, 0, 0, DNA_RCODE_REFUSED, "the resolver says REFUSED" },
	{ FLAG_TC, 1, 0, 0, "the reply to q.example. A is unusable: it is not a whole reply" },
	{ 0, 1, 1, 0, "octets follow its last record" },
	{ 0, 0, 0, 0, "it answers another question" },
	{ 0, 2, 0, 0, "it answers another question" },
};

static void serve_fault(struct server *server, int fd, unsigned number)
{
	const struct fault *fault = server->argument;
	struct message query, reply;

	(void)number;
	while (receive_query(server, fd, &query)) {
		reply = reply_to(&query, fault->flags);
		reply.octets[5] = (uint8_t)fault->questions;
		reply.size = fault->questions == 0 ? 12 : reply.size + fault->extra;
		send_message(fd, &reply);
	}
}

/* The only one: what is wrong with the reply is the reason. */
Test(fetch, says_what_is_wrong_with_a_reply)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct answer answer;

		servers[0].argument = &faults[i];
		server_start(&servers[0], 0, serve_fault);
		start(&servers[0].address, 1);
		answer = fetch_once();
		cr_expect(!answer.message, "case %zu", i);
		cr_expect_eq(answer.rcode, faults[i].rcode, "case %zu", i);
		cr_expect(strstr(answer.why, faults[i].why) != NULL, "case %zu: %s", i, answer.why);
		cr_expect_eq(servers[0].received, 1, "case %zu", i);
		stop();
	}
}

static void start_both(serve_function *second)
{
	struct dna_address addresses[2];

	server_start(&servers[0], 0, serve_fault);
	server_start(&servers[1], 0, second);
	addresses[0] = servers[0].address;
	addresses[1] = servers[1].address;
	start(addresses, 2);
}

Test(fetch, asks_the_next_resolver_after_a_useless_reply)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		servers[0].argument = &faults[i];
		start_both(serve_honestly);
		cr_expect(fetch_once().message, "case %zu", i);
		/* which worked, and so is the first to be asked now */
		cr_expect(fetch_once().message, "case %zu", i);
		cr_expect_eq(servers[0].received, 1, "case %zu", i);
		cr_expect_eq(servers[1].received, 2, "case %zu", i);
		stop();
	}
}

/* The last one's reason counts. The first stays the first: neither is better. */
Test(fetch, gives_the_reason_of_the_last_resolver)
{
	static const struct fault refused = { DNA_RCODE_REFUSED, 1, 0, DNA_RCODE_REFUSED, "" },
				  failed = { DNA_RCODE_SERVFAIL, 1, 0, DNA_RCODE_SERVFAIL, "" };

	servers[0].argument = &refused;
	servers[1].argument = &failed;
	start_both(serve_fault);
	for (unsigned i = 1; i <= 2; i++) {
		struct answer answer = fetch_once();

		cr_expect(!answer.message);
		cr_expect_eq(answer.rcode, DNA_RCODE_SERVFAIL);
		cr_expect_eq(servers[0].received, i);
		cr_expect_eq(servers[1].received, i);
	}
	stop();
}

Test(fetch, gives_the_reason_when_the_last_resolver_cannot_be_reached)
{
	struct dna_address addresses[2] = { { .size = 0 }, nobody() };
	struct answer answer;

	servers[0].argument = &faults[1];
	server_start(&servers[0], 0, serve_fault);
	addresses[0] = servers[0].address;
	start(addresses, 2);
	answer = fetch_once();
	cr_expect(!answer.message);
	cr_expect_eq(answer.rcode, 0);
	cr_expect(strstr(answer.why, "cannot be reached over TCP") != NULL, "%s", answer.why);
	stop();
}

/* Whoever wants the same at the same time waits for the same reply. */
Test(fetch, shares_a_query)
{
	struct dna_dname name = name_of("q.example");
	struct dna_fetch_wait waits[3];
	struct answer answers[3] = { { .count = 0 } };
	uint64_t end = dna_loop_now() + LIMIT;

	server_start(&servers[0], 0, serve_honestly);
	start(&servers[0].address, 1);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(dna_fetch(&fetcher, &name, A, &waits[i], done, &answers[i]), 0);
	dna_fetch_leave(&waits[1]);
	while (answers[0].count == 0 && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_expect(answers[0].count == 1 && answers[1].count == 0 && answers[2].count == 1);
	cr_expect_eq(servers[0].received, 1);
	stop();
}

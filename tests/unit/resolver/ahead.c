/* What is asked for beside a question, before anything is answered: the chain of its zone. */
#include "resolver/lookup.h"

#include "build.h"
#include "pace.h"
#include "tcp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define A        1
#define DS       43
#define DNSKEY   48
#define TLSA     52
#define LIMIT    60000
#define SEEN_MAX 16

/* An attempt to ask is over too soon for a slow machine. */
static void set_up(void)
{
	pace_slow(6);
}

TestSuite(ahead, .init = set_up, .timeout = 300);

/* What was asked, in any order; a query without a reply is one that was not waited for. */
struct seen {
	char texts[SEEN_MAX][DNA_DNAME_TEXT + 8];
	size_t count;
};

static struct seen seen;

static void serve_and_note(struct server *server, int fd, unsigned number)
{
	struct message query;

	(void)number;
	while (seen.count < SEEN_MAX && receive_query(server, fd, &query)) {
		struct dna_bytes wire = { query.octets, query.size };
		struct dna_dname name;
		char text[DNA_DNAME_TEXT];
		size_t at = 12;

		cr_assert_eq(dna_dname_read(wire, &at, false, &name), 0);
		snprintf(seen.texts[seen.count++], sizeof(seen.texts[0]), "%s %u",
			 dna_dname_text(&name, text), (unsigned)query.octets[at + 1]);
	}
}

static void done(void *argument, const struct dna_answer *answer)
{
	(void)answer;
	*(bool *)argument = true;
}

/* Ask, until so many queries have come; nothing is ever answered. There are no trust anchors. */
static void ask(const char *name, uint16_t type, unsigned queries)
{
	struct server server = { .argument = NULL };
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	struct dna_lookups lookups;
	struct dna_lookup *lookup;
	bool answered = false;
	uint64_t end = dna_loop_now() + LIMIT;

	seen.count = 0;
	server_start(&server, 0, serve_and_note);
	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_upstream_new(&upstream, loop, &server.address, 1, false), 0);
	cr_assert_eq(dna_lookups_init(&lookups, loop, upstream, NULL, NULL, "there is no anchor"),
		     0);
	cr_assert_eq(dna_lookup_new(&lookup, &lookups, name, type, NOW, LIMIT, done, &answered), 0);
	while (server.received < queries && !answered && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_expect_not(answered);
	dna_lookup_cancel(lookup);
	dna_lookups_clear(&lookups);
	dna_upstream_free(upstream);
	dna_loop_free(loop);
	server_stop(&server);
}

static void expect_seen(const char *name, uint16_t type)
{
	char text[DNA_DNAME_TEXT + 8];

	snprintf(text, sizeof(text), "%s. %u", name, type);
	for (size_t i = 0; i < seen.count; i++)
		if (strcmp(seen.texts[i], text) == 0)
			return;
	cr_expect(false, "%s was not asked for", text);
}

static const struct guess {
	const char *name;
	uint16_t type;
	const char *zone;
} guesses[] = {
	{ "_xmpp-server._tcp.a.example", DNA_RR_SRV, "a.example" },
	{ "xmpp.a.example", A, "a.example" },
	{ "_5269._tcp.xmpp.a.example", TLSA, "a.example" },
};

Test(ahead, asks_for_the_chain_beside_the_question)
{
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
		ask(guesses[i].name, guesses[i].type, 5);
		cr_assert_eq(seen.count, 5, "%s: %zu queries", guesses[i].name, seen.count);
		expect_seen(guesses[i].name, guesses[i].type);
		expect_seen(guesses[i].zone, DS);
		expect_seen(guesses[i].zone, DNSKEY);
		expect_seen("example", DS);
		expect_seen("example", DNSKEY);
	}
}

/* Say that there is no such record, and of zones nothing. */
static void serve_but_no_zones(struct server *server, int fd, unsigned number)
{
	struct message query, reply;

	(void)number;
	while (receive_query(server, fd, &query)) {
		reply = reply_to(&query, 0);
		if (reply.octets[reply.size - 3] == A)
			send_message(fd, &reply);
	}
}

/* SEC-006: what was asked for ahead, and is not answered, leaves room for what is needed. */
Test(ahead, leaves_room_for_questions)
{
	struct server server = { .argument = NULL };
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	struct dna_lookups lookups;
	size_t most = 0;

	server_start(&server, 0, serve_but_no_zones);
	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_upstream_new(&upstream, loop, &server.address, 1, false), 0);
	cr_assert_eq(dna_lookups_init(&lookups, loop, upstream, NULL, NULL, "there is no anchor"),
		     0);
	for (unsigned i = 0; i < DNA_IN_FLIGHT_MAX; i++) {
		struct dna_lookup *lookup;
		bool answered = false;
		char name[32];

		snprintf(name, sizeof(name), "xmpp.z%u.example", i);
		cr_assert_eq(
			dna_lookup_new(&lookup, &lookups, name, A, NOW, LIMIT, done, &answered), 0);
		while (!answered)
			cr_assert_eq(dna_loop_run(loop, 10), 0);
		if (lookups.fetcher.table.count > most)
			most = lookups.fetcher.table.count;
		cr_assert_lt(most, DNA_IN_FLIGHT_MAX / 2 + 10, "%u", i);
	}
	cr_expect_geq(most, DNA_AHEAD_MAX);
	dna_lookups_clear(&lookups);
	dna_upstream_free(upstream);
	dna_loop_free(loop);
	server_stop(&server);
}

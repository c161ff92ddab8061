/* DELEG-017: lookups whose status is the resolver's word, the bit AD of its reply. */
#include "resolver/lookup.h"

#include "build.h"
#include "pace.h"
#include "tcp.h"

#include <criterion/criterion.h>
#include <string.h>

#define A     1
#define LIMIT 60000

/* An attempt to ask is over too soon for a slow machine. */
static void set_up(void)
{
	pace_slow(6);
}

TestSuite(belief, .init = set_up, .timeout = 300);

/* What is said of q.example, which is an alias of h.example. */
struct said {
	uint16_t flags;
	bool answers; /* or there is nothing but the alias, and an SOA record */
	enum dna_outcome outcome;
	enum dna_security security;
};

static void add_record(struct message *m, unsigned section, const char *owner, uint16_t type,
		       const char *rdata, size_t size)
{
	struct dna_buffer record;
	struct dna_dname name = name_of(owner);

	dna_buffer_init(&record, 0);
	dna_buffer_add(&record, name.octets, name.size);
	dna_buffer_u16(&record, type);
	dna_buffer_u16(&record, 1);
	dna_buffer_u32(&record, 300);
	dna_buffer_u16(&record, (uint16_t)size);
	dna_buffer_add(&record, rdata, size);
	memcpy(m->octets + m->size, record.data, record.size);
	m->size += record.size;
	m->octets[7 + 2 * section]++;
	dna_buffer_clear(&record);
}

static void serve_what_is_said(struct server *server, int fd, unsigned number)
{
	static const char soa[] = "\1n\0\1m\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\x3c";
	const struct said *said = server->argument;
	struct message query, reply;

	(void)number;
	while (receive_query(server, fd, &query)) {
		reply = reply_to(&query, said->flags);
		add_record(&reply, DNA_ANSWER, "q.example", DNA_TYPE_CNAME, "\1h\7example", 11);
		if (said->answers)
			add_record(&reply, DNA_ANSWER, "h.example", A, "\xc0\0\2\1", 4);
		else
			add_record(&reply, DNA_AUTHORITY, "example", DNA_TYPE_SOA, soa,
				   sizeof(soa) - 1);
		send_message(fd, &reply);
	}
}

struct result {
	struct dna_answer answer;
	bool known;
};

static void done(void *argument, const struct dna_answer *answer)
{
	struct result *result = argument;

	dna_answer_copy(&result->answer, answer);
	result->known = true;
}

/* There are no trust anchors: whatever is not believed fails. */
static void look_up(const struct said *said, enum dna_word word, struct result *result)
{
	struct server server = { .argument = said };
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	struct dna_lookups lookups;
	struct dna_lookup *lookup;
	uint64_t end = dna_loop_now() + LIMIT;

	server_start(&server, 0, serve_what_is_said);
	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_upstream_new(&upstream, loop, &server.address, 1, true), 0);
	cr_assert_eq(dna_lookups_init(&lookups, loop, upstream, NULL, NULL, "there is no anchor"),
		     0);
	lookups.word = word;
	cr_assert_eq(dna_lookup_new(&lookup, &lookups, "q.example", A, NOW, LIMIT, done, result),
		     0);
	while (!result->known && dna_loop_now() < end)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert(result->known);
	dna_lookups_clear(&lookups);
	dna_upstream_free(upstream);
	dna_loop_free(loop);
	server_stop(&server);
	if (word == DNA_WORD_RESOLVER)
		cr_expect_eq(server.received, 1, "%u queries", server.received);
}

static void expect_item(const struct dna_item *item, enum dna_outcome outcome,
			enum dna_security security)
{
	cr_expect_eq(dna_item_outcome(item), outcome);
	cr_expect_eq(dna_item_security(item), security);
	cr_expect_eq(dna_item_word(item), DNA_WORD_RESOLVER);
	cr_expect_leq(dna_item_not_after(item), NOW + (outcome == DNA_FAILED ? 0 : 300));
}

#define FLAG_AD 0x20

/* The bit is about the chain as a whole; it is recorded whose word that is, and no proof. */
Test(belief, is_for_every_link)
{
	static const struct said cases[] = {
		{ FLAG_AD, true, DNA_ANSWERED, DNA_SECURE },
		{ 0, true, DNA_ANSWERED, DNA_INSECURE },
		{ FLAG_AD, false, DNA_DENIED, DNA_SECURE },
		{ 0, false, DNA_DENIED, DNA_INSECURE },
		{ FLAG_AD | DNA_RCODE_NXDOMAIN, false, DNA_DENIED, DNA_SECURE },
		{ DNA_RCODE_NXDOMAIN, false, DNA_DENIED, DNA_INSECURE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result result = { .known = false };

		look_up(&cases[i], DNA_WORD_RESOLVER, &result);
		cr_assert_eq(result.answer.count, 2, "case %zu", i);
		expect_item(result.answer.items[0], DNA_ANSWERED, cases[i].security);
		expect_item(result.answer.items[1], cases[i].outcome, cases[i].security);
		cr_expect_eq(result.answer.proof.replies.count, 0);
		dna_answer_clear(&result.answer);
	}
}

/* What is not learnt is not secure, whatever bit is set. */
Test(belief, is_not_for_failures)
{
	static const uint16_t rcodes[] = { DNA_RCODE_SERVFAIL, DNA_RCODE_REFUSED,
					   DNA_RCODE_NOTIMP };

	for (size_t i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++) {
		struct said said = { (uint16_t)(FLAG_AD | rcodes[i]), true, 0, 0 };
		struct result result = { .known = false };

		look_up(&said, DNA_WORD_RESOLVER, &result);
		cr_assert_eq(result.answer.count, 1);
		expect_item(result.answer.items[0], DNA_FAILED, DNA_INDETERMINATE);
		cr_expect_eq(dna_item_code(result.answer.items[0]), rcodes[i]);
		cr_expect_eq(result.answer.proof.replies.count, 0);
		dna_answer_clear(&result.answer);
	}
}

/* Without that word the bit is nothing. */
Test(belief, is_not_for_everybody)
{
	static const struct said said = { FLAG_AD, true, 0, 0 };
	struct result result = { .known = false };

	look_up(&said, DNA_WORD_VALIDATED, &result);
	cr_assert_eq(result.answer.count, 1);
	cr_expect_eq(dna_item_outcome(result.answer.items[0]), DNA_FAILED);
	cr_expect_eq(dna_item_security(result.answer.items[0]), DNA_INDETERMINATE);
	cr_expect_eq(dna_item_word(result.answer.items[0]), DNA_WORD_VALIDATED);
	dna_answer_clear(&result.answer);
}

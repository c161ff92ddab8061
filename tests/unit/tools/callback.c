/*
 * Callbacks of `dna peer`, without a network: streams that were received claim pairs, and what is
 * opened for them, and how often, is looked at. Links without a connection say nothing, and wait
 * for the test.
 */
#include "links.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define A "a.example"
#define B "b.example"

TestSuite(callbacks, .init = links_set_up, .fini = links_tear_down);

/* ---- streams ---- */

static void happens(struct dna_link *link, enum dna_flow_event_kind kind, uint64_t facts)
{
	dna_link_event(link, &(struct dna_flow_event){ .kind = kind, .facts = facts });
}

/* A stream from a.example, over TLS. */
static struct dna_link *receive(const char *address, uint64_t chain)
{
	struct dna_link *link = dna_link_new(&peer, DNA_RECEIVING, 1);
	const uint64_t facts = DNA_FACT(DNA_FACT_VERSIONED) | DNA_FACT(DNA_FACT_HOSTED);

	snprintf(link->address, sizeof(link->address), "%s", address);
	snprintf(link->id, sizeof(link->id), "id%u", link->number);
	dna_flow_init(&link->flow, DNA_FLOW_S2S_RECEIVING, &peer.settings.flow);
	happens(link, DNA_FLOW_START, DNA_FACT(DNA_FACT_DIRECT_TLS));
	happens(link, DNA_FLOW_TLS_DONE, chain);
	dna_link_event_of(link, DNA_FLOW_HEADER, facts, A, B, 0);
	return link;
}

static void claim(struct dna_link *link, const char *from, const char *to)
{
	dna_claim_keep(link, from, to, "key");
	dna_link_event_of(link, DNA_FLOW_RESULT, DNA_FACT(DNA_FACT_HOSTED), from, to, 0);
}

static void claim_many(struct dna_link *link, unsigned first, unsigned how_many)
{
	char from[32];

	for (unsigned i = first; i < first + how_many; i++) {
		snprintf(from, sizeof(from), "x%u.example", i);
		claim(link, from, B);
	}
}

static size_t count_callbacks(void)
{
	size_t number = 0;

	for (const struct dna_link *link = peer.links; link != NULL; link = link->next)
		number += link->purpose == DNA_FOR_CALLBACK && !dna_flow_ended(&link->flow);
	return number;
}

/* Those that end, and are not gone. */
static size_t count_ending_callbacks(void)
{
	size_t number = 0;

	for (const struct dna_link *link = peer.links; link != NULL; link = link->next)
		number += link->purpose == DNA_FOR_CALLBACK && dna_flow_ended(&link->flow);
	return number;
}

static size_t count_claims(const struct dna_link *link)
{
	size_t number = 0;

	for (const struct dna_claim *c = link->claims; c != NULL; c = c->next)
		number++;
	return number;
}

static void deliver(void)
{
	while (dna_messages_deliver(&peer, 2))
		;
}

static enum dna_flow_state state_of(const struct dna_link *link, const char *from, const char *to)
{
	const struct dna_flow_pair *pair = dna_pairs_find(link, from, to);

	return pair != NULL ? (enum dna_flow_state)pair->state : DNA_FLOW_P0_NONE;
}

/* ---- bounds: SEC-006, SEC-007 ---- */

Test(callbacks, of_a_stream)
{
	struct dna_link *link = receive("192.0.2.1", 0);

	claim_many(link, 0, DNA_PEER_CALLBACKS_OF_LINK + 3);
	cr_assert_eq(count_callbacks(), DNA_PEER_CALLBACKS_OF_LINK);
	deliver();
	cr_assert_eq(count_claims(link), DNA_PEER_CALLBACKS_OF_LINK);
	cr_assert_eq(link->flow.count, DNA_PEER_CALLBACKS_OF_LINK);
}

Test(callbacks, of_an_address)
{
	static const struct {
		const char *full, *same, *other;
	} tests[] = {
		{ "192.0.2.1", "192.0.2.1", "192.0.2.2" },
		{ "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1" },
	};
	const unsigned half = DNA_PEER_CALLBACKS_OF_ADDRESS / 2;
	size_t expected = 0;

	for (size_t i = 0; i < 2; i++) {
		const unsigned first = (unsigned)i * 100;

		claim_many(receive(tests[i].full, 0), first, half);
		claim_many(receive(tests[i].full, 0), first + half, half);
		expected += DNA_PEER_CALLBACKS_OF_ADDRESS;
		claim_many(receive(tests[i].same, 0), first + 50, 1);
		cr_assert_eq(count_callbacks(), expected, "%s", tests[i].same);
		claim_many(receive(tests[i].other, 0), first + 60, 1);
		cr_assert_eq(count_callbacks(), ++expected, "%s", tests[i].other);
	}
}

/* As many claims as one address may have, from one that nobody has seen yet: how many callbacks that gives. */
static size_t claim_greedily(unsigned number)
{
	const unsigned first = number * DNA_PEER_CALLBACKS_OF_ADDRESS;
	const size_t before = count_callbacks();
	char address[32];

	snprintf(address, sizeof(address), "192.0.2.%u", number);
	for (unsigned i = 0; i < DNA_PEER_CALLBACKS_OF_ADDRESS; i += DNA_PEER_CALLBACKS_OF_LINK)
		claim_many(receive(address, 0), first + i, DNA_PEER_CALLBACKS_OF_LINK);
	return count_callbacks() - before;
}

Test(callbacks, of_all)
{
	for (unsigned i = 0; i < 2 * DNA_PEER_CALLBACKS_MAX / DNA_PEER_CALLBACKS_OF_ADDRESS; i++)
		claim_greedily(i);
	cr_assert_eq(count_callbacks(), DNA_PEER_CALLBACKS_MAX);
}

/* However greedy those are who were there first, they leave room for others. */
Test(callbacks, of_the_greedy)
{
	const unsigned many = DNA_PEER_CALLBACKS_MAX / DNA_PEER_CALLBACKS_OF_ADDRESS;
	size_t expected;

	for (unsigned i = 0; i < many; i++)
		claim_greedily(i);
	expected = count_callbacks();
	cr_assert_lt(expected, DNA_PEER_CALLBACKS_MAX);
	for (unsigned i = 0; i < many; i++)
		claim_greedily(i);
	cr_assert_eq(count_callbacks(), expected, "they have no more than is left");
	claim(receive("198.51.100.1", 0), A, B);
	cr_assert_eq(count_callbacks(), ++expected);
	claim(receive("2001:db8::1", 0), "c.example", B);
	cr_assert_eq(count_callbacks(), ++expected);
}

/* Nobody has them all by coming again and again. */
Test(callbacks, of_those_who_come_again)
{
	const unsigned half = DNA_PEER_CALLBACKS_MAX / 2;
	struct dna_link *link;

	for (unsigned i = 0; i < 2 * DNA_PEER_CALLBACKS_MAX; i += DNA_PEER_CALLBACKS_OF_LINK) {
		link = receive("2001:db8::1", 0);
		claim_many(link, i, DNA_PEER_CALLBACKS_OF_LINK);
		happens(link, DNA_FLOW_CLOSED, 0);
		cr_assert_null(link->claims);
		deliver();
	}
	cr_assert_eq(count_callbacks(), 0);
	cr_assert_eq(count_ending_callbacks(), half);
	claim(receive("2001:db8::2", 0), A, B);
	cr_assert_eq(count_callbacks(), 0, "it is the same neighbour");
	claim(receive("2001:db8:1::1", 0), A, B);
	cr_assert_eq(count_callbacks(), 1);
}

/* One callback for the same pair, as long as somebody waits for it. */
Test(callbacks, are_shared)
{
	struct dna_link *first = receive("192.0.2.1", 0), *second = receive("192.0.2.2", 0);

	claim(first, A, B);
	claim(second, A, B);
	cr_assert_eq(count_callbacks(), 1);
	happens(first, DNA_FLOW_CLOSED, 0);
	deliver();
	cr_assert_eq(count_callbacks(), 1);
	happens(second, DNA_FLOW_CLOSED, 0);
	claim(receive("192.0.2.3", 0), A, B); /* the first callback is released, if not gone */
	deliver();
	cr_assert_eq(count_callbacks(), 1);
	cr_assert_eq(peer.last_number, 5);
}

/* POSH-030, POL-009: what proved the authoritative server counts for those who waited then. */
Test(callbacks, that_were_proven_once)
{
	struct dna_link *callback, *another;

	claim(receive("192.0.2.1", 0), A, B);
	callback = peer.links;
	callback->judged = true;
	callback->not_after = DNA_FOREVER;
	claim(receive("192.0.2.2", 0), A, B);
	cr_assert_eq(count_callbacks(), 1);
	callback->not_after = time(NULL);
	claim(receive("192.0.2.3", 0), A, B);
	cr_assert_eq(count_callbacks(), 2);
	another = peer.links;
	cr_assert_eq(another->purpose, DNA_FOR_CALLBACK);
	claim(receive("192.0.2.4", 0), A, B);
	cr_assert_eq(count_callbacks(), 2, "nobody has judged the second one yet");
	cr_assert_not(dna_flow_ended(&callback->flow));
}

/* Everybody who waits hears of a failure, and for a while nothing of the kind is begun. */
Test(callbacks, that_fail)
{
	struct dna_link *first = receive("192.0.2.1", 0), *second = receive("192.0.2.2", 0);
	struct dna_link *callback;

	claim(first, A, B);
	claim(second, A, B);
	callback = peer.links;
	cr_assert_eq(callback->purpose, DNA_FOR_CALLBACK);
	happens(callback, DNA_FLOW_UNRESOLVED, 0);
	dna_callback_report(callback);
	deliver();
	cr_assert(state_of(first, A, B) == DNA_FLOW_P0_NONE &&
		  state_of(second, A, B) == DNA_FLOW_P0_NONE);
	claim(first, A, B);
	cr_assert_eq(count_callbacks(), 0);
	deliver();
	cr_assert_eq(count_claims(first), 0);
	first->now += DNA_PEER_FAILURE_SECONDS * 1000 + 1;
	claim(first, A, B);
	cr_assert_eq(count_callbacks(), 1);
}

Test(callbacks, failures_are_few)
{
	char from[32];

	for (unsigned i = 0; i <= DNA_PEER_FAILURES_MAX; i++) {
		snprintf(from, sizeof(from), "x%u.example", i);
		dna_failure_note(&peer, from, B, DNA_FLOW_CALLBACK_FAILED, i);
	}
	cr_expect_eq(dna_failure_find(&peer, "x0.example", B, 1), DNA_FLOW_NOTHING);
	cr_expect_eq(dna_failure_find(&peer, "x1.example", B, 1), DNA_FLOW_CALLBACK_FAILED);
	cr_expect_eq(dna_failure_find(&peer, "x1.example", A, 1), DNA_FLOW_NOTHING);
	cr_expect_eq(dna_failure_find(&peer, "x1.example", B, 1 + DNA_PEER_FAILURE_SECONDS * 1000),
		     DNA_FLOW_NOTHING);
	dna_failure_note(&peer, from, B, DNA_FLOW_CALLBACK_VETOED, 9);
	cr_expect_eq(dna_failure_find(&peer, from, B, 9), DNA_FLOW_CALLBACK_VETOED);
	cr_expect_eq(dna_failure_find(&peer, "x1.example", B, 9), DNA_FLOW_CALLBACK_FAILED);
}

/* ---- claims: DB-003, DB-005, DB-023 ---- */

Test(callbacks, claims_keep_their_id)
{
	struct dna_link *link = receive("192.0.2.1", 0);
	char id[sizeof(link->id)];

	memcpy(id, link->id, sizeof(id));
	claim(link, A, B);
	snprintf(link->id, sizeof(link->id), "another");
	claim(link, A, B); /* the flow ignores it */
	cr_assert_eq(count_claims(link), 1);
	cr_assert_not_null(dna_claim_verified(&peer, A, B, id));
	cr_assert_null(dna_claim_verified(&peer, A, B, "another"));
	cr_assert_null(dna_claim_verified(&peer, "c.example", B, id));
}

Test(callbacks, claims_are_forgotten)
{
	struct dna_link *link = receive("192.0.2.1", 0);
	char from[32];

	for (unsigned i = 0; i < 3 * DNA_FLOW_PAIRS_MAX; i++) {
		snprintf(from, sizeof(from), "x%u.example", i);
		claim(link, from, B);
		dna_link_event_of(link, DNA_FLOW_CALLBACK_FAILED, DNA_FACT(DNA_FACT_CONSTRAINT),
				  from, B, 0);
		cr_assert_eq(count_claims(link), 0);
	}
	deliver();
	cr_assert_eq(count_callbacks(), 0);
	claim(link, A, B);
	cr_assert_eq(count_claims(link), 1);
}

/* What comes late of a callback is nothing to another claim of the same pair. */
Test(callbacks, late_words)
{
	struct dna_link *link = receive("192.0.2.1", 0);
	uint32_t late;

	claim(link, A, B);
	late = link->claims->number;
	dna_link_event_of(link, DNA_FLOW_TIMER, 0, A, B, 0);
	claim(link, A, B);
	cr_assert_neq(link->claims->number, late);
	dna_callback_answer(&peer, late, DNA_FLOW_CALLBACK_LOST);
	dna_message_post(
		&peer, link->number,
		&(struct dna_message){
			.kind = DNA_FLOW_CALLBACK_LOST, .claim = late, .from = A, .to = B });
	deliver();
	cr_assert_eq(state_of(link, A, B), DNA_FLOW_P2_CALLBACK);
	dna_callback_answer(&peer, link->claims->number, DNA_FLOW_CALLBACK_LOST);
	deliver();
	cr_assert_eq(state_of(link, A, B), DNA_FLOW_P0_NONE);
}

/* Without a claim there is nothing to ask about: the pair fails at once. */
Test(callbacks, without_claim)
{
	struct dna_link *link = receive("192.0.2.1", 0);

	dna_link_event_of(link, DNA_FLOW_RESULT, DNA_FACT(DNA_FACT_HOSTED), A, B, 0);
	deliver();
	cr_assert_eq(state_of(link, A, B), DNA_FLOW_P0_NONE);
	cr_assert_eq(count_callbacks(), 0);
}

/* ---- proofs ---- */

/* One that cannot be judged, and so is a veto. */
static void add_proof(struct dna_link *link, const char *from, const char *to)
{
	struct dna_proof *proof = calloc(1, sizeof(*proof));

	proof->link = link;
	proof->own = proof->changed = true;
	snprintf(proof->from, sizeof(proof->from), "%s", from);
	snprintf(proof->to, sizeof(proof->to), "%s", to);
	proof->next = link->proofs;
	link->proofs = proof;
}

/* FLOW-028, POL-004: a pair that is valid by the time of its verdict. */
Test(callbacks, veto_of_a_valid_pair)
{
	struct dna_link *link = receive("192.0.2.1", DNA_FACT(DNA_FACT_PEER_CHAIN));
	struct dna_flow_event event;

	happens(link, DNA_FLOW_PROVEN, 0);
	claim(link, A, B);
	add_proof(link, A, B);
	happens(link, DNA_FLOW_AUTH, DNA_FACT(DNA_FACT_RESPONSE) | DNA_FACT(DNA_FACT_COVERED));
	cr_assert_eq(state_of(link, A, B), DNA_FLOW_P5_VALID);
	cr_assert(dna_proof_work(link, &event));
	dna_link_event(link, &event);
	cr_assert(dna_flow_ended(&link->flow));
	cr_assert_eq(link->flow.trouble, DNA_TROUBLE_EXPIRED);
}

/* The numbers of a pair that is gone may be another's by the time of the verdict. */
Test(callbacks, verdict_of_a_pair_that_is_gone)
{
	struct dna_link *link = receive("192.0.2.1", DNA_FACT(DNA_FACT_PEER_CHAIN));
	struct dna_flow_event event;
	uint8_t number;

	happens(link, DNA_FLOW_PROVEN, 0);
	claim(link, "x.example", B);
	add_proof(link, "x.example", B);
	number = dna_pairs_find(link, "x.example", B)->from;
	dna_link_event_of(link, DNA_FLOW_TIMER, 0, "x.example", B, 0);
	claim(link, "y.example", B);
	cr_assert_eq(dna_pairs_find(link, "y.example", B)->from, number);
	cr_assert_not(dna_proof_work(link, &event));
	cr_assert_null(link->proofs);
	cr_assert_eq(state_of(link, "y.example", B), DNA_FLOW_P1_CERTIFICATE);
}

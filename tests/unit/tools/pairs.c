/* What becomes of the pairs that `dna peer` was asked for. */
#include "links.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <time.h>

#define A "a.example"
#define B "b.example"
#define C "c.example"

TestSuite(pairs, .init = links_set_up, .fini = links_tear_down);

static struct dna_link *find(uint32_t number)
{
	return dna_peer_link(&peer, number);
}

/* A stream of ours that the peer lets us use for its first pair. */
static struct dna_link *get_ready(struct dna_link *link)
{
	const uint64_t facts = DNA_FACT(DNA_FACT_VERSIONED) | DNA_FACT(DNA_FACT_DIALBACK);
	const struct dna_flow_event events[] = {
		{ .kind = DNA_FLOW_RESOLVED },
		{ .kind = DNA_FLOW_CONNECTED, .facts = DNA_FACT(DNA_FACT_DIRECT_TLS) },
		{ .kind = DNA_FLOW_TLS_DONE, .facts = DNA_FACT(DNA_FACT_PEER_CHAIN) },
		{ .kind = DNA_FLOW_PROVEN },
		{ .kind = DNA_FLOW_HEADER, .facts = facts },
		{ .kind = DNA_FLOW_FEATURES, .facts = facts },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		dna_link_event(link, &events[i]);
	return link;
}

static void answer(struct dna_link *link, enum dna_flow_event_kind kind)
{
	dna_link_event_of(link, kind, 0, dna_flow_domain(&link->names, link->flow.to),
			  dna_flow_domain(&link->names, link->flow.from), 0);
}

static void deliver(void)
{
	while (dna_messages_deliver(&peer, 2))
		;
}

/* That a.example says something to b.example, and then, on that stream, to c.example. */
static struct dna_link *wish(void)
{
	struct dna_link *first;

	peer.wishes[0] = (struct dna_wish){ .from = A, .to = B };
	peer.wishes[1] = (struct dna_wish){ .from = A, .to = C, .piggybacked = true };
	peer.wish_count = 2;
	dna_pairs_begin(&peer, 1);
	first = get_ready(find(peer.wishes[0].link));
	answer(first, DNA_FLOW_RESULT_VALID);
	cr_assert(peer.wishes[0].accepted);
	peer.wishes[1].begun = true;
	peer.wishes[1].link = first->number;
	return first;
}

/* FLOW-024 */
Test(pairs, get_a_stream_of_their_own)
{
	struct dna_link *first = wish(), *other;

	dna_pairs_elsewhere(first, A, C);
	deliver();
	cr_assert_neq(peer.wishes[1].link, first->number);
	cr_assert_not(peer.wishes[1].ended);
	other = get_ready(find(peer.wishes[1].link));
	cr_assert_eq(other->purpose, DNA_FOR_WISH);
	answer(other, DNA_FLOW_RESULT_VALID);
	cr_assert(peer.wishes[1].accepted);
}

/* A stream that is there may have been accepted long ago: nothing more would come of waiting. */
Test(pairs, find_a_stream_that_is_ready)
{
	struct dna_link *first = wish(), *other;

	other = get_ready(dna_link_begin(&peer, A, C, DNA_FOR_ANSWERS, 1));
	answer(other, DNA_FLOW_RESULT_VALID);
	cr_assert_not(peer.wishes[1].ended);
	dna_pairs_elsewhere(first, A, C);
	deliver();
	cr_assert_eq(peer.wishes[1].link, other->number);
	cr_assert(peer.wishes[1].accepted);
}

/* Nobody waits for ever. */
Test(pairs, end_where_there_is_no_stream)
{
	struct dna_link *first = wish();

	peer.link_count = DNA_PEER_LINKS_MAX;
	dna_pairs_elsewhere(first, A, C);
	cr_assert(peer.wishes[1].ended);
	cr_assert_not(peer.wishes[1].accepted);
	cr_assert_eq(peer.wishes[1].status, DNA_EXIT_UNDECIDED);
}

/* The stream of its own is the one that refused it. */
Test(pairs, end_where_they_were_refused)
{
	struct dna_link *first = wish(), *other;

	other = get_ready(dna_link_begin(&peer, A, C, DNA_FOR_ANSWERS, 1));
	answer(other, DNA_FLOW_RESULT_ERROR);
	dna_link_event_of(other, DNA_FLOW_WANT_PAIR, 0, A, C, 0);
	answer(other, DNA_FLOW_RESULT_INVALID);
	cr_assert_eq(dna_pairs_find(other, A, C)->state, DNA_FLOW_Q4_REFUSED);
	dna_pairs_elsewhere(first, A, C);
	deliver();
	cr_assert(peer.wishes[1].ended);
	cr_assert_not(peer.wishes[1].accepted);
}

/* POL-009, FLOW-024: what is enough for one domain of ours need not be enough for another. */
Test(pairs, are_judged_for_whom_they_are)
{
	struct dna_link *first = wish();
	struct dna_wish *strict = &peer.wishes[1], *alike = &peer.wishes[2];

	*strict = (struct dna_wish){ .from = "strict.example", .to = B, .piggybacked = true };
	*alike = (struct dna_wish){ .from = C, .to = B, .piggybacked = true };
	peer.wish_count = 3;
	dna_pairs_begin(&peer, 1);
	deliver();
	cr_assert_eq(alike->link, first->number);
	cr_assert_eq(dna_pairs_find(first, C, B)->state, DNA_FLOW_Q2_ASKED);
	cr_assert_neq(strict->link, first->number);
	cr_assert_null(dna_pairs_find(first, "strict.example", B));
	cr_assert_not(strict->ended);
}

/* POSH-030, POL-009: once what proved the peer has expired, the stream serves those who have it, and
 * nobody else. */
Test(pairs, find_a_stream_that_was_proven_once)
{
	struct dna_link *first = wish();
	struct dna_wish *early = &peer.wishes[1], *late = &peer.wishes[2];

	*early = (struct dna_wish){ .from = C, .to = B, .piggybacked = true };
	first->judged = true;
	first->not_after = DNA_FOREVER;
	dna_pairs_begin(&peer, 1);
	*late = (struct dna_wish){ .from = "late.example", .to = B, .piggybacked = true };
	peer.wish_count = 3;
	first->not_after = time(NULL);
	dna_pairs_begin(&peer, 1);
	deliver();
	cr_assert_eq(early->link, first->number);
	cr_assert_neq(late->link, first->number);
	cr_assert_null(dna_pairs_find(first, "late.example", B));
	cr_assert_not(late->ended);
	cr_assert_eq(dna_outgoing_for(&peer, A, B, DNA_FOR_ANSWERS, 1), first);
}

/* POSH-030, FLOW-029: a pair that was not to be had then is not begun anew on what has expired, nor on stream
 * after stream. */
Test(pairs, begin_where_the_peer_is_proven)
{
	struct dna_link *link = get_ready(dna_link_begin(&peer, A, C, DNA_FOR_ANSWERS, 1)), *other;

	answer(link, DNA_FLOW_RESULT_ERROR);
	link->judged = true;
	link->not_after = DNA_FOREVER;
	cr_assert_eq(dna_outgoing_for(&peer, A, C, DNA_FOR_ANSWERS, 1), link);
	link->not_after = time(NULL);
	other = dna_outgoing_for(&peer, A, C, DNA_FOR_ANSWERS, 1);
	cr_assert_neq(other, link);
	deliver();
	cr_assert(dna_flow_ended(&link->flow), "it is of no use to anybody");
	cr_assert_not(dna_outgoing_is_too_early(&peer, A, C, 1));
	get_ready(other);
	answer(other, DNA_FLOW_RESULT_ERROR);
	other->judged = true;
	other->not_after = time(NULL);
	cr_assert(dna_outgoing_is_too_early(&peer, A, C, 1),
		  "whoever refuses us is not called at once");
}

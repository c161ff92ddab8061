/* What attackers try, and what a redirection may lead to. */
#include "scene.h"

#include <criterion/criterion.h>

/* E2E-19: the offer of STARTTLS is stripped. FLOW-010, SEC-003 */
Test(attacks, starttls_stripped)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, WEAK), clear;
	struct dna_flow_config config = { .minimum = DNA_MINIMUM_NONE_TLS,
					  .tls_optional = true,
					  .dialback = true };

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "send-starttls",
		.facts = FACTS_1(DIALBACK)); /* no version, no features */
	HAPPENS(s, REFUSED, "close connect", .facts = 0);
	HAPPENS(s, EXHAUSTED, "bounce", .facts = 0);

	clear = scene_begin(DNA_FLOW_S2S_INITIATING, config);
	HAPPENS(clear, START, "resolve", PAIR(B, A));
	HAPPENS(clear, RESOLVED, "connect", .facts = 0);
	HAPPENS(clear, CONNECTED, "open-stream", .facts = FACTS_1(TLS_MANDATORY)); /* DANE-005 */
	HAPPENS(clear, HEADER, "send-starttls", .facts = FACTS_1(DIALBACK));
}

/* Features and a header in clear are worth nothing over TLS (FLOW-008). */
Test(attacks, forgets_what_was_in_clear)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, WEAK);

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_2(VERSIONED, DIALBACK));
	HAPPENS(s, FEATURES, "send-starttls", .facts = FACTS_3(EXTERNAL, DIALBACK, ERRORS));
	HAPPENS(s, PROCEED, "start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_2(PEER_CHAIN, OWN_CHAIN));
	HAPPENS(s, UNPROVEN, "record-weak open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "close bounce", .facts = 0);
}

/* E2E-22: answers that nobody asked for. DB-006, SEC-003 */
Test(attacks, unsolicited_answers)
{
	struct scene r = scene_called(WEAK, 0),
		     i = scene_call_ready(WEAK, FACTS_2(EXTERNAL, DIALBACK));

	HAPPENS(r, RESULT_VALID, "ignore", PAIR(A, B));
	HAPPENS(r, RESULT_VALID, "ignore", PAIR(B, A));
	HAPPENS(r, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1);
	cr_assert_eq(r.flow.count, 0);
	HAPPENS(i, RESULT_VALID, "ignore", PAIR(A, B)); /* EXTERNAL was asked for, not dialback */
	HAPPENS(i, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1);
	cr_assert(!scene_carries(&i, B, A));
	r = scene_asserted(WEAK);
	HAPPENS(r, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1); /* on the wrong stream */
	HAPPENS(r, KEY_VALID, "", PAIR(A, B));                       /* before it was asked */
	cr_assert(!scene_carries(&r, A, B));
	/* The wrong direction: a request on a stream of ours (DB-016, FLOW-030). */
	HAPPENS(i, SASL_FAILURE, "send-result", .facts = 0);
	HAPPENS(i, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(i, RESULT, "ignore", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(i, STANZA, "reject", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&i), "not-authorized");
}

/*
 * E2E-23: an attacker opens a stream as a.example; the real a.example has the best of certificates. That
 * alone authenticates nothing (FLOW-022); the key does not hold, and the stream ends (DB-011).
 */
Test(attacks, good_certificate_of_somebody_else)
{
	struct scene s = scene_asserted(STRICT);

	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, CALLBACK_PROVEN),
		PAIR(A, B));
	cr_assert(!scene_carries(&s, A, B));
	cr_assert_eq(dna_flow_pair_find(&s.flow, A, B)->assurance, DNA_ASSURANCE_NONE);
	HAPPENS(s, KEY_INVALID, "release send-invalid close", PAIR(A, B));
	cr_assert(dna_flow_ended(&s.flow));
}

/* E2E-26: see-other-host. FLOW-026, SEC-011: over TLS only, to the same domain, not for ever. */
Test(attacks, see_other_host)
{
	struct scene s = scene_call(STRICT);

	for (int i = 0; i < 2; i++) {
		HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
		HAPPENS(s, STREAM_ERROR, "close redirect", .facts = FACTS_1(REDIRECT));
		HAPPENS(s, RESOLVED, "connect", .facts = 0);
		cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_NONE); /* proved anew */
		HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
		HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
		cr_assert_eq(scene_action(&s, DNA_FLOW_PROVE)->domain, A);
	}
	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
	HAPPENS(s, STREAM_ERROR, "close bounce", .facts = FACTS_1(REDIRECT));
	cr_assert_eq(s.flow.trouble, DNA_TROUBLE_REDIRECTS);
}

/* FLOW-026, SEC-011: it may send us elsewhere instead of an answer, to SASL or to dialback. What was asked is
 * asked anew there (DB-003), and answers that come late are nobody's (DB-023). */
Test(attacks, see_other_host_instead_of_an_answer)
{
	struct scene s = scene_call_ready(WEAK, FACTS_1(EXTERNAL)), again, loop;

	HAPPENS(s, STREAM_ERROR, "close redirect", .facts = FACTS_1(REDIRECT));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "send-result", .facts = FACTS_2(DIALBACK, ERRORS));
	again = loop = s;
	HAPPENS(s, STREAM_ERROR, "close redirect", .facts = FACTS_1(REDIRECT));
	cr_assert_eq(dna_flow_pair_find(&s.flow, B, A)->state, DNA_FLOW_Q1_QUEUED);
	HAPPENS(s, RESULT_VALID, "ignore", PAIR(A, B));
	cr_assert(!scene_carries(&s, B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "send-result", .facts = FACTS_2(DIALBACK, ERRORS));
	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));

	loop.flow.redirects = loop.flow.limit_redirects;
	HAPPENS(loop, STREAM_ERROR, "close bounce", .facts = FACTS_1(REDIRECT));
	cr_assert_eq(loop.flow.trouble, DNA_TROUBLE_REDIRECTS);
	HAPPENS(again, STREAM_ERROR, "close bounce", .facts = 0);
	cr_assert_eq(again.flow.trouble, DNA_TROUBLE_PEER);
}

/* SEC-011: in clear nobody's word is followed. */
Test(attacks, see_other_host_in_clear)
{
	const struct dna_flow_config config = { .minimum = DNA_MINIMUM_NONE_TLS,
						.dialback = true,
						.tls_optional = true };
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, config);

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "send-result", .facts = FACTS_1(DIALBACK));
	IS_IN(s, I9_DIALBACK);
	HAPPENS(s, STREAM_ERROR, "close bounce", .facts = FACTS_1(REDIRECT));
}

/* FLOW-026, SEC-011: once it knows who we are, it may send us elsewhere all the same. */
Test(attacks, see_other_host_after_sasl)
{
	struct scene s = scene_call_ready(WEAK, FACTS_1(EXTERNAL)), again;

	HAPPENS(s, SASL_SUCCESS, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	again = s;
	HAPPENS(s, STREAM_ERROR, "close redirect", .facts = FACTS_1(REDIRECT));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	cr_assert_eq(s.flow.facts, 0); /* nothing is left of what it offered, or of our proof */
	cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_NONE);
	cr_assert(!scene_carries(&s, B, A));

	again.flow.redirects = again.flow.limit_redirects;
	HAPPENS(again, STREAM_ERROR, "close bounce", .facts = FACTS_1(REDIRECT));
	cr_assert_eq(again.flow.trouble, DNA_TROUBLE_REDIRECTS);
}

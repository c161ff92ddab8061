/* More than one pair on a stream (RFC 7712 section 4.4). */
#include "scene.h"

#include <criterion/criterion.h>

/* E2E-05, RFC 7712 section 4.4.1: the certificate proves the other domain too. FLOW-023, DB-017, SEC-012 */
Test(piggyback, assertion_by_the_same_certificate)
{
	struct scene s = scene_accepted(STRICT);

	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	cr_assert_eq(scene_action(&s, DNA_FLOW_PROVE)->domain, ROOMS_A);
	cr_assert(!scene_carries(&s, ROOMS_A, B));
	HAPPENS(s, RESULT, "ignore", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(s, STANZA, "deliver", PAIR(A, B)); /* DB-007: what is valid keeps flowing */
	HAPPENS(s, PROVEN, "record-dna send-valid accept", PAIR(ROOMS_A, B), .by = 4);
	HAPPENS(s, STANZA, "deliver", PAIR(ROOMS_A, B));
	HAPPENS(s, STANZA, "reject", PAIR(ROOMS_A, C)); /* the pair, not the domain */
}

/* E2E-06: the assertion needs a callback. FLOW-023, DB-010, DB-011, DB-018, DB-021 */
Test(piggyback, assertion_by_callback)
{
	struct scene s = scene_accepted(WEAK), other, error, lost, shortcut;

	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(ROOMS_A, B));
	shortcut = s;
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_1(CALLBACK_SECURED), PAIR(ROOMS_A, B));
	other = error = lost = s;
	HAPPENS(s, KEY_VALID, "release record-weak send-valid accept", PAIR(ROOMS_A, B));
	HAPPENS(other, KEY_INVALID, "release send-error", PAIR(ROOMS_A, B));
	cr_assert_str_eq(scene_condition(&other), "forbidden");
	cr_assert(scene_carries(&other, A, B) && !scene_carries(&other, ROOMS_A, B));
	HAPPENS(error, KEY_ERROR, "release send-error", PAIR(ROOMS_A, B));
	cr_assert_str_eq(scene_condition(&error), "remote-server-not-found");
	HAPPENS(lost, CLOSED, "close release", .facts = 0);
	HAPPENS(shortcut, CALLED_BACK, "release record-weak send-valid accept",
		.facts = FACTS_3(CALLBACK_SECURED, CALLBACK_PROVEN, SAME_CERTIFICATE),
		PAIR(ROOMS_A, B));
}

/* E2E-07, RFC 7712 section 4.4.2: another target, if the certificate proves it. FLOW-024, DB-014, DB-015 */
Test(piggyback, supposition)
{
	struct scene s = scene_call_ready(WEAK, FACTS_2(DIALBACK, ERRORS)), without;

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	without = s;
	HAPPENS(s, WANT_PAIR, "prove", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
	cr_assert_eq(scene_action(&s, DNA_FLOW_PROVE)->domain, ROOMS_A);
	HAPPENS(s, PROVEN, "record-dna send-result", PAIR(B, ROOMS_A), .by = 6);
	HAPPENS(s, RESULT_VALID, "accept flush", PAIR(ROOMS_A, B));
	cr_assert(scene_carries(&s, B, ROOMS_A));

	HAPPENS(without, WANT_PAIR, "prove", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
	HAPPENS(without, UNPROVEN, "other-stream", PAIR(B, ROOMS_A));
	HAPPENS(without, WANT_PAIR, "send-result",
		PAIR(C, A)); /* another sender needs nothing more */
	HAPPENS(without, RESULT_ERROR, "other-stream", PAIR(A, C), .facts = FACTS_1(CONSTRAINT));
}

/* E2E-08: another port, or no dialback errors: another stream. FLOW-024, DB-014 */
Test(piggyback, supposition_refused)
{
	struct scene s = scene_call_ready(WEAK, FACTS_2(DIALBACK, ERRORS)), old;

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(s, WANT_PAIR, "other-stream", PAIR(B, ROOMS_A));
	old = scene_call_ready(WEAK, FACTS_1(DIALBACK));
	HAPPENS(old, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(old, WANT_PAIR, "other-stream", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
}

/* DB-009, DB-024, SEC-006: what is wrong with an assertion; the stream stays open. */
Test(piggyback, assertions_that_are_refused)
{
	struct dna_flow_config few = { .minimum = DNA_MINIMUM_WEAK, .dialback = true, .pairs = 1 };
	struct scene s = scene_called(few, 0), clear = scene_begin(DNA_FLOW_S2S_RECEIVING, WEAK);

	HAPPENS(s, RESULT, "send-error", PAIR(A, C));
	cr_assert_str_eq(scene_condition(&s), "item-not-found");
	HAPPENS(s, RESULT, "send-error", PAIR(A, B), .facts = FACTS_2(HOSTED, FROM_REFUSED));
	cr_assert_str_eq(scene_condition(&s), "not-acceptable");
	HAPPENS(s, RESULT, "call-back", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(s, RESULT, "send-error", PAIR(ROOMS_A, B), .facts = FACTS_1(HOSTED));
	cr_assert_str_eq(scene_condition(&s), "resource-constraint");
	HAPPENS(s, VERIFY, "answer-verify", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(s, VERIFY, "fail-verify", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&s), "item-not-found");

	HAPPENS(clear, START, "", .facts = 0);
	HAPPENS(clear, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	HAPPENS(clear, RESULT, "send-error", PAIR(A, B), .facts = FACTS_1(HOSTED)); /* DB-020 */
	cr_assert_str_eq(scene_condition(&clear), "policy-violation");
	IS_IN(clear, R2_STARTTLS);
}

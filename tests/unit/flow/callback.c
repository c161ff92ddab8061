/* Dialback: keys, and the authoritative server that is called back. */
#include "scene.h"

#include <criterion/criterion.h>

/* E2E-04: EXTERNAL fails, and dialback follows on the same stream. FLOW-020, DB-007, DB-008 */
Test(callback, dialback_after_external)
{
	struct scene s = scene_call_ready(WEAK, FACTS_2(EXTERNAL, DIALBACK)), none;

	HAPPENS(s, SASL_FAILURE, "send-result", .facts = 0);
	cr_assert(!scene_carries(&s, B, A));
	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	cr_assert(scene_carries(&s, B, A));

	none = scene_call_ready((struct dna_flow_config){ .minimum = DNA_MINIMUM_DNA },
				FACTS_1(EXTERNAL));
	HAPPENS(none, SASL_FAILURE, "close bounce", .facts = 0);
	cr_assert_str_eq(scene_condition(&none), "remote-server-timeout"); /* DB-012 */
}

/* DB-011, DB-012, DB-009: what the peer says of our key. */
Test(callback, answers_to_our_key)
{
	struct scene s = scene_call_ready(WEAK, FACTS_1(DIALBACK)), invalid = s, error = s,
		     silent = s;

	cr_assert_str_eq(scene_said(&s), "send-result"); /* DB-003, DB-013 */
	HAPPENS(invalid, RESULT_INVALID, "bounce close", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&invalid), "internal-server-error");
	cr_assert(dna_flow_ended(&invalid.flow));
	HAPPENS(error, RESULT_ERROR, "bounce hand-over", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&error), "remote-server-timeout");
	cr_assert(!scene_carries(&error, B, A));
	HAPPENS(error, WANT_PAIR, "send-result", PAIR(B, A)); /* the stream stays usable */
	HAPPENS(silent, CLOSED, "close bounce", .facts = 0);  /* DB-023 */
	cr_assert_str_eq(scene_condition(&silent), "remote-server-timeout");
}

/* E2E-02, RFC 7712 section 4.3: FLOW-021, DB-005, DB-025. A has no certificate; it is called back. */
Test(callback, no_client_certificate)
{
	struct scene s = scene_asserted(WEAK), strong;

	strong = s;
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_1(CALLBACK_SECURED), PAIR(A, B));
	cr_assert(scene_action(&s, DNA_FLOW_ASK_KEY)->from == B &&
		  scene_action(&s, DNA_FLOW_ASK_KEY)->to == A);
	cr_assert(!scene_carries(&s, A, B));
	HAPPENS(s, KEY_VALID, "release record-weak send-valid accept hand-over", PAIR(A, B));
	cr_assert(scene_action(&s, DNA_FLOW_SEND_VALID)->from == B &&
		  scene_action(&s, DNA_FLOW_SEND_VALID)->to == A);
	cr_assert_eq(dna_flow_pair_find(&s.flow, A, B)->assurance, DNA_ASSURANCE_WEAK); /* DB-019 */
	HAPPENS(s, STANZA, "deliver", PAIR(A, B));
	HAPPENS(s, STANZA, "reject", PAIR(ROOMS_A, B));
	cr_assert_str_eq(scene_condition(&s), "invalid-from");

	HAPPENS(strong, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, CALLBACK_PROVEN),
		PAIR(A, B), .by = 5);
	HAPPENS(strong, KEY_VALID, "release record-dna send-valid accept hand-over", PAIR(A, B));
	cr_assert_eq(dna_flow_pair_find(&strong.flow, A, B)->by, 5);
}

/* The same-certificate shortcut is weak, and no way to a proof (DB-018, POL-001). */
Test(callback, shortcut_is_weak)
{
	struct dna_flow_config config = { .minimum = DNA_MINIMUM_DNA,
					  .dialback = true,
					  .same_certificate = true };
	struct scene s = scene_asserted(config), unproven = s;

	HAPPENS(s, CALLED_BACK, "ask-key",
		.facts = FACTS_3(CALLBACK_SECURED, CALLBACK_PROVEN, SAME_CERTIFICATE), PAIR(A, B));
	HAPPENS(unproven, CALLED_BACK, "release send-error",
		.facts = FACTS_2(CALLBACK_SECURED, SAME_CERTIFICATE), PAIR(A, B));
	cr_assert_str_eq(scene_condition(&unproven), "not-authorized");

	s = scene_asserted(WEAK); /* who presented no certificate has none in common with anybody */
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, SAME_CERTIFICATE),
		PAIR(A, B));
}

/* DB-009, DB-022, ERR-05: why a callback fails, from its flow to the peer. */
Test(callback, callback_fails)
{
	static const struct {
		enum dna_flow_event_kind first, happens;
		const char *condition;
	} tests[] = {
		{ DNA_FLOW_NOTHING, DNA_FLOW_NOT_FOUND, "remote-server-not-found" },
		{ DNA_FLOW_RESOLVED, DNA_FLOW_NOT_FOUND, "remote-server-not-found" },
		{ DNA_FLOW_NOTHING, DNA_FLOW_UNRESOLVED, "not-acceptable" },
		{ DNA_FLOW_NOTHING, DNA_FLOW_CLOSED, "remote-connection-failed" },
		{ DNA_FLOW_RESOLVED, DNA_FLOW_EXHAUSTED, "remote-connection-failed" },
	};
	const struct dna_flow_config config = { .minimum = DNA_MINIMUM_WEAK, .verify_only = true };

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct scene s = scene_asserted(WEAK),
			     callback = scene_begin(DNA_FLOW_S2S_INITIATING, config);
		struct dna_flow_event event;

		HAPPENS(callback, START, "resolve", PAIR(B, A));
		if (tests[i].first != DNA_FLOW_NOTHING)
			scene_take(&callback, &(struct dna_flow_event){ .kind = tests[i].first });
		scene_take(&callback, &(struct dna_flow_event){ .kind = tests[i].happens });
		dna_flow_called_back(&callback.flow, &event);
		event.from = A;
		event.to = B;
		scene_take(&s, &event);
		cr_assert_str_eq(scene_said(&s), "send-error");
		cr_assert_str_eq(scene_condition(&s), tests[i].condition);
		cr_assert(!dna_flow_ended(&s.flow));
	}
}

/* The callback from end to end: two flows that speak through the application (FLOW-021, DB-006, DB-020). */
Test(callback, callback_in_two_flows)
{
	struct dna_flow_config config = STRICT;
	struct dna_flow_event event;
	struct scene s = scene_asserted(STRICT), callback;

	config.verify_only = true;
	callback = scene_call_ready(config, FACTS_1(EXTERNAL));
	cr_assert_str_eq(scene_said(&callback), "hand-over");
	dna_flow_called_back(&callback.flow, &event);
	event.from = A;
	event.to = B;
	scene_take(&s, &event);
	cr_assert_str_eq(scene_said(&s), "ask-key");
	HAPPENS(callback, WANT_VERIFY, "send-verify", PAIR(B, A), .origin = 9);
	HAPPENS(callback, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 8); /* another id */
	HAPPENS(callback, VERIFY_VALID, "tell-valid", PAIR(A, B), .origin = 9);
	HAPPENS(callback, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 9); /* once */
	HAPPENS(s, KEY_VALID, "release record-dna send-valid accept hand-over", PAIR(A, B));
	cr_assert_eq(dna_flow_pair_find(&s.flow, A, B)->by, 7);
	HAPPENS(callback, WANT_PAIR, "other-stream", PAIR(B, A));
}

/*
 * A key is asked about on a stream to the very domain: what A's server says of another domain's key is
 * nothing that A's proof vouches for (DB-025).
 */
Test(callback, key_of_another_domain)
{
	struct scene s = scene_call_ready(WEAK, FACTS_2(DIALBACK, ERRORS));

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(s, WANT_VERIFY, "tell-lost", PAIR(B, ROOMS_A), .origin = 9);
	HAPPENS(s, VERIFY_VALID, "ignore", PAIR(ROOMS_A, B), .origin = 9);
	HAPPENS(s, WANT_VERIFY, "send-verify", PAIR(C, A), .origin = 9); /* another of ours */
}

/* SEC-006, SEC-007, DB-009: no callback is begun where there are too many; the stream goes on. */
Test(callback, too_many)
{
	struct scene s = scene_asserted(WEAK);

	HAPPENS(s, CALLBACK_FAILED, "send-error", .facts = FACTS_1(CONSTRAINT), PAIR(A, B));
	cr_assert_str_eq(scene_condition(&s), "resource-constraint");
	HAPPENS(s, RESULT, "call-back", .facts = FACTS_1(HOSTED), PAIR(A, B));
}

/* POL-001: the minimum of one domain may be stricter than that of the flow. */
Test(callback, domain_that_needs_a_proof)
{
	struct scene s = scene_call(WEAK), strict = s;

	HAPPENS(s, UNPROVEN, "record-weak open-stream", .facts = 0);
	HAPPENS(strict, UNPROVEN, "hang-up connect", .facts = FACTS_1(DNA_REQUIRED));

	s = scene_called(WEAK, FACTS_1(PEER_CHAIN));
	HAPPENS(s, UNPROVEN, "record-weak send-features", .facts = 0);
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(s, UNPROVEN, "call-back", .facts = FACTS_1(DNA_REQUIRED), PAIR(A, B));
	strict = s;
	HAPPENS(s, CALLED_BACK, "release record-weak send-valid accept hand-over",
		.facts = FACTS_2(CALLBACK_SECURED, SAME_CERTIFICATE), PAIR(A, B));
	HAPPENS(strict, CALLED_BACK, "release send-error",
		.facts = FACTS_3(CALLBACK_SECURED, SAME_CERTIFICATE, DNA_REQUIRED), PAIR(A, B));
	cr_assert_str_eq(scene_condition(&strict), "not-authorized");
}

/* How servers authenticate themselves by their certificates, and what comes of vetoes. */
#include "scene.h"

#include <criterion/criterion.h>

/* E2E-01, RFC 7712 section 4.2: FLOW-016, FLOW-018, FLOW-019; each end knows of the other only (POL-010). */
Test(authentication, mutual_authentication)
{
	struct scene b = scene_call_ready(WEAK, FACTS_2(EXTERNAL, DIALBACK));
	struct scene a = scene_called(WEAK, FACTS_1(PEER_CHAIN));

	cr_assert_str_eq(scene_said(&b), "send-external");
	HAPPENS(b, SASL_SUCCESS, "open-stream", .facts = 0);
	HAPPENS(b, HEADER, "", .facts = FACTS_1(VERSIONED));
	cr_assert(!scene_carries(&b, B, A));
	HAPPENS(b, FEATURES, "accept flush hand-over", .facts = 0);
	cr_assert(scene_carries(&b, B, A));

	cr_assert_str_eq(scene_said(&a), "send-header prove");
	cr_assert_eq(scene_action(&a, DNA_FLOW_PROVE)->domain,
		     A); /* FLOW-005: the `from` over TLS */
	HAPPENS(a, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(a, AUTH, "record-dna accept send-success", .facts = FACTS_2(RESPONSE, COVERED));
	cr_assert_eq(scene_action(&a, DNA_FLOW_ACCEPT)->assurance, DNA_ASSURANCE_DNA);
	cr_assert(!scene_carries(&a, A, B)); /* not before the new header */
	HAPPENS(a, HEADER, "send-header send-features hand-over",
		.facts = FACTS_2(VERSIONED, HOSTED), PAIR(A, B));
	cr_assert(scene_carries(&a, A, B));
	HAPPENS(a, STANZA, "deliver", PAIR(A, B));
	cr_assert_eq(dna_flow_pair_find(&a.flow, A, B)->by, 2);
}

/* FLOW-018: without an initial response there is an empty challenge. FLOW-020: retries are bounded. */
Test(authentication, external_is_bounded)
{
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN)), dialback;

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	dialback = s;
	HAPPENS(s, AUTH, "send-challenge", .facts = FACTS_1(COVERED));
	HAPPENS(s, RESPONSE, "fail-sasl", .facts = 0);
	cr_assert_str_eq(scene_condition(&s), "invalid-authzid");
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_1(RESPONSE));
	HAPPENS(s, AUTH, "reject", .facts = FACTS_1(RESPONSE));
	cr_assert_str_eq(scene_condition(&s), "policy-violation");
	HAPPENS(dialback, AUTH, "fail-sasl", .facts = 0); /* of another mechanism */
	HAPPENS(dialback, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B)); /* may follow */
}

/* FLOW-015, FLOW-031, ERR-09, DB-024: headers over TLS. */
Test(authentication, header_over_tls)
{
	static const struct {
		uint64_t facts;
		uint8_t from;
		const char *condition;
	} tests[] = {
		{ FACTS_3(VERSIONED, HOSTED, WRONG_VERSION), A, "unsupported-version" },
		{ FACTS_2(VERSIONED, HOSTED), NOBODY, "improper-addressing" },
		{ FACTS_1(VERSIONED), A, "host-unknown" },
		{ FACTS_3(VERSIONED, HOSTED, FROM_REFUSED), A, "invalid-from" },
		{ FACTS_3(VERSIONED, HOSTED, FROM_CHANGED), A, "policy-violation" },
		{ FACTS_3(VERSIONED, HOSTED, CONFLICT), A, "conflict" },
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct scene s = scene_begin(DNA_FLOW_S2S_RECEIVING, WEAK);

		HAPPENS(s, START, "start-tls", .facts = FACTS_1(DIRECT_TLS));
		HAPPENS(s, TLS_DONE, "", .facts = FACTS_1(PEER_CHAIN));
		HAPPENS(s, HEADER, "reject", .facts = tests[i].facts, PAIR(tests[i].from, B));
		cr_assert_str_eq(scene_condition(&s), tests[i].condition);
	}
}

/* FLOW-019, FLOW-031: after SASL the peer is who it was, whatever the application makes of the header. */
Test(authentication, header_after_sasl)
{
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN));

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(s, AUTH, "record-dna accept send-success", .facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(s, HEADER, "reject", .facts = FACTS_2(VERSIONED, HOSTED), PAIR(C, B));
	cr_assert_str_eq(scene_condition(&s), "invalid-from");
}

/* E2E-03: a certificate for another name is no better. FLOW-013, FLOW-016, FLOW-017 */
Test(authentication, certificate_for_another_name)
{
	struct dna_flow_config no_dialback = { .minimum = DNA_MINIMUM_DNA };
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN)), refused;

	HAPPENS(s, UNPROVEN, "record-weak send-features", .facts = 0);
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_2(RESPONSE, COVERED)); /* it was not offered */
	cr_assert_str_eq(scene_condition(&s), "invalid-mechanism");
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(A, B));

	refused = scene_called(no_dialback, FACTS_1(PEER_CHAIN));
	HAPPENS(refused, UNPROVEN, "reject", .facts = 0); /* ERR-03 */
	cr_assert_str_eq(scene_condition(&refused), "policy-violation");
}

/* A veto leaves no dialback open, and a failed lookup is no way around (POL-004, POL-006, SEC-002). */
Test(authentication, veto_of_a_client_certificate)
{
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN)), pair = s;

	HAPPENS(s, VETO, "reject", .facts = 0);
	cr_assert_str_eq(scene_condition(&s), "policy-violation");
	HAPPENS(pair, UNPROVEN, "record-weak send-features", .facts = 0);
	HAPPENS(pair, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(pair, VETO, "send-error", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&pair), "not-authorized");
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_UNDECIDED), DNA_FLOW_VETO);
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_WEAK), DNA_FLOW_UNPROVEN);
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_PROVEN), DNA_FLOW_PROVEN);
}

/*
 * The certificate proved A, but when it is judged again, for a pair, it must not be used: then it is not
 * good enough for EXTERNAL any more either (POL-004, FLOW-016), nor for what was accepted (FLOW-028).
 */
Test(authentication, veto_after_a_proof)
{
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN)), challenged, late, another;

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	late = another = s;
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, C));
	challenged = s;
	HAPPENS(s, VETO, "send-error", PAIR(A, C));
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_2(RESPONSE, COVERED));
	cr_assert_str_eq(scene_condition(&s), "invalid-mechanism");
	cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_NONE);

	HAPPENS(challenged, AUTH, "send-challenge", .facts = FACTS_1(COVERED));
	HAPPENS(challenged, VETO, "send-error", PAIR(A, C));
	HAPPENS(challenged, RESPONSE, "fail-sasl", .facts = FACTS_1(COVERED));

	HAPPENS(late, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(late, AUTH, "record-dna send-valid accept send-success",
		.facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(late, VETO, "reject", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&late), "reset");

	HAPPENS(another, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(another, VETO, "send-error", PAIR(ROOMS_A, B)); /* says nothing of A */
	HAPPENS(another, AUTH, "record-dna accept send-success",
		.facts = FACTS_2(RESPONSE, COVERED));
}

/*
 * A starts dialback, also for ROOMS_A, and EXTERNAL without waiting for the answers. They come before
 * <success/>: after it nobody listens until the new headers, and the keys were for an id that is no more
 * (FLOW-008, DB-003, DB-023).
 */
Test(authentication, success_ends_what_was_asked)
{
	struct scene s = scene_called(WEAK, FACTS_1(PEER_CHAIN));

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(A, B));
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(ROOMS_A, B));
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_1(CALLBACK_SECURED), PAIR(ROOMS_A, B));
	HAPPENS(s, AUTH, "release record-dna send-valid accept release send-error send-success",
		.facts = FACTS_2(RESPONSE, COVERED));
	cr_assert_str_eq(scene_condition(&s), "remote-server-timeout");
	HAPPENS(s, KEY_VALID, "", PAIR(ROOMS_A, B));
	HAPPENS(s, HEADER, "send-header send-features hand-over",
		.facts = FACTS_2(VERSIONED, HOSTED), PAIR(A, B));
	cr_assert(scene_carries(&s, A, B) && !scene_carries(&s, ROOMS_A, B));
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B)); /* again */
}

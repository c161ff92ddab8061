/* Client to server: what the standards tell step by step. */
#include "scene.h"

#include <criterion/criterion.h>

/* RFC 7712 section 3.2, FLOW-001, FLOW-003, FLOW-004, FLOW-008 */
Test(client, client_verifies_server)
{
	struct scene s = scene_begin(DNA_FLOW_C2S_INITIATING, STRICT);

	HAPPENS(s, START, "resolve", PAIR(NOBODY, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "send-starttls", .facts = 0);
	HAPPENS(s, PROCEED, "start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 3);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "hand-over", .facts = 0);
	IS_IN(s, C8_DONE);
	cr_assert(s.flow.assurance == DNA_ASSURANCE_DNA && s.flow.by == 3);
}

/* POL-002, ERR-02: only a user can take what nothing proves, and nobody a veto. */
Test(client, client_asks_its_user)
{
	struct dna_flow_config config = { .interactive = true };
	struct scene s, again;

	config.minimum = DNA_MINIMUM_WEAK;
	s = scene_begin(DNA_FLOW_C2S_INITIATING, config);

	HAPPENS(s, START, "resolve", PAIR(NOBODY, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS)); /* FLOW-025 */
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	again = s;
	HAPPENS(again, VETO, "hang-up connect", .facts = 0);
	HAPPENS(again, OVERRIDE, "", .facts = 0);
	HAPPENS(s, UNPROVEN, "ask-user", .facts = 0);
	HAPPENS(s, OVERRIDE, "record-weak open-stream", .facts = 0);
	cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_WEAK);

	config.minimum = DNA_MINIMUM_DNA; /* POL-001: then nobody is asked */
	s = scene_begin(DNA_FLOW_C2S_INITIATING, config);
	HAPPENS(s, START, "resolve", PAIR(NOBODY, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	HAPPENS(s, UNPROVEN, "hang-up connect", .facts = 0);
}

/* ERR-04, ERR-10, FLOW-009, FLOW-015: what a server tells a client that errs. */
Test(client, server_of_clients)
{
	struct scene s = scene_begin(DNA_FLOW_C2S_RECEIVING, STRICT), unknown, stanza, early;

	HAPPENS(s, START, "", .facts = 0);
	unknown = s;
	HAPPENS(unknown, HEADER, "reject", .facts = FACTS_1(VERSIONED));
	cr_assert_str_eq(scene_condition(&unknown), "host-unknown");
	HAPPENS(s, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	stanza = early = s;
	HAPPENS(stanza, STANZA, "reject", .facts = 0);
	cr_assert_str_eq(scene_condition(&stanza), "not-authorized");
	HAPPENS(early, AUTH, "fail-sasl close", .facts = 0);
	cr_assert_str_eq(scene_condition(&early), "encryption-required");
	HAPPENS(s, STARTTLS, "send-proceed start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "", .facts = 0);
	HAPPENS(s, HEADER, "reject", .facts = FACTS_3(VERSIONED, HOSTED, WRONG_VERSION));
	cr_assert_str_eq(scene_condition(&s), "unsupported-version");
}

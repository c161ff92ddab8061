/* What the standards tell step by step, as sequences of events; each with the actions that come of them. */
#include "alphabet.h"

#include "flow/chart.h"

#include <criterion/criterion.h>
#include <string.h>

struct scene {
	struct dna_flow flow;
	struct dna_flow_actions actions;
};

#define FACTS_1(a)       DNA_FACT(DNA_FACT_##a)
#define FACTS_2(a, b)    (FACTS_1(a) | FACTS_1(b))
#define FACTS_3(a, b, c) (FACTS_2(a, b) | FACTS_1(c))

static struct scene begin(enum dna_flow_machine machine, struct dna_flow_config config)
{
	struct scene scene;

	dna_flow_init(&scene.flow, machine, &config);
	return scene;
}

static void take(struct scene *scene, const struct dna_flow_event *event)
{
	cr_assert_eq(dna_flow_step(&scene->flow, event, &scene->actions), 0);
}

/* "resolve connect": what the application was told, but for timers. */
static const char *said(const struct scene *scene)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < scene->actions.count; i++) {
		enum dna_flow_action_kind kind = scene->actions.list[i].kind;

		if (kind == DNA_FLOW_SET_TIMER || kind == DNA_FLOW_STOP_TIMER)
			continue;
		strcat(text, text[0] != '\0' ? " " : "");
		strcat(text, dna_flow_action_name(kind));
	}
	return text;
}

/* The condition that the peer, or who waits, is told. */
static const char *condition(const struct scene *scene)
{
	for (size_t i = 0; i < scene->actions.count; i++) {
		const struct dna_flow_trouble_entry *entry =
			dna_flow_trouble_entry(scene->actions.list[i].trouble);

		if (entry->condition != NULL)
			return entry->condition;
	}
	return "";
}

static const struct dna_flow_action *action(const struct scene *scene,
					    enum dna_flow_action_kind kind)
{
	for (size_t i = 0; i < scene->actions.count; i++)
		if (scene->actions.list[i].kind == kind)
			return &scene->actions.list[i];
	cr_assert_fail("there is no %s", dna_flow_action_name(kind));
	return NULL;
}

/* Hand in an event; the application has to be told |expected|. */
#define HAPPENS(scene, event_, expected, ...)                                                      \
	do {                                                                                       \
		const struct dna_flow_event happens_ = { .kind = DNA_FLOW_##event_, __VA_ARGS__ }; \
		take(&(scene), &happens_);                                                         \
		cr_assert_str_eq(said(&(scene)), expected);                                        \
	} while (0)
#define IS_IN(scene, state_)                                    \
	cr_assert_str_eq(dna_flow_state_name(scene.flow.state), \
			 dna_flow_state_name(DNA_FLOW_##state_))
#define PAIR(f, t) .from = f, .to = t

static const struct dna_flow_config weak = { .minimum = DNA_MINIMUM_WEAK,
					     .dialback = true,
					     .same_certificate = true };
static const struct dna_flow_config strict = { .minimum = DNA_MINIMUM_DNA, .dialback = true };

/* ---- the way to a verdict ---- */

/* B opens a stream to A, and TLS is there. */
static struct scene call(struct dna_flow_config config)
{
	struct scene s = begin(DNA_FLOW_S2S_INITIATING, config);

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "send-starttls", .facts = 0);
	HAPPENS(s, PROCEED, "start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_2(PEER_CHAIN, OWN_CHAIN));
	cr_assert_eq(action(&s, DNA_FLOW_PROVE)->domain,
		     A);                       /* FLOW-004: the `to` that was wanted */
	cr_assert(dna_flow_suspends(&s.flow)); /* FLOW-014 */
	return s;
}

/* B opened a stream to A, who is proved, and header and features of A are there. */
static struct scene call_ready(struct dna_flow_config config, uint64_t features)
{
	struct scene s = call(config);

	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 7);
	HAPPENS(s, HEADER, "", .facts = FACTS_2(VERSIONED, DIALBACK));
	take(&s, &(struct dna_flow_event){ .kind = DNA_FLOW_FEATURES, .facts = features });
	return s;
}

/* A has called B; TLS is there, and A's header. */
static struct scene called(struct dna_flow_config config, uint64_t chain)
{
	struct scene s = begin(DNA_FLOW_S2S_RECEIVING, config);

	HAPPENS(s, START, "", .facts = 0);
	HAPPENS(s, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	HAPPENS(s, STARTTLS, "send-proceed start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "", .facts = chain);
	take(&s, &(struct dna_flow_event){ .kind = DNA_FLOW_HEADER,
					   .facts = FACTS_2(VERSIONED, HOSTED),
					   PAIR(A, B) });
	return s;
}

/* A has called B, without a certificate that proves it, and asked for dialback. */
static struct scene asserted(struct dna_flow_config config)
{
	struct scene s = called(config, 0);

	HAPPENS(s, RESULT, "call-back", .facts = FACTS_1(HOSTED), PAIR(A, B));
	return s;
}

static bool carries(const struct scene *scene, uint8_t from, uint8_t to)
{
	return dna_flow_pair_valid(&scene->flow, from, to);
}

/* ---- C2S ---- */

/* RFC 7712 section 3.2, FLOW-001, FLOW-003, FLOW-004, FLOW-008 */
Test(scenario, client_verifies_server)
{
	struct scene s = begin(DNA_FLOW_C2S_INITIATING, strict);

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
Test(scenario, client_asks_its_user)
{
	struct dna_flow_config config = { .interactive = true };
	struct scene s, again;

	config.minimum = DNA_MINIMUM_WEAK;
	s = begin(DNA_FLOW_C2S_INITIATING, config);

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
	s = begin(DNA_FLOW_C2S_INITIATING, config);
	HAPPENS(s, START, "resolve", PAIR(NOBODY, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
	HAPPENS(s, UNPROVEN, "hang-up connect", .facts = 0);
}

/* ERR-04, ERR-10, FLOW-009, FLOW-015: what a server tells a client that errs. */
Test(scenario, server_of_clients)
{
	struct scene s = begin(DNA_FLOW_C2S_RECEIVING, strict), unknown, stanza, early;

	HAPPENS(s, START, "", .facts = 0);
	unknown = s;
	HAPPENS(unknown, HEADER, "reject", .facts = FACTS_1(VERSIONED));
	cr_assert_str_eq(condition(&unknown), "host-unknown");
	HAPPENS(s, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	stanza = early = s;
	HAPPENS(stanza, STANZA, "reject", .facts = 0);
	cr_assert_str_eq(condition(&stanza), "not-authorized");
	HAPPENS(early, AUTH, "fail-sasl close", .facts = 0);
	cr_assert_str_eq(condition(&early), "encryption-required");
	HAPPENS(s, STARTTLS, "send-proceed start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "", .facts = 0);
	HAPPENS(s, HEADER, "reject", .facts = FACTS_3(VERSIONED, HOSTED, WRONG_VERSION));
	cr_assert_str_eq(condition(&s), "unsupported-version");
}

/* ---- S2S, mutual authentication ---- */

/* E2E-01, RFC 7712 section 4.2: FLOW-016, FLOW-018, FLOW-019; each end knows of the other only (POL-010). */
Test(scenario, mutual_authentication)
{
	struct scene b = call_ready(weak, FACTS_2(EXTERNAL, DIALBACK));
	struct scene a = called(weak, FACTS_1(PEER_CHAIN));

	cr_assert_str_eq(said(&b), "send-external");
	HAPPENS(b, SASL_SUCCESS, "open-stream", .facts = 0);
	HAPPENS(b, HEADER, "", .facts = FACTS_1(VERSIONED));
	cr_assert(!carries(&b, B, A));
	HAPPENS(b, FEATURES, "accept flush hand-over", .facts = 0);
	cr_assert(carries(&b, B, A));

	cr_assert_str_eq(said(&a), "send-header prove");
	cr_assert_eq(action(&a, DNA_FLOW_PROVE)->domain, A); /* FLOW-005: the `from` over TLS */
	HAPPENS(a, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(a, AUTH, "send-success record-dna accept", .facts = FACTS_2(RESPONSE, COVERED));
	cr_assert_eq(action(&a, DNA_FLOW_ACCEPT)->assurance, DNA_ASSURANCE_DNA);
	cr_assert(!carries(&a, A, B)); /* not before the new header */
	HAPPENS(a, HEADER, "send-header send-features hand-over",
		.facts = FACTS_2(VERSIONED, HOSTED), PAIR(A, B));
	cr_assert(carries(&a, A, B));
	HAPPENS(a, STANZA, "deliver", PAIR(A, B));
	cr_assert_eq(dna_flow_pair_find(&a.flow, A, B)->by, 2);
}

/* FLOW-018: without an initial response there is an empty challenge. FLOW-020: retries are bounded. */
Test(scenario, external_is_bounded)
{
	struct scene s = called(weak, FACTS_1(PEER_CHAIN)), dialback;

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	dialback = s;
	HAPPENS(s, AUTH, "send-challenge", .facts = FACTS_1(COVERED));
	HAPPENS(s, RESPONSE, "fail-sasl", .facts = 0);
	cr_assert_str_eq(condition(&s), "invalid-authzid");
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_1(RESPONSE));
	HAPPENS(s, AUTH, "reject", .facts = FACTS_1(RESPONSE));
	cr_assert_str_eq(condition(&s), "policy-violation");
	HAPPENS(dialback, AUTH, "fail-sasl", .facts = 0); /* of another mechanism */
	HAPPENS(dialback, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B)); /* may follow */
}

/* FLOW-015, FLOW-031, ERR-09, DB-024: headers over TLS. */
Test(scenario, header_over_tls)
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
		struct scene s = begin(DNA_FLOW_S2S_RECEIVING, weak);

		HAPPENS(s, START, "start-tls", .facts = FACTS_1(DIRECT_TLS));
		HAPPENS(s, TLS_DONE, "", .facts = FACTS_1(PEER_CHAIN));
		HAPPENS(s, HEADER, "reject", .facts = tests[i].facts, PAIR(tests[i].from, B));
		cr_assert_str_eq(condition(&s), tests[i].condition);
	}
}

/* FLOW-019, FLOW-031: after SASL the peer is who it was, whatever the application makes of the header. */
Test(scenario, header_after_sasl)
{
	struct scene s = called(weak, FACTS_1(PEER_CHAIN));

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(s, AUTH, "send-success record-dna accept", .facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(s, HEADER, "reject", .facts = FACTS_2(VERSIONED, HOSTED), PAIR(C, B));
	cr_assert_str_eq(condition(&s), "invalid-from");
}

/* ---- E2E-02, 03, 04: dialback instead ---- */

/* E2E-02, RFC 7712 section 4.3: FLOW-021, DB-005, DB-025. A has no certificate; it is called back. */
Test(scenario, no_client_certificate)
{
	struct scene s = asserted(weak), strong;

	strong = s;
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_1(CALLBACK_SECURED), PAIR(A, B));
	cr_assert(action(&s, DNA_FLOW_ASK_KEY)->from == B && action(&s, DNA_FLOW_ASK_KEY)->to == A);
	cr_assert(!carries(&s, A, B));
	HAPPENS(s, KEY_VALID, "release record-weak send-valid accept hand-over", PAIR(A, B));
	cr_assert(action(&s, DNA_FLOW_SEND_VALID)->from == B &&
		  action(&s, DNA_FLOW_SEND_VALID)->to == A);
	cr_assert_eq(dna_flow_pair_find(&s.flow, A, B)->assurance, DNA_ASSURANCE_WEAK); /* DB-019 */
	HAPPENS(s, STANZA, "deliver", PAIR(A, B));
	HAPPENS(s, STANZA, "reject", PAIR(ROOMS_A, B));
	cr_assert_str_eq(condition(&s), "invalid-from");

	HAPPENS(strong, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, CALLBACK_PROVEN),
		PAIR(A, B), .by = 5);
	HAPPENS(strong, KEY_VALID, "release record-dna send-valid accept hand-over", PAIR(A, B));
	cr_assert_eq(dna_flow_pair_find(&strong.flow, A, B)->by, 5);
}

/* E2E-03: a certificate for another name is no better. FLOW-013, FLOW-016, FLOW-017 */
Test(scenario, certificate_for_another_name)
{
	struct dna_flow_config no_dialback = { .minimum = DNA_MINIMUM_DNA };
	struct scene s = called(weak, FACTS_1(PEER_CHAIN)), refused;

	HAPPENS(s, UNPROVEN, "record-weak send-features", .facts = 0);
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_2(RESPONSE, COVERED)); /* it was not offered */
	cr_assert_str_eq(condition(&s), "invalid-mechanism");
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(A, B));

	refused = called(no_dialback, FACTS_1(PEER_CHAIN));
	HAPPENS(refused, UNPROVEN, "reject", .facts = 0); /* ERR-03 */
	cr_assert_str_eq(condition(&refused), "policy-violation");
}

/* A veto leaves no dialback open, and a failed lookup is no way around (POL-004, POL-006, SEC-002). */
Test(scenario, veto_of_a_client_certificate)
{
	struct scene s = called(weak, FACTS_1(PEER_CHAIN)), pair = s;

	HAPPENS(s, VETO, "reject", .facts = 0);
	cr_assert_str_eq(condition(&s), "policy-violation");
	HAPPENS(pair, UNPROVEN, "record-weak send-features", .facts = 0);
	HAPPENS(pair, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(pair, VETO, "send-error", PAIR(A, B));
	cr_assert_str_eq(condition(&pair), "not-authorized");
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_UNDECIDED), DNA_FLOW_VETO);
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_WEAK), DNA_FLOW_UNPROVEN);
	cr_assert_eq(dna_flow_verdict(DNA_VERDICT_PROVEN), DNA_FLOW_PROVEN);
}

/*
 * The certificate proved A, but when it is judged again, for a pair, it must not be used: then it is not
 * good enough for EXTERNAL any more either (POL-004, FLOW-016), nor for what was accepted (FLOW-028).
 */
Test(scenario, veto_after_a_proof)
{
	struct scene s = called(weak, FACTS_1(PEER_CHAIN)), challenged, late, another;

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	late = another = s;
	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, C));
	challenged = s;
	HAPPENS(s, VETO, "send-error", PAIR(A, C));
	HAPPENS(s, AUTH, "fail-sasl", .facts = FACTS_2(RESPONSE, COVERED));
	cr_assert_str_eq(condition(&s), "invalid-mechanism");
	cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_NONE);

	HAPPENS(challenged, AUTH, "send-challenge", .facts = FACTS_1(COVERED));
	HAPPENS(challenged, VETO, "send-error", PAIR(A, C));
	HAPPENS(challenged, RESPONSE, "fail-sasl", .facts = FACTS_1(COVERED));

	HAPPENS(late, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(A, B));
	HAPPENS(late, AUTH, "send-success record-dna send-valid accept",
		.facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(late, VETO, "reject", PAIR(A, B));
	cr_assert_str_eq(condition(&late), "reset");

	HAPPENS(another, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(another, VETO, "send-error", PAIR(ROOMS_A, B)); /* says nothing of A */
	HAPPENS(another, AUTH, "send-success record-dna accept",
		.facts = FACTS_2(RESPONSE, COVERED));
}

/* E2E-04: EXTERNAL fails, and dialback follows on the same stream. FLOW-020, DB-007, DB-008 */
Test(scenario, dialback_after_external)
{
	struct scene s = call_ready(weak, FACTS_2(EXTERNAL, DIALBACK)), none;

	HAPPENS(s, SASL_FAILURE, "send-result", .facts = 0);
	cr_assert(!carries(&s, B, A));
	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	cr_assert(carries(&s, B, A));

	none = call_ready((struct dna_flow_config){ .minimum = DNA_MINIMUM_DNA },
			  FACTS_1(EXTERNAL));
	HAPPENS(none, SASL_FAILURE, "close bounce", .facts = 0);
	cr_assert_str_eq(condition(&none), "remote-server-timeout"); /* DB-012 */
}

/* DB-011, DB-012, DB-009: what the peer says of our key. */
Test(scenario, answers_to_our_key)
{
	struct scene s = call_ready(weak, FACTS_1(DIALBACK)), invalid = s, error = s, silent = s;

	cr_assert_str_eq(said(&s), "send-result"); /* DB-003, DB-013 */
	HAPPENS(invalid, RESULT_INVALID, "bounce close", PAIR(A, B));
	cr_assert_str_eq(condition(&invalid), "internal-server-error");
	cr_assert(dna_flow_ended(&invalid.flow));
	HAPPENS(error, RESULT_ERROR, "bounce hand-over", PAIR(A, B));
	cr_assert_str_eq(condition(&error), "remote-server-timeout");
	cr_assert(!carries(&error, B, A));
	HAPPENS(error, WANT_PAIR, "send-result", PAIR(B, A)); /* the stream stays usable */
	HAPPENS(silent, CLOSED, "close bounce", .facts = 0);  /* DB-023 */
	cr_assert_str_eq(condition(&silent), "remote-server-timeout");
}

/* ---- E2E-05 to 08: piggybacking ---- */

/* A stream on which A is accepted by B. */
static struct scene accepted(struct dna_flow_config config)
{
	struct scene s = called(config, FACTS_1(PEER_CHAIN));

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(s, AUTH, "send-success record-dna accept", .facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(s, HEADER, "send-header send-features hand-over",
		.facts = FACTS_2(VERSIONED, HOSTED), PAIR(A, B));
	return s;
}

/* E2E-05, RFC 7712 section 4.4.1: the certificate proves the other domain too. FLOW-023, DB-017, SEC-012 */
Test(scenario, assertion_by_the_same_certificate)
{
	struct scene s = accepted(strict);

	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	cr_assert_eq(action(&s, DNA_FLOW_PROVE)->domain, ROOMS_A);
	cr_assert(!carries(&s, ROOMS_A, B));
	HAPPENS(s, RESULT, "ignore", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(s, STANZA, "deliver", PAIR(A, B)); /* DB-007: what is valid keeps flowing */
	HAPPENS(s, PROVEN, "record-dna send-valid accept", PAIR(ROOMS_A, B), .by = 4);
	HAPPENS(s, STANZA, "deliver", PAIR(ROOMS_A, B));
	HAPPENS(s, STANZA, "reject", PAIR(ROOMS_A, C)); /* the pair, not the domain */
}

/* E2E-06: the assertion needs a callback. FLOW-023, DB-010, DB-011, DB-018, DB-021 */
Test(scenario, assertion_by_callback)
{
	struct scene s = accepted(weak), other, error, lost, shortcut;

	HAPPENS(s, RESULT, "prove", .facts = FACTS_1(HOSTED), PAIR(ROOMS_A, B));
	HAPPENS(s, UNPROVEN, "call-back", PAIR(ROOMS_A, B));
	shortcut = s;
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_1(CALLBACK_SECURED), PAIR(ROOMS_A, B));
	other = error = lost = s;
	HAPPENS(s, KEY_VALID, "release record-weak send-valid accept", PAIR(ROOMS_A, B));
	HAPPENS(other, KEY_INVALID, "release send-error", PAIR(ROOMS_A, B));
	cr_assert_str_eq(condition(&other), "forbidden");
	cr_assert(carries(&other, A, B) && !carries(&other, ROOMS_A, B));
	HAPPENS(error, KEY_ERROR, "release send-error", PAIR(ROOMS_A, B));
	cr_assert_str_eq(condition(&error), "remote-server-not-found");
	HAPPENS(lost, CLOSED, "close release", .facts = 0);
	HAPPENS(shortcut, CALLED_BACK, "release record-weak send-valid accept",
		.facts = FACTS_3(CALLBACK_SECURED, CALLBACK_PROVEN, SAME_CERTIFICATE),
		PAIR(ROOMS_A, B));
}

/* The same-certificate shortcut is weak, and no way to a proof (DB-018, POL-001). */
Test(scenario, shortcut_is_weak)
{
	struct dna_flow_config config = { .minimum = DNA_MINIMUM_DNA,
					  .dialback = true,
					  .same_certificate = true };
	struct scene s = asserted(config), unproven = s;

	HAPPENS(s, CALLED_BACK, "ask-key",
		.facts = FACTS_3(CALLBACK_SECURED, CALLBACK_PROVEN, SAME_CERTIFICATE), PAIR(A, B));
	HAPPENS(unproven, CALLED_BACK, "release send-error",
		.facts = FACTS_2(CALLBACK_SECURED, SAME_CERTIFICATE), PAIR(A, B));
	cr_assert_str_eq(condition(&unproven), "not-authorized");

	s = asserted(weak); /* who presented no certificate has none in common with anybody */
	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, SAME_CERTIFICATE),
		PAIR(A, B));
}

/* DB-009, DB-022, ERR-05: why a callback fails, from its flow to the peer. */
Test(scenario, callback_fails)
{
	static const struct {
		enum dna_flow_event_kind happens;
		const char *condition;
	} tests[] = {
		{ DNA_FLOW_NOT_FOUND, "remote-server-not-found" },
		{ DNA_FLOW_UNRESOLVED, "not-acceptable" },
		{ DNA_FLOW_CLOSED, "remote-connection-failed" },
	};
	const struct dna_flow_config config = { .minimum = DNA_MINIMUM_WEAK, .verify_only = true };

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct scene s = asserted(weak), callback = begin(DNA_FLOW_S2S_INITIATING, config);
		struct dna_flow_event event;

		HAPPENS(callback, START, "resolve", PAIR(B, A));
		take(&callback, &(struct dna_flow_event){ .kind = tests[i].happens });
		dna_flow_called_back(&callback.flow, &event);
		event.from = A;
		event.to = B;
		take(&s, &event);
		cr_assert_str_eq(said(&s), "send-error");
		cr_assert_str_eq(condition(&s), tests[i].condition);
		cr_assert(!dna_flow_ended(&s.flow));
	}
}

/* The callback from end to end: two flows that speak through the application (FLOW-021, DB-006, DB-020). */
Test(scenario, callback_in_two_flows)
{
	struct dna_flow_config config = strict;
	struct dna_flow_event event;
	struct scene s = asserted(strict), callback;

	config.verify_only = true;
	callback = call_ready(config, FACTS_1(EXTERNAL));
	cr_assert_str_eq(said(&callback), "hand-over");
	dna_flow_called_back(&callback.flow, &event);
	event.from = A;
	event.to = B;
	take(&s, &event);
	cr_assert_str_eq(said(&s), "ask-key");
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
Test(scenario, key_of_another_domain)
{
	struct scene s = call_ready(weak, FACTS_2(DIALBACK, ERRORS));

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(s, WANT_VERIFY, "tell-lost", PAIR(B, ROOMS_A), .origin = 9);
	HAPPENS(s, VERIFY_VALID, "ignore", PAIR(ROOMS_A, B), .origin = 9);
	HAPPENS(s, WANT_VERIFY, "send-verify", PAIR(C, A), .origin = 9); /* another of ours */
}

/* E2E-07, RFC 7712 section 4.4.2: another target, if the certificate proves it. FLOW-024, DB-014, DB-015 */
Test(scenario, supposition)
{
	struct scene s = call_ready(weak, FACTS_2(DIALBACK, ERRORS)), without;

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	without = s;
	HAPPENS(s, WANT_PAIR, "prove", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
	cr_assert_eq(action(&s, DNA_FLOW_PROVE)->domain, ROOMS_A);
	HAPPENS(s, PROVEN, "record-dna send-result", PAIR(B, ROOMS_A), .by = 6);
	HAPPENS(s, RESULT_VALID, "accept flush", PAIR(ROOMS_A, B));
	cr_assert(carries(&s, B, ROOMS_A));

	HAPPENS(without, WANT_PAIR, "prove", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
	HAPPENS(without, UNPROVEN, "other-stream", PAIR(B, ROOMS_A));
	HAPPENS(without, WANT_PAIR, "send-result",
		PAIR(C, A)); /* another sender needs nothing more */
	HAPPENS(without, RESULT_ERROR, "other-stream", PAIR(A, C), .facts = FACTS_1(CONSTRAINT));
}

/* E2E-08: another port, or no dialback errors: another stream. FLOW-024, DB-014 */
Test(scenario, supposition_refused)
{
	struct scene s = call_ready(weak, FACTS_2(DIALBACK, ERRORS)), old;

	HAPPENS(s, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(s, WANT_PAIR, "other-stream", PAIR(B, ROOMS_A));
	old = call_ready(weak, FACTS_1(DIALBACK));
	HAPPENS(old, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(old, WANT_PAIR, "other-stream", PAIR(B, ROOMS_A), .facts = FACTS_1(SAME_ENDPOINT));
}

/* ---- E2E-19, 22, 23, 26: attacks ---- */

/* E2E-19: the offer of STARTTLS is stripped. FLOW-010, SEC-003 */
Test(scenario, starttls_stripped)
{
	struct scene s = begin(DNA_FLOW_S2S_INITIATING, weak), clear;
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

	clear = begin(DNA_FLOW_S2S_INITIATING, config);
	HAPPENS(clear, START, "resolve", PAIR(B, A));
	HAPPENS(clear, RESOLVED, "connect", .facts = 0);
	HAPPENS(clear, CONNECTED, "open-stream", .facts = FACTS_1(TLS_MANDATORY)); /* DANE-005 */
	HAPPENS(clear, HEADER, "send-starttls", .facts = FACTS_1(DIALBACK));
}

/* Features and a header in clear are worth nothing over TLS (FLOW-008). */
Test(scenario, forgets_what_was_in_clear)
{
	struct scene s = begin(DNA_FLOW_S2S_INITIATING, weak);

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
Test(scenario, unsolicited_answers)
{
	struct scene r = called(weak, 0), i = call_ready(weak, FACTS_2(EXTERNAL, DIALBACK));

	HAPPENS(r, RESULT_VALID, "ignore", PAIR(A, B));
	HAPPENS(r, RESULT_VALID, "ignore", PAIR(B, A));
	HAPPENS(r, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1);
	cr_assert_eq(r.flow.count, 0);
	HAPPENS(i, RESULT_VALID, "ignore", PAIR(A, B)); /* EXTERNAL was asked for, not dialback */
	HAPPENS(i, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1);
	cr_assert(!carries(&i, B, A));
	r = asserted(weak);
	HAPPENS(r, VERIFY_VALID, "ignore", PAIR(A, B), .origin = 1); /* on the wrong stream */
	HAPPENS(r, KEY_VALID, "", PAIR(A, B));                       /* before it was asked */
	cr_assert(!carries(&r, A, B));
	/* The wrong direction: a request on a stream of ours (DB-016, FLOW-030). */
	HAPPENS(i, SASL_FAILURE, "send-result", .facts = 0);
	HAPPENS(i, RESULT_VALID, "accept hand-over flush", PAIR(A, B));
	HAPPENS(i, RESULT, "ignore", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(i, STANZA, "reject", PAIR(A, B));
	cr_assert_str_eq(condition(&i), "not-authorized");
}

/*
 * E2E-23: an attacker opens a stream as a.example; the real a.example has the best of certificates. That
 * alone authenticates nothing (FLOW-022); the key does not hold, and the stream ends (DB-011).
 */
Test(scenario, good_certificate_of_somebody_else)
{
	struct scene s = asserted(strict);

	HAPPENS(s, CALLED_BACK, "ask-key", .facts = FACTS_2(CALLBACK_SECURED, CALLBACK_PROVEN),
		PAIR(A, B));
	cr_assert(!carries(&s, A, B));
	cr_assert_eq(dna_flow_pair_find(&s.flow, A, B)->assurance, DNA_ASSURANCE_NONE);
	HAPPENS(s, KEY_INVALID, "release send-invalid close", PAIR(A, B));
	cr_assert(dna_flow_ended(&s.flow));
}

/* E2E-26: see-other-host. FLOW-026, SEC-011: over TLS only, to the same domain, not for ever. */
Test(scenario, see_other_host)
{
	struct scene s = call(strict);

	for (int i = 0; i < 2; i++) {
		HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
		HAPPENS(s, STREAM_ERROR, "close redirect", .facts = FACTS_1(REDIRECT));
		HAPPENS(s, RESOLVED, "connect", .facts = 0);
		cr_assert_eq(s.flow.assurance, DNA_ASSURANCE_NONE); /* proved anew */
		HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
		HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_1(PEER_CHAIN));
		cr_assert_eq(action(&s, DNA_FLOW_PROVE)->domain, A);
	}
	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 1);
	HAPPENS(s, STREAM_ERROR, "close bounce", .facts = FACTS_1(REDIRECT));
	cr_assert_eq(s.flow.trouble, DNA_TROUBLE_REDIRECTS);
}

/* ---- errors ---- */

/* DB-009, DB-024, SEC-006: what is wrong with an assertion; the stream stays open. */
Test(scenario, assertions_that_are_refused)
{
	struct dna_flow_config few = { .minimum = DNA_MINIMUM_WEAK, .dialback = true, .pairs = 1 };
	struct scene s = called(few, 0), clear = begin(DNA_FLOW_S2S_RECEIVING, weak);

	HAPPENS(s, RESULT, "send-error", PAIR(A, C));
	cr_assert_str_eq(condition(&s), "item-not-found");
	HAPPENS(s, RESULT, "send-error", PAIR(A, B), .facts = FACTS_2(HOSTED, FROM_REFUSED));
	cr_assert_str_eq(condition(&s), "not-acceptable");
	HAPPENS(s, RESULT, "call-back", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(s, RESULT, "send-error", PAIR(ROOMS_A, B), .facts = FACTS_1(HOSTED));
	cr_assert_str_eq(condition(&s), "resource-constraint");
	HAPPENS(s, VERIFY, "answer-verify", PAIR(A, B), .facts = FACTS_1(HOSTED));
	HAPPENS(s, VERIFY, "fail-verify", PAIR(A, B));
	cr_assert_str_eq(condition(&s), "item-not-found");

	HAPPENS(clear, START, "", .facts = 0);
	HAPPENS(clear, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	HAPPENS(clear, RESULT, "send-error", PAIR(A, B), .facts = FACTS_1(HOSTED)); /* DB-020 */
	cr_assert_str_eq(condition(&clear), "policy-violation");
	IS_IN(clear, R2_STARTTLS);
}

/* ERR-01, ERR-06, FLOW-027, FLOW-028: how streams end. */
Test(scenario, ends_of_streams)
{
	struct scene s = begin(DNA_FLOW_S2S_INITIATING, strict), failed, refused, renegotiated;

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	failed = refused = renegotiated = s;
	HAPPENS(failed, TLS_FAILED, "hang-up connect", .facts = 0);
	HAPPENS(refused, VETO, "hang-up connect", .facts = 0);
	cr_assert_str_eq(condition(&refused), "bad_certificate");
	HAPPENS(renegotiated, RENEGOTIATED, "hang-up bounce", .facts = 0); /* SEC-004 */

	s = accepted(weak);
	HAPPENS(s, EXPIRED, "reject", .facts = 0); /* E2E-24 */
	cr_assert_str_eq(condition(&s), "reset");
	s = accepted(weak);
	HAPPENS(s, LEAVE, "close", .facts = 0);
}

/* FLOW-032: a timer that fires ends the wait; one that does not run means nothing. */
Test(scenario, timers)
{
	struct scene s = asserted(weak);

	HAPPENS(s, TIMER, "release send-error", PAIR(A, B));
	cr_assert_str_eq(condition(&s), "remote-server-timeout");
	HAPPENS(s, TIMER, "", PAIR(A, B));
	HAPPENS(s, TIMER, "reject", .facts = 0);
	cr_assert_str_eq(condition(&s), "connection-timeout");
	for (enum dna_flow_timer timer = 1; timer < DNA_FLOW_TIMERS; timer++)
		cr_assert(dna_flow_timer_seconds(timer) > 0);
}

/* What no application may hand in changes nothing. */
Test(scenario, illegal_events)
{
	struct scene s = begin(DNA_FLOW_S2S_INITIATING, weak);
	const struct dna_flow before = s.flow;
	const struct dna_flow_event events[] = {
		{ .kind = DNA_FLOW_NOTHING },
		{ .kind = DNA_FLOW_EVENTS },
		{ .kind = DNA_FLOW_ADMITTED, PAIR(B, A) },
		{ .kind = DNA_FLOW_START, PAIR(NOBODY, A) },
		{ .kind = DNA_FLOW_WANT_PAIR, PAIR(B, NOBODY) },
		{ .kind = DNA_FLOW_WANT_VERIFY, PAIR(B, A) },
		{ .kind = DNA_FLOW_STANZA, PAIR(DNA_FLOW_DOMAINS_MAX + 1, A) },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		cr_assert_eq(dna_flow_step(&s.flow, &events[i], &s.actions), DNA_E_INVALID);
	cr_assert_eq(memcmp(&before, &s.flow, sizeof(before)), 0);
}

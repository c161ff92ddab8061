/* States, events and the words for everything in the chart. */
#include "flow/chart.h"
#include "base/limits.h"
#include "flow/table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */

#define STATE(id, name_, machine_, timer_, flags_) \
	[DNA_FLOW_##id] = { name_, DNA_FLOW_##machine_, DNA_FLOW_##timer_, flags_ }
#define END      DNA_STATE_END
#define READY    DNA_STATE_READY
#define TALKS    DNA_STATE_TALKS
#define SUSPENDS DNA_STATE_SUSPENDS

const struct dna_flow_state_entry dna_flow_state_entries[DNA_FLOW_STATES] = {
	STATE(ANY,            "any",            C2S_INITIATING,  NO_TIMER,       0),

	STATE(C0_IDLE,        "C0 IDLE",        C2S_INITIATING,  NO_TIMER,       0),
	STATE(C1_RESOLVE,     "C1 RESOLVE",     C2S_INITIATING,  TIMER_RESOLVE,  0),
	STATE(C2_CONNECT,     "C2 CONNECT",     C2S_INITIATING,  TIMER_CONNECT,  0),
	STATE(C3_HEADER,      "C3 HEADER",      C2S_INITIATING,  TIMER_HEADER,   0),
	STATE(C4_PROCEED,     "C4 PROCEED",     C2S_INITIATING,  TIMER_HEADER,   0),
	STATE(C5_TLS,         "C5 TLS",         C2S_INITIATING,  TIMER_TLS,      0),
	STATE(C6_VERIFY,      "C6 VERIFY",      C2S_INITIATING,  TIMER_PROOF,    SUSPENDS),
	STATE(C6_ASK,         "C6 ASK",         C2S_INITIATING,  TIMER_USER,     SUSPENDS),
	STATE(C7_HEADER,      "C7 HEADER",      C2S_INITIATING,  TIMER_HEADER,   0),
	STATE(C8_DONE,        "C8 DONE",        C2S_INITIATING,  NO_TIMER,       READY),
	STATE(CX_END,         "CX END",         C2S_INITIATING,  NO_TIMER,       END),

	STATE(S0_IDLE,        "S0 IDLE",        C2S_RECEIVING,   NO_TIMER,       0),
	STATE(S1_HEADER,      "S1 HEADER",      C2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(S2_STARTTLS,    "S2 STARTTLS",    C2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(S3_TLS,         "S3 TLS",         C2S_RECEIVING,   TIMER_TLS,      0),
	STATE(S4_HEADER,      "S4 HEADER",      C2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(S5_DONE,        "S5 DONE",        C2S_RECEIVING,   NO_TIMER,       READY),
	STATE(SX_END,         "SX END",         C2S_RECEIVING,   NO_TIMER,       END),

	STATE(I0_IDLE,        "I0 IDLE",        S2S_INITIATING,  NO_TIMER,       0),
	STATE(I1_RESOLVE,     "I1 RESOLVE",     S2S_INITIATING,  TIMER_RESOLVE,  0),
	STATE(I2_CONNECT,     "I2 CONNECT",     S2S_INITIATING,  TIMER_CONNECT,  0),
	STATE(I3_HEADER,      "I3 HEADER",      S2S_INITIATING,  TIMER_HEADER,   0),
	STATE(I4_PROCEED,     "I4 PROCEED",     S2S_INITIATING,  TIMER_HEADER,   0),
	STATE(I5_TLS,         "I5 TLS",         S2S_INITIATING,  TIMER_TLS,      0),
	STATE(I6_VERIFY,      "I6 VERIFY",      S2S_INITIATING,  TIMER_PROOF,    SUSPENDS),
	STATE(I7_HEADER,      "I7 HEADER",      S2S_INITIATING,  TIMER_HEADER,   0),
	STATE(I9_DIALBACK,    "I9 DIALBACK",    S2S_INITIATING,  TIMER_AUTH,     0),
	STATE(I10_SASL,       "I10 SASL",       S2S_INITIATING,  TIMER_HEADER,   0),
	STATE(I11_HEADER,     "I11 HEADER",     S2S_INITIATING,  TIMER_HEADER,   0),
	STATE(I12_READY,      "I12 READY",      S2S_INITIATING,  NO_TIMER,       READY),
	STATE(IX_END,         "IX END",         S2S_INITIATING,  NO_TIMER,       END),

	STATE(R0_IDLE,        "R0 IDLE",        S2S_RECEIVING,   NO_TIMER,       0),
	STATE(R1_HEADER,      "R1 HEADER",      S2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(R2_STARTTLS,    "R2 STARTTLS",    S2S_RECEIVING,   TIMER_AUTH,     TALKS),
	STATE(R3_TLS,         "R3 TLS",         S2S_RECEIVING,   TIMER_TLS,      0),
	STATE(R4_HEADER,      "R4 HEADER",      S2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(R5_PROVE,       "R5 PROVE",       S2S_RECEIVING,   TIMER_PROOF,    SUSPENDS),
	STATE(R6_AUTH,        "R6 AUTH",        S2S_RECEIVING,   TIMER_AUTH,     TALKS),
	STATE(R6_CHALLENGE,   "R6 CHALLENGE",   S2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(R7_HEADER,      "R7 HEADER",      S2S_RECEIVING,   TIMER_HEADER,   0),
	STATE(R8_READY,       "R8 READY",       S2S_RECEIVING,   NO_TIMER,       READY | TALKS),
	STATE(RX_END,         "RX END",         S2S_RECEIVING,   NO_TIMER,       END),

	STATE(P0_NONE,        "P0 NONE",        PAIR_RECEIVING,  NO_TIMER,       0),
	STATE(P1_CERTIFICATE, "P1 CERTIFICATE", PAIR_RECEIVING,  TIMER_PROOF,    0),
	STATE(P2_CALLBACK,    "P2 CALLBACK",    PAIR_RECEIVING,  TIMER_CALLBACK, 0),
	STATE(P3_KEY,         "P3 KEY",         PAIR_RECEIVING,  TIMER_DIALBACK, 0),
	STATE(P5_VALID,       "P5 VALID",       PAIR_RECEIVING,  NO_TIMER,       0),

	STATE(Q0_NONE,        "Q0 NONE",        PAIR_REQUESTING, NO_TIMER,       0),
	STATE(Q1_QUEUED,      "Q1 QUEUED",      PAIR_REQUESTING, NO_TIMER,       0), /* the stream's runs */
	STATE(Q1_SUPPOSE,     "Q1 SUPPOSE",     PAIR_REQUESTING, TIMER_PROOF,    0),
	STATE(Q2_ASKED,       "Q2 ASKED",       PAIR_REQUESTING, TIMER_AUTH,     0),
	STATE(Q3_VALID,       "Q3 VALID",       PAIR_REQUESTING, NO_TIMER,       0),
	STATE(Q4_REFUSED,     "Q4 REFUSED",     PAIR_REQUESTING, NO_TIMER,       0),

	STATE(V0_NONE,        "V0 NONE",        PAIR_VERIFYING,  NO_TIMER,       0),
	STATE(V1_ASKED,       "V1 ASKED",       PAIR_VERIFYING,  TIMER_DIALBACK, 0),
};

#define P DNA_FLOW_PAIR_RECEIVING
#define Q DNA_FLOW_PAIR_REQUESTING
#define V DNA_FLOW_PAIR_VERIFYING
#define PEER   DNA_EVENT_PEER
#define ANSWER (DNA_EVENT_PEER | DNA_EVENT_ANSWER)
#define INNER  DNA_EVENT_INNER
#define PAIR   DNA_EVENT_PAIR
#define STREAM DNA_EVENT_STREAM
#define NO_FACTS 0
#define EVENT(id, name_, flags_, receiving_, initiating_, brings_) \
	[DNA_FLOW_##id] = { name_, flags_, (enum dna_flow_machine)(receiving_), (enum dna_flow_machine)(initiating_), brings_ }

const struct dna_flow_event_entry dna_flow_event_entries[DNA_FLOW_EVENTS] = {
	/*    kind                name                  flags          R  I  facts */
	EVENT(NOTHING,            "nothing",            INNER,         0, 0, NO_FACTS),

	EVENT(START,              "start",              0,             0, 0, BITS(DIRECT_TLS)),
	EVENT(RESOLVED,           "resolved",           0,             0, 0, NO_FACTS),
	EVENT(NOT_FOUND,          "not-found",          0,             0, 0, NO_FACTS),
	EVENT(UNRESOLVED,         "unresolved",         0,             0, 0, NO_FACTS),
	EVENT(CONNECTED,          "connected",          0,             0, 0, BITS(DIRECT_TLS, TLS_MANDATORY)),
	EVENT(UNREACHABLE,        "unreachable",        0,             0, 0, NO_FACTS),
	EVENT(EXHAUSTED,          "exhausted",          0,             0, 0, NO_FACTS),
	EVENT(TLS_DONE,           "tls-done",           0,             0, 0, BITS(PEER_CHAIN, OWN_CHAIN)),
	EVENT(TLS_FAILED,         "tls-failed",         0,             0, 0, NO_FACTS),
	EVENT(RENEGOTIATED,       "renegotiated",       0,             0, 0, NO_FACTS),
	EVENT(PROVEN,             "proven",             STREAM,        P, Q, NO_FACTS),
	EVENT(UNPROVEN,           "unproven",           STREAM,        P, Q, BITS(DNA_REQUIRED)),
	EVENT(VETO,               "veto",               STREAM,        P, Q, NO_FACTS),
	EVENT(OVERRIDE,           "override",           0,             0, 0, NO_FACTS),
	EVENT(DECLINE,            "decline",            0,             0, 0, NO_FACTS),
	EVENT(EXPIRED,            "expired",            STREAM,        P, Q, NO_FACTS),
	EVENT(TIMER,              "timer",              STREAM,        P, Q, NO_FACTS),
	EVENT(LEAVE,              "leave",              0,             0, 0, NO_FACTS),

	EVENT(WANT_PAIR,          "want-pair",          PAIR,          P, Q, BITS(SAME_ENDPOINT)),
	EVENT(WANT_VERIFY,        "want-verify",        PAIR,          P, V, NO_FACTS),
	EVENT(CALLED_BACK,        "called-back",        PAIR,          P, Q, BITS(DNA_REQUIRED, CALLBACK_SECURED, CALLBACK_PROVEN, SAME_CERTIFICATE)),
	EVENT(CALLBACK_FAILED,    "callback-failed",    PAIR,          P, Q, BITS(CONSTRAINT)),
	EVENT(CALLBACK_NOT_FOUND, "callback-not-found", PAIR,          P, Q, NO_FACTS),
	EVENT(CALLBACK_VETOED,    "callback-vetoed",    PAIR,          P, Q, NO_FACTS),
	EVENT(CALLBACK_LOST,      "callback-lost",      PAIR,          P, Q, NO_FACTS),
	EVENT(KEY_VALID,          "key-valid",          PAIR,          P, Q, NO_FACTS),
	EVENT(KEY_INVALID,        "key-invalid",        PAIR,          P, Q, NO_FACTS),
	EVENT(KEY_ERROR,          "key-error",          PAIR,          P, Q, NO_FACTS),

	EVENT(HEADER,             "header",             PEER,          0, 0, BITS(VERSIONED, DIALBACK, HOSTED, WRONG_VERSION) |
									     BITS(IMPROPER, FROM_CHANGED, FROM_REFUSED, CONFLICT)),
	EVENT(FEATURES,           "features",           PEER,          0, 0, BITS(DIALBACK, ERRORS, EXTERNAL)),
	EVENT(STARTTLS,           "starttls",           PEER,          0, 0, NO_FACTS),
	EVENT(PROCEED,            "proceed",            PEER,          0, 0, NO_FACTS),
	EVENT(REFUSED,            "refused",            PEER,          0, 0, NO_FACTS),
	EVENT(AUTH,               "auth",               PEER,          0, 0, BITS(RESPONSE, COVERED)),
	EVENT(RESPONSE,           "response",           PEER,          0, 0, BITS(COVERED)),
	EVENT(SASL_SUCCESS,       "sasl-success",       PEER,          0, 0, NO_FACTS),
	EVENT(SASL_FAILURE,       "sasl-failure",       PEER,          0, 0, NO_FACTS),
	EVENT(STANZA,             "stanza",             PEER,          P, 0, BITS(IMPROPER)),
	EVENT(RESULT,             "result",             PEER,          P, 0, BITS(HOSTED, IMPROPER, FROM_REFUSED)),
	EVENT(RESULT_VALID,       "result-valid",       ANSWER,        P, Q, NO_FACTS),
	EVENT(RESULT_INVALID,     "result-invalid",     ANSWER,        P, Q, NO_FACTS),
	EVENT(RESULT_ERROR,       "result-error",       ANSWER,        P, Q, BITS(CONSTRAINT)),
	EVENT(VERIFY,             "verify",             PEER,          0, 0, BITS(HOSTED)),
	EVENT(VERIFY_VALID,       "verify-valid",       ANSWER,        P, V, NO_FACTS),
	EVENT(VERIFY_INVALID,     "verify-invalid",     ANSWER,        P, V, NO_FACTS),
	EVENT(VERIFY_ERROR,       "verify-error",       ANSWER,        P, V, NO_FACTS),
	EVENT(OTHER,              "other",              PEER,          0, 0, NO_FACTS),
	EVENT(STREAM_ERROR,       "stream-error",       PEER,          0, 0, BITS(REDIRECT, HOST_UNKNOWN)),
	EVENT(CLOSED,             "closed",             0,             0, 0, NO_FACTS),

	EVENT(ASKED,              "asked",              INNER,         0, Q, NO_FACTS),
	EVENT(ADMITTED,           "admitted",           INNER,         P, Q, NO_FACTS),
	EVENT(LOST,               "lost",               INNER,         P, Q, NO_FACTS),
	EVENT(RESTARTED,          "restarted",          INNER,         P, Q, NO_FACTS),
	EVENT(PAIR_ACCEPTED,      "pair-accepted",      INNER,         0, 0, NO_FACTS),
	EVENT(PAIR_REFUSED,       "pair-refused",       INNER,         0, 0, NO_FACTS),
	EVENT(PAIR_FAILED,        "pair-failed",        INNER,         0, 0, NO_FACTS),
};

#undef P
#undef Q
#undef V

static const struct {
	const char *name;
	const struct dna_flow_table *table;
	enum dna_flow_state first, end;
} machines[DNA_FLOW_MACHINES] = {
	[DNA_FLOW_C2S_INITIATING] = { "C2S, initiating", &dna_flow_c2s_initiating, DNA_FLOW_C0_IDLE, DNA_FLOW_CX_END },
	[DNA_FLOW_C2S_RECEIVING] = { "C2S, receiving", &dna_flow_c2s_receiving, DNA_FLOW_S0_IDLE, DNA_FLOW_SX_END },
	[DNA_FLOW_S2S_INITIATING] = { "S2S, initiating", &dna_flow_s2s_initiating, DNA_FLOW_I0_IDLE, DNA_FLOW_IX_END },
	[DNA_FLOW_S2S_RECEIVING] = { "S2S, receiving", &dna_flow_s2s_receiving, DNA_FLOW_R0_IDLE, DNA_FLOW_RX_END },
	[DNA_FLOW_PAIR_RECEIVING] = { "pair, receiving", &dna_flow_pair_receiving, DNA_FLOW_P0_NONE, DNA_FLOW_P0_NONE },
	[DNA_FLOW_PAIR_REQUESTING] = { "pair, requesting", &dna_flow_pair_requesting, DNA_FLOW_Q0_NONE, DNA_FLOW_Q0_NONE },
	[DNA_FLOW_PAIR_VERIFYING] = { "pair, verifying", &dna_flow_pair_verifying, DNA_FLOW_V0_NONE, DNA_FLOW_V0_NONE },
};

static const char *const fact_names[DNA_FACTS] = {
	[DNA_FACT_DNA_REQUIRED] = "dna-required",
	[DNA_FACT_CLEAR_ALLOWED] = "clear-allowed",
	[DNA_FACT_DIALBACK_ALLOWED] = "dialback-allowed",
	[DNA_FACT_SHORTCUT_ALLOWED] = "shortcut-allowed",
	[DNA_FACT_INTERACTIVE] = "interactive",
	[DNA_FACT_VERIFY_ONLY] = "verify-only",
	[DNA_FACT_FROM_MAY_CHANGE] = "from-may-change",
	[DNA_FACT_DIRECT_TLS] = "direct-tls",
	[DNA_FACT_TLS_MANDATORY] = "tls-mandatory",
	[DNA_FACT_SECURED] = "secured",
	[DNA_FACT_PEER_CHAIN] = "peer-chain",
	[DNA_FACT_OWN_CHAIN] = "own-chain",
	[DNA_FACT_VERSIONED] = "versioned",
	[DNA_FACT_DIALBACK] = "dialback",
	[DNA_FACT_ERRORS] = "errors",
	[DNA_FACT_EXTERNAL] = "external",
	[DNA_FACT_HOSTED] = "hosted",
	[DNA_FACT_WRONG_VERSION] = "wrong-version",
	[DNA_FACT_IMPROPER] = "improper",
	[DNA_FACT_FROM_CHANGED] = "from-changed",
	[DNA_FACT_FROM_REFUSED] = "from-refused",
	[DNA_FACT_CONFLICT] = "conflict",
	[DNA_FACT_RESPONSE] = "response",
	[DNA_FACT_COVERED] = "covered",
	[DNA_FACT_REDIRECT] = "redirect",
	[DNA_FACT_HOST_UNKNOWN] = "host-unknown",
	[DNA_FACT_CONSTRAINT] = "constraint",
	[DNA_FACT_SAME_ENDPOINT] = "same-endpoint",
	[DNA_FACT_CALLBACK_SECURED] = "callback-secured",
	[DNA_FACT_CALLBACK_PROVEN] = "callback-proven",
	[DNA_FACT_SAME_CERTIFICATE] = "same-certificate",
	[DNA_FACT_READY] = "ready",
	[DNA_FACT_ROOM] = "room",
	[DNA_FACT_RETRIES_LEFT] = "retries-left",
	[DNA_FACT_REDIRECTS_LEFT] = "redirects-left",
	[DNA_FACT_FIRST_PAIR] = "first-pair",
	[DNA_FACT_SAME_TARGET] = "same-target",
	[DNA_FACT_OTHERS_VALID] = "others-valid",
};

static const char *const action_names[DNA_FLOW_ACTIONS] = {
	[DNA_FLOW_NO_ACTION] = "nothing",
	[DNA_FLOW_RESOLVE] = "resolve",
	[DNA_FLOW_REDIRECT] = "redirect",
	[DNA_FLOW_CONNECT] = "connect",
	[DNA_FLOW_START_TLS] = "start-tls",
	[DNA_FLOW_CLOSE] = "close",
	[DNA_FLOW_REJECT] = "reject",
	[DNA_FLOW_HANG_UP] = "hang-up",
	[DNA_FLOW_SET_TIMER] = "set-timer",
	[DNA_FLOW_STOP_TIMER] = "stop-timer",
	[DNA_FLOW_OPEN_STREAM] = "open-stream",
	[DNA_FLOW_SEND_HEADER] = "send-header",
	[DNA_FLOW_SEND_FEATURES] = "send-features",
	[DNA_FLOW_OFFER_EXTERNAL] = "offer-external",
	[DNA_FLOW_SEND_STARTTLS] = "send-starttls",
	[DNA_FLOW_SEND_PROCEED] = "send-proceed",
	[DNA_FLOW_SEND_EXTERNAL] = "send-external",
	[DNA_FLOW_SEND_CHALLENGE] = "send-challenge",
	[DNA_FLOW_SEND_SUCCESS] = "send-success",
	[DNA_FLOW_FAIL_SASL] = "fail-sasl",
	[DNA_FLOW_SEND_RESULT] = "send-result",
	[DNA_FLOW_SEND_VALID] = "send-valid",
	[DNA_FLOW_SEND_INVALID] = "send-invalid",
	[DNA_FLOW_SEND_ERROR] = "send-error",
	[DNA_FLOW_SEND_VERIFY] = "send-verify",
	[DNA_FLOW_ANSWER_VERIFY] = "answer-verify",
	[DNA_FLOW_FAIL_VERIFY] = "fail-verify",
	[DNA_FLOW_PROVE] = "prove",
	[DNA_FLOW_RECORD_DNA] = "record-dna",
	[DNA_FLOW_RECORD_WEAK] = "record-weak",
	[DNA_FLOW_ASK_USER] = "ask-user",
	[DNA_FLOW_ACCEPT] = "accept",
	[DNA_FLOW_FLUSH] = "flush",
	[DNA_FLOW_BOUNCE] = "bounce",
	[DNA_FLOW_OTHER_STREAM] = "other-stream",
	[DNA_FLOW_DELIVER] = "deliver",
	[DNA_FLOW_CALL_BACK] = "call-back",
	[DNA_FLOW_ASK_KEY] = "ask-key",
	[DNA_FLOW_RELEASE] = "release",
	[DNA_FLOW_TELL_VALID] = "tell-valid",
	[DNA_FLOW_TELL_INVALID] = "tell-invalid",
	[DNA_FLOW_TELL_ERROR] = "tell-error",
	[DNA_FLOW_TELL_LOST] = "tell-lost",
	[DNA_FLOW_HAND_OVER] = "hand-over",
	[DNA_FLOW_IGNORE] = "ignore",
	[DNA_FLOW_QUEUE] = "queue",
	[DNA_FLOW_ASK] = "ask",
	[DNA_FLOW_ADMIT] = "admit",
	[DNA_FLOW_RESTART] = "restart",
	[DNA_FLOW_REFUSE] = "refuse",
	[DNA_FLOW_GIVE_UP] = "give-up",
	[DNA_FLOW_WITHDRAW] = "withdraw",
};

static const struct {
	const char *name;
	unsigned seconds;
} timers[DNA_FLOW_TIMERS] = {
	[DNA_FLOW_NO_TIMER] = { "none", 0 },
	[DNA_FLOW_TIMER_RESOLVE] = { "resolve", DNA_FLOW_RESOLVE_TIME },
	[DNA_FLOW_TIMER_CONNECT] = { "connect", DNA_FLOW_CONNECT_TIME },
	[DNA_FLOW_TIMER_HEADER] = { "header", DNA_FLOW_HEADER_TIME },
	[DNA_FLOW_TIMER_TLS] = { "tls", DNA_FLOW_TLS_TIME },
	[DNA_FLOW_TIMER_PROOF] = { "proof", DNA_FLOW_PROOF_TIME },
	[DNA_FLOW_TIMER_USER] = { "user", DNA_FLOW_USER_TIME },
	[DNA_FLOW_TIMER_AUTH] = { "auth", DNA_FLOW_AUTH_TIME },
	[DNA_FLOW_TIMER_CALLBACK] = { "callback", DNA_FLOW_CALLBACK_TIME },
	[DNA_FLOW_TIMER_DIALBACK] = { "dialback", DNA_FLOW_DIALBACK_TIME },
};

/* clang-format on */

static const char *name_of(const char *const *names, size_t count, size_t number)
{
	return number < count && names[number] != NULL ? names[number] : "?";
}

const char *dna_flow_machine_name(enum dna_flow_machine machine)
{
	return (size_t)machine < DNA_FLOW_MACHINES ? machines[machine].name : "?";
}

const char *dna_flow_state_name(enum dna_flow_state state)
{
	return (size_t)state < DNA_FLOW_STATES ? dna_flow_state_entries[state].name : "?";
}

const char *dna_flow_event_name(enum dna_flow_event_kind event)
{
	return (size_t)event < DNA_FLOW_EVENTS ? dna_flow_event_entries[event].name : "?";
}

const char *dna_flow_fact_name(enum dna_flow_fact fact)
{
	return name_of(fact_names, COUNT(fact_names), (size_t)fact);
}

const char *dna_flow_action_name(enum dna_flow_action_kind action)
{
	return name_of(action_names, COUNT(action_names), (size_t)action);
}

const char *dna_flow_timer_name(enum dna_flow_timer timer)
{
	return (size_t)timer < DNA_FLOW_TIMERS ? timers[timer].name : "?";
}

unsigned dna_flow_timer_seconds(enum dna_flow_timer timer)
{
	return (size_t)timer < DNA_FLOW_TIMERS ? timers[timer].seconds : 0;
}

const char *dna_flow_reaction_name(enum dna_flow_reaction reaction)
{
	static const char *const names[] = {
		"none",       "TLS alert",    "silent close",   "stream error",
		"stream end", "SASL failure", "dialback error", "bounce",
	};

	return name_of(names, COUNT(names), (size_t)reaction);
}

const char *dna_assurance_name(enum dna_assurance assurance)
{
	static const char *const names[] = { "none", "weak", "dna" };

	return name_of(names, COUNT(names), (size_t)assurance);
}

enum dna_flow_machine dna_flow_state_machine(enum dna_flow_state state)
{
	return dna_flow_state_entries[(size_t)state < DNA_FLOW_STATES ? state : 0].machine;
}

enum dna_flow_timer dna_flow_state_timer(enum dna_flow_state state)
{
	return dna_flow_state_entries[(size_t)state < DNA_FLOW_STATES ? state : 0].timer;
}

enum dna_flow_state dna_flow_first_state(enum dna_flow_machine machine)
{
	return machines[machine].first;
}

enum dna_flow_state dna_flow_end_state(enum dna_flow_machine machine)
{
	return machines[machine].end;
}

const struct dna_flow_row *dna_flow_rows(enum dna_flow_machine machine, size_t *count)
{
	if ((size_t)machine >= DNA_FLOW_MACHINES) {
		*count = 0;
		return NULL;
	}
	*count = machines[machine].table->count;
	return machines[machine].table->rows;
}

/*
 * The chart of pairs (RFC 7712 sections 4.3 and 4.4; XEP-0220). A pair that a stream does not have is in
 * P0, Q0 or V0; an answer that nobody asked for therefore meets a row that drops it (DB-006). A row that
 * closes or rejects ends the stream, and with it all other pairs.
 */
#include "flow/table.h"

/* clang-format off */

/* On a stream that we received: does the peer speak for |from|? */
static const struct dna_flow_row receiving[] = {
	/*  state          event               guard                                                 actions, trouble                                   next            rules */
	ROW(ANY,           STANZA,             WHEN(IMPROPER),                                       DO(REJECT) FOR(IMPROPER),                          P0_NONE,        "FLOW-015"),
	ROW(P5_VALID,      STANZA,             WHEN(READY),                                          DO(DELIVER),                                       SAME,           "DB-007"),
	ROW(ANY,           STANZA,             WHEN(READY),                                          DO(REJECT) FOR(INVALID_FROM),                      P0_NONE,        "FLOW-015"),
	ROW(ANY,           STANZA,             ALWAYS,                                               DO(REJECT) FOR(NOT_AUTHORIZED),                    P0_NONE,        "FLOW-015"),

	ROW(ANY,           RESULT,             WHEN(IMPROPER),                                       DO(REJECT) FOR(IMPROPER),                          P0_NONE,        "FLOW-015"),
	ROW(P0_NONE,       RESULT,             UNLESS(HOSTED),                                       DO(SEND_ERROR) FOR(PAIR_NOT_HOSTED),               SAME,           "DB-009"),
	ROW(P0_NONE,       RESULT,             WHEN(FROM_REFUSED),                                   DO(SEND_ERROR) FOR(PAIR_NOT_ACCEPTABLE),           SAME,           "DB-024"),
	ROW(P0_NONE,       RESULT,             UNLESS(SECURED, CLEAR_ALLOWED),                       DO(SEND_ERROR) FOR(PAIR_IN_CLEAR),                 SAME,           "DB-009 DB-020"),
	ROW(P0_NONE,       RESULT,             UNLESS(ROOM),                                         DO(SEND_ERROR) FOR(PAIR_LIMIT),                    SAME,           "DB-009 SEC-006"),
	ROW(P0_NONE,       RESULT,             WHEN(PEER_CHAIN),                                     DO(PROVE),                                         P1_CERTIFICATE, "FLOW-023 DB-017 SEC-004"),
	ROW(P0_NONE,       RESULT,             WHEN(DIALBACK_ALLOWED),                               DO(CALL_BACK),                                     P2_CALLBACK,    "FLOW-021 DB-016"),
	ROW(P0_NONE,       RESULT,             ALWAYS,                                               DO(SEND_ERROR) FOR(PAIR_NO_PROOF),                 SAME,           "DB-009 FLOW-017"),
	ROW(P0_NONE,       ADMITTED,           ALWAYS,                                               DO(RECORD_DNA, ACCEPT),                            P5_VALID,       "FLOW-016 FLOW-019"),

	ROW(P1_CERTIFICATE, PROVEN,            ALWAYS,                                               DO(RECORD_DNA, SEND_VALID, ACCEPT),                P5_VALID,       "FLOW-023 DB-017 SEC-012"),
	/*
	 * A veto ends this pair, and other pairs go on: a verdict is of one domain, for one domain of ours whose policy
	 * may be stricter than that of another (POL-009). What it forbids for the stream's own domain is EXTERNAL; a
	 * pair that is valid is judged anew by itself, and its veto ends the stream.
	 */
	ROW(P1_CERTIFICATE, VETO,              ALWAYS,                                               DO(WITHDRAW, SEND_ERROR) FOR(PAIR_VETO),           P0_NONE,        "POL-004 DB-009 FLOW-016"),
	ROW(P1_CERTIFICATE, UNPROVEN,          WHEN(DIALBACK_ALLOWED),                               DO(CALL_BACK),                                     P2_CALLBACK,    "FLOW-021 FLOW-023 DB-016"),
	ROW(P1_CERTIFICATE, UNPROVEN,          ALWAYS,                                               DO(SEND_ERROR) FOR(PAIR_NO_PROOF),                 P0_NONE,        "DB-009 FLOW-017"),
	ROW(P1_CERTIFICATE, TIMER,             ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_SILENCE),              P0_NONE,        "FLOW-032 DB-023"),
	ROW(P1_CERTIFICATE, RESULT,            ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-007"),
	ROW(P1_CERTIFICATE, ADMITTED,          ALWAYS,                                               DO(RECORD_DNA, SEND_VALID, ACCEPT),                P5_VALID,       "FLOW-016 FLOW-019"),
	ROW(P1_CERTIFICATE, RESTARTED,         ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_SILENCE),              P0_NONE,        "FLOW-008 DB-003 DB-023"),

	/* The callback: B establishes DNA for a.example, if its certificate proves a.example and the key binds it. */
	ROW(P2_CALLBACK,   CALLED_BACK,        WHEN(SAME_CERTIFICATE, SHORTCUT_ALLOWED, SECURED, PEER_CHAIN, CALLBACK_SECURED) UNLESS(DNA_REQUIRED), DO(RELEASE, RECORD_WEAK, SEND_VALID, ACCEPT), P5_VALID, "DB-018"),
	ROW(P2_CALLBACK,   CALLED_BACK,        WHEN(DNA_REQUIRED) UNLESS(CALLBACK_PROVEN),           DO(RELEASE, SEND_ERROR) FOR(PAIR_NO_PROOF),        P0_NONE,        "POL-001 DB-025"),
	ROW(P2_CALLBACK,   CALLED_BACK,        WHEN(SECURED, CALLBACK_SECURED),                      DO(ASK_KEY),                                       P3_KEY,         "FLOW-021 FLOW-022 DB-005"),
	ROW(P2_CALLBACK,   CALLED_BACK,        WHEN(CLEAR_ALLOWED),                                  DO(ASK_KEY),                                       P3_KEY,         "POL-001 DB-005"),
	ROW(P2_CALLBACK,   CALLED_BACK,        ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(PAIR_IN_CLEAR),        P0_NONE,        "POL-001 DB-020"),
	ROW(P2_CALLBACK,   CALLBACK_FAILED,    WHEN(CONSTRAINT),                                     DO(SEND_ERROR) FOR(PAIR_LIMIT),                    P0_NONE,        "DB-009 SEC-006 SEC-007"),
	ROW(P2_CALLBACK,   CALLBACK_FAILED,    WHEN(VERSIONED),                                      DO(SEND_ERROR) FOR(CALLBACK_FAILED),               P0_NONE,        "DB-009"),
	ROW(P2_CALLBACK,   CALLBACK_FAILED,    ALWAYS,                                               DO(REJECT) FOR(CALLBACK_LEGACY),                   P0_NONE,        "ERR-05"),
	ROW(P2_CALLBACK,   CALLBACK_NOT_FOUND, ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_NOT_FOUND),            P0_NONE,        "DB-009"),
	ROW(P2_CALLBACK,   CALLBACK_VETOED,    ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_VETOED),               P0_NONE,        "DB-022"),
	ROW(P2_CALLBACK,   CALLBACK_LOST,      ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_SILENCE),              P0_NONE,        "DB-009 DB-023"),
	ROW(P2_CALLBACK,   TIMER,              ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(CALLBACK_SILENCE),     P0_NONE,        "FLOW-032 DB-023"),
	ROW(P2_CALLBACK,   RESULT,             ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-007"),
	ROW(P2_CALLBACK,   ADMITTED,           ALWAYS,                                               DO(RELEASE, RECORD_DNA, SEND_VALID, ACCEPT),       P5_VALID,       "FLOW-016 FLOW-019"),
	ROW(P2_CALLBACK,   RESTARTED,          ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(CALLBACK_SILENCE),     P0_NONE,        "FLOW-008 DB-003 DB-023"),
	ROW(P2_CALLBACK,   LOST,               ALWAYS,                                               DO(RELEASE),                                       P0_NONE,        "DB-023"),

	ROW(P3_KEY,        KEY_VALID,          WHEN(SECURED, CALLBACK_PROVEN),                       DO(RELEASE, RECORD_DNA, SEND_VALID, ACCEPT),       P5_VALID,       "FLOW-021 FLOW-022 DB-025"),
	ROW(P3_KEY,        KEY_VALID,          WHEN(SECURED, CALLBACK_SECURED) UNLESS(DNA_REQUIRED), DO(RELEASE, RECORD_WEAK, SEND_VALID, ACCEPT),      P5_VALID,       "DB-019 DB-025"),
	ROW(P3_KEY,        KEY_VALID,          WHEN(CLEAR_ALLOWED),                                  DO(RELEASE, SEND_VALID, ACCEPT),                   P5_VALID,       "POL-001 DB-019"),
	ROW(P3_KEY,        KEY_INVALID,        WHEN(OTHERS_VALID),                                   DO(RELEASE, SEND_ERROR) FOR(KEY_INVALID),          P0_NONE,        "DB-011"),
	ROW(P3_KEY,        KEY_INVALID,        ALWAYS,                                               DO(RELEASE, SEND_INVALID, CLOSE) FOR(KEY_INVALID_ONLY), P0_NONE,   "DB-011"),
	ROW(P3_KEY,        KEY_ERROR,          ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(KEY_ERROR),            P0_NONE,        "DB-010"),
	ROW(P3_KEY,        CALLBACK_LOST,      ALWAYS,                                               DO(SEND_ERROR) FOR(CALLBACK_SILENCE),              P0_NONE,        "DB-009 DB-023"),
	ROW(P3_KEY,        TIMER,              ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(CALLBACK_SILENCE),     P0_NONE,        "FLOW-032 DB-023"),
	ROW(P3_KEY,        RESULT,             ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-007"),
	ROW(P3_KEY,        ADMITTED,           ALWAYS,                                               DO(RELEASE, RECORD_DNA, SEND_VALID, ACCEPT),       P5_VALID,       "FLOW-016 FLOW-019"),
	ROW(P3_KEY,        RESTARTED,          ALWAYS,                                               DO(RELEASE, SEND_ERROR) FOR(CALLBACK_SILENCE),     P0_NONE,        "FLOW-008 DB-003 DB-023"),
	ROW(P3_KEY,        LOST,               ALWAYS,                                               DO(RELEASE),                                       P0_NONE,        "DB-023"),

	ROW(P5_VALID,      RESULT,             ALWAYS,                                               DO(SEND_VALID),                                    SAME,           "DB-007"),
	ROW(P5_VALID,      EXPIRED,            ALWAYS,                                               DO(REJECT) FOR(EXPIRED),                           P0_NONE,        "FLOW-028"),
	ROW(P5_VALID,      VETO,               ALWAYS,                                               DO(REJECT) FOR(EXPIRED),                           P0_NONE,        "FLOW-028 POL-004"),

	ROW(ANY,           RESULT_VALID,       ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006"),
	ROW(ANY,           RESULT_INVALID,     ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006"),
	ROW(ANY,           RESULT_ERROR,       ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006"),
	ROW(ANY,           VERIFY_VALID,       ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006 DB-023"),
	ROW(ANY,           VERIFY_INVALID,     ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006 DB-023"),
	ROW(ANY,           VERIFY_ERROR,       ALWAYS,                                               DO(IGNORE),                                        SAME,           "DB-006 DB-023"),
	ROW(ANY,           LOST,               ALWAYS,                                               NOTHING,                                           P0_NONE,        "DB-023"),
};

/* On a stream that we opened: will the peer take stanzas of ours? */
static const struct dna_flow_row requesting[] = {
	/*  state       event           guard                                                              actions, trouble                           next        rules */
	ROW(Q0_NONE,    WANT_PAIR,      WHEN(FIRST_PAIR) UNLESS(READY, VERIFY_ONLY),                       NOTHING,                                   Q1_QUEUED,  "DB-007"),
	ROW(Q0_NONE,    WANT_PAIR,      WHEN(READY, ROOM, DIALBACK, DIALBACK_ALLOWED, SAME_TARGET) UNLESS(VERIFY_ONLY), DO(SEND_RESULT),              Q2_ASKED,   "FLOW-024 DB-014"),
	ROW(Q0_NONE,    WANT_PAIR,      WHEN(READY, ROOM, DIALBACK_ALLOWED, SECURED, SAME_ENDPOINT, ERRORS) UNLESS(VERIFY_ONLY), DO(PROVE),           Q1_SUPPOSE, "FLOW-024 DB-014 DB-015"),
	ROW(Q0_NONE,    WANT_PAIR,      ALWAYS,                                                            DO(OTHER_STREAM),                          SAME,       "FLOW-024 DB-014 SEC-006"),

	ROW(Q1_QUEUED,  ASKED,          ALWAYS,                                                            DO(SEND_RESULT),                           Q2_ASKED,   "FLOW-021 DB-005"),
	ROW(Q1_QUEUED,  ADMITTED,       ALWAYS,                                                            DO(ACCEPT, FLUSH),                         Q3_VALID,   "DB-007"),
	ROW(Q1_QUEUED,  LOST,           ALWAYS,                                                            DO(BOUNCE) FOR(BOUNCE_ERROR),              Q0_NONE,    "DB-012"),

	ROW(Q1_SUPPOSE, PROVEN,         ALWAYS,                                                            DO(RECORD_DNA, SEND_RESULT),               Q2_ASKED,   "FLOW-024 DB-015"),
	ROW(Q1_SUPPOSE, UNPROVEN,       ALWAYS,                                                            DO(OTHER_STREAM),                          Q0_NONE,    "FLOW-024 DB-015"),
	ROW(Q1_SUPPOSE, VETO,           ALWAYS,                                                            DO(OTHER_STREAM),                          Q0_NONE,    "FLOW-024 POL-004"),
	ROW(Q1_SUPPOSE, TIMER,          ALWAYS,                                                            DO(OTHER_STREAM),                          Q0_NONE,    "FLOW-032"),
	ROW(Q1_SUPPOSE, LOST,           ALWAYS,                                                            DO(OTHER_STREAM),                          Q0_NONE,    "DB-023"),

	ROW(Q2_ASKED,   RESULT_VALID,   ALWAYS,                                                            DO(ACCEPT, FLUSH),                         Q3_VALID,   "DB-006 DB-007"),
	ROW(Q2_ASKED,   RESULT_INVALID, ALWAYS,                                                            DO(BOUNCE, REFUSE) FOR(BOUNCE_REFUSED),    Q4_REFUSED, "DB-006 DB-012"),
	ROW(Q2_ASKED,   RESULT_ERROR,   WHEN(CONSTRAINT) UNLESS(FIRST_PAIR),                               DO(OTHER_STREAM),                          Q0_NONE,    "DB-009"),
	ROW(Q2_ASKED,   RESULT_ERROR,   ALWAYS,                                                            DO(BOUNCE, GIVE_UP) FOR(BOUNCE_ERROR),     Q0_NONE,    "DB-009 DB-012"),
	ROW(Q2_ASKED,   TIMER,          ALWAYS,                                                            DO(BOUNCE, GIVE_UP) FOR(BOUNCE_ERROR),     Q0_NONE,    "FLOW-032 DB-012 DB-023"),
	ROW(Q2_ASKED,   RESTARTED,      ALWAYS,                                                            NOTHING,                                   Q1_QUEUED,  "FLOW-026 DB-003 DB-023"),
	ROW(Q2_ASKED,   LOST,           ALWAYS,                                                            DO(BOUNCE) FOR(BOUNCE_ERROR),              Q0_NONE,    "DB-012 DB-023"),

	ROW(Q3_VALID,   WANT_PAIR,      ALWAYS,                                                            DO(FLUSH),                                 SAME,       "DB-007"),
	ROW(Q4_REFUSED, WANT_PAIR,      ALWAYS,                                                            DO(OTHER_STREAM),                          SAME,       "DB-012"),

	ROW(ANY,        RESULT_VALID,   ALWAYS,                                                            DO(IGNORE),                                SAME,       "DB-006"),
	ROW(ANY,        RESULT_INVALID, ALWAYS,                                                            DO(IGNORE),                                SAME,       "DB-006"),
	ROW(ANY,        RESULT_ERROR,   ALWAYS,                                                            DO(IGNORE),                                SAME,       "DB-006"),
	ROW(ANY,        LOST,           ALWAYS,                                                            NOTHING,                                   Q0_NONE,    "DB-023"),
};

/* On a stream that we opened: is that key the peer's? */
static const struct dna_flow_row verifying[] = {
	/*  state     event           guard              actions, trouble    next      rules */
	ROW(V0_NONE,  WANT_VERIFY,    WHEN(READY, ROOM, SAME_TARGET), DO(SEND_VERIFY), V1_ASKED, "FLOW-021 FLOW-023 DB-005 DB-025"),
	ROW(V0_NONE,  WANT_VERIFY,    ALWAYS,            DO(TELL_LOST),      SAME,     "DB-023 DB-025 SEC-006"),

	ROW(V1_ASKED, VERIFY_VALID,   ALWAYS,            DO(TELL_VALID),     V0_NONE,  "DB-006"),
	ROW(V1_ASKED, VERIFY_INVALID, ALWAYS,            DO(TELL_INVALID),   V0_NONE,  "DB-006"),
	ROW(V1_ASKED, VERIFY_ERROR,   ALWAYS,            DO(TELL_ERROR),     V0_NONE,  "DB-006 DB-010"),
	ROW(V1_ASKED, TIMER,          ALWAYS,            DO(TELL_LOST),      V0_NONE,  "FLOW-032 DB-023"),
	ROW(V1_ASKED, LOST,           ALWAYS,            DO(TELL_LOST),      V0_NONE,  "DB-023"),

	ROW(ANY,      VERIFY_VALID,   ALWAYS,            DO(IGNORE),         SAME,     "DB-006 DB-023"),
	ROW(ANY,      VERIFY_INVALID, ALWAYS,            DO(IGNORE),         SAME,     "DB-006 DB-023"),
	ROW(ANY,      VERIFY_ERROR,   ALWAYS,            DO(IGNORE),         SAME,     "DB-006 DB-023"),
};

/* clang-format on */

const struct dna_flow_table dna_flow_pair_receiving = TABLE(receiving);
const struct dna_flow_table dna_flow_pair_requesting = TABLE(requesting);
const struct dna_flow_table dna_flow_pair_verifying = TABLE(verifying);

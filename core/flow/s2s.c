/* The chart of server to server (RFC 7712 section 4): what happens to the stream. Its pairs are in pair.c. */
#include "flow/table.h"

/* clang-format off */

/*
 * The features over TLS decide how we authenticate (the "AUTH?" of the chart): EXTERNAL if it is offered and
 * we presented a certificate, else dialback.
 */
static const struct dna_flow_row initiating[] = {
	/*  state         event          guard                                           actions, trouble                           next         rules */
	ROW(I0_IDLE,      START,         WHEN(VERIFY_ONLY),                              DO(RESOLVE),                               I1_RESOLVE,  "FLOW-003 DB-021"),
	ROW(I0_IDLE,      START,         ALWAYS,                                         DO(QUEUE, RESOLVE),                        I1_RESOLVE,  "FLOW-003 DB-007"),

	ROW(I1_RESOLVE,   RESOLVED,      ALWAYS,                                         DO(CONNECT),                               I2_CONNECT,  "FLOW-003"),
	ROW(I1_RESOLVE,   NOT_FOUND,     ALWAYS,                                         FAIL(NOT_FOUND),                           IX_END,      "DELEG-004"),
	ROW(I1_RESOLVE,   UNRESOLVED,    ALWAYS,                                         FAIL(UNRESOLVED),                          IX_END,      "ERR-07 DELEG-007"),
	ROW(I1_RESOLVE,   TIMER,         ALWAYS,                                         FAIL(UNRESOLVED),                          IX_END,      "FLOW-032 DELEG-018"),

	ROW(I2_CONNECT,   CONNECTED,     WHEN(DIRECT_TLS),                               DO(START_TLS),                             I5_TLS,      "FLOW-025 FLOW-009"),
	ROW(I2_CONNECT,   CONNECTED,     ALWAYS,                                         DO(OPEN_STREAM),                           I3_HEADER,   "FLOW-004 FLOW-006"),
	ROW(I2_CONNECT,   UNREACHABLE,   ALWAYS,                                         DO(CONNECT),                               I2_CONNECT,  "ERR-08"),
	ROW(I2_CONNECT,   EXHAUSTED,     ALWAYS,                                         FAIL(UNREACHABLE),                         IX_END,      "DELEG-005"),
	ROW(I2_CONNECT,   NOT_FOUND,     ALWAYS,                                         FAIL(NOT_FOUND),                           IX_END,      "DELEG-005 DB-009"),
	ROW(I2_CONNECT,   TIMER,         ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), I2_CONNECT,  "FLOW-032"),

	ROW(I3_HEADER,    HEADER,        WHEN(WRONG_VERSION),                            DO(REJECT, CONNECT) FOR(VERSION),          I2_CONNECT,  "ERR-10"),
	ROW(I3_HEADER,    HEADER,        WHEN(VERSIONED),                                NOTHING,                                   SAME,        "FLOW-010"),
	ROW(I3_HEADER,    HEADER,        WHEN(CLEAR_ALLOWED, DIALBACK, VERIFY_ONLY),     DO(HAND_OVER),                             I12_READY,   "POL-001 DB-020 DB-021"),
	ROW(I3_HEADER,    HEADER,        WHEN(CLEAR_ALLOWED, DIALBACK, DIALBACK_ALLOWED), DO(ASK),                                  I9_DIALBACK, "POL-001 DB-020"),
	ROW(I3_HEADER,    HEADER,        ALWAYS,                                         DO(SEND_STARTTLS),                         I4_PROCEED,  "FLOW-010 SEC-003"),
	ROW(I3_HEADER,    FEATURES,      ALWAYS,                                         DO(SEND_STARTTLS),                         I4_PROCEED,  "FLOW-009 FLOW-010 DB-020"),
	ROW(I3_HEADER,    CLOSED,        ALWAYS,                                         DO(CLOSE, CONNECT) FOR(PEER),              I2_CONNECT,  "FLOW-027"),
	ROW(I3_HEADER,    OTHER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(UNEXPECTED),       I2_CONNECT,  "FLOW-027"),
	ROW(I3_HEADER,    TIMER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(SILENCE),          I2_CONNECT,  "FLOW-032"),

	ROW(I4_PROCEED,   PROCEED,       ALWAYS,                                         DO(START_TLS),                             I5_TLS,      "FLOW-008"),
	ROW(I4_PROCEED,   REFUSED,       ALWAYS,                                         DO(CLOSE, CONNECT) FOR(STARTTLS),          I2_CONNECT,  "FLOW-027 SEC-003"),
	ROW(I4_PROCEED,   CLOSED,        ALWAYS,                                         DO(CLOSE, CONNECT) FOR(PEER),              I2_CONNECT,  "FLOW-027"),
	ROW(I4_PROCEED,   OTHER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(UNEXPECTED),       I2_CONNECT,  "FLOW-027"),
	ROW(I4_PROCEED,   TIMER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(SILENCE),          I2_CONNECT,  "FLOW-032"),

	ROW(I5_TLS,       TLS_DONE,      WHEN(PEER_CHAIN),                               DO(PROVE),                                 I6_VERIFY,   "FLOW-013 FLOW-014"),
	ROW(I5_TLS,       TLS_DONE,      ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(CERTIFICATE),     I2_CONNECT,  "FLOW-013 ERR-02"),
	ROW(I5_TLS,       TLS_FAILED,    ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(TLS),             I2_CONNECT,  "FLOW-027"),
	ROW(I5_TLS,       VETO,          ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(ALERT),           I2_CONNECT,  "ERR-01"),
	ROW(I5_TLS,       CLOSED,        ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(PEER),            I2_CONNECT,  "FLOW-027"),
	ROW(I5_TLS,       TIMER,         ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), I2_CONNECT,  "FLOW-032"),

	/* A establishes DNA for b.example. */
	ROW(I6_VERIFY,    PROVEN,        ALWAYS,                                         DO(RECORD_DNA, OPEN_STREAM),               I7_HEADER,   "FLOW-001 FLOW-014"),
	ROW(I6_VERIFY,    UNPROVEN,      WHEN(DNA_REQUIRED),                             DO(HANG_UP, CONNECT) FOR(CERTIFICATE),     I2_CONNECT,  "POL-001 POL-002 ERR-02"),
	ROW(I6_VERIFY,    UNPROVEN,      ALWAYS,                                         DO(RECORD_WEAK, OPEN_STREAM),              I7_HEADER,   "POL-001 DB-020"),
	ROW(I6_VERIFY,    VETO,          ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(VETO),            I2_CONNECT,  "POL-004 ERR-02 DB-022"),
	ROW(I6_VERIFY,    CLOSED,        ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(PEER),            I2_CONNECT,  "FLOW-027"),
	ROW(I6_VERIFY,    TIMER,         ALWAYS,                                         DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), I2_CONNECT,  "FLOW-032 FLOW-014"),

	ROW(I7_HEADER,    HEADER,        WHEN(WRONG_VERSION),                            DO(REJECT, CONNECT) FOR(VERSION),          I2_CONNECT,  "ERR-10"),
	ROW(I7_HEADER,    HEADER,        WHEN(VERSIONED),                                NOTHING,                                   SAME,        "FLOW-008"),
	ROW(I7_HEADER,    HEADER,        WHEN(DIALBACK, VERIFY_ONLY),                    DO(HAND_OVER),                             I12_READY,   "DB-013 DB-021"),
	ROW(I7_HEADER,    HEADER,        WHEN(DIALBACK, DIALBACK_ALLOWED),               DO(ASK),                                   I9_DIALBACK, "FLOW-021 DB-013"),
	ROW(I7_HEADER,    HEADER,        ALWAYS,                                         DO(CLOSE) FOR(NO_AUTHENTICATION),          IX_END,      "FLOW-017"),
	ROW(I7_HEADER,    FEATURES,      WHEN(VERIFY_ONLY),                              DO(HAND_OVER),                             I12_READY,   "DB-021"),
	ROW(I7_HEADER,    FEATURES,      WHEN(EXTERNAL, OWN_CHAIN),                      DO(SEND_EXTERNAL),                         I10_SASL,    "FLOW-016 FLOW-018"),
	ROW(I7_HEADER,    FEATURES,      WHEN(DIALBACK, DIALBACK_ALLOWED),               DO(ASK),                                   I9_DIALBACK, "FLOW-021 DB-003 DB-013"),
	ROW(I7_HEADER,    FEATURES,      ALWAYS,                                         DO(CLOSE) FOR(NO_AUTHENTICATION),          IX_END,      "FLOW-017"),
	ROW(I7_HEADER,    STREAM_ERROR,  WHEN(REDIRECT, REDIRECTS_LEFT),                 DO(CLOSE, REDIRECT),                       I1_RESOLVE,  "FLOW-026 SEC-011"),
	ROW(I7_HEADER,    STREAM_ERROR,  WHEN(REDIRECT),                                 DO(CLOSE) FOR(REDIRECTS),                  IX_END,      "FLOW-026"),
	ROW(I7_HEADER,    CLOSED,        ALWAYS,                                         DO(CLOSE, CONNECT) FOR(PEER),              I2_CONNECT,  "FLOW-027"),
	ROW(I7_HEADER,    OTHER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(UNEXPECTED),       I2_CONNECT,  "FLOW-027"),
	ROW(I7_HEADER,    TIMER,         ALWAYS,                                         DO(REJECT, CONNECT) FOR(SILENCE),          I2_CONNECT,  "FLOW-032"),

	ROW(I9_DIALBACK,  PAIR_ACCEPTED, ALWAYS,                                         DO(HAND_OVER),                             I12_READY,   "FLOW-021 DB-008"),
	ROW(I9_DIALBACK,  PAIR_REFUSED,  ALWAYS,                                         DO(CLOSE) FOR(REFUSED),                    IX_END,      "DB-011 DB-012"),
	ROW(I9_DIALBACK,  PAIR_FAILED,   ALWAYS,                                         DO(HAND_OVER),                             I12_READY,   "DB-009 DB-012"),
	ROW(I9_DIALBACK,  STREAM_ERROR,  WHEN(REDIRECT, SECURED, REDIRECTS_LEFT),        DO(CLOSE, RESTART, REDIRECT),              I1_RESOLVE,  "FLOW-026 SEC-011 DB-023"),
	ROW(I9_DIALBACK,  STREAM_ERROR,  WHEN(REDIRECT, SECURED),                        DO(CLOSE) FOR(REDIRECTS),                  IX_END,      "FLOW-026"),
	ROW(I9_DIALBACK,  OTHER,         ALWAYS,                                         DO(REJECT) FOR(UNEXPECTED),                IX_END,      "FLOW-027"),
	ROW(I9_DIALBACK,  TIMER,         ALWAYS,                                         DO(REJECT) FOR(SILENCE),                   IX_END,      "FLOW-032 DB-023"),

	ROW(I10_SASL,     SASL_SUCCESS,  ALWAYS,                                         DO(OPEN_STREAM),                           I11_HEADER,  "FLOW-008"),
	ROW(I10_SASL,     SASL_FAILURE,  WHEN(DIALBACK, DIALBACK_ALLOWED),               DO(ASK),                                   I9_DIALBACK, "FLOW-020"),
	ROW(I10_SASL,     SASL_FAILURE,  ALWAYS,                                         DO(CLOSE) FOR(SASL),                       IX_END,      "FLOW-020"),
	ROW(I10_SASL,     STREAM_ERROR,  WHEN(REDIRECT, REDIRECTS_LEFT),                 DO(CLOSE, REDIRECT),                       I1_RESOLVE,  "FLOW-026 SEC-011"),
	ROW(I10_SASL,     STREAM_ERROR,  WHEN(REDIRECT),                                 DO(CLOSE) FOR(REDIRECTS),                  IX_END,      "FLOW-026"),
	ROW(I10_SASL,     OTHER,         ALWAYS,                                         DO(REJECT) FOR(UNEXPECTED),                IX_END,      "FLOW-027"),
	ROW(I10_SASL,     TIMER,         ALWAYS,                                         DO(REJECT) FOR(SILENCE),                   IX_END,      "FLOW-032"),

	ROW(I11_HEADER,   HEADER,        WHEN(VERSIONED) UNLESS(WRONG_VERSION),          NOTHING,                                   SAME,        "FLOW-008"),
	ROW(I11_HEADER,   HEADER,        ALWAYS,                                         DO(REJECT) FOR(VERSION),                   IX_END,      "ERR-10"),
	ROW(I11_HEADER,   FEATURES,      ALWAYS,                                         DO(ADMIT, HAND_OVER),                      I12_READY,   "FLOW-008"),
	ROW(I11_HEADER,   STREAM_ERROR,  WHEN(REDIRECT, REDIRECTS_LEFT),                 DO(CLOSE, REDIRECT),                       I1_RESOLVE,  "FLOW-026 SEC-011"),
	ROW(I11_HEADER,   STREAM_ERROR,  WHEN(REDIRECT),                                 DO(CLOSE) FOR(REDIRECTS),                  IX_END,      "FLOW-026"),
	ROW(I11_HEADER,   OTHER,         ALWAYS,                                         DO(REJECT) FOR(UNEXPECTED),                IX_END,      "FLOW-027"),
	ROW(I11_HEADER,   TIMER,         ALWAYS,                                         DO(REJECT) FOR(SILENCE),                   IX_END,      "FLOW-032"),

	ROW(I12_READY,    EXPIRED,       ALWAYS,                                         DO(REJECT) FOR(EXPIRED),                   IX_END,      "FLOW-028"),
	ROW(I12_READY,    STANZA,        ALWAYS,                                         DO(REJECT) FOR(NOT_AUTHORIZED),            IX_END,      "FLOW-030"),
	ROW(I12_READY,    RESULT,        ALWAYS,                                         DO(IGNORE),                                SAME,        "DB-006 DB-016"),
	ROW(I12_READY,    VERIFY,        ALWAYS,                                         DO(IGNORE),                                SAME,        "DB-006 DB-016"),
	ROW(I12_READY,    OTHER,         ALWAYS,                                         DO(REJECT) FOR(UNEXPECTED),                IX_END,      "FLOW-027"),

	ROW(ANY,          STREAM_ERROR,  WHEN(HOST_UNKNOWN),                             DO(CLOSE) FOR(NOT_FOUND),                  IX_END,      "FLOW-027 DB-009"),
	ROW(ANY,          STREAM_ERROR,  ALWAYS,                                         DO(CLOSE) FOR(PEER),                       IX_END,      "FLOW-027 SEC-011"),
	ROW(ANY,          RENEGOTIATED,  ALWAYS,                                         DO(HANG_UP) FOR(RENEGOTIATION),            IX_END,      "ERR-06 SEC-004"),
	ROW(ANY,          LEAVE,         ALWAYS,                                         DO(CLOSE),                                 IX_END,      "FLOW-027 FLOW-023"),
	ROW(ANY,          CLOSED,        ALWAYS,                                         DO(CLOSE) FOR(PEER),                       IX_END,      "FLOW-027"),
	ROW(ANY,          OTHER,         ALWAYS,                                         DO(HANG_UP) FOR(UNEXPECTED),               IX_END,      "FLOW-014 FLOW-027"),
};

static const struct dna_flow_row receiving[] = {
	/*  state         event          guard                                    actions, trouble                       next          rules */
	ROW(R0_IDLE,      START,         WHEN(DIRECT_TLS),                        DO(START_TLS),                         R3_TLS,       "FLOW-008 FLOW-025"),
	ROW(R0_IDLE,      START,         ALWAYS,                                  NOTHING,                               R1_HEADER,    "FLOW-008"),

	ROW(R1_HEADER,    HEADER,        WHEN(WRONG_VERSION),                     DO(REJECT) FOR(VERSION),               RX_END,       "ERR-10"),
	ROW(R1_HEADER,    HEADER,        WHEN(IMPROPER),                          DO(REJECT) FOR(IMPROPER),              RX_END,       "FLOW-015"),
	ROW(R1_HEADER,    HEADER,        UNLESS(HOSTED),                          DO(REJECT) FOR(HOST_UNKNOWN),          RX_END,       "ERR-04"),
	ROW(R1_HEADER,    HEADER,        WHEN(VERSIONED),                         DO(SEND_HEADER, SEND_FEATURES),        R2_STARTTLS,  "FLOW-008 DB-013"),
	ROW(R1_HEADER,    HEADER,        ALWAYS,                                  DO(SEND_HEADER),                       R2_STARTTLS,  "FLOW-008 DB-013"),
	ROW(R1_HEADER,    OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027"),
	ROW(R1_HEADER,    TIMER,         ALWAYS,                                  DO(HANG_UP) FOR(CONNECT_TIMEOUT),      RX_END,       "FLOW-032"),

	ROW(R2_STARTTLS,  STARTTLS,      ALWAYS,                                  DO(SEND_PROCEED, START_TLS),           R3_TLS,       "FLOW-008"),
	ROW(R2_STARTTLS,  AUTH,          ALWAYS,                                  DO(FAIL_SASL, CLOSE) FOR(ENCRYPTION),  RX_END,       "FLOW-009"),
	ROW(R2_STARTTLS,  VERIFY,        UNLESS(CLEAR_ALLOWED),                   DO(FAIL_VERIFY) FOR(PAIR_IN_CLEAR),    SAME,         "DB-009 DB-020"),
	ROW(R2_STARTTLS,  VERIFY,        WHEN(HOSTED),                            DO(ANSWER_VERIFY),                     SAME,         "DB-004 DB-005"),
	ROW(R2_STARTTLS,  VERIFY,        ALWAYS,                                  DO(FAIL_VERIFY) FOR(PAIR_NOT_HOSTED),  SAME,         "DB-009"),
	ROW(R2_STARTTLS,  PAIR_ACCEPTED, ALWAYS,                                  DO(HAND_OVER),                         R8_READY,     "POL-001 DB-020"),
	ROW(R2_STARTTLS,  OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027"),
	ROW(R2_STARTTLS,  TIMER,         ALWAYS,                                  DO(REJECT) FOR(SILENCE),               RX_END,       "FLOW-032"),

	ROW(R3_TLS,       TLS_DONE,      ALWAYS,                                  NOTHING,                               R4_HEADER,    "FLOW-008 FLOW-013"),
	ROW(R3_TLS,       TLS_FAILED,    ALWAYS,                                  DO(HANG_UP) FOR(TLS),                  RX_END,       "FLOW-027"),
	ROW(R3_TLS,       TIMER,         ALWAYS,                                  DO(HANG_UP) FOR(CONNECT_TIMEOUT),      RX_END,       "FLOW-032"),

	ROW(R4_HEADER,    HEADER,        WHEN(WRONG_VERSION),                     DO(REJECT) FOR(VERSION),               RX_END,       "ERR-10"),
	ROW(R4_HEADER,    HEADER,        WHEN(IMPROPER),                          DO(REJECT) FOR(IMPROPER),              RX_END,       "FLOW-015 FLOW-005"),
	ROW(R4_HEADER,    HEADER,        UNLESS(HOSTED),                          DO(REJECT) FOR(HOST_UNKNOWN),          RX_END,       "ERR-04"),
	ROW(R4_HEADER,    HEADER,        WHEN(FROM_REFUSED),                      DO(REJECT) FOR(INVALID_FROM),          RX_END,       "DB-024"),
	ROW(R4_HEADER,    HEADER,        WHEN(FROM_CHANGED) UNLESS(FROM_MAY_CHANGE), DO(REJECT) FOR(FROM_CHANGED),       RX_END,       "FLOW-031"),
	ROW(R4_HEADER,    HEADER,        WHEN(CONFLICT),                          DO(REJECT) FOR(CONFLICT),              RX_END,       "ERR-09"),
	ROW(R4_HEADER,    HEADER,        WHEN(VERSIONED, PEER_CHAIN),             DO(SEND_HEADER, PROVE),                R5_PROVE,     "FLOW-005 FLOW-013 FLOW-014"),
	ROW(R4_HEADER,    HEADER,        WHEN(VERSIONED, DIALBACK_ALLOWED),       DO(SEND_HEADER, SEND_FEATURES),        R6_AUTH,      "FLOW-016 FLOW-017"),
	ROW(R4_HEADER,    HEADER,        WHEN(DIALBACK_ALLOWED),                  DO(SEND_HEADER),                       R6_AUTH,      "FLOW-017 DB-013"),
	ROW(R4_HEADER,    HEADER,        ALWAYS,                                  DO(REJECT) FOR(WEAK),                  RX_END,       "FLOW-017 ERR-03"),
	ROW(R4_HEADER,    OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027"),
	ROW(R4_HEADER,    TIMER,         ALWAYS,                                  DO(HANG_UP) FOR(CONNECT_TIMEOUT),      RX_END,       "FLOW-032"),

	/* {valid client certificate?} */
	ROW(R5_PROVE,     PROVEN,        ALWAYS,                                  DO(RECORD_DNA, OFFER_EXTERNAL),        R6_AUTH,      "FLOW-016"),
	ROW(R5_PROVE,     UNPROVEN,      WHEN(DIALBACK_ALLOWED),                  DO(RECORD_WEAK, SEND_FEATURES),        R6_AUTH,      "FLOW-016 FLOW-017"),
	ROW(R5_PROVE,     UNPROVEN,      ALWAYS,                                  DO(REJECT) FOR(WEAK),                  RX_END,       "FLOW-017 ERR-03"),
	ROW(R5_PROVE,     VETO,          ALWAYS,                                  DO(REJECT) FOR(WEAK),                  RX_END,       "POL-004 ERR-03"),
	ROW(R5_PROVE,     TIMER,         ALWAYS,                                  DO(REJECT) FOR(SILENCE),               RX_END,       "FLOW-032 FLOW-014"),

	/* What is said before <success/> belongs to the old stream, and what comes after the new header to the new
	 * one; between them nobody listens. Whatever is asked gets its answer before. */
	ROW(R6_AUTH,      AUTH,          WHEN(EXTERNAL, RESPONSE, COVERED),       DO(ADMIT, RESTART, SEND_SUCCESS),      R7_HEADER,    "FLOW-018 FLOW-019"),
	ROW(R6_AUTH,      AUTH,          WHEN(EXTERNAL, COVERED) UNLESS(RESPONSE), DO(SEND_CHALLENGE),                   R6_CHALLENGE, "FLOW-018"),
	ROW(R6_AUTH,      AUTH,          UNLESS(RETRIES_LEFT),                    DO(REJECT) FOR(RETRIES),               RX_END,       "FLOW-020"),
	ROW(R6_AUTH,      AUTH,          WHEN(EXTERNAL),                          DO(FAIL_SASL) FOR(AUTHZID),            SAME,         "FLOW-018 FLOW-020"),
	ROW(R6_AUTH,      AUTH,          ALWAYS,                                  DO(FAIL_SASL) FOR(MECHANISM),          SAME,         "FLOW-016 FLOW-020"),
	ROW(R6_AUTH,      VERIFY,        WHEN(HOSTED),                            DO(ANSWER_VERIFY),                     SAME,         "DB-004 DB-005"),
	ROW(R6_AUTH,      VERIFY,        ALWAYS,                                  DO(FAIL_VERIFY) FOR(PAIR_NOT_HOSTED),  SAME,         "DB-009"),
	ROW(R6_AUTH,      PAIR_ACCEPTED, ALWAYS,                                  DO(HAND_OVER),                         R8_READY,     "FLOW-021"),
	ROW(R6_AUTH,      OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027 FLOW-009"),
	ROW(R6_AUTH,      TIMER,         ALWAYS,                                  DO(REJECT) FOR(SILENCE),               RX_END,       "FLOW-032"),

	ROW(R6_CHALLENGE, RESPONSE,      WHEN(EXTERNAL, COVERED),                 DO(ADMIT, RESTART, SEND_SUCCESS),      R7_HEADER,    "FLOW-018 FLOW-019"),
	ROW(R6_CHALLENGE, RESPONSE,      WHEN(RETRIES_LEFT),                      DO(FAIL_SASL) FOR(AUTHZID),            R6_AUTH,      "FLOW-018 FLOW-020"),
	ROW(R6_CHALLENGE, RESPONSE,      ALWAYS,                                  DO(REJECT) FOR(RETRIES),               RX_END,       "FLOW-020"),
	ROW(R6_CHALLENGE, PAIR_ACCEPTED, ALWAYS,                                  DO(HAND_OVER),                         R8_READY,     "FLOW-021"),
	ROW(R6_CHALLENGE, OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027"),
	ROW(R6_CHALLENGE, TIMER,         ALWAYS,                                  DO(REJECT) FOR(SILENCE),               RX_END,       "FLOW-032"),

	ROW(R7_HEADER,    HEADER,        WHEN(WRONG_VERSION),                     DO(REJECT) FOR(VERSION),               RX_END,       "ERR-10"),
	ROW(R7_HEADER,    HEADER,        WHEN(FROM_CHANGED),                      DO(REJECT) FOR(INVALID_FROM),          RX_END,       "FLOW-019 FLOW-031"),
	ROW(R7_HEADER,    HEADER,        ALWAYS,                                  DO(SEND_HEADER, SEND_FEATURES, HAND_OVER), R8_READY, "FLOW-008"),
	ROW(R7_HEADER,    OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027"),
	ROW(R7_HEADER,    TIMER,         ALWAYS,                                  DO(REJECT) FOR(SILENCE),               RX_END,       "FLOW-032"),

	ROW(R8_READY,     VERIFY,        WHEN(HOSTED),                            DO(ANSWER_VERIFY),                     SAME,         "DB-004 DB-005"),
	ROW(R8_READY,     VERIFY,        ALWAYS,                                  DO(FAIL_VERIFY) FOR(PAIR_NOT_HOSTED),  SAME,         "DB-009"),
	ROW(R8_READY,     EXPIRED,       ALWAYS,                                  DO(REJECT) FOR(EXPIRED),               RX_END,       "FLOW-028"),
	ROW(R8_READY,     OTHER,         ALWAYS,                                  DO(REJECT) FOR(UNEXPECTED),            RX_END,       "FLOW-027 FLOW-009"),

	ROW(ANY,          STREAM_ERROR,  ALWAYS,                                  DO(CLOSE) FOR(PEER),                   RX_END,       "FLOW-027"),
	ROW(ANY,          RENEGOTIATED,  ALWAYS,                                  DO(HANG_UP) FOR(RENEGOTIATION),        RX_END,       "ERR-06 SEC-004"),
	ROW(ANY,          LEAVE,         ALWAYS,                                  DO(CLOSE),                             RX_END,       "FLOW-027"),
	ROW(ANY,          CLOSED,        ALWAYS,                                  DO(CLOSE) FOR(PEER),                   RX_END,       "FLOW-027"),
	ROW(ANY,          OTHER,         ALWAYS,                                  DO(HANG_UP) FOR(UNEXPECTED),           RX_END,       "FLOW-014 FLOW-027"),
};

/* clang-format on */

const struct dna_flow_table dna_flow_s2s_initiating = TABLE(initiating);
const struct dna_flow_table dna_flow_s2s_receiving = TABLE(receiving);

/* The chart of client to server (RFC 7712 section 3): the client verifies the server, and nothing else. */
#include "flow/table.h"

/* clang-format off */

static const struct dna_flow_row initiating[] = {
	/*  state       event          guard                                   actions, trouble                           next        rules */
	ROW(C0_IDLE,    START,         ALWAYS,                                 DO(RESOLVE),                               C1_RESOLVE, "FLOW-003"),

	ROW(C1_RESOLVE, RESOLVED,      ALWAYS,                                 DO(CONNECT),                               C2_CONNECT, "FLOW-003"),
	ROW(C1_RESOLVE, NOT_FOUND,     ALWAYS,                                 FAIL(NOT_FOUND),                           CX_END,     "DELEG-004"),
	ROW(C1_RESOLVE, UNRESOLVED,    ALWAYS,                                 FAIL(UNRESOLVED),                          CX_END,     "ERR-07 DELEG-007"),
	ROW(C1_RESOLVE, TIMER,         ALWAYS,                                 FAIL(UNRESOLVED),                          CX_END,     "FLOW-032 DELEG-018"),

	ROW(C2_CONNECT, CONNECTED,     WHEN(DIRECT_TLS),                       DO(START_TLS),                             C5_TLS,     "FLOW-025 FLOW-009"),
	ROW(C2_CONNECT, CONNECTED,     ALWAYS,                                 DO(OPEN_STREAM),                           C3_HEADER,  "FLOW-004"),
	ROW(C2_CONNECT, UNREACHABLE,   ALWAYS,                                 DO(CONNECT),                               C2_CONNECT, "ERR-08"),
	ROW(C2_CONNECT, EXHAUSTED,     ALWAYS,                                 FAIL(UNREACHABLE),                         CX_END,     "DELEG-005"),
	ROW(C2_CONNECT, NOT_FOUND,     ALWAYS,                                 FAIL(NOT_FOUND),                           CX_END,     "DELEG-005"),
	ROW(C2_CONNECT, TIMER,         ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), C2_CONNECT, "FLOW-032"),

	ROW(C3_HEADER,  HEADER,        WHEN(WRONG_VERSION),                    DO(REJECT, CONNECT) FOR(VERSION),          C2_CONNECT, "ERR-10"),
	ROW(C3_HEADER,  HEADER,        WHEN(VERSIONED),                        NOTHING,                                   SAME,       "FLOW-010"),
	ROW(C3_HEADER,  HEADER,        ALWAYS,                                 DO(SEND_STARTTLS),                         C4_PROCEED, "FLOW-010"),
	ROW(C3_HEADER,  FEATURES,      ALWAYS,                                 DO(SEND_STARTTLS),                         C4_PROCEED, "FLOW-009 FLOW-010"),
	ROW(C3_HEADER,  STREAM_ERROR,  ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027 SEC-011"),
	ROW(C3_HEADER,  CLOSED,        ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027"),
	ROW(C3_HEADER,  OTHER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(UNEXPECTED),       C2_CONNECT, "FLOW-027"),
	ROW(C3_HEADER,  TIMER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(SILENCE),          C2_CONNECT, "FLOW-032"),

	ROW(C4_PROCEED, PROCEED,       ALWAYS,                                 DO(START_TLS),                             C5_TLS,     "FLOW-008"),
	ROW(C4_PROCEED, REFUSED,       ALWAYS,                                 DO(CLOSE, CONNECT) FOR(STARTTLS),          C2_CONNECT, "FLOW-027 SEC-003"),
	ROW(C4_PROCEED, STREAM_ERROR,  ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027 SEC-011"),
	ROW(C4_PROCEED, CLOSED,        ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027"),
	ROW(C4_PROCEED, OTHER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(UNEXPECTED),       C2_CONNECT, "FLOW-027"),
	ROW(C4_PROCEED, TIMER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(SILENCE),          C2_CONNECT, "FLOW-032"),

	ROW(C5_TLS,     TLS_DONE,      WHEN(PEER_CHAIN),                       DO(PROVE),                                 C6_VERIFY,  "FLOW-013 FLOW-014"),
	ROW(C5_TLS,     TLS_DONE,      ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(CERTIFICATE),     C2_CONNECT, "FLOW-013 ERR-02"),
	ROW(C5_TLS,     TLS_FAILED,    ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(TLS),             C2_CONNECT, "FLOW-027"),
	ROW(C5_TLS,     VETO,          ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(ALERT),           C2_CONNECT, "ERR-01"),
	ROW(C5_TLS,     CLOSED,        ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(PEER),            C2_CONNECT, "FLOW-027"),
	ROW(C5_TLS,     TIMER,         ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), C2_CONNECT, "FLOW-032"),

	ROW(C6_VERIFY,  PROVEN,        ALWAYS,                                 DO(RECORD_DNA, OPEN_STREAM),               C7_HEADER,  "FLOW-001 FLOW-014"),
	ROW(C6_VERIFY,  UNPROVEN,      WHEN(INTERACTIVE) UNLESS(DNA_REQUIRED), DO(ASK_USER),                              C6_ASK,     "POL-001 POL-002"),
	ROW(C6_VERIFY,  UNPROVEN,      ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(CERTIFICATE),     C2_CONNECT, "POL-002 ERR-02"),
	ROW(C6_VERIFY,  VETO,          ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(VETO),            C2_CONNECT, "POL-004 ERR-02"),
	ROW(C6_VERIFY,  CLOSED,        ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(PEER),            C2_CONNECT, "FLOW-027"),
	ROW(C6_VERIFY,  TIMER,         ALWAYS,                                 DO(HANG_UP, CONNECT) FOR(CONNECT_TIMEOUT), C2_CONNECT, "FLOW-032 FLOW-014"),

	ROW(C6_ASK,     OVERRIDE,      ALWAYS,                                 DO(RECORD_WEAK, OPEN_STREAM),              C7_HEADER,  "POL-002"),
	ROW(C6_ASK,     DECLINE,       ALWAYS,                                 DO(HANG_UP) FOR(CERTIFICATE),              CX_END,     "ERR-02"),
	ROW(C6_ASK,     TIMER,         ALWAYS,                                 DO(HANG_UP) FOR(CERTIFICATE),              CX_END,     "FLOW-032 ERR-02"),

	ROW(C7_HEADER,  HEADER,        WHEN(VERSIONED) UNLESS(WRONG_VERSION),  NOTHING,                                   SAME,       "FLOW-008"),
	ROW(C7_HEADER,  HEADER,        ALWAYS,                                 DO(REJECT, CONNECT) FOR(VERSION),          C2_CONNECT, "ERR-10"),
	ROW(C7_HEADER,  FEATURES,      ALWAYS,                                 DO(HAND_OVER),                             C8_DONE,    "FLOW-008"),
	ROW(C7_HEADER,  STREAM_ERROR,  WHEN(REDIRECT, REDIRECTS_LEFT),         DO(CLOSE, REDIRECT),                       C1_RESOLVE, "FLOW-026 SEC-011"),
	ROW(C7_HEADER,  STREAM_ERROR,  WHEN(REDIRECT),                         DO(CLOSE) FOR(REDIRECTS),                  CX_END,     "FLOW-026"),
	ROW(C7_HEADER,  STREAM_ERROR,  ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027"),
	ROW(C7_HEADER,  CLOSED,        ALWAYS,                                 DO(CLOSE, CONNECT) FOR(PEER),              C2_CONNECT, "FLOW-027"),
	ROW(C7_HEADER,  OTHER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(UNEXPECTED),       C2_CONNECT, "FLOW-027 FLOW-015"),
	ROW(C7_HEADER,  TIMER,         ALWAYS,                                 DO(REJECT, CONNECT) FOR(SILENCE),          C2_CONNECT, "FLOW-032"),

	ROW(C8_DONE,    STREAM_ERROR,  WHEN(REDIRECT, REDIRECTS_LEFT),         DO(CLOSE, REDIRECT),                       C1_RESOLVE, "FLOW-026 SEC-011"),
	ROW(C8_DONE,    STREAM_ERROR,  ALWAYS,                                 DO(CLOSE) FOR(PEER),                       CX_END,     "FLOW-027"),
	ROW(C8_DONE,    EXPIRED,       ALWAYS,                                 DO(REJECT) FOR(EXPIRED),                   CX_END,     "FLOW-028"),
	ROW(C8_DONE,    OTHER,         ALWAYS,                                 DO(REJECT) FOR(UNEXPECTED),                CX_END,     "FLOW-027"),

	ROW(ANY,        RENEGOTIATED,  ALWAYS,                                 DO(HANG_UP) FOR(RENEGOTIATION),            CX_END,     "ERR-06 SEC-004"),
	ROW(ANY,        LEAVE,         ALWAYS,                                 DO(CLOSE),                                 CX_END,     "FLOW-027"),
	ROW(ANY,        CLOSED,        ALWAYS,                                 DO(CLOSE) FOR(PEER),                       CX_END,     "FLOW-027"),
	ROW(ANY,        OTHER,         ALWAYS,                                 DO(HANG_UP) FOR(UNEXPECTED),               CX_END,     "FLOW-014 FLOW-027"),
};

static const struct dna_flow_row receiving[] = {
	/*  state         event         guard                 actions, trouble                               next          rules */
	ROW(S0_IDLE,      START,        WHEN(DIRECT_TLS),     DO(START_TLS),                                 S3_TLS,       "FLOW-008 FLOW-025"),
	ROW(S0_IDLE,      START,        ALWAYS,               NOTHING,                                       S1_HEADER,    "FLOW-008"),

	ROW(S1_HEADER,    HEADER,       WHEN(WRONG_VERSION),  DO(REJECT) FOR(VERSION),                       SX_END,       "ERR-10"),
	ROW(S1_HEADER,    HEADER,       WHEN(IMPROPER),       DO(REJECT) FOR(IMPROPER),                      SX_END,       "FLOW-015"),
	ROW(S1_HEADER,    HEADER,       UNLESS(HOSTED),       DO(REJECT) FOR(HOST_UNKNOWN),                  SX_END,       "ERR-04"),
	ROW(S1_HEADER,    HEADER,       ALWAYS,               DO(SEND_HEADER, SEND_FEATURES),                S2_STARTTLS,  "FLOW-008"),
	ROW(S1_HEADER,    TIMER,        ALWAYS,               DO(HANG_UP) FOR(CONNECT_TIMEOUT),              SX_END,       "FLOW-032"),

	ROW(S2_STARTTLS,  STARTTLS,     ALWAYS,               DO(SEND_PROCEED, START_TLS),                   S3_TLS,       "FLOW-008"),
	ROW(S2_STARTTLS,  STANZA,       ALWAYS,               DO(REJECT) FOR(NOT_AUTHORIZED),                SX_END,       "FLOW-015"),
	ROW(S2_STARTTLS,  AUTH,         ALWAYS,               DO(FAIL_SASL, CLOSE) FOR(ENCRYPTION),          SX_END,       "FLOW-009"),
	ROW(S2_STARTTLS,  OTHER,        ALWAYS,               DO(REJECT) FOR(UNEXPECTED),                    SX_END,       "FLOW-027"),
	ROW(S2_STARTTLS,  TIMER,        ALWAYS,               DO(REJECT) FOR(SILENCE),                       SX_END,       "FLOW-032"),

	ROW(S3_TLS,       TLS_DONE,     ALWAYS,               NOTHING,                                       S4_HEADER,    "FLOW-008"),
	ROW(S3_TLS,       TLS_FAILED,   ALWAYS,               DO(HANG_UP) FOR(TLS),                          SX_END,       "FLOW-027"),
	ROW(S3_TLS,       TIMER,        ALWAYS,               DO(HANG_UP) FOR(CONNECT_TIMEOUT),              SX_END,       "FLOW-032"),

	ROW(S4_HEADER,    HEADER,       WHEN(WRONG_VERSION),  DO(REJECT) FOR(VERSION),                       SX_END,       "ERR-10"),
	ROW(S4_HEADER,    HEADER,       WHEN(IMPROPER),       DO(REJECT) FOR(IMPROPER),                      SX_END,       "FLOW-015"),
	ROW(S4_HEADER,    HEADER,       UNLESS(HOSTED),       DO(REJECT) FOR(HOST_UNKNOWN),                  SX_END,       "ERR-04"),
	ROW(S4_HEADER,    HEADER,       ALWAYS,               DO(SEND_HEADER, SEND_FEATURES, HAND_OVER),     S5_DONE,      "FLOW-008"),
	ROW(S4_HEADER,    TIMER,        ALWAYS,               DO(HANG_UP) FOR(CONNECT_TIMEOUT),              SX_END,       "FLOW-032"),

	ROW(S5_DONE,      STREAM_ERROR, ALWAYS,               DO(CLOSE) FOR(PEER),                           SX_END,       "FLOW-027"),
	ROW(S5_DONE,      OTHER,        ALWAYS,               DO(REJECT) FOR(UNEXPECTED),                    SX_END,       "FLOW-027"),

	ROW(ANY,          RENEGOTIATED, ALWAYS,               DO(HANG_UP) FOR(RENEGOTIATION),                SX_END,       "ERR-06 SEC-004"),
	ROW(ANY,          LEAVE,        ALWAYS,               DO(CLOSE),                                     SX_END,       "FLOW-027"),
	ROW(ANY,          STREAM_ERROR, ALWAYS,               DO(CLOSE) FOR(PEER),                           SX_END,       "FLOW-027"),
	ROW(ANY,          CLOSED,       ALWAYS,               DO(CLOSE) FOR(PEER),                           SX_END,       "FLOW-027"),
	ROW(ANY,          OTHER,        ALWAYS,               DO(HANG_UP) FOR(UNEXPECTED),                   SX_END,       "FLOW-027"),
};

/* clang-format on */

const struct dna_flow_table dna_flow_c2s_initiating = TABLE(initiating);
const struct dna_flow_table dna_flow_c2s_receiving = TABLE(receiving);

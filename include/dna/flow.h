/*
 * <dna/flow.h>: the flow chart of RFC 7712, as a machine.
 *
 * One struct dna_flow is one stream: client to server or server to server, ours or the peer's. The
 * application says what happened (an event), and is told what to do (actions). The machine parses no
 * XML, knows no socket, no clock and no randomness; a driver has them.
 *
 *     struct dna_flow flow;
 *     struct dna_flow_actions actions;
 *
 *     dna_flow_init(&flow, DNA_FLOW_S2S_INITIATING, &config);
 *     event.kind = DNA_FLOW_START;                   own domain and peer's domain in |event|
 *     dna_flow_step(&flow, &event, &actions);        DNA_FLOW_RESOLVE
 *     event.kind = DNA_FLOW_RESOLVED;
 *     dna_flow_step(&flow, &event, &actions);        DNA_FLOW_CONNECT
 *     ...                                            DNA_FLOW_OPEN_STREAM, ..., DNA_FLOW_PROVE, ...
 *
 * The actions of a step are to be carried out in their order, and before the next event.
 *
 * A server-to-server stream carries stanzas for *pairs* (sender domain, target domain). Each pair is
 * proved and accepted by itself, in a machine of its own within the stream's: the first pair of the
 * stream, and those that are piggybacked on it (RFC 7712 section 4.4). Three machines do that:
 *
 *     P  on a stream that we received: the peer asserts a sender domain (db:result). Its certificate
 *        proves it, or we call the authoritative server back.
 *     Q  on a stream that we opened: we ask the peer to accept a pair (db:result).
 *     V  on a stream that we opened: we ask the authoritative server whether a key is its own
 *        (db:verify). This is the callback of a P of another stream; the application passes on what
 *        they have to tell each other: DNA_FLOW_CALL_BACK, DNA_FLOW_VERIFY and DNA_FLOW_TELL_VALID
 *        and its like become events of the other flow.
 *
 * The chart itself is data: dna_flow_rows(). `dna chart` prints it, and dna-flow(7) has it.
 *
 * What the application has to hold to:
 * - After DNA_FLOW_CLOSE, _REJECT or _HANG_UP nothing of that connection is handed in any more: no
 *   element, no verdict, no timer.
 * - A timer that was set again or stopped does not fire. When a pair is gone, nothing about it comes.
 * - While dna_flow_suspends() no XML is read from the peer (FLOW-014).
 * - db:result and db:verify carry domains; dna_flow_domains_find() turns them into numbers. What is
 *   not a domain is handed in with DNA_FACT_IMPROPER.
 * - A number is another domain's once the flow has no pair of its domain any more: what is kept from one
 *   event to a later one, a question that is under way for instance, is kept by name.
 * - A flow bounds what is under way on one stream. Strangers make a server call back and prove: how often
 *   and how much of that over all streams of a peer, the application bounds (SEC-006, SEC-007).
 */
#ifndef DNA_FLOW_H
#define DNA_FLOW_H

#include <dna/error.h>
#include <dna/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DNA_FLOW_PAIRS_MAX   32  /* pairs of one stream (SEC-006) */
#define DNA_FLOW_DOMAINS_MAX 72  /* domains of one stream: those of its pairs, its own, and an event's */
#define DNA_FLOW_DOMAIN_SIZE 254 /* octets of a domain in A-labels, with the NUL */
#define DNA_FLOW_ACTIONS_MAX 160 /* actions of one step: when a stream ends, all its pairs have some */
#define DNA_FLOW_ROWS_MAX    48  /* rows of one step, likewise */
#define DNA_FLOW_ROW_ACTIONS 6   /* actions of one row of the chart */

/* ---- Machines and states ---- */

enum dna_flow_machine {
	DNA_FLOW_C2S_INITIATING = 0, /* C: a client */
	DNA_FLOW_C2S_RECEIVING = 1,  /* S: a client's server */
	DNA_FLOW_S2S_INITIATING = 2, /* I: a server that opens a stream to another */
	DNA_FLOW_S2S_RECEIVING = 3,  /* R: a server that is called */
	DNA_FLOW_PAIR_RECEIVING = 4, /* P: pairs of R */
	DNA_FLOW_PAIR_REQUESTING = 5, /* Q: pairs of I */
	DNA_FLOW_PAIR_VERIFYING = 6  /* V: keys that are verified over I */
};
#define DNA_FLOW_MACHINES 7

/*
 * The letter is the machine's. Where a state waits, it waits for what its name says, with a timer.
 */
enum dna_flow_state {
	DNA_FLOW_ANY = 0, /* in the chart: any state that is not an end; as the next state: the same */

	DNA_FLOW_C0_IDLE,
	DNA_FLOW_C1_RESOLVE,
	DNA_FLOW_C2_CONNECT,
	DNA_FLOW_C3_HEADER, /* in clear: the peer's header and features */
	DNA_FLOW_C4_PROCEED,
	DNA_FLOW_C5_TLS,
	DNA_FLOW_C6_VERIFY, /* the verdict on the peer's certificate */
	DNA_FLOW_C6_ASK,    /* the user, about a certificate that proves nothing */
	DNA_FLOW_C7_HEADER, /* over TLS */
	DNA_FLOW_C8_DONE,   /* SASL is the application's */
	DNA_FLOW_CX_END,

	DNA_FLOW_S0_IDLE,
	DNA_FLOW_S1_HEADER,
	DNA_FLOW_S2_STARTTLS,
	DNA_FLOW_S3_TLS,
	DNA_FLOW_S4_HEADER,
	DNA_FLOW_S5_DONE,
	DNA_FLOW_SX_END,

	DNA_FLOW_I0_IDLE,
	DNA_FLOW_I1_RESOLVE,
	DNA_FLOW_I2_CONNECT,
	DNA_FLOW_I3_HEADER,
	DNA_FLOW_I4_PROCEED,
	DNA_FLOW_I5_TLS,
	DNA_FLOW_I6_VERIFY,
	DNA_FLOW_I7_HEADER,   /* over TLS; the features decide between EXTERNAL and dialback */
	DNA_FLOW_I9_DIALBACK, /* our first pair's db:result is being answered */
	DNA_FLOW_I10_SASL,
	DNA_FLOW_I11_HEADER,  /* after SASL */
	DNA_FLOW_I12_READY,   /* stanzas flow for the pairs that are valid */
	DNA_FLOW_IX_END,

	DNA_FLOW_R0_IDLE,
	DNA_FLOW_R1_HEADER,
	DNA_FLOW_R2_STARTTLS,
	DNA_FLOW_R3_TLS,
	DNA_FLOW_R4_HEADER,
	DNA_FLOW_R5_PROVE,     /* the verdict on the certificate of the header's `from` */
	DNA_FLOW_R6_AUTH,      /* EXTERNAL or db:result */
	DNA_FLOW_R6_CHALLENGE, /* EXTERNAL without an initial response: the response */
	DNA_FLOW_R7_HEADER,    /* after SASL */
	DNA_FLOW_R8_READY,     /* stanzas are taken for the pairs that are valid */
	DNA_FLOW_RX_END,

	DNA_FLOW_P0_NONE,
	DNA_FLOW_P1_CERTIFICATE, /* the verdict on the connection's certificate */
	DNA_FLOW_P2_CALLBACK,    /* a stream to the authoritative server */
	DNA_FLOW_P3_KEY,         /* its word about the key */
	DNA_FLOW_P5_VALID,

	DNA_FLOW_Q0_NONE,
	DNA_FLOW_Q1_QUEUED,  /* the stream's first pair, until the stream is ready for it */
	DNA_FLOW_Q1_SUPPOSE, /* the verdict on the connection's certificate for another target */
	DNA_FLOW_Q2_ASKED,   /* db:result is being answered */
	DNA_FLOW_Q3_VALID,
	DNA_FLOW_Q4_REFUSED, /* never again on this stream */

	DNA_FLOW_V0_NONE,
	DNA_FLOW_V1_ASKED, /* db:verify is being answered */

	DNA_FLOW_STATES
};

/* ---- Facts ---- */

/*
 * What guards look at. An event brings some; some of these the stream remembers; the others are
 * worked out from the configuration and the state. As bits: DNA_FACT(DNA_FACT_HOSTED).
 */
enum dna_flow_fact {
	/* Of the configuration. */
	DNA_FACT_DNA_REQUIRED = 0,   /* the minimum is DNA_MINIMUM_DNA; also of UNPROVEN and CALLED_BACK: the domain's is */
	DNA_FACT_CLEAR_ALLOWED,      /* nothing demands TLS: not the configuration, not the route */
	DNA_FACT_DIALBACK_ALLOWED,
	DNA_FACT_SHORTCUT_ALLOWED,   /* the same-certificate rule (DB-018) */
	DNA_FACT_INTERACTIVE,        /* there is a user who may override */
	DNA_FACT_VERIFY_ONLY,        /* the stream is a callback: it carries db:verify only */
	DNA_FACT_FROM_MAY_CHANGE,    /* FLOW-031 */

	/* Of the endpoint: DNA_FLOW_CONNECTED, or DNA_FLOW_START on a received stream. */
	DNA_FACT_DIRECT_TLS,
	DNA_FACT_TLS_MANDATORY, /* the route says so (DANE-005, DANE-007) */

	/* Of the handshake: DNA_FLOW_TLS_DONE. */
	DNA_FACT_SECURED,    /* there is TLS; set by the machine */
	DNA_FACT_PEER_CHAIN, /* the peer presented a certificate */
	DNA_FACT_OWN_CHAIN,  /* we did */

	/* Of the peer's header or features. */
	DNA_FACT_VERSIONED, /* the header has version 1.x: features follow */
	DNA_FACT_DIALBACK,  /* it declares jabber:server:dialback, or has the feature (DB-013) */
	DNA_FACT_ERRORS,    /* the feature has <errors/> */
	DNA_FACT_EXTERNAL,  /* the mechanism is offered: by the peer, or on a received stream by us */

	/* Of a header, once. */
	DNA_FACT_HOSTED,        /* `to` is a domain of ours; also of db:result and db:verify */
	DNA_FACT_WRONG_VERSION, /* another major version (ERR-10) */
	DNA_FACT_IMPROPER,      /* `to`, or `from` over TLS, lacks or is not a domain; also of stanzas and dialback */
	DNA_FACT_FROM_CHANGED,  /* `from` is not the one of the header before (FLOW-031) */
	DNA_FACT_FROM_REFUSED,  /* `from` is our own, or `to`, or an address, or one label (DB-024) */
	DNA_FACT_CONFLICT,      /* there is such a stream already, and one is enough (ERR-09) */

	/* Of other events. */
	DNA_FACT_RESPONSE,         /* AUTH: with an initial response */
	DNA_FACT_COVERED,          /* AUTH, RESPONSE: of EXTERNAL, and no response, no authzid or one that is `from` */
	DNA_FACT_REDIRECT,         /* STREAM_ERROR: see-other-host */
	DNA_FACT_HOST_UNKNOWN,     /* STREAM_ERROR: host-unknown */
	DNA_FACT_CONSTRAINT,       /* RESULT_ERROR: resource-constraint; CALLBACK_FAILED: there are too many */
	DNA_FACT_SAME_ENDPOINT,    /* WANT_PAIR: the target's DNS leads to this address and port */
	DNA_FACT_CALLBACK_SECURED, /* CALLED_BACK: over TLS */
	DNA_FACT_CALLBACK_PROVEN,  /* CALLED_BACK: and the certificate proves the sender domain */
	DNA_FACT_SAME_CERTIFICATE, /* CALLED_BACK: its leaf is that of the first stream's peer, both from
				      fresh handshakes, and it names the sender domain (DB-018) */

	/* Worked out. */
	DNA_FACT_READY,          /* the stream is ready: I12, R8 */
	DNA_FACT_ROOM,           /* there may be one more pair */
	DNA_FACT_RETRIES_LEFT,   /* of SASL */
	DNA_FACT_REDIRECTS_LEFT,
	DNA_FACT_FIRST_PAIR,     /* it is the pair that the stream was opened for */
	DNA_FACT_SAME_TARGET,    /* its target is the domain that the stream was opened to */
	DNA_FACT_OTHERS_VALID,   /* another pair of this stream is valid */

	DNA_FACTS
};
#define DNA_FACT(number) (UINT64_C(1) << (number))

/* ---- Events ---- */

enum dna_flow_event_kind {
	DNA_FLOW_NOTHING = 0,

	/* From the application. */
	DNA_FLOW_START,      /* open a stream for |from| to |to|; or one was accepted (DIRECT_TLS) */
	DNA_FLOW_RESOLVED,   /* there is a route */
	DNA_FLOW_NOT_FOUND,  /* there is no such service, or none of its hosts has an address */
	DNA_FLOW_UNRESOLVED, /* SRV is bogus or could not be looked up: there is no way (ERR-07) */
	DNA_FLOW_CONNECTED,  /* (DIRECT_TLS, TLS_MANDATORY) */
	DNA_FLOW_UNREACHABLE, /* this endpoint is, or has to be skipped (ERR-08) */
	DNA_FLOW_EXHAUSTED,  /* there is no further endpoint */
	DNA_FLOW_TLS_DONE,   /* (PEER_CHAIN, OWN_CHAIN) */
	DNA_FLOW_TLS_FAILED,
	DNA_FLOW_RENEGOTIATED, /* the peer tried to; it must not be let (ERR-06, SEC-004) */
	DNA_FLOW_PROVEN,     /* answers PROVE; |by| says which prooftype. See dna_flow_verdict() */
	DNA_FLOW_UNPROVEN,
	DNA_FLOW_VETO,       /* likewise; later, of a pair that is valid: its proof is taken back */
	DNA_FLOW_OVERRIDE,   /* answers ASK_USER: the user takes the stream as it is */
	DNA_FLOW_DECLINE,    /* or does not */
	DNA_FLOW_EXPIRED,    /* what proved the peer holds no more: out of date or revoked (FLOW-028) */
	DNA_FLOW_TIMER,      /* it fired; of the stream, or of the pair |from|, |to| */
	DNA_FLOW_LEAVE,      /* we do not need the stream any more */

	/* From the application, about pairs. */
	DNA_FLOW_WANT_PAIR,          /* send stanzas for |from|, |to| on this stream (SAME_ENDPOINT) */
	DNA_FLOW_WANT_VERIFY,        /* ask for |from|, |to| about the key of stream |origin|; |to| is this stream's target */
	DNA_FLOW_CALLED_BACK,        /* answers CALL_BACK (CALLBACK_*, SAME_CERTIFICATE, DNA_REQUIRED); |by| */
	DNA_FLOW_CALLBACK_FAILED,    /* no endpoint of the sender domain could be used (CONSTRAINT) */
	DNA_FLOW_CALLBACK_NOT_FOUND, /* there is no such host, or it does not know the domain */
	DNA_FLOW_CALLBACK_VETOED,    /* its DNS or its certificate forbids it (DB-022) */
	DNA_FLOW_CALLBACK_LOST,      /* closed without an answer */
	DNA_FLOW_KEY_VALID,          /* the other flow's TELL_VALID */
	DNA_FLOW_KEY_INVALID,        /* its TELL_INVALID */
	DNA_FLOW_KEY_ERROR,          /* its TELL_ERROR */

	/*
	 * From the peer: |from| and |to| as they stand in the element; 0 for what is improper. Of headers only
	 * those of server to server matter.
	 */
	DNA_FLOW_HEADER,
	DNA_FLOW_FEATURES,
	DNA_FLOW_STARTTLS,
	DNA_FLOW_PROCEED,
	DNA_FLOW_REFUSED, /* <failure/> of STARTTLS */
	DNA_FLOW_AUTH,
	DNA_FLOW_RESPONSE,
	DNA_FLOW_SASL_SUCCESS,
	DNA_FLOW_SASL_FAILURE, /* whatever the condition */
	DNA_FLOW_STANZA,
	DNA_FLOW_RESULT, /* db:result without a type */
	DNA_FLOW_RESULT_VALID,
	DNA_FLOW_RESULT_INVALID,
	DNA_FLOW_RESULT_ERROR, /* (CONSTRAINT) */
	DNA_FLOW_VERIFY,       /* db:verify without a type */
	DNA_FLOW_VERIFY_VALID, /* |origin|: the number of the stream with that id; 0: there is none */
	DNA_FLOW_VERIFY_INVALID,
	DNA_FLOW_VERIFY_ERROR,
	DNA_FLOW_OTHER,        /* any other element, and what is not XML; and every element that is out of place */
	DNA_FLOW_STREAM_ERROR, /* (REDIRECT, HOST_UNKNOWN) */
	DNA_FLOW_CLOSED,       /* the stream or the connection, by the peer or the network */

	/* Between the machines of one flow; the application never hands them in. */
	DNA_FLOW_ASKED,         /* the stream's dialback begins, for its first pair */
	DNA_FLOW_ADMITTED,      /* SASL has succeeded, for the first pair */
	DNA_FLOW_LOST,          /* the stream ends */
	DNA_FLOW_RESTARTED,     /* it begins anew, after SASL or elsewhere: what was asked before has no answer any more */
	DNA_FLOW_PAIR_ACCEPTED, /* a pair is valid now */
	DNA_FLOW_PAIR_REFUSED,  /* our first pair is invalid */
	DNA_FLOW_PAIR_FAILED,   /* our first pair got an error or no answer */

	DNA_FLOW_EVENTS
};

struct dna_flow_event {
	enum dna_flow_event_kind kind;
	uint64_t facts;
	/*
	 * Domains by number. Elements: as in their attributes. Other events of pairs: the sender and
	 * the target. 0 and 0: it is about the stream.
	 */
	uint8_t from;
	uint8_t to;
	uint8_t by;      /* the application's number of a prooftype; kept for it */
	uint32_t origin; /* the application's number of a stream, never 0 */
};

/* The event that a verdict is. Weak is unproven here: dialback has still to come. Undecided is a
 * veto: a failed lookup is no way around (POL-006). */
enum dna_flow_event_kind dna_flow_verdict(enum dna_verdict_kind kind);

/* ---- Actions ---- */

enum dna_flow_action_kind {
	DNA_FLOW_NO_ACTION = 0,

	/* Connections. */
	DNA_FLOW_RESOLVE,   /* the service domain: the case's route */
	DNA_FLOW_REDIRECT,  /* afresh, the host that the error named; same `to`, policy and reference identifiers (FLOW-026) */
	DNA_FLOW_CONNECT,   /* to the next endpoint of the route that says `connect` */
	DNA_FLOW_START_TLS, /* the handshake begins; on a direct TLS endpoint with ALPN (FLOW-025) */
	DNA_FLOW_CLOSE,     /* </stream:stream> if a stream is open, a bounded wait, TLS, TCP (RFC 6120 section 4.4) */
	DNA_FLOW_REJECT,    /* the stream error of |trouble|, then like CLOSE; with a header first if none was sent */
	DNA_FLOW_HANG_UP,   /* close_notify or the alert of |trouble|, and TCP; no XML */
	DNA_FLOW_SET_TIMER, /* |timer|, of the stream or the pair; it replaces the one before */
	DNA_FLOW_STOP_TIMER,

	/* Elements; |from| and |to| as they have to stand in them. */
	DNA_FLOW_OPEN_STREAM,   /* the initial header; over TLS with `from` */
	DNA_FLOW_SEND_HEADER,   /* the response header, with a fresh id */
	DNA_FLOW_SEND_FEATURES, /* STARTTLS before TLS and never after; dialback with <errors/>; no EXTERNAL */
	DNA_FLOW_OFFER_EXTERNAL, /* features, with EXTERNAL first */
	DNA_FLOW_SEND_STARTTLS,
	DNA_FLOW_SEND_PROCEED,
	DNA_FLOW_SEND_EXTERNAL, /* <auth/>, with our domain as authzid */
	DNA_FLOW_SEND_CHALLENGE, /* an empty one */
	DNA_FLOW_SEND_SUCCESS,
	DNA_FLOW_FAIL_SASL,     /* <failure/> with the condition of |trouble| */
	DNA_FLOW_SEND_RESULT,   /* db:result with our key over the id of this stream */
	DNA_FLOW_SEND_VALID,    /* db:result, type valid */
	DNA_FLOW_SEND_INVALID,
	DNA_FLOW_SEND_ERROR,    /* db:result, type error, with the condition of |trouble| */
	DNA_FLOW_SEND_VERIFY,   /* db:verify with id and key of stream |origin| */
	DNA_FLOW_ANSWER_VERIFY, /* db:verify: what dna_dialback_answer() says */
	DNA_FLOW_FAIL_VERIFY,   /* db:verify, type error, with the condition of |trouble| */

	/* Judgement. */
	DNA_FLOW_PROVE,      /* does the peer's certificate prove the domain |domain|? PROVEN, UNPROVEN or VETO */
	DNA_FLOW_RECORD_DNA, /* the stream's peer is proven, or the pair is */
	DNA_FLOW_RECORD_WEAK, /* it is not: it is over TLS, and no more */
	DNA_FLOW_ASK_USER,

	/* Pairs; |from| is the sender, |to| the target. */
	DNA_FLOW_ACCEPT,      /* the pair is valid: stanzas may flow, from the initiator to the receiver */
	DNA_FLOW_FLUSH,       /* send what is queued for the pair */
	DNA_FLOW_BOUNCE,      /* return what is queued, with the stanza error of |trouble| */
	DNA_FLOW_OTHER_STREAM, /* not on this stream: the pair needs one of its own */
	DNA_FLOW_DELIVER,     /* take the stanza */
	DNA_FLOW_CALL_BACK,   /* open a stream to |from|, or use one that was; never the one that this is (DB-016) */
	DNA_FLOW_ASK_KEY,     /* give WANT_VERIFY to the flow of that stream, with these |from| and |to| */
	DNA_FLOW_RELEASE,     /* the callback is not needed any more */
	DNA_FLOW_TELL_VALID,  /* give KEY_VALID to the flow of stream |origin|, with these |from| and |to| */
	DNA_FLOW_TELL_INVALID, /* KEY_INVALID */
	DNA_FLOW_TELL_ERROR,  /* KEY_ERROR */
	DNA_FLOW_TELL_LOST,   /* CALLBACK_LOST */

	DNA_FLOW_HAND_OVER, /* the stream is ready for the rest of XMPP */
	DNA_FLOW_IGNORE,    /* what came is dropped; it may be worth a line in the log */

	/* Between the machines of one flow; the application never sees them. */
	DNA_FLOW_QUEUE,   /* the first pair is wanted: WANT_PAIR */
	DNA_FLOW_ASK,     /* the first pair is asked for with dialback: ASKED */
	DNA_FLOW_ADMIT,   /* the first pair is authenticated by SASL: ADMITTED */
	DNA_FLOW_RESTART, /* the pairs hear of it: RESTARTED */
	DNA_FLOW_REFUSE,  /* the stream hears of its first pair: PAIR_REFUSED */
	DNA_FLOW_GIVE_UP, /* PAIR_FAILED */
	DNA_FLOW_WITHDRAW, /* what proved the stream's domain; if the pair's sender is another, nothing */

	DNA_FLOW_ACTIONS
};

enum dna_flow_timer {
	DNA_FLOW_NO_TIMER = 0,
	DNA_FLOW_TIMER_RESOLVE,
	DNA_FLOW_TIMER_CONNECT,
	DNA_FLOW_TIMER_HEADER, /* header, features, <proceed/>, <starttls/> */
	DNA_FLOW_TIMER_TLS,
	DNA_FLOW_TIMER_PROOF,
	DNA_FLOW_TIMER_USER,
	DNA_FLOW_TIMER_AUTH,     /* longer than a callback */
	DNA_FLOW_TIMER_CALLBACK, /* from the resolution to the ready stream */
	DNA_FLOW_TIMER_DIALBACK, /* db:result, db:verify */
	DNA_FLOW_TIMERS
};
/* How long it ought to be. */
unsigned dna_flow_timer_seconds(enum dna_flow_timer timer);

/* ---- Trouble: the error catalogue ---- */

/* What is done about it. */
enum dna_flow_reaction {
	DNA_REACTION_NONE = 0,
	DNA_REACTION_TLS_ALERT,      /* the alert |condition|, TCP is closed; no XML (ERR-01) */
	DNA_REACTION_SILENT_CLOSE,   /* TCP is closed; no XML (FLOW-027) */
	DNA_REACTION_STREAM_ERROR,   /* the stream error |condition|; the stream ends */
	DNA_REACTION_STREAM_END,     /* </stream:stream>, no error */
	DNA_REACTION_SASL_FAILURE,   /* <failure/> with |condition| */
	DNA_REACTION_DIALBACK_ERROR, /* type error with the stanza error |condition|; the stream lives (DB-009) */
	DNA_REACTION_BOUNCE          /* queued stanzas are returned with |condition| */
};

enum dna_flow_trouble {
	DNA_TROUBLE_NONE = 0,

	/* Of the stream. */
	DNA_TROUBLE_ALERT,            /* the peer's certificate is refused in the handshake (ERR-01) */
	DNA_TROUBLE_CERTIFICATE,      /* it does not prove the domain; known after the handshake (ERR-02) */
	DNA_TROUBLE_VETO,             /* it must not be used whatever else proves it */
	DNA_TROUBLE_TLS,              /* the handshake failed */
	DNA_TROUBLE_RENEGOTIATION,
	DNA_TROUBLE_STARTTLS,         /* the peer refused STARTTLS */
	DNA_TROUBLE_UNRESOLVED,       /* SRV could not be looked up, or is bogus */
	DNA_TROUBLE_NOT_FOUND,        /* no such service or host, or the peer does not know the domain */
	DNA_TROUBLE_UNREACHABLE,      /* no endpoint could be used */
	DNA_TROUBLE_SILENCE,          /* a timer, and a stream is open */
	DNA_TROUBLE_CONNECT_TIMEOUT,  /* a timer, and no stream is open */
	DNA_TROUBLE_PEER,             /* a stream error of the peer's, or it has gone */
	DNA_TROUBLE_REDIRECTS,        /* too many, or in clear */
	DNA_TROUBLE_NO_AUTHENTICATION, /* neither EXTERNAL nor dialback is possible */
	DNA_TROUBLE_SASL,             /* EXTERNAL failed, and dialback is not possible */
	DNA_TROUBLE_REFUSED,          /* our first pair is invalid */
	DNA_TROUBLE_HOST_UNKNOWN,     /* `to` is not ours */
	DNA_TROUBLE_IMPROPER,         /* `from` or `to` lacks or is malformed */
	DNA_TROUBLE_VERSION,
	DNA_TROUBLE_CONFLICT,
	DNA_TROUBLE_NOT_AUTHORIZED,   /* a stanza, or what else needs authentication, without it */
	DNA_TROUBLE_INVALID_FROM,     /* a stanza for a pair that is not valid; a `from` that cannot be */
	DNA_TROUBLE_FROM_CHANGED,
	DNA_TROUBLE_WEAK,             /* no proof, and weak verification is not enough */
	DNA_TROUBLE_UNEXPECTED,       /* an element that is out of place */
	DNA_TROUBLE_EXPIRED,

	/* Of SASL. */
	DNA_TROUBLE_ENCRYPTION,       /* before TLS */
	DNA_TROUBLE_MECHANISM,        /* EXTERNAL is not offered, or it is another mechanism */
	DNA_TROUBLE_AUTHZID,          /* is not covered */
	DNA_TROUBLE_RETRIES,          /* too many */

	/* Of pairs that the peer asserts. */
	DNA_TROUBLE_PAIR_NOT_HOSTED,
	DNA_TROUBLE_PAIR_NOT_ACCEPTABLE,
	DNA_TROUBLE_PAIR_IN_CLEAR,
	DNA_TROUBLE_PAIR_LIMIT,
	DNA_TROUBLE_PAIR_NO_PROOF,
	DNA_TROUBLE_PAIR_VETO,
	DNA_TROUBLE_CALLBACK_FAILED,
	DNA_TROUBLE_CALLBACK_LEGACY,  /* the same, and the peer cannot know dialback errors (ERR-05) */
	DNA_TROUBLE_CALLBACK_NOT_FOUND,
	DNA_TROUBLE_CALLBACK_VETOED,
	DNA_TROUBLE_CALLBACK_SILENCE,
	DNA_TROUBLE_KEY_ERROR,
	DNA_TROUBLE_KEY_INVALID,      /* other pairs of the stream are valid */
	DNA_TROUBLE_KEY_INVALID_ONLY, /* none is */

	/* Of pairs that we ask for. */
	DNA_TROUBLE_BOUNCE_REFUSED,
	DNA_TROUBLE_BOUNCE_ERROR,

	DNA_TROUBLES
};

struct dna_flow_trouble_entry {
	const char *situation; /* a sentence's worth, for logs */
	enum dna_flow_reaction reaction;
	const char *condition; /* the name of the alert or of the element; NULL: there is none */
	const char *rules;
};
const struct dna_flow_trouble_entry *dna_flow_trouble_entry(enum dna_flow_trouble trouble);

/* ---- A flow ---- */

/* The least that a stream has to be worth (POL-001). */
enum dna_flow_minimum {
	DNA_MINIMUM_DNA = 0,     /* a prooftype has to prove the domain */
	DNA_MINIMUM_WEAK = 1,    /* dialback over TLS is enough */
	DNA_MINIMUM_NONE_TLS = 2 /* dialback in clear is */
};

/* What a peer or a pair is worth. */
enum dna_assurance {
	DNA_ASSURANCE_NONE = 0, /* nothing, or in clear */
	DNA_ASSURANCE_WEAK = 1, /* over TLS; dialback, if anything, vouches for it (DB-019) */
	DNA_ASSURANCE_DNA = 2   /* a prooftype proves it; for a pair of a callback, bound by the key (DB-025) */
};

/*
 * What the policy says, as plain data. Zeroes are strict. The minimum is that of all domains that the stream
 * can have to do with; where a domain's own is DNA_MINIMUM_DNA, UNPROVEN and CALLED_BACK bring
 * DNA_FACT_DNA_REQUIRED.
 */
struct dna_flow_config {
	enum dna_flow_minimum minimum;
	bool tls_optional;     /* only with DNA_MINIMUM_NONE_TLS: a stream may do without */
	bool dialback;         /* may be used: asked for, answered by a callback */
	bool same_certificate; /* the shortcut of DB-018; its result is weak */
	bool interactive;      /* C2S, but not with DNA_MINIMUM_DNA: a user may take what proves nothing, never a veto */
	bool verify_only;      /* S2S, initiating: a callback */
	bool from_may_change;  /* FLOW-031 */
	uint8_t sasl_retries;  /* 2 to 5 (FLOW-020); 0: 2 */
	uint8_t redirects;     /* 2 to 5 (FLOW-026); 0: 2 */
	uint8_t pairs;         /* 1 to DNA_FLOW_PAIRS_MAX; 0: as many */
};

struct dna_flow_pair {
	uint8_t state; /* enum dna_flow_state */
	uint8_t from;  /* as in our request, or the peer's: of P and Q the sender, of V our domain */
	uint8_t to;
	uint8_t assurance; /* enum dna_assurance; of P: the sender; of Q: the target */
	uint8_t by;        /* the prooftype, as it was handed in */
	uint8_t timer;     /* whether one runs */
	uint8_t callback;  /* enum dna_assurance; of P: what the callback's peer is worth */
	uint8_t reserved;
	uint32_t origin; /* of V */
};

/* Plain data: it can be copied, and compared with memcmp(). Read it; let dna_flow_step() write it. */
struct dna_flow {
	uint8_t machine;   /* enum dna_flow_machine */
	uint8_t state;     /* enum dna_flow_state */
	uint8_t from;      /* of the stream's header: I our domain, R the peer's; 0: none yet */
	uint8_t to;
	uint8_t assurance; /* enum dna_assurance: what the peer's certificate is worth for its domain */
	uint8_t by;        /* the prooftype, as it was handed in */
	uint8_t timer;     /* whether one runs */
	uint8_t trouble;   /* enum dna_flow_trouble: the last one */
	uint8_t failures;  /* of SASL */
	uint8_t redirects;
	uint8_t count;     /* of pairs */
	uint8_t limit_failures;
	uint8_t limit_redirects;
	uint8_t limit_pairs;
	uint8_t reserved;
	uint64_t settings; /* the configuration, as facts */
	uint64_t facts;    /* that are remembered */
	struct dna_flow_pair pairs[DNA_FLOW_PAIRS_MAX]; /* sorted; zeroes behind them */
};

struct dna_flow_row;

struct dna_flow_action {
	enum dna_flow_action_kind kind;
	enum dna_flow_trouble trouble;
	enum dna_flow_timer timer;
	uint8_t from; /* 0 and 0: it is about the stream */
	uint8_t to;
	uint8_t domain; /* PROVE */
	enum dna_assurance assurance; /* ACCEPT, RECORD_* */
	uint32_t origin;
	const struct dna_flow_row *row; /* why */
};

struct dna_flow_actions {
	size_t count;
	struct dna_flow_action list[DNA_FLOW_ACTIONS_MAX];
	/* The rows that were taken, for logs: none if the event meant nothing. */
	size_t row_count;
	const struct dna_flow_row *rows[DNA_FLOW_ROWS_MAX];
};

void dna_flow_init(struct dna_flow *flow, enum dna_flow_machine machine, const struct dna_flow_config *config);

/*
 * Take one event. DNA_E_INVALID: no application may hand that in (a kind that is none or is internal, a
 * pair where none can be); the flow is as it was. An event that means nothing in the state is no error:
 * there are no actions.
 */
int dna_flow_step(struct dna_flow *flow, const struct dna_flow_event *event, struct dna_flow_actions *actions);

bool dna_flow_ended(const struct dna_flow *flow);
bool dna_flow_ready(const struct dna_flow *flow);    /* C8, S5, I12, R8 */
bool dna_flow_suspends(const struct dna_flow *flow); /* a proof is awaited: read no XML (FLOW-014) */

/* The pair, or NULL; |from| and |to| are sender and target. */
const struct dna_flow_pair *dna_flow_pair_find(const struct dna_flow *flow, uint8_t from, uint8_t to);
/* Whether stanzas may flow for it now: to the peer on a stream that we opened, from it otherwise (FLOW-030). */
bool dna_flow_pair_valid(const struct dna_flow *flow, uint8_t from, uint8_t to);

/*
 * What |callback|, the flow of the stream to the sender domain that DNA_FLOW_CALL_BACK asked for, means
 * for the pair that waits for it: CALLED_BACK with its facts (but SAME_CERTIFICATE) once it is ready, CALLBACK_FAILED and its
 * like when it has ended; DNA_FLOW_NOTHING while neither.
 */
void dna_flow_called_back(const struct dna_flow *callback, struct dna_flow_event *event);

/* ---- Domains ---- */

/* The domains that the numbers of one flow stand for, in A-labels. Zeroes are an empty one. */
struct dna_flow_domains {
	char name[DNA_FLOW_DOMAINS_MAX][DNA_FLOW_DOMAIN_SIZE];
};

/*
 * Set |event|'s from and to to the numbers of these domains; a name that is new takes a number that
 * nothing in |flow| stands for any more. DNA_E_SYNTAX, DNA_E_INVALID: one of them is not a domain that
 * can have XMPP; both are 0 then. Either may be NULL: 0.
 */
int dna_flow_domains_find(struct dna_flow_domains *domains, const struct dna_flow *flow, const char *from,
			  const char *to, struct dna_flow_event *event);
/* The name; NULL for 0 and for numbers that stand for nothing. */
const char *dna_flow_domain(const struct dna_flow_domains *domains, uint8_t number);

/* ---- Dialback keys ---- */

#define DNA_DIALBACK_KEY_SIZE 65 /* with the NUL */

/*
 * The key by which we can tell later that a stream was ours (DB-001, XEP-0185). |receiving|: the target
 * domain; |originating|: the sender domain, ours; |id|: the peer's, from its header after TLS (DB-003).
 * Domains are taken in their canonical form, U-labels in lower case, however they are spelt. The secret is
 * the application's: configured, or random at its start, and shared by all machines that may be asked
 * (DB-002). It is at least one octet.
 */
int dna_dialback_key(char key[DNA_DIALBACK_KEY_SIZE], struct dna_bytes secret, const char *receiving,
		     const char *originating, const char *id);

/* The authoritative server's answer to db:verify (RFC 7712 section 4.3, step 9). */
enum dna_dialback_answer {
	DNA_DIALBACK_VALID = 0,
	DNA_DIALBACK_INVALID = 1,
	DNA_DIALBACK_NOT_HOSTED = 2 /* type error, item-not-found */
};
/*
 * |from|, |to|, |id| and |key| as they stand in the db:verify: |to| is the domain that is asked, |from| the
 * one that asks. It depends on nothing else and remembers nothing. White space around the key is no part
 * of it; the comparison takes the same time for all keys (DB-004, SEC-010).
 */
enum dna_dialback_answer dna_dialback_answer(struct dna_bytes secret, bool hosted, const char *from, const char *to,
					     const char *id, const char *key);

/* ---- The chart ---- */

/*
 * In |state|, when |event| comes, all facts of |when| hold and none of |unless|: do |actions|, go to |next|.
 * The first row that fits is taken. An element of the peer's that no row takes is DNA_FLOW_OTHER. A row with
 * an explicit |next| starts that state's timer, even if it is the state that was.
 */
struct dna_flow_row {
	uint8_t state; /* DNA_FLOW_ANY: in every state but the ends */
	uint8_t event;
	uint64_t when;
	uint64_t unless;
	uint8_t actions[DNA_FLOW_ROW_ACTIONS]; /* up to the first DNA_FLOW_NO_ACTION */
	uint8_t trouble;
	uint8_t next; /* DNA_FLOW_ANY: the same */
	const char *rules; /* "FLOW-017 ERR-03" */
};
const struct dna_flow_row *dna_flow_rows(enum dna_flow_machine machine, size_t *count);

/* Names, for people: static strings, "?" for what is none. */
const char *dna_flow_machine_name(enum dna_flow_machine machine); /* "S2S, initiating" */
const char *dna_flow_state_name(enum dna_flow_state state);       /* "I6 VERIFY" */
const char *dna_flow_event_name(enum dna_flow_event_kind event);  /* "tls-done" */
const char *dna_flow_fact_name(enum dna_flow_fact fact);          /* "peer-chain" */
const char *dna_flow_action_name(enum dna_flow_action_kind action); /* "send-result" */
const char *dna_flow_timer_name(enum dna_flow_timer timer);       /* "proof" */
const char *dna_flow_reaction_name(enum dna_flow_reaction reaction); /* "stream error" */
const char *dna_assurance_name(enum dna_assurance assurance);     /* "dna" */
/* The machine that a state is of, and the timer that runs in it. */
enum dna_flow_machine dna_flow_state_machine(enum dna_flow_state state);
enum dna_flow_timer dna_flow_state_timer(enum dna_flow_state state);

#ifdef __cplusplus
}
#endif
#endif

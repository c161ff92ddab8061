/*
 * One end of server-to-server streams: the driver of <dna/flow.h>. Each stream is a link with its own
 * flow, which decides; what it decides is carried out here, and what happens is told to it:
 *
 *     peer.c   the process: sockets that listen, all links, one loop
 *     link.c   what happens on a link: timers, verdicts, news of its connection, as events
 *     hear.c   what the peer says, as events
 *     act.c    what the flow wants, action by action
 *     say.c    what it wants to be said to the peer
 *     route.c  to whom a link connects
 *     redirect.c  to whom the peer sends it
 *     prove.c  whom a certificate proves
 *     pairs.c  who wants to say something to whom
 *     stanza.c  what is said, once that is allowed
 *     outgoing.c  by which stream of ours, and when it may be tried again
 *     claim.c  who the peer says it is, until that is decided
 *     callback.c  the streams by which we ask about that, and how many there may be
 *     leaf.c   whether one certificate spares the question
 *     failure.c  which of them came to nothing a moment ago
 *     message.c  what links have to tell each other
 */
#ifndef DNA_TOOLS_PEER_PEER_H
#define DNA_TOOLS_PEER_PEER_H

#include "base/name.h"
#include "command.h"
#include "options.h"
#include "peer/backoff.h"
#include "peer/secret.h"
#include "peer/transcript.h"
#include "stream/channel.h"
#include "stream/tcp.h"

#include <dna/flow.h>
#include <dna/net.h>

/* Bounds. Callbacks are what strangers make us do (SEC-006, SEC-007). */
#define DNA_PEER_LINKS_MAX            2048
#define DNA_PEER_LINKS_OF_ADDRESS     256 /* that were received from there */
#define DNA_PEER_LISTEN_MAX           DNA_TEXTS_MAX
#define DNA_PEER_QUEUE_MAX            64  /* stanzas of a link that wait for their pairs */
#define DNA_PEER_IDLE                 600 /* seconds that a stream may be silent once it is ready */
#define DNA_PEER_ROOTS_MAX            10  /* sets of trust roots that a verdict rests on */
#define DNA_PEER_CALLBACKS_MAX        128 /* streams of ours */
#define DNA_PEER_CALLBACKS_OF_LINK    8   /* claims that wait for one, of one stream */
#define DNA_PEER_CALLBACKS_OF_ADDRESS 16  /* likewise, of all streams from there */
#define DNA_PEER_FAILURES_MAX         64  /* callbacks that failed and are remembered */
#define DNA_PEER_FAILURE_SECONDS      15  /* until such a callback is tried again */

#define DNA_PEER_ID_SIZE 33 /* of a stream's id, with the NUL: 128 random bits */

/* A domain of ours. */
struct dna_peer_domain {
	char ascii[DNA_NAME_MAX + 1];
	char unicode[DNA_DOMAINPART_MAX + 1];
	struct dna_identity *identity; /* NULL: it presents no certificate */
};

/* Who is to be able to say something to whom. */
struct dna_wish {
	char from[DNA_NAME_MAX + 1]; /* A-labels, as all names here */
	char to[DNA_NAME_MAX + 1];
	bool begun, ended, accepted;
	bool piggybacked;            /* on the stream of the first wish */
	struct dna_case *c;          /* whether the target's DNS leads to that stream's endpoint */
	uint32_t link;               /* by which it is tried */
	int status;                  /* enum dna_exit */
	char ping[DNA_PEER_ID_SIZE]; /* its id; "": none was sent */
	uint64_t pong_by;            /* until when the answer is awaited */
	bool answered;
};

struct dna_peer_settings {
	struct dna_net *net;
	struct dna_policy *policy;
	struct dna_flow_config flow;
	bool no_certificate;         /* of ours, when we connect */
	bool allow_private;          /* addresses, where strangers lead us */
	unsigned milliseconds;       /* for one attempt */
	struct dna_subject endpoint; /* --connect: its endpoint, in place of SRV, for --to */
};

struct dna_link;

/* A callback that came to nothing. */
struct dna_failure {
	char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1]; /* of the claim */
	enum dna_flow_event_kind kind;
	uint64_t until; /* 0: none is remembered here */
};

struct dna_peer {
	struct dna_peer_settings settings;
	struct dna_transcript transcript;
	struct dna_peer_domain domains[DNA_TEXTS_MAX];
	size_t domain_count;
	struct dna_wish wishes[2 * DNA_TEXTS_MAX + 1];
	size_t wish_count;
	struct {
		int fd;
		enum dna_tls tls;
	} listeners[DNA_PEER_LISTEN_MAX];
	size_t listener_count;
	struct dna_secret secret; /* of dialback keys (DB-002) */
	struct dna_backoff backoff;
	struct dna_message *messages;
	struct dna_link *links;
	size_t link_count;
	struct dna_failure failures[DNA_PEER_FAILURES_MAX];
	uint32_t last_number; /* of links */
	uint32_t last_claim;
};

/* ---- One link ---- */

enum dna_route_state {
	DNA_ROUTE_NONE = 0,
	DNA_ROUTE_RESOLVE, /* SRV is awaited */
	DNA_ROUTE_NEXT,    /* an endpoint is looked for */
	DNA_ROUTE_CONNECT, /* TCP, and the word whether the endpoint may be used */
	DNA_ROUTE_DONE
};

/* What a stream that we open is for. */
enum dna_purpose {
	DNA_FOR_ANSWERS = 0, /* to what the peer asked */
	DNA_FOR_WISH,        /* somebody here asked for it: it may lead anywhere */
	DNA_FOR_CALLBACK     /* keys are asked about, and nothing else */
};

/* A certificate that is being judged, for the stream or a pair of it. */
struct dna_proof {
	struct dna_proof *next;
	struct dna_link *link;
	struct dna_case *c;
	bool own; /* |c| is not the link's */
	bool changed;
	char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1]; /* "": for the stream */
};

/* A stanza of ours that waits for its pair. */
struct dna_queued {
	struct dna_queued *next;
	char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1];
	char id[DNA_XML_ID_MAX + 1];
	char jid_from[DNA_JID_MAX + 1], jid_to[DNA_JID_MAX + 1];
	bool ping;             /* else an answer */
	const char *condition; /* of an answer that is an error; static */
};

/* What the peer said with db:result, until the pair is decided: as many as pairs that wait. */
struct dna_claim {
	struct dna_claim *next;
	struct dna_link *link;
	uint32_t number;   /* the origin of its verification; never used again */
	uint32_t callback; /* the link by which it is verified; 0: none yet */
	bool told;         /* what came of that */
	char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1];
	char id[DNA_XML_ID_MAX +
		1]; /* of the stream as it was then: the key is for this one (DB-003) */
	char key[DNA_XML_TEXT_MAX + 1];
};

/* Of the stream, or of a pair. */
struct dna_link_timer {
	uint8_t from, to;
	uint32_t origin;
	uint64_t deadline; /* 0: it does not run */
};

/* What one link has to say to another: an event about a pair, by names. */
struct dna_message {
	struct dna_message *next;
	uint32_t link;
	enum dna_flow_event_kind kind;
	uint64_t facts;
	uint32_t claim; /* that it is about: without it nobody wants to know; 0: none */
	char from[DNA_NAME_MAX + 1], to[DNA_NAME_MAX + 1]; /* "": of the stream */
};

struct dna_link {
	struct dna_link *next;
	struct dna_peer *peer;
	uint32_t number;
	enum dna_role role;
	struct dna_flow flow;
	struct dna_flow_domains names;
	struct dna_channel *channel;
	struct dna_channel *closing; /* that has served its purpose */
	uint64_t now;                /* of the step that is being taken */

	/* The initiating end. */
	struct dna_case *c; /* of the domain that the stream is for */
	bool changed;
	bool judged;       /* what this endpoint presented was */
	bool decided;      /* that of one endpoint was */
	bool accepted;     /* a pair of it was */
	int status;        /* enum dna_exit: of the verdict on the peer */
	int64_t not_after; /* of that verdict */
	enum dna_route_state route;
	size_t hop;
	struct dna_tcp tcp;
	bool tcp_begun;
	bool poked; /* there may be something to do */
	enum dna_purpose purpose;
	bool released;    /* the callback is not needed any more */
	char asker[64];   /* where the claim came from that the callback was opened for */
	bool weak_enough; /* for the policy, of its domain */
	struct {
		char host[DNA_NAME_MAX + 1]; /* "": nobody redirected us */
		uint16_t port;               /* 0: its SRV records are followed */
		bool vouched_for;            /* the host, by the peer or by who led us to it */
		uint32_t roots[DNA_PEER_ROOTS_MAX];
		size_t root_count; /* 0: that is not proven */
	} redirect;

	enum dna_tls tls; /* how TLS begins */
	char address[64];
	uint16_t port;
	char id[DNA_XML_ID_MAX + 1];   /* of the stream: the receiver's */
	char hint[DNA_NAME_MAX + 1];   /* `from` in clear; "" */
	char wanted[DNA_NAME_MAX + 1]; /* `to` in clear: whose certificate is presented */
	bool presented;                /* our certificate */
	const char *condition;         /* of what cannot be read; NULL */
	struct dna_link_timer timers[DNA_FLOW_PAIRS_MAX + 1];
	uint64_t heard;  /* when the peer said something last */
	int64_t expires; /* what the peer presented, by the calendar */
	struct dna_proof *proofs;
	struct dna_queued *queue;
	size_t queue_count;
	struct dna_claim *claims;
};

/* ---- peer.c ---- */

const struct dna_peer_domain *dna_peer_domain(const struct dna_peer *peer, const char *ascii);
struct dna_link *dna_peer_link(const struct dna_peer *peer, uint32_t number);
int dna_peer_listen(struct dna_peer *peer, const char *host, uint16_t port, enum dna_tls tls);
/* Until all wishes have ended; without one, until a signal. */
void dna_peer_run(struct dna_peer *peer);
void dna_peer_clear(struct dna_peer *peer);

/* ---- link.c ---- */

/* NULL: there are too many. The link belongs to the peer. */
struct dna_link *dna_link_new(struct dna_peer *peer, enum dna_role role, uint64_t now);
/* A stream from one domain to another. */
struct dna_link *dna_link_begin(struct dna_peer *peer, const char *from, const char *to,
				enum dna_purpose purpose, uint64_t now);
void dna_link_free(struct dna_link *link);
/* A line of the transcript. */
void dna_link_note(const struct dna_link *link, const char *event, enum dna_style style,
		   json_t *fields, const char *format, ...) __attribute__((format(printf, 5, 6)));
void dna_link_event(struct dna_link *link, const struct dna_flow_event *event);
/* An event about a pair, by names. */
void dna_link_event_of(struct dna_link *link, enum dna_flow_event_kind kind, uint64_t facts,
		       const char *from, const char *to, uint32_t origin);
void dna_link_work(struct dna_link *link, uint64_t now);
bool dna_link_over(const struct dna_link *link);
uint64_t dna_link_deadline(const struct dna_link *link);
int dna_link_fd(const struct dna_link *link);
short dna_link_events(const struct dna_link *link);
/* "b.example", or where it comes from; for people. */
const char *dna_link_with(const struct dna_link *link, char text[DNA_DOMAINPART_MAX + 1]);
/* Whether it is with that neighbour: an address, or a network of those that IPv6 gives to one. */
bool dna_link_is_from(const struct dna_link *link, const char *address);
/* Whether that neighbour's claim made us open it. */
bool dna_link_is_for(const struct dna_link *link, const char *address);
/* Whether that is the domain of one of the flow's numbers. */
bool dna_link_names(const struct dna_link *link, uint8_t number, const char *name);
/* |number|: of one of the flow's domains, in U-labels; "" for 0. */
const char *dna_link_unicode(const struct dna_link *link, uint8_t number,
			     char text[DNA_DOMAINPART_MAX + 1]);

/* ---- hear.c ---- */

void dna_link_read(struct dna_link *link, enum dna_xml_kind kind, struct dna_flow_event *event);
/* The domain of a JID, in A-labels. */
int dna_link_domain_of(const char *jid, char ascii[DNA_NAME_MAX + 1]);

/* ---- act.c, say.c ---- */

void dna_link_act(struct dna_link *link, const struct dna_flow_action *action);
/* Whether it was something to say; there is a connection. */
bool dna_link_say(struct dna_link *link, const struct dna_flow_action *action);
/* With a header first if none was sent. */
void dna_link_say_error(struct dna_link *link, const char *condition);
/* The name of the error's element, and a line about it. */
const char *dna_link_condition(const struct dna_flow_action *action);
void dna_link_trouble(const struct dna_link *link, const char *event,
		      const struct dna_flow_action *action, const char *condition);

/* ---- route.c ---- */

void dna_route_resolve(struct dna_link *link);
void dna_route_next(struct dna_link *link);
/* Go on gathering what the route needs, and what a certificate there makes necessary. */
int dna_route_gather(struct dna_link *link);
/* Go as far as possible: the event that came of it, or false. */
bool dna_route_work(struct dna_link *link, struct dna_flow_event *event);
/* Whether |c|'s domain leads to the endpoint that |link| is connected to; |*settled|: that is known. */
bool dna_route_leads_here(const struct dna_link *link, struct dna_case *c, bool *settled);
void dna_route_clear(struct dna_link *link);

/* ---- redirect.c ---- */

/* What see-other-host names; false when it is no place. */
bool dna_redirect_read(struct dna_link *link, const char *text);
void dna_redirect_follow(struct dna_link *link);

/* ---- prove.c ---- */

void dna_proof_begin(struct dna_link *link, const struct dna_flow_action *action);
bool dna_proof_work(struct dna_link *link, struct dna_flow_event *event);
/* Whether what was found out about the peer may serve for more than its stream. */
bool dna_proof_holds(const struct dna_link *link);
void dna_proofs_clear(struct dna_link *link);

/* ---- pairs.c ---- */

/* Begin what is wished and may begin. */
void dna_pairs_begin(struct dna_peer *peer, uint64_t now);
/* Whether nothing is awaited any more. */
bool dna_pairs_done(const struct dna_peer *peer, uint64_t now);
uint64_t dna_pairs_deadline(const struct dna_peer *peer);
/* A wish has come true, or will not. */
void dna_pairs_end(struct dna_link *link, const char *from, const char *to, bool accepted);
/* The flow of |link| has ended. */
void dna_pairs_ended(struct dna_link *link);
/* On a stream that carries stanzas for somebody else: a stream for this pair. */
void dna_pairs_elsewhere(struct dna_link *link, const char *from, const char *to);
/* Stanzas may flow for that pair. */
void dna_pairs_flush(struct dna_link *link, const char *from, const char *to);
/* The flow's pair of these domains, but for keys; NULL when there is none. */
const struct dna_flow_pair *dna_pairs_find(const struct dna_link *link, const char *from,
					   const char *to);

/* ---- stanza.c ---- */

/* One that the peer sent, for a pair that is valid. */
void dna_stanzas_take(struct dna_link *link, const struct dna_element *e);
void dna_stanzas_ping(struct dna_link *link, struct dna_wish *wish);
/* Those that wait for that pair: they are sent, or dropped. */
void dna_stanzas_flush(struct dna_link *link, const char *from, const char *to);
void dna_stanzas_bounce(struct dna_link *link, const char *from, const char *to);
void dna_stanzas_clear(struct dna_link *link);

/* ---- outgoing.c ---- */

/* The stream that was opened for that pair, or a new one; NULL: there are too many. */
struct dna_link *dna_outgoing_for(struct dna_peer *peer, const char *from, const char *to,
				  enum dna_purpose purpose, uint64_t now);
/* Whether there is none, and it is too early to try (FLOW-029). */
bool dna_outgoing_is_too_early(struct dna_peer *peer, const char *from, const char *to,
			       uint64_t now);
/* A stream has ended. */
void dna_outgoing_learn(struct dna_link *link);

/* ---- claim.c ---- */

/* Of a db:result. One that waits is not replaced: the flow ignores what is asked for twice. */
void dna_claim_keep(struct dna_link *link, const char *from, const char *to, const char *key);
struct dna_claim *dna_claim_of(const struct dna_link *link, const char *from, const char *to);
struct dna_claim *dna_claim_find(const struct dna_peer *peer, uint32_t number);
/* The one that a db:verify about the stream |id| asked about. */
struct dna_claim *dna_claim_verified(const struct dna_peer *peer, const char *from, const char *to,
				     const char *id);
/* Forget those that are decided. */
void dna_claims_settle(struct dna_link *link);
void dna_claims_clear(struct dna_link *link);

/* ---- callback.c ---- */

void dna_callback_begin(struct dna_link *link, const char *from, const char *to);
/* The callback is ready: it is to ask about the key. */
void dna_callback_ask(struct dna_link *link, const char *from, const char *to);
/* What the authoritative server said about the key of that claim. */
void dna_callback_answer(struct dna_peer *peer, uint32_t claim, enum dna_flow_event_kind kind);
/* A callback tells those who wait for it what became of it. */
void dna_callback_report(struct dna_link *callback);
void dna_callback_release(struct dna_claim *claim);

/* ---- leaf.c ---- */

/* Whether both ends present the same certificate, and it names |domain| (DB-018). */
bool dna_leaf_is_shared(const struct dna_link *link, const struct dna_link *callback,
			const char *domain);

/* ---- failure.c ---- */

void dna_failure_note(struct dna_peer *peer, const char *from, const char *to,
		      enum dna_flow_event_kind kind, uint64_t now);
/* How the callback failed a moment ago; DNA_FLOW_NOTHING: it did not. */
enum dna_flow_event_kind dna_failure_find(const struct dna_peer *peer, const char *from,
					  const char *to, uint64_t now);

/* ---- message.c ---- */

/* To be handed to a link before anything else happens to it. */
void dna_message_post(struct dna_peer *peer, uint32_t link, const struct dna_message *message);
bool dna_messages_deliver(struct dna_peer *peer, uint64_t now);

#endif

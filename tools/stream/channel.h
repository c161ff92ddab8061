/*
 * A connection that carries an XML stream, at either end, in clear or over TLS: what the peer sends
 * comes out as news, one at a time; what is written goes out as the socket takes it. It decides
 * nothing and never blocks.
 */
#ifndef DNA_TOOLS_STREAM_CHANNEL_H
#define DNA_TOOLS_STREAM_CHANNEL_H

#include "base/buffer.h"
#include "stream/tls.h"
#include "stream/write.h"
#include "stream/xml.h"

struct dna_channel {
	int fd;
	enum dna_service service;
	enum dna_role role;
	struct dna_session *session; /* NULL: in clear */
	bool secured;                /* the handshake is done */
	bool header_sent;            /* a stream of ours is open */
	size_t clear_max;            /* octets that are heard in clear; 0: any number */
	bool more; /* there may be more to hear, which no descriptor tells (TLS) */
	bool closing;
	bool said_goodbye;
	uint64_t deadline; /* of closing */
	struct dna_xml xml;
	struct dna_buffer out;
	char complaint[256]; /* what ended it: "closed the connection"; words as they came */
};

enum dna_channel_news {
	DNA_CHANNEL_NOTHING = 0, /* poll dna_channel_events() */
	DNA_CHANNEL_SECURED,
	DNA_CHANNEL_TLS_FAILED,
	DNA_CHANNEL_XML,   /* |xml|.element, or what is broken */
	DNA_CHANNEL_ENDED, /* the peer sends no more */
	DNA_CHANNEL_LOST
};

/* |fd|, connected and not blocking, becomes the channel's. NULL: there was no memory, and it is
 * closed. */
struct dna_channel *dna_channel_new(int fd, enum dna_service service, enum dna_role role);
void dna_channel_free(struct dna_channel *channel); /* closes at once; NULL is legal */

/* Begin a stream of ours, and end it if one has begun. */
void dna_channel_open(struct dna_channel *channel, const struct dna_header *header);
void dna_channel_end(struct dna_channel *channel);

/* What is in |out| by now goes out in clear; then the handshake begins. */
int dna_channel_secure(struct dna_channel *channel, const struct dna_session_options *options);
/* A new header is awaited, after TLS or SASL; whatever was read before is forgotten (FLOW-008). */
int dna_channel_restart(struct dna_channel *channel);

/* |hear|: also read; otherwise only write (FLOW-014). |xml|: the event, with DNA_CHANNEL_XML. */
enum dna_channel_news dna_channel_next(struct dna_channel *channel, bool hear,
				       enum dna_xml_kind *xml);
short dna_channel_events(const struct dna_channel *channel, bool hear);
/* -1 while nothing is awaited: a peer that hangs up would be reported again and again. */
int dna_channel_fd(const struct dna_channel *channel, bool hear);

/* Send what is written, then close_notify, and read on until the peer closes too, for a moment
 * (FLOW-029). Until dna_channel_closed() call dna_channel_linger() when the socket is ready. */
void dna_channel_close(struct dna_channel *channel, uint64_t now);
void dna_channel_linger(struct dna_channel *channel, uint64_t now);
bool dna_channel_closed(const struct dna_channel *channel);

#endif

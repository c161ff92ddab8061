/*
 * A stream to an endpoint, as far as TLS and no farther: connect, STARTTLS or direct TLS, and the
 * certificates that the peer presents. It verifies nothing and sends no XML once TLS is there: the
 * verdict decides, and the stream is closed politely.
 *
 * It never blocks. Poll dna_stream_fd() for dna_stream_events() until dna_stream_deadline(), then
 * call dna_stream_process(); the clock is an argument. Again until dna_stream_state() is one of
 * those that wait for nothing.
 */
#ifndef DNA_TOOLS_STREAM_H
#define DNA_TOOLS_STREAM_H

#include "stream/tls.h"

#include <dna/error.h>
#include <dna/types.h>

struct dna_stream;

struct dna_stream_options {
	const char *host; /* of the endpoint, for messages */
	uint16_t port;
	enum dna_tls tls;
	const char *const *addresses; /* as text, in the order in which they are tried */
	size_t address_count;
	enum dna_service service;
	const char *to;   /* the service domain in U-labels: the stream header's `to` (I18N-002) */
	const char *sni;  /* the same in A-labels (DANE-019, FLOW-025) */
	const char *from; /* our own domain, a hint until TLS is there (FLOW-006); may be NULL */
	unsigned milliseconds; /* for everything until the handshake is done */
};

enum dna_stream_state {
	DNA_STREAM_CONNECT = 0,   /* TCP */
	DNA_STREAM_CONNECTED = 1, /* dna_stream_open() is awaited; nothing has been said */
	DNA_STREAM_HEADER = 2,    /* our header is sent, the peer's is awaited */
	DNA_STREAM_FEATURES = 3,  /* the peer's features are awaited */
	DNA_STREAM_PROCEED = 4,   /* <starttls/> is sent, the answer is awaited */
	DNA_STREAM_HANDSHAKE = 5, /* TLS */
	DNA_STREAM_SECURED = 6,   /* the certificates are there; nothing is awaited */
	DNA_STREAM_CLOSING = 7,   /* we have closed, the peer's end is awaited for a moment */
	DNA_STREAM_CLOSED = 8,
	DNA_STREAM_FAILED = 9 /* dna_stream_reason() says why */
};

/* Times are milliseconds of a clock that only goes forward. Strings are copied. */
int dna_stream_new(struct dna_stream **stream, const struct dna_stream_options *options,
		   uint64_t now);
void dna_stream_free(struct dna_stream *stream); /* closes at once; NULL is legal */

enum dna_stream_state dna_stream_state(const struct dna_stream *stream);
int dna_stream_fd(const struct dna_stream *stream);       /* changes; -1 while nothing is awaited */
short dna_stream_events(const struct dna_stream *stream); /* POLLIN, POLLOUT */
uint64_t
dna_stream_deadline(const struct dna_stream *stream); /* UINT64_MAX while nothing is awaited */

/* Let it say something once TCP is there: until then it connects only (DANE-003). */
void dna_stream_open(struct dna_stream *stream);

/* Go as far as possible without waiting. */
void dna_stream_process(struct dna_stream *stream, uint64_t now);

/* Why it failed, a sentence that begins with the endpoint; free of control characters. ""
 * otherwise. */
const char *dna_stream_reason(const struct dna_stream *stream);
/* The address that answered, or that is being tried; NULL when there is none. */
const char *dna_stream_address(const struct dna_stream *stream);

/* From DNA_STREAM_SECURED on, until it is closed: what the peer presented, and what protects the
 * stream. NULL otherwise. */
const struct dna_session *dna_stream_session(const struct dna_stream *stream);

/* Send close_notify and no XML (ERR-02), and give the peer a moment to do the same. Legal in every
 * state. */
void dna_stream_close(struct dna_stream *stream, uint64_t now);

#endif

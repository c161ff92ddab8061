/* The machine of one stream: TCP, then header and STARTTLS or nothing of that, then TLS. */
#include "stream/stream.h"
#include "stream/channel.h"
#include "stream/complaint.h"
#include "stream/starttls.h"
#include "stream/tcp.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEARD_MAX (16 * 1024) /* octets before TLS */

struct dna_stream {
	enum dna_stream_state state;
	bool open; /* it may go on when TCP is there */
	char *host;
	char *to;
	char *sni;
	char *from;
	uint16_t port;
	enum dna_tls tls;
	enum dna_service service;
	uint64_t began;
	uint64_t deadline;
	uint64_t now; /* of the step that is being taken */
	struct dna_tcp tcp;
	struct dna_channel *channel; /* NULL: TCP is not there, or not any more */
	struct dna_starttls starttls;
	char reason[DNA_REASON_MAX];
};

int dna_stream_new(struct dna_stream **stream, const struct dna_stream_options *options,
		   uint64_t now)
{
	struct dna_stream *new = calloc(1, sizeof(*new));
	int r = DNA_E_NOMEM;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->tcp.fd = -1;
	new->port = options->port;
	new->tls = options->tls;
	new->service = options->service;
	new->began = now;
	new->deadline = now + options->milliseconds;
	new->host = strdup(options->host);
	new->to = strdup(options->to);
	new->sni = strdup(options->sni);
	new->from = options->from != NULL ? strdup(options->from) : NULL;
	if (new->host == NULL || new->to == NULL || new->sni == NULL ||
	    (options->from != NULL && new->from == NULL))
		goto out;
	r = dna_tcp_init(&new->tcp, options->addresses, options->address_count, options->port);
	if (r != 0)
		goto out;
	*stream = new;
	new = NULL;
out:
	dna_stream_free(new);
	return r;
}

static void disconnect(struct dna_stream *stream)
{
	dna_channel_free(stream->channel);
	stream->channel = NULL;
	dna_tcp_clear(&stream->tcp);
}

void dna_stream_free(struct dna_stream *stream)
{
	if (stream == NULL)
		return;
	disconnect(stream);
	free(stream->host);
	free(stream->to);
	free(stream->sni);
	free(stream->from);
	free(stream);
}

/* ---- what the caller sees ---- */

enum dna_stream_state dna_stream_state(const struct dna_stream *stream)
{
	return stream->state;
}

static bool talks(const struct dna_stream *stream)
{
	return stream->state >= DNA_STREAM_HEADER && stream->state <= DNA_STREAM_HANDSHAKE;
}

int dna_stream_fd(const struct dna_stream *stream)
{
	return stream->channel != NULL ? dna_channel_fd(stream->channel, talks(stream))
				       : dna_tcp_fd(&stream->tcp);
}

short dna_stream_events(const struct dna_stream *stream)
{
	return stream->channel != NULL ? dna_channel_events(stream->channel, talks(stream))
				       : POLLOUT;
}

uint64_t dna_stream_deadline(const struct dna_stream *stream)
{
	if (stream->state == DNA_STREAM_CONNECT)
		return dna_tcp_deadline(&stream->tcp);
	if (stream->state == DNA_STREAM_CLOSING)
		return stream->channel->deadline;
	return stream->state < DNA_STREAM_SECURED ? stream->deadline : UINT64_MAX;
}

const char *dna_stream_reason(const struct dna_stream *stream)
{
	return stream->reason;
}

const char *dna_stream_address(const struct dna_stream *stream)
{
	return dna_tcp_current(&stream->tcp);
}

const struct dna_session *dna_stream_session(const struct dna_stream *stream)
{
	return stream->channel != NULL && stream->channel->secured ? stream->channel->session
								   : NULL;
}

/* ---- failure ---- */

/* FLOW-027: an open stream is closed; a TLS failure closes TCP without a word of XML. */
static void hang_up(struct dna_stream *stream)
{
	if (stream->channel != NULL) {
		dna_channel_end(stream->channel);
		dna_channel_close(stream->channel, stream->now);
	}
	disconnect(stream);
}

static void __attribute__((format(printf, 2, 3)))
fail(struct dna_stream *stream, const char *what, ...)
{
	const struct dna_tcp *tcp = &stream->tcp;
	const char *address = tcp->count == 1 ? tcp->addresses[0] : dna_tcp_current(tcp);
	char predicate[DNA_REASON_MAX];
	va_list arguments;

	va_start(arguments, what);
	vsnprintf(predicate, sizeof(predicate), what, arguments);
	va_end(arguments);
	dna_complaint_write(stream->reason, stream->host, stream->port, address, predicate);
	hang_up(stream);
	stream->state = DNA_STREAM_FAILED;
}

static void fail_in_time(struct dna_stream *stream)
{
	char predicate[DNA_REASON_MAX];

	dna_complaint_silence(predicate, stream->state, stream->now - stream->began);
	fail(stream, "%s", predicate);
}

/* ---- what is said and heard ---- */

static void open_stream(struct dna_stream *stream)
{
	const struct dna_header header = {
		.service = stream->service,
		.to = stream->to,
		.from = stream->from,
	};

	dna_channel_open(stream->channel, &header);
	stream->state = DNA_STREAM_HEADER;
}

static void start_tls(struct dna_stream *stream)
{
	const struct dna_session_options options = {
		.sni = stream->sni,
		.alpn = stream->tls == DNA_DIRECT_TLS ? dna_service_name(stream->service) : NULL,
	};

	if (dna_channel_secure(stream->channel, &options) != 0)
		fail(stream, "could not be asked for TLS: GnuTLS refused");
	else
		stream->state = DNA_STREAM_HANDSHAKE;
}

static void take_xml(struct dna_stream *stream, enum dna_xml_kind kind)
{
	char predicate[DNA_REASON_MAX];
	int r = dna_starttls_take(&stream->starttls, stream->channel, kind, predicate);

	if (r == 0)
		start_tls(stream);
	else if (r != DNA_E_AGAIN)
		fail(stream, "%s", predicate);
	else
		stream->state = stream->starttls.asked ? DNA_STREAM_PROCEED : DNA_STREAM_FEATURES;
}

/* ---- the steps; each returns whether the next one can be taken at once ---- */

static void take_socket(struct dna_stream *stream)
{
	stream->channel =
		dna_channel_new(dna_tcp_take(&stream->tcp), stream->service, DNA_INITIATING);
	if (stream->channel == NULL) {
		fail(stream, "could not be asked: out of memory");
		return;
	}
	stream->channel->clear_max = HEARD_MAX;
	stream->state = DNA_STREAM_CONNECTED;
}

static bool connect_to_it(struct dna_stream *stream)
{
	const char *complaint;
	int r = dna_tcp_process(&stream->tcp, stream->now, stream->deadline);

	if (r == DNA_E_AGAIN)
		return false;
	complaint = dna_tcp_complaint(&stream->tcp);
	if (r != 0 && stream->tcp.count == 0)
		fail(stream, "has no address");
	else if (r != 0)
		fail(stream, "could not be reached: %s",
		     complaint != NULL ? complaint : "no time was left");
	else
		take_socket(stream);
	return stream->state == DNA_STREAM_CONNECTED;
}

static bool begin(struct dna_stream *stream)
{
	if (!stream->open)
		return false;
	if (stream->tls == DNA_DIRECT_TLS)
		start_tls(stream);
	else
		open_stream(stream);
	return stream->state != DNA_STREAM_FAILED;
}

void dna_stream_open(struct dna_stream *stream)
{
	stream->open = true;
}

static bool talk(struct dna_stream *stream)
{
	enum dna_xml_kind kind;

	switch (dna_channel_next(stream->channel, true, &kind)) {
	case DNA_CHANNEL_NOTHING:
		return false;
	case DNA_CHANNEL_SECURED:
		stream->state = DNA_STREAM_SECURED;
		break;
	case DNA_CHANNEL_XML:
		take_xml(stream, kind);
		break;
	case DNA_CHANNEL_ENDED:
		fail(stream, "closed the connection %s",
		     stream->channel->xml.size == 0 ? "without a word"
						    : "in the middle of the stream");
		break;
	case DNA_CHANNEL_TLS_FAILED:
	case DNA_CHANNEL_LOST:
		fail(stream, "%s", stream->channel->complaint);
		break;
	}
	return stream->state != DNA_STREAM_FAILED;
}

static void linger(struct dna_stream *stream)
{
	dna_channel_linger(stream->channel, stream->now);
	if (dna_channel_closed(stream->channel))
		stream->state = DNA_STREAM_CLOSED;
}

static bool step(struct dna_stream *stream)
{
	if (stream->state == DNA_STREAM_CONNECT)
		return connect_to_it(stream);
	if (stream->state == DNA_STREAM_CONNECTED)
		return begin(stream);
	return talks(stream) && talk(stream);
}

void dna_stream_process(struct dna_stream *stream, uint64_t now)
{
	stream->now = now;
	while (now < stream->deadline || stream->state == DNA_STREAM_CONNECT)
		if (!step(stream))
			break;
	if (stream->state == DNA_STREAM_CLOSING)
		linger(stream);
	else if (now >= stream->deadline && stream->state < DNA_STREAM_SECURED)
		fail_in_time(stream);
}

void dna_stream_close(struct dna_stream *stream, uint64_t now)
{
	stream->now = now;
	if (stream->state == DNA_STREAM_SECURED) {
		dna_channel_close(stream->channel, now);
		stream->state = DNA_STREAM_CLOSING;
		linger(stream);
		return;
	}
	hang_up(stream);
	if (stream->state != DNA_STREAM_FAILED)
		stream->state = DNA_STREAM_CLOSED;
}

/* The stream's machine: TCP, then header and STARTTLS or nothing of that, then TLS. */
#include "stream/stream.h"
#include "base/safe.h"
#include "stream/tcp.h"
#include "stream/tls.h"
#include "stream/write.h"
#include "stream/xml.h"

#include "base/limits.h"
#include "base/name.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE     4096
#define HEARD_MAX     (16 * 1024) /* octets before TLS */
#define OUT_MAX       4096
#define CLOSE_SECONDS 1

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
	struct dna_tcp tcp;
	struct dna_xml xml;
	size_t asked_at;      /* how much had been heard when TLS was asked for */
	bool offers_starttls; /* unauthenticated, as all that is heard (FLOW-008) */
	struct dna_session *session;
	struct dna_buffer out;
	char reason[DNA_REASON_MAX];
};

const char *dna_stream_state_name(enum dna_stream_state state)
{
	static const char *const words[] = { "connect", "connected", "header",  "features",
					     "proceed", "handshake", "secured", "closing",
					     "closed",  "failed" };

	return (size_t)state < sizeof(words) / sizeof(words[0]) ? words[state] : "?";
}

int dna_stream_new(struct dna_stream **stream, const struct dna_stream_options *options,
		   uint64_t now)
{
	struct dna_stream *new = calloc(1, sizeof(*new));
	int r = DNA_E_NOMEM;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->tcp.fd = -1;
	dna_buffer_init(&new->out, OUT_MAX);
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
	r = dna_xml_init(&new->xml, options->service, DNA_INITIATING);
	if (r == 0)
		r = dna_tcp_init(&new->tcp, options->addresses, options->address_count,
				 options->port);
	if (r != 0)
		goto out;
	*stream = new;
	new = NULL;
out:
	dna_stream_free(new);
	return r;
}

void dna_stream_free(struct dna_stream *stream)
{
	if (stream == NULL)
		return;
	dna_session_free(stream->session);
	dna_tcp_clear(&stream->tcp);
	dna_xml_clear(&stream->xml);
	dna_buffer_clear(&stream->out);
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

static bool waits(const struct dna_stream *stream)
{
	return stream->state < DNA_STREAM_SECURED || stream->state == DNA_STREAM_CLOSING;
}

int dna_stream_fd(const struct dna_stream *stream)
{
	/*
	 * While only the caller is awaited a peer that hangs up must not wake it again and again.
	 */
	return waits(stream) && stream->state != DNA_STREAM_CONNECTED ? stream->tcp.fd : -1;
}

short dna_stream_events(const struct dna_stream *stream)
{
	if (stream->state == DNA_STREAM_CONNECT)
		return POLLOUT;
	if (stream->state == DNA_STREAM_HANDSHAKE)
		return dna_session_events(stream->session);
	return (short)(stream->out.size > 0 ? POLLIN | POLLOUT : POLLIN);
}

uint64_t dna_stream_deadline(const struct dna_stream *stream)
{
	if (!waits(stream))
		return UINT64_MAX;
	return stream->state == DNA_STREAM_CONNECT ? dna_tcp_deadline(&stream->tcp)
						   : stream->deadline;
}

const char *dna_stream_reason(const struct dna_stream *stream)
{
	return stream->reason;
}

const char *dna_stream_address(const struct dna_stream *stream)
{
	return dna_tcp_current(&stream->tcp);
}

size_t dna_stream_chain_count(const struct dna_stream *stream)
{
	return stream->session != NULL ? dna_session_chain_count(stream->session) : 0;
}

struct dna_bytes dna_stream_chain_at(const struct dna_stream *stream, size_t index)
{
	if (stream->session == NULL)
		return (struct dna_bytes){ NULL, 0 };
	return dna_session_chain_at(stream->session, index);
}

struct dna_bytes dna_stream_status_at(const struct dna_stream *stream, size_t index)
{
	if (stream->session == NULL)
		return (struct dna_bytes){ NULL, 0 };
	return dna_session_status_at(stream->session, index);
}

const char *dna_stream_tls_version(const struct dna_stream *stream)
{
	return stream->session != NULL ? dna_session_version(stream->session) : NULL;
}

const char *dna_stream_cipher(const struct dna_stream *stream)
{
	return stream->session != NULL ? dna_session_cipher(stream->session) : NULL;
}

/* ---- failure ---- */

/* "xmpp.example:5269 (192.0.2.1)"; the address only if it is one and says more than the host. */
static void write_place(const struct dna_stream *stream, char *text, size_t size)
{
	bool v6 = strchr(stream->host, ':') != NULL;
	const struct dna_tcp *tcp = &stream->tcp;
	const char *address = tcp->count == 1 ? tcp->addresses[0] : dna_stream_address(stream);
	int length = snprintf(text, size, v6 ? "[%s]:%u" : "%s:%u", stream->host, stream->port);

	if (address != NULL && strcmp(address, stream->host) != 0 && length >= 0 &&
	    (size_t)length < size)
		snprintf(text + length, size - (size_t)length, " (%s)", address);
}

static void disconnect(struct dna_stream *stream)
{
	dna_session_free(stream->session);
	stream->session = NULL;
	if (stream->tcp.fd >= 0)
		close(stream->tcp.fd);
	stream->tcp.fd = -1;
}

/* FLOW-027: an open stream is closed; a TLS failure closes TCP without a word of XML. */
static void hang_up(struct dna_stream *stream)
{
	bool open = stream->state > DNA_STREAM_CONNECTED && stream->state < DNA_STREAM_HANDSHAKE;

	if (open && stream->out.size == 0)
		(void)!send(stream->tcp.fd, DNA_SAY_END, strlen(DNA_SAY_END), MSG_NOSIGNAL);
	disconnect(stream);
}

static void __attribute__((format(printf, 2, 3)))
fail(struct dna_stream *stream, const char *what, ...)
{
	char place[DNA_NAME_MAX + 64], predicate[DNA_REASON_MAX],
		sentence[sizeof(place) + sizeof(predicate)];
	va_list arguments;

	write_place(stream, place, sizeof(place));
	va_start(arguments, what);
	vsnprintf(predicate, sizeof(predicate), what, arguments);
	va_end(arguments);
	snprintf(sentence, sizeof(sentence), "%s%s%s", place, predicate[0] == ':' ? "" : " ",
		 predicate);
	dna_safe_text(stream->reason, sizeof(stream->reason), sentence, strlen(sentence));
	hang_up(stream);
	stream->state = DNA_STREAM_FAILED;
}

static void fail_in_time(struct dna_stream *stream, uint64_t now)
{
	char text[DNA_SECONDS_TEXT];
	const char *seconds = dna_seconds_write(now - stream->began, text);

	switch (stream->state) {
	case DNA_STREAM_CONNECTED:
		fail(stream,
		     "could not be spoken to within %s s: whether it may be was not known yet",
		     seconds);
		break;
	case DNA_STREAM_HEADER:
		fail(stream, "took the connection and did not answer within %s s", seconds);
		break;
	case DNA_STREAM_FEATURES:
		fail(stream, "began a stream and sent no features within %s s", seconds);
		break;
	case DNA_STREAM_PROCEED:
		fail(stream, "did not answer <starttls/> within %s s", seconds);
		break;
	case DNA_STREAM_HANDSHAKE:
		fail(stream, "did not finish the TLS handshake within %s s", seconds);
		break;
	default:
		fail(stream, "did not answer within %s s", seconds);
	}
}

/* ---- the steps; each returns whether the next one can be taken at once ---- */

static void start_tls(struct dna_stream *stream)
{
	const struct dna_session_options options = {
		.sni = stream->sni,
		.alpn = stream->tls == DNA_DIRECT_TLS ? dna_service_name(stream->service) : NULL,
	};

	if (dna_session_new(&stream->session, stream->tcp.fd, &options) != 0)
		fail(stream, "could not be asked for TLS: GnuTLS refused");
	else
		stream->state = DNA_STREAM_HANDSHAKE;
}

static void open_stream(struct dna_stream *stream)
{
	const struct dna_header header = {
		.service = stream->service,
		.to = stream->to,
		.from = stream->from,
	};

	dna_write_header(&stream->out, &header);
	if (stream->out.error != 0) {
		fail(stream, "could not be asked: out of memory");
		return;
	}
	stream->state = DNA_STREAM_HEADER;
}

static bool connect_to_it(struct dna_stream *stream, uint64_t now)
{
	const char *complaint;
	int r = dna_tcp_process(&stream->tcp, now, stream->deadline);

	if (r == DNA_E_AGAIN)
		return false;
	complaint = dna_tcp_complaint(&stream->tcp);
	if (r != 0 && stream->tcp.count == 0)
		fail(stream, "has no address");
	else if (r != 0)
		fail(stream, "could not be reached: %s",
		     complaint != NULL ? complaint : "no time was left");
	else
		stream->state = DNA_STREAM_CONNECTED;
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

/* Whether everything is sent, or will be when the socket takes it. */
static bool flush(struct dna_stream *stream)
{
	ssize_t n;

	if (stream->out.size == 0)
		return true;
	n = send(stream->tcp.fd, stream->out.data, stream->out.size, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		fail(stream, "closed the connection: %s", strerror(errno));
		return false;
	}
	if (n > 0)
		dna_buffer_consume(&stream->out, (size_t)n);
	return true;
}

/* Read what is there into the parser; false when there is nothing, or on failure. */
static bool hear(struct dna_stream *stream)
{
	char data[READ_SIZE];
	ssize_t n = recv(stream->tcp.fd, data, sizeof(data), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n > 0)
		dna_tcp_acknowledge(stream->tcp.fd);
	if (n < 0)
		fail(stream, "broke the connection: %s", strerror(errno));
	else if (n == 0 && stream->xml.size == 0)
		fail(stream, "closed the connection without a word");
	else if (n == 0)
		fail(stream, "closed the connection in the middle of the stream");
	else if ((size_t)n > HEARD_MAX - stream->xml.size)
		fail(stream, "sent more than %d KiB before TLS", HEARD_MAX / 1024);
	else
		dna_xml_feed(&stream->xml, data, (size_t)n);
	return stream->state != DNA_STREAM_FAILED;
}

/* It refused TLS, or ended the stream. */
static void fail_by_refusal(struct dna_stream *stream, enum dna_xml_kind kind)
{
	const struct dna_element *e = &stream->xml.element;
	const char *condition =
		e->condition[0] != '\0' ? e->condition : "an error without a condition";

	if (kind == DNA_XML_TLS_FAILURE)
		fail(stream, "offers %s and refused it",
		     stream->offers_starttls ? "STARTTLS" : "no STARTTLS");
	else if (stream->state == DNA_STREAM_PROCEED && !stream->offers_starttls)
		fail(stream, "offers no STARTTLS and ended the stream when asked for it%s%s",
		     kind == DNA_XML_ERROR ? ": " : "", kind == DNA_XML_ERROR ? condition : "");
	else if (kind == DNA_XML_END)
		fail(stream, "ended the stream");
	else if (e->host[0] != '\0') /* SEC-011: whoever is in between could say that */
		fail(stream, "sent us to \"%s\" before TLS, where nobody should follow", e->host);
	else
		fail(stream, "ended the stream: %s%s%s%s", condition,
		     e->text[0] != '\0' ? " (\"" : "", e->text, e->text[0] != '\0' ? "\")" : "");
}

/* FLOW-010: asked for whether it was offered or not; an attacker could have removed the offer. */
static void ask_for_tls(struct dna_stream *stream)
{
	if (dna_buffer_text(&stream->out, DNA_SAY_STARTTLS) != 0) {
		fail(stream, "could not be asked for TLS: out of memory");
		return;
	}
	stream->asked_at = stream->xml.size;
	stream->state = DNA_STREAM_PROCEED;
}

/* Octets that come along with <proceed/> would be taken for protected ones later: STARTTLS
 * injection. */
static void proceed(struct dna_stream *stream)
{
	if (stream->state != DNA_STREAM_PROCEED || stream->xml.end <= stream->asked_at)
		fail(stream, "sent <proceed/> before it was asked");
	else if (dna_xml_has_more(&stream->xml))
		fail(stream, "sent data in clear after <proceed/>, as an attacker would");
	else
		start_tls(stream);
}

/* RFC 6120 section 4.7.5: without a version it is 0.9, which has no features. */
static void understand_header(struct dna_stream *stream)
{
	if (stream->xml.element.version[0] == '1')
		stream->state = DNA_STREAM_FEATURES;
	else
		ask_for_tls(stream);
}

static void understand_features(struct dna_stream *stream)
{
	if (stream->xml.element.flags & DNA_XML_OFFERS_STARTTLS)
		stream->offers_starttls = true;
	if (stream->state == DNA_STREAM_FEATURES)
		ask_for_tls(stream);
}

static bool talk(struct dna_stream *stream)
{
	enum dna_xml_kind kind;

	if (!flush(stream))
		return false;
	kind = dna_xml_next(&stream->xml);
	switch (kind) {
	case DNA_XML_NOTHING:
		return hear(stream);
	case DNA_XML_BROKEN:
		fail(stream, "%s", stream->xml.complaint);
		break;
	case DNA_XML_HEADER:
		understand_header(stream);
		break;
	case DNA_XML_FEATURES:
		understand_features(stream);
		break;
	case DNA_XML_PROCEED:
		proceed(stream);
		break;
	case DNA_XML_TLS_FAILURE:
	case DNA_XML_ERROR:
	case DNA_XML_END:
		fail_by_refusal(stream, kind);
		break;
	default:
		fail(stream, "sent <%s/> before TLS", stream->xml.element.name);
	}
	return stream->state != DNA_STREAM_FAILED;
}

static bool shake_hands(struct dna_stream *stream)
{
	int r = dna_session_handshake(stream->session);

	if (r == 0)
		stream->state = DNA_STREAM_SECURED;
	else if (r != DNA_E_AGAIN)
		fail(stream, "%s", dna_session_complaint(stream->session));
	return false;
}

/* Data that is left unread would turn our close into a reset, and the peer might never see
 * close_notify. */
static bool await_end(struct dna_stream *stream)
{
	char data[READ_SIZE];
	ssize_t n = recv(stream->tcp.fd, data, sizeof(data), 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		disconnect(stream);
		stream->state = DNA_STREAM_CLOSED;
	}
	return false;
}

static bool step(struct dna_stream *stream, uint64_t now)
{
	switch (stream->state) {
	case DNA_STREAM_CONNECT:
		return connect_to_it(stream, now);
	case DNA_STREAM_CONNECTED:
		return begin(stream);
	case DNA_STREAM_HEADER:
	case DNA_STREAM_FEATURES:
	case DNA_STREAM_PROCEED:
		return talk(stream);
	case DNA_STREAM_HANDSHAKE:
		return shake_hands(stream);
	case DNA_STREAM_CLOSING:
		return await_end(stream);
	case DNA_STREAM_SECURED:
	case DNA_STREAM_CLOSED:
	case DNA_STREAM_FAILED:
		break;
	}
	return false;
}

void dna_stream_process(struct dna_stream *stream, uint64_t now)
{
	while (now < stream->deadline || stream->state == DNA_STREAM_CONNECT)
		if (!step(stream, now))
			break;
	if (now < stream->deadline || !waits(stream))
		return;
	if (stream->state != DNA_STREAM_CLOSING) {
		fail_in_time(stream, now);
		return;
	}
	disconnect(stream);
	stream->state = DNA_STREAM_CLOSED;
}

void dna_stream_close(struct dna_stream *stream, uint64_t now)
{
	if (stream->state != DNA_STREAM_SECURED) {
		hang_up(stream);
		if (stream->state != DNA_STREAM_FAILED)
			stream->state = DNA_STREAM_CLOSED;
		return;
	}
	dna_session_bye(stream->session);
	shutdown(stream->tcp.fd, SHUT_WR);
	stream->deadline = now + CLOSE_SECONDS * 1000;
	stream->state = DNA_STREAM_CLOSING;
}

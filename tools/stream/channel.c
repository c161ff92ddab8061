/* A connection that carries an XML stream. */
#include "stream/channel.h"
#include "stream/tcp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE     4096
#define READS_AT_ONCE 16
#define OUT_MAX       (256 * 1024)
#define CLOSE_SECONDS 1
#define NO_MEMORY     "found no memory here"

struct dna_channel *dna_channel_new(int fd, enum dna_service service, enum dna_role role)
{
	struct dna_channel *channel = calloc(1, sizeof(*channel));

	if (channel == NULL) {
		close(fd);
		return NULL;
	}
	channel->fd = fd;
	channel->service = service;
	channel->role = role;
	dna_buffer_init(&channel->out, OUT_MAX);
	if (dna_xml_init(&channel->xml, service, role) == 0)
		return channel;
	dna_channel_free(channel);
	return NULL;
}

static void disconnect(struct dna_channel *channel)
{
	dna_session_free(channel->session);
	channel->session = NULL;
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = -1;
}

void dna_channel_free(struct dna_channel *channel)
{
	if (channel == NULL)
		return;
	disconnect(channel);
	dna_xml_clear(&channel->xml);
	dna_buffer_clear(&channel->out);
	free(channel);
}

int dna_channel_restart(struct dna_channel *channel)
{
	dna_xml_clear(&channel->xml);
	return dna_xml_init(&channel->xml, channel->service, channel->role);
}

int dna_channel_secure(struct dna_channel *channel, const struct dna_session_options *options)
{
	int r = dna_session_new(&channel->session, channel->fd, options);

	if (r == 0)
		channel->header_sent = false;
	return r;
}

void dna_channel_open(struct dna_channel *channel, const struct dna_header *header)
{
	dna_write_header(&channel->out, header);
	channel->header_sent = true;
}

void dna_channel_end(struct dna_channel *channel)
{
	if (channel->header_sent)
		dna_buffer_text(&channel->out, DNA_SAY_END);
	channel->header_sent = false;
}

/* ---- octets ---- */

static enum dna_channel_news lose(struct dna_channel *channel, const char *what, const char *detail)
{
	snprintf(channel->complaint, sizeof(channel->complaint), "%s%s", what, detail);
	return DNA_CHANNEL_LOST;
}

/* What is written before the handshake is done is meant to be in clear. */
static ssize_t write_some(struct dna_channel *channel)
{
	ssize_t n;

	if (channel->secured)
		return dna_session_write(channel->session, channel->out.data, channel->out.size);
	n = send(channel->fd, channel->out.data, channel->out.size, MSG_NOSIGNAL);
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? DNA_E_AGAIN : n;
}

static enum dna_channel_news flush(struct dna_channel *channel)
{
	ssize_t n = 1;

	if (channel->out.error == DNA_E_NOMEM)
		return lose(channel, NO_MEMORY, "");
	if (channel->out.error != 0)
		return lose(channel, "does not read what is sent to it", "");
	while (channel->out.size > 0 && n > 0) {
		n = write_some(channel);
		if (n > 0)
			dna_buffer_consume(&channel->out, (size_t)n);
	}
	if (n >= 0 || n == DNA_E_AGAIN)
		return DNA_CHANNEL_NOTHING;
	if (channel->secured)
		return lose(channel, "", dna_session_complaint(channel->session));
	return lose(channel, "closed the connection: ", strerror(errno));
}

static ssize_t read_some(struct dna_channel *channel, char *data, size_t room)
{
	ssize_t n;

	if (channel->secured)
		return dna_session_read(channel->session, data, room);
	n = recv(channel->fd, data, room, 0);
	if (n > 0)
		dna_tcp_acknowledge(channel->fd);
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? DNA_E_AGAIN : n;
}

static enum dna_channel_news shake_hands(struct dna_channel *channel)
{
	int r = dna_session_handshake(channel->session);

	if (r == DNA_E_AGAIN)
		return DNA_CHANNEL_NOTHING;
	if (r != 0) {
		lose(channel, "", dna_session_complaint(channel->session));
		return DNA_CHANNEL_TLS_FAILED;
	}
	channel->secured = true;
	return dna_channel_restart(channel) == 0 ? DNA_CHANNEL_SECURED
						 : lose(channel, NO_MEMORY, "");
}

/* Why nothing was read. */
static enum dna_channel_news explain(struct dna_channel *channel, ssize_t n)
{
	if (n == DNA_E_AGAIN)
		return DNA_CHANNEL_NOTHING;
	if (n < 0 && channel->secured)
		return lose(channel, "", dna_session_complaint(channel->session));
	if (n < 0)
		return lose(channel, "broke the connection: ", strerror(errno));
	lose(channel, "closed the connection", "");
	return DNA_CHANNEL_ENDED;
}

static bool is_too_much(const struct dna_channel *channel, size_t size)
{
	return !channel->secured && channel->clear_max != 0 &&
	       size > channel->clear_max - channel->xml.size;
}

static enum dna_channel_news lose_talker(struct dna_channel *channel)
{
	char amount[64];

	snprintf(amount, sizeof(amount), "%zu KiB before TLS", channel->clear_max / 1024);
	return lose(channel, "sent more than ", amount);
}

/* Others have their turn, too, however fast the peer sends what is nothing (SEC-006). */
static enum dna_channel_news hear_xml(struct dna_channel *channel, enum dna_xml_kind *xml)
{
	char data[READ_SIZE];
	ssize_t n;

	for (unsigned i = 0; i < READS_AT_ONCE; i++) {
		*xml = dna_xml_next(&channel->xml);
		if (*xml != DNA_XML_NOTHING)
			return DNA_CHANNEL_XML;
		n = read_some(channel, data, sizeof(data));
		if (n <= 0)
			return explain(channel, n);
		if (is_too_much(channel, (size_t)n))
			return lose_talker(channel);
		dna_xml_feed(&channel->xml, data, (size_t)n);
	}
	channel->more = true;
	return DNA_CHANNEL_NOTHING;
}

enum dna_channel_news dna_channel_next(struct dna_channel *channel, bool hear,
				       enum dna_xml_kind *xml)
{
	enum dna_channel_news news = flush(channel);

	channel->more = false;
	if (news != DNA_CHANNEL_NOTHING)
		return news;
	if (channel->session != NULL && !channel->secured)
		return channel->out.size == 0 ? shake_hands(channel) : DNA_CHANNEL_NOTHING;
	return hear ? hear_xml(channel, xml) : DNA_CHANNEL_NOTHING;
}

short dna_channel_events(const struct dna_channel *channel, bool hear)
{
	if (channel->session != NULL && !channel->secured && channel->out.size == 0)
		return dna_session_events(channel->session);
	if (channel->closing) /* nothing is read before the last words are out */
		return channel->out.size > 0 ? POLLOUT : POLLIN;
	return (short)((hear ? POLLIN : 0) | (channel->out.size > 0 ? POLLOUT : 0));
}

int dna_channel_fd(const struct dna_channel *channel, bool hear)
{
	return dna_channel_events(channel, hear) != 0 ? channel->fd : -1;
}

/* ---- the end ---- */

static void say_goodbye(struct dna_channel *channel)
{
	if (channel->said_goodbye)
		return;
	if (channel->secured)
		dna_session_bye(channel->session);
	shutdown(channel->fd, SHUT_WR);
	channel->said_goodbye = true;
}

/* Data that is left unread would turn our close into a reset, and the peer might never see our last
 * words. */
void dna_channel_linger(struct dna_channel *channel, uint64_t now)
{
	char data[READ_SIZE];
	ssize_t n = 1;

	if (channel->fd < 0)
		return;
	if (flush(channel) != DNA_CHANNEL_NOTHING || now >= channel->deadline) {
		disconnect(channel);
		return;
	}
	if (channel->out.size > 0)
		return;
	say_goodbye(channel);
	for (unsigned i = 0; n > 0 && i < READS_AT_ONCE; i++)
		n = recv(channel->fd, data, sizeof(data), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		disconnect(channel);
}

void dna_channel_close(struct dna_channel *channel, uint64_t now)
{
	channel->closing = true;
	channel->deadline = now + CLOSE_SECONDS * 1000;
	if (channel->session != NULL && !channel->secured)
		disconnect(channel); /* FLOW-027: no word after a handshake that failed */
	dna_channel_linger(channel, now);
}

bool dna_channel_closed(const struct dna_channel *channel)
{
	return channel->fd < 0;
}

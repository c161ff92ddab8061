/* What connections of streams do at their edges; tests/unit/tools/stream.c goes through the middle. */
#include "stream/channel.h"

#include <criterion/criterion.h>

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct dna_channel *channel;
static int other; /* the peer's end */

static void connect_two(void)
{
	int fds[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	channel = dna_channel_new(fds[0], DNA_XMPP_SERVER, DNA_INITIATING);
	cr_assert_not_null(channel);
	other = fds[1];
}

static void disconnect_two(void)
{
	dna_channel_free(channel);
	close(other);
}

TestSuite(channel, .init = connect_two, .fini = disconnect_two);

static void said(const char *text)
{
	char data[1024];
	ssize_t n = read(other, data, sizeof(data) - 1);

	data[n > 0 ? n : 0] = '\0';
	cr_expect_str_eq(data, text);
}

static size_t write_spaces(size_t most)
{
	char spaces[1024];
	size_t size = 0;

	memset(spaces, ' ', sizeof(spaces));
	while (size < most && write(other, spaces, sizeof(spaces)) > 0)
		size += sizeof(spaces);
	return size;
}

/* FLOW-014: while a proof is awaited nothing is read, not even that the peer has gone. */
Test(channel, wakes_nobody_while_nothing_is_awaited)
{
	cr_expect_eq(dna_channel_fd(channel, true), channel->fd);
	cr_expect_eq(dna_channel_fd(channel, false), -1);
	dna_buffer_text(&channel->out, "words");
	cr_expect_eq(dna_channel_fd(channel, false), channel->fd);
	cr_expect_eq(dna_channel_events(channel, false), POLLOUT);
}

Test(channel, ends_only_a_stream_that_has_begun)
{
	const struct dna_header header = { .service = DNA_XMPP_SERVER, .to = "b.example" };
	enum dna_xml_kind kind;

	dna_channel_end(channel);
	cr_expect_eq(dna_channel_next(channel, false, &kind), DNA_CHANNEL_NOTHING);
	said("");
	dna_channel_open(channel, &header);
	dna_channel_next(channel, false, &kind);
	cr_expect_gt(read(other, (char[1024]){ 0 }, 1024), 0);
	dna_channel_end(channel);
	dna_channel_end(channel);
	dna_channel_next(channel, false, &kind);
	said("</stream:stream>");
}

/* SEC-006 */
Test(channel, hears_only_so_much_in_clear)
{
	enum dna_xml_kind kind;

	channel->clear_max = 2048;
	write_spaces(2048);
	cr_expect_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_NOTHING);
	cr_expect_eq(write(other, " ", 1), 1);
	cr_expect_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_LOST);
	cr_expect_str_eq(channel->complaint, "sent more than 2 KiB before TLS");
}

/* SEC-006: who sends what is nothing holds nobody up, and is heard to the end all the same. */
Test(channel, hears_only_so_much_at_once)
{
	static const char opening[] = "<stream:stream xmlns='jabber:server' "
				      "xmlns:stream='http://etherx.jabber.org/streams'>";
	int room = 1024 * 1024, left = 0;
	enum dna_xml_kind kind;

	cr_assert_gt(write(other, opening, strlen(opening)), 0);
	cr_assert_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_XML);
	cr_assert_eq(kind, DNA_XML_HEADER);
	setsockopt(other, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	cr_assert_gt(write_spaces((size_t)room), 100 * 1024);
	cr_expect_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_NOTHING);
	cr_expect(channel->more);
	cr_expect_eq(ioctl(channel->fd, FIONREAD, &left), 0);
	cr_expect_gt(left, 0, "it heard all of it at once");
	while (channel->more)
		cr_assert_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_NOTHING);
	cr_expect_eq(ioctl(channel->fd, FIONREAD, &left), 0);
	cr_expect_eq(left, 0);
}

/* What is not read must not wake us. */
Test(channel, awaits_only_room_for_its_last_words)
{
	dna_buffer_text(&channel->out, "words");
	channel->closing = true;
	cr_expect_eq(dna_channel_events(channel, true), POLLOUT);
	dna_buffer_consume(&channel->out, channel->out.size);
	cr_expect_eq(dna_channel_events(channel, false), POLLIN);
}

Test(channel, tells_the_end_from_what_comes_before)
{
	enum dna_xml_kind kind;

	cr_expect_eq(write(other, "<a/>", 4), 4);
	shutdown(other, SHUT_WR);
	cr_expect_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_XML);
	cr_expect_eq(kind, DNA_XML_BROKEN);
	disconnect_two();
	connect_two();
	shutdown(other, SHUT_WR);
	cr_expect_eq(dna_channel_next(channel, true, &kind), DNA_CHANNEL_ENDED);
	cr_expect_str_eq(channel->complaint, "closed the connection");
}

/* SEC-006: who talks on and on holds nobody up, and no longer than for the moment that everybody has. */
Test(channel, lingers_for_a_moment_whatever_comes)
{
	int room = 1024 * 1024, left = 0;

	setsockopt(other, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	cr_assert_gt(write_spaces((size_t)room), 100 * 1024);
	dna_channel_close(channel, 1000);
	cr_assert_not(dna_channel_closed(channel));
	cr_expect_eq(ioctl(channel->fd, FIONREAD, &left), 0);
	cr_expect_gt(left, 0, "it did not wait for the end of it");
	dna_channel_linger(channel, channel->deadline - 1);
	cr_expect_not(dna_channel_closed(channel));
	dna_channel_linger(channel, channel->deadline);
	cr_expect(dna_channel_closed(channel));
}

/* The stream driver against peers that behave, and peers that do not. */
#include "peer.h"
#include "stream/stream.h"
#include "stream/write.h"

#include <criterion/criterion.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define HEADER                                                                               \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' id='1' from='b.example' " \
	"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
#define OFFER                                                            \
	"<stream:features><starttls "                                    \
	"xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>" \
	"<dialback xmlns='urn:xmpp:features:dialback'/></stream:features>"
#define NO_OFFER                        \
	"<stream:features><mechanisms " \
	"xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>"
#define PROCEED "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define REFUSE  "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"
#define SPACES  "                                                                                "
#define KIBI    "<a>0123456789012345678901234567890123456789012345678901234567890</a>"

static gnutls_certificate_credentials_t credentials;
static gnutls_datum_t certificate;

/* The streams' clock stands still unless a test moves it: nothing is late on a slow machine. */
static uint64_t now = 1000000;

#define ENOUGH 60000 /* milliseconds for what has to happen */

static bool waits(const struct dna_stream *stream)
{
	return dna_stream_state(stream) < DNA_STREAM_SECURED ||
	       dna_stream_state(stream) == DNA_STREAM_CLOSING;
}

static void go_on(struct dna_stream *stream)
{
	struct pollfd fd = { dna_stream_fd(stream), dna_stream_events(stream), 0 };

	cr_assert_gt(dna_stream_deadline(stream), now);
	cr_assert_eq(poll(&fd, 1, ENOUGH), 1, "nothing happens");
	dna_stream_process(stream, now);
}

static void run(struct dna_stream *stream)
{
	dna_stream_process(stream, now);
	while (waits(stream))
		go_on(stream);
}

static void run_to(struct dna_stream *stream, enum dna_stream_state state)
{
	dna_stream_process(stream, now);
	while (dna_stream_state(stream) < state)
		go_on(stream);
	cr_expect_eq(dna_stream_state(stream), state, "%s", dna_stream_reason(stream));
}

static struct dna_stream *stream_to(uint16_t port, enum dna_tls tls, unsigned milliseconds)
{
	static const char *const addresses[] = { "127.0.0.1" };
	struct dna_stream_options options = {
		.host = "xmpp.example",
		.port = port,
		.tls = tls,
		.addresses = addresses,
		.address_count = 1,
		.service = DNA_XMPP_SERVER,
		.to = "bücher.example",
		.sni = "xn--bcher-kva.example",
		.milliseconds = milliseconds,
	};
	struct dna_stream *stream;

	cr_assert_eq(dna_stream_new(&stream, &options, now), 0);
	dna_stream_open(stream);
	return stream;
}

static void follow_to_the_end(const struct line *script, enum dna_tls tls, char *report,
			      size_t size)
{
	struct peer peer;
	struct dna_stream *stream;

	peer_certificate(&credentials, &certificate);
	peer_start(&peer, script, credentials);
	stream = stream_to(peer.port, tls, 5000);
	run(stream);
	cr_assert_eq(dna_stream_state(stream), DNA_STREAM_SECURED, "%s", dna_stream_reason(stream));
	cr_assert_eq(dna_stream_fd(stream), -1, "nothing is awaited");
	cr_assert_eq(dna_session_chain_count(dna_stream_session(stream)), 1);
	cr_assert_eq(dna_session_chain_at(dna_stream_session(stream), 0).size, certificate.size);
	cr_assert_arr_eq(dna_session_chain_at(dna_stream_session(stream), 0).data, certificate.data,
			 certificate.size);
	cr_assert_null(dna_session_chain_at(dna_stream_session(stream), 1).data);
	cr_assert_null(dna_session_status_at(dna_stream_session(stream), 0).data,
		       "nothing is stapled");
	cr_assert_str_eq(dna_stream_address(stream), "127.0.0.1");
	dna_stream_close(stream, now);
	run(stream);
	cr_assert_eq(dna_stream_state(stream), DNA_STREAM_CLOSED);
	dna_stream_free(stream);
	peer_report(&peer, report, size);
	peer_kill(&peer);
}

/*
 * DANE-019, FLOW-008, FLOW-025, I18N-001, I18N-002, ERR-02: `to` in U-labels, SNI in A-labels, no
 * ALPN, close_notify and no XML.
 */
Test(stream, secures_by_starttls)
{
	static const struct line script[] = {
		{ HEAR, "to='bücher.example'" },
		{ SAY, HEADER OFFER },
		{ HEAR, "<starttls" },
		{ SAY, PROCEED },
		{ TLS, NULL },
		{ END, NULL },
	};
	char report[512];

	follow_to_the_end(script, DNA_STARTTLS, report, sizeof(report));
	cr_assert_str_eq(report, "sni=xn--bcher-kva.example alpn= version=TLS1.3 end=close_notify");
}

/* A server calls this if it was asked; it hands over whatever it likes. */
static int staple(gnutls_session_t session, void *text, gnutls_datum_t *response)
{
	(void)session;
	response->data = (unsigned char *)gnutls_strdup(text);
	response->size = (unsigned)strlen(text);
	return 0;
}

/* PKIX-002, PKIX-026: with TLS 1.3 and 1.2, which carry it in different places */
Test(stream, asks_for_the_status_of_the_certificate)
{
	static const char *const versions[] = { "TLS1.3", "TLS1.2" };

	peer_certificate(&credentials, &certificate);
	for (size_t i = 0; i < 2; i++) {
		char priority[64], text[] = "an OCSP response";
		const struct line script[] = { { TLS, priority }, { END, NULL } };
		struct dna_stream *stream;
		struct dna_bytes status;
		struct peer peer;

		snprintf(priority, sizeof(priority), "NORMAL:-VERS-ALL:+VERS-%s", versions[i]);
		gnutls_certificate_set_ocsp_status_request_function(credentials, staple, text);
		peer_start(&peer, script, credentials);
		stream = stream_to(peer.port, DNA_DIRECT_TLS, 5000);
		cr_assert_null(dna_stream_session(stream));
		run(stream);
		cr_assert_eq(dna_stream_state(stream), DNA_STREAM_SECURED, "%s",
			     dna_stream_reason(stream));
		status = dna_session_status_at(dna_stream_session(stream), 0);
		cr_assert_eq(status.size, strlen(text));
		cr_assert_arr_eq(status.data, text, status.size);
		cr_assert_null(dna_session_status_at(dna_stream_session(stream), 1).data);
		cr_assert_str_eq(dna_session_version(dna_stream_session(stream)), versions[i]);
		cr_assert(strstr(dna_session_cipher(dna_stream_session(stream)), "AES") != NULL ||
			  strstr(dna_session_cipher(dna_stream_session(stream)), "CHACHA") != NULL);
		dna_stream_free(stream);
		peer_kill(&peer);
	}
}

/* FLOW-006: until TLS protects it `from` is a hint, sent only when there is one. */
Test(stream, sends_from_only_when_it_has_one)
{
	struct dna_buffer header;

	dna_buffer_init(&header, 0);
	dna_write_header(&header, &(struct dna_header){ DNA_XMPP_SERVER, .to = "b.example" });
	cr_assert_null(strstr((char *)header.data, " from="));
	dna_buffer_clear(&header);
	dna_write_header(&header, &(struct dna_header){ DNA_XMPP_SERVER, .to = "b.example",
							.from = "a.example" });
	cr_assert_not_null(strstr((char *)header.data, " from='a.example'"));
	dna_buffer_clear(&header);
}

/* Elements that come in halves are answered all the same. */
Test(stream, secures_octet_by_octet)
{
	static const struct line script[] = {
		{ HEAR, ">" },         { SAY_SLOWLY, HEADER OFFER },
		{ HEAR, "<starttls" }, { SAY_SLOWLY, PROCEED },
		{ TLS, NULL },         { END, NULL },
	};
	char report[512];

	follow_to_the_end(script, DNA_STARTTLS, report, sizeof(report));
}

/* FLOW-010: asked for although it was not offered. */
Test(stream, asks_for_tls_that_is_not_offered)
{
	static const struct line script[] = {
		{ HEAR, ">" },         { SAY, HEADER NO_OFFER },
		{ HEAR, "<starttls" }, { SAY, PROCEED },
		{ TLS, NULL },         { END, NULL },
	};
	char report[512];

	follow_to_the_end(script, DNA_STARTTLS, report, sizeof(report));
}

/* Version 0.9 has no features; nothing is lost by asking. */
Test(stream, asks_for_tls_of_a_peer_without_a_version)
{
	static const struct line script[] = {
		{ HEAR, ">" },
		{ SAY, "<stream:stream xmlns='jabber:server' "
		       "xmlns:stream='http://etherx.jabber.org/streams'>" },
		{ HEAR, "<starttls" },
		{ SAY, PROCEED },
		{ TLS, NULL },
		{ END, NULL },
	};
	char report[512];

	follow_to_the_end(script, DNA_STARTTLS, report, sizeof(report));
}

/* FLOW-025: ALPN and SNI; PKIX-024: TLS 1.2 will do. */
Test(stream, secures_by_direct_tls)
{
	static const struct line script[] = {
		{ TLS, "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
		{ END, NULL },
	};
	char report[512];

	follow_to_the_end(script, DNA_DIRECT_TLS, report, sizeof(report));
	cr_assert_str_eq(
		report,
		"sni=xn--bcher-kva.example alpn=xmpp-server version=TLS1.2 end=close_notify");
}

/* ERR-10: another major version; FLOW-027: a stream that is open is closed by both. */
#define REASONS                                                                                    \
	X("garbage", DNA_STARTTLS,                                                                 \
	  "answered something that is not XML: \"220 mail.example ESMTP\"",                        \
	  { SAY, "220 mail.example ESMTP\r\n" })                                                   \
	X("control characters", DNA_STARTTLS, "is not XML: \"\\x1b[31m\\xff\"",                    \
	  { SAY, "\x1b[31m\xff" })                                                                 \
	X("a web page", DNA_STARTTLS, "answered with <html/>, not with an XMPP stream",            \
	  { SAY, "<html><body/></html>" })                                                         \
	X("TLS at once", DNA_STARTTLS, "speaks TLS from the start",                                \
	  { SAY, "\x15\x03\x01\x01\x02\x02\x46" })                                                 \
	X("nothing at all", DNA_STARTTLS, "closed the connection without a word", { HEAR, ">" })   \
	X("half a stream", DNA_STARTTLS, "closed the connection in the middle of the stream",      \
	  { HEAR, ">" }, { SAY, HEADER "<stream:feat" })                                           \
	X("a reset", DNA_STARTTLS, "broke the connection: Connection reset by peer",               \
	  { HEAR, ">" }, { RESET, NULL })                                                          \
	X("no STARTTLS", DNA_STARTTLS, "offers no STARTTLS and refused it",                        \
	  { SAY, HEADER NO_OFFER }, { HEAR, "<starttls" }, { SAY, REFUSE })                        \
	X("STARTTLS out of order", DNA_STARTTLS, "offers STARTTLS and refused it",                 \
	  { SAY, HEADER OFFER }, { HEAR, "<starttls" }, { SAY, REFUSE })                           \
	X("STARTTLS unknown", DNA_STARTTLS,                                                        \
	  "offers no STARTTLS and ended the stream when asked for it: unsupported-stanza-type",    \
	  { SAY, HEADER NO_OFFER }, { HEAR, "<starttls" },                                         \
	  { SAY,                                                                                   \
	    "<stream:error><unsupported-stanza-type xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" \
	    "</stream:error></stream:stream>" })                                                   \
	X("a stream error", DNA_STARTTLS,                                                          \
	  "ended the stream: host-unknown (\"not \xef\xbf\xbdhere\")", { HEAR, ">" },              \
	  { SAY,                                                                                   \
	    HEADER "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"     \
		   "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>not \xe2\x80\xaehere</text>" \
		   "</stream:error></stream:stream>" })                                            \
	X("elsewhere", DNA_STARTTLS,                                                               \
	  "sent us to \"b.example\" before TLS, where nobody should follow", { HEAR, ">" },        \
	  { SAY, HEADER                                                                            \
	    "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>b.example"  \
	    "</see-other-host></stream:error></stream:stream>" })                                  \
	X("the end", DNA_STARTTLS, "ended the stream", { HEAR, ">" },                              \
	  { SAY, HEADER "</stream:stream>" })                                                      \
	X("version 2", DNA_STARTTLS, "speaks version \"2.0\" of XMPP",                             \
	  { SAY, "<s:stream xmlns:s='http://etherx.jabber.org/streams' version='2.0'>" })          \
	X("the other service", DNA_STARTTLS, "answered with a stream for \"jabber:client\"",       \
	  { SAY, "<stream:stream xmlns='jabber:client' "                                           \
		 "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" OFFER })         \
	X("no namespace", DNA_STARTTLS, "answered with <stream/>, not with an XMPP stream",        \
	  { SAY, "<stream version='1.0'>" })                                                       \
	X("an entity bomb", DNA_STARTTLS, "sent a document type declaration",                      \
	  { SAY,                                                                                   \
	    "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>" })   \
	X("an instruction", DNA_STARTTLS, "sent a processing instruction (\"php\")",               \
	  { SAY, HEADER "<?php ?>" })                                                              \
	X("a comment", DNA_STARTTLS, "sent an XML comment (\"psst\")",                             \
	  { SAY, HEADER "<!--psst-->" })                                                           \
	X("XML that breaks", DNA_STARTTLS, "sent XML that is not well-formed: mismatched tag",     \
	  { SAY, HEADER "<stream:features></features>" })                                          \
	X("a stanza", DNA_STARTTLS, "sent <message/> before TLS", { SAY, HEADER "<message/>" })    \
	X("a flood of stanzas", DNA_STARTTLS, "sent <a/> before TLS", { SAY, HEADER },             \
	  { SAY_FOREVER, KIBI })                                                                   \
	X("a flood of features", DNA_STARTTLS, "sent more than 16 KiB before TLS",                 \
	  { SAY, HEADER "<stream:features>" }, { SAY_FOREVER, KIBI })                              \
	X("a flood of nothing", DNA_STARTTLS, "sent more than 16 KiB before TLS",                  \
	  { SAY_FOREVER, SPACES })                                                                 \
	X("a deep element", DNA_STARTTLS, "nests XML elements too deeply, down to <p/>",           \
	  { SAY, HEADER "<stream:features><b><c><d><e><f><g><h><i><j><k><l><m><n><o><p>" })        \
	X("injection", DNA_STARTTLS, "sent data in clear after <proceed/>", { SAY, HEADER OFFER }, \
	  { HEAR, "<starttls" }, { SAY, PROCEED "<stream:features/>" })                            \
	X("injected space", DNA_STARTTLS, "sent data in clear after <proceed/>",                   \
	  { SAY, HEADER OFFER }, { HEAR, "<starttls" }, { SAY, PROCEED "\n" })                     \
	X("a late injection", DNA_STARTTLS, ": TLS handshake failed: ", { SAY, HEADER OFFER },     \
	  { HEAR, "<starttls" }, { SAY, PROCEED }, { HEAR, "\x16" }, { SAY, "<iq/>" })             \
	X("an early answer", DNA_STARTTLS, "sent <proceed/> before it was asked",                  \
	  { SAY, HEADER OFFER PROCEED })                                                           \
	X("no TLS", DNA_DIRECT_TLS, ": TLS handshake failed: what it answered is not TLS",         \
	  { SAY, "<?xml version='1.0'?><stream:stream>" })                                         \
	X("old TLS", DNA_DIRECT_TLS,                                                               \
	  ": TLS handshake failed: ", { TLS, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT" })            \
	X("a broken handshake", DNA_DIRECT_TLS,                                                    \
	  ": TLS handshake failed: it closed the connection", { HEAR, "\x16" })                    \
	X("a flood of warnings", DNA_DIRECT_TLS,                                                   \
	  ": TLS handshake failed: ", { WARN_FOREVER, NULL })                                      \
	X("a flood instead of TLS", DNA_DIRECT_TLS,                                                \
	  ": TLS handshake failed: ", { SAY_FOREVER, KIBI })

/* Every way to fail is a sentence about the endpoint (SEC-013). */
static void expect_failed(const struct dna_stream *stream, const char *name, const char *reason,
			  uint16_t port)
{
	char begin[64];

	cr_expect_eq(dna_stream_state(stream), DNA_STREAM_FAILED, "%s", name);
	cr_expect_not_null(strstr(dna_stream_reason(stream), reason), "%s: %s", name,
			   dna_stream_reason(stream));
	snprintf(begin, sizeof(begin), "xmpp.example:%u (127.0.0.1)", port);
	cr_expect_eq(strncmp(dna_stream_reason(stream), begin, strlen(begin)), 0, "%s: %s", name,
		     dna_stream_reason(stream));
	cr_expect_eq(dna_stream_fd(stream), -1);
}

Test(stream, says_what_went_wrong)
{
#define X(name, tls, reason, ...) { name, tls, reason, { __VA_ARGS__ } },
	static const struct {
		const char *name;
		enum dna_tls tls;
		const char *reason;
		struct line script[8];
	} cases[] = { REASONS };
#undef X

	peer_certificate(&credentials, &certificate);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer peer;
		struct dna_stream *stream;

		peer_start(&peer, cases[i].script, credentials);
		stream = stream_to(peer.port, cases[i].tls, 10000);
		run(stream);
		expect_failed(stream, cases[i].name, cases[i].reason, peer.port);
		dna_stream_free(stream);
		peer_kill(&peer);
	}
}

/* FLOW-032 */
Test(stream, says_what_did_not_come_in_time)
{
	static const struct {
		const char *name;
		enum dna_tls tls;
		enum dna_stream_state state;
		const char *reason;
		struct line script[3];
	} cases[] = {
		{ "silence",
		  DNA_STARTTLS,
		  DNA_STREAM_HEADER,
		  "took the connection and did not answer within 0.3 s",
		  { { SLEEP, NULL } } },
		{ "no features",
		  DNA_STARTTLS,
		  DNA_STREAM_FEATURES,
		  "began a stream and sent no features within 0.3 s",
		  { { SAY, HEADER }, { SLEEP, NULL } } },
		{ "no answer",
		  DNA_STARTTLS,
		  DNA_STREAM_PROCEED,
		  "did not answer <starttls/> within 0.3 s",
		  { { SAY, HEADER OFFER }, { SLEEP, NULL } } },
		{ "an endless handshake",
		  DNA_DIRECT_TLS,
		  DNA_STREAM_HANDSHAKE,
		  "did not finish the TLS handshake within 0.3 s",
		  { { SLEEP, NULL } } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer peer;
		struct dna_stream *stream;

		peer_start(&peer, cases[i].script, credentials);
		stream = stream_to(peer.port, cases[i].tls, 300);
		run_to(stream, cases[i].state);
		now += 299;
		dna_stream_process(stream, now);
		cr_expect_eq(dna_stream_state(stream), cases[i].state, "%s", cases[i].name);
		cr_expect_eq(dna_stream_deadline(stream), now + 1, "%s", cases[i].name);
		now++;
		dna_stream_process(stream, now);
		expect_failed(stream, cases[i].name, cases[i].reason, peer.port);
		dna_stream_free(stream);
		peer_kill(&peer);
	}
}

static struct dna_stream *stream_to_addresses(const char *const *addresses, size_t count,
					      uint16_t port)
{
	struct dna_stream_options options = { .host = "xmpp.example",
					      .port = port,
					      .tls = DNA_DIRECT_TLS,
					      .addresses = addresses,
					      .address_count = count,
					      .to = "b.example",
					      .sni = "b.example",
					      .milliseconds = 2000 };
	struct dna_stream *stream;

	cr_assert_eq(dna_stream_new(&stream, &options, now), 0);
	dna_stream_open(stream);
	return stream;
}

Test(stream, tries_the_addresses_in_turn)
{
	static const struct line script[] = { { TLS, NULL }, { END, NULL } };
	static const char *const addresses[] = { "127.0.0.2", "nonsense", "127.0.0.1" };
	struct dna_stream *stream;
	struct peer peer;

	peer_certificate(&credentials, &certificate);
	peer_start(&peer, script, credentials);
	stream = stream_to_addresses(addresses, 3, peer.port);
	run(stream);
	cr_expect_eq(dna_stream_state(stream), DNA_STREAM_SECURED, "%s", dna_stream_reason(stream));
	cr_expect_str_eq(dna_stream_address(stream), "127.0.0.1");
	dna_stream_free(stream);
	stream = stream_to_addresses(addresses, 2, peer.port);
	run(stream);
	cr_expect_not_null(
		strstr(dna_stream_reason(stream),
		       " could not be reached: 127.0.0.2: Connection refused; nonsense: "),
		"%s", dna_stream_reason(stream));
	dna_stream_free(stream);
	stream = stream_to_addresses(addresses, 0, peer.port);
	run(stream);
	cr_expect_not_null(strstr(dna_stream_reason(stream), " has no address"));
	dna_stream_free(stream);
	peer_kill(&peer);
}

Test(stream, can_be_closed_and_freed_in_every_state)
{
	static const struct line script[] = { { HEAR, ">" }, { SAY, HEADER }, { SLEEP, NULL } };
	struct dna_stream *stream;
	struct peer peer;

	dna_stream_free(NULL);
	for (unsigned steps = 0; steps < 4; steps++) {
		peer_start(&peer, script, credentials);
		stream = stream_to(peer.port, DNA_STARTTLS, 5000);
		for (unsigned i = 0; i < steps; i++) {
			dna_stream_process(stream, now);
			poll(NULL, 0, 20);
		}
		dna_stream_close(stream, now);
		cr_expect_eq(dna_stream_state(stream), DNA_STREAM_CLOSED);
		cr_expect_eq(dna_stream_fd(stream), -1);
		dna_stream_process(stream, now);
		dna_stream_free(stream);
		peer_kill(&peer);
	}
}

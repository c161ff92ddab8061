/* What a peer may send on a stream, and by which stream error each abuse is answered. */
#include "stream/sasl.h"
#include "stream/write.h"
#include "stream/xml.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define HEADER                                                                        \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' from='a.example' " \
	"to='b.example' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"

static struct dna_xml xml;

/* All of it in pieces of |at_once| octets; the event that ends it. */
static enum dna_xml_kind read_all(const char *text, size_t size, size_t at_once)
{
	enum dna_xml_kind event = DNA_XML_NOTHING;

	cr_assert_eq(dna_xml_init(&xml, DNA_XMPP_SERVER, DNA_RECEIVING), 0);
	for (size_t i = 0; i < size; i += at_once) {
		dna_xml_feed(&xml, text + i, at_once < size - i ? at_once : size - i);
		do {
			event = dna_xml_next(&xml);
			if (event == DNA_XML_BROKEN || event == DNA_XML_END)
				return event;
		} while (event != DNA_XML_NOTHING);
	}
	return event;
}

/* RFC 6120 sections 4.9.3 and 11 */
Test(xml, answers_each_abuse_with_its_stream_error)
{
	static const struct {
		const char *text, *condition;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n", "not-well-formed" },
		{ "<html/>", "invalid-namespace" },
		{ "<stream:stream>", "not-well-formed" }, /* the prefix is not bound */
		{ "<stream xmlns='jabber:server' version='1.0'>", "invalid-namespace" },
		{ "<stream:stream xmlns='jabber:client' "
		  "xmlns:stream='http://etherx.jabber.org/streams'>",
		  "invalid-namespace" },
		{ "<stream:stream xmlns='jabber:server' xmlns:stream='http://example/'>",
		  "invalid-namespace" },
		{ "<?xml version='1.0' encoding='ISO-8859-1'?>", "unsupported-encoding" },
		{ "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]>", "restricted-xml" },
		{ HEADER "<!-- -->", "restricted-xml" },
		{ HEADER "<?php ?>", "restricted-xml" },
		{ HEADER "<message>&lol;</message>", "restricted-xml" },
		{ HEADER "<message>\xff</message>", "not-well-formed" },
		{ HEADER "<message></iq>", "not-well-formed" },
		{ HEADER "<message a='1' a='2'/>", "not-well-formed" },
		{ HEADER "<x:message/>", "not-well-formed" },
		{ HEADER "hello", "bad-format" },
		{ HEADER "<stream:stream version='1.0'/>", "bad-format" },
		{ HEADER "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
		  "resource-constraint" },
		{ HEADER "<message a1='' a2='' a3='' a4='' a5='' a6='' a7='' a8='' a9='' b1='' "
			 "b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9='' c1='' c2='' c3='' c4='' "
			 "c5='' c6='' c7='' c8='' c9='' d1='' d2='' d3='' d4='' d5='' d6=''/>",
		  "resource-constraint" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece <= 4096; piece *= 64) {
			cr_expect_eq(read_all(cases[i].text, strlen(cases[i].text), piece),
				     DNA_XML_BROKEN, "%s", cases[i].text);
			cr_expect_str_eq(xml.condition, cases[i].condition, "%s: %s", cases[i].text,
					 xml.complaint);
			dna_xml_clear(&xml);
		}
	}
}

/* SEC-006 */
Test(xml, bounds_what_it_takes)
{
	static const char before[] = HEADER "<message><body>";
	const size_t size = sizeof(before) - 1 + DNA_XML_ELEMENT_MAX + 4096;
	char *text = malloc(size);

	memset(text, 'x', size);
	memcpy(text, before, sizeof(before) - 1);
	cr_expect_eq(read_all(text, size, 4096), DNA_XML_BROKEN);
	cr_expect_str_eq(xml.condition, "resource-constraint");
	dna_xml_clear(&xml);

	memset(text, ' ', size);
	memcpy(text, HEADER, sizeof(HEADER) - 1);
	cr_expect_eq(read_all(text, size, 4096), DNA_XML_NOTHING,
		     "white space keeps a connection alive for ever");
	dna_xml_clear(&xml);

	memset(text, 'x', size);
	memcpy(text, HEADER "<message to='", sizeof(HEADER) - 1 + 13);
	memcpy(text + DNA_JID_MAX + 512, "'/>", 3);
	cr_expect_eq(read_all(text, DNA_JID_MAX + 515, 4096), DNA_XML_BROKEN);
	cr_expect_str_eq(xml.condition, "resource-constraint");
	dna_xml_clear(&xml);
	free(text);
}

/* Nothing is read on before an event was acted upon: what follows <proceed/> may not be XML. */
Test(xml, stops_at_each_event)
{
	static const char text[] =
		HEADER "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\x16\x03\x01";

	cr_assert_eq(dna_xml_init(&xml, DNA_XMPP_SERVER, DNA_RECEIVING), 0);
	dna_xml_feed(&xml, text, sizeof(text) - 1);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_HEADER);
	cr_expect_str_eq(xml.element.from, "a.example");
	cr_expect_str_eq(xml.element.to, "b.example");
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_STARTTLS);
	cr_expect(dna_xml_has_more(&xml));
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_BROKEN);
	dna_xml_clear(&xml);

	cr_expect_eq(read_all(HEADER "</stream:stream>", sizeof(HEADER) - 1 + 16, 4096),
		     DNA_XML_END);
	dna_xml_clear(&xml);
}

/* What we write we read, whatever is in it. */
static struct dna_element *read_back(struct dna_buffer *out)
{
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_NOTHING);
	dna_xml_feed(&xml, (const char *)out->data, out->size);
	dna_buffer_consume(out, out->size);
	return &xml.element;
}

Test(xml, reads_what_is_written)
{
	static const char nasty[] = "<a b='\"&'>";
	struct dna_buffer out;
	struct dna_element *e;

	dna_buffer_init(&out, 0);
	cr_assert_eq(dna_xml_init(&xml, DNA_XMPP_SERVER, DNA_RECEIVING), 0);
	dna_write_header(&out,
			 &(struct dna_header){ DNA_XMPP_SERVER, nasty, "a.example", nasty, true });
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_HEADER);
	cr_expect_str_eq(e->to, nasty);
	cr_expect_str_eq(e->id, nasty);
	cr_expect_str_eq(e->version, "1.0");
	cr_expect(e->flags & DNA_XML_OFFERS_DIALBACK);

	dna_write_features(&out, DNA_XML_OFFERS_EXTERNAL | DNA_XML_OFFERS_DIALBACK);
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_FEATURES);
	cr_expect_eq(e->flags,
		     DNA_XML_OFFERS_EXTERNAL | DNA_XML_OFFERS_DIALBACK | DNA_XML_OFFERS_ERRORS);

	dna_write_dialback(
		&out, &(struct dna_dialback){
			      .name = "result", .from = nasty, .to = "b.example", .key = nasty });
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_RESULT);
	cr_expect_str_eq(e->from, nasty);
	cr_expect_str_eq(e->text, nasty);
	cr_expect_str_eq(e->type, "");

	dna_write_dialback(&out, &(struct dna_dialback){ .name = "verify",
							 .from = "a.example",
							 .to = "b.example",
							 .id = "1",
							 .type = "error",
							 .condition = "item-not-found" });
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_VERIFY);
	cr_expect_str_eq(e->type, "error");
	cr_expect_str_eq(e->condition, "item-not-found");

	dna_write_sasl_failure(&out, "invalid-authzid");
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_SASL_FAILURE);
	cr_expect_str_eq(e->condition, "invalid-authzid");

	dna_write_sasl(&out, "auth", "EXTERNAL", "YQ==");
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_AUTH);
	cr_expect_str_eq(e->mechanism, "EXTERNAL");
	cr_expect_str_eq(e->text, "YQ==");

	dna_write_ping(&out, "a.example", "b.example", "7");
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_STANZA);
	cr_expect_eq(e->flags, DNA_XML_IS_PING);
	cr_expect_str_eq(e->type, "get");

	dna_write_error(&out, "policy-violation", nasty);
	e = read_back(&out);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_ERROR);
	cr_expect_str_eq(e->condition, "policy-violation");
	cr_expect_str_eq(e->text, nasty);
	cr_expect_eq(dna_xml_next(&xml), DNA_XML_END);
	dna_xml_clear(&xml);
	dna_buffer_clear(&out);
}

/* FLOW-018; XEP-0178 and XEP-0288 have the vectors */
Test(sasl, carries_an_identity)
{
	static const struct {
		const char *text, *identity;
	} cases[] = {
		{ "anVsaWV0QGV4YW1wbGUuY29t", "juliet@example.com" },
		{ "Y2FwdWxldC5saXQ=", "capulet.lit" },
	};
	static const char *const bad[] = { "Y2FwdWxldC5saXQ", "Y2Fw\ndWxldC5saXQ=", "==", "YQBi",
					   "Y2FwdWxldC5saX_=" };
	char identity[DNA_SASL_TEXT_MAX + 1], text[DNA_SASL_TEXT_MAX + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_eq(dna_sasl_read(cases[i].text, identity), 0);
		cr_expect_str_eq(identity, cases[i].identity);
		cr_expect_eq(dna_sasl_write(cases[i].identity, text), 0);
		cr_expect_str_eq(text, cases[i].text);
	}
	cr_expect_eq(dna_sasl_read("=", identity), 0, "an empty one is written so");
	cr_expect_str_eq(identity, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_neq(dna_sasl_read(bad[i], identity), 0, "%s", bad[i]);
}

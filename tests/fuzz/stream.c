/* What a peer sends, to either end. The first octet says in what pieces it arrives, and to whom. */
#include "base/safe.h"
#include "policy/place.h"
#include "stream/sasl.h"
#include "stream/write.h"
#include "stream/xml.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void shown(const char *text)
{
	char safe[64];

	dna_safe_text(safe, sizeof(safe), text, strlen(text));
	for (const char *c = safe; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			abort();
}

/* The texts that are read on. */
static void read_on(const struct dna_element *e)
{
	char identity[DNA_SASL_TEXT_MAX + 1];
	struct dna_place place;

	if (dna_sasl_read(e->text, identity) == 0 && strlen(identity) > strlen(e->text))
		abort();
	if (e->host[0] != '\0' && dna_place_read(e->host, DNA_XMPP_SERVER, false, &place) == 0 &&
	    (place.port == 0 || place.host[0] == '\0'))
		abort();
}

/* What we say of it is XML again, and says the same. */
static void say(const struct dna_element *e)
{
	static struct dna_xml heard;
	static struct dna_buffer out;
	const struct dna_header header = { .service = DNA_XMPP_SERVER, .dialback = true };
	const struct dna_dialback dialback = {
		.name = "verify", .from = e->from, .to = e->to, .id = e->id, .key = e->text
	};

	dna_buffer_init(&out, 0);
	dna_write_header(&out, &header);
	dna_write_dialback(&out, &dialback);
	if (out.error == 0 && dna_xml_init(&heard, DNA_XMPP_SERVER, DNA_RECEIVING) == 0) {
		dna_xml_feed(&heard, (const char *)out.data, out.size);
		if (dna_xml_next(&heard) != DNA_XML_HEADER ||
		    dna_xml_next(&heard) != DNA_XML_VERIFY ||
		    strcmp(heard.element.from, e->from) != 0 ||
		    strcmp(heard.element.to, e->to) != 0 || strcmp(heard.element.id, e->id) != 0)
			abort();
		dna_xml_clear(&heard);
	}
	dna_buffer_clear(&out);
}

static void take(const struct dna_xml *xml, enum dna_xml_kind event)
{
	const struct dna_element *e = &xml->element;

	if (xml->end > xml->size || xml->depth > DNA_XML_DEPTH_MAX + 1 ||
	    (event == DNA_XML_BROKEN) != (xml->complaint[0] != '\0') ||
	    (event == DNA_XML_BROKEN) != (xml->condition != NULL))
		abort();
	if (event != DNA_XML_NOTHING && event != DNA_XML_BROKEN && !xml->header)
		abort();
	shown(xml->complaint);
	shown(e->condition);
	shown(e->text);
	shown(e->to);
	shown(e->host);
	if (event != DNA_XML_NOTHING && event != DNA_XML_BROKEN)
		read_on(e);
	if (event == DNA_XML_RESULT || event == DNA_XML_VERIFY)
		say(e);
}

/* FLOW-008: after it a new header is awaited; what else came along is dropped. */
static bool restarts(enum dna_xml_kind event)
{
	return event == DNA_XML_STARTTLS || event == DNA_XML_PROCEED || event == DNA_XML_SUCCESS;
}

/* All that these octets are; whether it may go on. */
static bool hear(struct dna_xml *xml, const char *data, size_t size)
{
	enum dna_service service = xml->service;
	enum dna_role role = xml->role;
	enum dna_xml_kind event;

	dna_xml_feed(xml, data, size);
	do {
		event = dna_xml_next(xml);
		take(xml, event);
		if (restarts(event)) {
			dna_xml_clear(xml);
			return dna_xml_init(xml, service, role) == 0;
		}
	} while (event != DNA_XML_NOTHING && event != DNA_XML_BROKEN && event != DNA_XML_END);
	return event == DNA_XML_NOTHING;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dna_xml xml;
	size_t piece;

	if (size < 2)
		return 0;
	piece = data[0] % 16 == 0 ? size : data[0] % 16;
	if (dna_xml_init(&xml, data[0] & 0x80 ? DNA_XMPP_SERVER : DNA_XMPP_CLIENT,
			 data[0] & 0x40 ? DNA_RECEIVING : DNA_INITIATING) != 0)
		return 0;
	for (size_t i = 1; i < size; i += piece)
		if (!hear(&xml, (const char *)data + i, piece < size - i ? piece : size - i))
			break;
	dna_xml_clear(&xml);
	return 0;
}

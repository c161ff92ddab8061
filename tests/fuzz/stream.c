/* What a peer sends, to either end. The first octet says in what pieces it arrives, and to whom. */
#include "base/safe.h"
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

/* Whether it may go on. */
static bool take(struct dna_xml *xml, enum dna_xml_kind event)
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
	shown(e->host);
	shown(e->to);
	return event != DNA_XML_BROKEN && event != DNA_XML_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dna_xml xml;
	enum dna_xml_kind event = DNA_XML_NOTHING;
	bool goes_on = true;
	size_t piece;

	if (size < 2)
		return 0;
	piece = data[0] % 16 == 0 ? size : data[0] % 16;
	if (dna_xml_init(&xml, data[0] & 0x80 ? DNA_XMPP_SERVER : DNA_XMPP_CLIENT,
			 data[0] & 0x40 ? DNA_RECEIVING : DNA_INITIATING) != 0)
		return 0;
	for (size_t i = 1; i < size && goes_on; i += piece) {
		dna_xml_feed(&xml, (const char *)data + i, piece < size - i ? piece : size - i);
		do {
			event = dna_xml_next(&xml);
			goes_on = take(&xml, event);
		} while (goes_on && event != DNA_XML_NOTHING);
	}
	dna_xml_clear(&xml);
	return 0;
}

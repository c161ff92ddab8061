/* What a peer sends before TLS. The first octet says in what pieces it arrives. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_xml xml;
	size_t piece;
	int r = 0;

	if (size < 2)
		return 0;
	piece = data[0] % 16 == 0 ? size : data[0] % 16;
	if (dna_xml_init(&xml, data[0] & 0x80 ? DNA_XMPP_SERVER : DNA_XMPP_CLIENT) != 0)
		return 0;
	for (size_t i = 1; i < size && r == 0 && !xml.proceed && !xml.ended; i += piece)
		r = dna_xml_feed(&xml, (const char *)data + i, piece < size - i ? piece : size - i);
	if ((r != 0) != (xml.complaint[0] != '\0') || xml.end > xml.size ||
	    xml.size > DNA_XML_SIZE_MAX)
		abort();
	if (r == 0 && xml.proceed && xml.end != xml.size)
		abort();
	shown(xml.complaint);
	shown(xml.condition);
	shown(xml.text);
	dna_xml_clear(&xml);
	return 0;
}

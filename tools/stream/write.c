/* What we say on a stream. */
#include "stream/write.h"
#include "stream/element.h"

#include <string.h>

/* White space too: in an attribute it would arrive as a blank, and an id has to arrive as it is. */
static void write_escaped(struct dna_buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("&<>'\"\t\n\r", *text) != NULL)
			dna_buffer_format(out, "&#%d;", *text);
		else
			dna_buffer_add(out, text, 1);
	}
}

static void write_attribute(struct dna_buffer *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	dna_buffer_format(out, " %s='", name);
	write_escaped(out, value);
	dna_buffer_text(out, "'");
}

/* The end of a start tag, and the whole of the rest. */
static void write_content(struct dna_buffer *out, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0') {
		dna_buffer_text(out, "/>");
		return;
	}
	dna_buffer_text(out, ">");
	write_escaped(out, text);
	dna_buffer_format(out, "</%s>", name);
}

static void write_empty(struct dna_buffer *out, const char *name, const char *namespace)
{
	dna_buffer_format(out, "<%s xmlns='%s'/>", name, namespace);
}

void dna_write_header(struct dna_buffer *out, const struct dna_header *header)
{
	dna_buffer_text(out, "<?xml version='1.0'?><stream:stream");
	write_attribute(out, "xmlns",
			header->service == DNA_XMPP_SERVER ? DNA_NS_SERVER : DNA_NS_CLIENT);
	write_attribute(out, "xmlns:stream", DNA_NS_STREAM);
	if (header->dialback)
		write_attribute(out, "xmlns:db", DNA_NS_DIALBACK);
	write_attribute(out, "to", header->to);
	write_attribute(out, "from", header->from);
	write_attribute(out, "id", header->id);
	write_attribute(out, "version", "1.0");
	dna_buffer_text(out, ">");
}

void dna_write_features(struct dna_buffer *out, unsigned flags)
{
	dna_buffer_text(out, "<stream:features>");
	if (flags & DNA_XML_OFFERS_STARTTLS)
		dna_buffer_text(out, "<starttls xmlns='" DNA_NS_TLS "'><required/></starttls>");
	if (flags & DNA_XML_OFFERS_EXTERNAL)
		dna_buffer_text(out, "<mechanisms xmlns='" DNA_NS_SASL
				     "'><mechanism>EXTERNAL</mechanism></mechanisms>");
	if (flags & DNA_XML_OFFERS_DIALBACK)
		dna_buffer_text(out, "<dialback xmlns='" DNA_NS_FEATURE "'><errors/></dialback>");
	dna_buffer_text(out, "</stream:features>");
}

void dna_write_tls(struct dna_buffer *out, const char *name)
{
	write_empty(out, name, DNA_NS_TLS);
}

void dna_write_sasl(struct dna_buffer *out, const char *name, const char *mechanism,
		    const char *text)
{
	dna_buffer_format(out, "<%s xmlns='" DNA_NS_SASL "'", name);
	write_attribute(out, "mechanism", mechanism);
	write_content(out, name, text);
}

void dna_write_sasl_failure(struct dna_buffer *out, const char *condition)
{
	dna_buffer_format(out, "<failure xmlns='" DNA_NS_SASL "'><%s/></failure>", condition);
}

static void write_stanza_error(struct dna_buffer *out, const char *condition)
{
	dna_buffer_text(out, "<error type='cancel'>");
	write_empty(out, condition, DNA_NS_STANZAS);
	dna_buffer_text(out, "</error>");
}

void dna_write_dialback(struct dna_buffer *out, const struct dna_dialback *dialback)
{
	dna_buffer_format(out, "<db:%s", dialback->name);
	write_attribute(out, "from", dialback->from);
	write_attribute(out, "to", dialback->to);
	write_attribute(out, "id", dialback->id);
	write_attribute(out, "type", dialback->type);
	dna_buffer_text(out, ">");
	if (dialback->condition != NULL)
		write_stanza_error(out, dialback->condition);
	if (dialback->key != NULL)
		write_escaped(out, dialback->key);
	dna_buffer_format(out, "</db:%s>", dialback->name);
}

static void write_iq(struct dna_buffer *out, const char *type, const char *from, const char *to,
		     const char *id)
{
	dna_buffer_text(out, "<iq");
	write_attribute(out, "type", type);
	write_attribute(out, "from", from);
	write_attribute(out, "to", to);
	write_attribute(out, "id", id);
	dna_buffer_text(out, ">");
}

void dna_write_ping(struct dna_buffer *out, const char *from, const char *to, const char *id)
{
	write_iq(out, "get", from, to, id);
	write_empty(out, "ping", DNA_NS_PING);
	dna_buffer_text(out, "</iq>");
}

void dna_write_answer(struct dna_buffer *out, const char *from, const char *to, const char *id,
		      const char *condition)
{
	write_iq(out, condition != NULL ? "error" : "result", from, to, id);
	if (condition != NULL)
		write_stanza_error(out, condition);
	dna_buffer_text(out, "</iq>");
}

void dna_write_error(struct dna_buffer *out, const char *condition, const char *text)
{
	dna_buffer_text(out, "<stream:error>");
	write_empty(out, condition, DNA_NS_ERRORS);
	if (text != NULL) {
		dna_buffer_text(out, "<text xmlns='" DNA_NS_ERRORS "' xml:lang='en'>");
		write_escaped(out, text);
		dna_buffer_text(out, "</text>");
	}
	dna_buffer_text(out, "</stream:error>" DNA_SAY_END);
}

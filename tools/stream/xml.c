/* The XML side of a stream before TLS, with expat: bounded, and without anything that XMPP has no
 * use for. */
#include "stream/xml.h"
#include "base/safe.h"

#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NS_STREAM "http://etherx.jabber.org/streams"
#define NS_ERRORS "urn:ietf:params:xml:ns:xmpp-streams"
#define NS_TLS    "urn:ietf:params:xml:ns:xmpp-tls"

/* Expat joins a namespace and a local name with this; no namespace has a space in it. */
#define SEPARATOR " "

static const char *content_namespace(enum dna_service service)
{
	return service == DNA_XMPP_SERVER ? "jabber:server" : "jabber:client";
}

static const char *local_name(const char *name)
{
	const char *separator = strrchr(name, SEPARATOR[0]);

	return separator != NULL ? separator + 1 : name;
}

static void __attribute__((format(printf, 2, 3)))
complain(struct dna_xml *xml, const char *what, ...)
{
	va_list arguments;

	if (xml->complaint[0] == '\0') {
		va_start(arguments, what);
		vsnprintf(xml->complaint, sizeof(xml->complaint), what, arguments);
		va_end(arguments);
	}
	XML_StopParser(xml->parser, XML_FALSE);
}

/* The rest of the octets is not XML, or not for us. */
static void stop_here(struct dna_xml *xml)
{
	xml->end = (size_t)XML_GetCurrentByteIndex(xml->parser) +
		   (size_t)XML_GetCurrentByteCount(xml->parser);
	XML_StopParser(xml->parser, XML_FALSE);
}

/* ---- elements ---- */

static const char *attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

/* RFC 6120 section 4.7.5: without a version it is 0.9, which has no features. */
static void start_stream(struct dna_xml *xml, const char *name, const char **attributes)
{
	const char *version = attribute(attributes, "version");

	if (strcmp(name, NS_STREAM SEPARATOR "stream") != 0) {
		complain(xml, "answered with <%.40s/>, not with an XMPP stream", local_name(name));
		return;
	}
	if (version != NULL && strncmp(version, "1.", 2) != 0 && strncmp(version, "0.", 2) != 0) {
		complain(xml, "speaks version \"%.40s\" of XMPP, not 1.0", version); /* ERR-10 */
		return;
	}
	xml->header = true;
	xml->features_follow = version != NULL && version[0] == '1';
}

static enum dna_xml_child child_of(const char *name)
{
	static const struct {
		const char *name;
		enum dna_xml_child child;
	} children[] = {
		{ NS_STREAM SEPARATOR "features", DNA_XML_FEATURES },
		{ NS_STREAM SEPARATOR "error", DNA_XML_ERROR },
		{ NS_TLS SEPARATOR "proceed", DNA_XML_PROCEED },
		{ NS_TLS SEPARATOR "failure", DNA_XML_FAILURE },
	};

	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++)
		if (strcmp(name, children[i].name) == 0)
			return children[i].child;
	return DNA_XML_NONE;
}

static void start_child(struct dna_xml *xml, const char *name)
{
	xml->child = child_of(name);
	if (xml->child == DNA_XML_NONE)
		complain(xml, "sent <%.40s/> before TLS", local_name(name));
	else if (xml->child != DNA_XML_ERROR &&
		 strcmp(xml->namespace, content_namespace(xml->service)) != 0)
		complain(xml, "answered with a stream for \"%.40s\"", xml->namespace);
}

static void start_grandchild(struct dna_xml *xml, const char *name)
{
	if (xml->child == DNA_XML_FEATURES && strcmp(name, NS_TLS SEPARATOR "starttls") == 0)
		xml->offers_starttls = true;
	if (xml->child != DNA_XML_ERROR ||
	    strncmp(name, NS_ERRORS SEPARATOR, sizeof(NS_ERRORS)) != 0)
		return;
	if (strcmp(local_name(name), "text") == 0)
		xml->in_text = true;
	else if (xml->condition[0] == '\0')
		dna_safe_text(xml->condition, sizeof(xml->condition), local_name(name),
			      strlen(local_name(name)));
}

static void XMLCALL start_element(void *argument, const char *name, const char **attributes)
{
	struct dna_xml *xml = argument;

	if (++xml->depth == 1)
		start_stream(xml, name, attributes);
	else if (xml->depth == 2)
		start_child(xml, name);
	else if (xml->depth == 3)
		start_grandchild(xml, name);
	else if (xml->depth > DNA_XML_DEPTH_MAX)
		complain(xml, "nests XML elements too deeply, down to <%.40s/>", local_name(name));
}

static void end_child(struct dna_xml *xml)
{
	if (xml->complaint[0] != '\0')
		return;
	switch (xml->child) {
	case DNA_XML_FEATURES:
		xml->features = true;
		break;
	case DNA_XML_PROCEED:
		xml->proceed = true;
		stop_here(xml);
		break;
	case DNA_XML_FAILURE:
		xml->refused = true;
		break;
	case DNA_XML_ERROR:
		xml->error = true;
		break;
	case DNA_XML_NONE:
		break;
	}
	xml->child = DNA_XML_NONE;
}

static void XMLCALL end_element(void *argument, const char *name)
{
	struct dna_xml *xml = argument;

	(void)name;
	xml->in_text = false;
	if (xml->depth-- == 2)
		end_child(xml);
	if (xml->depth == 0 && xml->complaint[0] == '\0') {
		xml->ended = true;
		stop_here(xml);
	}
}

static void XMLCALL character_data(void *argument, const char *text, int size)
{
	struct dna_xml *xml = argument;
	size_t length = strlen(xml->text);

	if (xml->in_text && size > 0)
		dna_safe_text(xml->text + length, sizeof(xml->text) - length, text, (size_t)size);
}

static void XMLCALL start_namespace(void *argument, const char *prefix, const char *uri)
{
	struct dna_xml *xml = argument;

	if (xml->depth == 0 && prefix == NULL && uri != NULL)
		dna_safe_text(xml->namespace, sizeof(xml->namespace), uri, strlen(uri));
}

/* ---- what RFC 6120 section 11.1 forbids ---- */

static void XMLCALL refuse_doctype(void *argument, const char *name, const char *system,
				   const char *public, int internal)
{
	(void)system, (void)public, (void)internal;
	complain(argument, "sent a document type declaration (\"%.40s\"), which XMPP forbids",
		 name);
}

static void XMLCALL refuse_instruction(void *argument, const char *target, const char *data)
{
	(void)data;
	complain(argument, "sent a processing instruction (\"%.40s\"), which XMPP forbids", target);
}

static void XMLCALL refuse_comment(void *argument, const char *data)
{
	complain(argument, "sent an XML comment (\"%.40s\"), which XMPP forbids", data);
}

/* ---- octets ---- */

int dna_xml_init(struct dna_xml *xml, enum dna_service service)
{
	*xml = (struct dna_xml){ .service = service };
	xml->parser = XML_ParserCreateNS("UTF-8", SEPARATOR[0]);
	if (xml->parser == NULL)
		return DNA_E_NOMEM;
#ifdef HAVE_XML_SETREPARSEDEFERRALENABLED
	/* A peer that sends half an element waits for nothing but our answer to the whole: no
	 * deferral. */
	XML_SetReparseDeferralEnabled(xml->parser, XML_FALSE);
#endif
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, start_element, end_element);
	XML_SetCharacterDataHandler(xml->parser, character_data);
	XML_SetStartNamespaceDeclHandler(xml->parser, start_namespace);
	XML_SetStartDoctypeDeclHandler(xml->parser, refuse_doctype);
	XML_SetProcessingInstructionHandler(xml->parser, refuse_instruction);
	XML_SetCommentHandler(xml->parser, refuse_comment);
	return 0;
}

void dna_xml_clear(struct dna_xml *xml)
{
	if (xml->parser != NULL)
		XML_ParserFree(xml->parser);
	xml->parser = NULL;
}

static void remember_begin(struct dna_xml *xml, const char *data, size_t size)
{
	size_t room = sizeof(xml->begin) - xml->begin_size;

	size = size < room ? size : room;
	memcpy(xml->begin + xml->begin_size, data, size);
	xml->begin_size += size;
}

/* What is not printable ASCII becomes "\x1b". */
static void quote(char *text, size_t room, const char *octets, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < size && length + sizeof("\\xff") <= room; i++) {
		unsigned char octet = (unsigned char)octets[i];
		bool printable = octet >= ' ' && octet < 0x7f;

		length += (size_t)snprintf(text + length, room - length,
					   printable ? "%c" : "\\x%02x", octet);
	}
}

/*
 * The first line of what is not XML tells most: "HTTP/1.1 400 Bad Request", "220 mail.example
 * ESMTP".
 */
static void complain_of_no_xml(struct dna_xml *xml)
{
	char quoted[DNA_XML_WORD_MAX];
	size_t size = 0;

	if (xml->begin_size >= 2 && (xml->begin[0] == 0x15 || xml->begin[0] == 0x16) &&
	    xml->begin[1] == 3) {
		snprintf(xml->complaint, sizeof(xml->complaint),
			 "speaks TLS from the start, not STARTTLS");
		return;
	}
	while (size < xml->begin_size && xml->begin[size] != '\r' && xml->begin[size] != '\n')
		size++;
	quote(quoted, sizeof(quoted), xml->begin, size);
	snprintf(xml->complaint, sizeof(xml->complaint),
		 "answered something that is not XML: \"%s\"", quoted);
}

static int fail(struct dna_xml *xml)
{
	enum XML_Error error = XML_GetErrorCode(xml->parser);

	if (xml->complaint[0] != '\0')
		return DNA_E_SYNTAX;
	if (!xml->header)
		complain_of_no_xml(xml);
	else
		snprintf(xml->complaint, sizeof(xml->complaint),
			 "sent XML that is not well-formed: %s", XML_ErrorString(error));
	return error == XML_ERROR_NO_MEMORY ? DNA_E_NOMEM : DNA_E_SYNTAX;
}

int dna_xml_feed(struct dna_xml *xml, const char *data, size_t size)
{
	if (size > DNA_XML_SIZE_MAX - xml->size) {
		snprintf(xml->complaint, sizeof(xml->complaint), "sent more than %d KiB before TLS",
			 DNA_XML_SIZE_MAX / 1024);
		return DNA_E_LIMIT;
	}
	xml->size += size;
	remember_begin(xml, data, size);
	if (XML_Parse(xml->parser, data, (int)size, XML_FALSE) == XML_STATUS_OK)
		return 0;
	if (!xml->proceed && !xml->ended)
		return fail(xml);
	/* Octets that come along with <proceed/> would be taken for protected ones later: STARTTLS
	 * injection. */
	if (xml->proceed && xml->size > xml->end) {
		snprintf(xml->complaint, sizeof(xml->complaint),
			 "sent data in clear after <proceed/>, as an attacker would");
		return DNA_E_SYNTAX;
	}
	return 0;
}

/* ---- what we say ---- */

static void write_attribute(struct dna_buffer *out, const char *name, const char *value)
{
	dna_buffer_format(out, " %s='", name);
	for (; *value != '\0'; value++) {
		if (strchr("&<>'\"", *value) != NULL)
			dna_buffer_format(out, "&#%d;", *value);
		else
			dna_buffer_add(out, value, 1);
	}
	dna_buffer_text(out, "'");
}

int dna_xml_write_header(struct dna_buffer *out, enum dna_service service, const char *to,
			 const char *from)
{
	dna_buffer_text(out, "<?xml version='1.0'?><stream:stream");
	write_attribute(out, "xmlns", content_namespace(service));
	write_attribute(out, "xmlns:stream", NS_STREAM);
	write_attribute(out, "to", to);
	if (from != NULL)
		write_attribute(out, "from", from);
	write_attribute(out, "version", "1.0");
	dna_buffer_text(out, ">");
	return out->error;
}

/* One direction of an XML stream, with expat. */
#include "stream/xml.h"
#include "base/safe.h"

#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Expat joins a namespace and a local name with this; no namespace has a space in it. */
#define SEPARATOR ' '

/* SEC-006: the stream error for more than we take of anything. */
#define EXCESS "resource-constraint"

static const char *content_namespace(enum dna_service service)
{
	return service == DNA_XMPP_SERVER ? DNA_NS_SERVER : DNA_NS_CLIENT;
}

/* |condition|: of the stream error (RFC 6120 section 4.9.3). */
static void __attribute__((format(printf, 3, 4)))
complain(struct dna_xml *xml, const char *condition, const char *what, ...)
{
	va_list arguments;

	if (xml->complaint[0] != '\0')
		return;
	xml->condition = condition;
	va_start(arguments, what);
	vsnprintf(xml->complaint, sizeof(xml->complaint), what, arguments);
	va_end(arguments);
	XML_StopParser(xml->parser, XML_FALSE);
}

static bool is_broken(const struct dna_xml *xml)
{
	return xml->complaint[0] != '\0';
}

static size_t here(const struct dna_xml *xml)
{
	return (size_t)XML_GetCurrentByteIndex(xml->parser) +
	       (size_t)XML_GetCurrentByteCount(xml->parser);
}

/* Nothing is read on until this event was taken. */
static void raise_event(struct dna_xml *xml, enum dna_xml_kind event)
{
	if (is_broken(xml))
		return;
	xml->event = event;
	xml->begin = xml->end = here(xml);
	XML_StopParser(xml->parser, XML_TRUE);
}

/* What the peer did with its first words. */
static const char *verb(const struct dna_xml *xml)
{
	return xml->role == DNA_INITIATING ? "answered" : "began";
}

/* ---- elements ---- */

static void check_namespace(struct dna_xml *xml)
{
	if (strcmp(xml->namespace, content_namespace(xml->service)) != 0)
		complain(xml, "invalid-namespace", "%s with a stream for \"%.40s\"", verb(xml),
			 xml->namespace);
}

/*
 * RFC 6120 section 4.7.5. A peer that connects with a later major version than ours is answered
 * with ours; one that answers with it has not understood (ERR-10).
 */
static void check_version(struct dna_xml *xml)
{
	const char *version = xml->element.version;

	if (xml->role == DNA_INITIATING && version[0] != '\0' && strncmp(version, "1.", 2) != 0 &&
	    strncmp(version, "0.", 2) != 0)
		complain(xml, "unsupported-version", "speaks version \"%.40s\" of XMPP, not 1.0",
			 version);
}

/* What answers a header may be an error of somebody who speaks another language. */
static void start_stream(struct dna_xml *xml, const char *name)
{
	if (xml->element.kind != DNA_XML_HEADER) {
		complain(xml, "invalid-namespace", "%s with <%.40s/>, not with an XMPP stream",
			 verb(xml), dna_xml_local_name(name));
		return;
	}
	if (xml->dialback)
		xml->element.flags |= DNA_XML_OFFERS_DIALBACK;
	check_version(xml);
	if (xml->role == DNA_RECEIVING)
		check_namespace(xml);
	xml->header = true;
	raise_event(xml, DNA_XML_HEADER);
}

static void start_child(struct dna_xml *xml)
{
	if (xml->element.kind == DNA_XML_HEADER)
		complain(xml, "bad-format", "sent a second stream header inside its stream");
	else if (xml->element.kind != DNA_XML_ERROR)
		check_namespace(xml);
}

static int count(const char **attributes)
{
	int number = 0;

	while (attributes[2 * number] != NULL)
		number++;
	return number;
}

static void XMLCALL start_element(void *argument, const char *name, const char **attributes)
{
	struct dna_xml *xml = argument;

	if (++xml->depth > DNA_XML_DEPTH_MAX) {
		complain(xml, EXCESS, "nests XML elements too deeply, down to <%.40s/>",
			 dna_xml_local_name(name));
	} else if (count(attributes) > DNA_XML_ATTRIBUTES_MAX) {
		complain(xml, EXCESS, "sent <%.40s/> with more than %d attributes",
			 dna_xml_local_name(name), DNA_XML_ATTRIBUTES_MAX);
	} else if (xml->depth > 2) {
		dna_element_start(&xml->element, name);
	} else if (dna_element_begin(&xml->element, name, attributes) != 0) {
		complain(xml, EXCESS, "sent <%.40s/> with an attribute that is too long",
			 dna_xml_local_name(name));
	} else if (xml->depth == 1) {
		start_stream(xml, name);
	} else {
		start_child(xml);
	}
}

static void XMLCALL end_element(void *argument, const char *name)
{
	struct dna_xml *xml = argument;

	(void)name;
	switch (xml->depth--) {
	case 1:
		xml->ended = true;
		if (xml->event == DNA_XML_NOTHING)
			raise_event(xml, DNA_XML_END);
		break;
	case 2:
		raise_event(xml, xml->element.kind);
		break;
	default:
		dna_element_end(&xml->element);
	}
}

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
			return false;
	return true;
}

/* White space between elements keeps a connection alive (RFC 6120 section 4.6.1). */
static void XMLCALL character_data(void *argument, const char *text, int size)
{
	struct dna_xml *xml = argument;

	if (xml->depth == 1 && is_blank(text, (size_t)size))
		xml->begin = here(xml);
	else if (xml->depth == 1)
		complain(xml, "bad-format", "sent text outside of any element: \"%.*s\"",
			 size < 40 ? size : 40, text);
	else if (dna_element_text(&xml->element, text, (size_t)size) != 0)
		complain(xml, EXCESS, "sent a text in <%s/> that is too long", xml->element.name);
}

static void XMLCALL start_namespace(void *argument, const char *prefix, const char *uri)
{
	struct dna_xml *xml = argument;

	if (xml->depth > 0 || uri == NULL)
		return;
	if (prefix == NULL)
		dna_safe_text(xml->namespace, sizeof(xml->namespace), uri, strlen(uri));
	if (strcmp(uri, DNA_NS_DIALBACK) == 0)
		xml->dialback = true;
}

/* ---- what RFC 6120 section 11 forbids ---- */

static void XMLCALL check_declaration(void *argument, const char *version, const char *encoding,
				      int standalone)
{
	(void)version, (void)standalone;
	if (encoding != NULL && strcasecmp(encoding, "UTF-8") != 0)
		complain(argument, "unsupported-encoding", "sent XML in the encoding \"%.40s\"",
			 encoding);
}

static void XMLCALL refuse_doctype(void *argument, const char *name, const char *system,
				   const char *public, int internal)
{
	(void)system, (void)public, (void)internal;
	complain(argument, "restricted-xml",
		 "sent a document type declaration (\"%.40s\"), which XMPP forbids", name);
}

static void XMLCALL refuse_instruction(void *argument, const char *target, const char *data)
{
	(void)data;
	complain(argument, "restricted-xml",
		 "sent a processing instruction (\"%.40s\"), which XMPP forbids", target);
}

static void XMLCALL refuse_comment(void *argument, const char *data)
{
	complain(argument, "restricted-xml", "sent an XML comment (\"%.40s\"), which XMPP forbids",
		 data);
}

/* ---- octets ---- */

int dna_xml_init(struct dna_xml *xml, enum dna_service service, enum dna_role role)
{
	memset(xml, 0, sizeof(*xml));
	xml->service = service;
	xml->role = role;
	xml->parser = XML_ParserCreateNS("UTF-8", SEPARATOR);
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
	XML_SetXmlDeclHandler(xml->parser, check_declaration);
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

static void remember_first(struct dna_xml *xml, const char *data, size_t size)
{
	size_t room = sizeof(xml->first) - xml->first_size;

	size = size < room ? size : room;
	memcpy(xml->first + xml->first_size, data, size);
	xml->first_size += size;
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

	if (xml->first_size >= 2 && (xml->first[0] == 0x15 || xml->first[0] == 0x16) &&
	    xml->first[1] == 3) {
		complain(xml, "not-well-formed", "speaks TLS from the start, not STARTTLS");
		return;
	}
	while (size < xml->first_size && xml->first[size] != '\r' && xml->first[size] != '\n')
		size++;
	quote(quoted, sizeof(quoted), xml->first, size);
	complain(xml, "not-well-formed", "%s %ssomething that is not XML: \"%s\"", verb(xml),
		 xml->role == DNA_INITIATING ? "" : "with ", quoted);
}

/* RFC 6120 sections 11.1 and 11.3 say by which errors. */
static void complain_of_expat(struct dna_xml *xml)
{
	enum XML_Error error = XML_GetErrorCode(xml->parser);

	if (error == XML_ERROR_UNDEFINED_ENTITY)
		complain(xml, "restricted-xml", "used an entity, which XMPP forbids");
	else if (error == XML_ERROR_NO_MEMORY)
		complain(xml, "resource-constraint", "sent what there was no memory for");
	else if (!xml->header)
		complain_of_no_xml(xml);
	else
		complain(xml, "not-well-formed", "sent XML that is not well-formed: %s",
			 XML_ErrorString(error));
}

static void take(struct dna_xml *xml, enum XML_Status status)
{
	xml->suspended = status == XML_STATUS_SUSPENDED;
	if (status == XML_STATUS_ERROR && !xml->ended)
		complain_of_expat(xml);
	else if (!xml->suspended && xml->size - xml->begin > DNA_XML_ELEMENT_MAX)
		complain(xml, EXCESS, "sent an element of more than %ld KiB",
			 DNA_XML_ELEMENT_MAX / 1024);
}

void dna_xml_feed(struct dna_xml *xml, const char *data, size_t size)
{
	if (is_broken(xml) || xml->ended)
		return;
	xml->size += size;
	remember_first(xml, data, size);
	take(xml, XML_Parse(xml->parser, data, (int)size, XML_FALSE));
}

enum dna_xml_kind dna_xml_next(struct dna_xml *xml)
{
	enum dna_xml_kind event;

	if (xml->event == DNA_XML_NOTHING && xml->suspended && !xml->ended)
		take(xml, XML_ResumeParser(xml->parser));
	if (is_broken(xml))
		return DNA_XML_BROKEN;
	event = xml->event;
	xml->event = DNA_XML_NOTHING;
	if (event == DNA_XML_NOTHING && xml->ended)
		return DNA_XML_END;
	return event;
}

bool dna_xml_has_more(const struct dna_xml *xml)
{
	return xml->size > xml->end;
}

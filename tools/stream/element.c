/* The children of a stream, from their tags. One table says what they are, the others what is read
 * of them. */
#include "stream/element.h"
#include "base/safe.h"

#include <dna/error.h>

#include <string.h>

const char *dna_xml_local_name(const char *name)
{
	const char *separator = strrchr(name, ' ');

	return separator != NULL ? separator + 1 : name;
}

static bool is_in(const char *name, const char *namespace)
{
	size_t size = strlen(namespace);

	return strncmp(name, namespace, size) == 0 && name[size] == ' ';
}

/* ---- the child itself ---- */

static enum dna_xml_kind kind_of(const char *name)
{
	static const struct {
		const char *name;
		enum dna_xml_kind kind;
	} kinds[] = {
		{ DNA_NS_STREAM " stream", DNA_XML_HEADER },
		{ DNA_NS_STREAM " features", DNA_XML_FEATURES },
		{ DNA_NS_STREAM " error", DNA_XML_ERROR },
		{ DNA_NS_TLS " starttls", DNA_XML_STARTTLS },
		{ DNA_NS_TLS " proceed", DNA_XML_PROCEED },
		{ DNA_NS_TLS " failure", DNA_XML_TLS_FAILURE },
		{ DNA_NS_SASL " auth", DNA_XML_AUTH },
		{ DNA_NS_SASL " challenge", DNA_XML_CHALLENGE },
		{ DNA_NS_SASL " response", DNA_XML_RESPONSE },
		{ DNA_NS_SASL " abort", DNA_XML_ABORT },
		{ DNA_NS_SASL " success", DNA_XML_SUCCESS },
		{ DNA_NS_SASL " failure", DNA_XML_SASL_FAILURE },
		{ DNA_NS_DIALBACK " result", DNA_XML_RESULT },
		{ DNA_NS_DIALBACK " verify", DNA_XML_VERIFY },
		{ DNA_NS_SERVER " message", DNA_XML_STANZA },
		{ DNA_NS_SERVER " presence", DNA_XML_STANZA },
		{ DNA_NS_SERVER " iq", DNA_XML_STANZA },
		{ DNA_NS_CLIENT " message", DNA_XML_STANZA },
		{ DNA_NS_CLIENT " presence", DNA_XML_STANZA },
		{ DNA_NS_CLIENT " iq", DNA_XML_STANZA },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
	return DNA_XML_OTHER;
}

static int copy(char *to, size_t room, const char *from)
{
	size_t size = strlen(from);

	if (size >= room)
		return DNA_E_LIMIT;
	memcpy(to, from, size + 1);
	return 0;
}

static int read_attributes(struct dna_element *e, const char **attributes)
{
	const struct {
		const char *name;
		char *value;
		size_t room;
	} wanted[] = {
		{ "from", e->from, sizeof(e->from) },
		{ "to", e->to, sizeof(e->to) },
		{ "id", e->id, sizeof(e->id) },
		{ "type", e->type, sizeof(e->type) },
		{ "version", e->version, sizeof(e->version) },
		{ "mechanism", e->mechanism, sizeof(e->mechanism) },
	};

	for (; attributes[0] != NULL; attributes += 2)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (strcmp(attributes[0], wanted[i].name) == 0 &&
			    copy(wanted[i].value, wanted[i].room, attributes[1]) != 0)
				return DNA_E_LIMIT;
	return 0;
}

/* An error's text is that of its <text/>, whatever else is in it. */
static bool has_own_text(enum dna_xml_kind kind)
{
	return kind == DNA_XML_AUTH || kind == DNA_XML_CHALLENGE || kind == DNA_XML_RESPONSE ||
	       kind == DNA_XML_RESULT || kind == DNA_XML_VERIFY;
}

int dna_element_begin(struct dna_element *e, const char *name, const char **attributes)
{
	const char *local = dna_xml_local_name(name);

	*e = (struct dna_element){ .kind = kind_of(name) };
	e->in_text = has_own_text(e->kind);
	dna_safe_text(e->name, sizeof(e->name), local, strlen(local));
	return read_attributes(e, attributes);
}

/* ---- what is in it ---- */

static void start_feature(struct dna_element *e, const char *name)
{
	if (strcmp(name, DNA_NS_TLS " starttls") == 0)
		e->flags |= DNA_XML_OFFERS_STARTTLS;
	else if (strcmp(name, DNA_NS_FEATURE " dialback") == 0)
		e->flags |= DNA_XML_OFFERS_DIALBACK;
	else if (strcmp(name, DNA_NS_FEATURE " errors") == 0)
		e->flags |= DNA_XML_OFFERS_ERRORS;
	e->in_text = strcmp(name, DNA_NS_SASL " mechanism") == 0;
	e->text[0] = '\0';
}

/* The first element of an error that is no text is its condition; one of them has a text of its own. */
static void start_in_error(struct dna_element *e, const char *name)
{
	const char *local = dna_xml_local_name(name);

	if (!is_in(name, DNA_NS_ERRORS) && !is_in(name, DNA_NS_SASL) &&
	    !is_in(name, DNA_NS_STANZAS))
		return;
	if (strcmp(local, "text") == 0) {
		e->in_text = true;
	} else if (e->condition[0] == '\0') {
		dna_safe_text(e->condition, sizeof(e->condition), local, strlen(local));
		e->in_host = strcmp(name, DNA_NS_ERRORS " see-other-host") == 0;
	}
}

void dna_element_start(struct dna_element *e, const char *name)
{
	e->in_text = e->in_host = false;
	if (e->kind == DNA_XML_FEATURES)
		start_feature(e, name);
	else if (e->kind == DNA_XML_STANZA && strcmp(name, DNA_NS_PING " ping") == 0)
		e->flags |= DNA_XML_IS_PING;
	else
		start_in_error(e, name);
}

void dna_element_end(struct dna_element *e)
{
	if (e->kind == DNA_XML_FEATURES && e->in_text && strcmp(e->text, "EXTERNAL") == 0)
		e->flags |= DNA_XML_OFFERS_EXTERNAL;
	e->in_text = e->in_host = false;
}

static int append(char *to, size_t room, const char *text, size_t size)
{
	size_t length = strlen(to);

	if (size >= room - length)
		return DNA_E_LIMIT;
	memcpy(to + length, text, size);
	to[length + size] = '\0';
	return 0;
}

int dna_element_text(struct dna_element *e, const char *text, size_t size)
{
	if (e->in_host)
		return append(e->host, sizeof(e->host), text, size);
	return e->in_text ? append(e->text, sizeof(e->text), text, size) : 0;
}

/* STARTTLS as the initiating entity goes about it. */
#include "stream/starttls.h"

#include <stdarg.h>
#include <stdio.h>

/* Words of the peer's may be too long; what is left of them says enough. */
static int __attribute__((format(printf, 2, 3)))
refuse(char predicate[DNA_REASON_MAX], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(predicate, DNA_REASON_MAX, format, arguments);
	va_end(arguments);
	return DNA_E_SYNTAX;
}

/* FLOW-010: asked for whether it was offered or not; an attacker could have removed the offer. */
static int ask(struct dna_starttls *starttls, struct dna_channel *channel)
{
	dna_buffer_text(&channel->out, DNA_SAY_STARTTLS);
	starttls->asked = true;
	starttls->asked_at = channel->xml.size;
	return DNA_E_AGAIN;
}

/* RFC 6120 section 4.7.5: without a version it is 0.9, which has no features. */
static int take_header(struct dna_starttls *starttls, struct dna_channel *channel)
{
	return channel->xml.element.version[0] == '1' ? DNA_E_AGAIN : ask(starttls, channel);
}

static int take_features(struct dna_starttls *starttls, struct dna_channel *channel)
{
	if (channel->xml.element.flags & DNA_XML_OFFERS_STARTTLS)
		starttls->offered = true;
	return starttls->asked ? DNA_E_AGAIN : ask(starttls, channel);
}

/* Octets that come along with <proceed/> would be taken for protected ones later: STARTTLS
 * injection. */
static int take_proceed(const struct dna_starttls *starttls, const struct dna_xml *xml,
			char predicate[DNA_REASON_MAX])
{
	if (!starttls->asked || xml->end <= starttls->asked_at)
		return refuse(predicate, "sent <proceed/> before it was asked");
	if (dna_xml_has_more(xml))
		return refuse(predicate,
			      "sent data in clear after <proceed/>, as an attacker would");
	return 0;
}

static int take_end(const struct dna_starttls *starttls, const struct dna_element *error,
		    char predicate[DNA_REASON_MAX])
{
	const char *condition = "an error without a condition";
	bool explained = error != NULL && error->text[0] != '\0';

	if (error != NULL && error->condition[0] != '\0')
		condition = error->condition;
	if (starttls->asked && !starttls->offered)
		return refuse(predicate,
			      "offers no STARTTLS and ended the stream when asked for it%s%s",
			      error != NULL ? ": " : "", error != NULL ? condition : "");
	if (error == NULL)
		return refuse(predicate, "ended the stream");
	if (error->host[0] != '\0') /* SEC-011: whoever is in between could say that */
		return refuse(predicate, "sent us to \"%s\" before TLS, where nobody should follow",
			      error->host);
	return refuse(predicate, "ended the stream: %s%s%s%s", condition, explained ? " (\"" : "",
		      error->text, explained ? "\")" : "");
}

int dna_starttls_take(struct dna_starttls *starttls, struct dna_channel *channel,
		      enum dna_xml_kind kind, char predicate[DNA_REASON_MAX])
{
	const struct dna_xml *xml = &channel->xml;

	switch (kind) {
	case DNA_XML_BROKEN:
		return refuse(predicate, "%s", xml->complaint);
	case DNA_XML_HEADER:
		return take_header(starttls, channel);
	case DNA_XML_FEATURES:
		return take_features(starttls, channel);
	case DNA_XML_PROCEED:
		return take_proceed(starttls, xml, predicate);
	case DNA_XML_TLS_FAILURE:
		return refuse(predicate, "offers %s and refused it",
			      starttls->offered ? "STARTTLS" : "no STARTTLS");
	case DNA_XML_ERROR:
		return take_end(starttls, &xml->element, predicate);
	case DNA_XML_END:
		return take_end(starttls, NULL, predicate);
	default:
		return refuse(predicate, "sent <%s/> before TLS", xml->element.name);
	}
}

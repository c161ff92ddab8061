/* What the peer says on a link, as events of its flow. */
#include "peer/peer.h"
#include "stream/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t fact(bool holds, enum dna_flow_fact number)
{
	return holds ? DNA_FACT(number) : 0;
}

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* I18N-009: cut at the first `/`, then drop up to the first `@`. */
static const char *domain_of(const char *jid, char domain[DNA_DOMAINPART_MAX + 1])
{
	size_t size = strcspn(jid, "/");
	const char *at = memchr(jid, '@', size);
	const char *begin = at != NULL ? at + 1 : jid;

	size -= (size_t)(begin - jid);
	if (size > DNA_DOMAINPART_MAX)
		size = 0;
	memcpy(domain, begin, size);
	domain[size] = '\0';
	return or_null(domain);
}

int dna_link_domain_of(const char *jid, char ascii[DNA_NAME_MAX + 1])
{
	char domain[DNA_DOMAINPART_MAX + 1];

	if (domain_of(jid, domain) == NULL)
		return DNA_E_SYNTAX;
	return dna_domain_prepare(domain, ascii, NULL);
}

static bool is_own(const struct dna_link *link, uint8_t number)
{
	const char *name = dna_flow_domain(&link->names, number);

	return name != NULL && dna_peer_domain(link->peer, name) != NULL;
}

static bool is_one_label(const struct dna_link *link, uint8_t number)
{
	const char *name = dna_flow_domain(&link->names, number);

	return name != NULL && strchr(name, '.') == NULL;
}

/* The event's domains, from the element's attributes; what is none is improper. */
static void read_domains(struct dna_link *link, const char *from, const char *to,
			 struct dna_flow_event *event)
{
	if (dna_flow_domains_find(&link->names, &link->flow, from, to, event) != 0)
		event->facts |= DNA_FACT(DNA_FACT_IMPROPER);
	event->facts |= fact(is_own(link, event->to), DNA_FACT_HOSTED);
	event->facts |=
		fact(event->from != 0 && (is_own(link, event->from) || event->from == event->to ||
					  is_one_label(link, event->from)),
		     DNA_FACT_FROM_REFUSED);
}

static uint64_t read_version(const char *version)
{
	char *end;
	unsigned long major = strtoul(version, &end, 10);

	if (version[0] == '\0')
		return 0;
	return DNA_FACT(*end == '.' && major > 0 ? DNA_FACT_VERSIONED : DNA_FACT_WRONG_VERSION);
}

/* What a header does not say is as it was. */
static void keep_name(char name[DNA_NAME_MAX + 1], const struct dna_link *link, uint8_t number)
{
	const char *found = dna_flow_domain(&link->names, number);

	if (found != NULL)
		snprintf(name, DNA_NAME_MAX + 1, "%s", found);
}

static void read_header(struct dna_link *link, const struct dna_element *e,
			struct dna_flow_event *event)
{
	event->kind = DNA_FLOW_HEADER;
	event->facts = read_version(e->version) |
		       fact(e->flags & DNA_XML_OFFERS_DIALBACK, DNA_FACT_DIALBACK);
	if (link->role == DNA_INITIATING) {
		snprintf(link->id, sizeof(link->id), "%s", e->id);
		return;
	}
	read_domains(link, or_null(e->from), or_null(e->to), event);
	if (e->to[0] == '\0' || (link->channel->secured && e->from[0] == '\0'))
		event->facts |= DNA_FACT(DNA_FACT_IMPROPER);
	if (link->hint[0] != '\0' && event->from != 0 &&
	    strcmp(link->hint, dna_flow_domain(&link->names, event->from)) != 0)
		event->facts |= DNA_FACT(DNA_FACT_FROM_CHANGED);
	keep_name(link->hint, link, event->from);
	if ((event->facts & DNA_FACT(DNA_FACT_HOSTED)) != 0)
		keep_name(link->wanted, link, event->to); /* FLOW-007: we are who it is */
}

static void read_features(struct dna_link *link, const struct dna_element *e,
			  struct dna_flow_event *event)
{
	bool starttls = e->flags & DNA_XML_OFFERS_STARTTLS;
	bool external = e->flags & DNA_XML_OFFERS_EXTERNAL;
	bool dialback = e->flags & DNA_XML_OFFERS_DIALBACK;
	bool errors = e->flags & DNA_XML_OFFERS_ERRORS;

	event->kind = DNA_FLOW_FEATURES;
	/* The header's word for dialback holds: with features it is not taken back. */
	event->facts = fact(external, DNA_FACT_EXTERNAL) | fact(errors, DNA_FACT_ERRORS) |
		       fact(dialback || link->channel->xml.dialback, DNA_FACT_DIALBACK);
	dna_link_note(link, "offers", DNA_PLAIN,
		      json_pack("{s:b, s:b, s:b, s:b}", "starttls", starttls, "external", external,
				"dialback", dialback, "errors", errors),
		      "%s%s%s%s%s",
		      starttls   ? "STARTTLS"
		      : external ? "EXTERNAL"
				 : "",
		      (starttls || external) && dialback ? ", " : "", dialback ? "dialback" : "",
		      dialback && errors ? " with errors" : "",
		      starttls || external || dialback ? "" : "nothing that we know");
}

/* FLOW-018: "=" is an empty identity, none at all asks for a challenge. */
static void read_auth(struct dna_link *link, const struct dna_element *e,
		      struct dna_flow_event *event)
{
	char identity[DNA_SASL_TEXT_MAX + 1], ascii[DNA_NAME_MAX + 1];
	const char *from = dna_flow_domain(&link->names, link->flow.from);
	bool response = e->kind == DNA_XML_RESPONSE || e->text[0] != '\0';
	bool covered = dna_sasl_read(e->text, identity) == 0 &&
		       (identity[0] == '\0' ||
			(from != NULL && dna_domain_prepare(identity, ascii, NULL) == 0 &&
			 strcmp(ascii, from) == 0));
	bool external = e->kind == DNA_XML_RESPONSE || strcmp(e->mechanism, "EXTERNAL") == 0;

	event->kind = e->kind == DNA_XML_AUTH ? DNA_FLOW_AUTH : DNA_FLOW_RESPONSE;
	event->facts =
		fact(response, DNA_FACT_RESPONSE) | fact(covered && external, DNA_FACT_COVERED);
}

static void note_answer(const struct dna_link *link, const struct dna_element *e)
{
	dna_link_note(link, "dialback", strcmp(e->type, "valid") == 0 ? DNA_GOOD : DNA_BAD,
		      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "from", e->from, "to", e->to,
				"type", e->type, "element", e->name, "condition", e->condition,
				"words", e->text),
		      "%s says of %s: %s%s%s%s%s", e->from, e->to, e->type,
		      e->condition[0] != '\0' ? ", " : "", e->condition,
		      e->text[0] != '\0' ? ": " : "", e->text);
}

static void read_dialback(struct dna_link *link, const struct dna_element *e,
			  struct dna_flow_event *event)
{
	bool result = e->kind == DNA_XML_RESULT;
	const struct dna_claim *claim;
	const char *from, *to;

	read_domains(link, or_null(e->from), or_null(e->to), event);
	from = dna_flow_domain(&link->names, event->from);
	to = dna_flow_domain(&link->names, event->to);
	if (strcmp(e->type, "") == 0) {
		event->kind = result ? DNA_FLOW_RESULT : DNA_FLOW_VERIFY;
		if (result && from != NULL && to != NULL)
			dna_claim_keep(link, from, to, e->text);
		return;
	}
	if (strcmp(e->type, "valid") == 0)
		event->kind = result ? DNA_FLOW_RESULT_VALID : DNA_FLOW_VERIFY_VALID;
	else if (strcmp(e->type, "invalid") == 0)
		event->kind = result ? DNA_FLOW_RESULT_INVALID : DNA_FLOW_VERIFY_INVALID;
	else
		event->kind = result ? DNA_FLOW_RESULT_ERROR : DNA_FLOW_VERIFY_ERROR;
	event->facts |= fact(strcmp(e->condition, "resource-constraint") == 0, DNA_FACT_CONSTRAINT);
	claim = result || from == NULL || to == NULL
			? NULL
			: dna_claim_verified(link->peer, from, to, e->id);
	event->origin = claim != NULL ? claim->number : 0;
	note_answer(link, e);
}

static void read_stanza(struct dna_link *link, const struct dna_element *e,
			struct dna_flow_event *event)
{
	char from[DNA_DOMAINPART_MAX + 1], to[DNA_DOMAINPART_MAX + 1];

	event->kind = DNA_FLOW_STANZA;
	read_domains(link, domain_of(e->from, from), domain_of(e->to, to), event);
}

static void read_error(struct dna_link *link, const struct dna_element *e,
		       struct dna_flow_event *event)
{
	event->kind = DNA_FLOW_STREAM_ERROR;
	event->facts = fact(strcmp(e->condition, "host-unknown") == 0, DNA_FACT_HOST_UNKNOWN) |
		       fact(dna_redirect_read(link, e->host), DNA_FACT_REDIRECT);
	dna_link_note(link, "error", DNA_BAD,
		      json_pack("{s:s, s:s, s:s}", "condition", e->condition, "words", e->text,
				"host", e->host),
		      "it ends the stream: %s%s%s%s%s", e->condition,
		      e->host[0] != '\0' ? ": " : "", e->host, e->text[0] != '\0' ? ": " : "",
		      e->text);
}

static void read_sasl_end(struct dna_link *link, const struct dna_element *e,
			  struct dna_flow_event *event)
{
	bool success = e->kind == DNA_XML_SUCCESS;

	event->kind = success ? DNA_FLOW_SASL_SUCCESS : DNA_FLOW_SASL_FAILURE;
	dna_link_note(link, "external", success ? DNA_GOOD : DNA_BAD,
		      json_pack("{s:s, s:s, s:s}", "type", success ? "success" : "failure",
				"condition", e->condition, "words", e->text),
		      "%s%s%s%s%s", success ? "our certificate was accepted" : "refused",
		      e->condition[0] != '\0' ? ", " : "", e->condition,
		      e->text[0] != '\0' ? ": " : "", e->text);
}

static void read_broken(struct dna_link *link, struct dna_flow_event *event)
{
	event->kind = DNA_FLOW_OTHER;
	link->condition = link->channel->xml.condition;
	dna_link_note(link, "broken", DNA_BAD, NULL, "it %s", link->channel->xml.complaint);
}

/* Octets in clear that come along would be taken for protected ones: STARTTLS injection. */
static enum dna_flow_event_kind before_tls(const struct dna_link *link,
					   enum dna_flow_event_kind kind)
{
	return dna_xml_has_more(&link->channel->xml) ? DNA_FLOW_OTHER : kind;
}

void dna_link_read(struct dna_link *link, enum dna_xml_kind kind, struct dna_flow_event *event)
{
	const struct dna_element *e = &link->channel->xml.element;

	*event = (struct dna_flow_event){ .kind = DNA_FLOW_OTHER };
	switch (kind) {
	case DNA_XML_HEADER:
		read_header(link, e, event);
		break;
	case DNA_XML_FEATURES:
		read_features(link, e, event);
		break;
	case DNA_XML_STARTTLS:
		event->kind = before_tls(link, DNA_FLOW_STARTTLS);
		break;
	case DNA_XML_PROCEED:
		event->kind = before_tls(link, DNA_FLOW_PROCEED);
		break;
	case DNA_XML_TLS_FAILURE:
		event->kind = DNA_FLOW_REFUSED;
		break;
	case DNA_XML_AUTH:
	case DNA_XML_RESPONSE:
		read_auth(link, e, event);
		break;
	case DNA_XML_SUCCESS:
	case DNA_XML_SASL_FAILURE:
		read_sasl_end(link, e, event);
		break;
	case DNA_XML_RESULT:
	case DNA_XML_VERIFY:
		read_dialback(link, e, event);
		break;
	case DNA_XML_STANZA:
		read_stanza(link, e, event);
		break;
	case DNA_XML_ERROR:
		read_error(link, e, event);
		break;
	case DNA_XML_END:
		event->kind = DNA_FLOW_CLOSED;
		break;
	case DNA_XML_BROKEN:
		read_broken(link, event);
		break;
	default:
		break;
	}
}

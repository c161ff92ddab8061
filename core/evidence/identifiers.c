/*
 * Presented identifiers, read from the subjectAltName and matched against reference identifiers
 * (RFC 6120 section 13.7.1.2, RFC 9525). Nothing else in a certificate says whose it is: no common
 * name (PKIX-013). We read the extension ourselves, since versions of GnuTLS differ in what they
 * make of an SRVName.
 */
#include "base/name.h"
#include "evidence/certificate.h"
#include "evidence/der.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define GENERAL_NAME_OTHER DNA_DER_CONTEXT_CONSTRUCTED /* [0] OtherName */
#define GENERAL_NAME_DNS   (DNA_DER_CONTEXT + 2)       /* [2] IA5String */
#define GENERAL_NAME_IP    (DNA_DER_CONTEXT + 7)       /* [7] OCTET STRING */

/* id-on-xmppAddr 1.3.6.1.5.5.7.8.5, id-on-dnsSRV 1.3.6.1.5.5.7.8.7 */
static const uint8_t id_on_xmpp_addr[] = { 0x2b, 6, 1, 5, 5, 7, 8, 5 };
static const uint8_t id_on_dns_srv[] = { 0x2b, 6, 1, 5, 5, 7, 8, 7 };

/* ---- Reading ---- */

/* In A-labels: reasons may be cut anywhere, and stay text. */
static void describe(struct dna_identifier *identifier, struct dna_bytes value)
{
	static const char *const prefixes[] = {
		[DNA_DNS_ID] = "DNS:",
		[DNA_SRV_ID] = "SRV:",
		[DNA_XMPP_ADDR] = "XMPP:",
		[DNA_IP_ID] = "IP:",
	};
	char ascii[DNA_NAME_MAX + 1];
	size_t length = strlen(strcpy(identifier->text, prefixes[identifier->kind]));

	if (identifier->kind == DNA_XMPP_ADDR && identifier->valid &&
	    dna_domain_prepare(identifier->name, ascii, NULL) == 0)
		value = (struct dna_bytes){ (const uint8_t *)ascii, strlen(ascii) };
	if (identifier->kind == DNA_IP_ID)
		value = (struct dna_bytes){ (const uint8_t *)identifier->name,
					    strlen(identifier->name) };
	dna_printable(value, identifier->text + length, sizeof(identifier->text) - length);
}

/* A DNS name, maybe with a wildcard as its left-most label: LDH labels only, so neither NUL nor
 * underscore (PKIX-015). */
static bool read_name(struct dna_bytes value, char name[DNA_DOMAINPART_MAX + 1])
{
	size_t size = value.size;

	if (size > 1 && value.data[size - 1] == '.') /* PKIX-010 */
		size--;
	if (size == 0 || size > DNA_NAME_MAX || memchr(value.data, '\0', size) != NULL)
		return false;
	memcpy(name, value.data, size);
	name[size] = '\0';
	return dna_name_is_host(strncmp(name, "*.", 2) == 0 ? name + 2 : name, false);
}

/* "_service.name" (RFC 4985 section 2) */
static bool read_srv(struct dna_bytes value, struct dna_identifier *identifier)
{
	const uint8_t *dot = value.size == 0 ? NULL : memchr(value.data, '.', value.size);
	size_t label;

	if (dot == NULL || value.data[0] != '_')
		return false;
	label = (size_t)(dot - value.data);
	if (label - 1 > DNA_LABEL_MAX)
		return false;
	memcpy(identifier->service, value.data + 1, label - 1);
	identifier->service[label - 1] = '\0';
	return dna_name_is_host(identifier->service, false) &&
	       read_name((struct dna_bytes){ dot + 1, value.size - label - 1 }, identifier->name);
}

/* A bare domain; with a localpart or a resource it is no server's (PKIX-014). */
static bool read_xmpp_addr(struct dna_bytes value, char name[DNA_DOMAINPART_MAX + 1])
{
	char text[DNA_DOMAINPART_MAX + 1], ascii[DNA_NAME_MAX + 1];

	if (value.size == 0 || value.size > DNA_DOMAINPART_MAX ||
	    memchr(value.data, '\0', value.size) != NULL)
		return false;
	memcpy(text, value.data, value.size);
	text[value.size] = '\0';
	return dna_domain_prepare(text, ascii, name) == 0;
}

/* PKIX-022 */
static bool read_address(struct dna_bytes value, char name[DNA_DOMAINPART_MAX + 1])
{
	return (value.size == 4 || value.size == 16) &&
	       inet_ntop(value.size == 4 ? AF_INET : AF_INET6, value.data, name,
			 DNA_DOMAINPART_MAX) != NULL;
}

static bool is_oid(const struct dna_der *element, const uint8_t *oid, size_t size)
{
	return element->content.size == size && memcmp(element->content.data, oid, size) == 0;
}

static int read_other_name(struct dna_bytes der, enum dna_identifier_kind *kind,
			   struct dna_bytes *value)
{
	struct dna_der type, wrapped, string;
	uint8_t wanted;

	if (dna_der_read_tag(&der, DNA_DER_OID, &type) != 0 ||
	    dna_der_read_tag(&der, DNA_DER_CONTEXT_CONSTRUCTED, &wrapped) != 0 || der.size != 0)
		return DNA_E_SYNTAX;
	if (is_oid(&type, id_on_xmpp_addr, sizeof(id_on_xmpp_addr))) {
		*kind = DNA_XMPP_ADDR;
		wanted = DNA_DER_UTF8_STRING;
	} else if (is_oid(&type, id_on_dns_srv, sizeof(id_on_dns_srv))) {
		*kind = DNA_SRV_ID;
		wanted = DNA_DER_IA5_STRING;
	} else {
		return DNA_E_NOTFOUND;
	}
	if (dna_der_read(&wrapped.content, &string) != 0 || wrapped.content.size != 0)
		return DNA_E_SYNTAX;
	*value = string.tag == wanted ? string.content : (struct dna_bytes){ NULL, 0 };
	return 0;
}

int dna_general_name_read(const struct dna_der *name, enum dna_identifier_kind *kind,
			  struct dna_bytes *value)
{
	if (name->tag == GENERAL_NAME_OTHER)
		return read_other_name(name->content, kind, value);
	if (name->tag != GENERAL_NAME_DNS)
		return DNA_E_NOTFOUND;
	*kind = DNA_DNS_ID;
	*value = name->content;
	return 0;
}

static int read_identifier(const struct dna_der *name, struct dna_identifier *identifier)
{
	struct dna_bytes value;
	int r;

	*identifier = (struct dna_identifier){ .kind = DNA_IP_ID };
	value = name->content;
	r = name->tag != GENERAL_NAME_IP ? dna_general_name_read(name, &identifier->kind, &value)
					 : 0;
	if (r != 0)
		return r;
	if (identifier->kind == DNA_IP_ID)
		identifier->valid = read_address(value, identifier->name);
	else if (identifier->kind == DNA_XMPP_ADDR)
		identifier->valid = read_xmpp_addr(value, identifier->name);
	else if (identifier->kind == DNA_SRV_ID)
		identifier->valid = read_srv(value, identifier);
	else
		identifier->valid = read_name(value, identifier->name);
	describe(identifier, value);
	return 0;
}

static int read_names(struct dna_bytes der, int (*each)(void *, const struct dna_identifier *),
		      void *argument)
{
	struct dna_identifier identifier;
	struct dna_der names, element;

	if (dna_der_read_tag(&der, DNA_DER_SEQUENCE, &names) != 0 || der.size != 0)
		return DNA_E_SYNTAX;
	for (unsigned count = 0; names.content.size != 0; count++) {
		int r = dna_der_read(&names.content, &element);

		if (r == 0 && count == DNA_IDENTIFIERS_MAX)
			r = DNA_E_LIMIT;
		if (r == 0)
			r = read_identifier(&element, &identifier);
		if (r == 0)
			r = each(argument, &identifier);
		if (r != 0 && r != DNA_E_NOTFOUND)
			return r;
	}
	return 0;
}

int dna_certificate_identifiers(const struct dna_certificate *certificate,
				int (*each)(void *argument,
					    const struct dna_identifier *identifier),
				void *argument)
{
	const struct dna_extensions *extensions = &certificate->extensions;

	if (!extensions->readable)
		return DNA_E_SYNTAX;
	return extensions->names.data != NULL ? read_names(extensions->names, each, argument) : 0;
}

/* ---- Matching ---- */

/* A line of text that is cut between words when it gets too long. */
static void list(char *text, size_t size, const char *word, const char *remark)
{
	size_t used = strlen(text), more = strlen(word) + strlen(remark) + 2;
	const char *comma = used > 0 ? ", " : "";

	if (used + more + sizeof(", ...") <= size)
		stpcpy(stpcpy(stpcpy(text + used, comma), word), remark);
	else if (used < 3 || strcmp(text + used - 3, "...") != 0)
		strcpy(stpcpy(text + used, comma), "...");
}

static void list_reference(struct dna_name_match *match, const struct dna_reference *reference)
{
	char word[DNA_NAME_MAX + DNA_LABEL_MAX + 8], ascii[DNA_NAME_MAX + 1] = "";

	if (reference->kind == DNA_SRV_ID)
		snprintf(word, sizeof(word), "SRV:_%s.%s", reference->service, reference->name);
	else if (reference->kind == DNA_DNS_ID)
		snprintf(word, sizeof(word), "DNS:%s", reference->name);
	else if (reference->kind == DNA_IP_ID)
		snprintf(word, sizeof(word), "IP:%s", reference->name);
	else if (dna_domain_prepare(reference->name, ascii, NULL) == 0)
		snprintf(word, sizeof(word), "XMPP:%s", ascii);
	else
		return;
	list(match->wanted, sizeof(match->wanted), word, "");
}

static bool identifies(const struct dna_identifier *identifier,
		       const struct dna_reference *reference)
{
	if (!identifier->valid || identifier->kind != reference->kind)
		return false;
	if (reference->kind == DNA_XMPP_ADDR || reference->kind == DNA_IP_ID) /* I18N-003 */
		return strcmp(identifier->name, reference->name) == 0;
	if (reference->kind == DNA_SRV_ID && /* PKIX-007, PKIX-009 */
	    !dna_name_equal(identifier->service, reference->service))
		return false;
	return dna_name_matches(identifier->name, reference->name) && /* PKIX-010, -011, -012 */
	       dna_name_is_host(reference->name, false) && /* `*` is for no underscore label */
	       !dna_name_is_address(reference->name);      /* PKIX-022 */
}

struct matching {
	const struct dna_reference *references;
	size_t best; /* the first reference that something matched */
	struct dna_name_match *match;
};

static int match_identifier(void *argument, const struct dna_identifier *identifier)
{
	struct matching *matching = argument;
	struct dna_name_match *match = matching->match;

	list(match->found, sizeof(match->found), identifier->text,
	     identifier->valid ? "" : " (not valid)");
	for (size_t i = 0; i < matching->best; i++) {
		if (!identifies(identifier, &matching->references[i]))
			continue;
		matching->best = i;
		strcpy(match->presented, identifier->text);
	}
	return 0;
}

int dna_chain_match(const struct dna_chain *chain, const struct dna_reference *references,
		    size_t count, struct dna_name_match *match)
{
	struct dna_name_match new = { .reference = NULL };
	struct matching matching = { references, count, &new };
	int r = dna_certificate_identifiers(chain->certificates[0], match_identifier, &matching);

	if (r == DNA_E_SYNTAX) {
		matching.best = count;
		strcpy(new.found, "no domain: its subjectAltName is not well formed");
	} else if (r != 0) {
		return r;
	}
	if (new.found[0] == '\0')
		strcpy(new.found, "no domain");
	for (size_t i = 0; i < count; i++)
		list_reference(&new, &references[i]);
	if (matching.best < count) {
		new.reference = references[matching.best].name;
		new.delegation = references[matching.best].delegation;
	} else {
		new.presented[0] = '\0';
	}
	*match = new;
	return 0;
}

bool dna_chain_names(const struct dna_chain *chain, const char *host)
{
	const struct dna_reference reference = { .kind = DNA_DNS_ID, .name = host };
	struct dna_name_match match;

	return dna_chain_match(chain, &reference, 1, &match) == 0 && match.reference != NULL;
}

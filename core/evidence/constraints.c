/*
 * Name constraints (RFC 5280 section 4.2.1.10, RFC 4985 section 4) on the identifiers that XMPP
 * goes by (PKIX-017). An authority that is confined to a DNS domain must not speak for
 * others by SRV-IDs and XmppAddrs (RFC 9525 section 7.6).
 */
#include "evidence/constraints.h"
#include "base/name.h"

#include <stdio.h>
#include <string.h>

#define PERMITTED DNA_DER_CONTEXT_CONSTRUCTED       /* [0] GeneralSubtrees */
#define EXCLUDED  (DNA_DER_CONTEXT_CONSTRUCTED + 1) /* [1] GeneralSubtrees */
#define MINIMUM   DNA_DER_CONTEXT                   /* [0] BaseDistance */

/* One issuer's constraints, and where to tell which identifier breaks them. */
struct checking {
	struct dna_bytes permitted, excluded; /* subtrees, one after the other */
	char *text;
	size_t size;
};

/* The domain that an identifier names: A-labels. */
static int domain_of(const struct dna_identifier *identifier, char domain[DNA_DOMAINPART_MAX + 1])
{
	if (identifier->kind == DNA_XMPP_ADDR)
		return dna_domain_prepare(identifier->name, domain, NULL);
	strcpy(domain, identifier->name);
	return 0;
}

/*
 * A wildcard may stand for what is excluded, and is then in there as well; so is what is no name, and
 * in nothing that is permitted.
 */
static bool is_below(const char *domain, const char *zone, bool excluded)
{
	if (domain[0] == '\0' || domain[0] == '.' || strstr(domain, "..") != NULL)
		return excluded;
	if (excluded && dna_name_matches(domain, zone))
		return true;
	return dna_name_below(domain, zone[0] == '\0' ? "." : zone);
}

/*
 * RFC 4985 section 4: "_service", "domain" or "_service.domain". Cuts the service off; returns the
 * domain.
 */
static char *cut_service(char *subtree)
{
	char *zone = strchrnul(subtree, '.');

	if (subtree[0] != '_')
		return subtree;
	if (*zone != '\0')
		*zone++ = '\0';
	return zone;
}

/*
 * A subtree of the names of one kind, and the domain in it: "" is every domain. A dot in front is
 * for URIs alone (RFC 5280 section 4.2.1.10); what it would mean here nobody has said.
 */
static bool read_subtree(struct dna_bytes value, enum dna_identifier_kind kind,
			 char subtree[DNA_NAME_MAX + 2], char **zone)
{
	size_t size = value.size;

	if (size > 1 && value.data[size - 1] == '.')
		size--;
	if (size > DNA_NAME_MAX || (size != 0 && memchr(value.data, '\0', size) != NULL))
		return false;
	if (size != 0)
		memcpy(subtree, value.data, size);
	subtree[size] = '\0';
	*zone = kind == DNA_SRV_ID ? cut_service(subtree) : subtree;
	return **zone == '\0' || dna_name_is_host(*zone, true);
}

/*
 * Whether constraints on a kind of name are for this one: for its own, be it valid or not, and those
 * on DNS names for all that identify.
 */
static bool concerns(enum dna_identifier_kind kind, const struct dna_identifier *identifier)
{
	return kind == identifier->kind || (kind == DNA_DNS_ID && identifier->valid);
}

/* How an identifier stands to one subtree: not at all, or outside or inside of it. */
enum stand { UNCONCERNED, OUTSIDE, INSIDE };

static int compare(const struct dna_identifier *identifier, const struct dna_der *base,
		   bool excluded, enum dna_identifier_kind *kind, enum stand *stand)
{
	char subtree[DNA_NAME_MAX + 2], domain[DNA_DOMAINPART_MAX + 1], *zone;
	struct dna_bytes value;
	int r = dna_general_name_read(base, kind, &value);

	*stand = UNCONCERNED;
	if (r == DNA_E_NOTFOUND || (r == 0 && !concerns(*kind, identifier)))
		return 0;                     /* another form of name */
	if (r != 0 || *kind == DNA_XMPP_ADDR) /* nobody has said what that would mean */
		return DNA_E_SYNTAX;
	if (!read_subtree(value, *kind, subtree, &zone))
		return DNA_E_SYNTAX;
	r = domain_of(identifier, domain);
	if (r != 0)
		return r;
	*stand = is_below(domain, zone, excluded) &&
				 (zone == subtree ||
				  dna_name_equal(subtree + 1, identifier->service))
			 ? INSIDE
			 : OUTSIDE;
	return 0;
}

int dna_subtree_read(struct dna_bytes *subtrees, struct dna_der *base)
{
	struct dna_der subtree, minimum;

	if (dna_der_read_tag(subtrees, DNA_DER_SEQUENCE, &subtree) != 0 ||
	    dna_der_read(&subtree.content, base) != 0)
		return DNA_E_SYNTAX;
	if (dna_der_read_tag(&subtree.content, MINIMUM, &minimum) == 0 &&
	    (minimum.content.size != 1 || minimum.content.data[0] != 0))
		return DNA_E_SYNTAX;
	return subtree.content.size == 0 ? 0 : DNA_E_SYNTAX;
}

/* Whether an identifier keeps to a list of subtrees: in none that is excluded; in one that is
 * permitted, for each form of name that has any. */
static int keeps_to(const struct dna_identifier *identifier, struct dna_bytes subtrees,
		    bool excluded, bool *keeps)
{
	bool concerned[2] = { false, false }, inside[2] = { false, false };

	while (subtrees.size != 0) {
		enum dna_identifier_kind kind = DNA_DNS_ID;
		struct dna_der base;
		enum stand stand;
		int r;

		r = dna_subtree_read(&subtrees, &base);
		if (r == 0)
			r = compare(identifier, &base, excluded, &kind, &stand);
		if (r != 0)
			return r;
		concerned[kind == DNA_SRV_ID] |= stand != UNCONCERNED;
		inside[kind == DNA_SRV_ID] |= stand == INSIDE;
	}
	for (size_t i = 0; i < 2; i++)
		*keeps = *keeps && (excluded ? !inside[i] : inside[i] || !concerned[i]);
	return 0;
}

static int check(void *argument, const struct dna_identifier *identifier)
{
	struct checking *checking = argument;
	bool keeps = true;
	int r;

	if (identifier->kind == DNA_IP_ID) /* other_names.c has these */
		return 0;
	r = keeps_to(identifier, checking->permitted, false, &keeps);
	if (r == 0)
		r = keeps_to(identifier, checking->excluded, true, &keeps);
	if (r != 0 || keeps)
		return r;
	dna_printable(
		(struct dna_bytes){ (const uint8_t *)identifier->text, strlen(identifier->text) },
		checking->text, checking->size);
	return DNA_E_POLICY;
}

/* Neither the whole nor one of its lists may be empty (RFC 5280 section 4.2.1.10). */
static int read_constraints(struct dna_bytes der, struct checking *checking)
{
	struct dna_der constraints, subtrees;
	bool empty = false;

	if (dna_der_read_tag(&der, DNA_DER_SEQUENCE, &constraints) != 0 || der.size != 0)
		return DNA_E_SYNTAX;
	if (constraints.content.size == 0)
		return DNA_E_SYNTAX;
	if (dna_der_take(&constraints.content, PERMITTED, &subtrees)) {
		checking->permitted = subtrees.content;
		empty |= subtrees.content.size == 0;
	}
	if (dna_der_take(&constraints.content, EXCLUDED, &subtrees)) {
		checking->excluded = subtrees.content;
		empty |= subtrees.content.size == 0;
	}
	return constraints.content.size == 0 && !empty ? 0 : DNA_E_SYNTAX;
}

int dna_certificate_constrains(const struct dna_certificate *issuer,
			       const struct dna_certificate *certificate, char *outside,
			       size_t size)
{
	const struct dna_bytes extension = issuer->extensions.limits;
	struct checking checking = { .text = outside, .size = size };
	int r;

	if (extension.data == NULL)
		return 0;
	r = read_constraints(extension, &checking);
	if (r == 0)
		r = dna_certificate_identifiers(certificate, check, &checking);
	if (r == 0)
		r = dna_other_names_keep_to(certificate, checking.permitted, checking.excluded,
					    outside, size);
	return r;
}

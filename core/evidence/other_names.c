/*
 * Name constraints on the forms of name that no XMPP server is identified by: an authority that
 * broke them must not be believed in anything else (RFC 5280 section 6.1.3 (b), (c)). Mail
 * addresses are compared by GnuTLS, IP addresses, URIs and distinguished names here. A form that
 * nobody can compare is refused where the certificate has such a name, and only there.
 */
#include "base/name.h"
#include "evidence/constraints.h"
#include "evidence/distinguished.h"

#include <stdio.h>
#include <string.h>

/* Tags of GeneralName. */
enum form {
	OTHER_NAME = DNA_DER_CONTEXT_CONSTRUCTED,
	MAIL = DNA_DER_CONTEXT + 1,
	DIRECTORY = DNA_DER_CONTEXT_CONSTRUCTED + 4,
	URI = DNA_DER_CONTEXT + 6,
	IP = DNA_DER_CONTEXT + 7,
};

/* ---- Distinguished names ---- */

static bool begins_with(const struct dna_buffer *name, const struct dna_buffer *base)
{
	return name->size >= base->size &&
	       (base->size == 0 || memcmp(name->data, base->data, base->size) == 0);
}

/*
 * Whether a name is below the base of a subtree. What cannot be compared to the end is taken to be
 * inside of what is excluded, and outside of what is permitted.
 */
static bool is_below(struct dna_bytes name, struct dna_bytes base, bool excluded)
{
	struct dna_buffer folded, subtree;
	bool complete[2] = { false, false }, below = excluded;

	dna_buffer_init(&folded, 0);
	dna_buffer_init(&subtree, 0);
	if (dna_distinguished_fold(name, &folded, &complete[0]) == 0 &&
	    dna_distinguished_fold(base, &subtree, &complete[1]) == 0)
		below = begins_with(&folded, &subtree) ||
			(excluded && !(complete[0] && complete[1]));
	dna_buffer_clear(&folded);
	dna_buffer_clear(&subtree);
	return below;
}

static bool name_keeps_to(struct dna_bytes name, struct dna_bytes subtrees, bool excluded)
{
	bool concerned = false, inside = false;
	struct dna_der base;

	while (dna_subtree_read(&subtrees, &base) == 0) {
		if (base.tag != DIRECTORY)
			continue;
		concerned = true;
		inside |= is_below(name, base.content, excluded);
	}
	return !concerned || inside != excluded;
}

/* The subject, unless it is empty, and directory names among the alternative ones. */
static bool subjects_keep_to(const struct dna_certificate *certificate, struct dna_bytes subtrees,
			     bool excluded)
{
	struct dna_bytes rest = certificate->extensions.names;
	struct dna_der names, name;

	if (certificate->subject_name.size != 0 &&
	    !name_keeps_to(certificate->subject, subtrees, excluded))
		return false;
	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &names) != 0)
		return true;
	while (names.content.size != 0 && dna_der_read(&names.content, &name) == 0)
		if (name.tag == DIRECTORY && !name_keeps_to(name.content, subtrees, excluded))
			return false;
	return true;
}

/* ---- Mail addresses ---- */

static bool mail_keeps_to(const struct dna_certificate *certificate, struct dna_bytes permitted,
			  struct dna_bytes excluded)
{
	const struct {
		struct dna_bytes subtrees;
		int (*add)(gnutls_x509_name_constraints_t, gnutls_x509_subject_alt_name_t,
			   const gnutls_datum_t *);
	} halves[] = {
		{ permitted, gnutls_x509_name_constraints_add_permitted },
		{ excluded, gnutls_x509_name_constraints_add_excluded },
	};
	gnutls_x509_name_constraints_t constraints;
	bool keeps = true;

	if (gnutls_x509_name_constraints_init(&constraints) != 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct dna_bytes subtrees = halves[i].subtrees;
		struct dna_der base;

		while (keeps && dna_subtree_read(&subtrees, &base) == 0) {
			const gnutls_datum_t value = {
				(unsigned char *)(uintptr_t)base.content.data,
				(unsigned)base.content.size
			};

			if (base.tag == MAIL)
				keeps = halves[i].add(constraints, GNUTLS_SAN_RFC822NAME, &value) ==
					0;
		}
	}
	keeps = keeps && gnutls_x509_name_constraints_check_crt(constraints, GNUTLS_SAN_RFC822NAME,
								certificate->crt) != 0;
	gnutls_x509_name_constraints_deinit(constraints);
	return keeps;
}

/* ---- IP addresses ---- */

/* An address and behind it its mask: ones, then zeroes. */
static bool is_network(struct dna_bytes base)
{
	unsigned last = 0xff;

	if (base.size != 8 && base.size != 32)
		return false;
	for (size_t i = base.size / 2; i < base.size; i++) {
		const unsigned mask = base.data[i], zeroes = ~mask & 0xff;

		if ((zeroes & (zeroes + 1)) != 0 || (last != 0xff && mask != 0))
			return false;
		last = mask;
	}
	return true;
}

static bool is_inside(struct dna_bytes address, struct dna_bytes network)
{
	if (network.size != 2 * address.size)
		return false;
	for (size_t i = 0; i < address.size; i++)
		if (((address.data[i] ^ network.data[i]) & network.data[address.size + i]) != 0)
			return false;
	return true;
}

/*
 * Both versions are one form of name: who is confined to networks of one has none of the other. GnuTLS
 * takes them for two.
 */
static bool address_keeps_to(struct dna_bytes address, struct dna_bytes subtrees, bool excluded)
{
	bool concerned = false, inside = false;
	struct dna_der base;

	while (dna_subtree_read(&subtrees, &base) == 0) {
		if (base.tag != IP)
			continue;
		if (!is_network(base.content))
			return false;
		concerned = true;
		inside |= is_inside(address, base.content);
	}
	return !concerned || inside != excluded;
}

/* ---- URIs ---- */

/*
 * The host in a URI; false: it has none that is a domain name. Only right behind the scheme there is
 * one: elsewhere "://" is part of something else.
 */
static bool read_host(struct dna_bytes uri, char host[DNA_NAME_MAX + 1])
{
	char text[DNA_ITEM_NAME_MAX + 1], *authority, *user;

	if (uri.size > DNA_ITEM_NAME_MAX ||
	    (uri.size != 0 && memchr(uri.data, '\0', uri.size) != NULL))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)uri.size, (const char *)uri.data);
	authority = text + strcspn(text, ":/?#");
	if (strncmp(authority, "://", strlen("://")) != 0)
		return false;
	authority += strlen("://");
	authority[strcspn(authority, "/?#")] = '\0';
	user = strrchr(authority, '@');
	if (user != NULL)
		authority = user + 1;
	authority[strcspn(authority, ":")] = '\0';
	if (!dna_name_is_host(authority, true) || dna_name_is_address(authority))
		return false;
	strcpy(host, authority);
	return true;
}

/*
 * RFC 5280 section 4.2.1.10: with a dot in front all hosts below, otherwise the one host. What is
 * neither permits no host, and excludes all.
 */
static bool is_host_in(const char *host, struct dna_bytes base, bool excluded)
{
	char zone[DNA_NAME_MAX + 2];
	const char *name = zone;

	if (base.size > DNA_NAME_MAX + 1 || memchr(base.data, '\0', base.size) != NULL)
		return excluded;
	snprintf(zone, sizeof(zone), "%.*s", (int)base.size, (const char *)base.data);
	name += zone[0] == '.';
	if (!dna_name_is_host(name, true))
		return excluded;
	return name == zone ? dna_name_equal(host, name)
			    : dna_name_below(host, name) && !dna_name_equal(host, name);
}

/* A URI without a host keeps to nothing that there is on URIs. */
static bool uri_keeps_to(struct dna_bytes uri, struct dna_bytes subtrees, bool excluded)
{
	char host[DNA_NAME_MAX + 1] = "";
	const bool has_host = read_host(uri, host);
	bool concerned = false, inside = false;
	struct dna_der base;

	while (dna_subtree_read(&subtrees, &base) == 0) {
		if (base.tag != URI)
			continue;
		if (!has_host)
			return false;
		concerned = true;
		inside |= is_host_in(host, base.content, excluded);
	}
	return !concerned || inside != excluded;
}

/* ---- Addresses and URIs ---- */

static bool addresses_keep_to(const struct dna_certificate *certificate, struct dna_bytes permitted,
			      struct dna_bytes excluded)
{
	struct dna_bytes rest = certificate->extensions.names;
	struct dna_der names, name;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &names) != 0)
		return true;
	while (names.content.size != 0 && dna_der_read(&names.content, &name) == 0) {
		if (name.tag == IP && (!address_keeps_to(name.content, permitted, false) ||
				       !address_keeps_to(name.content, excluded, true)))
			return false;
		if (name.tag == URI && (!uri_keeps_to(name.content, permitted, false) ||
					!uri_keeps_to(name.content, excluded, true)))
			return false;
	}
	return true;
}

/* ---- Forms that nobody can compare ---- */

/* Whether two GeneralNames are of one form; an otherName's is its type. */
static bool same_form(const struct dna_der *a, const struct dna_der *b)
{
	struct dna_bytes x = a->content, y = b->content;
	struct dna_der type, other;

	if (a->tag != b->tag || a->tag != OTHER_NAME)
		return a->tag == b->tag;
	return dna_der_read_tag(&x, DNA_DER_OID, &type) != 0 ||
	       dna_der_read_tag(&y, DNA_DER_OID, &other) != 0 ||
	       (type.content.size == other.content.size &&
		memcmp(type.content.data, other.content.data, type.content.size) == 0);
}

static bool has_name_like(const struct dna_certificate *certificate, const struct dna_der *base)
{
	struct dna_bytes rest = certificate->extensions.names;
	struct dna_der names, name;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &names) != 0)
		return false;
	while (names.content.size != 0) {
		if (dna_der_read(&names.content, &name) != 0 || same_form(&name, base))
			return true;
	}
	return false;
}

/* Whether it is one of the forms that are compared somewhere. */
static bool is_known(const struct dna_der *base)
{
	enum dna_identifier_kind kind;
	struct dna_bytes value;

	return base->tag == MAIL || base->tag == IP || base->tag == URI || base->tag == DIRECTORY ||
	       dna_general_name_read(base, &kind, &value) == 0;
}

static int refuse_unknown(const struct dna_certificate *certificate, struct dna_bytes subtrees)
{
	struct dna_der base;

	while (subtrees.size != 0)
		if (dna_subtree_read(&subtrees, &base) != 0 ||
		    (!is_known(&base) && has_name_like(certificate, &base)))
			return DNA_E_SYNTAX;
	return 0;
}

int dna_other_names_keep_to(const struct dna_certificate *certificate, struct dna_bytes permitted,
			    struct dna_bytes excluded, char *outside, size_t size)
{
	int r = refuse_unknown(certificate, permitted);

	if (r == 0)
		r = refuse_unknown(certificate, excluded);
	if (r != 0)
		return r;
	if (!subjects_keep_to(certificate, permitted, false) ||
	    !subjects_keep_to(certificate, excluded, true))
		snprintf(outside, size, "its subject");
	else if (!mail_keeps_to(certificate, permitted, excluded) ||
		 !addresses_keep_to(certificate, permitted, excluded))
		snprintf(outside, size, "its mail or IP addresses or URIs");
	else
		return 0;
	return DNA_E_POLICY;
}

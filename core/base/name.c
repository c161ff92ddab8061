/* Domain names. ASCII is lowered by hand: the process's locale has no say in what two names are. */
#include "base/name.h"
#include "base/address.h"

#include <dna/prooftype.h>

#include <arpa/inet.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Octets of |name| without one final dot; the root stays ".". */
static size_t length(const char *name)
{
	size_t size = strlen(name);

	return size > 1 && name[size - 1] == '.' ? size - 1 : size;
}

static bool equal(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

void dna_name_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = lower(*text);
}

bool dna_name_equal(const char *a, const char *b)
{
	return length(a) == length(b) && equal(a, b, length(a));
}

bool dna_name_below(const char *name, const char *zone)
{
	size_t size = length(name), zone_size = length(zone);

	if (strcmp(zone, ".") == 0)
		return true;
	if (size < zone_size || !equal(name + size - zone_size, zone, zone_size))
		return false;
	return size == zone_size || name[size - zone_size - 1] == '.';
}

/* PKIX-011 */
bool dna_name_matches(const char *presented, const char *name)
{
	const char *parent = strchr(name, '.');

	if (strchr(presented, '*') == NULL)
		return dna_name_equal(presented, name);
	if (strncmp(presented, "*.", 2) != 0)
		return false;
	presented += 2;
	if (memchr(presented, '.', length(presented)) == NULL || parent == NULL || parent == name)
		return false;
	return dna_name_equal(presented, parent + 1);
}

bool dna_name_is_address(const char *text)
{
	struct in6_addr address;
	char inside[INET6_ADDRSTRLEN];
	size_t size = strlen(text);

	if (inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1)
		return true;
	if (size < 2 || size - 2 >= sizeof(inside) || text[0] != '[' || text[size - 1] != ']')
		return false;
	memcpy(inside, text + 1, size - 2);
	inside[size - 2] = '\0';
	return inet_pton(AF_INET6, inside, &address) == 1;
}

static bool is_label(const char *label, size_t size, bool underscores)
{
	if (size == 0 || size > DNA_LABEL_MAX || label[0] == '-' || label[size - 1] == '-')
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_letter(label[i]) && !is_digit(label[i]) && label[i] != '-' &&
		    !(label[i] == '_' && underscores))
			return false;
	return true;
}

bool dna_name_is_host(const char *text, bool underscores)
{
	if (strlen(text) > DNA_NAME_MAX)
		return false;
	for (const char *label = text;; label++) {
		size_t size = strcspn(label, ".");

		if (!is_label(label, size, underscores))
			return false;
		label += size;
		if (*label == '\0')
			return true;
	}
}

/*
 * Whether the last label is a number: software that takes "127.1" or "0x7f.1" for an address is
 * common, and no top-level domain is one.
 */
static bool ends_in_number(const char *name)
{
	const char *dot = strrchr(name, '.'), *label = dot != NULL ? dot + 1 : name;
	bool hexadecimal = label[0] == '0' && lower(label[1]) == 'x';

	return hexadecimal ? label[2 + strspn(label + 2, "0123456789abcdefABCDEF")] == '\0'
			   : label[strspn(label, "0123456789")] == '\0';
}

/* POSH-027. What is reserved for documentation and tests is looked up: labs are made of it. */
bool dna_domain_is_public(const char *name)
{
	static const char *const reserved[] = { "alt",   "home.arpa", "internal", "invalid",
						"local", "localhost", "onion" };

	if (!dna_name_is_host(name, false) || strchr(name, '.') == NULL || ends_in_number(name))
		return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (dna_name_below(name, reserved[i]))
			return false;
	return true;
}

static int to_ascii(const char *text, char ascii[DNA_NAME_MAX + 1])
{
	char *name = NULL;
	int r = idn2_to_ascii_8z(text, &name, IDN2_NONTRANSITIONAL); /* I18N-004 */

	if (r != IDN2_OK)
		return r == IDN2_MALLOC ? DNA_E_NOMEM : DNA_E_INVALID;
	r = DNA_E_INVALID;
	if (strlen(name) <= DNA_NAME_MAX) {
		strcpy(ascii, name);
		r = 0;
	}
	idn2_free(name);
	return r;
}

static int to_unicode(const char *ascii, char unicode[DNA_DOMAINPART_MAX + 1])
{
	char *name = NULL;
	int r = idn2_to_unicode_8z8z(ascii, &name, IDN2_NONTRANSITIONAL);

	if (r != IDN2_OK)
		return r == IDN2_MALLOC ? DNA_E_NOMEM : DNA_E_INVALID;
	r = DNA_E_INVALID;
	if (strlen(name) <= DNA_DOMAINPART_MAX) {
		strcpy(unicode, name);
		r = 0;
	}
	idn2_free(name);
	return r;
}

/*
 * Whether IDNA changes nothing but the case: letters, digits and hyphens, none of which might make
 * an A-label or be reserved (RFC 5891 section 4.2.3.1).
 */
static bool is_plain(const char *name)
{
	if (!dna_name_is_host(name, false))
		return false;
	for (const char *label = name; label != NULL; label = strchr(label, '.')) {
		label += *label == '.';
		if (strnlen(label, 4) == 4 && label[2] == '-' && label[3] == '-')
			return false;
	}
	return true;
}

/* |prepared|, a name without final dot, becomes U-labels; whether it is a host's is not looked at. */
static int convert(char prepared[DNA_DOMAINPART_MAX + 1], char a_labels[DNA_NAME_MAX + 1])
{
	char again[DNA_NAME_MAX + 1];
	int r;

	if (is_plain(prepared)) {
		dna_name_lower(prepared);
		strcpy(a_labels, prepared);
		return 0;
	}
	r = to_ascii(prepared, a_labels);
	if (r == 0)
		r = to_unicode(a_labels, prepared);
	if (r == 0)
		r = to_ascii(prepared, again);
	if (r == 0 && strcmp(a_labels, again) != 0) /* I18N-006 */
		r = DNA_E_INVALID;
	return r;
}

int dna_domain_prepare(const char *text, char ascii[DNA_NAME_MAX + 1],
		       char unicode[DNA_DOMAINPART_MAX + 1])
{
	char prepared[DNA_DOMAINPART_MAX + 1], a_labels[DNA_NAME_MAX + 1];
	size_t size = strlen(text);
	int r;

	if (size > DNA_DOMAINPART_MAX) /* I18N-008 */
		return DNA_E_INVALID;
	size = length(text);
	memcpy(prepared, text, size);
	prepared[size] = '\0';
	r = convert(prepared, a_labels);
	if (r != 0)
		return r;
	if (!dna_name_is_host(a_labels, false) || ends_in_number(a_labels))
		return DNA_E_INVALID;
	strcpy(ascii, a_labels);
	if (unicode != NULL)
		strcpy(unicode, prepared);
	return 0;
}

int dna_domainpart_prepare(const char *text, char ascii[DNA_NAME_MAX + 1],
			   char unicode[DNA_DOMAINPART_MAX + 1])
{
	struct dna_address address;
	bool is_v6;

	if (!dna_name_is_address(text))
		return dna_domain_prepare(text, ascii, unicode);
	if (dna_address_read(&address, text) != 0)
		return DNA_E_INVALID;
	is_v6 = address.size == 16;
	inet_ntop(is_v6 ? AF_INET6 : AF_INET, address.octets, ascii, DNA_NAME_MAX);
	if (unicode != NULL)
		snprintf(unicode, DNA_DOMAINPART_MAX, is_v6 ? "[%s]" : "%s", ascii);
	return 0;
}

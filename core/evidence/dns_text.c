/*
 * DNS data as presentation text: types and RDATA (RFC 1035 section 5, RFC 3597, RFC 6698
 * section 2.2, RFC 7218).
 */
#include "evidence/dns.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- Types ---- */

static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "A", DNA_RR_A },
	{ "NS", 2 },
	{ "CNAME", DNA_RR_CNAME },
	{ "SOA", 6 },
	{ "PTR", 12 },
	{ "MX", 15 },
	{ "TXT", 16 },
	{ "AAAA", DNA_RR_AAAA },
	{ "SRV", DNA_RR_SRV },
	{ "DNAME", 39 },
	{ "DS", 43 },
	{ "RRSIG", 46 },
	{ "NSEC", 47 },
	{ "DNSKEY", 48 },
	{ "NSEC3", 50 },
	{ "TLSA", DNA_RR_TLSA },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void dna_dns_type_write(uint16_t type, char text[16])
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (types[i].type == type) {
			snprintf(text, 16, "%s", types[i].name);
			return;
		}
	snprintf(text, 16, "TYPE%u", type);
}

/* ---- Words ---- */

#define WHITE_SPACE " \t\r\n()"

struct word {
	const char *text;
	size_t size;
};

/*
 * The next run of what is neither white space nor a remark; |*text| moves past it. Its size is 0 at
 * the end. Parentheses let a record go on in the next line (RFC 1035 section 5.1), as it may anyway.
 */
static struct word next_word(const char **text)
{
	struct word word;

	*text += strspn(*text, WHITE_SPACE);
	while (**text == ';') {
		*text += strcspn(*text, "\n");
		*text += strspn(*text, WHITE_SPACE);
	}
	word = (struct word){ *text, strcspn(*text, WHITE_SPACE ";") };
	*text += word.size;
	return word;
}

static bool word_is(struct word word, const char *text)
{
	return word.size == strlen(text) && strncasecmp(word.text, text, word.size) == 0;
}

static int word_number(struct word word, unsigned most, unsigned *number)
{
	unsigned value = 0;

	if (word.size == 0)
		return DNA_E_SYNTAX;
	for (size_t i = 0; i < word.size; i++) {
		if (word.text[i] < '0' || word.text[i] > '9')
			return DNA_E_SYNTAX;
		value = value * 10 + (unsigned)(word.text[i] - '0');
		if (value > most)
			return DNA_E_SYNTAX;
	}
	*number = value;
	return 0;
}

int dna_dns_type_read(const char *text, uint16_t *type)
{
	unsigned number;

	for (size_t i = 0; i < COUNT(types); i++)
		if (strcasecmp(types[i].name, text) == 0) {
			*type = types[i].type;
			return 0;
		}
	if (strncasecmp(text, "TYPE", 4) != 0 ||
	    word_number((struct word){ text + 4, strlen(text + 4) }, UINT16_MAX, &number) != 0)
		return DNA_E_SYNTAX;
	*type = (uint16_t)number;
	return 0;
}

/* ---- Writing ---- */

static int write_hex(struct dna_buffer *text, struct dna_bytes data)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < data.size; i++) {
		const char octet[2] = { digits[data.data[i] >> 4], digits[data.data[i] & 15] };

		dna_buffer_add(text, octet, sizeof(octet));
	}
	return text->error;
}

/* RFC 3597 section 5. */
static int write_generic(struct dna_bytes rdata, struct dna_buffer *text)
{
	dna_buffer_format(text, rdata.size != 0 ? "\\# %zu " : "\\# %zu", rdata.size);
	return write_hex(text, rdata);
}

static int write_address(int family, struct dna_bytes rdata, struct dna_buffer *text)
{
	char address[INET6_ADDRSTRLEN];

	if (rdata.size != (family == AF_INET ? 4 : 16))
		return DNA_E_SYNTAX;
	inet_ntop(family, rdata.data, address, sizeof(address));
	return dna_buffer_text(text, address);
}

static const char *final_dot(const char *name)
{
	return strcmp(name, ".") == 0 ? "" : ".";
}

static int write_cname(struct dna_bytes rdata, struct dna_buffer *text)
{
	char target[256];
	int r = dna_cname_read(rdata, target);

	return r != 0 ? r : dna_buffer_format(text, "%s%s", target, final_dot(target));
}

static int write_srv(struct dna_bytes rdata, struct dna_buffer *text)
{
	struct dna_srv srv;
	int r = dna_srv_read(rdata, &srv);

	return r != 0 ? r
		      : dna_buffer_format(text, "%u %u %u %s%s", srv.priority, srv.weight, srv.port,
					  srv.target, final_dot(srv.target));
}

static int write_tlsa(struct dna_bytes rdata, struct dna_buffer *text)
{
	struct dna_tlsa tlsa;
	int r = dna_tlsa_read(rdata, &tlsa);

	if (r != 0)
		return r;
	dna_buffer_format(text, "%u %u %u ", tlsa.usage, tlsa.selector, tlsa.matching);
	return write_hex(text, tlsa.data);
}

int dna_dns_rdata_write(uint16_t type, struct dna_bytes rdata, struct dna_buffer *text)
{
	int r = DNA_E_SYNTAX;

	switch (type) {
	case DNA_RR_A:
		r = write_address(AF_INET, rdata, text);
		break;
	case DNA_RR_AAAA:
		r = write_address(AF_INET6, rdata, text);
		break;
	case DNA_RR_CNAME:
		r = write_cname(rdata, text);
		break;
	case DNA_RR_SRV:
		r = write_srv(rdata, text);
		break;
	case DNA_RR_TLSA:
		r = write_tlsa(rdata, text);
		break;
	}
	/* Malformed RDATA is evidence too. */
	return r == DNA_E_SYNTAX ? write_generic(rdata, text) : r;
}

/* ---- Reading ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Hexadecimal octets up to the end of |text|; white space may stand between any two digits (RFC 6698
 * section 2.2).
 */
static int read_hex(const char *text, struct dna_buffer *octets)
{
	int high = -1;

	for (struct word word = next_word(&text); word.size != 0; word = next_word(&text)) {
		for (size_t i = 0; i < word.size; i++) {
			int digit = hex_digit(word.text[i]);

			if (digit < 0)
				return DNA_E_SYNTAX;
			if (high >= 0)
				dna_buffer_u8(octets, (uint8_t)(high << 4 | digit));
			high = high >= 0 ? -1 : digit;
		}
	}
	return high >= 0 ? DNA_E_SYNTAX : octets->error;
}

static int read_generic(const char *text, struct dna_buffer *rdata)
{
	unsigned size;
	int r = word_number(next_word(&text), UINT16_MAX, &size);

	if (r == 0)
		r = read_hex(text, rdata);
	return r == 0 && rdata->size != size ? DNA_E_SYNTAX : r;
}

static int read_address(int family, const char *text, struct dna_buffer *rdata)
{
	struct word word = next_word(&text);
	char address[INET6_ADDRSTRLEN];
	uint8_t octets[16];

	if (word.size >= sizeof(address) || next_word(&text).size != 0)
		return DNA_E_SYNTAX;
	memcpy(address, word.text, word.size);
	address[word.size] = '\0';
	if (inet_pton(family, address, octets) != 1)
		return DNA_E_SYNTAX;
	return dna_buffer_add(rdata, octets, family == AF_INET ? 4 : 16);
}

/* A name, absolute with or without its final dot, and nothing behind it. */
static int read_name(const char *text, struct dna_buffer *rdata)
{
	struct word word = next_word(&text);
	char name[256];
	int r;

	if (word.size == 0 || word.size >= sizeof(name) || next_word(&text).size != 0)
		return DNA_E_SYNTAX;
	memcpy(name, word.text, word.size);
	name[word.size] = '\0';
	r = dna_dns_name_write(rdata, name);
	return r == DNA_E_INVALID ? DNA_E_SYNTAX : r;
}

static int read_srv(const char *text, struct dna_buffer *rdata)
{
	for (int i = 0; i < 3; i++) {
		unsigned number;
		int r = word_number(next_word(&text), UINT16_MAX, &number);

		if (r != 0)
			return r;
		dna_buffer_u16(rdata, (uint16_t)number);
	}
	return read_name(text, rdata);
}

/* DANE-029: RFC 7218's acronyms for usage, selector and matching type. */
static const struct {
	const char *name;
	uint8_t number;
} acronyms[3][5] = {
	{ { "PKIX-TA", 0 },
	  { "PKIX-EE", 1 },
	  { "DANE-TA", 2 },
	  { "DANE-EE", 3 },
	  { "PrivCert", 255 } },
	{ { "Cert", 0 }, { "SPKI", 1 }, { "PrivSel", 255 } },
	{ { "Full", 0 }, { "SHA2-256", 1 }, { "SHA2-512", 2 }, { "PrivMatch", 255 } },
};

static int read_acronym(struct word word, size_t field, unsigned *number)
{
	for (size_t i = 0; i < COUNT(acronyms[field]); i++)
		if (acronyms[field][i].name != NULL && word_is(word, acronyms[field][i].name)) {
			*number = acronyms[field][i].number;
			return 0;
		}
	return word_number(word, UINT8_MAX, number);
}

static int read_tlsa(const char *text, struct dna_buffer *rdata)
{
	for (size_t field = 0; field < 3; field++) {
		unsigned number;
		int r = read_acronym(next_word(&text), field, &number);

		if (r != 0)
			return r;
		dna_buffer_u8(rdata, (uint8_t)number);
	}
	return read_hex(text, rdata);
}

static int read_rdata(uint16_t type, const char *text, struct dna_buffer *rdata)
{
	const char *rest = text;

	if (word_is(next_word(&rest), "\\#"))
		return read_generic(rest, rdata);
	switch (type) {
	case DNA_RR_A:
		return read_address(AF_INET, text, rdata);
	case DNA_RR_AAAA:
		return read_address(AF_INET6, text, rdata);
	case DNA_RR_CNAME:
		return read_name(text, rdata);
	case DNA_RR_SRV:
		return read_srv(text, rdata);
	case DNA_RR_TLSA:
		return read_tlsa(text, rdata);
	}
	return DNA_E_SYNTAX;
}

int dna_dns_rdata_read(uint16_t type, const char *text, struct dna_buffer *rdata)
{
	struct dna_buffer octets;
	int r;

	dna_buffer_init(&octets, UINT16_MAX);
	r = read_rdata(type, text, &octets);
	if (r == 0 && octets.error != 0)
		r = octets.error;
	if (r == 0)
		r = dna_buffer_add(rdata, octets.data, octets.size);
	dna_buffer_clear(&octets);
	return r;
}

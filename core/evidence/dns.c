/*
 * DNS data in wire form: names and the RDATA that the project itself reads. Strict, and bounded by
 * what it is given.
 */
#include "evidence/dns.h"
#include "base/limits.h"

#include <string.h>

#define WIRE_NAME_MAX 255 /* octets of a name in wire form, the root's label included */

/*
 * A label's octets: nothing that would have to be escaped in text. |*| only as a whole left-most
 * label.
 */
static bool label_valid(const char *label, size_t size, bool first)
{
	if (size == 0 || size > DNA_LABEL_MAX)
		return false;
	if (first && size == 1 && label[0] == '*')
		return true;
	for (size_t i = 0; i < size; i++) {
		char c = label[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return true;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static uint16_t u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

int dna_dns_name_read(struct dna_bytes wire, size_t *offset, char name[256])
{
	char text[WIRE_NAME_MAX + 1];
	size_t at = *offset, used = 0;

	for (;;) {
		size_t size;

		if (at >= wire.size)
			return DNA_E_SYNTAX;
		size = wire.data[at++];
		if (size == 0)
			break;
		/* A compression pointer is longer than any label, and so refused here (RFC 2782).
		 */
		if (size > wire.size - at || used + size + 2 > WIRE_NAME_MAX ||
		    !label_valid((const char *)wire.data + at, size, used == 0))
			return DNA_E_SYNTAX;
		for (size_t i = 0; i < size; i++)
			text[used++] = lower((char)wire.data[at++]);
		text[used++] = '.';
	}
	if (used == 0)
		text[used++] = '.';
	else
		used--; /* the final dot */
	memcpy(name, text, used);
	name[used] = '\0';
	*offset = at;
	return 0;
}

int dna_dns_name_write(struct dna_buffer *wire, const char *name)
{
	uint8_t octets[WIRE_NAME_MAX];
	size_t used = 0;

	if (strcmp(name, ".") == 0)
		return dna_buffer_u8(wire, 0);
	/* I18N-008, DANE-026 */
	do {
		size_t size = strcspn(name, ".");

		if (!label_valid(name, size, used == 0) || used + size + 2 > WIRE_NAME_MAX)
			return DNA_E_INVALID;
		octets[used++] = (uint8_t)size;
		for (size_t i = 0; i < size; i++)
			octets[used++] = (uint8_t)lower(name[i]);
		name += size;
		if (*name == '.')
			name++;
	} while (*name != '\0');
	octets[used++] = 0;
	return dna_buffer_add(wire, octets, used);
}

int dna_srv_read(struct dna_bytes rdata, struct dna_srv *srv)
{
	struct dna_srv read;
	size_t offset = 6;
	int r;

	if (rdata.size < offset)
		return DNA_E_SYNTAX;
	r = dna_dns_name_read(rdata, &offset, read.target);
	if (r != 0)
		return r;
	if (offset != rdata.size)
		return DNA_E_SYNTAX;
	read.priority = u16(rdata.data);
	read.weight = u16(rdata.data + 2);
	read.port = u16(rdata.data + 4);
	*srv = read;
	return 0;
}

int dna_tlsa_read(struct dna_bytes rdata, struct dna_tlsa *tlsa)
{
	if (rdata.size < 3)
		return DNA_E_SYNTAX;
	*tlsa = (struct dna_tlsa){
		.usage = rdata.data[0],
		.selector = rdata.data[1],
		.matching = rdata.data[2],
		.data = { rdata.data + 3, rdata.size - 3 },
	};
	return 0;
}

int dna_cname_read(struct dna_bytes rdata, char target[256])
{
	char name[256];
	size_t offset = 0;
	int r;

	r = dna_dns_name_read(rdata, &offset, name);
	if (r != 0)
		return r;
	if (offset != rdata.size)
		return DNA_E_SYNTAX;
	memcpy(target, name, sizeof(name));
	return 0;
}

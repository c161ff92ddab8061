/* DER elements, one after the other. */
#include "evidence/der.h"
#include "base/clock.h"

#include <stdio.h>

/* The length that |bytes| begins with (X.690 section 10.1); |*used|: its octets. */
static int length_read(struct dna_bytes bytes, size_t *length, size_t *used)
{
	size_t count, value = 0;

	if (bytes.size == 0)
		return DNA_E_SYNTAX;
	if (bytes.data[0] < 0x80) {
		*length = bytes.data[0];
		*used = 1;
		return 0;
	}
	count = bytes.data[0] & 0x7f;
	if (count == 0 || count > 4 || bytes.size <= count || bytes.data[1] == 0)
		return DNA_E_SYNTAX;
	for (size_t i = 1; i <= count; i++)
		value = value << 8 | bytes.data[i];
	if (value < 0x80)
		return DNA_E_SYNTAX;
	*length = value;
	*used = count + 1;
	return 0;
}

int dna_der_read(struct dna_bytes *der, struct dna_der *element)
{
	size_t length, header;
	int r;

	if (der->size == 0 || (der->data[0] & 0x1f) == 0x1f)
		return DNA_E_SYNTAX;
	r = length_read((struct dna_bytes){ der->data + 1, der->size - 1 }, &length, &header);
	if (r != 0)
		return r;
	header++;
	if (length > der->size - header)
		return DNA_E_SYNTAX;
	element->tag = der->data[0];
	element->content = (struct dna_bytes){ der->data + header, length };
	element->whole = (struct dna_bytes){ der->data, header + length };
	der->data += header + length;
	der->size -= header + length;
	return 0;
}

int dna_der_read_tag(struct dna_bytes *der, uint8_t tag, struct dna_der *element)
{
	if (der->size == 0 || der->data[0] != tag)
		return DNA_E_SYNTAX;
	return dna_der_read(der, element);
}

bool dna_der_take(struct dna_bytes *der, uint8_t tag, struct dna_der *element)
{
	return dna_der_read_tag(der, tag, element) == 0;
}

/* The number that two digits are; -1: they are none. */
static int pair(const uint8_t *digits)
{
	if (digits[0] < '0' || digits[0] > '9' || digits[1] < '0' || digits[1] > '9')
		return -1;
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

int dna_der_read_time(struct dna_bytes *der, int64_t *time)
{
	static const int most[] = { 12, 31, 23, 59, 59 }; /* month, day, hour, minute, second */
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const uint8_t *digits;
	struct dna_der element;
	int year, part[5];

	if (dna_der_read(der, &element) != 0)
		return DNA_E_SYNTAX;
	digits = element.content.data;
	if (element.tag == DNA_DER_UTC_TIME && element.content.size == 13) {
		year = pair(digits);
		year += year < 0 ? 0 : year < 50 ? 2000 : 1900;
		digits += 2;
	} else if (element.tag == DNA_DER_GENERALIZED_TIME && element.content.size == 15) {
		year = pair(digits) < 0 || pair(digits + 2) < 0
			       ? -1
			       : pair(digits) * 100 + pair(digits + 2);
		digits += 4;
	} else {
		return DNA_E_SYNTAX;
	}
	for (size_t i = 0; i < 5; i++, digits += 2) {
		part[i] = pair(digits);
		if (part[i] < (i < 2 ? 1 : 0) || part[i] > most[i])
			return DNA_E_SYNTAX;
	}
	if (year < 1 || part[1] > days[part[0] - 1] || *digits != 'Z')
		return DNA_E_SYNTAX;
	*time = dna_time_civil(year, part[0], part[1], part[2], part[3], part[4]);
	return 0;
}

int dna_der_read_extension(struct dna_bytes *der, struct dna_der_extension *extension)
{
	struct dna_der element, oid, critical, value;
	struct dna_bytes rest;

	if (dna_der_read_tag(der, DNA_DER_SEQUENCE, &element) != 0)
		return DNA_E_SYNTAX;
	rest = element.content;
	if (dna_der_read_tag(&rest, DNA_DER_OID, &oid) != 0)
		return DNA_E_SYNTAX;
	extension->oid = oid.content;
	extension->critical = false;
	if (dna_der_take(&rest, DNA_DER_BOOLEAN, &critical)) {
		if (critical.content.size != 1)
			return DNA_E_SYNTAX;
		extension->critical = critical.content.data[0] != 0;
	}
	if (dna_der_read_tag(&rest, DNA_DER_OCTET_STRING, &value) != 0 || rest.size != 0)
		return DNA_E_SYNTAX;
	extension->value = value.content;
	return 0;
}

void dna_oid_write(struct dna_bytes oid, char *text, size_t size)
{
	size_t used = 0;
	uint64_t arc = 0;

	text[0] = '\0';
	for (size_t i = 0; i < oid.size && used < size; i++) {
		arc = arc << 7 | (oid.data[i] & 0x7f);
		if ((oid.data[i] & 0x80) != 0)
			continue;
		if (used == 0) {
			const unsigned root = arc < 80 ? (unsigned)arc / 40 : 2;

			used += (size_t)snprintf(text, size, "%u.%llu", root,
						 (unsigned long long)arc - root * 40);
		} else {
			used += (size_t)snprintf(text + used, size - used, ".%llu",
						 (unsigned long long)arc);
		}
		arc = 0;
	}
}

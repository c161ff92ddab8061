/* DER elements, one after the other. */
#include "evidence/der.h"

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

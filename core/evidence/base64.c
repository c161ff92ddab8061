/* Base64 (RFC 4648 section 4), strictly: each run of octets has one text, but for its padding. */
#include "evidence/base64.h"

#include <dna/prooftype.h>

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* How many digits |text| has, which has to end after them and their padding; 0: it does not. */
static size_t count_digits(const char *text, bool loose_padding)
{
	size_t digits = strspn(text, alphabet);
	size_t padding = (4 - digits % 4) % 4;
	const char *end = text + digits;

	if (padding == 3)
		return 0;
	if (strcmp(end, &"=="[2 - padding]) == 0 || (loose_padding && *end == '\0'))
		return digits;
	return 0;
}

/* POSH-011 */
int dna_base64_read(const char *text, bool loose_padding, uint8_t *data, size_t *size)
{
	size_t digits = count_digits(text, loose_padding), used = 0;
	uint32_t bits = 0;

	if (digits == 0 && *text != '\0')
		return DNA_E_SYNTAX;
	/* The bits of the last digit that belong to no octet have to be zero. */
	if (digits % 4 != 0 && (digit(text[digits - 1]) & (digits % 4 == 2 ? 0xf : 0x3)) != 0)
		return DNA_E_SYNTAX;
	if (digits / 4 * 3 + digits % 4 * 3 / 4 > *size)
		return DNA_E_LIMIT;
	for (size_t i = 0; i < digits; i++) {
		bits = bits << 6 | (uint32_t)digit(text[i]);
		if (i % 4 != 0)
			data[used++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	*size = used;
	return 0;
}

int dna_base64_write(struct dna_buffer *text, struct dna_bytes data)
{
	for (size_t i = 0; i < data.size; i += 3) {
		size_t left = data.size - i;
		uint32_t bits = (uint32_t)data.data[i] << 16;
		char digits[4];

		bits |= left > 1 ? (uint32_t)data.data[i + 1] << 8 : 0;
		bits |= left > 2 ? (uint32_t)data.data[i + 2] : 0;
		for (size_t j = 0; j < 4; j++)
			digits[j] = j <= left ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
		dna_buffer_add(text, digits, sizeof(digits));
	}
	return dna_buffer_text(text, "");
}

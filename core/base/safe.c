/* Text from outside, made fit to be shown. */
#include "base/safe.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define DOTS        "..."

/* The code point that |text| begins with, and how many octets it takes; 0 octets if it is not UTF-8
 * (RFC 3629). */
static uint32_t decode(const unsigned char *text, size_t size, size_t *octets)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	uint32_t point = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));

	*octets = 0;
	if (length > size || (text[0] >= 0x80 && text[0] < 0xc0) || text[0] >= 0xf8)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	*octets = length;
	return point;
}

static bool harmless(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} harmful[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },     /* controls */
		{ 0x61c, 0x61c },   { 0x200b, 0x200f }, /* direction marks, characters without width
							 */
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, /* line separators, embeddings, isolates */
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (point >= harmful[i].first && point <= harmful[i].last)
			return false;
	return true;
}

char *dna_safe_text(char *safe, size_t room, const char *text, size_t size)
{
	const unsigned char *octets = (const unsigned char *)text;
	size_t written = 0, cut = 0;

	if (room == 0)
		return safe;
	for (size_t i = 0, length; i < size; i += length == 0 ? 1 : length) {
		uint32_t point = decode(octets + i, size - i, &length);
		bool as_it_is = length > 0 && harmless(point);
		const char *from = as_it_is ? text + i : REPLACEMENT;
		size_t take = as_it_is ? length : strlen(REPLACEMENT);

		if (written + strlen(DOTS) < room)
			cut = written;
		if (written + take >= room) {
			written = room > strlen(DOTS) ? cut + strlen(DOTS) : 0;
			memcpy(safe + cut, DOTS, written - cut);
			break;
		}
		memcpy(safe + written, from, take);
		written += take;
	}
	safe[written] = '\0';
	return safe;
}

char *dna_safe_copy(const char *text)
{
	size_t size = strlen(text);
	size_t room = size * strlen(REPLACEMENT) + 1;
	char *safe = malloc(room);

	return safe != NULL ? dna_safe_text(safe, room, text, size) : NULL;
}

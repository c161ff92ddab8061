/* Distinguished names that are equal, and that are not. PKIX-001 */
#include "evidence/distinguished.h"

#include <criterion/criterion.h>

#include <string.h>

/* A Name of one common name each: a tag of a string, and the string. */
static void common_name(struct dna_buffer *name, uint8_t tag, const char *text)
{
	const uint8_t size = (uint8_t)strlen(text);
	const uint8_t head[] = { 0x30, (uint8_t)(size + 11),
				 0x31, (uint8_t)(size + 9),
				 0x30, (uint8_t)(size + 7),
				 0x06, 3,
				 0x55, 0x04,
				 0x03, tag,
				 size };

	dna_buffer_init(name, 0);
	dna_buffer_add(name, head, sizeof(head));
	dna_buffer_text(name, text);
}

static void fold(uint8_t tag, const char *text, struct dna_buffer *folded, bool *complete)
{
	struct dna_buffer name;

	common_name(&name, tag, text);
	dna_buffer_init(folded, 0);
	cr_assert_eq(dna_distinguished_fold((struct dna_bytes){ name.data, name.size }, folded,
					    complete),
		     0);
	dna_buffer_clear(&name);
}

Test(distinguished, names_are_equal_if_their_words_are)
{
	static const struct {
		uint8_t tag, other_tag;
		const char *text, *other;
		bool equal, complete; /* |complete|: the first says all that it can */
	} cases[] = {
		{ 0x0c, 0x0c, "Example CA", "example ca", true, true },
		{ 0x0c, 0x13, "Example CA", "Example CA", true, true },
		{ 0x16, 0x13, "  Example   CA ", "Example CA", true, true },
		{ 0x0c, 0x0c, "Example CA", "ExampleCA", false, true },
		{ 0x0c, 0x0c, "Example CA", "Example CB", false, true },
		{ 0x0c, 0x0c, "Example CA", "Example C", false, true },
		{ 0x0c, 0x0c,
		  "B\xc3\xbc"
		  "cher",
		  "b\xc3\xbc"
		  "CHER",
		  true, false },
		{ 0x0c, 0x0c,
		  "B\xc3\xbc"
		  "cher",
		  "B\xc3\x9c"
		  "cher",
		  false, false },
		{ 0x14, 0x14, "Example", "Example", true, false },
		{ 0x14, 0x14, "Example", "example", false, false },
		{ 0x14, 0x0c, "Example", "Example", false, false },
		{ 0x0c, 0x0c, "Example\tCA", "Example CA", false, false },
		{ 0x0c, 0x0c, " ", "  ", false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_buffer one, other;
		bool complete, ignored;

		fold(cases[i].tag, cases[i].text, &one, &complete);
		fold(cases[i].other_tag, cases[i].other, &other, &ignored);
		cr_assert_eq(one.size == other.size && memcmp(one.data, other.data, one.size) == 0,
			     cases[i].equal, "case %zu: %s", i, cases[i].text);
		cr_assert_eq(complete, cases[i].complete, "case %zu: %s", i, cases[i].text);
		dna_buffer_clear(&one);
		dna_buffer_clear(&other);
	}
}

Test(distinguished, names_that_cannot_be_read_are_not_complete)
{
	static const struct {
		const char *der;
		size_t size;
	} cases[] = {
		{ "\x30\x02\x31\x05", 4 },
		{ "\x31\x00", 2 },
		{ "\x30\x00\x00", 3 },
		{ "\x30\x02\x30\x00", 4 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_buffer folded;
		bool complete = true;

		dna_buffer_init(&folded, 0);
		cr_assert_eq(
			dna_distinguished_fold(
				(struct dna_bytes){ (const uint8_t *)cases[i].der, cases[i].size },
				&folded, &complete),
			0);
		cr_assert_not(complete, "case %zu", i);
		dna_buffer_clear(&folded);
	}
}

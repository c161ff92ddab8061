/* Buffers: bounded, sticky in failure, whole in success. */
#include "base/buffer.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

Test(buffer, writes_numbers_in_network_order)
{
	static const uint8_t expected[] = { 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 8 };
	struct dna_buffer b;

	dna_buffer_init(&b, 0);
	dna_buffer_u8(&b, 1);
	dna_buffer_u16(&b, 0x0203);
	dna_buffer_u32(&b, 0x04050607);
	dna_buffer_u64(&b, 8);
	cr_assert_eq(b.error, 0);
	cr_assert_eq(b.size, sizeof(expected));
	cr_assert_arr_eq(b.data, expected, sizeof(expected));
	dna_buffer_clear(&b);
}

Test(buffer, refuses_what_is_beyond_its_limit_and_everything_after)
{
	struct dna_buffer b;

	dna_buffer_init(&b, 4);
	cr_assert_eq(dna_buffer_text(&b, "abcd"), 0);
	cr_assert_eq(dna_buffer_text(&b, "e"), DNA_E_LIMIT);
	cr_assert_eq(dna_buffer_text(&b, ""), DNA_E_LIMIT);
	cr_assert_null(dna_buffer_steal(&b));
	dna_buffer_clear(&b);
}

Test(buffer, formats_and_is_stolen)
{
	struct dna_buffer b;
	char *text;

	dna_buffer_init(&b, 0);
	for (int i = 0; i < 100; i++)
		dna_buffer_format(&b, "%02d", i);
	dna_buffer_consume(&b, 4);
	text = dna_buffer_steal(&b);
	cr_assert_eq(strlen(text), 196);
	cr_assert(strncmp(text, "020304", 6) == 0);
	free(text);
	text = dna_buffer_steal(&b);
	cr_assert_str_eq(text, "");
	free(text);
}

Test(buffer, cuts_text_between_characters)
{
	static const struct {
		const char *text;
		size_t most;
		const char *expected;
	} cases[] = {
		{ "abcdef", 6, "abcdef" },
		{ "abcdefg", 6, "abc..." },
		{ "ab\xc3\xbc\xc3\xbcxyz", 6, "ab..." }, /* the third octet is half of a letter */
		{ "\xf0\x9f\x90\xa6\xf0\x9f\x90\xa6", 5, "..." },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[16];

		strcpy(text, cases[i].text);
		dna_text_cut(text, cases[i].most);
		cr_assert_str_eq(text, cases[i].expected, "row %zu", i);
	}
}

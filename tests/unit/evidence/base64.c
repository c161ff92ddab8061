/* Base64: one text for each run of octets, but for padding. */
#include "evidence/base64.h"

#include <dna/prooftype.h>

#include <criterion/criterion.h>

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* POSH-011; the texts are those of RFC 4648 section 10. */
Test(base64, is_read)
{
	static const struct {
		const char *text, *data;
		bool needs_loose;
	} cases[] = {
		{ "", "", false },
		{ "Zg==", "f", false },
		{ "Zm8=", "fo", false },
		{ "Zm9v", "foo", false },
		{ "Zm9vYg==", "foob", false },
		{ "Zm9vYmE=", "fooba", false },
		{ "Zm9vYmFy", "foobar", false },
		{ "Zg", "f", true },
		{ "Zm8", "fo", true },
		{ "Zm9vYg", "foob", true },
		{ "+/+/", "\xfb\xff\xbf", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t data[16];
		size_t size = sizeof(data);

		cr_expect_eq(dna_base64_read(cases[i].text, true, data, &size), 0, "%s",
			     cases[i].text);
		cr_expect_eq(size, strlen(cases[i].data));
		cr_expect(memcmp(data, cases[i].data, size) == 0, "%s", cases[i].text);
		size = sizeof(data);
		cr_expect_eq(dna_base64_read(cases[i].text, false, data, &size),
			     cases[i].needs_loose ? DNA_E_SYNTAX : 0, "%s", cases[i].text);
	}
}

/* POSH-011 */
Test(base64, refuses_everything_else)
{
	static const char *const texts[] = {
		"A",         "AAAAA", "A===",         "=",      "==",
		"====",      "Zg=",   "Zg===",        "Zm8==",  "Zm9v=",
		"Zg==Zg==",  "Zg== ", " Zg==",        "Zm9v\n", "Zm\n9v",
		"Zm9v YmFy", "-_-_",  "Zm9v\xc3\xa4", "Zh==", /* pad bits that are not zero */
		"Zo==",      "Zm+=",  "Zm9=",         "Zh",     "Zm9",
		"Z*==",      "Zg==A",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t data[16] = { 77 };
		size_t size = sizeof(data);

		cr_expect_eq(dna_base64_read(texts[i], true, data, &size), DNA_E_SYNTAX, "%s",
			     texts[i]);
		cr_expect_eq(size, sizeof(data));
		cr_expect_eq(data[0], 77);
	}
}

Test(base64, keeps_to_the_room_it_is_given)
{
	uint8_t data[4] = { 0, 0, 0, 77 };
	size_t size = 3;

	cr_expect_eq(dna_base64_read("Zm9v", false, data, &size), 0);
	cr_expect_eq(size, 3);
	cr_expect_eq(data[3], 77);
	cr_expect_eq(dna_base64_read("Zm9vYg==", false, data, &size), DNA_E_LIMIT);
	size = 2;
	cr_expect_eq(dna_base64_read("Zm8=", false, data, &size), 0);
	size = 1;
	cr_expect_eq(dna_base64_read("Zm8=", false, data, &size), DNA_E_LIMIT);
	cr_expect_eq(size, 1);
	size = 0;
	cr_expect_eq(dna_base64_read("", false, data, &size), 0);
}

Test(base64, is_read_as_it_was_written)
{
	for (size_t length = 0; length < 70; length++) {
		uint8_t octets[70], data[70];
		struct dna_buffer text;
		size_t size = sizeof(data);

		for (size_t i = 0; i < length; i++)
			octets[i] = (uint8_t)(i * 89 + length * 7);
		dna_buffer_init(&text, 0);
		cr_assert_eq(dna_base64_write(&text, (struct dna_bytes){ octets, length }), 0);
		cr_expect_eq(text.size % 4, 0);
		cr_assert_eq(dna_base64_read((const char *)text.data, false, data, &size), 0);
		cr_expect_eq(size, length);
		cr_expect(memcmp(data, octets, length) == 0);
		dna_buffer_clear(&text);
	}
}

/* JSON: strict, bounded, and told where it is wrong. */
#include "evidence/item_json.h"
#include "base/buffer.h"
#include "base/limits.h"

#include <dna/prooftype.h>

#include <criterion/criterion.h>

#include <string.h>

#define BYTES(literal) ((struct dna_bytes){ (const uint8_t *)(literal), sizeof(literal) - 1 })
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define LARGEST        INT64_C(9007199254740991) /* 2^53 - 1 */

static struct dna_json *document(const char *text)
{
	struct dna_json *json = NULL;
	char why[160] = "";

	cr_assert_eq(dna_json_read(&json, (struct dna_bytes){ (const uint8_t *)text, strlen(text) },
				   why),
		     0, "%s: %s", text, why);
	return json;
}

/* |text| repeated |count| times. */
static struct dna_buffer repeated(const char *text, size_t count)
{
	struct dna_buffer b;

	dna_buffer_init(&b, 0);
	while (count-- > 0)
		dna_buffer_text(&b, text);
	return b;
}

/* POSH-025 */
Test(json, is_read_strictly)
{
	static const struct {
		struct dna_bytes text;
		const char *why; /* what the message has to contain */
	} cases[] = {
		{ BYTES(""), "line 1" },
		{ BYTES("\xef\xbb\xbf{}"), "byte order mark" },
		{ BYTES("{\"expires\": 1,\n \"expires\": 2}"), "line 2, column 10: duplicate" },
		{ BYTES("{\"a\": \"\\u0000\"}"), "\\u0000" },
		{ BYTES("{\"a\\u0000b\": 1}"), "\\u0000" },
		{ BYTES("[\"a\0b\"]"), "line 1" },
		{ BYTES("[\"\xc3\"]"), "decode byte" },
		{ BYTES("[\"\xc0\x80\"]"), "decode byte" },         /* overlong */
		{ BYTES("[\"\xed\xa0\x80\"]"), "decode byte" },     /* a surrogate */
		{ BYTES("[\"\xf4\x90\x80\x80\"]"), "decode byte" }, /* beyond U+10FFFF */
		{ BYTES("[\"\\ud800\"]"), "line 1" },               /* half a pair */
		{ BYTES("[1e400]"), "overflow" },
		{ BYTES("[NaN]"), "line 1" },
		{ BYTES("[01]"), "line 1" },
		{ BYTES("[1,]"), "line 1" },
		{ BYTES("{} {}"), "line 1" },
		{ BYTES("{'a': 1}"), "line 1" },
		{ BYTES("{\"a\": 1"), "line 1" },
		{ BYTES("]"), "line 1" },
		{ BYTES("{} \x1b[31m"), "line 1" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_json *json = NULL;
		char why[160] = "";

		cr_expect_eq(dna_json_read(&json, cases[i].text, why), DNA_E_SYNTAX, "case %zu", i);
		cr_expect_null(json);
		cr_expect(strstr(why, cases[i].why) != NULL, "case %zu: %s", i, why);
		for (const char *c = why; *c != '\0'; c++)
			cr_expect(*c >= ' ' && *c <= '~', "case %zu: not printable", i);
	}
}

/* POSH-025 */
Test(json, is_bounded_in_size_and_depth)
{
	struct dna_buffer deep = repeated("[", 8), deeper, longest, deepest;
	struct dna_json *json = NULL;
	char why[160];

	for (int i = 0; i < 8; i++)
		dna_buffer_text(&deep, "]");
	cr_expect_eq(dna_json_read(&json, (struct dna_bytes){ deep.data, deep.size }, why), 0);
	dna_json_free(json);
	json = NULL;

	deeper = repeated("[\n", 9);
	cr_expect_eq(dna_json_read(&json, (struct dna_bytes){ deeper.data, deeper.size }, why),
		     DNA_E_LIMIT);
	cr_expect_str_eq(why, "line 9, column 1: nested deeper than 8");

	/* Brackets in strings nest nothing. */
	json = document("[\"[[[[[[[[[[\\\"[[[[[[[[\", {\"{{{{{{{{{{{{\": \"\\\\\"}]");
	dna_json_free(json);
	json = NULL;

	longest = repeated(" ", DNA_BODY_MAX - 2);
	dna_buffer_text(&longest, "[]");
	cr_expect_eq(dna_json_read(&json, (struct dna_bytes){ longest.data, longest.size }, why),
		     0);
	dna_json_free(json);
	json = NULL;
	dna_buffer_text(&longest, " ");
	cr_expect_eq(dna_json_read(&json, (struct dna_bytes){ longest.data, longest.size }, why),
		     DNA_E_LIMIT);
	cr_expect_str_eq(why, "longer than 65536 octets");

	deepest = repeated("[{\"a\":", 1000000);
	json_t *value = NULL;
	cr_expect_eq(dna_json_parse((struct dna_bytes){ deepest.data, deepest.size },
				    DNA_RECORDING_MAX, DNA_JSON_DEPTH_MAX, &value, why),
		     DNA_E_LIMIT);
	cr_expect_null(value);
	dna_buffer_clear(&deep);
	dna_buffer_clear(&deeper);
	dna_buffer_clear(&longest);
	dna_buffer_clear(&deepest);
}

/* POSH-013: integral in any notation. */
Test(json, integers_are_integral_numbers)
{
	static const struct {
		const char *text;
		int expected;
		int64_t number;
	} cases[] = {
		{ "604800", 0, 604800 },
		{ "6.048e5", 0, 604800 },
		{ "604800.0", 0, 604800 },
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "-0.0", 0, 0 },
		{ "-1", 0, -1 },
		{ "9007199254740990", 0, LARGEST - 1 },
		{ "9007199254740991", 0, LARGEST },
		{ "9007199254740992", 0, LARGEST },
		{ "9223372036854775808", 0, LARGEST },
		{ "-9007199254740993", 0, -LARGEST },
		{ "99999999999999999999999999", 0, LARGEST },
		{ "1e300", 0, LARGEST },
		{ "-1e300", 0, -LARGEST },
		{ "1.5", DNA_E_SYNTAX, 0 },
		{ "1e-300", DNA_E_SYNTAX, 0 },
		{ "\"86400\"", DNA_E_SYNTAX, 0 },
		{ "true", DNA_E_SYNTAX, 0 },
		{ "null", DNA_E_SYNTAX, 0 },
		{ "[1]", DNA_E_SYNTAX, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_json *json = document(cases[i].text);
		int64_t number = 77;

		cr_expect_eq(dna_json_integer(json, &number), cases[i].expected, "%s",
			     cases[i].text);
		cr_expect_eq(number, cases[i].expected == 0 ? cases[i].number : 77, "%s",
			     cases[i].text);
		dna_json_free(json);
	}
}

Test(json, values_have_types_sizes_and_places)
{
	struct dna_json *json = document("{\"z\": [1, \"two\", null], \"a\": {}, \"m\": true}");
	const struct dna_json *array = dna_json_get(json, "z");

	cr_expect_eq(dna_json_type(json), DNA_JSON_OBJECT);
	cr_expect_eq(dna_json_size(json), 3);
	cr_expect_str_eq(dna_json_name_at(json, 0), "z");
	cr_expect_str_eq(dna_json_name_at(json, 2), "m");
	cr_expect_null(dna_json_name_at(json, 3));
	cr_expect_eq(dna_json_at(json, 0), array);
	cr_expect_null(dna_json_at(json, 3));
	cr_expect_eq(dna_json_type(array), DNA_JSON_ARRAY);
	cr_expect_eq(dna_json_size(array), 3);
	cr_expect_eq(dna_json_type(dna_json_at(array, 0)), DNA_JSON_NUMBER);
	cr_expect_str_eq(dna_json_string(dna_json_at(array, 1)), "two");
	cr_expect_eq(dna_json_size(dna_json_at(array, 1)), 3);
	cr_expect_eq(dna_json_type(dna_json_at(array, 2)), DNA_JSON_NULL);
	cr_expect_null(dna_json_at(array, 3));
	cr_expect_null(dna_json_string(array));
	cr_expect_null(dna_json_name_at(array, 0));
	cr_expect_eq(dna_json_type(dna_json_get(json, "m")), DNA_JSON_BOOL);
	/* What is not there is nothing, all the way down. */
	cr_expect_null(dna_json_get(json, "none"));
	cr_expect_null(dna_json_get(dna_json_get(json, "none"), "none"));
	cr_expect_eq(dna_json_type(NULL), DNA_JSON_NULL);
	cr_expect_eq(dna_json_size(NULL), 0);
	cr_expect_null(dna_json_string(NULL));
	dna_json_free(json);
	dna_json_free(NULL);
}

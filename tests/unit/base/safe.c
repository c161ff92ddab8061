/* What comes from outside cannot do anything to a terminal. */
#include "base/safe.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

Test(safe, keeps_words_and_replaces_the_rest)
{
	static const struct {
		const char *text, *safe;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "b\xc3\xbc"
		  "cher \xe6\xa8\xa9 \xf0\x9f\x8c\xb1",
		  "b\xc3\xbc"
		  "cher \xe6\xa8\xa9 \xf0\x9f\x8c\xb1" },
		{ "a\x1b[31mb\r\n\t", "a\xef\xbf\xbd[31mb\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc2\x9b"
		  "2J",
		  "\xef\xbf\xbd"
		  "2J" }, /* a control of eight bits */
		{ "\xe2\x80\xae"
		  "txt",
		  "\xef\xbf\xbd"
		  "txt" },                                                  /* right to left */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "x\xe2\x82", "x\xef\xbf\xbd\xef\xbf\xbd" }, /* cut short */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *safe = dna_safe_copy(cases[i].text);

		cr_expect_str_eq(safe, cases[i].safe, "%zu: %s", i, safe);
		free(safe);
	}
}

Test(safe, ends_what_is_too_long_in_dots)
{
	char safe[8];

	cr_expect_str_eq(dna_safe_text(safe, sizeof(safe), "1234567", 7), "1234567");
	cr_expect_str_eq(dna_safe_text(safe, sizeof(safe), "12345678", 8), "1234...");
	cr_expect_str_eq(dna_safe_text(safe, sizeof(safe),
				       "123\xc3\xbc"
				       "5678",
				       9),
			 "123...");
	cr_expect_str_eq(dna_safe_text(safe, 4, "12345", 5), "...");
	cr_expect_str_eq(dna_safe_text(safe, 3, "12345", 5), "");
	cr_expect_str_eq(dna_safe_text(safe, 1, "12345", 5), "");
}

/* Time as text. */
#include "base/clock.h"

#include <dna/error.h>
#include <dna/evidence.h>

#include <criterion/criterion.h>

Test(clock, reads_and_writes_rfc_3339)
{
	static const struct {
		const char *text;
		int64_t time;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },          { "2000-02-29T12:00:00Z", 951825600 },
		{ "2026-11-21T00:00:00Z", 1795219200 }, { "1969-12-31T23:59:59Z", -1 },
		{ "2100-03-01T00:00:00Z", 4107542400 },
	};
	char text[DNA_TIME_TEXT];
	int64_t time;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert_eq(dna_time_read(cases[i].text, &time), 0, "%s", cases[i].text);
		cr_assert_eq(time, cases[i].time, "%s", cases[i].text);
		cr_assert_str_eq(dna_time_write(cases[i].time, text), cases[i].text);
	}
	cr_assert_eq(dna_time_read("2026-11-21T01:00:00+01:00", &time), 0);
	cr_assert_eq(time, 1795219200);
	cr_assert_eq(dna_time_read("2026-11-21T01:00:00.987654+01:00", &time), 0);
	cr_assert_eq(time, 1795219200, "a fraction of a second is left out");
	cr_assert_str_eq(dna_time_write(DNA_FOREVER, text), "forever");
}

Test(clock, refuses_what_is_no_time)
{
	static const char *const cases[] = {
		"",
		"2026",
		"2026-11-21",
		"2026-13-01T00:00:00Z",
		"2026-11-21T00:00:00",
		"2026-11-21T00:00:00Zx",
		"2026-11-21T24:00:00Z",
		"2026-11-21T00:00:00+0100",
		"x026-11-21T00:00:00Z",
		"2026-11-21T00:00:00.Z",
		"2026-11-21T00:00:00.5",
		"2026-11-21T00:00:00+01:",
	};
	int64_t time = 7;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert_eq(dna_time_read(cases[i], &time), DNA_E_SYNTAX, "%s", cases[i]);
	cr_assert_eq(time, 7, "an output was touched on failure");
}

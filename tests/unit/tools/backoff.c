/* When a stream that could not be had may be tried again. */
#include "peer/backoff.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* FLOW-029 */
Test(backoff, grows_and_is_bounded)
{
	static const struct {
		unsigned failures;
		uint64_t least, most; /* minutes */
	} rows[] = {
		{ 1, 0, 1 },   { 2, 1, 2 },     { 3, 2, 4 },
		{ 4, 4, 8 },   { 5, 8, 16 },    { 6, 16, 32 },
		{ 7, 30, 60 }, { 100, 30, 60 }, { UINT32_MAX, 30, 60 },
	};
	static const uint64_t random[] = { 0, 1, 59999, 60000, 12345678901234, UINT64_MAX };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < sizeof(random) / sizeof(random[0]); j++) {
			uint64_t delay = dna_backoff_delay(rows[i].failures, random[j]);

			cr_expect_geq(delay, rows[i].least * 60000, "%u", rows[i].failures);
			cr_expect_lt(delay, rows[i].most * 60000, "%u", rows[i].failures);
		}
	cr_expect_neq(dna_backoff_delay(3, 1), dna_backoff_delay(3, 2), "it is random");
}

Test(backoff, is_of_a_pair_and_ends_with_success)
{
	static struct dna_backoff backoff;

	cr_expect(dna_backoff_allows(&backoff, "a.example", "b.example", 0));
	dna_backoff_failed(&backoff, "a.example", "b.example", 1000, 500);
	cr_expect_not(dna_backoff_allows(&backoff, "a.example", "b.example", 1499));
	cr_expect(dna_backoff_allows(&backoff, "a.example", "b.example", 1500));
	cr_expect(dna_backoff_allows(&backoff, "b.example", "a.example", 1499));
	cr_expect(dna_backoff_allows(&backoff, "a.example", "c.example", 1499));
	dna_backoff_failed(&backoff, "a.example", "b.example", 2000, 0);
	cr_expect_not(dna_backoff_allows(&backoff, "a.example", "b.example", 61999));
	dna_backoff_succeeded(&backoff, "a.example", "b.example");
	cr_expect(dna_backoff_allows(&backoff, "a.example", "b.example", 2000));
	dna_backoff_failed(&backoff, "a.example", "b.example", 3000, 0);
	cr_expect(dna_backoff_allows(&backoff, "a.example", "b.example", 3000), "from the start");
}

Test(backoff, is_bounded)
{
	static struct dna_backoff backoff;
	char name[32];

	for (unsigned i = 0; i < 3 * DNA_BACKOFFS_MAX; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		dna_backoff_failed(&backoff, "a.example", name, i, 1000);
	}
	cr_expect_eq(backoff.count, DNA_BACKOFFS_MAX);
	cr_expect_not(dna_backoff_allows(&backoff, "a.example", name, 1000), "the last is known");
	cr_expect(dna_backoff_allows(&backoff, "a.example", "n0.example", 500), "the first is not");
}

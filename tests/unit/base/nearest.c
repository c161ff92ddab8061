/* The nearest valid word. */
#include "base/nearest.h"

#include <criterion/criterion.h>

static const char *const words[] = { "prove", "profiles", "prooftypes",
				     "rules", "default",  "dnssec-srv" };

#define NEAREST(word) dna_nearest(word, words, sizeof(words) / sizeof(words[0]))

Test(nearest, finds_what_was_meant)
{
	cr_assert_str_eq(NEAREST("prov"), "prove");
	cr_assert_str_eq(NEAREST("profile"), "profiles");
	cr_assert_str_eq(NEAREST("prooftype"), "prooftypes");
	cr_assert_str_eq(NEAREST("dnsec-srv"), "dnssec-srv");
	cr_assert_str_eq(NEAREST("defualt"), "default");
}

Test(nearest, does_not_guess_wildly)
{
	cr_assert_null(NEAREST("x"));
	cr_assert_null(NEAREST("completely-different"));
	cr_assert_null(NEAREST(""));
	cr_assert_null(NEAREST("rude"), "half of it is wrong");
}

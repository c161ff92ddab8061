/*
 * A test that leaks. Criterion lets it pass, so this program shows whether the run would notice:
 * `./dev check` has to see the sanitizer's report, or it fails.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

Test(canary, leaks)
{
	char *volatile song = malloc(100); /* volatile, or the compiler spares us the leak */

	cr_assert_not_null(song);
	strcpy(song, "tweet");
	song = NULL;
}

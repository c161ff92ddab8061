/* Items: what is foreign in them is made safe when they are made. */
#include "base/limits.h"
#include "evidence/item_json.h"

#include <criterion/criterion.h>

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STRANGE      "\xef\xbf\xbd"

static struct dna_item *failed(const char *reason)
{
	struct dna_item_init init = { .kind = "https",
				      .name = "https://a.example/",
				      .outcome = DNA_FAILED,
				      .reason = reason };
	struct dna_item *item = NULL;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	return item;
}

/* Extended DNS errors, what web servers say, TLS alerts, recordings: all of it ends up here. */
Test(item, has_a_reason_that_can_be_shown_and_written)
{
	static const struct {
		const char *reason, *expected;
	} cases[] = {
		{ NULL, "" },
		{ "", "" },
		{ "SERVFAIL: expired", "SERVFAIL: expired" },
		{ "zone \xe4\xbe\x8b\xe3\x81\x88", "zone \xe4\xbe\x8b\xe3\x81\x88" },
		{ "a\x1b[2Jb", "a" STRANGE "[2Jb" },
		{ "two\r\nlines", "two" STRANGE STRANGE "lines" },
		{ "\xff\xc0\xaf", STRANGE STRANGE STRANGE },
		{ "cut \xe2\x82", "cut " STRANGE STRANGE },
		{ "\xe2\x80\xaetxt.exe", STRANGE "txt.exe" },
		{ "\xc2\x9b"
		  "2J",
		  STRANGE "2J" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_item *item = failed(cases[i].reason);
		json_t *json = NULL;

		cr_expect_str_eq(dna_item_reason(item), cases[i].expected, "case %zu", i);
		cr_expect_eq(dna_item_to_json(item, &json), 0, "case %zu", i);
		json_decref(json);
		dna_item_unref(item);
	}
}

Test(item, has_a_reason_that_ends)
{
	char reason[4 * DNA_REASON_MAX];
	struct dna_item *item;
	size_t size;

	memset(reason, '\xff', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	item = failed(reason);
	size = strlen(dna_item_reason(item));
	cr_expect_leq(size, DNA_REASON_MAX);
	cr_expect_str_eq(dna_item_reason(item) + size - 6, STRANGE "...");
	dna_item_unref(item);
}

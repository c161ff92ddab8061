/* The cache: no answer longer than it may be used, no more of them than there is room for. */
#include "net/cache.h"
#include "net.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define NOW 1000000

static struct dna_cache *cache;

static void set_up(void)
{
	cr_assert_eq(dna_cache_new(&cache, 10, 100000), 0);
}

static void tear_down(void)
{
	dna_cache_free(cache);
}

TestSuite(cache, .init = set_up, .fini = tear_down);

static struct dna_need dns(const char *name)
{
	return (struct dna_need){ "dns", name, DNA_RR_A };
}

static struct dna_item *item(const char *name, enum dna_outcome outcome, int64_t not_after)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = name,
				      .type = DNA_RR_A,
				      .outcome = outcome,
				      .time = NOW,
				      .not_after = not_after };
	struct dna_item *new;

	cr_assert_eq(dna_item_new(&new, &init), 0);
	return new;
}

static void put(struct dna_need question, enum dna_outcome outcome, int64_t not_after, size_t size)
{
	struct dna_item *answer = item(question.name, outcome, not_after);
	static uint8_t octets[100000];

	if (size > 0)
		cr_assert_eq(dna_item_add(answer, octets, size), 0);
	cr_assert_eq(dna_cache_put(cache, &question, &answer, 1, NOW), 0);
	dna_item_unref(answer);
}

static size_t get(struct dna_need question, int64_t now)
{
	struct dna_item *items[DNA_ANSWER_ITEMS_MAX];
	size_t count = dna_cache_get(cache, &question, now, items);

	for (size_t i = 0; i < count; i++)
		dna_item_unref(items[i]);
	return count;
}

/* DANE-024, DELEG-021, SEC-009 */
Test(cache, keeps_an_answer_until_its_end_and_no_longer)
{
	static const uint16_t types[] = { DNA_RR_A, DNA_RR_SRV, DNA_RR_TLSA };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct dna_need question = { "dns", "a.example", types[i] };

		put(question, DNA_ANSWERED, NOW + 10, 4);
		cr_assert_eq(get(question, NOW), 1);
		cr_assert_eq(get(question, NOW + 9), 1);
		cr_assert_eq(get(question, NOW + 10), 0);
		cr_assert_eq(get(question, NOW), 0, "it came back");
	}
}

Test(cache, keeps_what_is_for_ever)
{
	put(dns("a.example"), DNA_ANSWERED, DNA_FOREVER, 4);
	cr_assert_eq(get(dns("a.example"), DNA_FOREVER - 1), 1);
}

Test(cache, keeps_nothing_without_a_lifetime)
{
	put(dns("a.example"), DNA_ANSWERED, NOW, 4);
	cr_assert_eq(get(dns("a.example"), NOW), 0);
}

Test(cache, keeps_denials)
{
	put(dns("a.example"), DNA_DENIED, NOW + 10, 0);
	cr_assert_eq(get(dns("a.example"), NOW), 1);
}

/* SEC-002 */
Test(cache, keeps_no_failure_and_lets_it_replace_what_it_had)
{
	put(dns("a.example"), DNA_ANSWERED, NOW + 10, 4);
	put(dns("a.example"), DNA_FAILED, NOW + 10, 0);
	cr_assert_eq(get(dns("a.example"), NOW), 0);
}

/* POSH-028 */
Test(cache, keeps_what_it_is_told_to_and_no_longer)
{
	struct dna_need url = { "https", "https://a.example/", 0 };
	struct dna_item *document = item("", DNA_ANSWERED, DNA_FOREVER),
			*failure = item("", DNA_FAILED, NOW);

	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW + 10, NOW), 0);
	cr_assert_eq(get(url, NOW + 9), 1);
	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW + 20, NOW), 0);
	cr_assert_eq(get(url, NOW + 10), 0, "it was prolonged");
	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW + 10, NOW), 0);
	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW + 5, NOW), 0);
	cr_assert_eq(get(url, NOW + 5), 0, "it was not cut short");
	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW, NOW), 0);
	cr_assert_eq(get(url, NOW), 0);
	cr_assert_eq(dna_cache_keep(cache, &url, failure, NOW + 10, NOW), 0);
	cr_assert_eq(get(url, NOW + 9), 1);
	cr_assert_eq(get(url, NOW + 10), 0);
	cr_assert_eq(dna_cache_keep(cache, &url, failure, NOW + 10, NOW), 0);
	cr_assert_eq(dna_cache_keep(cache, &url, document, NOW + 20, NOW), 0);
	cr_assert_eq(get(url, NOW + 19), 1, "another item has a time of its own");
	dna_item_unref(document);
	dna_item_unref(failure);
}

Test(cache, ends_an_answer_with_the_first_of_its_items)
{
	struct dna_item *items[] = { item("a.example", DNA_ANSWERED, NOW + 5),
				     item("b.example", DNA_ANSWERED, NOW + 10) };
	struct dna_need question = dns("a.example");

	cr_assert_eq(dna_cache_put(cache, &question, items, 2, NOW), 0);
	cr_assert_eq(get(question, NOW + 4), 2);
	cr_assert_eq(get(question, NOW + 5), 0);
	dna_item_unref(items[1]);
	items[1] = item("b.example", DNA_FAILED, NOW + 10);
	cr_assert_eq(dna_cache_put(cache, &question, items, 2, NOW), 0);
	cr_assert_eq(get(question, NOW), 0, "an alias to a failure was kept");
	dna_item_unref(items[0]);
	dna_item_unref(items[1]);
}

Test(cache, does_not_trust_a_clock_that_was_set_back)
{
	put(dns("a.example"), DNA_ANSWERED, NOW + 10, 4);
	cr_assert_eq(get(dns("a.example"), NOW - 1), 0);
}

Test(cache, tells_questions_apart)
{
	struct dna_need aaaa = { "dns", "a.example", DNA_RR_AAAA },
			https = { "https", "a.example", DNA_RR_A };

	put(dns("a.example"), DNA_ANSWERED, NOW + 10, 4);
	cr_assert_eq(get(dns("A.Example"), NOW), 1, "DNS names have no case");
	cr_assert_eq(get(dns("b.example"), NOW), 0);
	cr_assert_eq(get(aaaa, NOW), 0);
	cr_assert_eq(get(https, NOW), 0);
	put(https, DNA_ANSWERED, NOW + 10, 4);
	https.name = "A.example";
	cr_assert_eq(get(https, NOW), 0, "URLs have");
}

/* SEC-006 */
Test(cache, makes_room_by_dropping_what_was_not_used_for_longest)
{
	char names[12][16];

	for (int i = 0; i < 10; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d.example", i);
		put(dns(names[i]), DNA_ANSWERED, NOW + 10, 4);
	}
	cr_assert_eq(get(dns(names[0]), NOW), 1);
	put(dns("new.example"), DNA_ANSWERED, NOW + 10, 4);
	cr_assert_eq(get(dns(names[1]), NOW), 0);
	for (int i = 0; i < 10; i++)
		cr_assert_eq(get(dns(names[i]), NOW), i != 1, "%s", names[i]);
}

Test(cache, is_bounded_in_octets)
{
	put(dns("small.example"), DNA_ANSWERED, NOW + 10, 4);
	put(dns("huge.example"), DNA_ANSWERED, NOW + 10, 100000);
	cr_assert_eq(get(dns("huge.example"), NOW), 0);
	cr_assert_eq(get(dns("small.example"), NOW), 1, "what does not fit drove out the rest");
	put(dns("large.example"), DNA_ANSWERED, NOW + 10, 60000);
	put(dns("larger.example"), DNA_ANSWERED, NOW + 10, 70000);
	cr_assert_eq(get(dns("small.example"), NOW), 0);
	cr_assert_eq(get(dns("large.example"), NOW), 0);
	cr_assert_eq(get(dns("larger.example"), NOW), 1);
}

/* Only as many as it takes, in the same order as above. */
Test(cache, makes_room_in_octets_by_dropping_what_was_not_used_for_longest)
{
	static const char *const names[] = { "a.example", "b.example", "c.example", "d.example" };

	for (size_t i = 0; i < ELEMENTS(names); i++)
		put(dns(names[i]), DNA_ANSWERED, NOW + 10, 20000);
	cr_assert_eq(get(dns("a.example"), NOW), 1);
	put(dns("new.example"), DNA_ANSWERED, NOW + 10, 50000);
	cr_assert_eq(get(dns("b.example"), NOW), 0);
	cr_assert_eq(get(dns("c.example"), NOW), 0);
	cr_assert_eq(get(dns("d.example"), NOW), 1);
	cr_assert_eq(get(dns("a.example"), NOW), 1);
	cr_assert_eq(get(dns("new.example"), NOW), 1);
}

Test(cache, replaces_an_older_answer)
{
	struct dna_item *items[DNA_ANSWER_ITEMS_MAX];
	struct dna_need question = dns("a.example");

	for (size_t i = 1; i < 30; i++)
		put(question, DNA_ANSWERED, NOW + 10, i);
	cr_assert_eq(dna_cache_get(cache, &question, NOW, items), 1);
	cr_assert_eq(dna_item_data(items[0], 0).size, 29);
	dna_item_unref(items[0]);
}

/* Lookups: from the cache, or together with whoever asks the same, or anew. */
#include "net/lookup.h"
#include "net.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static struct dna_loop *loop;
static struct dna_lookups *lookups;
static struct dna_anchors *anchors;

static void set_up(void)
{
	struct dna_lookups_options options = { .resolver = { .program = built_file(
								     "tests/unit/net/worker") } };

	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_anchors_new(&anchors), 0);
	options.anchors = anchors;
	cr_assert_eq(dna_lookups_new(&lookups, loop, &options), 0);
}

static void tear_down(void)
{
	dna_lookups_free(lookups);
	dna_anchors_unref(anchors);
	dna_loop_free(loop);
}

TestSuite(lookup, .init = set_up, .fini = tear_down, .timeout = 300);

struct asked {
	struct dna_lookup *lookup;
	struct dna_item *item;
	unsigned answers;
	struct asked *other; /* to be cancelled, or, with |again|, begun by the answer */
	bool again;
};

static void begin(struct asked *a, const char *kind, const char *name, unsigned milliseconds);

static void answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct asked *a = argument;

	cr_assert_geq(count, 1);
	a->item = dna_item_ref(items[count - 1]);
	a->answers++;
	if (a->other != NULL && a->again)
		begin(a->other, dna_item_kind(a->item), dna_item_name(a->item), ENOUGH);
	else if (a->other != NULL)
		dna_lookup_cancel(a->other->lookup);
}

static void begin(struct asked *a, const char *kind, const char *name, unsigned milliseconds)
{
	struct dna_need question = { kind, name, strcmp(kind, "dns") == 0 ? DNA_RR_A : 0 };

	cr_assert_eq(dna_lookup_start(&a->lookup, lookups, &question, milliseconds, answered, a),
		     0);
	cr_assert_eq(a->answers, 0, "an answer from within the asking");
}

static void end(struct asked *a)
{
	cr_assert(run_until(loop, &a->answers, 1, ENOUGH));
}

/* What the fixture says to "count": the how manyth question this was. */
static unsigned number(const struct asked *a)
{
	unsigned count;

	cr_assert_eq(dna_item_outcome(a->item), DNA_ANSWERED, "%s", dna_item_reason(a->item));
	memcpy(&count, dna_item_data(a->item, 0).data, sizeof(count));
	return count;
}

static unsigned ask_number(const char *name)
{
	struct asked a = { .answers = 0 };
	unsigned count;

	begin(&a, "dns", name, ENOUGH);
	end(&a);
	count = number(&a);
	dna_item_unref(a.item);
	return count;
}

Test(lookup, asks_once_for_what_it_remembers)
{
	cr_assert_eq(ask_number("count.example"), 1);
	cr_assert_eq(ask_number("count.example"), 1);
	cr_assert_eq(ask_number("COUNT.example"), 1);
	cr_assert_eq(ask_number("count.other.example"), 2);
}

Test(lookup, asks_again_for_what_must_not_be_remembered)
{
	cr_assert_eq(ask_number("count.brief.example"), 1);
	cr_assert_eq(ask_number("count.brief.example"), 2);
}

/* SEC-007 */
Test(lookup, asks_once_what_is_asked_at_the_same_time)
{
	struct asked a[5] = { 0 };

	for (size_t i = 0; i < ELEMENTS(a); i++)
		begin(&a[i], "dns", i % 2 == 0 ? "count.brief.example" : "Count.Brief.Example",
		      ENOUGH);
	for (size_t i = 0; i < ELEMENTS(a); i++) {
		end(&a[i]);
		cr_assert_eq(number(&a[i]), 1);
		dna_item_unref(a[i].item);
	}
	cr_assert_eq(ask_number("count.brief.example"), 2);
}

Test(lookup, joins_no_lookup_that_will_give_up_much_sooner)
{
	struct asked hasty = { 0 }, patient = { 0 };

	begin(&hasty, "dns", "count.brief.example", ENOUGH / 3);
	begin(&patient, "dns", "count.brief.example", ENOUGH);
	end(&hasty);
	end(&patient);
	cr_assert_eq(number(&hasty), 1);
	cr_assert_eq(number(&patient), 2);
	dna_item_unref(hasty.item);
	dna_item_unref(patient.item);
}

Test(lookup, goes_on_for_those_who_still_want_it)
{
	struct asked a = { 0 }, b = { 0 };

	begin(&a, "dns", "slow.example", ENOUGH);
	begin(&b, "dns", "slow.example", ENOUGH);
	dna_lookup_cancel(a.lookup);
	end(&b);
	cr_assert_eq(a.answers, 0);
	dna_item_unref(b.item);
	dna_lookup_cancel(NULL);
}

Test(lookup, lets_whoever_is_answered_cancel_the_others)
{
	struct asked a = { 0 }, b = { .other = &a };

	begin(&a, "dns", "a.example", ENOUGH);
	begin(&b, "dns", "a.example", ENOUGH);
	end(&b);
	cr_assert_eq(dna_loop_run(loop, 50), 0);
	cr_assert_eq(a.answers, 0);
	dna_item_unref(b.item);
}

Test(lookup, lets_whoever_is_answered_ask_the_same_again)
{
	struct asked b = { 0 }, a = { .other = &b, .again = true };

	begin(&a, "dns", "count.brief.example", ENOUGH);
	end(&a);
	end(&b);
	cr_assert_eq(number(&b), 2);
	dna_item_unref(a.item);
	dna_item_unref(b.item);
}

Test(lookup, says_that_nobody_obtains_other_kinds)
{
	struct asked a = { 0 };

	begin(&a, "weather", "tomorrow", ENOUGH);
	end(&a);
	cr_assert_eq(dna_item_outcome(a.item), DNA_FAILED);
	cr_assert_str_eq(dna_item_kind(a.item), "weather");
	cr_assert_str_eq(dna_item_name(a.item), "tomorrow");
	cr_assert_str_eq(dna_item_reason(a.item), "nobody obtains evidence of kind \"weather\"");
	dna_item_unref(a.item);
}

Test(lookup, answers_for_names_that_cannot_be_asked_for)
{
	struct asked a = { 0 };

	begin(&a, "dns", "a..example", ENOUGH);
	end(&a);
	cr_assert_eq(dna_item_outcome(a.item), DNA_FAILED);
	cr_assert_str_eq(dna_item_name(a.item), "a..example");
	cr_assert_str_eq(dna_item_reason(a.item), "DNS cannot hold this name");
	dna_item_unref(a.item);
}

Test(lookup, leaves_nothing_behind_when_it_is_freed_in_the_middle)
{
	static const char *const names[] = { "silent.example", "slow.example", "hang.example" };
	struct asked a[6] = { 0 };

	for (size_t i = 0; i < ELEMENTS(a); i++)
		begin(&a[i], "dns", names[i % ELEMENTS(names)], ENOUGH);
	begin(&a[0], "https", "https://silent.example/", ENOUGH);
	begin(&a[1], "https", "https://slow.example/", ENOUGH);
	begin(&a[2], "weather", "today", ENOUGH);
	cr_assert_eq(dna_loop_run(loop, 0), 0);
	begin(&a[3], "https", "https://failed.example/", ENOUGH);
	for (size_t i = 0; i < ELEMENTS(a); i++)
		dna_item_unref(a[i].item);
}

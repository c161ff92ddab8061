/* Somebody who asks a resolver. */
#include "asker.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

void asker_start(struct asker *asker, const struct dna_resolver_options *options)
{
	if (asker->loop == NULL)
		cr_assert_eq(dna_loop_new(&asker->loop), 0);
	dna_resolver_free(asker->resolver);
	cr_assert_eq(dna_resolver_new(&asker->resolver, asker->loop, options), 0);
}

void asker_end(struct asker *asker)
{
	dna_resolver_free(asker->resolver);
	dna_loop_free(asker->loop);
	*asker = (struct asker){ NULL, NULL };
}

static void answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct asked *a = argument;

	cr_assert_leq(count, ELEMENTS(a->items));
	for (size_t i = 0; i < count; i++)
		a->items[i] = dna_item_ref(items[i]);
	a->count = count;
	a->answers++;
	if (a->total != NULL)
		(*a->total)++;
}

void asker_begin(struct asker *asker, struct asked *a, const char *name, unsigned milliseconds)
{
	cr_assert_eq(dna_resolver_ask(asker->resolver, name, DNA_RR_A, milliseconds, answered, a,
				      &a->question),
		     0, "%s", name);
	cr_assert_eq(a->answers, 0, "an answer from within the asking");
}

struct asked asker_ask(struct asker *asker, const char *name, unsigned milliseconds)
{
	struct asked a = { .count = 0 };

	asker_begin(asker, &a, name, milliseconds);
	cr_assert(run_until(asker->loop, &a.answers, 1, 2 * ENOUGH), "%s was not answered", name);
	cr_assert_geq(a.count, 1, "%s", name);
	return a;
}

void asked_release(struct asked *a)
{
	for (size_t i = 0; i < a->count; i++)
		dna_item_unref(a->items[i]);
	*a = (struct asked){ .count = 0 };
}

void asker_expect_failure(struct asker *asker, const char *name, unsigned milliseconds,
			  const char *reason)
{
	struct asked a = asker_ask(asker, name, milliseconds);

	cr_assert_eq(a.count, 1);
	cr_assert_str_eq(dna_item_name(a.items[0]), name);
	cr_assert_eq(dna_item_type(a.items[0]), DNA_RR_A);
	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_FAILED);
	cr_assert_eq(dna_item_security(a.items[0]), DNA_INDETERMINATE);
	cr_assert_not_null(strstr(dna_item_reason(a.items[0]), reason), "%s: \"%s\", not \"%s\"",
			   name, dna_item_reason(a.items[0]), reason);
	asked_release(&a);
}

void asker_expect_address(struct asker *asker, const char *name)
{
	struct asked a = asker_ask(asker, name, ENOUGH);

	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_ANSWERED, "%s: %s", name,
		     dna_item_reason(a.items[0]));
	cr_assert_eq(dna_item_data(a.items[0], 0).size, 4);
	asked_release(&a);
}

pid_t asker_worker_pid(struct asker *asker)
{
	struct asked a = asker_ask(asker, "pid.example", ENOUGH);
	pid_t pid;

	cr_assert_eq(dna_item_outcome(a.items[0]), DNA_ANSWERED, "%s", dna_item_reason(a.items[0]));
	cr_assert_eq(dna_item_data(a.items[0], 0).size, sizeof(pid));
	memcpy(&pid, dna_item_data(a.items[0], 0).data, sizeof(pid));
	asked_release(&a);
	return pid;
}

void asker_begin_many(struct asker *asker, struct many *many, const char *label,
		      unsigned milliseconds)
{
	char name[64];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%s.n%u.example", i % 2 == 0 ? label : "now", i);
		many->asked[i].total = &many->total;
		asker_begin(asker, &many->asked[i], name, milliseconds);
	}
}

unsigned asker_end_many(struct asker *asker, struct many *many)
{
	unsigned failed = 0;

	cr_assert(run_until(asker->loop, &many->total, MANY, 2 * ENOUGH), "%u answers",
		  many->total);
	for (unsigned i = 0; i < MANY; i++) {
		struct asked *a = &many->asked[i];
		char expected[64];

		snprintf(expected, sizeof(expected), "n%u.example", i);
		cr_assert_eq(a->answers, 1, "%u: %u answers", i, a->answers);
		cr_assert_str_eq(strchr(dna_item_name(a->items[0]), '.') + 1, expected);
		failed += dna_item_outcome(a->items[0]) == DNA_FAILED;
		asked_release(a);
	}
	many->total = 0;
	return failed;
}

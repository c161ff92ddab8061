/* Whose turn it is (SEC-007): how many at the same time, how many at one address, in which order. */
#include "net/turns.h"
#include "net.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct dna_loop *loop;
static struct dna_turns *turns;

static void set_up(void)
{
	cr_assert_eq(dna_loop_new(&loop), 0);
	cr_assert_eq(dna_turns_new(&turns, loop, 4, 2), 0);
}

static void tear_down(void)
{
	dna_turns_free(turns);
	dna_loop_free(loop);
}

TestSuite(turns, .init = set_up, .fini = tear_down, .timeout = 300);

struct waiting {
	struct dna_turn *turn;
	unsigned came; /* the how many-th it was */
	uint64_t at;
	bool brief; /* it ends at once */
};

static unsigned came;

static void come(void *argument)
{
	struct waiting *w = argument;

	cr_assert_eq(w->came, 0, "it came twice");
	cr_assert(dna_turn_has_come(w->turn));
	w->came = ++came;
	w->at = dna_loop_now();
	if (w->brief) {
		dna_turn_end(w->turn);
		w->turn = NULL;
	}
}

static void begin(struct waiting *w, const char *address)
{
	cr_assert_eq(dna_turn_wait(&w->turn, turns, address, come, w), 0);
	cr_assert_eq(w->came, 0, "called from within the waiting");
	cr_assert_not(dna_turn_has_come(w->turn));
}

static void end(struct waiting *w)
{
	dna_turn_end(w->turn);
	w->turn = NULL;
}

/* |count| have come, and nobody else comes. */
static void settle(unsigned count)
{
	cr_assert(run_until(loop, &came, count, ENOUGH));
	for (int i = 0; i < 5; i++)
		cr_assert_eq(dna_loop_run(loop, 1), 0);
	cr_assert_eq(came, count);
}

Test(turns, come_in_order_and_not_too_many_at_the_same_time)
{
	static const char *const addresses[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3",
						 "192.0.2.4", "192.0.2.5", "192.0.2.6" };
	struct waiting w[6] = { 0 };

	for (size_t i = 0; i < ELEMENTS(w); i++)
		begin(&w[i], addresses[i]);
	settle(4);
	for (size_t i = 0; i < ELEMENTS(w); i++)
		cr_assert_eq(w[i].came, i < 4 ? i + 1 : 0);
	end(&w[2]);
	settle(5);
	cr_assert_eq(w[4].came, 5);
	cr_assert_eq(w[5].came, 0);
	end(&w[0]);
	settle(6);
	cr_assert_eq(w[5].came, 6);
	for (size_t i = 0; i < ELEMENTS(w); i++)
		end(&w[i]);
}

/* Others do not wait for those whose address is busy. */
Test(turns, are_counted_for_each_address)
{
	struct waiting w[4] = { 0 };

	for (size_t i = 0; i < ELEMENTS(w); i++)
		begin(&w[i], i < 3 ? "192.0.2.1" : "192.0.2.2");
	settle(3);
	cr_assert_eq(w[0].came, 1);
	cr_assert_eq(w[1].came, 2);
	cr_assert_eq(w[2].came, 0);
	cr_assert_eq(w[3].came, 3);
	for (size_t i = 0; i < ELEMENTS(w); i++)
		end(&w[i]);
}

/* Though each of them is over at once. */
Test(turns, count_for_a_second_at_their_address)
{
	struct waiting w[7] = { 0 };
	uint64_t begun = dna_loop_now();

	for (size_t i = 0; i < ELEMENTS(w); i++) {
		w[i].brief = true;
		begin(&w[i], i < 6 ? "192.0.2.1" : "192.0.2.2");
	}
	cr_assert(run_until(loop, &came, ELEMENTS(w), ENOUGH));
	cr_assert_eq(w[6].came, 3);
	for (size_t i = 2; i < 6; i++)
		cr_assert_geq(w[i].at - begun, i / 2 * 1000, "turn %zu", i);
}

/* The second is counted from each turn, and not from the first: no two seconds meet. */
Test(turns, count_for_a_second_each)
{
	struct waiting w[4] = { 0 };
	uint64_t first, second;

	for (size_t i = 0; i < ELEMENTS(w); i++)
		w[i].brief = true;
	first = dna_loop_now();
	begin(&w[0], "192.0.2.1");
	while (dna_loop_now() < first + 600)
		cr_assert_eq(dna_loop_run(loop, 100), 0);
	second = dna_loop_now();
	for (size_t i = 1; i < ELEMENTS(w); i++)
		begin(&w[i], "192.0.2.1");
	cr_assert(run_until(loop, &came, ELEMENTS(w), ENOUGH));
	cr_assert_geq(w[2].at - first, 1000);
	cr_assert_geq(w[3].at - second, 1000);
}

Test(turns, can_be_given_up)
{
	struct waiting w[6] = { 0 };

	for (size_t i = 0; i < ELEMENTS(w); i++)
		begin(&w[i], i < 3 ? "192.0.2.1" : "192.0.2.2");
	end(&w[0]); /* just before it is told */
	end(&w[2]); /* while it waits */
	settle(3);
	cr_assert_eq(w[0].came, 0);
	cr_assert_eq(w[1].came, 1);
	cr_assert_eq(w[2].came, 0);
	cr_assert_eq(w[3].came, 2);
	cr_assert_eq(w[4].came, 3);
	dna_turn_end(NULL);
} /* the rest is freed in the middle */

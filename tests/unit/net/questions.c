/* Whose turn it is, with a program that dies of some questions. */
#include "net/questions.h"
#include "net.h"

#include <criterion/criterion.h>

#include <stdlib.h>

TestSuite(questions, .timeout = 300);

static struct dna_questions questions;
static struct dna_question *all;
static size_t count, in_flight, losses, in_a_row, most_in_a_row, named;

/* The program dies of every |poison|th question, from |first| on. */
static size_t first, poison;

static bool is_poison(const struct dna_question *q)
{
	size_t place = (size_t)(q - all);

	return place >= first && (place - first) % poison == 0;
}

static void begin(size_t how_many)
{
	count = how_many;
	all = calloc(count, sizeof(*all));
	cr_assert_not_null(all);
	dna_questions_init(&questions);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(dna_questions_add(&questions, &all[i]), 0);
		cr_assert_eq(dna_questions_find(&questions, all[i].number), &all[i]);
	}
	in_flight = losses = in_a_row = most_in_a_row = named = 0;
}

static void end(void)
{
	cr_assert_null(dna_questions_first(&questions));
	free(all);
}

static void ask(uint64_t now)
{
	struct dna_question *q;

	while ((q = dna_questions_next(&questions, now)) != NULL) {
		dna_questions_move(q, DNA_QUESTION_ASKED);
		in_flight++;
		cr_assert(q->alone == 0 || in_flight == 1, "who was alone is not alone any more");
		cr_assert_leq(in_flight, DNA_QUESTIONS_MAX);
	}
}

static struct dna_question *asked(void)
{
	return questions.lists[DNA_QUESTION_ASKED].first;
}

static void answer_first(void)
{
	struct dna_question *q = asked();

	cr_assert_not(is_poison(q));
	dna_questions_remove(q);
	dna_questions_answered(&questions);
	in_flight--;
	in_a_row = 0;
}

static struct dna_question *lose(void)
{
	losses++;
	in_flight = 0;
	if (++in_a_row > most_in_a_row)
		most_in_a_row = in_a_row;
	return dna_questions_lost(&questions);
}

/*
 * The program answers in the order of asking until it comes to a question that it dies of; or it
 * dies at once if there is one.
 */
static void run(bool at_once)
{
	for (ask(0); asked() != NULL; ask(0)) {
		struct dna_question *q = asked(), *culprit;

		while (at_once && q != NULL && !is_poison(q))
			q = q->next;
		if (q == NULL || !is_poison(q)) {
			answer_first();
			continue;
		}
		culprit = lose();
		if (culprit == NULL)
			continue;
		cr_assert(is_poison(culprit), "%zu is innocent", (size_t)(culprit - all));
		dna_questions_remove(culprit);
		named++;
	}
}

static size_t bits(size_t number)
{
	size_t result = 0;

	while (number >>= 1)
		result++;
	return result;
}

Test(questions, finds_one_among_many_in_few_losses)
{
	static const size_t sizes[] = { 1, 2, 3, 10, 1000, DNA_QUESTIONS_MAX, 10000 };

	poison = SIZE_MAX;
	for (size_t i = 0; i < ELEMENTS(sizes); i++) {
		size_t known = sizes[i] < DNA_QUESTIONS_MAX ? sizes[i] : DNA_QUESTIONS_MAX;

		for (size_t place = 0; place < 8 && place < sizes[i]; place++) {
			first = place % 2 == 0 ? place : sizes[i] - place;
			for (int at_once = 0; at_once < 2; at_once++) {
				begin(sizes[i]);
				run(at_once);
				cr_assert_eq(named, 1);
				cr_assert_leq(most_in_a_row, bits(known) + 2, "%zu of %zu", first,
					      sizes[i]);
				end();
			}
		}
	}
}

Test(questions, finds_all_and_nobody_else)
{
	first = 0;
	for (poison = 1; poison < 100; poison += 7) {
		begin(1000);
		run(true);
		cr_assert_eq(named, (1000 + poison - 1) / poison);
		end();
	}
}

Test(questions, are_all_asked_when_nobody_is_suspect)
{
	first = SIZE_MAX;
	begin(1000);
	ask(0);
	cr_assert_eq(in_flight, 1000);
	cr_assert_null(lose());
	ask(0);
	cr_assert_eq(in_flight, 1000, "one loss makes nobody suspect");
	cr_assert_null(lose());
	ask(0);
	cr_assert_eq(in_flight, 500);
	for (int i = 0; i < 100; i++)
		answer_first();
	ask(0);
	cr_assert_eq(in_flight, 600, "each answer makes room for one more");
	dna_questions_take_back(&questions);
	in_flight = 0;
	ask(0);
	cr_assert_eq(in_flight, 600, "nobody is to blame");
	run(false);
	end();
}

/* The others go on meanwhile; then they wait until it has been tried. */
Test(questions, that_are_postponed_are_tried_alone)
{
	first = SIZE_MAX;
	begin(100);
	ask(0);
	lose();
	ask(0);
	lose();
	while (in_flight != 1) {
		ask(0);
		if (in_flight > 1)
			cr_assert_null(lose());
	}
	cr_assert_eq(lose(), &all[0]);
	dna_questions_postpone(&all[0], 50);
	cr_assert_eq(dna_questions_due(&questions), 0, "others are suspect, too");
	ask(10);
	cr_assert_eq(asked(), &all[1]);
	while (in_flight > 0) {
		answer_first();
		if (in_flight < 5)
			ask(10);
		if (questions.lists[DNA_QUESTION_SUSPECT].first == &all[0])
			break;
	}
	cr_assert_gt(in_flight, 0);
	cr_assert_eq(dna_questions_due(&questions), 50);
	ask(60);
	cr_assert_neq(asked(), &all[0], "others are in flight");
	while (in_flight > 0)
		answer_first();
	ask(60);
	cr_assert_eq(asked(), &all[0]);
	cr_assert_eq(in_flight, 1);
	run(false);
	end();
}

/* The questions of a resolver that are open, and which of them is asked next. */
#include "net/questions.h"

#include <search.h>

#define SUSPECT_LOSSES 2

/* ---- lists ---- */

static void leave(struct dna_question *q)
{
	struct dna_questions *all = q->questions;

	*(q->previous != NULL ? &q->previous->next : &all->lists[q->state].first) = q->next;
	*(q->next != NULL ? &q->next->previous : &all->lists[q->state].last) = q->previous;
	all->lists[q->state].count--;
}

/* Between two neighbours, one of which is NULL. */
static void enter(struct dna_question *q, enum dna_question_state state,
		  struct dna_question *previous, struct dna_question *next)
{
	struct dna_questions *all = q->questions;

	q->state = state;
	q->previous = previous;
	q->next = next;
	*(previous != NULL ? &previous->next : &all->lists[state].first) = q;
	*(next != NULL ? &next->previous : &all->lists[state].last) = q;
	all->lists[state].count++;
}

static void enter_last(struct dna_question *q, enum dna_question_state state)
{
	enter(q, state, q->questions->lists[state].last, NULL);
}

static void enter_first(struct dna_question *q, enum dna_question_state state)
{
	enter(q, state, NULL, q->questions->lists[state].first);
}

void dna_questions_move(struct dna_question *q, enum dna_question_state state)
{
	leave(q);
	enter_last(q, state);
}

/* ---- numbers ---- */

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

struct dna_question *dna_questions_find(const struct dna_questions *all, uint32_t number)
{
	struct dna_question **found = tfind(&number, &all->numbers, by_number);

	return found != NULL ? *found : NULL;
}

void dna_questions_init(struct dna_questions *all)
{
	*all = (struct dna_questions){ .window = DNA_QUESTIONS_MAX };
}

int dna_questions_add(struct dna_questions *all, struct dna_question *q)
{
	do
		q->number = all->number++;
	while (dna_questions_find(all, q->number) != NULL);
	if (tsearch(q, &all->numbers, by_number) == NULL)
		return DNA_E_NOMEM;
	q->questions = all;
	enter_last(q, DNA_QUESTION_WAITS);
	return 0;
}

void dna_questions_remove(struct dna_question *q)
{
	leave(q);
	tdelete(q, &q->questions->numbers, by_number);
}

struct dna_question *dna_questions_first(const struct dna_questions *all)
{
	for (int state = 0; state < DNA_QUESTION_STATES; state++)
		if (all->lists[state].first != NULL)
			return all->lists[state].first;
	return NULL;
}

/* ---- turns ---- */

/* Who was alone at a loss stays alone. */
static size_t room_for(const struct dna_questions *all, const struct dna_question *suspect)
{
	size_t most = suspect->alone > 0 ? 1 : all->window;
	size_t asked = all->lists[DNA_QUESTION_ASKED].count;

	return asked < most ? most - asked : 0;
}

struct dna_question *dna_questions_next(struct dna_questions *all, uint64_t now)
{
	struct dna_question *asked = all->lists[DNA_QUESTION_ASKED].first;
	struct dna_question *suspect = all->lists[DNA_QUESTION_SUSPECT].first;

	if (asked != NULL && room_for(all, asked) == 0)
		return NULL;
	if (suspect != NULL && suspect->again <= now)
		return room_for(all, suspect) > 0 ? suspect : NULL;
	all->window = DNA_QUESTIONS_MAX;
	return all->lists[DNA_QUESTION_WAITS].first;
}

uint64_t dna_questions_due(const struct dna_questions *all)
{
	const struct dna_question *suspect = all->lists[DNA_QUESTION_SUSPECT].first;

	return suspect != NULL ? suspect->again : 0;
}

void dna_questions_answered(struct dna_questions *all)
{
	if (all->window < DNA_QUESTIONS_MAX)
		all->window++;
}

void dna_questions_take_back(struct dna_questions *all)
{
	struct dna_question *q;

	while ((q = all->lists[DNA_QUESTION_ASKED].last) != NULL) {
		leave(q);
		enter_first(q, q->losses >= SUSPECT_LOSSES ? DNA_QUESTION_SUSPECT
							   : DNA_QUESTION_WAITS);
	}
}

struct dna_question *dna_questions_lost(struct dna_questions *all)
{
	struct dna_question *first = all->lists[DNA_QUESTION_ASKED].first;
	bool alone = all->lists[DNA_QUESTION_ASKED].count == 1;
	size_t suspects = 0;

	for (struct dna_question *q = first; q != NULL; q = q->next) {
		bool suspect = ++q->losses >= SUSPECT_LOSSES;

		q->alone += suspect && alone;
		suspects += suspect;
	}
	dna_questions_take_back(all);
	if (suspects == 0)
		return NULL;
	all->window = suspects > 1 ? suspects / 2 : 1;
	return alone ? first : NULL;
}

void dna_questions_postpone(struct dna_question *q, uint64_t again)
{
	q->again = again;
	dna_questions_move(q, DNA_QUESTION_SUSPECT);
}

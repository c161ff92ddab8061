/*
 * The questions of a resolver that are open, and which of them is asked next. The program is asked
 * no more at the same time than it takes in hand, DNA_QUESTIONS_MAX.
 *
 * Poison. There may be a question whose answer the program dies of, and any number of others that
 * were in flight with it. After a loss all of them are asked again. What was in flight at two
 * losses is suspect: from then on suspects are asked by themselves, at most |window| at the same
 * time, and everything else waits. Each loss halves the window, each answer widens it by one, so
 * that it doubles when all that was in it is answered. Whoever is alone when the program is lost is
 * the culprit. When no suspect is left to wait, the others are asked.
 *
 * So a culprit among n questions costs at most log2(n) + 2 losses in a row, and no other question.
 *
 * A program that others share may have died of what they asked. So whoever is alone is only
 * postponed at first; the others go on, and it is tried again by itself some time later.
 */
#ifndef DNA_NET_QUESTIONS_H
#define DNA_NET_QUESTIONS_H

#include "base/limits.h"
#include "loop/loop.h"
#include "net/resolver.h"

enum dna_question_state {
	DNA_QUESTION_WAITS,   /* to be asked */
	DNA_QUESTION_SUSPECT, /* likewise, with care */
	DNA_QUESTION_ASKED,
	DNA_QUESTION_FAILED, /* its timer is about to say so */
	DNA_QUESTION_STATES
};

struct dna_questions;

struct dna_question {
	uint32_t number; /* the first member: questions are found by it */
	struct dna_resolver *resolver;
	struct dna_frame frame;
	uint64_t asked, deadline;
	uint64_t handed;  /* to the program; */
	uint64_t allowed; /* the time that it was told to take at most */
	char *reason;     /* why it has failed */
	struct dna_timer *timer;
	dna_resolver_answered *answered;
	void *argument;

	struct dna_questions *questions;
	enum dna_question_state state;
	struct dna_question *next, *previous; /* in this state, in the order of asking */
	unsigned losses;                      /* while it was in flight; */
	unsigned alone; /* so many of them while it was suspect, and nothing else was in flight */
	uint64_t again; /* not to be asked before */
};

struct dna_questions {
	uint32_t number; /* of the next one */
	void *numbers;   /* a tree of all */
	struct {
		struct dna_question *first, *last;
		size_t count;
	} lists[DNA_QUESTION_STATES];
	size_t window;
};

void dna_questions_init(struct dna_questions *questions);

/* |question| gets a number, and waits. */
int dna_questions_add(struct dna_questions *questions, struct dna_question *question);
void dna_questions_remove(struct dna_question *question);
struct dna_question *dna_questions_find(const struct dna_questions *questions, uint32_t number);
struct dna_question *dna_questions_first(const struct dna_questions *questions);

/* The one to be asked at the time |now|; NULL: nobody, or not yet. */
struct dna_question *dna_questions_next(struct dna_questions *questions, uint64_t now);

/* When the next one may be asked that was postponed; 0: none was. */
uint64_t dna_questions_due(const struct dna_questions *questions);

/* |question| was asked, or has failed. */
void dna_questions_move(struct dna_question *question, enum dna_question_state state);

/* A question was answered, and is removed. */
void dna_questions_answered(struct dna_questions *questions);

/*
 * The program was lost, and what was asked of it is to be asked again. Returns who was suspect and
 * alone; NULL: nobody.
 */
struct dna_question *dna_questions_lost(struct dna_questions *questions);
void dna_questions_postpone(struct dna_question *question, uint64_t again);

/* What was asked is to be asked again, and nobody is to blame. */
void dna_questions_take_back(struct dna_questions *questions);

#endif

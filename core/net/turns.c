/* Whose turn it is: a queue, and a count for each address that somebody connects to, or wants to. */
#include "net/turns.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#define REST 1000 /* milliseconds from the beginning of a turn in which it counts for its address */

struct place {
	char *address;  /* first: what the tree compares */
	unsigned turns; /* that refer to it */
	unsigned count; /* of those that came, and are not over */
};

struct dna_turn {
	struct dna_turns *turns;
	struct place *place;
	struct dna_turn *next, *previous;
	struct dna_timer *timer; /* it is about to come, or to be forgotten */
	dna_turn_come *come;
	void *argument;
	uint64_t begun; /* 0: it waits */
};

struct dna_turns {
	struct dna_loop *loop;
	unsigned most, most_of_one;
	unsigned count; /* of those that came and did not end */
	void *places;
	struct dna_turn *first, *last; /* all of them, in their order */
};

/* ---- places ---- */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->address, ((const struct place *)b)->address);
}

static void leave(struct dna_turns *turns, struct place *place)
{
	if (--place->turns > 0)
		return;
	tdelete(place, &turns->places, compare);
	free(place->address);
	free(place);
}

static struct place *enter(struct dna_turns *turns, const char *address)
{
	struct place *new = calloc(1, sizeof(*new)), **found;

	if (new == NULL)
		return NULL;
	new->address = strdup(address);
	found = new->address != NULL ? tsearch(new, &turns->places, compare) : NULL;
	if (found == NULL || *found != new) {
		free(new->address);
		free(new);
	}
	if (found == NULL)
		return NULL;
	(*found)->turns++;
	return *found;
}

/* ---- turns ---- */

static void forget(struct dna_turn *turn)
{
	struct dna_turns *turns = turn->turns;

	*(turn->next != NULL ? &turn->next->previous : &turns->last) = turn->previous;
	*(turn->previous != NULL ? &turn->previous->next : &turns->first) = turn->next;
	dna_timer_remove(turn->timer);
	leave(turns, turn->place);
	free(turn);
}

static void call(void *argument)
{
	struct dna_turn *turn = argument;

	turn->timer = NULL;
	turn->come(turn->argument);
}

/* Nobody is called from here: what follows may look at the queue again. */
static void admit(struct dna_turns *turns)
{
	for (struct dna_turn *turn = turns->first; turn != NULL && turns->count < turns->most;
	     turn = turn->next) {
		if (turn->begun != 0 || turn->place->count == turns->most_of_one)
			continue;
		if (dna_timer_add(&turn->timer, turns->loop, 0, call, turn) != 0)
			return; /* without memory: later */
		turn->begun = dna_loop_now();
		turn->place->count++;
		turns->count++;
	}
}

static void over(void *argument)
{
	struct dna_turn *turn = argument;
	struct dna_turns *turns = turn->turns;

	turn->timer = NULL;
	turn->place->count--;
	forget(turn);
	admit(turns);
}

int dna_turn_wait(struct dna_turn **turn, struct dna_turns *turns, const char *address,
		  dna_turn_come *come, void *argument)
{
	struct dna_turn *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->place = enter(turns, address);
	if (new->place == NULL) {
		free(new);
		return DNA_E_NOMEM;
	}
	new->turns = turns;
	new->come = come;
	new->argument = argument;
	new->previous = turns->last;
	*(turns->last != NULL ? &turns->last->next : &turns->first) = new;
	turns->last = new;
	admit(turns);
	*turn = new;
	return 0;
}

bool dna_turn_has_come(const struct dna_turn *turn)
{
	return turn->begun != 0 && turn->timer == NULL;
}

void dna_turn_end(struct dna_turn *turn)
{
	struct dna_turns *turns;
	uint64_t now = dna_loop_now();

	if (turn == NULL)
		return;
	turns = turn->turns;
	dna_timer_remove(turn->timer);
	turn->timer = NULL;
	if (turn->begun == 0) {
		forget(turn);
		return;
	}
	turns->count--;
	if (now >= turn->begun + REST ||
	    dna_timer_add(&turn->timer, turns->loop, turn->begun + REST - now, over, turn) != 0) {
		over(turn);
		return;
	}
	admit(turns);
}

/* ---- all of them ---- */

int dna_turns_new(struct dna_turns **turns, struct dna_loop *loop, unsigned most,
		  unsigned most_of_one)
{
	struct dna_turns *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	*new = (struct dna_turns){ .loop = loop, .most = most, .most_of_one = most_of_one };
	*turns = new;
	return 0;
}

void dna_turns_free(struct dna_turns *turns)
{
	if (turns == NULL)
		return;
	while (turns->first != NULL)
		forget(turns->first);
	free(turns);
}

/*
 * Whose turn it is to connect. Strangers decide what is fetched, and from where (SEC-007): so only
 * so many requests are open at the same time, and only so many go to one address within a second.
 * The others wait.
 */
#ifndef DNA_NET_TURNS_H
#define DNA_NET_TURNS_H

#include "loop/loop.h"

struct dna_turns;
struct dna_turn;

/* |most| at the same time; |most_of_one| at one address, each of which counts for a second at least. */
int dna_turns_new(struct dna_turns **turns, struct dna_loop *loop, unsigned most,
		  unsigned most_of_one);
/* Turns that have not ended are void. NULL is legal. */
void dna_turns_free(struct dna_turns *turns);

typedef void dna_turn_come(void *argument);

/* |come| is called once, from within the loop, unless the turn is ended before. */
int dna_turn_wait(struct dna_turn **turn, struct dna_turns *turns, const char *address,
		  dna_turn_come *come, void *argument);
bool dna_turn_has_come(const struct dna_turn *turn);
void dna_turn_end(struct dna_turn *turn); /* NULL is legal */

#endif

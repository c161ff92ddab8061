/*
 * Every state that a flow can reach is visited, under every event, in every configuration that matters, and
 * a witness looks at each step (witness.h). Every row of the chart has to be taken somewhere.
 */
#include "witness.h"

#include "flow/chart.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A flow without the pairs that it does not have, and what the witness knows of it. */
#define PAIRS 4
#define HEAD  offsetof(struct dna_flow, pairs)
struct state {
	_Alignas(struct dna_flow) unsigned char head[HEAD];
	struct dna_flow_pair pairs[PAIRS];
	struct witness witness;
};

struct walk {
	struct dna_flow_config config;
	struct alphabet alphabet;
	struct state *states; /* in the order in which they are found */
	size_t count, room;
	uint32_t *table; /* numbers of states, from 1, by their hash */
	size_t table_size;
	size_t steps;
};

/* Rows that were taken, over all walks of a test. */
struct taken {
	bool row[DNA_FLOW_MACHINES][256];
};

/* ---- the set of states ---- */

static void pack(struct state *state, const struct dna_flow *flow, const struct witness *witness)
{
	memset(state, 0, sizeof(*state));
	memcpy(state->head, flow, HEAD);
	memcpy(state->pairs, flow->pairs, sizeof(state->pairs));
	state->witness = *witness;
}

static void unpack(struct dna_flow *flow, const struct state *state)
{
	memset(flow, 0, sizeof(*flow));
	memcpy(flow, state->head, HEAD);
	memcpy(flow->pairs, state->pairs, sizeof(state->pairs));
}

static size_t hash(const struct state *state)
{
	const unsigned char *at = (const unsigned char *)state;
	uint64_t h = UINT64_C(14695981039346656037), word;

	_Static_assert(sizeof(*state) % sizeof(word) == 0, "whole words");
	for (size_t i = 0; i < sizeof(*state); i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		h = (h ^ word) * UINT64_C(1099511628211);
		h ^= h >> 29;
	}
	return (size_t)h;
}

static uint32_t *place(struct walk *walk, const struct state *state)
{
	size_t i = hash(state) & (walk->table_size - 1);

	while (walk->table[i] != 0 &&
	       memcmp(&walk->states[walk->table[i] - 1], state, sizeof(*state)) != 0)
		i = (i + 1) & (walk->table_size - 1);
	return &walk->table[i];
}

static void grow(struct walk *walk)
{
	walk->room = walk->room * 2 + 1024;
	walk->states = realloc(walk->states, walk->room * sizeof(*walk->states));
	free(walk->table);
	for (walk->table_size = 1; walk->table_size < walk->room * 2;)
		walk->table_size *= 2;
	walk->table = calloc(walk->table_size, sizeof(*walk->table));
	cr_assert(walk->states != NULL && walk->table != NULL);
	for (size_t i = 0; i < walk->count; i++)
		*place(walk, &walk->states[i]) = (uint32_t)(i + 1);
}

static void visit(struct walk *walk, const struct dna_flow *flow, const struct witness *witness)
{
	struct state state;
	uint32_t *at;

	pack(&state, flow, witness);
	if (walk->count == walk->room)
		grow(walk);
	at = place(walk, &state);
	if (*at != 0)
		return;
	walk->states[walk->count++] = state;
	*at = (uint32_t)walk->count;
}

/* ---- the walk ---- */

static void note_rows(struct taken *taken, const struct dna_flow_actions *actions)
{
	for (size_t i = 0; i < actions->row_count; i++)
		for (enum dna_flow_machine m = 0; m < DNA_FLOW_MACHINES; m++) {
			size_t count;
			const struct dna_flow_row *rows = dna_flow_rows(m, &count);

			if (actions->rows[i] >= rows && actions->rows[i] < rows + count)
				taken->row[m][actions->rows[i] - rows] = true;
		}
}

static void complain(const struct walk *walk, const struct dna_flow *flow,
		     const struct dna_flow_event *event, const char *wrong)
{
	char facts[512] = "";

	for (enum dna_flow_fact fact = 0; fact < DNA_FACTS; fact++)
		if (event->facts & DNA_FACT(fact)) {
			strcat(facts, " ");
			strcat(facts, dna_flow_fact_name(fact));
		}
	cr_assert_fail("%s, in %s with %u pairs (%s, %s) by %s from %u to %u (%s), minimum %d",
		       wrong, dna_flow_state_name(flow->state), flow->count,
		       dna_flow_state_name(flow->pairs[0].state),
		       dna_flow_state_name(flow->pairs[1].state), dna_flow_event_name(event->kind),
		       event->from, event->to, facts, (int)walk->config.minimum);
}

static void step(struct walk *walk, size_t from, const struct dna_flow_event *event,
		 struct taken *taken)
{
	static struct dna_flow_actions actions;
	struct witness witness = walk->states[from].witness;
	struct dna_flow before, after;
	const struct step_seen seen = { &walk->config, &before, &after, event, &actions };
	const char *wrong;

	unpack(&before, &walk->states[from]);
	after = before;
	walk->steps++;
	cr_assert_eq(dna_flow_step(&after, event, &actions), 0);
	note_rows(taken, &actions);
	wrong = witness_see(&witness, &seen);
	if (wrong != NULL)
		complain(walk, &before, event, wrong);
	if (!dna_flow_ended(&after))
		after.trouble = 0; /* no guard looks at it */
	visit(walk, &after, &witness);
}

/* Whether the facts of |event| can make a difference in |state|. */
static bool is_guarded(const struct state *state, const struct dna_flow_event *event)
{
	const struct dna_flow *flow = (const struct dna_flow *)(const void *)state->head;
	size_t count;
	const struct dna_flow_row *rows = dna_flow_rows(flow->machine, &count);

	if (event->facts == 0 || dna_flow_event_entries[event->kind].receiving != 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (rows[i].event == event->kind &&
		    (rows[i].state == flow->state || rows[i].state == DNA_FLOW_ANY))
			return true;
	return false;
}

static size_t walk_all(enum dna_flow_machine machine, const struct dna_flow_config *config,
		       struct taken *taken)
{
	const struct witness nothing = { .tls = 0 };
	struct walk walk = { .config = *config };
	struct dna_flow flow;
	size_t count;

	alphabet_make(&walk.alphabet, machine);
	dna_flow_init(&flow, machine, config);
	visit(&walk, &flow, &nothing);
	for (size_t i = 0; i < walk.count; i++)
		for (size_t j = 0; j < walk.alphabet.count; j++)
			if (is_guarded(&walk.states[i], &walk.alphabet.events[j]))
				step(&walk, i, &walk.alphabet.events[j], taken);
	count = walk.count;
	fprintf(stderr, "# %s, minimum %d: %zu states, %zu steps\n", dna_flow_machine_name(machine),
		(int)config->minimum, count, walk.steps);
	free(walk.alphabet.events);
	free(walk.states);
	free(walk.table);
	return count;
}

static void assert_taken(const struct taken *taken, enum dna_flow_machine machine)
{
	size_t count, missing = 0;
	const struct dna_flow_row *rows = dna_flow_rows(machine, &count);

	for (size_t i = 0; i < count; i++) {
		if (taken->row[machine][i])
			continue;
		fprintf(stderr, "no state leads to the row of %s, %s, %s -> %s\n",
			dna_flow_machine_name(machine), dna_flow_state_name(rows[i].state),
			dna_flow_event_name(rows[i].event), dna_flow_state_name(rows[i].next));
		missing++;
	}
	cr_assert_eq(missing, 0, "%zu rows are never taken", missing);
}

Test(walk, client)
{
	static struct taken taken;
	struct dna_flow_config config = { .redirects = 1 };

	walk_all(DNA_FLOW_C2S_INITIATING, &config, &taken);
	config.interactive = true;
	walk_all(DNA_FLOW_C2S_INITIATING, &config, &taken);
	config.minimum = DNA_MINIMUM_WEAK;
	walk_all(DNA_FLOW_C2S_INITIATING, &config, &taken);
	walk_all(DNA_FLOW_C2S_RECEIVING, &config, &taken);
	assert_taken(&taken, DNA_FLOW_C2S_INITIATING);
	assert_taken(&taken, DNA_FLOW_C2S_RECEIVING);
}

static const enum dna_flow_minimum minimums[] = { DNA_MINIMUM_DNA, DNA_MINIMUM_WEAK,
						  DNA_MINIMUM_NONE_TLS };

/* FLOW-016, FLOW-021, FLOW-022, DB-006, DB-022, DB-025, SEC-003, SEC-004, SEC-012 */
Test(walk, server_that_is_called)
{
	static struct taken taken;

	for (unsigned i = 0; i < 3 * 4; i++) {
		const struct dna_flow_config config = {
			.minimum = minimums[i / 4],
			.tls_optional = i / 4 == 2,
			.dialback = (i & 1) != 0,
			.same_certificate = (i & 2) != 0,
			.from_may_change = i == 0,
			.sasl_retries = 1,
			.pairs = 2,
		};

		walk_all(DNA_FLOW_S2S_RECEIVING, &config, &taken);
	}
	assert_taken(&taken, DNA_FLOW_S2S_RECEIVING);
	assert_taken(&taken, DNA_FLOW_PAIR_RECEIVING);
}

/* FLOW-001, FLOW-009, FLOW-024, FLOW-030, FLOW-032, DB-006, DB-015, DB-023, SEC-003 */
Test(walk, server_that_calls)
{
	static struct taken taken;

	for (unsigned i = 0; i < 3 * 4; i++) {
		const struct dna_flow_config config = {
			.minimum = minimums[i / 4],
			.tls_optional = i / 4 == 2,
			.dialback = (i & 1) != 0,
			.verify_only = (i & 2) != 0,
			.redirects = 1,
			.pairs = PAIRS,
		};

		walk_all(DNA_FLOW_S2S_INITIATING, &config, &taken);
	}
	assert_taken(&taken, DNA_FLOW_S2S_INITIATING);
	assert_taken(&taken, DNA_FLOW_PAIR_REQUESTING);
	assert_taken(&taken, DNA_FLOW_PAIR_VERIFYING);
}

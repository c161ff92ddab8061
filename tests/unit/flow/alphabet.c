#include "alphabet.h"

#include "flow/chart.h"

#include <stdlib.h>

const struct pair_name received_pairs[3] = { { A, B }, { ROOMS_A, B }, { A, C } };
const struct pair_name opened_pairs[3] = { { B, A }, { C, A }, { B, ROOMS_A } };

static void add(struct alphabet *alphabet, const struct dna_flow_event *event)
{
	if (alphabet->count == alphabet->room) {
		alphabet->room = alphabet->room * 2 + 64;
		alphabet->events =
			realloc(alphabet->events, alphabet->room * sizeof(*alphabet->events));
		if (alphabet->events == NULL)
			abort();
	}
	alphabet->events[alphabet->count++] = *event;
}

/* ---- facts ---- */

static uint64_t guarded(enum dna_flow_machine machine, enum dna_flow_event_kind kind)
{
	size_t count;
	const struct dna_flow_row *rows = dna_flow_rows(machine, &count);
	uint64_t facts = 0;

	for (size_t i = 0; i < count; i++)
		if (kind == DNA_FLOW_NOTHING || rows[i].event == kind)
			facts |= rows[i].when | rows[i].unless;
	return facts;
}

/* What the guards of a stream's rows, and of its pairs', look at. */
static uint64_t guarded_by_all(enum dna_flow_machine machine, enum dna_flow_event_kind kind)
{
	uint64_t facts = guarded(machine, kind);

	if (machine == DNA_FLOW_S2S_RECEIVING)
		facts |= guarded(DNA_FLOW_PAIR_RECEIVING, kind);
	if (machine == DNA_FLOW_S2S_INITIATING)
		facts |= guarded(DNA_FLOW_PAIR_REQUESTING, kind) |
			 guarded(DNA_FLOW_PAIR_VERIFYING, kind);
	return facts;
}

static uint64_t interesting(enum dna_flow_machine machine, enum dna_flow_event_kind kind)
{
	const uint64_t kept = DNA_FACT(DNA_FACT_VERSIONED) | DNA_FACT(DNA_FACT_DIALBACK) |
			      DNA_FACT(DNA_FACT_ERRORS) | DNA_FACT(DNA_FACT_EXTERNAL) |
			      DNA_FACT(DNA_FACT_PEER_CHAIN) | DNA_FACT(DNA_FACT_OWN_CHAIN);
	uint64_t facts =
		guarded_by_all(machine, kind) | (guarded_by_all(machine, DNA_FLOW_NOTHING) & kept);

	if (kind == DNA_FLOW_CONNECTED && machine == DNA_FLOW_S2S_INITIATING)
		facts |= DNA_FACT(DNA_FACT_TLS_MANDATORY);
	if (kind == DNA_FLOW_CALLED_BACK)
		facts |= DNA_FACT(DNA_FACT_CALLBACK_PROVEN) | DNA_FACT(DNA_FACT_CALLBACK_SECURED);
	return facts & dna_flow_event_entries[kind].brings;
}

/* The event with every set of its facts. */
static void add_all(struct alphabet *alphabet, enum dna_flow_machine machine,
		    struct dna_flow_event event)
{
	uint64_t all = interesting(machine, event.kind), set = 0;

	do {
		event.facts = set;
		add(alphabet, &event);
		set = (set - all) & all;
	} while (set != 0);
}

/* ---- domains ---- */

static bool is_about_pairs(const struct dna_flow_event_entry *entry, enum dna_flow_event_kind kind)
{
	return entry->receiving != 0 || entry->initiating != 0 || kind == DNA_FLOW_VERIFY;
}

static void add_of_server(struct alphabet *alphabet, enum dna_flow_machine machine,
			  enum dna_flow_event_kind kind)
{
	const struct dna_flow_event_entry *entry = &dna_flow_event_entries[kind];
	bool received = machine == DNA_FLOW_S2S_RECEIVING;
	const struct pair_name *pairs = received ? received_pairs : opened_pairs;
	struct dna_flow_event event = { .kind = kind, .by = 7 };

	if (!(entry->flags & DNA_EVENT_PAIR) && kind != DNA_FLOW_START)
		add_all(alphabet, machine, event); /* without domains */
	if (kind == DNA_FLOW_START || kind == DNA_FLOW_HEADER) {
		event.from = pairs[0].from;
		event.to = pairs[0].to;
		add_all(alphabet, machine, event);
	}
	if (kind == DNA_FLOW_WANT_VERIFY && !received) {
		event.from = pairs[2].from;
		event.to = pairs[2].to;
		event.origin = 1;
		add(alphabet, &event);
	}
	for (size_t i = 0; i < 3 && is_about_pairs(entry, kind) && kind != DNA_FLOW_WANT_VERIFY;
	     i++) {
		bool both = (entry->flags & DNA_EVENT_ANSWER) != 0;

		event.from = pairs[i].from;
		event.to = pairs[i].to;
		add_all(alphabet, machine, event);
		event.from = pairs[i].to;
		event.to = pairs[i].from;
		if (both)
			add_all(alphabet, machine, event);
	}
}

/* The first pair's keys are verified for two streams. */
static void add_of_keys(struct alphabet *alphabet)
{
	static const enum dna_flow_event_kind kinds[] = {
		DNA_FLOW_WANT_VERIFY,  DNA_FLOW_VERIFY_VALID, DNA_FLOW_VERIFY_INVALID,
		DNA_FLOW_VERIFY_ERROR, DNA_FLOW_TIMER,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (uint32_t origin = 1; origin <= 2; origin++) {
			bool answer =
				(dna_flow_event_entries[kinds[i]].flags & DNA_EVENT_ANSWER) != 0;
			const struct dna_flow_event event = {
				.kind = kinds[i],
				.from = answer ? A : B,
				.to = answer ? B : A,
				.origin = origin,
			};

			add(alphabet, &event);
		}
}

void alphabet_make(struct alphabet *alphabet, enum dna_flow_machine machine)
{
	bool server = machine == DNA_FLOW_S2S_INITIATING || machine == DNA_FLOW_S2S_RECEIVING;

	*alphabet = (struct alphabet){ .count = 0 };
	for (enum dna_flow_event_kind kind = 1; kind < DNA_FLOW_EVENTS; kind++) {
		const struct dna_flow_event event = {
			.kind = kind, .from = NOBODY, .to = A, .by = 7
		};

		if (dna_flow_event_entries[kind].flags & DNA_EVENT_INNER)
			continue;
		if (server)
			add_of_server(alphabet, machine, kind);
		else if (!(dna_flow_event_entries[kind].flags & DNA_EVENT_PAIR))
			add_all(alphabet, machine, event);
	}
	if (machine == DNA_FLOW_S2S_INITIATING)
		add_of_keys(alphabet);
}

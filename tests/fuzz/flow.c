/*
 * The flow chart under random events: the witness of the unit tests finds nothing wrong. The first octets are
 * the machine and its configuration; then an event for every two.
 */
#include "tests/unit/flow/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MAX 128

static struct alphabet alphabets[DNA_FLOW_S2S_RECEIVING + 1];

static const struct alphabet *alphabet_of(enum dna_flow_machine machine)
{
	if (alphabets[machine].count == 0)
		alphabet_make(&alphabets[machine], machine);
	return &alphabets[machine];
}

static struct dna_flow_config config_of(uint8_t octet)
{
	return (struct dna_flow_config){
		.minimum = (enum dna_flow_minimum)(octet % 3),
		.tls_optional = (octet & 4) != 0,
		.dialback = (octet & 8) != 0,
		.same_certificate = (octet & 16) != 0,
		.verify_only = (octet & 32) != 0,
		.interactive = (octet & 64) != 0,
		.from_may_change = (octet & 128) != 0,
		.pairs = octet & 4 ? 3 : 0,
	};
}

/* Whatever is in the structure of an event, the machine survives it. */
static void step_wild(struct dna_flow flow, const uint8_t *data)
{
	struct dna_flow_actions actions;
	const struct dna_flow_event event = {
		.kind = (enum dna_flow_event_kind)(data[0] % (DNA_FLOW_EVENTS + 2)),
		.facts = data[1] * UINT64_C(0x9e3779b97f4a7c15),
		.from = data[0],
		.to = data[1],
		.origin = data[0],
	};

	(void)dna_flow_step(&flow, &event, &actions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dna_flow_actions actions;
	struct witness witness = { .tls = 0 };
	struct dna_flow before, after;
	struct dna_flow_config config;
	const struct alphabet *alphabet;

	if (size < 2)
		return 0;
	config = config_of(data[1]);
	alphabet = alphabet_of(data[0] % (DNA_FLOW_S2S_RECEIVING + 1));
	dna_flow_init(&after, data[0] % (DNA_FLOW_S2S_RECEIVING + 1), &config);
	for (size_t i = 2; i + 1 < size && i < 2 * STEPS_MAX; i += 2) {
		size_t number = (size_t)(data[i] << 8 | data[i + 1]) % alphabet->count;
		const struct step_seen seen = { &config, &before, &after, &alphabet->events[number],
						&actions };
		const char *wrong;

		before = after;
		step_wild(after, data + i);
		if (dna_flow_step(&after, seen.event, &actions) != 0)
			abort();
		wrong = witness_see(&witness, &seen);
		if (wrong != NULL) {
			fprintf(stderr, "%s, in %s by %s\n", wrong,
				dna_flow_state_name(before.state),
				dna_flow_event_name(seen.event->kind));
			abort();
		}
	}
	return 0;
}

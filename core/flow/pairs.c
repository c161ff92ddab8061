/* The pairs of a flow: few, sorted, and nothing behind them, so that equal flows have equal octets. */
#include "flow/chart.h"

#include <string.h>

static int compare(const struct dna_flow_pair *a, const struct dna_flow_pair *b)
{
	enum dna_flow_machine m = dna_flow_state_machine(a->state);
	enum dna_flow_machine n = dna_flow_state_machine(b->state);

	if (m != n)
		return m < n ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	return 0;
}

void dna_flow_pair_store(struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	bool none = pair->state == dna_flow_first_state(dna_flow_state_machine(pair->state));
	struct dna_flow_pair *at = flow->pairs, *end = flow->pairs + flow->count;

	while (at < end && compare(at, pair) < 0)
		at++;
	if (at < end && compare(at, pair) == 0) {
		if (!none) {
			*at = *pair;
			return;
		}
		memmove(at, at + 1, (size_t)(end - at - 1) * sizeof(*at));
		memset(end - 1, 0, sizeof(*at));
		flow->count--;
	} else if (!none && flow->count < DNA_FLOW_PAIRS_MAX) {
		memmove(at + 1, at, (size_t)(end - at) * sizeof(*at));
		*at = *pair;
		flow->count++;
	}
}

struct dna_flow_pair dna_flow_pair_load(const struct dna_flow *flow, enum dna_flow_machine machine,
					const struct dna_flow_event *event)
{
	bool answer = (dna_flow_event_entries[event->kind].flags & DNA_EVENT_ANSWER) != 0;
	struct dna_flow_pair pair = {
		.state = (uint8_t)dna_flow_first_state(machine),
		.from = answer ? event->to : event->from,
		.to = answer ? event->from : event->to,
		.origin = machine == DNA_FLOW_PAIR_VERIFYING ? event->origin : 0,
	};

	for (size_t i = 0; i < flow->count; i++)
		if (compare(&flow->pairs[i], &pair) == 0)
			return flow->pairs[i];
	return pair;
}

/* Facts: what a stream remembers, and what guards see. */
#include "flow/chart.h"
#include "flow/table.h"

/* What the stream remembers of events. */
#define KEPT_FACTS                                             \
	(BITS(TLS_MANDATORY, SECURED, PEER_CHAIN, OWN_CHAIN) | \
	 BITS(VERSIONED, DIALBACK, ERRORS, EXTERNAL))

uint64_t dna_flow_remember(const struct dna_flow *flow, const struct dna_flow_event *event)
{
	uint64_t brought = event->facts & KEPT_FACTS;

	switch (event->kind) {
	case DNA_FLOW_START:
	case DNA_FLOW_CONNECTED:
		return brought;
	case DNA_FLOW_TLS_DONE:
		return BITS(SECURED) | brought;
	case DNA_FLOW_HEADER:
		return (flow->facts & ~BITS(VERSIONED, EXTERNAL)) | brought;
	case DNA_FLOW_FEATURES:
		return (flow->facts & ~BITS(EXTERNAL)) | brought;
	default:
		return flow->facts;
	}
}

static bool is_same_pair(const struct dna_flow_pair *a, const struct dna_flow_pair *b)
{
	return dna_flow_state_machine(a->state) == dna_flow_state_machine(b->state) &&
	       a->from == b->from && a->to == b->to && a->origin == b->origin;
}

bool dna_flow_is_first(const struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	return flow->from != 0 && pair->from == flow->from && pair->to == flow->to &&
	       pair->origin == 0;
}

/* Where we offer EXTERNAL, a place stays free for the pair that it would authenticate. */
static bool has_room(const struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	size_t taken = flow->count;

	if (flow->machine == DNA_FLOW_S2S_RECEIVING && (flow->facts & BITS(EXTERNAL)) != 0 &&
	    !dna_flow_is_first(flow, pair) &&
	    dna_flow_pair_find(flow, flow->from, flow->to) == NULL)
		taken++;
	return taken < flow->limit_pairs;
}

static bool has_others_valid(const struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	for (size_t i = 0; i < flow->count; i++)
		if (flow->pairs[i].state == DNA_FLOW_P5_VALID &&
		    !is_same_pair(&flow->pairs[i], pair))
			return true;
	return false;
}

static uint64_t facts_of_pair(const struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	uint64_t facts = 0;

	if (has_room(flow, pair))
		facts |= BITS(ROOM);
	if (dna_flow_is_first(flow, pair))
		facts |= BITS(FIRST_PAIR);
	if (flow->to != 0 && pair->to == flow->to)
		facts |= BITS(SAME_TARGET);
	if (has_others_valid(flow, pair))
		facts |= BITS(OTHERS_VALID);
	if (pair->callback >= DNA_ASSURANCE_WEAK)
		facts |= BITS(CALLBACK_SECURED);
	if (pair->callback == DNA_ASSURANCE_DNA)
		facts |= BITS(CALLBACK_PROVEN);
	return facts;
}

uint64_t dna_flow_facts(const struct dna_flow *flow, const struct dna_flow_pair *pair,
			const struct dna_flow_event *event)
{
	uint64_t remembered = dna_flow_remember(flow, event);
	uint64_t facts = flow->settings | remembered | (event->facts & ~KEPT_FACTS);

	if (remembered & BITS(TLS_MANDATORY))
		facts &= ~BITS(CLEAR_ALLOWED);
	if (dna_flow_state_entries[flow->state].flags & DNA_STATE_READY)
		facts |= BITS(READY);
	if (flow->failures < flow->limit_failures)
		facts |= BITS(RETRIES_LEFT);
	if (flow->redirects < flow->limit_redirects)
		facts |= BITS(REDIRECTS_LEFT);
	return pair != NULL ? facts | facts_of_pair(flow, pair) : facts;
}

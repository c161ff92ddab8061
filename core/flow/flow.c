/* A flow: how it begins, and what can be read from it. */
#include "flow/chart.h"

#include <string.h>

static uint64_t settings_of(const struct dna_flow_config *config)
{
	const struct {
		bool holds;
		enum dna_flow_fact fact;
	} settings[] = {
		{ config->minimum == DNA_MINIMUM_DNA, DNA_FACT_DNA_REQUIRED },
		{ config->minimum == DNA_MINIMUM_NONE_TLS && config->tls_optional,
		  DNA_FACT_CLEAR_ALLOWED },
		{ config->dialback, DNA_FACT_DIALBACK_ALLOWED },
		{ config->same_certificate, DNA_FACT_SHORTCUT_ALLOWED },
		{ config->interactive, DNA_FACT_INTERACTIVE },
		{ config->verify_only, DNA_FACT_VERIFY_ONLY },
		{ config->from_may_change, DNA_FACT_FROM_MAY_CHANGE },
	};
	uint64_t facts = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (settings[i].holds)
			facts |= DNA_FACT(settings[i].fact);
	return facts;
}

static uint8_t limit(uint8_t wanted, uint8_t otherwise, uint8_t most)
{
	if (wanted == 0)
		return otherwise;
	return wanted < most ? wanted : most;
}

void dna_flow_init(struct dna_flow *flow, enum dna_flow_machine machine,
		   const struct dna_flow_config *config)
{
	memset(flow, 0, sizeof(*flow)); /* and what is between the members: it is compared */
	flow->machine = (uint8_t)machine;
	flow->state = (uint8_t)dna_flow_first_state(machine);
	flow->settings = settings_of(config);
	flow->limit_failures = limit(config->sasl_retries, 2, 5);
	flow->limit_redirects = limit(config->redirects, 2, 5);
	flow->limit_pairs = limit(config->pairs, DNA_FLOW_PAIRS_MAX, DNA_FLOW_PAIRS_MAX);
}

static bool is(const struct dna_flow *flow, unsigned flag)
{
	return (dna_flow_state_entries[flow->state].flags & flag) != 0;
}

bool dna_flow_ended(const struct dna_flow *flow)
{
	return is(flow, DNA_STATE_END);
}

bool dna_flow_ready(const struct dna_flow *flow)
{
	return is(flow, DNA_STATE_READY);
}

bool dna_flow_suspends(const struct dna_flow *flow)
{
	return is(flow, DNA_STATE_SUSPENDS);
}

const struct dna_flow_pair *dna_flow_pair_find(const struct dna_flow *flow, uint8_t from,
					       uint8_t to)
{
	for (size_t i = 0; i < flow->count; i++) {
		const struct dna_flow_pair *pair = &flow->pairs[i];

		if (pair->from == from && pair->to == to && pair->origin == 0)
			return pair;
	}
	return NULL;
}

bool dna_flow_pair_valid(const struct dna_flow *flow, uint8_t from, uint8_t to)
{
	const struct dna_flow_pair *pair = dna_flow_pair_find(flow, from, to);

	return pair != NULL && dna_flow_ready(flow) &&
	       (pair->state == DNA_FLOW_P5_VALID || pair->state == DNA_FLOW_Q3_VALID);
}

enum dna_flow_event_kind dna_flow_verdict(enum dna_verdict_kind kind)
{
	switch (kind) {
	case DNA_VERDICT_PROVEN:
		return DNA_FLOW_PROVEN;
	case DNA_VERDICT_UNPROVEN:
	case DNA_VERDICT_WEAK:
		return DNA_FLOW_UNPROVEN;
	case DNA_VERDICT_UNDECIDED:
	case DNA_VERDICT_VETO:
		break;
	}
	return DNA_FLOW_VETO;
}

/* Why a callback failed, in the words of the pair that waits for it. */
static enum dna_flow_event_kind failure_of(const struct dna_flow *callback)
{
	switch ((enum dna_flow_trouble)callback->trouble) {
	case DNA_TROUBLE_NOT_FOUND:
		return DNA_FLOW_CALLBACK_NOT_FOUND;
	case DNA_TROUBLE_UNRESOLVED:
	case DNA_TROUBLE_VETO:
	case DNA_TROUBLE_ALERT:
	case DNA_TROUBLE_CERTIFICATE:
		return DNA_FLOW_CALLBACK_VETOED;
	default:
		return DNA_FLOW_CALLBACK_FAILED;
	}
}

void dna_flow_called_back(const struct dna_flow *callback, struct dna_flow_event *event)
{
	memset(event, 0, sizeof(*event));
	if (dna_flow_ended(callback))
		event->kind = failure_of(callback);
	if (!dna_flow_ready(callback))
		return;
	event->kind = DNA_FLOW_CALLED_BACK;
	event->by = callback->by;
	if (callback->facts & DNA_FACT(DNA_FACT_SECURED))
		event->facts |= DNA_FACT(DNA_FACT_CALLBACK_SECURED);
	if (callback->assurance == DNA_ASSURANCE_DNA)
		event->facts |= DNA_FACT(DNA_FACT_CALLBACK_PROVEN);
}

/* How a row of a stream is taken. */
#include "flow/step.h"
#include "flow/table.h"

static void tell_first_pair(struct dna_flow_run *step, enum dna_flow_event_kind kind)
{
	const struct dna_flow_event event = {
		.kind = kind,
		.from = step->flow->from,
		.to = step->flow->to,
		.by = step->flow->by,
	};

	dna_flow_run_pair(step,
			  step->flow->machine == DNA_FLOW_S2S_RECEIVING ? DNA_FLOW_PAIR_RECEIVING
									: DNA_FLOW_PAIR_REQUESTING,
			  &event);
}

/* Nothing that was learnt so far is known any more: TLS begins, or another connection (FLOW-008). */
static void forget(struct dna_flow_run *step)
{
	struct dna_flow *flow = step->flow;

	flow->facts = 0;
	flow->assurance = DNA_ASSURANCE_NONE;
	flow->by = 0;
	if (flow->machine == DNA_FLOW_S2S_RECEIVING)
		dna_flow_lose_pairs(step);
}

static void record(struct dna_flow *flow, const struct dna_flow_event *event,
		   enum dna_assurance assurance)
{
	flow->assurance = (uint8_t)assurance;
	flow->by = assurance == DNA_ASSURANCE_DNA ? event->by : 0;
}

/* What an action means within the flow. */
static void act_on_stream(struct dna_flow_run *step, enum dna_flow_action_kind kind,
			  const struct dna_flow_event *event)
{
	struct dna_flow *flow = step->flow;

	switch (kind) {
	case DNA_FLOW_QUEUE:
		tell_first_pair(step, DNA_FLOW_WANT_PAIR);
		break;
	case DNA_FLOW_ASK:
		tell_first_pair(step, DNA_FLOW_ASKED);
		break;
	case DNA_FLOW_ADMIT:
		tell_first_pair(step, DNA_FLOW_ADMITTED);
		break;
	case DNA_FLOW_RESTART:
		dna_flow_restart_pairs(step);
		break;
	case DNA_FLOW_START_TLS:
	case DNA_FLOW_CONNECT:
		forget(step);
		break;
	case DNA_FLOW_REDIRECT:
		forget(step);
		flow->redirects++;
		break;
	case DNA_FLOW_FAIL_SASL:
		flow->failures++;
		break;
	case DNA_FLOW_OFFER_EXTERNAL:
		flow->facts |= BITS(EXTERNAL);
		break;
	case DNA_FLOW_RECORD_DNA:
		record(flow, event, DNA_ASSURANCE_DNA);
		break;
	case DNA_FLOW_RECORD_WEAK:
		record(flow, event, DNA_ASSURANCE_WEAK);
		break;
	default:
		break;
	}
}

static struct dna_flow_action describe(const struct dna_flow *flow, const struct dna_flow_row *row,
				       enum dna_flow_action_kind kind,
				       const struct dna_flow_event *event)
{
	struct dna_flow_action action = {
		.kind = kind,
		.trouble = (enum dna_flow_trouble)row->trouble,
		.assurance = (enum dna_assurance)flow->assurance,
		.row = row,
	};

	if (kind == DNA_FLOW_PROVE)
		action.domain = flow->machine == DNA_FLOW_S2S_RECEIVING ? flow->from : flow->to;
	if (dna_flow_is_swapped(kind)) {
		action.from = event->to;
		action.to = event->from;
	}
	return action;
}

/* The domains of the stream: those we open it with, or those of the peer's header over TLS (FLOW-005). */
static void note_domains(struct dna_flow *flow, const struct dna_flow_event *event)
{
	bool received = flow->machine == DNA_FLOW_S2S_RECEIVING;
	bool secured = (flow->facts & BITS(SECURED)) != 0;

	if ((event->kind == DNA_FLOW_START && !received) ||
	    (event->kind == DNA_FLOW_HEADER && received && secured && flow->from == 0)) {
		flow->from = event->from;
		flow->to = event->to;
	}
}

static void take_stream_row(struct dna_flow_run *step, const struct dna_flow_row *row,
			    const struct dna_flow_event *event)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_action about_timer = { .row = row };

	dna_flow_trace(step, row);
	flow->facts = dna_flow_remember(flow, event);
	note_domains(flow, event);
	dna_flow_note_trouble(flow, row->trouble);
	if (event->kind == DNA_FLOW_TIMER)
		flow->timer = 0;
	if (row->next != DNA_FLOW_SAME)
		flow->state = row->next;
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS && row->actions[i] != 0; i++) {
		enum dna_flow_action_kind kind = row->actions[i];
		struct dna_flow_action action;

		act_on_stream(step, kind, event);
		action = describe(flow, row, kind, event);
		dna_flow_emit(step, &action);
	}
	if (row->next != DNA_FLOW_SAME && flow->state == row->next)
		dna_flow_set_timer(step, &flow->timer, flow->state, about_timer);
	if (dna_flow_ended(flow))
		dna_flow_lose_pairs(step);
}

void dna_flow_run_stream(struct dna_flow_run *step, const struct dna_flow_event *event)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_event other = { .kind = DNA_FLOW_OTHER };
	const struct dna_flow_row *row;

	if (event->kind == DNA_FLOW_TIMER && !flow->timer)
		return;
	row = dna_flow_find_row(flow->machine, flow->state, event->kind,
				dna_flow_facts(flow, NULL, event));
	if (row != NULL)
		take_stream_row(step, row, event);
	else if ((dna_flow_event_entries[event->kind].flags & DNA_EVENT_PEER) &&
		 event->kind != DNA_FLOW_OTHER)
		dna_flow_run_stream(step, &other);
}

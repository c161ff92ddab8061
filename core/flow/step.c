/*
 * The interpreter of the chart: find the row, take it. A stream and each of its pairs have tables of their
 * own (step_stream.c, step_pair.c); they speak to each other with a few events that no application hands in
 * (ADMITTED, LOST, PAIR_ACCEPTED, ...).
 */
#include "flow/step.h"
#include "flow/table.h"

const struct dna_flow_row *dna_flow_find_row(enum dna_flow_machine machine, uint8_t state,
					     enum dna_flow_event_kind event, uint64_t facts)
{
	size_t count;
	const struct dna_flow_row *rows = dna_flow_rows(machine, &count);

	if (dna_flow_state_entries[state].flags & DNA_STATE_END)
		return NULL;
	for (const struct dna_flow_row *row = rows; row < rows + count; row++)
		if ((row->state == state || row->state == DNA_FLOW_ANY) && row->event == event &&
		    (facts & row->when) == row->when && (facts & row->unless) == 0)
			return row;
	return NULL;
}

/* ---- actions ---- */

/* Between the machines of one flow; the application does not hear of it. */
static bool is_inner(enum dna_flow_action_kind kind)
{
	return kind >= DNA_FLOW_QUEUE;
}

void dna_flow_emit(struct dna_flow_run *step, const struct dna_flow_action *action)
{
	struct dna_flow_actions *actions = step->actions;

	if (!is_inner(action->kind) && actions->count < DNA_FLOW_ACTIONS_MAX)
		actions->list[actions->count++] = *action;
}

void dna_flow_trace(struct dna_flow_run *step, const struct dna_flow_row *row)
{
	struct dna_flow_actions *actions = step->actions;

	if (actions->row_count < DNA_FLOW_ROWS_MAX)
		actions->rows[actions->row_count++] = row;
}

bool dna_flow_is_swapped(enum dna_flow_action_kind kind)
{
	switch (kind) {
	case DNA_FLOW_SEND_VALID:
	case DNA_FLOW_SEND_INVALID:
	case DNA_FLOW_SEND_ERROR:
	case DNA_FLOW_ANSWER_VERIFY:
	case DNA_FLOW_FAIL_VERIFY:
	case DNA_FLOW_ASK_KEY:
	case DNA_FLOW_TELL_VALID:
	case DNA_FLOW_TELL_INVALID:
	case DNA_FLOW_TELL_ERROR:
	case DNA_FLOW_TELL_LOST:
		return true;
	default:
		return false;
	}
}

void dna_flow_set_timer(struct dna_flow_run *step, uint8_t *runs, uint8_t state,
			struct dna_flow_action action)
{
	action.timer = dna_flow_state_timer(state);
	action.kind = action.timer != DNA_FLOW_NO_TIMER ? DNA_FLOW_SET_TIMER : DNA_FLOW_STOP_TIMER;
	if (*runs || action.timer != DNA_FLOW_NO_TIMER)
		dna_flow_emit(step, &action);
	*runs = action.timer != DNA_FLOW_NO_TIMER;
}

void dna_flow_note_trouble(struct dna_flow *flow, uint8_t trouble)
{
	if (trouble != DNA_TROUBLE_NONE &&
	    (trouble != DNA_TROUBLE_UNREACHABLE || flow->trouble == DNA_TROUBLE_NONE))
		flow->trouble = trouble;
}

static void tell_pair(struct dna_flow_run *step, size_t index, enum dna_flow_event_kind kind)
{
	const struct dna_flow_pair *pair = &step->flow->pairs[index];
	const struct dna_flow_event event = {
		.kind = kind,
		.from = pair->from,
		.to = pair->to,
		.origin = pair->origin,
	};

	dna_flow_run_pair(step, dna_flow_state_machine(pair->state), &event);
}

void dna_flow_lose_pairs(struct dna_flow_run *step)
{
	while (step->flow->count > 0)
		tell_pair(step, step->flow->count - 1u, DNA_FLOW_LOST);
}

/* Backwards, for those that end are taken away. */
void dna_flow_restart_pairs(struct dna_flow_run *step)
{
	for (size_t i = step->flow->count; i > 0; i--)
		tell_pair(step, i - 1, DNA_FLOW_RESTARTED);
}

/* ---- one event ---- */

/* An element without two domains is improper, and a peer's other name a change, whatever the application
 * says of it. */
static void check_domains(const struct dna_flow *flow, struct dna_flow_event *event)
{
	bool named = event->from != 0 && event->to != 0;
	bool needed = event->kind == DNA_FLOW_STANZA || event->kind == DNA_FLOW_RESULT ||
		      (event->kind == DNA_FLOW_HEADER && flow->machine == DNA_FLOW_S2S_RECEIVING &&
		       (flow->facts & BITS(SECURED)) != 0);

	if (needed && !named)
		event->facts |= BITS(IMPROPER);
	if (event->kind == DNA_FLOW_HEADER && flow->machine == DNA_FLOW_S2S_RECEIVING &&
	    flow->from != 0 && event->from != 0 && event->from != flow->from)
		event->facts |= BITS(FROM_CHANGED);
}

static const struct dna_flow_state_entry *state_entry(const struct dna_flow *flow)
{
	return &dna_flow_state_entries[flow->state];
}

/* The machine of pairs that takes |event|; the flow's own if it is about the stream. */
static enum dna_flow_machine machine_for(const struct dna_flow *flow,
					 const struct dna_flow_event *event)
{
	const struct dna_flow_event_entry *entry = &dna_flow_event_entries[event->kind];
	bool s2s =
		flow->machine == DNA_FLOW_S2S_INITIATING || flow->machine == DNA_FLOW_S2S_RECEIVING;
	bool receiving = flow->machine == DNA_FLOW_S2S_RECEIVING;
	enum dna_flow_machine machine = receiving ? entry->receiving : entry->initiating;
	bool request = event->kind == DNA_FLOW_STANZA || event->kind == DNA_FLOW_RESULT;

	if (!s2s || machine == 0)
		return flow->machine;
	if ((entry->flags & DNA_EVENT_STREAM) && event->from == 0 && event->to == 0)
		return flow->machine;
	if (request && !(state_entry(flow)->flags & DNA_STATE_TALKS))
		return flow->machine;
	if (machine == DNA_FLOW_PAIR_REQUESTING && event->kind == DNA_FLOW_TIMER &&
	    event->origin != 0)
		return DNA_FLOW_PAIR_VERIFYING;
	return machine;
}

static bool is_legal(const struct dna_flow *flow, const struct dna_flow_event *event)
{
	bool named = event->from != 0 && event->to != 0;

	if ((size_t)event->kind >= DNA_FLOW_EVENTS || event->from > DNA_FLOW_DOMAINS_MAX ||
	    event->to > DNA_FLOW_DOMAINS_MAX)
		return false;
	if (dna_flow_event_entries[event->kind].flags & DNA_EVENT_INNER)
		return false;
	if ((dna_flow_event_entries[event->kind].flags & DNA_EVENT_PAIR) && !named)
		return false;
	if (event->kind == DNA_FLOW_START && flow->machine == DNA_FLOW_S2S_INITIATING && !named)
		return false;
	return event->kind != DNA_FLOW_WANT_VERIFY || event->origin != 0;
}

int dna_flow_step(struct dna_flow *flow, const struct dna_flow_event *event,
		  struct dna_flow_actions *actions)
{
	struct dna_flow_run step = { flow, actions };
	struct dna_flow_event checked = *event;
	enum dna_flow_machine machine;

	if (!is_legal(flow, event))
		return DNA_E_INVALID;
	actions->count = 0;
	actions->row_count = 0;
	if (dna_flow_ended(flow))
		return 0;
	checked.facts &= dna_flow_event_entries[event->kind].brings;
	check_domains(flow, &checked);
	machine = machine_for(flow, &checked);
	if (machine == flow->machine)
		dna_flow_run_stream(&step, &checked);
	else
		dna_flow_run_pair(&step, machine, &checked);
	return 0;
}

/* How a row of a pair is taken. */
#include "flow/step.h"
#include "flow/table.h"

/* What |event| says of the pair: by which prooftype, and what the callback is worth. */
static void note_pair(struct dna_flow_pair *pair, const struct dna_flow_event *event)
{
	switch (event->kind) {
	case DNA_FLOW_PROVEN:
	case DNA_FLOW_ADMITTED:
		pair->by = event->by;
		break;
	case DNA_FLOW_CALLED_BACK:
		pair->by = event->by;
		if (!(event->facts & BITS(CALLBACK_SECURED)))
			pair->callback = DNA_ASSURANCE_NONE;
		else if (!(event->facts & BITS(CALLBACK_PROVEN)))
			pair->callback = DNA_ASSURANCE_WEAK;
		else
			pair->callback = DNA_ASSURANCE_DNA;
		break;
	case DNA_FLOW_TIMER:
		pair->timer = 0;
		break;
	default:
		break;
	}
}

static void record_pair(const struct dna_flow *flow, struct dna_flow_pair *pair,
			enum dna_flow_action_kind kind)
{
	bool requested = dna_flow_state_machine(pair->state) == DNA_FLOW_PAIR_REQUESTING;

	if (kind == DNA_FLOW_RECORD_DNA)
		pair->assurance = DNA_ASSURANCE_DNA;
	if (kind == DNA_FLOW_RECORD_WEAK)
		pair->assurance = DNA_ASSURANCE_WEAK;
	if (kind == DNA_FLOW_ACCEPT && requested && pair->to == flow->to) {
		pair->assurance = flow->assurance; /* the target is who the stream's peer is */
		pair->by = flow->by;
	}
	if (kind == DNA_FLOW_ACCEPT && pair->assurance != DNA_ASSURANCE_DNA)
		pair->by = 0;
}

static struct dna_flow_action describe_for_pair(const struct dna_flow_pair *pair,
						const struct dna_flow_row *row,
						enum dna_flow_action_kind kind)
{
	bool swapped = dna_flow_is_swapped(kind);
	bool received = dna_flow_state_machine(pair->state) == DNA_FLOW_PAIR_RECEIVING;

	return (struct dna_flow_action){
		.kind = kind,
		.trouble = (enum dna_flow_trouble)row->trouble,
		.from = swapped ? pair->to : pair->from,
		.to = swapped ? pair->from : pair->to,
		.domain = received ? pair->from : pair->to,
		.assurance = (enum dna_assurance)pair->assurance,
		.origin = pair->origin,
		.row = row,
	};
}

/* The stream ends because of a pair. */
static void end_stream(struct dna_flow_run *step, const struct dna_flow_row *row)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_action about_timer = { .row = row };

	flow->state = (uint8_t)dna_flow_end_state(flow->machine);
	dna_flow_note_trouble(flow, row->trouble);
	dna_flow_set_timer(step, &flow->timer, flow->state, about_timer);
	dna_flow_lose_pairs(step);
}

/* The domain of a received stream is that of a pair whose certificate must not be used: what proved it at the
 * beginning does so no more. */
static void withdraw(struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	if (pair->from != flow->from)
		return;
	flow->facts &= ~BITS(EXTERNAL);
	flow->assurance = DNA_ASSURANCE_NONE;
	flow->by = 0;
}

/* What an action of a pair means within the flow; it may end the stream. */
static void act_on_pair(struct dna_flow_run *step, const struct dna_flow_pair *pair,
			enum dna_flow_action_kind kind)
{
	struct dna_flow_event event = { .kind = DNA_FLOW_PAIR_ACCEPTED };

	switch (kind) {
	case DNA_FLOW_ACCEPT:
		dna_flow_run_stream(step, &event);
		break;
	case DNA_FLOW_REFUSE:
	case DNA_FLOW_GIVE_UP:
		event.kind = kind == DNA_FLOW_REFUSE ? DNA_FLOW_PAIR_REFUSED : DNA_FLOW_PAIR_FAILED;
		if (dna_flow_is_first(step->flow, pair))
			dna_flow_run_stream(step, &event);
		break;
	case DNA_FLOW_WITHDRAW:
		withdraw(step->flow, pair);
		break;
	default:
		break;
	}
}

static void take_pair_row(struct dna_flow_run *step, const struct dna_flow_row *row,
			  struct dna_flow_pair *pair)
{
	struct dna_flow_action about = describe_for_pair(pair, row, DNA_FLOW_NO_ACTION);
	bool ends = false;

	dna_flow_trace(step, row);
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS; i++)
		record_pair(step->flow, pair, row->actions[i]);
	if (row->next != DNA_FLOW_SAME)
		pair->state = row->next;
	about.trouble = DNA_TROUBLE_NONE;
	if (row->next != DNA_FLOW_SAME)
		dna_flow_set_timer(step, &pair->timer, pair->state, about);
	dna_flow_pair_store(step->flow, pair);
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS && row->actions[i] != 0; i++) {
		enum dna_flow_action_kind kind = row->actions[i];
		struct dna_flow_action action = describe_for_pair(pair, row, kind);

		ends = ends || kind == DNA_FLOW_CLOSE || kind == DNA_FLOW_REJECT;
		dna_flow_emit(step, &action);
		act_on_pair(step, pair, kind);
	}
	if (ends)
		end_stream(step, row);
}

void dna_flow_run_pair(struct dna_flow_run *step, enum dna_flow_machine machine,
		       const struct dna_flow_event *event)
{
	struct dna_flow_pair pair = dna_flow_pair_load(step->flow, machine, event);
	const struct dna_flow_row *row;

	if (event->kind == DNA_FLOW_TIMER && !pair.timer)
		return;
	note_pair(&pair, event);
	row = dna_flow_find_row(machine, pair.state, event->kind,
				dna_flow_facts(step->flow, &pair, event));
	if (row != NULL)
		take_pair_row(step, row, &pair);
}

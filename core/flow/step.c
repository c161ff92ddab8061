/*
 * The interpreter of the chart: find the row, take it. A stream and each of its pairs have tables of their
 * own; they speak to each other with a few events that no application hands in (ADMITTED, LOST,
 * PAIR_ACCEPTED, ...).
 */
#include "flow/chart.h"
#include "flow/table.h"

struct step {
	struct dna_flow *flow;
	struct dna_flow_actions *actions;
};

static void run_stream(struct step *step, const struct dna_flow_event *event);
static void run_pair(struct step *step, enum dna_flow_machine machine,
		     const struct dna_flow_event *event);

static const struct dna_flow_state_entry *state_entry(const struct dna_flow *flow)
{
	return &dna_flow_state_entries[flow->state];
}

static const struct dna_flow_row *find_row(enum dna_flow_machine machine, uint8_t state,
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

static void emit(struct step *step, const struct dna_flow_action *action)
{
	struct dna_flow_actions *actions = step->actions;

	if (actions->count < DNA_FLOW_ACTIONS_MAX)
		actions->list[actions->count++] = *action;
}

static void trace(struct step *step, const struct dna_flow_row *row)
{
	struct dna_flow_actions *actions = step->actions;

	if (actions->row_count < DNA_FLOW_ROWS_MAX)
		actions->rows[actions->row_count++] = row;
}

/* What goes to the other end of a request is about the pair that the request names the other way round. */
static bool is_swapped(enum dna_flow_action_kind kind)
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

/* Between the machines of one flow; the application does not hear of it. */
static bool is_inner(enum dna_flow_action_kind kind)
{
	return kind >= DNA_FLOW_QUEUE;
}

/* Let the timer of a state that has been entered run, and no other. */
static void set_timer(struct step *step, uint8_t *runs, uint8_t state,
		      struct dna_flow_action action)
{
	action.timer = dna_flow_state_timer(state);
	action.kind = action.timer != DNA_FLOW_NO_TIMER ? DNA_FLOW_SET_TIMER : DNA_FLOW_STOP_TIMER;
	if (*runs || action.timer != DNA_FLOW_NO_TIMER)
		emit(step, &action);
	*runs = action.timer != DNA_FLOW_NO_TIMER;
}

/* ---- the pairs that a stream has ---- */

/* The stream has ended, or begins anew: whatever waits for it hears of that. */
static void lose_pairs(struct step *step)
{
	struct dna_flow *flow = step->flow;

	while (flow->count > 0) {
		const struct dna_flow_pair *pair = &flow->pairs[flow->count - 1];
		struct dna_flow_event lost = {
			.kind = DNA_FLOW_LOST,
			.from = pair->from,
			.to = pair->to,
			.origin = pair->origin,
		};

		run_pair(step, dna_flow_state_machine(pair->state), &lost);
	}
}

/* ---- rows of streams ---- */

static void tell_first_pair(struct step *step, enum dna_flow_event_kind kind)
{
	const struct dna_flow_event event = {
		.kind = kind,
		.from = step->flow->from,
		.to = step->flow->to,
		.by = step->flow->by,
	};

	run_pair(step,
		 step->flow->machine == DNA_FLOW_S2S_RECEIVING ? DNA_FLOW_PAIR_RECEIVING
							       : DNA_FLOW_PAIR_REQUESTING,
		 &event);
}

/* Nothing that was learnt so far is known any more: TLS begins, or another connection (FLOW-008). */
static void forget(struct step *step)
{
	struct dna_flow *flow = step->flow;

	flow->facts = 0;
	flow->assurance = DNA_ASSURANCE_NONE;
	flow->by = 0;
	if (flow->machine == DNA_FLOW_S2S_RECEIVING)
		lose_pairs(step);
}

static void record(struct dna_flow *flow, const struct dna_flow_event *event,
		   enum dna_assurance assurance)
{
	flow->assurance = (uint8_t)assurance;
	flow->by = assurance == DNA_ASSURANCE_DNA ? event->by : 0;
}

/* What an action means within the flow. */
static void act_on_stream(struct step *step, enum dna_flow_action_kind kind,
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
	if (is_swapped(kind)) {
		action.from = event->to;
		action.to = event->from;
	}
	return action;
}

/* The last trouble is the most telling, but for "no endpoint could be used". */
static void note_trouble(struct dna_flow *flow, uint8_t trouble)
{
	if (trouble != DNA_TROUBLE_NONE &&
	    (trouble != DNA_TROUBLE_UNREACHABLE || flow->trouble == DNA_TROUBLE_NONE))
		flow->trouble = trouble;
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

static void take_stream_row(struct step *step, const struct dna_flow_row *row,
			    const struct dna_flow_event *event)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_action about_timer = { .row = row };

	trace(step, row);
	flow->facts = dna_flow_remember(flow, event);
	note_domains(flow, event);
	note_trouble(flow, row->trouble);
	if (event->kind == DNA_FLOW_TIMER)
		flow->timer = 0;
	if (row->next != DNA_FLOW_SAME)
		flow->state = row->next;
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS && row->actions[i] != 0; i++) {
		enum dna_flow_action_kind kind = row->actions[i];
		struct dna_flow_action action;

		act_on_stream(step, kind, event);
		action = describe(flow, row, kind, event);
		if (!is_inner(kind))
			emit(step, &action);
	}
	if (row->next != DNA_FLOW_SAME && flow->state == row->next)
		set_timer(step, &flow->timer, flow->state, about_timer);
	if (dna_flow_ended(flow))
		lose_pairs(step);
}

static void run_stream(struct step *step, const struct dna_flow_event *event)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_event other = { .kind = DNA_FLOW_OTHER };
	const struct dna_flow_row *row;

	if (event->kind == DNA_FLOW_TIMER && !flow->timer)
		return;
	row = find_row(flow->machine, flow->state, event->kind, dna_flow_facts(flow, NULL, event));
	if (row != NULL)
		take_stream_row(step, row, event);
	else if ((dna_flow_event_entries[event->kind].flags & DNA_EVENT_PEER) &&
		 event->kind != DNA_FLOW_OTHER)
		run_stream(step, &other);
}

/* ---- rows of pairs ---- */

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
	bool swapped = is_swapped(kind);
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
static void end_stream(struct step *step, const struct dna_flow_row *row)
{
	struct dna_flow *flow = step->flow;
	const struct dna_flow_action about_timer = { .row = row };

	flow->state = (uint8_t)dna_flow_end_state(flow->machine);
	note_trouble(flow, row->trouble);
	set_timer(step, &flow->timer, flow->state, about_timer);
	lose_pairs(step);
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
static void act_on_pair(struct step *step, const struct dna_flow_pair *pair,
			enum dna_flow_action_kind kind)
{
	struct dna_flow_event event = { .kind = DNA_FLOW_PAIR_ACCEPTED };

	switch (kind) {
	case DNA_FLOW_ACCEPT:
		run_stream(step, &event);
		break;
	case DNA_FLOW_REFUSE:
	case DNA_FLOW_GIVE_UP:
		event.kind = kind == DNA_FLOW_REFUSE ? DNA_FLOW_PAIR_REFUSED : DNA_FLOW_PAIR_FAILED;
		if (dna_flow_is_first(step->flow, pair))
			run_stream(step, &event);
		break;
	case DNA_FLOW_WITHDRAW:
		withdraw(step->flow, pair);
		break;
	default:
		break;
	}
}

static void take_pair_row(struct step *step, const struct dna_flow_row *row,
			  struct dna_flow_pair *pair)
{
	struct dna_flow_action about = describe_for_pair(pair, row, DNA_FLOW_NO_ACTION);
	bool ends = false;

	trace(step, row);
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS; i++)
		record_pair(step->flow, pair, row->actions[i]);
	if (row->next != DNA_FLOW_SAME)
		pair->state = row->next;
	about.trouble = DNA_TROUBLE_NONE;
	if (row->next != DNA_FLOW_SAME)
		set_timer(step, &pair->timer, pair->state, about);
	dna_flow_pair_store(step->flow, pair);
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS && row->actions[i] != 0; i++) {
		enum dna_flow_action_kind kind = row->actions[i];
		struct dna_flow_action action = describe_for_pair(pair, row, kind);

		ends = ends || kind == DNA_FLOW_CLOSE || kind == DNA_FLOW_REJECT;
		if (!is_inner(kind))
			emit(step, &action);
		act_on_pair(step, pair, kind);
	}
	if (ends)
		end_stream(step, row);
}

static void run_pair(struct step *step, enum dna_flow_machine machine,
		     const struct dna_flow_event *event)
{
	struct dna_flow_pair pair = dna_flow_pair_load(step->flow, machine, event);
	const struct dna_flow_row *row;

	if (event->kind == DNA_FLOW_TIMER && !pair.timer)
		return;
	note_pair(&pair, event);
	row = find_row(machine, pair.state, event->kind, dna_flow_facts(step->flow, &pair, event));
	if (row != NULL)
		take_pair_row(step, row, &pair);
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
	struct step step = { flow, actions };
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
		run_stream(&step, &checked);
	else
		run_pair(&step, machine, &checked);
	return 0;
}

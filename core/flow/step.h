/* The interpreter of the chart, as its parts know each other. */
#ifndef DNA_FLOW_STEP_H
#define DNA_FLOW_STEP_H

#include "flow/chart.h"

/* A step that is being taken. */
struct dna_flow_run {
	struct dna_flow *flow;
	struct dna_flow_actions *actions;
};

/* The first row that fits; NULL: the event means nothing. */
const struct dna_flow_row *dna_flow_find_row(enum dna_flow_machine machine, uint8_t state,
					     enum dna_flow_event_kind event, uint64_t facts);

/* ---- step.c: what both kinds of rows do ---- */

void dna_flow_emit(struct dna_flow_run *step, const struct dna_flow_action *action);
void dna_flow_trace(struct dna_flow_run *step, const struct dna_flow_row *row);
/* What goes to the other end of a request is about the pair that the request names the other way round. */
bool dna_flow_is_swapped(enum dna_flow_action_kind kind);
/* Let the timer of a state that has been entered run, and no other. */
void dna_flow_set_timer(struct dna_flow_run *step, uint8_t *runs, uint8_t state,
			struct dna_flow_action action);
/* The last trouble is the most telling, but for "no endpoint could be used". */
void dna_flow_note_trouble(struct dna_flow *flow, uint8_t trouble);
/* The stream has ended, or TLS begins: whatever waits for it hears of that. */
void dna_flow_lose_pairs(struct dna_flow_run *step);
/* It begins anew after SASL: likewise; what is valid stays. */
void dna_flow_restart_pairs(struct dna_flow_run *step);

/* ---- step_stream.c, step_pair.c ---- */

void dna_flow_run_stream(struct dna_flow_run *step, const struct dna_flow_event *event);
void dna_flow_run_pair(struct dna_flow_run *step, enum dna_flow_machine machine,
		       const struct dna_flow_event *event);

#endif

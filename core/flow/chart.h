/* What the interpreter knows of states and events beside the tables. */
#ifndef DNA_FLOW_CHART_H
#define DNA_FLOW_CHART_H

#include <dna/flow.h>

enum {
	DNA_STATE_END = 1 << 0,     /* of the stream; it has no rows */
	DNA_STATE_READY = 1 << 1,   /* DNA_FACT_READY */
	DNA_STATE_TALKS = 1 << 2,   /* the peer's stanzas and requests are the pairs' business */
	DNA_STATE_SUSPENDS = 1 << 3 /* no XML is read (FLOW-014) */
};

struct dna_flow_state_entry {
	const char *name;
	enum dna_flow_machine machine;
	enum dna_flow_timer timer;
	unsigned flags;
};
extern const struct dna_flow_state_entry dna_flow_state_entries[DNA_FLOW_STATES];

enum {
	DNA_EVENT_PEER = 1 << 0, /* an element of the peer's: without a row it is DNA_FLOW_OTHER */
	DNA_EVENT_ANSWER = 1 << 1, /* its from and to are those of the request, swapped */
	DNA_EVENT_INNER = 1 << 2,  /* between the machines of one flow */
	DNA_EVENT_STREAM = 1 << 3, /* it can be about the stream as well: then from and to are 0 */
	DNA_EVENT_PAIR = 1 << 4    /* the application's, about a pair: it names one */
};

struct dna_flow_event_entry {
	const char *name;
	unsigned flags;
	/* The machine of pairs that takes it on each kind of stream; 0: the stream does. */
	enum dna_flow_machine receiving;
	enum dna_flow_machine initiating;
	uint64_t brings; /* the facts that it can bring; others are not believed */
};
extern const struct dna_flow_event_entry dna_flow_event_entries[DNA_FLOW_EVENTS];

/* The state in which a machine begins: of a pair, the one of pairs that there are not. */
enum dna_flow_state dna_flow_first_state(enum dna_flow_machine machine);
/* The state in which a stream has ended. */
enum dna_flow_state dna_flow_end_state(enum dna_flow_machine machine);

/* The facts that the stream remembers when |event| has come. */
uint64_t dna_flow_remember(const struct dna_flow *flow, const struct dna_flow_event *event);
/* Everything that guards can see; |pair| NULL: in the stream's table. */
uint64_t dna_flow_facts(const struct dna_flow *flow, const struct dna_flow_pair *pair,
			const struct dna_flow_event *event);
/* Whether the stream was opened for |pair|. */
bool dna_flow_is_first(const struct dna_flow *flow, const struct dna_flow_pair *pair);

/* The pair that |event| is about; in its first state if there is none. */
struct dna_flow_pair dna_flow_pair_load(const struct dna_flow *flow, enum dna_flow_machine machine,
					const struct dna_flow_event *event);
/* Write |pair| to its place, or take it away when it has returned to the state of pairs that are not. */
void dna_flow_pair_store(struct dna_flow *flow, const struct dna_flow_pair *pair);

#endif

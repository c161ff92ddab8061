/*
 * A witness sees the events and the actions of a flow, and knows by itself what has been proved. It says
 * when the machine does what it must not: the safety properties of the chart.
 */
#ifndef DNA_TEST_FLOW_WITNESS_H
#define DNA_TEST_FLOW_WITNESS_H

#include "alphabet.h"

/* What a peer or a pair is worth, by the evidence that was handed in. */
enum worth { WORTH_NOTHING = 0, WORTH_CLEAR = 1, WORTH_WEAK = 2, WORTH_DNA = 3 };

/* What the witness knows of a pair. */
struct testimony {
	uint8_t proving : 1;  /* PROVE was asked for, and not answered */
	uint8_t calling : 1;  /* CALL_BACK */
	uint8_t asking : 1;   /* ASK_KEY */
	uint8_t asked : 1;    /* SEND_RESULT was sent, and not answered */
	uint8_t callback : 2; /* enum worth */
	uint8_t worth : 2;    /* enum worth */
};

struct witness {
	uint8_t tls;            /* since this connection began */
	uint8_t proving;        /* PROVE, for the stream */
	uint8_t worth;          /* of the stream's peer */
	uint8_t authenticating; /* SEND_EXTERNAL was sent, and not answered */
	uint8_t authenticated;
	uint8_t verifying[2]; /* SEND_VERIFY was sent for stream 1, 2 */
	uint8_t reserved;
	struct testimony pairs[DOMAINS][DOMAINS]; /* by sender and target */
};

struct step_seen {
	const struct dna_flow_config *config;
	const struct dna_flow *before, *after;
	const struct dna_flow_event *event;
	const struct dna_flow_actions *actions;
};

/* Take a step. Returns what is wrong with it, NULL if nothing is. */
const char *witness_see(struct witness *witness, const struct step_seen *seen);

#endif

/* STARTTLS as the initiating entity goes about it: from the peer's header to its <proceed/>. */
#ifndef DNA_TOOLS_STREAM_STARTTLS_H
#define DNA_TOOLS_STREAM_STARTTLS_H

#include "stream/channel.h"

/* Zeroes are the beginning: our header is sent. */
struct dna_starttls {
	bool offered; /* unauthenticated, as all that is heard (FLOW-008) */
	bool asked;
	size_t asked_at; /* how much had been heard by then */
};

/*
 * Take what the peer said, and answer it. Returns 0 when the handshake may begin, DNA_E_AGAIN when
 * the peer's next word is awaited, DNA_E_SYNTAX when there will be no TLS: |predicate| says why.
 */
int dna_starttls_take(struct dna_starttls *starttls, struct dna_channel *channel,
		      enum dna_xml_kind kind, char predicate[DNA_REASON_MAX]);

#endif

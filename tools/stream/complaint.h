/* Why a stream to an endpoint came to nothing, in words. */
#ifndef DNA_TOOLS_STREAM_COMPLAINT_H
#define DNA_TOOLS_STREAM_COMPLAINT_H

#include "base/limits.h"
#include "stream/stream.h"

/*
 * "xmpp.example:5269 (192.0.2.1) ended the stream", free of control characters. |address| may be
 * NULL, and is left out if it is the host; |predicate| may also begin with a colon.
 */
void dna_complaint_write(char reason[DNA_REASON_MAX], const char *host, uint16_t port,
			 const char *address, const char *predicate);

/* The predicate for a peer that said nothing by |milliseconds|; |state| is before
 * DNA_STREAM_SECURED. */
void dna_complaint_silence(char predicate[DNA_REASON_MAX], enum dna_stream_state state,
			   uint64_t milliseconds);

#endif

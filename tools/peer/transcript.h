/* What happens, step by step: rows for people, or one JSON object a line. */
#ifndef DNA_TOOLS_PEER_TRANSCRIPT_H
#define DNA_TOOLS_PEER_TRANSCRIPT_H

#include "output.h"

#include <jansson.h>

struct dna_transcript {
	struct dna_output out;
	bool json;
	unsigned last; /* the stream that was spoken of last */
};

struct dna_note {
	unsigned stream;
	bool incoming;
	const char *with;  /* the peer */
	const char *event; /* one word */
	enum dna_style style;
};

/* |fields|: more of it for programs; taken over, may be NULL. |format|: the sentence for people. */
void dna_transcript_note(struct dna_transcript *t, const struct dna_note *note, json_t *fields,
			 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A verdict's report, as `dna verify` prints it. */
void dna_transcript_verdict(struct dna_transcript *t, const struct dna_note *note,
			    const char *report);

#endif

/* Answers as the items that a frame carries. */
#ifndef DNA_RESOLVER_RESULT_H
#define DNA_RESOLVER_RESULT_H

#include "evidence/frame.h"
#include "resolver/answers.h"

/*
 * Append the frame that answers question |number| with |answers|: one, with what else it |wants|,
 * or those to what was recorded. A proof that is too large for a frame is left out.
 */
int dna_result_write(struct dna_buffer *wire, uint32_t number, const struct dna_answer *answers,
		     size_t count, unsigned wants, const struct dna_message *anchors, int64_t now);

#endif

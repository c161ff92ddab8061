/*
 * What libdna-net and the worker dna-resolver say to each other over their socket. A frame is its
 * length (32 bits, of what follows), a kind (8), a number that the asker chose (32), and the rest;
 * integers in network order.
 *
 *     question  milliseconds (32), type (16), name: the answer is wanted within that time
 *     cancel    nothing: the asker has lost interest; no answer follows
 *     answer    items: an alias chain is one item a link, then what it ends in
 *
 * Each question that is not cancelled gets one answer. Both sides are strict: what is not exactly
 * this is an error, and the connection is closed.
 */
#ifndef DNA_EVIDENCE_FRAME_H
#define DNA_EVIDENCE_FRAME_H

#include "base/buffer.h"
#include "base/limits.h"

#include <dna/evidence.h>

enum dna_frame_kind { DNA_FRAME_QUESTION = 1, DNA_FRAME_CANCEL = 2, DNA_FRAME_ANSWER = 3 };

struct dna_frame {
	enum dna_frame_kind kind;
	uint32_t number;
	/* question */
	uint32_t milliseconds;
	uint16_t type;
	char name[DNA_NAME_MAX + 1];
	/* answer; each item is one reference that the reader owns */
	struct dna_item *items[DNA_ANSWER_ITEMS_MAX];
	size_t count;
};

/* Append one frame. Nothing is appended on failure. */
int dna_frame_write(struct dna_buffer *wire, const struct dna_frame *frame);

/*
 * Read the frame that |wire| begins with. |*size| is how much it took. DNA_E_AGAIN: not all of it
 * is there yet; DNA_E_SYNTAX, DNA_E_LIMIT: it never will be one. To be released with
 * dna_frame_clear().
 */
int dna_frame_read(struct dna_bytes wire, struct dna_frame *frame, size_t *size);
void dna_frame_clear(struct dna_frame *frame);

#endif

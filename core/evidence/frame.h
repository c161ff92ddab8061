/*
 * What libdna-net and the worker dna-resolver say to each other over their socket. A frame is its
 * length (32 bits, of what follows), a kind (8), a number that the asker chose (32), and the rest;
 * integers in network order.
 *
 *     question  milliseconds (32), time (64), wants (8), type (16), name: the answer is wanted
 *               within that time, as of |time|, 0 being now
 *     recorded  milliseconds (32), time (64), items: what do these replies and anchors prove, as of
 *               |time|? No resolver is asked.
 *     cancel    nothing: the asker has lost interest; no answer follows
 *     answer    items: an alias chain is one item a link, then what it ends in, then what else was
 *               wanted
 *
 * Each question that is not cancelled gets one answer. Both sides are strict: what is not exactly
 * this is an error, and the connection is closed.
 */
#ifndef DNA_EVIDENCE_FRAME_H
#define DNA_EVIDENCE_FRAME_H

#include "base/buffer.h"
#include "base/limits.h"

#include <dna/evidence.h>

enum dna_frame_kind {
	DNA_FRAME_QUESTION = 1,
	DNA_FRAME_CANCEL = 2,
	DNA_FRAME_ANSWER = 3,
	DNA_FRAME_RECORDED = 4
};

/* What a question wants besides its answer. */
enum dna_wants {
	DNA_WANTS_PROOF = 1 << 0, /* everything that it can be validated by again, as items */
	DNA_WANTS_ZONES = 1 << 1  /* a "dns-zone" item for each zone that it was validated by */
};

struct dna_frame {
	enum dna_frame_kind kind;
	uint32_t number;
	/* question and recorded */
	uint32_t milliseconds;
	int64_t time;
	/* question */
	unsigned wants;
	uint16_t type;
	char name[DNA_NAME_MAX + 1];
	/* answer and recorded: as dna_frame_add() puts them there, for dna_frame_clear() to release */
	struct dna_item **items;
	size_t count;
};

/* One more item; the caller's reference becomes the frame's. DNA_E_LIMIT, DNA_E_NOMEM: it stays. */
int dna_frame_add(struct dna_frame *frame, struct dna_item *item);

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

/* What is wanted beside the answer, and frames. */
#include "resolver/result.h"

#include "base/name.h"
#include "resolver/explain.h"

#include <stdlib.h>
#include <string.h>

static bool has(const struct dna_frame *frame, const struct dna_item *item)
{
	for (size_t i = 0; i < frame->count; i++)
		if (dna_item_type(frame->items[i]) == dna_item_type(item) &&
		    dna_name_equal(dna_item_name(frame->items[i]), dna_item_name(item)))
			return true;
	return false;
}

/* Several questions may share links of their alias chains. */
static int add_answers(struct dna_frame *frame, const struct dna_answer *answers, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; r == 0 && n < answers[i].count; n++) {
			struct dna_item *item = answers[i].items[n];

			if (!has(frame, item)) {
				r = dna_frame_add(frame, dna_item_ref(item));
				if (r != 0)
					dna_item_unref(item);
			}
		}
	}
	return r;
}

/* What else is wanted is added as far as there is room and memory. */
static void add_wanted(struct dna_frame *frame, const struct dna_proof *proof, unsigned wants,
		       const struct dna_message *anchors, int64_t now)
{
	struct dna_item *items[DNA_ANSWER_ITEMS_MAX];
	size_t first = frame->count, count = first;

	if (first >= DNA_ANSWER_ITEMS_MAX)
		return;
	if (wants & DNA_WANTS_PROOF)
		(void)dna_proof_items(proof, anchors, now, items, &count);
	if (wants & DNA_WANTS_ZONES)
		dna_explain(proof, anchors, now, items, &count);
	for (size_t i = first; i < count; i++)
		if (dna_frame_add(frame, items[i]) != 0)
			dna_item_unref(items[i]);
}

int dna_result_write(struct dna_buffer *wire, uint32_t number, const struct dna_answer *answers,
		     size_t count, unsigned wants, const struct dna_message *anchors, int64_t now)
{
	struct dna_frame frame = { .kind = DNA_FRAME_ANSWER, .number = number };
	size_t own;
	int r;

	if (count == 1 && wants == 0) {
		frame.items = (struct dna_item **)(uintptr_t)answers[0].items;
		frame.count = answers[0].count;
		return dna_frame_write(wire, &frame);
	}
	r = add_answers(&frame, answers, count);
	own = frame.count;
	if (r == 0 && wants != 0)
		add_wanted(&frame, &answers[0].proof, wants, anchors, now);
	if (r == 0)
		r = dna_frame_write(wire, &frame);
	if (r == DNA_E_LIMIT && frame.count > own) {
		while (frame.count > own)
			dna_item_unref(frame.items[--frame.count]);
		r = dna_frame_write(wire, &frame);
	}
	dna_frame_clear(&frame);
	return r;
}

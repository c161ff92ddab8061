/*
 * DNS answers out of a recording. If it has replies, everything that DNS answers is concluded from
 * them again, and what the recording says of it beside them is for people, except that something
 * failed: a reply that never came cannot be recorded. If it has none, its word is taken, and stays
 * known as no more than that. Nothing is taken from both, or whoever damages a reply could fall
 * back on the statement next to it.
 */
#include "base/buffer.h"
#include "base/limits.h"
#include "proof/recording.h"

#include <stdlib.h>
#include <string.h>

struct validation {
	struct dna_evidence *evidence;
	const struct dna_evidence *recorded;
};

static bool is(const struct dna_item *item, const char *kind)
{
	return strcmp(dna_item_kind(item), kind) == 0;
}

static const struct dna_item *twin(const struct dna_evidence *evidence, const char *kind,
				   const struct dna_item *item)
{
	return dna_evidence_find(evidence, kind, dna_item_name(item), dna_item_type(item));
}

static int add(struct dna_evidence *evidence, const struct dna_item *item)
{
	int r = dna_evidence_add(evidence, (struct dna_item *)(uintptr_t)item);

	return r == DNA_E_EXISTS ? 0 : r;
}

static bool failed(const struct dna_item *item)
{
	return item != NULL && dna_item_outcome(item) == DNA_FAILED;
}

/*
 * One that failed then, and fails now for want of a reply, keeps the reason that it had: a timeout
 * leaves no reply behind.
 */
static int take_validated(void *argument, struct dna_item *item)
{
	struct validation *v = argument;
	const struct dna_item *recorded = twin(v->recorded, "dns", item);

	if (failed(item) && dna_item_security(item) != DNA_BOGUS && failed(recorded))
		return add(v->evidence, recorded);
	return add(v->evidence, item);
}

/* What cannot be validated again is not known. */
static int take_failure(struct dna_evidence *evidence, const struct dna_item *item, int64_t time,
			const char *why)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = dna_item_name(item),
				      .type = dna_item_type(item),
				      .outcome = DNA_FAILED,
				      .security = DNA_INDETERMINATE,
				      .word = DNA_WORD_STATED,
				      .time = time,
				      .not_after = time,
				      .reason = why };
	struct dna_item *failure;
	int r = dna_item_new(&failure, &init);

	if (r != 0)
		return r;
	r = add(evidence, failure);
	dna_item_unref(failure);
	return r;
}

static int take_failures(struct dna_evidence *evidence, const struct dna_evidence *recorded,
			 int64_t time, const char *complaint)
{
	struct dna_buffer why;
	const char *text;
	int r = 0;

	dna_buffer_init(&why, 0);
	dna_buffer_format(&why, "the recorded reply cannot be validated again: %s", complaint);
	text = why.error == 0 ? (const char *)why.data : complaint;
	for (size_t i = 0; r == 0 && i < dna_evidence_count(recorded); i++) {
		const struct dna_item *item = dna_evidence_at(recorded, i);

		if (is(item, "dns-reply"))
			r = take_failure(evidence, item, time, text);
	}
	dna_buffer_clear(&why);
	return r;
}

static bool is_proof(const struct dna_item *item)
{
	return is(item, "dns-reply") || is(item, "dns-chain") || is(item, "dnssec-anchors");
}

static int validate(struct validation *v, int64_t time, const struct dna_validator *validator)
{
	struct dna_item *proof[DNA_ITEMS_MAX];
	size_t count = 0;
	char *complaint = NULL;
	int r;

	for (size_t i = 0; i < dna_evidence_count(v->recorded); i++) {
		struct dna_item *item = dna_evidence_at(v->recorded, i);

		if (is_proof(item))
			proof[count++] = item;
	}
	r = validator->validate(validator->argument, time, proof, count, take_validated, v,
				&complaint);
	if (r != 0 && r != DNA_E_NOMEM)
		r = take_failures(v->evidence, v->recorded, time,
				  complaint != NULL ? complaint : dna_strerror(r));
	free(complaint);
	return r;
}

static bool has_replies(const struct dna_evidence *recorded)
{
	for (size_t i = 0; i < dna_evidence_count(recorded); i++)
		if (is(dna_evidence_at(recorded, i), "dns-reply"))
			return true;
	return false;
}

int dna_revalidate(struct dna_evidence *evidence, const struct dna_evidence *recorded, int64_t time,
		   const struct dna_validator *validator)
{
	struct validation v = { .evidence = evidence, .recorded = recorded };
	bool again = validator != NULL && has_replies(recorded);
	int r = again ? validate(&v, time, validator) : 0;

	for (size_t i = 0; r == 0 && i < dna_evidence_count(recorded); i++) {
		const struct dna_item *item = dna_evidence_at(recorded, i);

		if (!again || !is(item, "dns") || failed(item))
			r = add(evidence, item);
	}
	return r;
}

/* Recorded DNS answers: what counts, the replies or the words beside them. */
#include "evidence/store.h"
#include "fixture.h"
#include "proof/recording.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* A validator that finds |found|, or fails. */
struct script {
	struct dna_item *found[4];
	size_t count;
	int error;
	unsigned calls;
	size_t proof_count; /* what it was given */
};

static int validate(void *argument, int64_t time, struct dna_item *const *recorded, size_t count,
		    dna_validated *validated, void *validated_argument, char **complaint)
{
	struct script *script = argument;
	int r = script->error;

	cr_expect_eq(time, NOW);
	for (size_t i = 0; i < count; i++)
		cr_expect_str_neq(dna_item_kind(recorded[i]), "dns");
	script->calls++;
	script->proof_count = count;
	if (r != 0)
		*complaint = strdup("nobody is there");
	for (size_t i = 0; r == 0 && i < script->count; i++)
		r = validated(validated_argument, script->found[i]);
	return r;
}

static struct dna_item *item(const char *kind, const char *name, enum dna_outcome outcome,
			     enum dna_security security, enum dna_word word, const char *reason)
{
	struct dna_item_init init = { .kind = kind,
				      .name = name,
				      .type = DNA_RR_A,
				      .outcome = outcome,
				      .security = security,
				      .word = word,
				      .reason = reason };
	struct dna_item *new;

	cr_assert_eq(dna_item_new(&new, &init), 0);
	if (outcome == DNA_ANSWERED)
		cr_assert_eq(dna_item_add(new, "\300\0\2\1", 4), 0);
	return new;
}

static void add(struct dna_evidence *evidence, struct dna_item *new)
{
	cr_assert_eq(dna_evidence_add(evidence, new), 0);
	dna_item_unref(new);
}

static struct dna_evidence *revalidated(struct dna_evidence *recorded, struct script *script)
{
	struct dna_validator validator = { validate, script };
	struct dna_evidence *evidence;

	cr_assert_eq(dna_evidence_new(&evidence), 0);
	cr_assert_eq(dna_revalidate(evidence, recorded, NOW, script != NULL ? &validator : NULL),
		     0);
	dna_evidence_free(recorded);
	for (size_t i = 0; script != NULL && i < script->count; i++)
		dna_item_unref(script->found[i]);
	return evidence;
}

static struct dna_evidence *stated(const char *name)
{
	struct dna_evidence *recorded;

	cr_assert_eq(dna_evidence_new(&recorded), 0);
	add(recorded, item("dns", name, DNA_ANSWERED, DNA_SECURE, DNA_WORD_STATED, NULL));
	return recorded;
}

static void reply(struct dna_evidence *recorded, const char *name)
{
	add(recorded, item("dns-reply", name, DNA_ANSWERED, DNA_INDETERMINATE, 0, NULL));
}

static const struct dna_item *find(struct dna_evidence *evidence, const char *name)
{
	return dna_evidence_find(evidence, "dns", name, DNA_RR_A);
}

/* SEC-001 */
Test(revalidate, replies_count_and_not_the_words_beside_them)
{
	struct dna_evidence *recorded = stated("a.example"), *evidence;
	struct script script = { .count = 1 };

	script.found[0] =
		item("dns", "a.example", DNA_ANSWERED, DNA_BOGUS, DNA_WORD_VALIDATED, "no");
	add(recorded, item("dns", "b.example", DNA_ANSWERED, DNA_SECURE, DNA_WORD_STATED, NULL));
	add(recorded, item("dns-chain", "example", DNA_ANSWERED, DNA_INDETERMINATE, 0, NULL));
	add(recorded, item("https", "https://a.example/", DNA_ANSWERED, 0, 0, NULL));
	reply(recorded, "a.example");
	evidence = revalidated(recorded, &script);

	cr_expect_eq(script.proof_count, 2);
	cr_expect_eq(dna_item_security(find(evidence, "a.example")), DNA_BOGUS);
	cr_expect_eq(dna_item_word(find(evidence, "a.example")), DNA_WORD_VALIDATED);
	cr_expect_null(find(evidence, "b.example"), "stated beside replies");
	cr_expect_not_null(dna_evidence_find(evidence, "https", "https://a.example/", DNA_RR_A));
	cr_expect_not_null(dna_evidence_find(evidence, "dns-reply", "a.example", DNA_RR_A),
			   "so that it can be recorded once more");
	dna_evidence_free(evidence);
}

Test(revalidate, without_replies_the_recording_has_its_word)
{
	struct script script = { .count = 0 };
	struct dna_evidence *evidence = revalidated(stated("a.example"), &script);

	cr_expect_eq(script.calls, 0);
	cr_expect_eq(dna_item_security(find(evidence, "a.example")), DNA_SECURE);
	cr_expect_eq(dna_item_word(find(evidence, "a.example")), DNA_WORD_STATED);
	dna_evidence_free(evidence);
}

Test(revalidate, without_a_validator_the_recording_has_its_word)
{
	struct dna_evidence *recorded = stated("a.example"), *evidence;

	reply(recorded, "a.example");
	evidence = revalidated(recorded, NULL);
	cr_expect_eq(dna_item_word(find(evidence, "a.example")), DNA_WORD_STATED);
	dna_evidence_free(evidence);
}

/* SEC-002: that it cannot be validated now is no reason to believe it. */
Test(revalidate, what_cannot_be_validated_again_has_failed)
{
	struct script script = { .error = DNA_E_IO };
	struct dna_evidence *recorded = stated("a.example"), *evidence;

	reply(recorded, "a.example");
	evidence = revalidated(recorded, &script);
	cr_expect_eq(dna_item_outcome(find(evidence, "a.example")), DNA_FAILED);
	cr_expect_eq(dna_item_security(find(evidence, "a.example")), DNA_INDETERMINATE);
	cr_expect_str_eq(dna_item_reason(find(evidence, "a.example")),
			 "the recorded reply cannot be validated again: nobody is there");
	dna_evidence_free(evidence);
}

/* A timeout leaves no reply, so that the reason is all that there is of it. */
Test(revalidate, what_failed_then_keeps_its_reason)
{
	struct script script = { .count = 2 };
	struct dna_evidence *recorded, *evidence;

	cr_assert_eq(dna_evidence_new(&recorded), 0);
	add(recorded, item("dns", "a.example", DNA_FAILED, 0, DNA_WORD_STATED, "timed out"));
	add(recorded, item("dns", "b.example", DNA_FAILED, 0, DNA_WORD_STATED, "timed out"));
	add(recorded, item("dns", "c.example", DNA_FAILED, 0, DNA_WORD_STATED, "timed out"));
	reply(recorded, "a.example");
	script.found[0] = item("dns", "a.example", DNA_FAILED, 0, 0, "not recorded");
	script.found[1] = item("dns", "b.example", DNA_FAILED, DNA_BOGUS, 0, "false");
	evidence = revalidated(recorded, &script);

	cr_expect_str_eq(dna_item_reason(find(evidence, "a.example")), "timed out");
	cr_expect_str_eq(dna_item_reason(find(evidence, "b.example")), "false");
	cr_expect_str_eq(dna_item_reason(find(evidence, "c.example")), "timed out");
	dna_evidence_free(evidence);
}

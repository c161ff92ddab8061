/* From findings to a verdict: pure functions, which see nothing but the findings. */
#ifndef DNA_PROOF_COMBINE_H
#define DNA_PROOF_COMBINE_H

#include "proof/case.h"

/* ---- combine.c ---- */
/* What is known of dialback, which is done outside (RFC 7712 section 4.4; XEP-0220). */
enum dna_dialback {
	DNA_DIALBACK_NONE,    /* it was not done */
	DNA_DIALBACK_FAILED,  /* the authoritative server could not be asked */
	DNA_DIALBACK_INVALID, /* it says that the key is not its own */
	DNA_DIALBACK_CLEAR,   /* valid, on a stream in clear */
	DNA_DIALBACK_TLS      /* valid, on a stream with TLS */
};
struct dna_judgement {
	const struct dna_finding *findings;
	size_t delegator_count;
	size_t count;    /* of all findings */
	unsigned stages; /* how many stages there are */
	struct dna_demand demand;
	enum dna_dialback dialback;
};
struct dna_outcome_of_findings {
	enum dna_verdict_kind kind;
	size_t decisive; /* the finding whose reason counts; SIZE_MAX: none, since nothing found
			    anything, or dialback decided */
	unsigned stage;  /* the last stage that counted */
	bool pending;    /* depends on findings that are pending */
};
/* The total function of man/dna-policy.5, "How findings combine": pure, over judged findings. */
void dna_combine(const struct dna_judgement *judgement, struct dna_outcome_of_findings *outcome);

/* ---- withstand.c ---- */
/* Whether a proof remains, of those up to |stage|, without all that |broken| roots forge. */
bool dna_withstands(const struct dna_judgement *judgement, unsigned stage, uint32_t broken);
/*
 * A set of roots that the proofs up to |stage| have to withstand and do not, or one of the two words
 * below. |first| is set to the first proof if there is one.
 */
#define DNA_SHORT_OF_NOTHING 0
#define DNA_SHORT_OF_PROOF   UINT32_MAX /* there is none */
uint32_t dna_shortfall(const struct dna_judgement *judgement, unsigned stage, size_t *first);
/*
 * The least sets of roots of which an attacker has to break one to forge all proofs up to |stage|;
 * none if anybody can.
 */
void dna_rests(const struct dna_judgement *judgement, unsigned stage, struct dna_rests *rests);
/* "webpki and dnssec". Returns |text|. */
#define DNA_ROOTS_TEXT 64
const char *dna_roots_write(uint32_t roots, char text[DNA_ROOTS_TEXT]);

#endif

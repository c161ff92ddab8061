/*
 * One domain, verified: the case's route is followed, endpoint by endpoint, while the evidence
 * arrives; what a peer presents is judged; the first endpoint without a veto decides.
 *
 * It never blocks. Poll dna_verification_fd() like a stream's, and let dna_net_process() run; then
 * dna_verification_step().
 */
#ifndef DNA_TOOLS_VERIFICATION_H
#define DNA_TOOLS_VERIFICATION_H

#include <dna/net.h>

#include <jansson.h>

struct dna_verification;

struct dna_verify_settings {
	struct dna_net *net;
	struct dna_policy *policy;
	struct dna_subject subject; /* all but the domain */
	unsigned milliseconds;      /* for one domain */
	bool record;                /* wait for all evidence, and keep a recording */
};

/* Begins at once. |settings| has to outlive it. DNA_E_INVALID: |domain| is none. */
int dna_verification_new(struct dna_verification **v, const struct dna_verify_settings *settings,
			 const char *domain, uint64_t now);
void dna_verification_free(struct dna_verification *v); /* NULL is legal */

/* Go as far as possible without waiting. */
void dna_verification_step(struct dna_verification *v, uint64_t now);

int dna_verification_fd(const struct dna_verification *v); /* -1: none at the moment */
short dna_verification_events(const struct dna_verification *v);
uint64_t
dna_verification_deadline(const struct dna_verification *v); /* UINT64_MAX: none at the moment */

/* What it waits for, in two or three words. */
const char *dna_verification_doing(const struct dna_verification *v);
/* Whether the report is there; the connection may still be closing. */
bool dna_verification_done(const struct dna_verification *v);
bool dna_verification_closed(const struct dna_verification *v);

/* When it is done. The report and the recording are the verification's. */
enum dna_verdict_kind dna_verification_verdict(const struct dna_verification *v);
const json_t *dna_verification_report(const struct dna_verification *v);
const char *
dna_verification_recording(const struct dna_verification *v); /* NULL: none was wanted */

#endif

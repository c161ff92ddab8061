/* Cases for tests: a profile of prooftypes that find what the test tells them to, and evidence in a
 * line. */
#ifndef TESTS_UNIT_PROOF_FIXTURE_H
#define TESTS_UNIT_PROOF_FIXTURE_H

#include "proof/case.h"

#include <jansson.h>

#define NOW INT64_C(1795219200) /* 2026-11-21 */

/* An initiating S2S case for "tenant.example" whose profile has |delegators| and |provers|, each in
 * a stage of its own. */
struct dna_case *fixture_case(const struct dna_prooftype *const *delegators, size_t delegator_count,
			      const struct dna_prooftype *const *provers, size_t prover_count,
			      const struct dna_subject *subject);

/* The same with one prover, |enforced|, and another profile as its shadow, whose prover is |tried|;
 * NULL: without a shadow. */
struct dna_case *fixture_shadowed(const struct dna_prooftype *enforced,
				  const struct dna_prooftype *tried,
				  const struct dna_subject *subject);

/* Proves everything, and rests on the web's authorities. */
extern const struct dna_prooftype fixture_always;

/* A case with no prooftype but one that finds nothing. */
struct dna_case *fixture_plain(void);

#define ANSWER(c, name, type, security, ...) \
	fixture_answer(c, name, type, security, __VA_ARGS__, NULL)
void fixture_answer(struct dna_case *c, const char *name, uint16_t type, enum dna_security security,
		    ...);
void fixture_denied(struct dna_case *c, const char *name, uint16_t type,
		    enum dna_security security);
void fixture_failed(struct dna_case *c, const char *name, uint16_t type,
		    enum dna_security security);

/* Names that every test uses. */
#define SRV_STARTTLS "_xmpp-server._tcp.tenant.example"
#define SRV_DIRECT   "_xmpps-server._tcp.tenant.example"

enum dna_verdict_kind fixture_verdict(struct dna_case *c);

/* The report without what it says of the shadow, and that, or NULL. Both are to be released. */
json_t *fixture_report(struct dna_case *c, json_t **shadow);

#endif

/* Verdicts and endpoints as JSON values, for reports and recordings. */
#ifndef DNA_PROOF_REPORT_H
#define DNA_PROOF_REPORT_H

#include "proof/case.h"

#include <jansson.h>

/* A new object with everything that man/dna.1 says of a report, without the id. */
int dna_case_to_json(struct dna_case *c, json_t **json);
json_t *dna_endpoint_to_json(const struct dna_endpoint *e);
/* Sets of trust roots, each a list of words. */
json_t *dna_rests_to_json(const uint32_t *roots, size_t count);

#endif

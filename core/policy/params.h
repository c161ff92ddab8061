/* Parameters of a prooftype: from a policy's text to typed values within their ranges. */
#ifndef DNA_POLICY_PARAMS_H
#define DNA_POLICY_PARAMS_H

#include "policy/profile.h"

/*
 * The value of each parameter: from |own| where it stands there, else from |shared|, else the
 * prooftype's default. Both are mappings, or NULL. DNA_E_POLICY after a complaint.
 */
int dna_params_read(struct dna_params **params, const struct dna_prooftype *prooftype,
		    const struct dna_node *own, const struct dna_node *shared,
		    struct dna_complaints *complaints);
void dna_params_free(struct dna_params *params);

/* All of them as an object; NULL without memory. */
json_t *dna_params_json(const struct dna_params *params);

/* Read "true" or "false"; false for anything else. */
bool dna_boolean_read(const struct dna_node *node, bool *value);

#endif

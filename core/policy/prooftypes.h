/* The prooftypes that a policy names: found at their source, or words for why not. */
#ifndef DNA_POLICY_PROOFTYPES_H
#define DNA_POLICY_PROOFTYPES_H

#include "policy/profile.h"

/* What may stand beside the parameters in a policy's `prooftypes`. */
extern const struct dna_key_table dna_prooftype_keys;

/*
 * The prooftype that |name| names, loaded. NULL after a complaint, and without one when it is not
 * installed and |section|, the policy's `prooftypes` (may be NULL), says that it is `optional`.
 */
const struct dna_prooftype *dna_prooftype_find(const struct dna_node *name,
					       const struct dna_node *section,
					       const struct dna_prooftype_source *source,
					       struct dna_complaints *complaints);

/*
 * Check a mapping of prooftypes to their parameters, also of those that no profile uses. |shared|:
 * it is the policy's `prooftypes`, where `optional` may stand beside the parameters; else a
 * profile's `params`, and |section| the policy's `prooftypes` or NULL.
 */
int dna_prooftypes_check(const struct dna_node *mapping, bool shared,
			 const struct dna_node *section, const struct dna_prooftype_source *source,
			 struct dna_complaints *complaints);

#endif

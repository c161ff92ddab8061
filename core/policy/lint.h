/* What a policy says and its author probably does not mean. */
#ifndef DNA_POLICY_LINT_H
#define DNA_POLICY_LINT_H

#include "policy/policy.h"

/*
 * Read a policy for its author. |*complaint| is set to what is wrong with it or, if nothing is, to
 * warnings; NULL: there is nothing to say. To be released with free(). Returns what
 * dna_policy_read_from() does.
 */
int dna_policy_lint(struct dna_bytes text, const char *name,
		    const struct dna_prooftype_source *source, char **complaint);

/* The warnings about one that was read. DNA_E_NOMEM. */
int dna_policy_warn(const struct dna_policy *policy, struct dna_complaints *complaints);

#endif

/* A whole policy: profiles, and the rules that choose one for a subject. */
#ifndef DNA_POLICY_POLICY_H
#define DNA_POLICY_POLICY_H

#include "policy/profile.h"

#include <dna/dna.h>

/* What dna_policy_read() does, with prooftypes from |source|, which has to outlive the policy. */
int dna_policy_read_from(struct dna_policy **policy, struct dna_bytes text, const char *name,
			 const struct dna_prooftype_source *source, char **complaint);

struct dna_choice {
	struct dna_profile *profile; /* the policy's reference */
	const char *file;
	unsigned line; /* of the rule, or of `default` */
};

/*
 * The profile for a subject: the most specific rule. |remote| and |local| in A-labels; |local| may
 * be NULL. Always one.
 */
void dna_policy_choose(const struct dna_policy *policy, const char *remote, const char *local, enum dna_service service,
		       enum dna_role role, struct dna_choice *choice);

#endif

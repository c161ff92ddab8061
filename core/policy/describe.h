/* What a profile means, in sentences for people. */
#ifndef DNA_POLICY_DESCRIBE_H
#define DNA_POLICY_DESCRIBE_H

#include "policy/policy.h"

/* "dane or pkix has to prove the domain, else posh; ...". To be released with free(); NULL without
 * memory. |demand|: with floors. */
char *dna_profile_describe(const struct dna_profile *profile, const struct dna_demand *demand);

#endif

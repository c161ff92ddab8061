/* A whole policy: profiles, the rules that choose one for a subject, and the floors below it. */
#ifndef DNA_POLICY_POLICY_H
#define DNA_POLICY_POLICY_H

#include "policy/domains.h"
#include "policy/rules.h"

#include <dna/dna.h>

/* Nothing of it changes once it is read, but how many hold it. */
struct dna_policy {
	_Atomic unsigned references;
	char *file;
	struct dna_profile **profiles; /* by name */
	size_t profile_count;
	struct dna_rule *rules; /* as dna_rules_sort() leaves them */
	size_t rule_count;
	struct dna_domains *remotes, *locals; /* or NULL; their profiles are indices of |profiles| */
	struct dna_floor *floors;
	size_t floor_count;
	struct dna_profile *initial; /* `default` */
	unsigned initial_line, initial_column;
};

/* What dna_policy_read() does, with prooftypes from |source|, which has to outlive the policy. */
int dna_policy_read_from(struct dna_policy **policy, struct dna_bytes text, const char *name,
			 const struct dna_prooftype_source *source, char **complaint);

/* A profile by its name, or NULL. */
struct dna_profile *dna_policy_profile(const struct dna_policy *policy, const char *name);

struct dna_choice {
	struct dna_profile *profile;     /* the policy's reference */
	struct dna_demand demand;        /* the profile's, raised by the floors that match */
	struct dna_profile *shadow;      /* NULL: none */
	struct dna_demand shadow_demand; /* likewise */
	const char *endpoint;            /* for dna_place_read(); NULL: none */
	const struct dna_floor *floor;   /* the last that raised |demand|; NULL: none */
	const struct dna_floor *withstand_floor; /* the last that added roots to withstand */
	const char *file;
	unsigned line, column; /* of the rule, or of `default` */
};
/* A profile that no policy chose. */
struct dna_choice dna_choice_of(struct dna_profile *profile);
/* POL-002: clients have no dialback to fall back to, whatever the profile says. */
void dna_choice_serve(struct dna_choice *choice, enum dna_service service);
/* The profile as a recording has it, with what floors demand; NULL without memory. */
json_t *dna_choice_document(const struct dna_choice *choice);

/*
 * The profile for a subject: the most specific rule. |remote| and |local| in A-labels; |local| may
 * be NULL. Always one.
 */
void dna_policy_choose(const struct dna_policy *policy, const char *remote, const char *local,
		       enum dna_service service, enum dna_role role, struct dna_choice *choice);

#endif

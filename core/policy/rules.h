/*
 * Rules: whom each is for, and which of them is the most specific for a subject. An exact remote
 * domain is more specific than a suffix, a longer suffix than a shorter one, and that than any;
 * among equal ones the same of the local domain counts, then whether the service is said, then
 * whether the direction is.
 */
#ifndef DNA_POLICY_RULES_H
#define DNA_POLICY_RULES_H

#include "policy/match.h"
#include "policy/profile.h"

struct dna_rule {
	struct dna_match match;
	struct dna_profile *profile; /* `use`; the policy's */
	struct dna_profile *shadow;  /* which is only reported; NULL: none */
	char *endpoint; /* that replaces SRV, for dna_place_read(); NULL: none (DELEG-016) */
	unsigned line, column;
};
void dna_rule_clear(struct dna_rule *rule);

/* What is demanded whatever the rule and its profile say (POL-007). */
struct dna_floor {
	struct dna_match match;
	struct dna_demand demand;
	const char *file; /* the policy's */
	unsigned line, column;
};
void dna_floor_clear(struct dna_floor *floor);

/*
 * Into the order that dna_rules_find() needs. Those that match the same come to stand side by side.
 */
void dna_rules_sort(struct dna_rule *rules, size_t count);
/* Whether both match the same subjects, and neither is more specific. */
bool dna_rules_tie(const struct dna_rule *a, const struct dna_rule *b);

/*
 * The most specific one that matches, or NULL. Names in A-labels; |local| may be NULL, which only
 * rules for any match.
 */
const struct dna_rule *dna_rules_find(const struct dna_rule *rules, size_t count,
				      const char *remote, const char *local,
				      enum dna_service service, enum dna_role role);

#endif

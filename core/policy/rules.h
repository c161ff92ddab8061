/*
 * Rules: whom each is for, and which of them is the most specific for a subject. An exact remote
 * domain is more specific than a suffix, a longer suffix than a shorter one, and that than any;
 * among equal ones the same of the local domain counts, then whether the service is said, then
 * whether the direction is.
 */
#ifndef DNA_POLICY_RULES_H
#define DNA_POLICY_RULES_H

#include "policy/profile.h"

#include <dna/types.h>

/*
 * Which domains are meant. "*.example.com" is everything below example.com, however deep, and not
 * example.com itself.
 */
enum dna_pattern_kind { DNA_PATTERN_EXACT, DNA_PATTERN_BELOW, DNA_PATTERN_ANYTHING };

struct dna_pattern {
	enum dna_pattern_kind kind;
	char *name; /* A-labels, without the "*."; NULL for anything */
};
#define DNA_PATTERN_ANY ((struct dna_pattern){ DNA_PATTERN_ANYTHING, NULL })

/*
 * Replaces |pattern|. DNA_E_SYNTAX: not a domain that can have XMPP, nor "*." and a suffix of some,
 * nor "*".
 */
int dna_pattern_read(const char *text, struct dna_pattern *pattern);

#define DNA_EITHER 2 /* both services, or both directions */

struct dna_rule {
	struct dna_pattern remote, local;
	unsigned service;            /* enum dna_service or DNA_EITHER */
	unsigned direction;          /* enum dna_role or DNA_EITHER */
	struct dna_profile *profile; /* the policy's */
	unsigned line, column;
};
void dna_rule_clear(struct dna_rule *rule);

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

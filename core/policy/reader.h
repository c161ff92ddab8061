/* What the readers of the parts of a policy share. */
#ifndef DNA_POLICY_READER_H
#define DNA_POLICY_READER_H

#include "policy/policy.h"

struct dna_policy_reader {
	struct dna_policy *policy;
	const struct dna_node *section;  /* `prooftypes`, or NULL */
	const struct dna_node *profiles; /* or NULL */
	const char *folder;              /* of the policy, for the files that it names */
	const struct dna_prooftype_source *source;
	struct dna_complaints *complaints;
	/* The one that is read. */
	struct dna_match *match;
	struct dna_rule *rule;
	struct dna_floor *floor;
};

/* All that may stand in a policy. */
extern const struct dna_key_table dna_policy_keys;
extern const struct dna_key_table dna_rule_keys;
extern const struct dna_key_table dna_floor_keys;

/*
 * The profile that |name| names. NULL after a complaint; that about a profile which is invalid was
 * made where it stands.
 */
struct dna_profile *dna_reader_profile(const struct dna_policy_reader *reader,
				       const struct dna_node *name);

/* The lists of a policy. Readers of keys: see struct dna_key. */
int dna_reader_rules(void *reader, const struct dna_node *value);
int dna_reader_floors(void *reader, const struct dna_node *value);
/* Once there are both rules and tables. */
void dna_reader_refuse_ties_with_tables(const struct dna_policy_reader *reader);

#endif

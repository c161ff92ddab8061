/* The files that a profile names: PEM, read when the policy is, and then shared by its cases. */
#ifndef DNA_POLICY_PROVISION_H
#define DNA_POLICY_PROVISION_H

#include "policy/profile.h"

/* Where files are. */
struct dna_files {
	const char *folder; /* of relative names; ends with a slash. NULL: no file is read */
	const struct dna_prooftype_source *source;
};

/* |value| is the name of the file. Returns 0, also after a complaint. */
int dna_provision_anchors(struct dna_provision *provision, const struct dna_node *value,
			  const struct dna_files *files, struct dna_complaints *complaints);
int dna_provision_crls(struct dna_provision *provision, const struct dna_node *value,
		       const struct dna_files *files, struct dna_complaints *complaints);
void dna_provision_clear(struct dna_provision *provision);

#endif

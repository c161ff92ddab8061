/* Recordings with the prooftypes of a registry. */
#include "plugin/registry.h"
#include "proof/recording.h"

int dna_case_replay(struct dna_case **c, struct dna_bytes recording, struct dna_policy *policy,
		    struct dna_registry *registry, const struct dna_validator *validator, char **id,
		    char **complaint)
{
	struct dna_prooftype_source source;

	dna_registry_source(registry, &source);
	return dna_case_replay_from(c, recording, policy, &source, validator,
				    dna_registry_anchor_sets(registry), id, complaint);
}

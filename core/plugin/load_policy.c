/* Policies from files and from memory, with the prooftypes of a registry. */
#include "base/limits.h"
#include "plugin/file.h"
#include "plugin/registry.h"
#include "policy/policy.h"

#include <dna/dna.h>

#include <stdio.h>

int dna_policy_read(struct dna_policy **policy, struct dna_bytes text, const char *name,
		    struct dna_registry *registry, char **complaint)
{
	struct dna_prooftype_source source;

	dna_registry_forget_refusals(registry);
	dna_registry_source(registry, &source);
	return dna_policy_read_from(policy, text, name, &source, complaint);
}

int dna_policy_load(struct dna_policy **policy, const char *path, struct dna_registry *registry,
		    char **complaint)
{
	struct dna_buffer content, why;
	int r;

	dna_buffer_init(&content, DNA_POLICY_MAX);
	dna_buffer_init(&why, 0);
	r = dna_file_load(path, &content, &why);
	if (r == 0)
		r = dna_policy_read(policy, (struct dna_bytes){ content.data, content.size }, path,
				    registry, complaint);
	else if (complaint != NULL &&
		 asprintf(complaint, "%s: this file %s", path, (char *)why.data) < 0)
		*complaint = NULL;
	dna_buffer_clear(&content);
	dna_buffer_clear(&why);
	return r;
}

int dna_policy_slot_reload(struct dna_policy_slot *slot, const char *path,
			   struct dna_registry *registry, char **complaint)
{
	struct dna_policy *policy;
	int r = dna_policy_load(&policy, path, registry, complaint);

	if (r != 0)
		return r;
	dna_policy_slot_set(slot, policy);
	dna_policy_unref(policy);
	return 0;
}

/* A whole policy, and which profile it chooses. */
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

struct dna_policy *dna_policy_ref(struct dna_policy *policy)
{
	policy->references++;
	return policy;
}

void dna_policy_unref(struct dna_policy *policy)
{
	if (policy == NULL || --policy->references != 0)
		return;
	for (size_t i = 0; i < policy->rule_count; i++)
		dna_rule_clear(&policy->rules[i]);
	for (size_t i = 0; i < policy->floor_count; i++)
		dna_floor_clear(&policy->floors[i]);
	for (size_t i = 0; i < policy->profile_count; i++)
		dna_profile_unref(policy->profiles[i]);
	free(policy->rules);
	free(policy->floors);
	free(policy->profiles);
	free(policy->file);
	free(policy);
}

static int compare_name(const void *name, const void *profile)
{
	return strcmp(name, (*(struct dna_profile *const *)profile)->name);
}

struct dna_profile *dna_policy_profile(const struct dna_policy *policy, const char *name)
{
	struct dna_profile **found = NULL;

	if (policy->profile_count != 0)
		found = bsearch(name, policy->profiles, policy->profile_count,
				sizeof(struct dna_profile *), compare_name);
	return found != NULL ? *found : NULL;
}

struct dna_choice dna_choice_of(struct dna_profile *profile)
{
	return (struct dna_choice){ .profile = profile,
				    .demand = profile->demand,
				    .shadow_demand = DNA_DEMAND_USUAL };
}

static struct dna_choice choose_rule(const struct dna_policy *policy, const struct dna_rule *rule)
{
	struct dna_choice choice = dna_choice_of(rule != NULL ? rule->profile : policy->initial);

	choice.file = policy->file;
	if (rule == NULL) {
		choice.line = policy->initial_line;
		choice.column = policy->initial_column;
		return choice;
	}
	choice.shadow = rule->shadow;
	if (rule->shadow != NULL)
		choice.shadow_demand = rule->shadow->demand;
	choice.endpoint = rule->endpoint;
	choice.line = rule->line;
	choice.column = rule->column;
	return choice;
}

void dna_policy_choose(const struct dna_policy *policy, const char *remote, const char *local,
		       enum dna_service service, enum dna_role role, struct dna_choice *choice)
{
	*choice = choose_rule(policy, dna_rules_find(policy->rules, policy->rule_count, remote,
						     local, service, role));
	/* POL-007: all floors that match, whatever rule there is. */
	for (size_t i = 0; i < policy->floor_count; i++) {
		const struct dna_floor *floor = &policy->floors[i];

		if (!dna_match_fits(&floor->match, remote, local, service, role))
			continue;
		if (dna_demand_raise(&choice->demand, &floor->demand))
			choice->floor = floor;
		dna_demand_raise(&choice->shadow_demand, &floor->demand);
	}
}

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
	dna_domains_free(policy->remotes);
	dna_domains_free(policy->locals);
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

void dna_choice_serve(struct dna_choice *choice, enum dna_service service)
{
	if (service != DNA_XMPP_CLIENT)
		return;
	choice->demand.minimum = DNA_LEAST_DNA;
	choice->shadow_demand.minimum = DNA_LEAST_DNA;
}

json_t *dna_choice_document(const struct dna_choice *choice)
{
	json_t *document = json_copy(choice->profile->document);

	if (document != NULL && dna_demand_write(&choice->demand, document) != 0) {
		json_decref(document);
		return NULL;
	}
	return document;
}

static struct dna_choice choice_of_rule(const struct dna_policy *policy,
					const struct dna_rule *rule)
{
	struct dna_choice choice = dna_choice_of(rule->profile);

	choice.file = policy->file;
	choice.line = rule->line;
	choice.column = rule->column;
	choice.endpoint = rule->endpoint;
	choice.shadow = rule->shadow;
	if (rule->shadow != NULL)
		choice.shadow_demand = rule->shadow->demand;
	return choice;
}

static struct dna_choice choice_of_entry(const struct dna_policy *policy,
					 const struct dna_domains_match *entry)
{
	struct dna_choice choice = dna_choice_of(policy->profiles[entry->profile]);

	choice.file = entry->file;
	choice.line = entry->line;
	choice.column = 1;
	return choice;
}

static struct dna_choice initial_choice(const struct dna_policy *policy)
{
	struct dna_choice choice = dna_choice_of(policy->initial);

	choice.file = policy->file;
	choice.line = policy->initial_line;
	choice.column = policy->initial_column;
	return choice;
}

/* Whether a table has a more specific entry for |name| than |pattern| is. */
static bool table_knows_better(const struct dna_domains *table, const char *name,
			       const struct dna_pattern *pattern, struct dna_domains_match *entry)
{
	struct dna_pattern found = { DNA_PATTERN_EXACT, (char *)name };

	if (table == NULL || name == NULL || !dna_domains_find(table, name, entry))
		return false;
	if (entry->matched != name)
		found = (struct dna_pattern){ DNA_PATTERN_BELOW, (char *)entry->matched + 1 };
	return dna_pattern_is_narrower(&found, pattern);
}

/* An entry of a table is a rule that says a remote domain, or a local one, and nothing else. */
static struct dna_choice choose(const struct dna_policy *policy, const char *remote,
				const char *local, enum dna_service service, enum dna_role role)
{
	static const struct dna_match everybody = { .remote = { DNA_PATTERN_ANYTHING, NULL },
						    .local = { DNA_PATTERN_ANYTHING, NULL } };
	const struct dna_rule *rule =
		dna_rules_find(policy->rules, policy->rule_count, remote, local, service, role);
	const struct dna_match *match = rule != NULL ? &rule->match : &everybody;
	struct dna_domains_match entry;

	if (table_knows_better(policy->remotes, remote, &match->remote, &entry) ||
	    (match->remote.kind == DNA_PATTERN_ANYTHING &&
	     table_knows_better(policy->locals, local, &match->local, &entry)))
		return choice_of_entry(policy, &entry);
	return rule != NULL ? choice_of_rule(policy, rule) : initial_choice(policy);
}

void dna_policy_choose(const struct dna_policy *policy, const char *remote, const char *local,
		       enum dna_service service, enum dna_role role, struct dna_choice *choice)
{
	*choice = choose(policy, remote, local, service, role);
	dna_choice_serve(choice, service);
	/* POL-007: all floors that match, whatever rule there is. */
	for (size_t i = 0; i < policy->floor_count; i++) {
		const struct dna_floor *floor = &policy->floors[i];
		uint32_t withstand = choice->demand.withstand;

		if (!dna_match_fits(&floor->match, remote, local, service, role))
			continue;
		if (dna_demand_raise(&choice->demand, &floor->demand))
			choice->floor = floor;
		if (choice->demand.withstand != withstand)
			choice->withstand_floor = floor;
		dna_demand_raise(&choice->shadow_demand, &floor->demand);
	}
}

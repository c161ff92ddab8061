/* What a policy says and its author probably does not mean. */
#include "policy/lint.h"

#include <string.h>

static struct dna_node place(unsigned line, unsigned column)
{
	return (struct dna_node){ .line = line, .column = column };
}

/* ---- Rules ---- */

static bool same_place(const struct dna_rule *a, const struct dna_rule *b)
{
	return dna_match_compare_places(&a->match, &b->match) == 0;
}

/* Whether it takes a service and a direction. */
static bool takes(const struct dna_rule *rule, unsigned service, unsigned direction)
{
	return (rule->match.service == DNA_EITHER || rule->match.service == service) &&
	       (rule->match.direction == DNA_EITHER || rule->match.direction == direction);
}

/* The rules are in order: what is more specific among those for the same domains stands before. */
static bool is_taken_before(const struct dna_policy *policy, size_t index, unsigned service,
			    unsigned direction)
{
	for (size_t i = index; i > 0 && same_place(&policy->rules[i - 1], &policy->rules[index]);
	     i--)
		if (takes(&policy->rules[i - 1], service, direction))
			return true;
	return false;
}

static bool can_match(const struct dna_policy *policy, size_t index)
{
	for (unsigned service = 0; service < DNA_EITHER; service++)
		for (unsigned direction = 0; direction < DNA_EITHER; direction++)
			if (takes(&policy->rules[index], service, direction) &&
			    !is_taken_before(policy, index, service, direction))
				return true;
	return false;
}

/* ---- Wildcards ---- */

enum side { REMOTE, LOCAL };

static const struct dna_pattern *pattern_of(const struct dna_match *match, enum side side)
{
	return side == REMOTE ? &match->remote : &match->local;
}

static bool is_exactly(const struct dna_match *match, enum side side, const char *name)
{
	const struct dna_pattern *pattern = pattern_of(match, side);

	return pattern->kind == DNA_PATTERN_EXACT && strcmp(pattern->name, name) == 0;
}

/* Whether a rule, or an entry of a table, is for the very domain. */
static bool rules_say(const struct dna_policy *policy, enum side side, const char *name)
{
	const struct dna_domains *table = side == REMOTE ? policy->remotes : policy->locals;
	struct dna_domains_match entry;

	for (size_t i = 0; i < policy->rule_count; i++)
		if (is_exactly(&policy->rules[i].match, side, name))
			return true;
	return table != NULL && dna_domains_find(table, name, &entry) && entry.matched == name;
}

static bool floors_say(const struct dna_policy *policy, enum side side, const char *name)
{
	for (size_t i = 0; i < policy->floor_count; i++)
		if (is_exactly(&policy->floors[i].match, side, name))
			return true;
	return false;
}

static void warn_of_wildcards(const struct dna_policy *policy, const struct dna_match *match,
			      const struct dna_node *at,
			      bool (*say)(const struct dna_policy *policy, enum side side,
					  const char *name),
			      struct dna_complaints *complaints)
{
	for (int i = REMOTE; i <= LOCAL; i++) {
		const enum side side = (enum side)i;
		const struct dna_pattern *pattern = pattern_of(match, side);

		if (pattern->kind == DNA_PATTERN_BELOW && !say(policy, side, pattern->name))
			dna_warn(complaints, at,
				 "'*.%s' does not stand for %s itself, of which nothing is said",
				 pattern->name, pattern->name);
	}
}

/* ---- Rules and floors ---- */

static void warn_of_rule(const struct dna_policy *policy, size_t index,
			 struct dna_complaints *complaints)
{
	const struct dna_rule *rule = &policy->rules[index];
	const struct dna_pattern *remote = &rule->match.remote;
	struct dna_node at = place(rule->line, rule->column);

	if (!can_match(policy, index))
		dna_warn(complaints, &at,
			 "this rule can never match: more specific ones take all that it would");
	if (rule->endpoint != NULL && rule->match.direction == DNA_RECEIVING)
		dna_warn(complaints, &at,
			 "'endpoint' says where to connect, and this rule is for peers that do");
	else if (rule->endpoint != NULL && remote->kind != DNA_PATTERN_EXACT)
		dna_warn(complaints, &at,
			 "whoever has %s can prove each domain that this rule is for",
			 rule->endpoint);
	warn_of_wildcards(policy, &rule->match, &at, rules_say, complaints);
	if (remote->kind != DNA_PATTERN_EXACT && rule->match.local.kind != DNA_PATTERN_EXACT &&
	    rule->profile->demand.minimum != DNA_MINIMUM_DNA)
		dna_warn(complaints, &at,
			 "whoever is under this wildcard needs no proof: '%s' has the minimum %s",
			 rule->profile->name, dna_minimum_name(rule->profile->demand.minimum));
}

/* POL-007: of what has holes an operator believes that it holds. */
static void warn_of_floor(const struct dna_policy *policy, const struct dna_floor *floor,
			  struct dna_complaints *complaints)
{
	struct dna_node at = place(floor->line, floor->column);

	if (floor->demand.minimum == DNA_MINIMUM_NONE_TLS && floor->demand.withstand == 0)
		dna_warn(complaints, &at, "this floor demands nothing");
	warn_of_wildcards(policy, &floor->match, &at, floors_say, complaints);
}

/* ---- Profiles ---- */

static bool is_used(const struct dna_policy *policy, size_t index)
{
	const struct dna_profile *profile = policy->profiles[index];

	if (profile == policy->initial || profile->extended)
		return true;
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].profile == profile || policy->rules[i].shadow == profile)
			return true;
	return (policy->remotes != NULL && dna_domains_use(policy->remotes, index)) ||
	       (policy->locals != NULL && dna_domains_use(policy->locals, index));
}

static bool has_integer(const struct dna_params *params, const char *name, int64_t from, int64_t to)
{
	const struct dna_param_value *value = dna_params_get(params, name);

	for (size_t i = 0; value != NULL && i < value->count; i++)
		if (value->integers[i] >= from && value->integers[i] <= to)
			return true;
	return false;
}

/*
 * What forging its proof takes in the best case: a set of trust roots, each of which would have to
 * be broken. UINT32_MAX: that is not known of this prooftype.
 */
static uint32_t best_roots(const struct dna_profile *profile, const struct dna_profile_entry *entry)
{
	const char *name = entry->prooftype->name;
	const struct dna_param_value *pins = dna_params_get(entry->params, "pins");

	if (strcmp(name, "dane") == 0)
		return has_integer(entry->params, "usages", 0, 1)
			       ? DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC
			       : DNA_ROOT_DNSSEC;
	if (strcmp(name, "pkix") == 0)
		return profile->anchors.file != NULL || (pins != NULL && pins->count != 0)
			       ? DNA_ROOT_PIN
			       : DNA_ROOT_WEBPKI;
	return strcmp(name, "posh") == 0 ? DNA_ROOT_WEBPKI : UINT32_MAX;
}

/* Whether some proof may be left standing once these roots are broken. */
static bool may_withstand(const struct dna_profile *profile, uint32_t broken)
{
	for (size_t i = 0; i < profile->prover_count; i++)
		if ((best_roots(profile, &profile->provers[i]) & ~broken) != 0)
			return true;
	return false;
}

static bool is_within_reach(const struct dna_profile *profile, uint32_t withstand)
{
	uint32_t named = withstand & ~DNA_WITHSTAND_ANY;

	if (named != 0 && !may_withstand(profile, named))
		return false;
	for (unsigned i = 0; (withstand & DNA_WITHSTAND_ANY) != 0 && dna_root_words[i] != NULL; i++)
		if (!may_withstand(profile, UINT32_C(1) << i))
			return false;
	return true;
}

/* An operator who names anchors for a peer may believe that nothing proves it without them. */
static void warn_of_anchors(const struct dna_profile *profile, const struct dna_node *at,
			    struct dna_complaints *complaints)
{
	for (size_t i = 0; profile->anchors.file != NULL && i < profile->prover_count; i++) {
		const char *name = profile->provers[i].prooftype->name;

		if (strcmp(name, "posh") == 0 || strcmp(name, "dane") == 0)
			dna_warn(complaints, at,
				 "%s proves without the anchors of '%s', which are for pkix", name,
				 profile->name);
	}
}

static void warn_of_profile(const struct dna_policy *policy, size_t index,
			    struct dna_complaints *complaints)
{
	const struct dna_profile *profile = policy->profiles[index];
	struct dna_node at = place(profile->line, profile->column);

	if (!is_used(policy, index))
		dna_warn(complaints, &at, "nobody uses the profile '%s'", profile->name);
	if (!is_within_reach(profile, profile->demand.withstand))
		dna_warn(complaints, &at,
			 "no prooftype of '%s' can give a proof that withstands what is demanded",
			 profile->name);
	warn_of_anchors(profile, &at, complaints);
}

void dna_policy_warn(const struct dna_policy *policy, struct dna_complaints *complaints)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		warn_of_profile(policy, i, complaints);
	for (size_t i = 0; i < policy->rule_count; i++)
		warn_of_rule(policy, i, complaints);
	for (size_t i = 0; i < policy->floor_count; i++)
		warn_of_floor(policy, &policy->floors[i], complaints);
}

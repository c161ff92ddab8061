/* What a policy says and its author probably does not mean. */
#include "policy/lint.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { REMOTE, LOCAL, SIDES };

/* Names in the order of strcmp(): the policy's. */
struct names {
	const char **at;
	size_t count;
};

struct lint {
	const struct dna_policy *policy;
	struct dna_complaints *complaints;
	struct names ruled[SIDES],
		floored[SIDES]; /* domains that rules and floors are for, exactly */
	bool *used;             /* for each profile: by a rule */
};

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

/* Whether it and those before it leave nothing of these domains. */
static bool takes_everything(const struct dna_policy *policy, size_t index)
{
	for (unsigned service = 0; service < DNA_EITHER; service++)
		for (unsigned direction = 0; direction < DNA_EITHER; direction++)
			if (!takes(&policy->rules[index], service, direction) &&
			    !is_taken_before(policy, index, service, direction))
				return false;
	return true;
}

/* ---- Wildcards ---- */

static const struct dna_domains *table_of(const struct dna_policy *policy, int side)
{
	return side == REMOTE ? policy->remotes : policy->locals;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_name(const struct names *names, const char *name)
{
	return names->count != 0 &&
	       bsearch(&name, names->at, names->count, sizeof(*names->at), compare_names) != NULL;
}

/* Whether a rule, or an entry of a table, is for the very domain. */
static bool rules_say(const struct lint *lint, int side, const char *name)
{
	const struct dna_domains *table = table_of(lint->policy, side);
	struct dna_domains_match entry;

	return has_name(&lint->ruled[side], name) ||
	       (table != NULL && dna_domains_find(table, name, &entry) && entry.matched == name);
}

static bool floors_say(const struct lint *lint, int side, const char *name)
{
	return has_name(&lint->floored[side], name);
}

/* What has one label is no domain that can have XMPP: nothing can be said of it. */
static void warn_of_wildcard(const struct lint *lint, int side, const char *suffix,
			     const struct dna_node *at,
			     bool (*say)(const struct lint *lint, int side, const char *name))
{
	if (strchr(suffix, '.') != NULL && !say(lint, side, suffix))
		dna_warn(lint->complaints, at,
			 "'*.%s' does not stand for %s itself, of which nothing is said", suffix,
			 suffix);
}

static void warn_of_wildcards(const struct lint *lint, const struct dna_match *match,
			      const struct dna_node *at,
			      bool (*say)(const struct lint *lint, int side, const char *name))
{
	if (match->remote.kind == DNA_PATTERN_BELOW)
		warn_of_wildcard(lint, REMOTE, match->remote.name, at, say);
	if (match->local.kind == DNA_PATTERN_BELOW)
		warn_of_wildcard(lint, LOCAL, match->local.name, at, say);
}

static void warn_of_weakness(const struct lint *lint, const struct dna_profile *profile,
			     const struct dna_node *at)
{
	if (profile->demand.minimum != DNA_LEAST_DNA)
		dna_warn(lint->complaints, at,
			 "whoever is under this wildcard needs no proof: '%s' has the minimum %s",
			 profile->name, dna_minimum_name(profile->demand.minimum));
}

/* ---- Rules and floors ---- */

static void warn_of_rule(const struct lint *lint, size_t index)
{
	struct dna_complaints *complaints = lint->complaints;
	const struct dna_policy *policy = lint->policy;
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
	warn_of_wildcards(lint, &rule->match, &at, rules_say);
	if (remote->kind != DNA_PATTERN_EXACT && rule->match.local.kind != DNA_PATTERN_EXACT)
		warn_of_weakness(lint, rule->profile, &at);
}

/* POL-007: of what has holes an operator believes that it holds. */
static void warn_of_floor(const struct lint *lint, const struct dna_floor *floor)
{
	struct dna_node at = place(floor->line, floor->column);

	if (floor->demand.minimum == DNA_LEAST_NONE_TLS && floor->demand.withstand == 0)
		dna_warn(lint->complaints, &at, "this floor demands nothing");
	warn_of_wildcards(lint, &floor->match, &at, floors_say);
}

/* ---- Tables ---- */

/* Of the wildcards of a table, what is said of such rules. */
static void warn_of_table(const struct lint *lint, int side)
{
	const struct dna_domains *table = table_of(lint->policy, side);
	struct dna_domains_match entry;
	char suffix[DNA_NAME_MAX + 1];
	size_t next = 0;

	while (dna_domains_next_wildcard(table, &next, suffix, &entry)) {
		const struct dna_node at = place(entry.line, 1);

		lint->complaints->name = entry.file;
		warn_of_wildcard(lint, side, suffix, &at, rules_say);
		warn_of_weakness(lint, lint->policy->profiles[entry.profile], &at);
	}
}

/* |last| of the rules that together take everything: an entry for the same domains never matches. */
static void warn_of_entry(const struct lint *lint, const struct dna_rule *last, int side)
{
	const struct dna_match *match = &last->match;
	const struct dna_domains *table = table_of(lint->policy, side);
	struct dna_domains_match entry;

	if (table == NULL ||
	    (side == REMOTE ? &match->local : &match->remote)->kind != DNA_PATTERN_ANYTHING ||
	    !dna_domains_hold(table, side == REMOTE ? &match->remote : &match->local, &entry))
		return;
	lint->complaints->name = entry.file;
	dna_warn(lint->complaints, &(struct dna_node){ .line = entry.line, .column = 1 },
		 "this entry can never match: rules for the same domain take all that it would");
}

static void warn_of_tables(const struct lint *lint)
{
	struct dna_complaints *complaints = lint->complaints;
	const struct dna_policy *policy = lint->policy;
	const struct dna_bytes source = complaints->source;
	const char *name = complaints->name;

	complaints->source = (struct dna_bytes){ NULL, 0 };
	for (int side = REMOTE; side < SIDES; side++) {
		if (table_of(policy, side) != NULL)
			warn_of_table(lint, side);
		for (size_t i = 0; i < policy->rule_count; i++)
			if ((i + 1 == policy->rule_count ||
			     !same_place(&policy->rules[i], &policy->rules[i + 1])) &&
			    takes_everything(policy, i))
				warn_of_entry(lint, &policy->rules[i], side);
	}
	complaints->source = source;
	complaints->name = name;
}

/* ---- Profiles ---- */

static bool is_used(const struct lint *lint, size_t index)
{
	const struct dna_policy *policy = lint->policy;
	const struct dna_profile *profile = policy->profiles[index];

	return profile == policy->initial || profile->extended || lint->used[index] ||
	       (policy->remotes != NULL && dna_domains_use(policy->remotes, index)) ||
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

static void warn_of_profile(const struct lint *lint, size_t index)
{
	const struct dna_profile *profile = lint->policy->profiles[index];
	struct dna_node at = place(profile->line, profile->column);

	if (!is_used(lint, index))
		dna_warn(lint->complaints, &at, "nobody uses the profile '%s'", profile->name);
	if (!is_within_reach(profile, profile->demand.withstand))
		dna_warn(lint->complaints, &at,
			 "no prooftype of '%s' can give a proof that withstands what is demanded",
			 profile->name);
	warn_of_anchors(profile, &at, lint->complaints);
}

/* ---- All of it ---- */

static void add_names(struct names names[SIDES], const struct dna_match *match)
{
	if (match->remote.kind == DNA_PATTERN_EXACT)
		names[REMOTE].at[names[REMOTE].count++] = match->remote.name;
	if (match->local.kind == DNA_PATTERN_EXACT)
		names[LOCAL].at[names[LOCAL].count++] = match->local.name;
}

static int compare_profiles(const void *a, const void *b)
{
	return strcmp((*(struct dna_profile *const *)a)->name,
		      (*(struct dna_profile *const *)b)->name);
}

static void mark_used(const struct lint *lint, struct dna_profile *profile)
{
	const struct dna_policy *policy = lint->policy;
	struct dna_profile *const *found =
		profile == NULL ? NULL
				: bsearch(&profile, policy->profiles, policy->profile_count,
					  sizeof(*policy->profiles), compare_profiles);

	if (found != NULL)
		lint->used[found - policy->profiles] = true;
}

static int allocate(struct lint *lint)
{
	const struct dna_policy *policy = lint->policy;

	lint->used = calloc(policy->profile_count + 1, sizeof(*lint->used));
	if (lint->used == NULL)
		return DNA_E_NOMEM;
	for (int side = REMOTE; side < SIDES; side++) {
		lint->ruled[side].at = calloc(policy->rule_count + 1, sizeof(char *));
		lint->floored[side].at = calloc(policy->floor_count + 1, sizeof(char *));
		if (lint->ruled[side].at == NULL || lint->floored[side].at == NULL)
			return DNA_E_NOMEM;
	}
	return 0;
}

static void sort(struct names names[SIDES])
{
	for (int side = REMOTE; side < SIDES; side++)
		qsort(names[side].at, names[side].count, sizeof(char *), compare_names);
}

static void prepare(struct lint *lint)
{
	const struct dna_policy *policy = lint->policy;

	for (size_t i = 0; i < policy->rule_count; i++) {
		add_names(lint->ruled, &policy->rules[i].match);
		mark_used(lint, policy->rules[i].profile);
		mark_used(lint, policy->rules[i].shadow);
	}
	for (size_t i = 0; i < policy->floor_count; i++)
		add_names(lint->floored, &policy->floors[i].match);
	sort(lint->ruled);
	sort(lint->floored);
}

int dna_policy_warn(const struct dna_policy *policy, struct dna_complaints *complaints)
{
	struct lint lint = { .policy = policy, .complaints = complaints };
	int r = allocate(&lint);

	if (r != 0)
		goto out;
	prepare(&lint);
	for (size_t i = 0; i < policy->profile_count; i++)
		warn_of_profile(&lint, i);
	for (size_t i = 0; i < policy->rule_count; i++)
		warn_of_rule(&lint, i);
	for (size_t i = 0; i < policy->floor_count; i++)
		warn_of_floor(&lint, &policy->floors[i]);
	warn_of_tables(&lint);
out:
	for (int side = REMOTE; side < SIDES; side++) {
		free(lint.ruled[side].at);
		free(lint.floored[side].at);
	}
	free(lint.used);
	return r;
}

/* A whole policy, and which profile it chooses. */
#include "policy/policy.h"
#include "policy/keys.h"
#include "policy/prooftypes.h"
#include "policy/rules.h"

#include <stdlib.h>
#include <string.h>

/* The language that is read here: the value of the key `policy`. */
#define VERSION "1"

struct dna_policy {
	unsigned references;
	char *file;
	struct dna_profile **profiles; /* by name */
	size_t profile_count;
	struct dna_rule *rules; /* as dna_rules_sort() leaves them */
	size_t rule_count;
	struct dna_profile *initial; /* `default` */
	unsigned initial_line;
};

struct reader {
	struct dna_policy *policy;
	struct dna_rule *rule;           /* the one that is read */
	const struct dna_node *section;  /* `prooftypes`, or NULL */
	const struct dna_node *profiles; /* or NULL */
	const char *folder;              /* of the policy, for the files that it names */
	const struct dna_prooftype_source *source;
	struct dna_complaints *complaints;
};

/* ---- Profiles ---- */

static int compare_profiles(const void *a, const void *b)
{
	const struct dna_profile *x = *(struct dna_profile *const *)a;
	const struct dna_profile *y = *(struct dna_profile *const *)b;

	return strcmp(x->name, y->name);
}

static const char *profile_name_at(const void *names, size_t index)
{
	const struct dna_policy *policy = names;

	return index < policy->profile_count ? policy->profiles[index]->name : NULL;
}

/* NULL after a complaint; that about a profile which is invalid was made where it stands. */
static struct dna_profile *find_profile(const struct reader *reader, const struct dna_node *name)
{
	const struct dna_policy *policy = reader->policy;
	struct dna_profile key = { .name = name->text }, *wanted = &key, **found = NULL;

	if (name->type != DNA_NODE_SCALAR) {
		dna_complain(reader->complaints, name, "the name of a profile has to stand here");
		return NULL;
	}
	if (policy->profile_count != 0)
		found = bsearch(&wanted, policy->profiles, policy->profile_count,
				sizeof(struct dna_profile *), compare_profiles);
	if (found == NULL && dna_node_get(reader->profiles, name->text) == NULL)
		dna_complain_unknown(reader->complaints, name, "profile", profile_name_at, policy);
	return found != NULL ? *found : NULL;
}

/* ---- A rule ---- */

static int read_pattern(const struct reader *reader, const struct dna_node *value,
			struct dna_pattern *pattern)
{
	int r = DNA_E_SYNTAX;

	if (value->type == DNA_NODE_SCALAR)
		r = dna_pattern_read(value->text, pattern);
	if (r == 0 || r == DNA_E_NOMEM)
		return r;
	dna_complain(reader->complaints, value,
		     "a domain that can have XMPP, '*.' and a domain, or '*' has to stand here");
	return 0;
}

static int read_remote(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	return read_pattern(reader, value, &reader->rule->remote);
}

static int read_local(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	return read_pattern(reader, value, &reader->rule->local);
}

static bool is_word(const struct dna_node *value, const char *word)
{
	return value->type == DNA_NODE_SCALAR && strcmp(value->text, word) == 0;
}

static int read_service(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	if (is_word(value, dna_service_name(DNA_XMPP_CLIENT)))
		reader->rule->service = DNA_XMPP_CLIENT;
	else if (is_word(value, dna_service_name(DNA_XMPP_SERVER)))
		reader->rule->service = DNA_XMPP_SERVER;
	else
		dna_complain(reader->complaints, value, "a service is %s or %s",
			     dna_service_name(DNA_XMPP_CLIENT), dna_service_name(DNA_XMPP_SERVER));
	return 0;
}

static int read_direction(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	if (is_word(value, dna_role_name(DNA_INITIATING)))
		reader->rule->direction = DNA_INITIATING;
	else if (is_word(value, dna_role_name(DNA_RECEIVING)))
		reader->rule->direction = DNA_RECEIVING;
	else
		dna_complain(reader->complaints, value, "a direction is %s or %s",
			     dna_role_name(DNA_INITIATING), dna_role_name(DNA_RECEIVING));
	return 0;
}

static const struct dna_key match_keys[] = {
	{ "remote", read_remote, false },
	{ "local", read_local, false },
	{ "service", read_service, false },
	{ "direction", read_direction, false },
	{ NULL, NULL, false },
};

static int read_match(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	return dna_keys_read(value, "what a rule matches", match_keys, reader, reader->complaints);
}

static int read_use(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	reader->rule->profile = find_profile(reader, value);
	return 0;
}

static const struct dna_key rule_keys[] = {
	{ "match", read_match, true },
	{ "use", read_use, true },
	{ NULL, NULL, false },
};

static int read_rule(struct reader *reader, const struct dna_node *node)
{
	struct dna_rule *rule = &reader->policy->rules[reader->policy->rule_count++];

	*rule = (struct dna_rule){ .remote = DNA_PATTERN_ANY,
				   .local = DNA_PATTERN_ANY,
				   .service = DNA_EITHER,
				   .direction = DNA_EITHER,
				   .line = node->line,
				   .column = node->column };
	reader->rule = rule;
	return dna_keys_read(node, "a rule", rule_keys, reader, reader->complaints);
}

/* Once they are in order: neighbours that match the same have no order of specificity. */
static void refuse_ties(const struct reader *reader)
{
	const struct dna_policy *policy = reader->policy;

	for (size_t i = 1; i < policy->rule_count; i++) {
		const struct dna_rule *a = &policy->rules[i - 1], *b = &policy->rules[i];
		struct dna_node at = { .line = b->line, .column = b->column };

		if (dna_rules_tie(a, b))
			dna_complain(reader->complaints, &at,
				     "the rule in line %u matches the same as the one in line %u",
				     b->line, a->line);
	}
}

/* ---- The whole ---- */

static int read_version(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	if (is_word(value, VERSION) && !value->quoted)
		return 0;
	dna_complain(reader->complaints, value,
		     "this is not a policy of version " VERSION ", the only one that is known");
	return DNA_E_POLICY;
}

static int read_prooftypes(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	reader->section = value;
	return dna_prooftypes_check(value, true, NULL, reader->source, reader->complaints);
}

static int read_profile(const struct reader *reader, const struct dna_node *name,
			const struct dna_node *value)
{
	struct dna_policy *policy = reader->policy;
	int r;

	if (name->text[0] == '\0')
		dna_complain(reader->complaints, name, "a profile needs a name");
	r = dna_profile_read(&policy->profiles[policy->profile_count], name->text, value,
			     reader->section, reader->folder, reader->source, reader->complaints);
	if (r == 0)
		policy->profile_count++;
	return r == DNA_E_POLICY ? 0 : r;
}

static int read_profiles(void *object, const struct dna_node *value)
{
	struct reader *reader = object;
	struct dna_policy *policy = reader->policy;
	int r = 0;

	if (value->type != DNA_NODE_MAPPING) {
		dna_complain(reader->complaints, value,
			     "'profiles' has to be a mapping of names to profiles");
		return DNA_E_POLICY;
	}
	reader->profiles = value;
	policy->profiles = calloc(value->count / 2 + 1, sizeof(struct dna_profile *));
	if (policy->profiles == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; r == 0 && i < value->count; i += 2)
		r = read_profile(reader, value->children[i], value->children[i + 1]);
	qsort(policy->profiles, policy->profile_count, sizeof(struct dna_profile *),
	      compare_profiles);
	return r;
}

static int read_rules(void *object, const struct dna_node *value)
{
	struct reader *reader = object;
	struct dna_policy *policy = reader->policy;
	int r = 0;

	if (value->type != DNA_NODE_SEQUENCE) {
		dna_complain(reader->complaints, value, "'rules' has to be a list of rules");
		return 0;
	}
	policy->rules = calloc(value->count + 1, sizeof(*policy->rules));
	if (policy->rules == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; r == 0 && i < value->count; i++)
		r = read_rule(reader, value->children[i]);
	dna_rules_sort(policy->rules, policy->rule_count);
	if (r == 0 && reader->complaints->count == 0)
		refuse_ties(reader);
	return r;
}

static int read_default(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;

	reader->policy->initial = find_profile(reader, value);
	reader->policy->initial_line = value->line;
	return 0;
}

/* In this order: profiles need the prooftypes' parameters, rules and the default need the profiles.
 */
static const struct dna_key policy_keys[] = {
	{ "policy", read_version, true },    { "prooftypes", read_prooftypes, false },
	{ "profiles", read_profiles, true }, { "rules", read_rules, false },
	{ "default", read_default, true },   { NULL, NULL, false },
};

static int read_policy(struct reader *reader, struct dna_bytes text)
{
	struct dna_node *root = NULL;
	int r = dna_node_read_yaml(&root, text, reader->complaints);

	if (r == 0)
		r = dna_keys_read(root, "a policy", policy_keys, reader, reader->complaints);
	dna_node_free(root);
	return r == 0 && reader->complaints->count != 0 ? DNA_E_POLICY : r;
}

/* To be released with free(). */
static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash != NULL ? strndup(file, (size_t)(slash - file) + 1) : strdup("./");
}

int dna_policy_read_from(struct dna_policy **policy, struct dna_bytes text, const char *name,
			 const struct dna_prooftype_source *source, char **complaint)
{
	struct dna_complaints complaints = { .name = name };
	struct reader reader = { .source = source, .complaints = &complaints };
	char *folder = folder_of(name);
	int r = DNA_E_NOMEM;

	dna_buffer_init(&complaints.text, 0);
	reader.folder = folder;
	reader.policy = calloc(1, sizeof(*reader.policy));
	if (reader.policy == NULL || folder == NULL)
		goto out;
	reader.policy->references = 1;
	reader.policy->file = strdup(name);
	if (reader.policy->file == NULL)
		goto out;
	r = read_policy(&reader, text);
	if (r != 0)
		goto out;
	*policy = reader.policy;
	reader.policy = NULL;
out:
	if (r != 0 && complaint != NULL)
		*complaint = dna_complaints_steal(&complaints);
	dna_buffer_clear(&complaints.text);
	dna_policy_unref(reader.policy);
	free(folder);
	return r;
}

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
	for (size_t i = 0; i < policy->profile_count; i++)
		dna_profile_unref(policy->profiles[i]);
	free(policy->rules);
	free(policy->profiles);
	free(policy->file);
	free(policy);
}

void dna_policy_choose(const struct dna_policy *policy, const char *remote, const char *local,
		       enum dna_service service, enum dna_role role, struct dna_choice *choice)
{
	const struct dna_rule *rule =
		dna_rules_find(policy->rules, policy->rule_count, remote, local, service, role);

	*choice = (struct dna_choice){ policy->initial, policy->file, policy->initial_line };
	if (rule != NULL)
		*choice = (struct dna_choice){ rule->profile, policy->file, rule->line };
}

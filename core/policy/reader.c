/* A whole policy, from its text. */
#include "policy/reader.h"
#include "base/limits.h"
#include "policy/extends.h"
#include "policy/lint.h"
#include "policy/prooftypes.h"
#include "policy/tables.h"

#include <stdlib.h>
#include <string.h>

/* The language that is read here: the value of the key `policy`. */
#define VERSION "1"

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

struct dna_profile *dna_reader_profile(const struct dna_policy_reader *reader,
				       const struct dna_node *name)
{
	struct dna_profile *found;

	if (name->type != DNA_NODE_SCALAR) {
		dna_complain(reader->complaints, name, "the name of a profile has to stand here");
		return NULL;
	}
	found = dna_policy_profile(reader->policy, name->text);
	if (found == NULL && dna_node_get(reader->profiles, name->text) == NULL)
		dna_complain_unknown(reader->complaints, name, "profile", profile_name_at,
				     reader->policy);
	return found;
}

/* Who inherits from whom; what is not there was complained about. */
static void mark_extended(const struct dna_policy *policy, const struct dna_node *profiles)
{
	for (size_t i = 1; i < profiles->count; i += 2) {
		const struct dna_node *extends = dna_node_get(profiles->children[i], "extends");
		struct dna_profile *extended = NULL;

		if (extends != NULL && extends->type == DNA_NODE_SCALAR)
			extended = dna_policy_profile(policy, extends->text);
		if (extended != NULL)
			extended->extended = true;
	}
}

static int read_profile(const struct dna_policy_reader *reader, const struct dna_node *name,
			const struct dna_node *value)
{
	struct dna_policy *policy = reader->policy;
	struct dna_node *merged = NULL;
	int r = 0;

	if (name->text[0] == '\0')
		dna_complain(reader->complaints, name, "a profile needs a name");
	if (value->type == DNA_NODE_MAPPING)
		r = dna_extend(&merged, reader->profiles, name->text, value, reader->complaints);
	if (r == 0)
		r = dna_profile_read(&policy->profiles[policy->profile_count], name->text,
				     merged != NULL ? merged : value, reader->section,
				     reader->folder, reader->source, reader->complaints);
	if (r == 0)
		policy->profile_count++;
	dna_extended_free(merged);
	return r == DNA_E_POLICY && !dna_complaints_full(reader->complaints) ? 0 : r;
}

static int read_profiles(void *object, const struct dna_node *value)
{
	struct dna_policy_reader *reader = object;
	struct dna_policy *policy = reader->policy;
	int r = 0;

	if (value->type != DNA_NODE_MAPPING) {
		dna_complain(reader->complaints, value,
			     "'profiles' has to be a mapping of names to profiles");
		return DNA_E_POLICY;
	}
	if (value->count / 2 > DNA_PROFILES_MAX) {
		dna_complain(reader->complaints, value, "there are more than %d profiles",
			     DNA_PROFILES_MAX);
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
	mark_extended(policy, value);
	return r;
}

/* ---- The whole ---- */

static int read_version(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	if (value->type == DNA_NODE_SCALAR && !value->quoted && strcmp(value->text, VERSION) == 0)
		return 0;
	dna_complain(reader->complaints, value,
		     "this is not a policy of version " VERSION ", the only one that is known");
	return DNA_E_POLICY;
}

static int read_prooftypes(void *object, const struct dna_node *value)
{
	struct dna_policy_reader *reader = object;

	reader->section = value;
	return dna_prooftypes_check(value, true, NULL, reader->source, reader->complaints);
}

static int read_remotes(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	return dna_reader_table(reader, value, &reader->policy->remotes);
}

static int read_locals(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	return dna_reader_table(reader, value, &reader->policy->locals);
}

static int read_default(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	reader->policy->initial = dna_reader_profile(reader, value);
	reader->policy->initial_line = value->line;
	reader->policy->initial_column = value->column;
	return 0;
}

/* In this order: profiles need the prooftypes' parameters, rules and the default need the profiles.
 */
const struct dna_key_table dna_policy_keys = {
	"a policy",
	NULL,
	(const struct dna_key[]){
		{ "policy", read_version, DNA_KEY_VERSION, true,
		  .help = "the version of this language" },
		{ "prooftypes", read_prooftypes, DNA_KEY_SETTINGS, .inner = &dna_prooftype_keys,
		  .help = "parameters of prooftypes, for all profiles" },
		{ "profiles", read_profiles, DNA_KEY_NAMED, true, .inner = &dna_profile_keys,
		  .help = "what may prove a domain" },
		{ "rules", dna_reader_rules, DNA_KEY_LIST, .inner = &dna_rule_keys,
		  .help = "whom which profile is for" },
		{ "remotes", read_remotes, DNA_KEY_FILE,
		  .help = "files with a profile for each of many domains that are to be proved" },
		{ "locals", read_locals, DNA_KEY_FILE,
		  .help = "files with a profile for each of many domains of our own" },
		{ "floors", dna_reader_floors, DNA_KEY_LIST, .inner = &dna_floor_keys,
		  .help = "what is demanded whatever the rules say" },
		{ "default", read_default, DNA_KEY_NAME, true,
		  .help = "the profile wherever no rule matches" },
		{ .name = NULL },
	},
};

static int read_policy(struct dna_policy_reader *reader, struct dna_bytes text)
{
	struct dna_node *root = NULL;
	int r = dna_node_read_yaml(&root, text, reader->complaints);

	if (r == 0)
		r = dna_keys_read(root, &dna_policy_keys, reader, reader->complaints);
	if (r == 0 && reader->complaints->count == 0)
		dna_reader_refuse_ties_with_tables(reader);
	dna_node_free(root);
	return r == 0 && reader->complaints->count != 0 ? DNA_E_POLICY : r;
}

/* To be released with free(). */
static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash != NULL ? strndup(file, (size_t)(slash - file) + 1) : strdup("./");
}

/* All or nothing; what is wrong is in |complaints|. */
static int read_new(struct dna_policy **policy, struct dna_bytes text,
		    const struct dna_prooftype_source *source, struct dna_complaints *complaints)
{
	struct dna_policy_reader reader = { .source = source, .complaints = complaints };
	char *folder = folder_of(complaints->name);
	int r = DNA_E_NOMEM;

	reader.folder = folder;
	reader.policy = calloc(1, sizeof(*reader.policy));
	if (reader.policy == NULL || folder == NULL)
		goto out;
	reader.policy->references = 1;
	reader.policy->file = strdup(complaints->name);
	if (reader.policy->file == NULL)
		goto out;
	r = read_policy(&reader, text);
	if (r != 0)
		goto out;
	*policy = reader.policy;
	reader.policy = NULL;
out:
	dna_policy_unref(reader.policy);
	free(folder);
	return r;
}

int dna_policy_read_from(struct dna_policy **policy, struct dna_bytes text, const char *name,
			 const struct dna_prooftype_source *source, char **complaint)
{
	struct dna_complaints complaints = { .name = name, .source = text };
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = read_new(policy, text, source, &complaints);
	if (r != 0 && complaint != NULL)
		*complaint = dna_complaints_steal(&complaints);
	dna_buffer_clear(&complaints.text);
	return r;
}

int dna_policy_lint(struct dna_bytes text, const char *name,
		    const struct dna_prooftype_source *source, char **complaint)
{
	struct dna_complaints complaints = { .name = name, .source = text, .warns = true };
	struct dna_policy *policy = NULL;
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = read_new(&policy, text, source, &complaints);
	if (r == 0)
		r = dna_policy_warn(policy, &complaints);
	*complaint = dna_complaints_steal(&complaints);
	dna_buffer_clear(&complaints.text);
	dna_policy_unref(policy);
	return r;
}

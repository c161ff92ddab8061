/* A profile: from its text to checked lists of prooftypes. */
#include "policy/profile.h"
#include "base/limits.h"
#include "policy/keys.h"
#include "policy/params.h"
#include "policy/prooftypes.h"
#include "policy/provision.h"

#include <stdlib.h>
#include <string.h>

/* The delegator where a profile does not say any (DELEG-009). */
#define DEFAULT_DELEGATOR "dnssec-srv"

struct reader {
	struct dna_profile *profile;
	const struct dna_node *node;
	const struct dna_node *params;  /* of the profile, or NULL */
	const struct dna_node *section; /* of the policy, or NULL */
	const char *folder;             /* of files; NULL: they are not read */
	const struct dna_prooftype_source *source;
	struct dna_complaints *complaints;
	unsigned stage;
};

/* One of the profile's two lists. */
struct list {
	struct dna_profile_entry *entries;
	size_t *count;
	uint32_t does;
	const char *verb;
};

static bool holds(const struct list *list, const char *name)
{
	for (size_t i = 0; i < *list->count; i++)
		if (strcmp(list->entries[i].prooftype->name, name) == 0)
			return true;
	return false;
}

static bool may_be_added(const struct reader *reader, const struct list *list,
			 const struct dna_node *at, const struct dna_prooftype *prooftype)
{
	const struct dna_profile *profile = reader->profile;

	if ((prooftype->does & list->does) == 0)
		dna_complain(reader->complaints, at, "prooftype '%s' does not %s", prooftype->name,
			     list->verb);
	else if (holds(list, prooftype->name))
		dna_complain(reader->complaints, at, "prooftype '%s' is in this list twice",
			     prooftype->name);
	else if (profile->delegator_count + profile->prover_count == DNA_PROFILE_MAX)
		dna_complain(reader->complaints, at, "a profile holds at most %d prooftypes",
			     DNA_PROFILE_MAX);
	else
		return true;
	return false;
}

/* So that whoever wonders why it proved nothing is told. */
static int leave_out(const struct reader *reader, const struct list *list, const char *name)
{
	struct dna_profile *profile = reader->profile;
	char *copy;

	if (profile->left_out_count == DNA_PROFILE_MAX)
		return 0;
	copy = strdup(name);
	if (copy == NULL)
		return DNA_E_NOMEM;
	profile->left_out[profile->left_out_count++] =
		(struct dna_left_out){ copy, list->does == DNA_PROVES ? reader->stage : 0 };
	return 0;
}

static int add_entry(const struct reader *reader, const struct list *list,
		     const struct dna_node *name)
{
	unsigned before = reader->complaints->count;
	const struct dna_prooftype *prooftype =
		dna_prooftype_find(name, reader->section, reader->source, reader->complaints);
	struct dna_params *params;
	int r;

	if (prooftype == NULL)
		return reader->complaints->count == before ? leave_out(reader, list, name->text)
							   : 0;
	if (!may_be_added(reader, list, name, prooftype))
		return 0;
	r = dna_params_read(&params, prooftype, dna_node_get(reader->params, prooftype->name),
			    dna_node_get(reader->section, prooftype->name), reader->complaints);
	if (r == 0)
		list->entries[(*list->count)++] =
			(struct dna_profile_entry){ prooftype, params, reader->stage };
	return r == DNA_E_NOMEM ? r : 0;
}

static int add_names(const struct reader *reader, const struct list *list,
		     const struct dna_node *names)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < names->count && !dna_complaints_full(reader->complaints);
	     i++)
		r = add_entry(reader, list, names->children[i]);
	return r;
}

static struct list delegators(const struct reader *reader)
{
	return (struct list){ reader->profile->delegators, &reader->profile->delegator_count,
			      DNA_DELEGATES, "delegate" };
}

static struct list provers(const struct reader *reader)
{
	return (struct list){ reader->profile->provers, &reader->profile->prover_count, DNA_PROVES,
			      "prove" };
}

static int read_params(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	reader->params = value;
	return dna_prooftypes_check(value, false, reader->section, reader->source,
				    reader->complaints);
}

static int read_delegate(void *object, const struct dna_node *value)
{
	const struct reader *reader = object;
	struct list list = delegators(reader);

	if (value->type == DNA_NODE_SEQUENCE)
		return add_names(reader, &list, value);
	dna_complain(reader->complaints, value, "'delegate' has to be a list of prooftypes");
	return 0;
}

/* An element is a stage: a name, or a list of names. */
static int read_stage(struct reader *reader, const struct list *list, const struct dna_node *stage)
{
	size_t before = *list->count;
	int r;

	if (stage->type == DNA_NODE_SEQUENCE && stage->count == 0)
		dna_complain(reader->complaints, stage, "this stage is empty");
	r = stage->type == DNA_NODE_SEQUENCE ? add_names(reader, list, stage)
					     : add_entry(reader, list, stage);
	if (*list->count != before)
		reader->stage++;
	return r;
}

static int read_prove(void *object, const struct dna_node *value)
{
	struct reader *reader = object;
	struct list list = provers(reader);
	unsigned before = reader->complaints->count;
	int r = 0;

	if (value->type != DNA_NODE_SEQUENCE) {
		dna_complain(reader->complaints, value, "'prove' has to be a list of prooftypes");
		return 0;
	}
	for (size_t i = 0; r == 0 && i < value->count && !dna_complaints_full(reader->complaints);
	     i++)
		r = read_stage(reader, &list, value->children[i]);
	if (r == 0 && *list.count == 0 && reader->complaints->count == before)
		dna_complain(reader->complaints, value, "nothing is left to prove a domain by");
	return r;
}

static int read_anchors(void *object, const struct dna_node *value)
{
	struct reader *reader = object;
	const struct dna_files files = { reader->folder, reader->source };

	return dna_provision_anchors(&reader->profile->anchors, value, &files, reader->complaints);
}

static int read_crls(void *object, const struct dna_node *value)
{
	struct reader *reader = object;
	const struct dna_files files = { reader->folder, reader->source };

	return dna_provision_crls(&reader->profile->crls, value, &files, reader->complaints);
}

static int read_minimum(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	dna_minimum_read(value, &reader->profile->demand.minimum, reader->complaints);
	return 0;
}

static int read_withstand(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	dna_withstand_read(value, &reader->profile->demand.withstand, reader->complaints);
	return 0;
}

/* In a policy what is inherited is merged before; nothing else has a profile to extend. */
static int refuse_extends(void *object, const struct dna_node *value)
{
	struct reader *reader = object;

	dna_complain(reader->complaints, value, "there is no profile here that could be extended");
	return 0;
}

/* `params` stands first because the lists need it. */
const struct dna_key_table dna_profile_keys = {
	"a profile",
	"extends",
	(const struct dna_key[]){
		{ "extends", refuse_extends, DNA_KEY_NAME,
		  .help = "the profile that holds wherever this one says nothing" },
		{ "params", read_params, DNA_KEY_SETTINGS,
		  .help = "parameters of prooftypes, for this profile" },
		{ "delegate", read_delegate, DNA_KEY_PROOFTYPES,
		  .help = "the prooftypes that may delegate to a host" },
		{ "prove", read_prove, DNA_KEY_STAGES, true,
		  .help = "the prooftypes of which one has to prove the domain" },
		{ "minimum", read_minimum, DNA_KEY_WORD, .words = dna_minimum_words,
		  .help = "how weak a result may be" },
		{ "withstand", read_withstand, DNA_KEY_ROOTS, .words = dna_root_words,
		  .help = "trust roots that must not suffice to forge a proof" },
		{ "anchors", read_anchors, DNA_KEY_FILE,
		  .help = "trust anchors, instead of all others" },
		{ "crls", read_crls, DNA_KEY_FILE, .help = "certificate revocation lists" },
		{ .name = NULL },
	},
};

static int add_default_delegator(const struct reader *reader)
{
	struct list list = delegators(reader);
	struct dna_node name = *reader->node;
	char text[] = DEFAULT_DELEGATOR;

	if (reader->node->type != DNA_NODE_MAPPING ||
	    dna_node_get(reader->node, "delegate") != NULL)
		return 0;
	name.type = DNA_NODE_SCALAR;
	name.text = text;
	return add_entry(reader, &list, &name);
}

/* ---- As it would stand in a recording ---- */

/* Appends |name| to the last of |stages|, or as a new one: alone as a name, several as a list. */
static int add_prover_json(json_t *stages, const char *name, bool same_stage)
{
	size_t last = json_array_size(stages) - 1;
	json_t *stage;

	if (!same_stage)
		return json_array_append_new(stages, json_string(name));
	stage = json_array_get(stages, last);
	if (json_is_array(stage))
		return json_array_append_new(stage, json_string(name));
	return json_array_set_new(stages, last, json_pack("[O, s]", stage, name));
}

static int add_params_json(json_t *all, const struct dna_profile_entry *entry)
{
	if (entry->params->count == 0)
		return 0;
	return json_object_set_new(all, entry->prooftype->name, dna_params_json(entry->params));
}

static int fill_document(struct dna_profile *profile)
{
	json_t *delegate = json_array(), *prove = json_array(), *params = json_object();
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->delegator_count; i++) {
		const struct dna_profile_entry *entry = &profile->delegators[i];

		r = json_array_append_new(delegate, json_string(entry->prooftype->name));
		r = r != 0 ? r : add_params_json(params, entry);
	}
	for (size_t i = 0; r == 0 && i < profile->prover_count; i++) {
		const struct dna_profile_entry *entry = &profile->provers[i];

		r = add_prover_json(prove, entry->prooftype->name,
				    i != 0 && entry->stage == entry[-1].stage);
		r = r != 0 ? r : add_params_json(params, entry);
	}
	profile->document = json_pack("{s:o, s:o, s:o, s:s*, s:s*}", "delegate", delegate, "prove",
				      prove, "params", params, "anchors", profile->anchors.file,
				      "crls", profile->crls.file);
	if (r != 0 || profile->document == NULL)
		return DNA_E_NOMEM;
	return dna_demand_write(&profile->demand, profile->document);
}

/* ---- The profile ---- */

static int profile_new(struct dna_profile **profile, const char *name)
{
	struct dna_profile *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->references = 1;
	new->name = strdup(name);
	new->delegators = calloc(DNA_PROFILE_MAX, sizeof(*new->delegators));
	new->provers = calloc(DNA_PROFILE_MAX, sizeof(*new->provers));
	if (new->name == NULL || new->delegators == NULL || new->provers == NULL) {
		dna_profile_unref(new);
		return DNA_E_NOMEM;
	}
	*profile = new;
	return 0;
}

int dna_profile_read(struct dna_profile **profile, const char *name, const struct dna_node *node,
		     const struct dna_node *prooftypes, const char *folder,
		     const struct dna_prooftype_source *source, struct dna_complaints *complaints)
{
	struct reader reader = { .node = node,
				 .section = prooftypes,
				 .folder = folder,
				 .source = source,
				 .complaints = complaints };
	unsigned before = complaints->count;
	int r = profile_new(&reader.profile, name);

	if (r != 0)
		return r;
	reader.profile->demand = DNA_DEMAND_USUAL;
	reader.profile->line = node->line;
	reader.profile->column = node->column;
	r = dna_keys_read(node, &dna_profile_keys, &reader, complaints);
	if (r == 0)
		r = add_default_delegator(&reader);
	if (r == 0 && complaints->count != before)
		r = DNA_E_POLICY;
	if (r == 0)
		r = fill_document(reader.profile);
	if (r != 0) {
		dna_profile_unref(reader.profile);
		return r;
	}
	*profile = reader.profile;
	return 0;
}

struct dna_profile *dna_profile_ref(struct dna_profile *profile)
{
	profile->references++;
	return profile;
}

static void clear_entries(struct dna_profile_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		dna_params_free(entries[i].params);
	free(entries);
}

void dna_profile_unref(struct dna_profile *profile)
{
	if (profile == NULL || --profile->references != 0)
		return;
	clear_entries(profile->delegators, profile->delegator_count);
	clear_entries(profile->provers, profile->prover_count);
	for (size_t i = 0; i < profile->left_out_count; i++)
		free(profile->left_out[i].name);
	dna_provision_clear(&profile->anchors);
	dna_provision_clear(&profile->crls);
	json_decref(profile->document);
	free(profile->name);
	free(profile);
}

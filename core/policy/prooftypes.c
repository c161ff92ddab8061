/* The prooftypes that a policy names. */
#include "policy/prooftypes.h"
#include "base/limits.h"
#include "policy/params.h"

#include <string.h>

const struct dna_key_table dna_prooftype_keys = {
	"a prooftype",
	NULL,
	(const struct dna_key[]){
		{ "optional", NULL, DNA_KEY_BOOLEAN,
		  .help = "whether it is left out where it is not installed" },
		{ .name = NULL },
	},
};

static const char *source_name_at(const void *names, size_t index)
{
	const struct dna_prooftype_source *source = names;

	if (index >= source->count(source->argument))
		return NULL;
	return source->name_at(source->argument, index);
}

static bool is_optional(const struct dna_node *section, const char *name)
{
	const struct dna_node *entry = section != NULL ? dna_node_get(section, name) : NULL;
	const struct dna_node *value = dna_node_get(entry, "optional");
	bool optional = false;

	return value != NULL && dna_boolean_read(value, &optional) && optional;
}

static void complain(const struct dna_node *name, const struct dna_prooftype_source *source,
		     int error, struct dna_complaints *complaints)
{
	const char *refusal = source->refusal(source->argument, name->text);
	const char *nearest = dna_nearest_name(name->text, source_name_at, source);

	if (refusal == NULL)
		refusal = dna_strerror(error);
	if (error != DNA_E_NOTFOUND)
		dna_complain(complaints, name, "prooftype '%s' is refused: %s", name->text,
			     refusal);
	else if (nearest != NULL && strcmp(nearest, name->text) != 0)
		dna_complain(complaints, name, "unknown prooftype '%s'; did you mean '%s'?",
			     name->text, nearest);
	else
		dna_complain(complaints, name, "unknown prooftype '%s': %s", name->text, refusal);
}

const struct dna_prooftype *dna_prooftype_find(const struct dna_node *name,
					       const struct dna_node *section,
					       const struct dna_prooftype_source *source,
					       struct dna_complaints *complaints)
{
	const struct dna_prooftype *prooftype = NULL;
	int r;

	if (name->type != DNA_NODE_SCALAR || name->text[0] == '\0') {
		dna_complain(complaints, name, "the name of a prooftype has to stand here");
		return NULL;
	}
	r = source->load(source->argument, name->text, &prooftype);
	if (r == 0)
		return prooftype;
	if (r != DNA_E_NOTFOUND || !is_optional(section, name->text))
		complain(name, source, r, complaints);
	else
		dna_warn(complaints, name, "the prooftype '%s' is not installed, and left out",
			 name->text);
	return NULL;
}

static void check_optional(const struct dna_node *entry, struct dna_complaints *complaints)
{
	const struct dna_node *value = dna_node_get(entry, "optional");
	bool optional;

	if (value != NULL && !dna_boolean_read(value, &optional))
		dna_complain(complaints, value, "'optional' is true or false");
}

int dna_prooftypes_check(const struct dna_node *mapping, bool shared,
			 const struct dna_node *section, const struct dna_prooftype_source *source,
			 struct dna_complaints *complaints)
{
	if (mapping->type != DNA_NODE_MAPPING) {
		dna_complain(complaints, mapping,
			     "this has to be a mapping of prooftypes to their parameters");
		return 0;
	}
	if (mapping->count / 2 > DNA_PROOFTYPES_MAX) {
		dna_complain(complaints, mapping, "there are more than %d prooftypes",
			     DNA_PROOFTYPES_MAX);
		return DNA_E_POLICY;
	}
	for (size_t i = 0; i < mapping->count; i += 2) {
		const struct dna_node *entry = mapping->children[i + 1];
		const struct dna_prooftype *prooftype = dna_prooftype_find(
			mapping->children[i], shared ? mapping : section, source, complaints);
		struct dna_params *params = NULL;
		int r = 0;

		if (shared)
			check_optional(entry, complaints);
		if (prooftype != NULL)
			r = dna_params_read(&params, prooftype, shared ? NULL : entry,
					    shared ? entry : NULL, complaints);
		dna_params_free(params);
		if (r == DNA_E_NOMEM)
			return r;
	}
	return 0;
}

/* Parameters of a prooftype. */
#include "policy/params.h"
#include "base/limits.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One value on its way: where it stands, and for whom it is. */
struct reading {
	const struct dna_prooftype *prooftype;
	const struct dna_param *param;
	struct dna_complaints *complaints;
};

/* "parameter 'usages' of dane: 4 is not from 0 to 3" */
static int refuse(const struct reading *reading, const struct dna_node *at, const char *wanted)
{
	if (at->type == DNA_NODE_SCALAR)
		dna_complain(reading->complaints, at, "parameter '%s' of %s: '%s' is not %s",
			     reading->param->name, reading->prooftype->name, at->text, wanted);
	else
		dna_complain(reading->complaints, at, "parameter '%s' of %s: this is not %s",
			     reading->param->name, reading->prooftype->name, wanted);
	return DNA_E_POLICY;
}

static int refuse_length(const struct reading *reading, const struct dna_node *at)
{
	dna_complain(reading->complaints, at,
		     "parameter '%s' of %s: this is longer than %d elements", reading->param->name,
		     reading->prooftype->name, DNA_PARAM_LIST_MAX);
	return DNA_E_POLICY;
}

/* ---- Each type: 0, or an error after a complaint ---- */

bool dna_boolean_read(const struct dna_node *node, bool *value)
{
	if (node->type != DNA_NODE_SCALAR || node->quoted ||
	    (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0))
		return false;
	*value = node->text[0] == 't';
	return true;
}

static int read_boolean(const struct reading *reading, const struct dna_node *node, bool *value)
{
	return dna_boolean_read(node, value) ? 0 : refuse(reading, node, "true or false");
}

static int read_integer(const struct reading *reading, const struct dna_node *node, int64_t *value)
{
	const struct dna_param *param = reading->param;
	char *end, wanted[80];
	intmax_t number;

	if (node->type != DNA_NODE_SCALAR || node->quoted ||
	    !isdigit((unsigned char)node->text[node->text[0] == '-']))
		return refuse(reading, node, "an integer");
	errno = 0;
	number = strtoimax(node->text, &end, 10);
	if (*end != '\0')
		return refuse(reading, node, "an integer");
	if (errno == ERANGE)
		return refuse(reading, node, "an integer of 64 bits");
	if ((param->least != 0 || param->most != 0) &&
	    (number < param->least || number > param->most)) {
		snprintf(wanted, sizeof(wanted), "from %" PRId64 " to %" PRId64, param->least,
			 param->most);
		return refuse(reading, node, wanted);
	}
	*value = number;
	return 0;
}

static bool is_choice(const struct dna_param *param, const char *word)
{
	if (param->choices == NULL)
		return true;
	for (size_t i = 0; param->choices[i] != NULL; i++)
		if (strcmp(param->choices[i], word) == 0)
			return true;
	return false;
}

static int refuse_choice(const struct reading *reading, const struct dna_node *node)
{
	struct dna_buffer wanted;

	dna_buffer_init(&wanted, 0);
	dna_buffer_text(&wanted, "one of ");
	for (size_t i = 0; reading->param->choices[i] != NULL; i++)
		dna_buffer_format(&wanted, "%s%s", i != 0 ? ", " : "", reading->param->choices[i]);
	refuse(reading, node, wanted.error == 0 ? (char *)wanted.data : "among the choices");
	dna_buffer_clear(&wanted);
	return DNA_E_POLICY;
}

static int read_word(const struct reading *reading, const struct dna_node *node, char **value)
{
	if (node->type != DNA_NODE_SCALAR || dna_node_is_nothing(node))
		return refuse(reading, node, "a word");
	if (!is_choice(reading->param, node->text))
		return refuse_choice(reading, node);
	*value = strdup(node->text);
	return *value != NULL ? 0 : DNA_E_NOMEM;
}

static int read_integers(const struct reading *reading, const struct dna_node *node,
			 struct dna_param_value *value)
{
	int r = 0;

	if (node->type != DNA_NODE_SEQUENCE)
		return refuse(reading, node, "a list of integers");
	value->integers = calloc(node->count + 1, sizeof(*value->integers));
	if (value->integers == NULL)
		return DNA_E_NOMEM;
	value->count = node->count;
	for (size_t i = 0; r == 0 && i < node->count; i++)
		r = read_integer(reading, node->children[i], &value->integers[i]);
	return r;
}

static int read_words(const struct reading *reading, const struct dna_node *node,
		      struct dna_param_value *value)
{
	int r = 0;

	if (node->type != DNA_NODE_SEQUENCE)
		return refuse(reading, node, "a list of words");
	value->words = calloc(node->count + 1, sizeof(*value->words));
	if (value->words == NULL)
		return DNA_E_NOMEM;
	value->count = node->count;
	for (size_t i = 0; r == 0 && i < node->count; i++)
		r = read_word(reading, node->children[i], &value->words[i]);
	return r;
}

static int read_value(const struct reading *reading, const struct dna_node *node,
		      struct dna_param_value *value)
{
	if (node->type == DNA_NODE_SEQUENCE && node->count > DNA_PARAM_LIST_MAX)
		return refuse_length(reading, node);
	switch ((enum dna_param_type)reading->param->type) {
	case DNA_PARAM_BOOL:
		return read_boolean(reading, node, &value->boolean);
	case DNA_PARAM_INT:
		return read_integer(reading, node, &value->integer);
	case DNA_PARAM_WORD:
		return read_word(reading, node, &value->word);
	case DNA_PARAM_INTS:
		return read_integers(reading, node, value);
	case DNA_PARAM_WORDS:
		return read_words(reading, node, value);
	}
	return DNA_E_INVALID;
}

/* ---- All of a prooftype's ---- */

/* The default is text of the prooftype's author and is read like the operator's. */
static int read_default(const struct reading *reading, struct dna_param_value *value)
{
	const char *initial = reading->param->initial;
	struct dna_bytes text = { (const uint8_t *)initial, strlen(initial) };
	struct dna_node *node = NULL;
	unsigned before = reading->complaints->count;
	int r = dna_node_read_yaml(&node, text, reading->complaints);

	if (r == 0 && reading->complaints->count != before)
		r = DNA_E_POLICY;
	if (r == 0) {
		node->line = 0;
		r = read_value(reading, node, value);
	}
	dna_node_free(node);
	return r;
}

static const char *param_name_at(const void *params, size_t index)
{
	return params != NULL ? ((const struct dna_param *)params)[index].name : NULL;
}

static bool is_declared(const struct dna_prooftype *prooftype, const char *name)
{
	const char *declared;

	for (size_t i = 0; (declared = param_name_at(prooftype->params, i)) != NULL; i++)
		if (strcmp(declared, name) == 0)
			return true;
	return false;
}

static void refuse_unknown(const struct dna_prooftype *prooftype, const struct dna_node *key,
			   struct dna_complaints *complaints)
{
	const char *nearest = dna_nearest_name(key->text, param_name_at, prooftype->params);

	if (nearest != NULL)
		dna_complain(complaints, key, "%s has no parameter '%s'; did you mean '%s'?",
			     prooftype->name, key->text, nearest);
	else
		dna_complain(complaints, key, "%s has no parameter '%s'", prooftype->name,
			     key->text);
}

/* Whether |mapping| holds parameters alone; in a policy's section `optional` may stand beside. */
static bool check_keys(const struct dna_prooftype *prooftype, const struct dna_node *mapping,
		       bool shared, struct dna_complaints *complaints)
{
	bool valid = true;

	if (mapping == NULL || dna_node_is_nothing(mapping))
		return true;
	if (mapping->type != DNA_NODE_MAPPING) {
		dna_complain(complaints, mapping,
			     "the parameters of %s have to be a mapping of names to values",
			     prooftype->name);
		return false;
	}
	for (size_t i = 0; i < mapping->count; i += 2) {
		const struct dna_node *key = mapping->children[i];

		if (is_declared(prooftype, key->text) ||
		    (shared && strcmp(key->text, "optional") == 0))
			continue;
		refuse_unknown(prooftype, key, complaints);
		valid = false;
	}
	return valid;
}

/* Each value, also after a complaint about another. */
static int fill(struct dna_params *params, const struct dna_node *own,
		const struct dna_node *shared, struct dna_complaints *complaints)
{
	int error = 0;

	for (size_t i = 0; i < params->count; i++) {
		struct reading reading = { params->prooftype, &params->prooftype->params[i],
					   complaints };
		const struct dna_node *node = dna_node_get(own, reading.param->name);
		int r;

		if (node == NULL)
			node = dna_node_get(shared, reading.param->name);
		r = node != NULL ? read_value(&reading, node, &params->values[i])
				 : read_default(&reading, &params->values[i]);
		if (r == DNA_E_NOMEM)
			return r;
		if (r != 0)
			error = DNA_E_POLICY;
	}
	return error;
}

int dna_params_read(struct dna_params **params, const struct dna_prooftype *prooftype,
		    const struct dna_node *own, const struct dna_node *shared,
		    struct dna_complaints *complaints)
{
	bool valid = check_keys(prooftype, own, false, complaints);
	struct dna_params *new = calloc(1, sizeof(*new));
	int r = DNA_E_NOMEM;

	valid = check_keys(prooftype, shared, true, complaints) && valid;
	if (new == NULL)
		return r;
	new->prooftype = prooftype;
	while (param_name_at(prooftype->params, new->count) != NULL)
		new->count++;
	new->values = calloc(new->count + 1, sizeof(*new->values));
	if (new->values != NULL)
		r = fill(new, own, shared, complaints);
	if (r == 0 && !valid)
		r = DNA_E_POLICY;
	if (r != 0) {
		dna_params_free(new);
		return r;
	}
	*params = new;
	return 0;
}

void dna_params_free(struct dna_params *params)
{
	if (params == NULL)
		return;
	for (size_t i = 0; params->values != NULL && i < params->count; i++) {
		struct dna_param_value *value = &params->values[i];

		for (size_t j = 0; value->words != NULL && j < value->count; j++)
			free(value->words[j]);
		free(value->words);
		free(value->integers);
		free(value->word);
	}
	free(params->values);
	free(params);
}

const struct dna_param_value *dna_params_get(const struct dna_params *params, const char *name)
{
	for (size_t i = 0; i < params->count; i++)
		if (strcmp(params->prooftype->params[i].name, name) == 0)
			return &params->values[i];
	return NULL;
}

/* ---- As JSON ---- */

static json_t *list_json(const struct dna_param_value *value)
{
	json_t *list = json_array();

	for (size_t i = 0; i < value->count; i++) {
		json_t *element = value->words != NULL ? json_string(value->words[i])
						       : json_integer(value->integers[i]);

		if (json_array_append_new(list, element) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *value_json(const struct dna_param *param, const struct dna_param_value *value)
{
	switch ((enum dna_param_type)param->type) {
	case DNA_PARAM_BOOL:
		return json_boolean(value->boolean);
	case DNA_PARAM_INT:
		return json_integer(value->integer);
	case DNA_PARAM_WORD:
		return json_string(value->word);
	case DNA_PARAM_INTS:
	case DNA_PARAM_WORDS:
		return list_json(value);
	}
	return NULL;
}

json_t *dna_params_json(const struct dna_params *params)
{
	json_t *object = json_object();

	for (size_t i = 0; i < params->count; i++) {
		const struct dna_param *param = &params->prooftype->params[i];

		if (json_object_set_new(object, param->name,
					value_json(param, &params->values[i])) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

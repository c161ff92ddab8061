/*
 * The language of policies as a JSON schema. It says what can be said of a policy by its looks; which
 * names stand for something, only the reader knows.
 */
#include "policy/schema.h"
#include "base/limits.h"
#include "policy/reader.h"

/* Roughly; the reader prepares the name. */
#define ADDRESS_PATTERN "[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"
#define DOMAINS_PATTERN                                                  \
	"^(\\*|(\\*\\.)?[^\\s*@/:.\\[\\]]+(\\.[^\\s*@/:.\\[\\]]+)*\\.?|" \
	"\\[" ADDRESS_PATTERN "\\]|" ADDRESS_PATTERN ")$"
#define ENDPOINT_PATTERN "^(\\[[0-9A-Fa-f:.]+\\]|[^\\s:,\\[\\]]+)(:[1-9][0-9]{0,4})?(,direct)?$"

/* ---- Small schemas ---- */

static json_t *words_schema(const char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i] != NULL; i++)
		json_array_append_new(list, json_string(words[i]));
	return json_pack("{s:o}", "enum", list);
}

static json_t *list_schema(json_t *items)
{
	return json_pack("{s:s, s:o}", "type", "array", "items", items);
}

static json_t *text_schema(void)
{
	return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
}

static json_t *pattern_schema(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *roots_schema(const char *const *words)
{
	json_t *schema = words_schema(words);

	json_array_append_new(json_object_get(schema, "enum"), json_string("any"));
	return json_pack("{s:[{s:s}, o]}", "anyOf", "const", "any", list_schema(schema));
}

static json_t *stages_schema(void)
{
	json_t *stage = list_schema(text_schema());
	json_t *list;

	json_object_set_new(stage, "minItems", json_integer(1));
	list = list_schema(json_pack("{s:[o, o]}", "anyOf", text_schema(), stage));
	json_object_set_new(list, "minItems", json_integer(1));
	return list;
}

/* ---- Parameters of prooftypes ---- */

static json_t *integer_schema(const struct dna_param *param)
{
	json_t *schema = json_pack("{s:s}", "type", "integer");

	if (param->least != 0 || param->most != 0) {
		json_object_set_new(schema, "minimum", json_integer(param->least));
		json_object_set_new(schema, "maximum", json_integer(param->most));
	}
	return schema;
}

static json_t *word_schema(const struct dna_param *param)
{
	return param->choices != NULL ? words_schema(param->choices)
				      : json_pack("{s:s}", "type", "string");
}

static json_t *param_list_schema(json_t *items)
{
	json_t *schema = list_schema(items);

	json_object_set_new(schema, "maxItems", json_integer(DNA_PARAM_LIST_MAX));
	return schema;
}

static json_t *value_schema(const struct dna_param *param)
{
	switch ((enum dna_param_type)param->type) {
	case DNA_PARAM_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case DNA_PARAM_INT:
		return integer_schema(param);
	case DNA_PARAM_WORD:
		return word_schema(param);
	case DNA_PARAM_INTS:
		return param_list_schema(integer_schema(param));
	case DNA_PARAM_WORDS:
		return param_list_schema(word_schema(param));
	}
	return json_object();
}

static json_t *table_schema(const struct dna_key_table *table,
			    const struct dna_prooftype_source *source);

/* Of one prooftype: its parameters, and the keys of |beside|. */
static json_t *prooftype_schema(const struct dna_prooftype *prooftype,
				const struct dna_key_table *beside,
				const struct dna_prooftype_source *source)
{
	json_t *schema = beside != NULL ? table_schema(beside, source)
					: json_pack("{s:{}, s:b}", "properties",
						    "additionalProperties", false);
	json_t *properties = json_object_get(schema, "properties");

	for (const struct dna_param *param = prooftype->params;
	     param != NULL && param->name != NULL; param++) {
		json_t *value = value_schema(param);

		if (param->help != NULL)
			json_object_set_new(value, "description", json_string(param->help));
		json_object_set_new(properties, param->name, value);
	}
	json_object_set_new(schema, "type", json_pack("[s, s]", "object", "null"));
	if (prooftype->about != NULL)
		json_object_set_new(schema, "description", json_string(prooftype->about));
	return schema;
}

static json_t *settings_schema(const struct dna_key_table *beside,
			       const struct dna_prooftype_source *source)
{
	json_t *properties = json_object();

	for (size_t i = 0; i < source->count(source->argument); i++) {
		const char *name = source->name_at(source->argument, i);
		const struct dna_prooftype *prooftype;

		if (source->load(source->argument, name, &prooftype) == 0)
			json_object_set_new(properties, name,
					    prooftype_schema(prooftype, beside, source));
	}
	return json_pack("{s:s, s:o, s:{s:[s, s]}}", "type", "object", "properties", properties,
			 "additionalProperties", "type", "object", "null");
}

/* ---- Keys ---- */

static json_t *named_schema(json_t *value)
{
	return json_pack("{s:s, s:{s:i}, s:i, s:o}", "type", "object", "propertyNames", "minLength",
			 1, "maxProperties", DNA_PROFILES_MAX, "additionalProperties", value);
}

static json_t *key_schema(const struct dna_key *key, const struct dna_prooftype_source *source)
{
	switch (key->type) {
	case DNA_KEY_VERSION:
		return json_pack("{s:i}", "const", 1);
	case DNA_KEY_WORD:
		return words_schema(key->words);
	case DNA_KEY_ROOTS:
		return roots_schema(key->words);
	case DNA_KEY_NAME:
	case DNA_KEY_FILE:
		return text_schema();
	case DNA_KEY_PROOFTYPES:
		return list_schema(text_schema());
	case DNA_KEY_STAGES:
		return stages_schema();
	case DNA_KEY_SETTINGS:
		return settings_schema(key->inner, source);
	case DNA_KEY_DOMAINS:
		return pattern_schema(DOMAINS_PATTERN);
	case DNA_KEY_ENDPOINT:
		return pattern_schema(ENDPOINT_PATTERN);
	case DNA_KEY_BOOLEAN:
		return json_pack("{s:s}", "type", "boolean");
	case DNA_KEY_MAPPING:
		return table_schema(key->inner, source);
	case DNA_KEY_LIST:
		return list_schema(table_schema(key->inner, source));
	case DNA_KEY_NAMED:
		return named_schema(table_schema(key->inner, source));
	}
	return json_object();
}

/* What is required, unless it is inherited. */
static void require(json_t *schema, const struct dna_key_table *table, json_t *names)
{
	if (json_array_size(names) == 0)
		json_decref(names);
	else if (table->inherits == NULL)
		json_object_set_new(schema, "required", names);
	else
		json_object_set_new(schema, "anyOf",
				    json_pack("[{s:o}, {s:[s]}]", "required", names, "required",
					      table->inherits));
}

static json_t *table_schema(const struct dna_key_table *table,
			    const struct dna_prooftype_source *source)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *schema = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties",
				   false, "properties", properties);

	for (const struct dna_key *key = table->keys; key->name != NULL; key++) {
		json_t *value = key_schema(key, source);

		json_object_set_new(value, "description", json_string(key->help));
		json_object_set_new(properties, key->name, value);
		if (key->required)
			json_array_append_new(required, json_string(key->name));
	}
	require(schema, table, required);
	return schema;
}

json_t *dna_policy_schema(const struct dna_prooftype_source *source)
{
	json_t *schema = table_schema(&dna_policy_keys, source);

	json_object_set_new(schema, "$schema",
			    json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(schema, "title", json_string("A policy of libdna, dna-policy(5)"));
	return schema;
}

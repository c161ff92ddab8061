/* The tree of text with positions. */
#include "policy/node.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

struct dna_node *dna_node_new(enum dna_node_type type, unsigned line, unsigned column)
{
	struct dna_node *node = calloc(1, sizeof(*node));

	if (node != NULL)
		*node = (struct dna_node){ .type = type, .line = line, .column = column };
	return node;
}

int dna_node_add(struct dna_node *parent, struct dna_node *child)
{
	size_t count = parent->count;

	/* The room doubles when the count reaches it, so that it need not be remembered. */
	if ((count & (count - 1)) == 0) {
		size_t room = count == 0 ? 1 : count * 2;
		struct dna_node **children =
			realloc(parent->children, room * sizeof(struct dna_node *));

		if (children == NULL) {
			dna_node_free(child);
			return DNA_E_NOMEM;
		}
		parent->children = children;
	}
	parent->children[parent->count++] = child;
	return 0;
}

void dna_node_free(struct dna_node *node)
{
	if (node == NULL)
		return;
	for (size_t i = 0; i < node->count; i++)
		dna_node_free(node->children[i]);
	free(node->children);
	free(node->text);
	free(node);
}

const struct dna_node *dna_node_get(const struct dna_node *mapping, const char *key)
{
	if (mapping == NULL || mapping->type != DNA_NODE_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->count; i += 2)
		if (strcmp(mapping->children[i]->text, key) == 0)
			return mapping->children[i + 1];
	return NULL;
}

bool dna_node_is_nothing(const struct dna_node *node)
{
	return node->type == DNA_NODE_SCALAR && !node->quoted && node->text[0] == '\0';
}

/* ---- From JSON ---- */

static int read_json(struct dna_node **node, const json_t *json, unsigned depth);

static int add_json(struct dna_node *parent, const json_t *json, unsigned depth)
{
	struct dna_node *child;
	int r = read_json(&child, json, depth);

	return r != 0 ? r : dna_node_add(parent, child);
}

static int add_text(struct dna_node *parent, const char *text)
{
	struct dna_node *child = dna_node_new(DNA_NODE_SCALAR, 0, 0);

	if (child == NULL)
		return DNA_E_NOMEM;
	child->quoted = true;
	child->text = strdup(text);
	if (child->text == NULL) {
		dna_node_free(child);
		return DNA_E_NOMEM;
	}
	return dna_node_add(parent, child);
}

static int fill_array(struct dna_node *node, const json_t *json, unsigned depth)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_array_size(json); i++)
		r = add_json(node, json_array_get(json, i), depth + 1);
	return r;
}

static int fill_object(struct dna_node *node, const json_t *json, unsigned depth)
{
	json_t *object = (json_t *)json; /* jansson's iterator is not const; nothing is changed */
	int r = 0;

	for (void *i = json_object_iter(object); r == 0 && i != NULL;
	     i = json_object_iter_next(object, i)) {
		r = add_text(node, json_object_iter_key(i));
		if (r == 0)
			r = add_json(node, json_object_iter_value(i), depth + 1);
	}
	return r;
}

static int fill_scalar(struct dna_node *node, const json_t *json)
{
	const char *string = json_string_value(json);

	node->quoted = string != NULL;
	if (string != NULL && strlen(string) != json_string_length(json))
		return DNA_E_SYNTAX;
	if (string != NULL)
		node->text = strdup(string);
	else if (json_is_null(json))
		node->text = strdup("");
	else
		node->text = json_dumps(json, JSON_ENCODE_ANY);
	return node->text != NULL ? 0 : DNA_E_NOMEM;
}

static int read_json(struct dna_node **node, const json_t *json, unsigned depth)
{
	struct dna_node *new;
	int r;

	if (depth > DNA_YAML_DEPTH_MAX)
		return DNA_E_LIMIT;
	new = dna_node_new(json_is_array(json)    ? DNA_NODE_SEQUENCE
			   : json_is_object(json) ? DNA_NODE_MAPPING
						  : DNA_NODE_SCALAR,
			   0, 0);
	if (new == NULL)
		return DNA_E_NOMEM;
	if (new->type == DNA_NODE_SEQUENCE)
		r = fill_array(new, json, depth);
	else if (new->type == DNA_NODE_MAPPING)
		r = fill_object(new, json, depth);
	else
		r = fill_scalar(new, json);
	if (r != 0) {
		dna_node_free(new);
		return r;
	}
	*node = new;
	return 0;
}

int dna_node_from_json(struct dna_node **node, const json_t *json)
{
	return read_json(node, json, 1);
}

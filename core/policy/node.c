/* The tree of text with positions, and complaints about it. */
#include "policy/node.h"
#include "base/limits.h"
#include "base/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPLAINTS_SIZE_MAX (32L * 1024)

/* A scalar that is quoted may hold anything; a line for people, or a terminal, may not. */
static void remove_controls(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
		else if (c[0] < 0x20 || c[0] == 0x7f)
			c[0] = '?';
	}
}

/* Cut between characters, not inside one. */
static void end_in_dots(char sentence[DNA_REASON_MAX + 1])
{
	size_t end = DNA_REASON_MAX - 3;

	while (((unsigned char)sentence[end] & 0xc0) == 0x80)
		end--;
	memcpy(sentence + end, "...", 4);
}

static void add_line(struct dna_complaints *complaints, const char *line)
{
	const struct dna_buffer *text = &complaints->text;

	if (text->size >= (size_t)COMPLAINTS_SIZE_MAX)
		return;
	if (text->size == 0 || strstr((const char *)text->data, line) == NULL)
		dna_buffer_text(&complaints->text, line);
}

void dna_complain(struct dna_complaints *complaints, const struct dna_node *at, const char *format,
		  ...)
{
	char sentence[DNA_REASON_MAX + 1], position[32] = "";
	struct dna_buffer line;
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) > DNA_REASON_MAX)
		end_in_dots(sentence);
	va_end(arguments);
	remove_controls(sentence);
	if (at != NULL && at->line != 0)
		snprintf(position, sizeof(position), ":%u:%u", at->line, at->column);

	dna_buffer_init(&line, 0);
	if (dna_buffer_format(&line, "%s%s: %s\n", complaints->name, position, sentence) == 0)
		add_line(complaints, (char *)line.data);
	dna_buffer_clear(&line);
	complaints->count++;
}

const char *dna_nearest_name(const char *word,
			     const char *(*name_at)(const void *names, size_t index),
			     const void *names)
{
	const char **words, *nearest = NULL;
	size_t count = 0;

	while (name_at(names, count) != NULL)
		count++;
	words = calloc(count + 1, sizeof(*words));
	for (size_t i = 0; words != NULL && i < count; i++)
		words[i] = name_at(names, i);
	if (words != NULL)
		nearest = dna_nearest(word, words, count);
	free(words);
	return nearest;
}

void dna_complain_unknown(struct dna_complaints *complaints, const struct dna_node *at,
			  const char *what, const char *(*name_at)(const void *names, size_t index),
			  const void *names)
{
	const char *nearest = dna_nearest_name(at->text, name_at, names);

	if (nearest != NULL)
		dna_complain(complaints, at, "unknown %s '%s'; did you mean '%s'?", what, at->text,
			     nearest);
	else
		dna_complain(complaints, at, "unknown %s '%s'", what, at->text);
}

char *dna_complaints_steal(struct dna_complaints *complaints)
{
	size_t size = complaints->text.size;
	char *text;

	if (size == 0)
		return NULL;
	text = dna_buffer_steal(&complaints->text);
	if (text != NULL)
		text[size - 1] = '\0';
	return text;
}

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

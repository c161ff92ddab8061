/*
 * Profiles that extend others. What is merged are mappings alone, which are made anew; they share
 * everything else with the text that they come from, so that a long list costs nothing when it is
 * inherited a thousand times.
 */
#include "policy/extends.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define EXTENDS "extends"

/* A profile and those above it. */
struct line {
	const char *names[DNA_EXTENDS_MAX + 1];
	const struct dna_node *nodes[DNA_EXTENDS_MAX + 1];
	size_t count;
};

/* ---- Who extends whom ---- */

static const char *profile_name_at(const void *names, size_t index)
{
	const struct dna_node *profiles = names;

	return 2 * index < profiles->count ? profiles->children[2 * index]->text : NULL;
}

static bool is_in(const struct line *line, const char *name)
{
	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->names[i], name) == 0)
			return true;
	return false;
}

/* One more above. DNA_E_POLICY after a complaint. */
static int climb(struct line *line, const struct dna_node *profiles, const struct dna_node *name,
		 struct dna_complaints *complaints)
{
	const struct dna_node *above =
		name->type == DNA_NODE_SCALAR ? dna_node_get(profiles, name->text) : NULL;

	if (name->type != DNA_NODE_SCALAR)
		dna_complain(complaints, name, "the name of a profile has to stand here");
	else if (is_in(line, name->text))
		dna_complain(complaints, name, "the profile '%s' would extend itself", name->text);
	else if (above == NULL)
		dna_complain_unknown(complaints, name, "profile", profile_name_at, profiles);
	else if (line->count > DNA_EXTENDS_MAX)
		dna_complain(complaints, name, "'%s' extends more than %d profiles", line->names[0],
			     DNA_EXTENDS_MAX);
	else if (above->type == DNA_NODE_MAPPING) {
		line->names[line->count] = name->text;
		line->nodes[line->count++] = above;
		return 0;
	}
	return DNA_E_POLICY; /* of one that is no mapping it is said where it stands */
}

/* ---- Merging ---- */

/* Of a mapping that was merged the values that are mappings are its own, and nothing else is. */
static void release(struct dna_node *merged)
{
	for (size_t i = 1; i < merged->count; i += 2)
		if (merged->children[i]->type == DNA_NODE_MAPPING)
			release(merged->children[i]);
	free(merged->children);
	free(merged);
}

/* The place of the value of |key|; SIZE_MAX without memory. A new one has none yet. */
static size_t place_of(struct dna_node *merged, struct dna_node *key)
{
	struct dna_node **children;

	for (size_t i = 0; i < merged->count; i += 2)
		if (strcmp(merged->children[i]->text, key->text) == 0)
			return i + 1;
	children = realloc(merged->children, (merged->count + 2) * sizeof(struct dna_node *));
	if (children == NULL)
		return SIZE_MAX;
	merged->children = children;
	children[merged->count] = key;
	children[merged->count + 1] = key; /* a word, which is replaced */
	merged->count += 2;
	return merged->count - 1;
}

static int merge(struct dna_node *merged, const struct dna_node *layer, unsigned depth);

/* A prooftype of which a profile says nothing keeps what was said of it. */
static bool adds_nothing(const struct dna_node *mapping, const struct dna_node *value,
			 unsigned depth)
{
	return depth > 0 && mapping->type == DNA_NODE_MAPPING && dna_node_is_nothing(value);
}

static int merge_value(struct dna_node **place, struct dna_node *value, unsigned depth)
{
	struct dna_node *mapping = *place;

	if (adds_nothing(mapping, value, depth))
		return 0;
	if (value->type != DNA_NODE_MAPPING) {
		*place = value;
		if (mapping->type == DNA_NODE_MAPPING)
			release(mapping);
		return 0;
	}
	if (mapping->type != DNA_NODE_MAPPING) {
		mapping = dna_node_new(DNA_NODE_MAPPING, value->line, value->column);
		if (mapping == NULL)
			return DNA_E_NOMEM;
		*place = mapping;
	}
	return merge(mapping, value, depth + 1);
}

static int merge(struct dna_node *merged, const struct dna_node *layer, unsigned depth)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < layer->count; i += 2) {
		struct dna_node *key = layer->children[i];
		size_t place;

		if (depth == 0 && strcmp(key->text, EXTENDS) == 0)
			continue;
		place = place_of(merged, key);
		r = place == SIZE_MAX
			    ? DNA_E_NOMEM
			    : merge_value(&merged->children[place], layer->children[i + 1], depth);
		if (r == 0)
			merged->children[place - 1] = key;
	}
	return r;
}

int dna_extend(struct dna_node **merged, const struct dna_node *profiles, const char *name,
	       const struct dna_node *node, struct dna_complaints *complaints)
{
	struct line line = { { name }, { node }, 1 };
	const struct dna_node *extends = dna_node_get(node, EXTENDS);
	struct dna_node *new;
	int r = 0;

	while (r == 0 && extends != NULL) {
		r = climb(&line, profiles, extends, complaints);
		extends = dna_node_get(line.nodes[line.count - 1], EXTENDS);
	}
	if (r != 0)
		return r;
	new = dna_node_new(DNA_NODE_MAPPING, node->line, node->column);
	if (new == NULL)
		return DNA_E_NOMEM;
	while (r == 0 && line.count-- > 0)
		r = merge(new, line.nodes[line.count], 0);
	if (r != 0) {
		release(new);
		return r;
	}
	*merged = new;
	return 0;
}

void dna_extended_free(struct dna_node *merged)
{
	if (merged != NULL)
		release(merged);
}

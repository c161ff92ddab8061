/*
 * A small tree of text with positions: what a YAML policy and a recording's JSON "profile" have in
 * common, so that one reader gives both their meaning.
 */
#ifndef DNA_POLICY_NODE_H
#define DNA_POLICY_NODE_H

#include "policy/complaints.h"

#include <jansson.h>

enum dna_node_type { DNA_NODE_SCALAR, DNA_NODE_SEQUENCE, DNA_NODE_MAPPING };

struct dna_node {
	enum dna_node_type type;
	char *text;                 /* of a scalar */
	bool quoted;                /* a quoted scalar is a word, never a number or a boolean */
	struct dna_node **children; /* of a mapping: key, value, key, value, ... */
	size_t count;               /* of children */
	unsigned line, column;      /* from 1; 0: unknown */
};

/*
 * Read one YAML document: bounded in size, depth and scalars; anchors, aliases, tags, duplicate
 * keys and further documents are refused. DNA_E_SYNTAX, DNA_E_LIMIT with a complaint. What is
 * complained about and yet understood, as a tag is, does not stop it: the node is there for whoever
 * looks for more mistakes, and of no use beyond that.
 */
int dna_node_read_yaml(struct dna_node **node, struct dna_bytes text,
		       struct dna_complaints *complaints);
/*
 * The same tree from JSON; strings are quoted scalars, numbers and booleans plain ones, null an
 * empty plain one.
 */
int dna_node_from_json(struct dna_node **node, const json_t *json);
void dna_node_free(struct dna_node *node);

/* The value of |key| in a mapping, or NULL. */
const struct dna_node *dna_node_get(const struct dna_node *mapping, const char *key);
/* Whether it is a value that was left out: `pkix:` with nothing behind it, or null in JSON. */
bool dna_node_is_nothing(const struct dna_node *node);

/*
 * For readers: a new node, and putting it into its parent, which owns it from then on, also when
 * that fails.
 */
struct dna_node *dna_node_new(enum dna_node_type type, unsigned line, unsigned column);
int dna_node_add(struct dna_node *parent, struct dna_node *child);

#endif

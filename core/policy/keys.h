/*
 * Reading a mapping by a table of its keys, so that everything which may stand in a policy can be
 * read off such tables. What is wrong with the text is complained about and does not stop the
 * reader; only an error of the process does.
 */
#ifndef DNA_POLICY_KEYS_H
#define DNA_POLICY_KEYS_H

#include "policy/node.h"

/* What stands behind a key. */
enum dna_key_type {
	DNA_KEY_VERSION,    /* that of the language */
	DNA_KEY_WORD,       /* one of |words| */
	DNA_KEY_ROOTS,      /* a list of |words|, or "any" */
	DNA_KEY_NAME,       /* of a profile */
	DNA_KEY_PROOFTYPES, /* a list of their names */
	DNA_KEY_STAGES,     /* a list of names of prooftypes, and of such lists */
	DNA_KEY_SETTINGS, /* prooftypes to parameters, and to the keys of |inner| if there is one */
	DNA_KEY_DOMAINS,  /* a domain, "*." and a domain, or "*" */
	DNA_KEY_ENDPOINT, /* "host:port" */
	DNA_KEY_FILE,
	DNA_KEY_BOOLEAN,
	DNA_KEY_MAPPING, /* of the keys of |inner| */
	DNA_KEY_LIST,    /* of such mappings */
	DNA_KEY_NAMED    /* names to such mappings */
};

struct dna_key {
	const char *name;
	/* Returns 0, also after a complaint, or what is to stop the reader. */
	int (*read)(void *object, const struct dna_node *value);
	enum dna_key_type type;
	bool required;
	const char *help; /* a phrase */
	const char *const *words;
	const struct dna_key_table *inner;
};

struct dna_key_table {
	const char *what;           /* "a rule" */
	const char *inherits;       /* the key that may bring what is required; NULL: there is none */
	const struct dna_key *keys; /* the last has no name */
};

/*
 * Call the readers of the keys that |mapping| has, in the order of the table: a key may rely on those
 * that stand above it.
 */
int dna_keys_read(const struct dna_node *mapping, const struct dna_key_table *table, void *object,
		  struct dna_complaints *complaints);

#endif

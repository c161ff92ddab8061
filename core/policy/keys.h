/*
 * Reading a mapping by a table of its keys, so that everything which may stand in a policy can be
 * read off such tables. What is wrong with the text is complained about and does not stop the
 * reader; only an error of the process does.
 */
#ifndef DNA_POLICY_KEYS_H
#define DNA_POLICY_KEYS_H

#include "policy/node.h"

struct dna_key {
	const char *name;
	/* Returns 0, also after a complaint, or what is to stop the reader. */
	int (*read)(void *object, const struct dna_node *value);
	bool required;
};

/*
 * Call the readers of the keys that |mapping| has, in the order of the table, which ends with a
 * NULL name: a key may rely on those that stand above it. |what| it is: "a rule".
 */
int dna_keys_read(const struct dna_node *mapping, const char *what, const struct dna_key *keys,
		  void *object, struct dna_complaints *complaints);

#endif

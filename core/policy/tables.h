/* The files that `remotes` and `locals` name, read into a domain table. */
#ifndef DNA_POLICY_TABLES_H
#define DNA_POLICY_TABLES_H

#include "policy/domains.h"
#include "policy/reader.h"

/*
 * |value| is the name of a file, or a pattern for names of files. Returns 0, also after a complaint:
 * |*table| holds what is right then.
 */
int dna_reader_table(const struct dna_policy_reader *reader, const struct dna_node *value,
		     struct dna_domains **table);

#endif

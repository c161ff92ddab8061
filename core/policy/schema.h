/* The language of policies as a JSON schema, for editors: from the tables that the reader reads by. */
#ifndef DNA_POLICY_SCHEMA_H
#define DNA_POLICY_SCHEMA_H

#include "policy/profile.h"

/*
 * Draft 2020-12. Parameters are those of the prooftypes that |source| has; others are allowed any.
 * NULL without memory.
 */
json_t *dna_policy_schema(const struct dna_prooftype_source *source);

#endif

/*
 * A profile: which prooftypes delegate and prove, in which stages, with which parameters. Complete
 * and checked: what reads it never meets an invalid one.
 */
#ifndef DNA_POLICY_PROFILE_H
#define DNA_POLICY_PROFILE_H

#include "base/limits.h"
#include "policy/demand.h"
#include "policy/keys.h"

#include <dna/prooftype.h>

#include <jansson.h>

/* Where prooftypes, and the files that a policy names, come from: the registry, seen from below it. */
struct dna_prooftype_source {
	int (*load)(void *argument, const char *name, const struct dna_prooftype **prooftype);
	const char *(*refusal)(void *argument, const char *name);
	size_t (*count)(
		void *argument); /* names that could be loaded, to suggest one for a misspelt name */
	const char *(*name_at)(void *argument, size_t index);
	/* All of a file, into an empty buffer whose limit bounds it; else |why| gets a phrase. */
	int (*read_file)(void *argument, const char *path, struct dna_buffer *content,
			 struct dna_buffer *why);
	void *argument;
	/* Each file whose name fits a pattern as of glob(7), by name; what |each| returns, unless 0, ends it. */
	int (*expand)(void *argument, const char *pattern, int (*each)(void *object, const char *path),
		      void *object);
};

/* One parameter's value; which member holds depends on its type. */
struct dna_param_value {
	bool boolean;
	int64_t integer;
	char *word;
	int64_t *integers;
	char **words;
	size_t count;
};

struct dna_params {
	const struct dna_prooftype *prooftype;
	struct dna_param_value *values; /* parallel to prooftype->params */
	size_t count;
};

/* The value of a declared parameter; NULL for a name that is not declared. */
const struct dna_param_value *dna_params_get(const struct dna_params *params, const char *name);

struct dna_profile_entry {
	const struct dna_prooftype *prooftype;
	struct dna_params *params;
	unsigned stage; /* of provers: from 0, ascending */
};

/* A file of PEM that a profile names. */
struct dna_crls;
struct dna_provision {
	char *file; /* as it stands in the policy; NULL: none is named */
	struct dna_anchors
		*anchors; /* what was in it; NULL in a recording, which has it as evidence */
	struct dna_crls *crls;
};

/* An optional prooftype that is not installed. */
struct dna_left_out {
	char *name;
	unsigned stage; /* from which on it would have counted; 0 for a delegator */
};

struct dna_profile {
	_Atomic unsigned references;
	char *name;
	struct dna_profile_entry *delegators;
	size_t delegator_count;
	struct dna_profile_entry *provers;
	size_t prover_count;
	struct dna_left_out left_out[DNA_PROFILE_MAX];
	size_t left_out_count;
	struct dna_provision anchors, crls;
	struct dna_demand demand;
	unsigned line, column; /* where it stands */
	bool extended;         /* by another */
	json_t *document;      /* itself as it would stand in a recording's "profile" */
};

extern const struct dna_key_table dna_profile_keys;

/*
 * |node|: { delegate: [...], prove: [...], params: { PROOFTYPE: { ... } }, anchors: FILE, crls: FILE
 * }. |prooftypes|: a policy's section of that name, whose parameters hold where |node| has none of
 * its own; may be NULL. Without `delegate`, dnssec-srv delegates. |folder|: where relative files are;
 * NULL: no file is read.
 */
int dna_profile_read(struct dna_profile **profile, const char *name, const struct dna_node *node,
		     const struct dna_node *prooftypes, const char *folder,
		     const struct dna_prooftype_source *source, struct dna_complaints *complaints);
struct dna_profile *dna_profile_ref(struct dna_profile *profile);
void dna_profile_unref(struct dna_profile *profile);

#endif

/* What the parts of `dna policy` share. */
#ifndef DNA_TOOLS_POLICY_H
#define DNA_TOOLS_POLICY_H

#include "command.h"

#include "base/limits.h"

#include <dna/types.h>

/* On whose behalf, and for what: as options say it, and as policies are asked. */
struct dna_policy_subject {
	const char *local_option, *service_option;
	char local[DNA_NAME_MAX + 1]; /* "": none is said */
	enum dna_service service;
};
/* What the options say. 0, or an exit status after a complaint. */
int dna_policy_subject_read(struct dna_policy_subject *subject, const char *command);
/* For dna_policy_choose(). */
const char *dna_policy_subject_local(const struct dna_policy_subject *subject);

int dna_policy_lint_command(int argc, char **argv);
int dna_policy_explain_command(int argc, char **argv);
int dna_policy_diff_command(int argc, char **argv);
int dna_policy_schema_command(int argc, char **argv);

#endif

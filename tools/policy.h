/* What the parts of `dna policy` share. */
#ifndef DNA_TOOLS_POLICY_H
#define DNA_TOOLS_POLICY_H

#include "command.h"

int dna_policy_lint_command(int argc, char **argv);
int dna_policy_explain_command(int argc, char **argv);
int dna_policy_diff_command(int argc, char **argv);
int dna_policy_schema_command(int argc, char **argv);

#endif

/* What every command begins with: the plugins and the policy, from options or the environment. */
#ifndef DNA_TOOLS_SETUP_H
#define DNA_TOOLS_SETUP_H

#include "command.h"

#include <dna/dna.h>

/* |directory|: --plugins, else DNA_PLUGIN_DIR, else the installed ones. Complains on failure. */
int dna_setup_registry(struct dna_registry **registry, const char *directory, const char *command);

/* |path|: --policy, else DNA_POLICY, else the installed one. Complains on failure, line by line of
 * the policy. */
int dna_setup_policy(struct dna_policy **policy, const char *path, struct dna_registry *registry,
		     const char *command);

#endif

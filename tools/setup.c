/* What every command begins with. */
#include "setup.h"
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int dna_setup_registry(struct dna_registry **registry, const char *directory, const char *command)
{
	int r;

	directory = dna_option_or_environment(directory, "DNA_PLUGIN_DIR");
	r = dna_registry_new(registry, directory);
	if (r != 0)
		dna_command_complain(command, "the plugin directory \"%s\" cannot be used: %s",
				     directory != NULL ? directory : DNA_PLUGIN_DIRECTORY,
				     r == DNA_E_NOMEM ? dna_strerror(r) : strerror(errno));
	return r;
}

/* One line of the complaint is one thing to correct. */
static void complain_by_line(const char *command, char *complaint)
{
	char *rest = NULL;

	for (char *line = strtok_r(complaint, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		dna_command_complain(command, "%s", line);
}

int dna_setup_policy(struct dna_policy **policy, const char *path, struct dna_registry *registry,
		     const char *command)
{
	const char *given = dna_option_or_environment(path, "DNA_POLICY");
	char *complaint = NULL;
	int r;

	path = given != NULL ? given : DNA_POLICY_FILE;
	if (access(path, R_OK) != 0) {
		dna_command_complain(command, "the policy %s cannot be read: %s. %s", path,
				     strerror(errno),
				     given != NULL ? "It was named by --policy or DNA_POLICY."
						   : "Name another with --policy FILE.");
		return DNA_E_NOTFOUND;
	}
	r = dna_policy_load(policy, path, registry, &complaint);
	if (r != 0 && complaint != NULL)
		complain_by_line(command, complaint);
	else if (r != 0)
		dna_command_complain(command, "the policy %s cannot be used: %s", path,
				     dna_strerror(r));
	free(complaint);
	return r;
}

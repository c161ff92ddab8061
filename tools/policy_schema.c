/* dna policy schema: the language with the parameters of the prooftypes that are installed. */
#include "policy.h"
#include "setup.h"

#include "plugin/registry.h"
#include "policy/schema.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMAND "policy schema"

static int print_schema(struct dna_registry *registry)
{
	struct dna_prooftype_source source;
	json_t *schema;
	char *text = NULL;

	dna_registry_source(registry, &source);
	schema = dna_policy_schema(&source);
	if (schema != NULL)
		text = json_dumps(schema, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(schema);
	if (text == NULL)
		return dna_command_complain(COMMAND, "out of memory");
	puts(text);
	free(text);
	return DNA_EXIT_OK;
}

int dna_policy_schema_command(int argc, char **argv)
{
	struct dna_setup setup = { .command = COMMAND };
	struct dna_option options[DNA_OPTIONS_MAX + 1] = { { .name = NULL } };
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "",
		.about = "Print a JSON schema (draft 2020-12) of what may stand in a policy.",
		.options = options,
	};
	struct dna_registry *registry = NULL;
	int first, status = DNA_EXIT_USAGE;

	dna_setup_options(&setup, DNA_USES_PLUGINS, options);
	first = dna_options_read(&usage, argc, argv);
	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0)
		return DNA_EXIT_USAGE;
	if (first < argc)
		return dna_command_complain(COMMAND, "there is nothing to name: %s", argv[first]);
	if (dna_setup_registry(&registry, &setup) == 0)
		status = print_schema(registry);
	dna_registry_free(registry);
	return status;
}

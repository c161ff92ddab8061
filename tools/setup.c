/* What several commands are told, and begin with. */
#include "setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_MOST 600

/* ---- options ---- */

void dna_setup_options(struct dna_setup *s, unsigned uses,
		       struct dna_option options[DNA_OPTIONS_MAX + 1])
{
	const struct {
		unsigned uses; /* 0: every command has it */
		struct dna_option option;
	} shared[] = {
		{ 0, { "json", DNA_OPTION_SWITCH, &s->json, NULL, "lines of JSON", 0 } },
		{ DNA_USES_DNS,
		  { "timeout", DNA_OPTION_NUMBER, &s->seconds, "SECONDS",
		    "for each domain or question (default 30)", SECONDS_MOST } },
		{ DNA_USES_DNS,
		  { "resolver", DNA_OPTION_TEXTS, &s->resolvers, "ADDRESS",
		    "a DNS resolver; may be repeated", 0 } },
		{ DNA_USES_DNS,
		  { "trust-ad", DNA_OPTION_SWITCH, &s->trust_ad, NULL,
		    "believe the resolvers, on loopback, instead of validating", 0 } },
		{ DNA_USES_DNS,
		  { "trust-anchor", DNA_OPTION_TEXT, &s->trust_anchor, "FILE",
		    "the DNSSEC root's DS or DNSKEY", 0 } },
		{ DNA_USES_DNS,
		  { "resolver-socket", DNA_OPTION_TEXT, &s->resolver_socket, "PATH",
		    "a dna-resolver that runs already, in place of one of our own", 0 } },
		{ DNA_USES_CERTIFICATES,
		  { "ca-file", DNA_OPTION_TEXT, &s->ca_file, "FILE",
		    "certification authorities, PEM", 0 } },
		{ DNA_USES_POLICY,
		  { "policy", DNA_OPTION_TEXT, &s->policy, "FILE",
		    "what counts as proof, and for whom", 0 } },
		{ DNA_USES_PLUGINS,
		  { "plugins", DNA_OPTION_TEXT, &s->plugins, "DIRECTORY",
		    "where the prooftypes are", 0 } },
	};
	size_t count = 0;

	while (options[count].name != NULL)
		count++;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if ((shared[i].uses & ~uses) == 0 && count < DNA_OPTIONS_MAX)
			options[count++] = shared[i].option;
}

/* ---- plugins and policy ---- */

int dna_setup_registry(struct dna_registry **registry, const struct dna_setup *setup)
{
	const char *directory = dna_option_or_environment(setup->plugins, "DNA_PLUGIN_DIR");
	int r = dna_registry_new(registry, directory);

	if (r != 0)
		dna_command_complain(setup->command,
				     "the plugin directory \"%s\" cannot be used: %s",
				     directory != NULL ? directory : DNA_PLUGIN_DIRECTORY,
				     r == DNA_E_NOMEM ? dna_strerror(r) : strerror(errno));
	return r;
}

/* Each thing to correct is a line, and below it may be where it stands, which begins with spaces. */
static void complain_by_line(const char *command, char *complaint)
{
	char *rest = NULL;

	for (char *line = strtok_r(complaint, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		if (line[0] == ' ')
			fprintf(stderr, "%s\n", line);
		else
			dna_command_complain(command, "%s", line);
}

const char *dna_setup_policy_file(const struct dna_setup *setup)
{
	const char *given = dna_option_or_environment(setup->policy, "DNA_POLICY");

	return given != NULL ? given : DNA_POLICY_FILE;
}

int dna_setup_policy(struct dna_policy **policy, const struct dna_setup *setup,
		     struct dna_registry *registry)
{
	const char *given = dna_option_or_environment(setup->policy, "DNA_POLICY");
	const char *path = dna_setup_policy_file(setup);
	char *complaint = NULL;
	int r;

	if (access(path, R_OK) != 0) {
		dna_command_complain(setup->command, "the policy %s cannot be read: %s. %s", path,
				     strerror(errno),
				     given != NULL ? "It was named by --policy or DNA_POLICY."
						   : "Name another with --policy FILE.");
		return DNA_E_NOTFOUND;
	}
	r = dna_policy_load(policy, path, registry, &complaint);
	if (r != 0 && complaint != NULL)
		complain_by_line(setup->command, complaint);
	else if (r != 0)
		dna_command_complain(setup->command, "the policy %s cannot be used: %s", path,
				     dna_strerror(r));
	free(complaint);
	return r;
}

/* ---- the network ---- */

/* Several resolvers are one text with spaces. */
static char *join(const struct dna_texts *texts)
{
	size_t size = 0;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		return NULL;
	for (size_t i = 0; i < texts->count; i++)
		fprintf(stream, "%s%s", i == 0 ? "" : " ", texts->at[i]);
	fclose(stream);
	return text;
}

bool dna_setup_allows_private(void)
{
	const char *text = dna_option_or_environment(NULL, "DNA_ALLOW_PRIVATE");

	return text != NULL && strcmp(text, "1") == 0;
}

/* A resolver program that runs already has resolvers and a trust anchor of its own. */
static int choose_socket(const struct dna_setup *setup, const char **path)
{
	const char *word = setup->resolvers.count > 0    ? "resolver"
			   : setup->trust_ad             ? "trust-ad"
			   : setup->trust_anchor != NULL ? "trust-anchor"
							 : NULL;

	*path = setup->resolver_socket;
	if (word == NULL) {
		*path = dna_option_or_environment(*path, "DNA_RESOLVER_SOCKET");
	} else if (*path != NULL) {
		dna_command_complain(setup->command,
				     "--%s is for a resolver program of our own, and "
				     "--resolver-socket names one that runs already",
				     word);
		return DNA_E_INVALID;
	}
	return 0;
}

int dna_setup_net(struct dna_net **net, const struct dna_setup *setup, bool keep_proof)
{
	char *resolvers = setup->resolvers.count > 0 ? join(&setup->resolvers) : NULL;
	char *complaint = NULL;
	struct dna_net_options options = {
		.resolver_program = dna_option_or_environment(NULL, "DNA_RESOLVER_PROGRAM"),
		.resolver = dna_option_or_environment(resolvers, "DNA_RESOLVER"),
		.trust_ad = setup->trust_ad,
		.keep_proof = keep_proof,
		.trust_anchor = dna_option_or_environment(setup->trust_anchor, "DNA_TRUST_ANCHOR"),
		.ca_file = dna_option_or_environment(setup->ca_file, "DNA_CA_FILE"),
		.allow_private_addresses = dna_setup_allows_private(),
	};
	int r = choose_socket(setup, &options.resolver_socket);

	if (r != 0)
		goto out;
	r = dna_net_new(net, &options, &complaint);
	if (r != 0)
		dna_command_complain(setup->command, "%s",
				     complaint != NULL ? complaint : dna_strerror(r));
out:
	free(complaint);
	free(resolvers);
	return r;
}

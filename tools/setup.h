/*
 * What several commands are told, and begin with: the plugins, the policy, the network. One table
 * has the options that say where these are; the environment has their defaults.
 */
#ifndef DNA_TOOLS_SETUP_H
#define DNA_TOOLS_SETUP_H

#include "command.h"
#include "options.h"

#include <dna/net.h>

struct dna_setup {
	const char *command; /* for complaints */
	bool json;
	const char *plugins;
	const char *policy;
	struct dna_texts resolvers;
	const char *resolver_socket;
	bool trust_ad;
	const char *trust_anchor;
	unsigned seconds;
	const char *ca_file;
};

/* What a command uses, and so which options it has beside its own; --json is always one. */
enum dna_uses {
	DNA_USES_PLUGINS = 1 << 0,
	DNA_USES_POLICY = 1 << 1,
	DNA_USES_DNS = 1 << 2,
	DNA_USES_CERTIFICATES = 1 << 3
};

/* Append them to the table of a command. */
void dna_setup_options(struct dna_setup *setup, unsigned uses,
		       struct dna_option options[DNA_OPTIONS_MAX + 1]);

/* Each of these complains on failure. */
int dna_setup_registry(struct dna_registry **registry, const struct dna_setup *setup);
/* The one that is named, or that is in force. */
const char *dna_setup_policy_file(const struct dna_setup *setup);
/* Of a policy that is wrong, line by line. */
int dna_setup_policy(struct dna_policy **policy, const struct dna_setup *setup,
		     struct dna_registry *registry);
/* Whether strangers may lead us to private, loopback and link-local addresses, as in a lab. */
bool dna_setup_allows_private(void);
/* |keep_proof|: what recordings need. */
int dna_setup_net(struct dna_net **net, const struct dna_setup *setup, bool keep_proof);

#endif

/* Links of `dna peer` without a network. */
#include "links.h"
#include "net/address.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dna_peer peer;
static struct dna_registry *registry;
static FILE *nowhere;

/* There is no network: nobody waits for it, and nobody connects. What is gathered is in verification.c. */
int dna_net_fd(const struct dna_net *net)
{
	(void)net;
	return -1;
}

int dna_net_process(struct dna_net *net)
{
	(void)net;
	return 0;
}

bool dna_address_is_public(const struct sockaddr *address)
{
	(void)address;
	return true;
}

void links_set_up(void)
{
	static const char text[] =
		"policy: 1\nprofiles:\n  default: { delegate: [], prove: [hello] }\n"
		"  strict: { extends: default, withstand: [webpki] }\n"
		"rules: [{ match: { local: strict.example }, use: strict }]\n"
		"default: default\n";
	const struct dna_bytes bytes = { (const uint8_t *)text, sizeof(text) - 1 };
	const char *builddir = getenv("top_builddir");
	char *complaint = NULL, plugins[4096];

	memset(&peer, 0, sizeof(peer));
	peer.settings.flow =
		(struct dna_flow_config){ .minimum = DNA_MINIMUM_WEAK, .dialback = true };
	snprintf(plugins, sizeof(plugins), "%s/plugins.d", builddir != NULL ? builddir : ".");
	cr_assert_eq(dna_registry_new(&registry, plugins), 0);
	cr_assert_eq(dna_policy_read(&peer.settings.policy, bytes, "policy", registry, &complaint),
		     0, "%s", complaint);
	nowhere = fopen("/dev/null", "w");
	dna_output_init(&peer.transcript.out, nowhere);
}

void links_tear_down(void)
{
	dna_peer_clear(&peer);
	dna_policy_unref(peer.settings.policy);
	dna_registry_free(registry);
	fclose(nowhere);
}

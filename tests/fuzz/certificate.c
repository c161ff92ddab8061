/*
 * Certificates: whatever a peer presents, alone or as PEM, gets the same answers twice, and memory
 * is not misread.
 */
#include "evidence/certificate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1795219200) /* 2026-11-21 */

static int nothing(void *argument, struct dna_bytes der)
{
	(void)argument;
	(void)der;
	return 0;
}

static void check_names(const struct dna_chain *chain)
{
	const struct dna_reference references[] = {
		{ .kind = DNA_DNS_ID, .name = "im.example.com" },
		{ .kind = DNA_SRV_ID, .name = "im.example.com", .service = "xmpp-server" },
		{ .kind = DNA_XMPP_ADDR, .name = "im.example.com" },
	};
	struct dna_name_match match;

	if (dna_chain_match(chain, references, 3, &match) == 0 &&
	    (match.reference != NULL) != (match.presented[0] != '\0'))
		abort();
}

/* A certificate as its own trust anchor and under its own constraints. */
static void check_path(const struct dna_chain *chain)
{
	struct dna_path once = { .reason = "" }, twice = { .reason = "" };
	struct dna_anchors *anchors;
	char outside[128];

	if (dna_anchors_new(&anchors) != 0)
		return;
	dna_anchors_add(anchors, dna_chain_der(chain, 0));
	if (dna_chain_path(chain, anchors, NOW, &once) !=
		    dna_chain_path(chain, anchors, NOW, &twice) ||
	    strcmp(once.reason, twice.reason) != 0)
		abort();
	dna_certificate_constrains(chain->certificates[0], chain->certificates[0], outside,
				   sizeof(outside));
	dna_anchors_relevant(anchors, chain, nothing, NULL);
	dna_anchors_unref(anchors);
}

static void check_tlsa(const struct dna_chain *chain, struct dna_bytes der)
{
	const struct dna_tlsa whole = { .usage = 3, .data = der };
	const struct dna_tlsa key = { .usage = 2,
				      .selector = 1,
				      .data = chain->certificates[0]->key };
	const char *why;

	if (!dna_tlsa_usable(&whole, &why) || !dna_tlsa_matches(&whole, chain, 0) ||
	    !dna_tlsa_matches(&key, chain, 0))
		abort();
	dna_tlsa_signed(&key, chain, 0, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dna_bytes der = { data, size };
	struct dna_chain *chain;
	char why[160];

	dna_pem_read(der, nothing, NULL);
	if (dna_chain_new(&chain, &der, 1, why) != 0)
		return 0;
	check_names(chain);
	check_path(chain);
	check_tlsa(chain, der);
	dna_chain_unref(chain);
	return 0;
}

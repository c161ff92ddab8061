/* Whether a domain's own server presents what the peer of another stream does: XEP-0344, 2.6. */
#include "base/name.h"
#include "evidence/chain.h"
#include "peer/peer.h"

#include <string.h>

static struct dna_bytes leaf_of(const struct dna_link *link)
{
	const struct dna_session *session = link->channel != NULL ? link->channel->session : NULL;

	if (session == NULL || dna_session_resumed(session) ||
	    dna_session_chain_count(session) == 0)
		return (struct dna_bytes){ 0 };
	return dna_session_chain_at(session, 0);
}

static bool names(struct dna_bytes leaf, const char *domain)
{
	char ascii[DNA_NAME_MAX + 1], unicode[DNA_DOMAINPART_MAX + 1] = "";
	const struct dna_reference references[] = {
		{ .kind = DNA_DNS_ID, .name = domain },
		{ .kind = DNA_SRV_ID, .name = domain, .service = "xmpp-server" },
		{ .kind = DNA_XMPP_ADDR, .name = unicode },
	};
	struct dna_name_match match = { 0 };
	struct dna_chain *chain;

	if (dna_domain_prepare(domain, ascii, unicode) != 0 ||
	    dna_chain_new(&chain, &leaf, 1, NULL) != 0)
		return false;
	if (dna_chain_match(chain, references, sizeof(references) / sizeof(references[0]),
			    &match) != 0)
		match.reference = NULL;
	dna_chain_unref(chain);
	return match.reference != NULL;
}

bool dna_leaf_is_shared(const struct dna_link *link, const struct dna_link *callback,
			const char *domain)
{
	struct dna_bytes leaf = leaf_of(link), other = leaf_of(callback);

	return leaf.size > 0 && leaf.size == other.size &&
	       memcmp(leaf.data, other.data, leaf.size) == 0 && names(leaf, domain);
}

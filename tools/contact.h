/* What a case and whoever connects for it have to tell each other. */
#ifndef DNA_TOOLS_CONTACT_H
#define DNA_TOOLS_CONTACT_H

#include "base/limits.h"
#include "stream/tls.h"

#include <dna/dna.h>

/* Let chance draw the order of its route (RFC 2782). */
void dna_contact_shuffle(struct dna_case *c);

#define DNA_CONTACT_ADDRESSES (2 * DNA_ADDRESS_MAX) /* of both families */

/* Where that endpoint of the route is; how many. */
size_t dna_contact_addresses(const struct dna_case *c, size_t hop,
			     const char *addresses[DNA_CONTACT_ADDRESSES]);

#define DNA_CONTACT_CHAIN (DNA_CHAIN_MAX + 1) /* one more shows that there are too many */

/* The certificates that the peer presented; how many. |session| may be NULL: none. */
size_t dna_contact_chain(const struct dna_session *session,
			 struct dna_bytes chain[DNA_CONTACT_CHAIN]);

/* PKIX-002: the status that a server stapled to them. It was asked, so that none is an answer too;
 * more than can be judged is none. */
void dna_contact_present_status(const struct dna_session *session, struct dna_case *c);

#endif

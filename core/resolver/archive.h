/* Replies from a recording, in the place of a resolver. */
#ifndef DNA_RESOLVER_ARCHIVE_H
#define DNA_RESOLVER_ARCHIVE_H

#include "resolver/message.h"

#include <dna/evidence.h>

struct dna_archive {
	struct dna_item *const *items; /* "dns-reply", "dns-chain", "dnssec-anchors" */
	size_t count;
};

/* The reply that was recorded to a question; NULL: there is none. */
const struct dna_item *dna_archive_find(const struct dna_archive *archive,
					const struct dna_dname *name, uint16_t type);

/* The trust anchors that were recorded. DNA_E_NOTFOUND: none that can be used. */
int dna_archive_anchors(const struct dna_archive *archive, struct dna_message **anchors);

#endif

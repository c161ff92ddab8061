/* RRSIG records (RFC 4034 section 3): of what, by whom, when. */
#ifndef DNA_RESOLVER_RRSIG_H
#define DNA_RESOLVER_RRSIG_H

#include "resolver/message.h"

struct dna_rrsig {
	const struct dna_record *record;
	uint16_t covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t ttl;
	uint32_t expiration;
	uint32_t inception;
	uint16_t tag;
	struct dna_dname signer;
};

/* The next signature over |owner| |type| after the one that |s| has; |s->record| is NULL at first.
 */
bool dna_rrsig_next(const struct dna_message *m, enum dna_section section,
		    const struct dna_dname *owner, uint16_t type, struct dna_rrsig *s);

/* The zone that says that it signed an RRset, if it can have: one that |owner| is in. */
bool dna_signer(const struct dna_message *m, enum dna_section section,
		const struct dna_dname *owner, uint16_t type, struct dna_dname *zone);

#endif

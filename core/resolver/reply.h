/*
 * What came of one query, kept as it came, so that everything that was concluded from it can be
 * concluded again (a "dns-reply" or "dns-chain" item, <dna/evidence.h>).
 */
#ifndef DNA_RESOLVER_REPLY_H
#define DNA_RESOLVER_REPLY_H

#include "resolver/dname.h"

struct dna_reply {
	unsigned references;
	struct dna_dname name;
	uint16_t type;
	uint16_t rcode;        /* 0 when there was no reply */
	bool is_void;          /* it says nothing, */
	char *why;             /* and this is why */
	struct dna_bytes wire; /* follows in memory; empty when there was no reply */
};

/* With a copy of |wire|. NULL: out of memory. */
struct dna_reply *dna_reply_new(const struct dna_dname *name, uint16_t type, struct dna_bytes wire);
struct dna_reply *dna_reply_ref(struct dna_reply *reply);
void dna_reply_unref(struct dna_reply *reply);

/* It says nothing, for the reason |why|. */
void dna_reply_void(struct dna_reply *reply, const char *why);
/* Why it says nothing. NULL, which is what is left when memory ran out, is legal. */
const char *dna_reply_why(const struct dna_reply *reply);

#endif

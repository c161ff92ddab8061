/* What one case asks for, looked up until there is nothing left to ask, or no time. */
#ifndef DNA_NET_GATHER_H
#define DNA_NET_GATHER_H

#include "net/lookup.h"

#include <dna/net.h>

/* Those that are under way; the list itself is the caller's. */
struct dna_gather;
struct dna_gathers {
	struct dna_loop *loop;
	struct dna_lookups *lookups;
	struct dna_gather *first;
};

/* For a case that is gathered already, callback and time begin anew. */
int dna_gather_start(struct dna_gathers *gathers, struct dna_case *c, unsigned milliseconds,
		     dna_net_changed *changed, void *argument);
bool dna_gathers_has(const struct dna_gathers *gathers, const struct dna_case *c);
/* A case that is not gathered is none of anybody's business. */
void dna_gather_forget(struct dna_gathers *gathers, struct dna_case *c);
/* Look up what the cases have come to ask for since they were looked at; may call back. */
void dna_gathers_pull(struct dna_gathers *gathers);
void dna_gathers_clear(struct dna_gathers *gathers);

#endif

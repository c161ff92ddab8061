/* Our event loop as getdns wants to see one. */
#ifndef DNA_RESOLVER_EVENTLOOP_H
#define DNA_RESOLVER_EVENTLOOP_H

#include "loop/loop.h"

#include <getdns/getdns_extra.h>

struct dna_eventloop {
	getdns_eventloop base; /* the first member: getdns hands it back */
	struct dna_loop *loop;
};

void dna_eventloop_init(struct dna_eventloop *eventloop, struct dna_loop *loop);

#endif

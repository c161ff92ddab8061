/*
 * DNS questions, answered by the program dna-resolver: one of our own, which is started at the
 * first question, or one that others share. It is started, or connected to, again when it died or
 * hangs; every question gets exactly one answer, be it that the question failed and why.
 */
#ifndef DNA_NET_RESOLVER_H
#define DNA_NET_RESOLVER_H

#include "evidence/frame.h"
#include "loop/loop.h"

#include <dna/evidence.h>

struct dna_resolver;

struct dna_resolver_options {
	const char *socket; /* of a shared one: its path, or, if that is NULL, */
	int fd;             /* a connected socket, which is then the resolver's; 0 or -1: none */
	/* One of our own. */
	const char *program;
	const char *addresses; /* of resolvers, separated by spaces; NULL: the worker's default */
	const char *trust_anchor; /* NULL: the worker's default */
	bool trust_ad;            /* it has to believe the resolvers instead of validating */
};

int dna_resolver_new(struct dna_resolver **resolver, struct dna_loop *loop,
		     const struct dna_resolver_options *options);
/* Questions that are still open are not answered any more. */
void dna_resolver_free(struct dna_resolver *resolver);

/* One item a link of the alias chain, then what it ends in. |count| is 0 only if memory ran out. */
typedef void dna_resolver_answered(void *argument, struct dna_item *const *items, size_t count);

struct dna_question;

/*
 * Ask for (|name|, |type|), to be answered within |milliseconds|. |answered| is called once, from
 * within the loop, unless the question is cancelled. DNA_E_INVALID: DNS cannot hold the name.
 */
int dna_resolver_ask(struct dna_resolver *resolver, const char *name, uint16_t type,
		     unsigned milliseconds, dna_resolver_answered *answered, void *argument,
		     struct dna_question **question);
/* The same of a question frame, or of a recorded one, whose number and milliseconds do not matter. */
int dna_resolver_put(struct dna_resolver *resolver, const struct dna_frame *frame,
		     unsigned milliseconds, dna_resolver_answered *answered, void *argument,
		     struct dna_question **question);
void dna_resolver_cancel(struct dna_question *question); /* NULL is legal */

#endif

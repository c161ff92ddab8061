/* Somebody who asks a resolver, for the tests of who answers. */
#ifndef DNA_TESTS_UNIT_NET_ASKER_H
#define DNA_TESTS_UNIT_NET_ASKER_H

#include "net.h"
#include "net/resolver.h"

#include <sys/types.h>

struct asker {
	struct dna_loop *loop;
	struct dna_resolver *resolver;
};

/* With a resolver; a former one is ended. */
void asker_start(struct asker *asker, const struct dna_resolver_options *options);
void asker_end(struct asker *asker);

/* ---- one question ---- */

struct asked {
	struct dna_question *question;
	struct dna_item *items[4];
	size_t count;
	unsigned answers;
	unsigned *total;
};

void asker_begin(struct asker *asker, struct asked *asked, const char *name, unsigned milliseconds);
struct asked asker_ask(struct asker *asker, const char *name, unsigned milliseconds);
void asked_release(struct asked *asked);

/* It failed, and |reason| is part of why. */
void asker_expect_failure(struct asker *asker, const char *name, unsigned milliseconds,
			  const char *reason);
void asker_expect_address(struct asker *asker, const char *name);

/* Of the program that answers. */
pid_t asker_worker_pid(struct asker *asker);

/* ---- many ---- */

#define MANY 1000

struct many {
	struct asked asked[MANY];
	unsigned total;
};

/* Every second one is "LABEL.nI.example", the others "now.nI.example". */
void asker_begin_many(struct asker *asker, struct many *many, const char *label,
		      unsigned milliseconds);
/* Wait for them all. How many failed; each was answered once. */
unsigned asker_end_many(struct asker *asker, struct many *many);

#endif

/* What dane is made of: where records are and what follows (dane.c), which of them fit (record.c). */
#ifndef PLUGINS_DANE_DANE_H
#define PLUGINS_DANE_DANE_H

#include <dna/prooftype.h>

#define DANE_OWNER_MAX 253 /* octets of a name */

/* What holds for an endpoint: the answer for the first base domain that has one. */
struct dane_association {
	const char *host, *base; /* NULL base: there is no record to be looked up */
	char owner[DANE_OWNER_MAX +
		   16];    /* may be longer than a name can be; nothing is there then */
	int64_t not_after; /* of the aliases that lead to |base| */
	struct dna_answer answer;
};

#define DANE_PATHS_MAX 32 /* searches for a path, for all records together (SEC-006) */

/* What became of the records of one or more answers. */
struct dane_trial {
	unsigned usable;
	unsigned paths;    /* that were searched for */
	char why_not[600]; /* longer than a reason: what is cut shows */
};

/*
 * Whether a record of |a| proves the domain; any one will do. Without a certificate only counts
 * those that are usable.
 */
bool dane_try_records(const struct dna_case *c, const struct dane_association *a,
		      struct dna_finding *finding, struct dane_trial *trial);

/* The parameters that say which records count: what |usages|, |mask| and |digests| may be. */
extern const char *const dane_mask_names[], *const dane_digest_names[];

#endif

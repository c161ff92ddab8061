/*
 * The chains that everything is measured with, made for the run: a leaf, its authority and the root
 * above that, of RSA keys or on P-256.
 */
#ifndef BENCH_JUDGE_WORLD_H
#define BENCH_JUDGE_WORLD_H

#include <dna/types.h>

#define NOW    INT64_C(1795219200) /* 2026-11-21T00:00:00Z */
#define DOMAIN "tenant.example"

struct world {
	const char *kind;          /* of keys: "RSA 2048", "P-256" */
	struct dna_bytes chain[2]; /* leaf and authority */
	struct dna_bytes root;
};

/* Any failure ends the program. */
void world_make(struct world *world, bool rsa);
void world_clear(struct world *world);

#endif

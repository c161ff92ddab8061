/* The registry, as other parts of libdna see it. */
#ifndef DNA_PLUGIN_REGISTRY_H
#define DNA_PLUGIN_REGISTRY_H

#include "evidence/anchor_sets.h"
#include "policy/profile.h"

#include <dna/dna.h>

/*
 * |source| is the registry as policies and recordings see it; it holds as long as the registry
 * does.
 */
void dna_registry_source(struct dna_registry *registry, struct dna_prooftype_source *source);

/*
 * What dna_registry_new() does; with |trusted| for a directory that the caller named, without for
 * the installed place.
 */
int dna_registry_open(struct dna_registry **registry, const char *directory, bool trusted);

/*
 * Try again, when they are asked for, what was refused before it was opened: a file that was not
 * there, or not ours, may have been put right. What was opened stays as it is in memory.
 */
void dna_registry_forget_refusals(struct dna_registry *registry);

/* The trust anchors of recordings that were replayed with it. */
struct dna_anchor_sets *dna_registry_anchor_sets(struct dna_registry *registry);

#endif

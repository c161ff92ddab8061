/* The evidence of one case: items by question. */
#ifndef DNA_EVIDENCE_STORE_H
#define DNA_EVIDENCE_STORE_H

#include <dna/evidence.h>

struct dna_evidence;

int dna_evidence_new(struct dna_evidence **evidence);
void dna_evidence_free(struct dna_evidence *evidence);

/*
 * Takes a reference of its own. DNA_E_EXISTS: the question has its answer; it stays. DNA_E_LIMIT.
 */
int dna_evidence_add(struct dna_evidence *evidence, struct dna_item *item);
/* The answer, or NULL. Names of "dns" items compare without regard to case. */
const struct dna_item *dna_evidence_find(const struct dna_evidence *evidence, const char *kind, const char *name,
					 uint16_t type);
/*
 * Take the answer to a question out again: for what a peer presents, which another peer may
 * replace.
 */
void dna_evidence_remove(struct dna_evidence *evidence, const char *kind, const char *name, uint16_t type);

size_t dna_evidence_count(const struct dna_evidence *evidence);
struct dna_item *dna_evidence_at(const struct dna_evidence *evidence, size_t index);

#endif

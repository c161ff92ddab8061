/* What a plugin declares, held against the contract of <dna/prooftype.h>. */
#ifndef DNA_PLUGIN_CONTRACT_H
#define DNA_PLUGIN_CONTRACT_H

#include "base/buffer.h"

#include <dna/prooftype.h>

/*
 * Take a declaration of |room| octets, made by an older or newer release with the same ABI number,
 * as one of this release; it is |name|'s. The new one points into the old one; to be released with
 * dna_prooftype_free(). DNA_E_PLUGIN, with a phrase in |why|.
 */
int dna_prooftype_adopt(struct dna_prooftype **prooftype, const void *declaration, size_t room,
			const char *name, struct dna_buffer *why);
void dna_prooftype_free(struct dna_prooftype *prooftype);

/*
 * Copy a struct that may be longer or shorter than the one that is known: what it lacks is zero.
 * False when it has something behind its known part: it relies on what this release does not do.
 */
bool dna_struct_copy(void *known, size_t known_size, const void *given, size_t given_size);

#endif

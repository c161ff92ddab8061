/* One plugin: its file is checked, opened, and what it declares is checked as well. */
#ifndef DNA_PLUGIN_PLUGIN_H
#define DNA_PLUGIN_PLUGIN_H

#include "base/buffer.h"

#include <dna/prooftype.h>

/* Whether prooftypes can be named so: a-z, 0-9 and '-'. */
bool dna_plugin_is_name(const char *name, size_t size);

/*
 * Load the prooftype |name| from the absolute |directory|, which is checked as its files are unless
 * it is |trusted|. To be released with dna_prooftype_free(); the file stays in memory.
 * DNA_E_NOTFOUND, DNA_E_PLUGIN; |why| says why in a sentence, and |opened| whether the file may be in
 * memory all the same: the linker would not look at another one of that name.
 */
int dna_plugin_load(struct dna_prooftype **prooftype, const char *directory, bool trusted,
		    const char *name, bool *opened, struct dna_buffer *why);

#endif

/*
 * What a shared object exports, read from the file itself: before it is opened, because opening it
 * runs its constructors.
 */
#ifndef DNA_PLUGIN_ELF_H
#define DNA_PLUGIN_ELF_H

#include <dna/error.h>
#include <dna/types.h>

/*
 * Find the data |symbol| that |file|, a shared object for this machine, defines and exports; |size|
 * is how long it is. DNA_E_SYNTAX: not such a file; DNA_E_NOTFOUND: it does not define it. |why|: a
 * static phrase.
 */
int dna_elf_find(struct dna_bytes file, const char *symbol, size_t *size, const char **why);

#endif

/* Whose file is this, and who else could have written it? */
#ifndef DNA_PLUGIN_TRUST_H
#define DNA_PLUGIN_TRUST_H

#include "base/buffer.h"

#include <sys/stat.h>
#include <sys/types.h>

/*
 * Whether a file or directory is owned by root or the caller and writable by nobody else. If not,
 * |why| gets a phrase: "is writable by others".
 */
bool dna_file_trusted(const struct stat *status, struct dna_buffer *why);

/*
 * Whether files that appear to be owned by |overflow|, the user that stands for everybody without a
 * place in this user namespace, may be root's. |uid_map| is the namespace's (user_namespaces(7)):
 * it has a place neither for the outer root nor for a user |overflow| of its own.
 */
bool dna_overflow_may_be_root(const char *uid_map, unsigned long overflow);

#endif

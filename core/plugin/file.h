/* Reading what libdna reads: policies, the files that they name, and plugins. */
#ifndef DNA_PLUGIN_FILE_H
#define DNA_PLUGIN_FILE_H

#include "base/buffer.h"

#include <sys/stat.h>

/*
 * Open a regular file; |*fd| is to be closed. DNA_E_NOTFOUND: there is none. Otherwise DNA_E_IO;
 * |why| gets a phrase in each case, "cannot be read: Permission denied".
 */
int dna_file_open(const char *path, int *fd, struct stat *status, struct dna_buffer *why);

/*
 * All of it, into an empty buffer whose limit bounds it. DNA_E_LIMIT, DNA_E_IO, each with a phrase.
 */
int dna_file_read(int fd, struct dna_buffer *content, struct dna_buffer *why);

/* Open it, and read all of it. */
int dna_file_load(const char *path, struct dna_buffer *content, struct dna_buffer *why);

/*
 * Call |each| with every name that fits a pattern as of glob(7), in the order of strcmp(), until it
 * returns something else than 0. DNA_E_IO: a folder cannot be read.
 */
int dna_file_expand(const char *pattern, int (*each)(void *object, const char *path), void *object);

#endif

/* The plugins of tests/mock as they were built, and directories to put them into. */
#ifndef TEST_PLUGIN_SHELF_H
#define TEST_PLUGIN_SHELF_H

#include <dna/types.h>

/* The file of a plugin; its memory is to be released. */
struct dna_bytes shelf_read(const char *name);

/*
 * A new empty directory that is ours alone, absolute and without symbolic links; the text is to be
 * released.
 */
char *shelf_directory(void);
/* Remove it and everything in it, and release the text. */
void shelf_remove(char *directory);

/* Put the plugin |name| into |directory| as |as|.so (NULL: |name|). */
void shelf_put(const char *directory, const char *name, const char *as);
/* Make a file there of these octets. */
void shelf_write(const char *directory, const char *file, struct dna_bytes content);
/* The path of a file there; to be released. */
char *shelf_path(const char *directory, const char *file);

#endif

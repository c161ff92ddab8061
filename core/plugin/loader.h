/* Opening shared objects. Every line of libltdl in the project is behind this. */
#ifndef DNA_PLUGIN_LOADER_H
#define DNA_PLUGIN_LOADER_H

#include "base/buffer.h"

/*
 * Open the shared object at the absolute |path|, for as long as the process lives and with all its
 * symbols bound, and find the address of |symbol| in it. DNA_E_PLUGIN, with a phrase in |why|. Not
 * to be called by two threads at once: libltdl's state is the process's.
 */
int dna_loader_open(const char *path, const char *symbol, const void **address,
		    struct dna_buffer *why);

#endif

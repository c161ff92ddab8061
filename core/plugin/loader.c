/* Opening shared objects by libltdl. */
#include "plugin/loader.h"

#include <dlfcn.h>
#include <ltdl.h>
#include <string.h>

/* The dynamic linker's words, in ours where they are the usual ones. */
static int refuse(const char *path, const char *words, struct dna_buffer *why)
{
	static const char undefined[] = "undefined symbol: ";
	const char *symbol;

	if (words == NULL)
		words = "no reason is given";
	if (strncmp(words, path, strlen(path)) == 0 && strncmp(words + strlen(path), ": ", 2) == 0)
		words += strlen(path) + 2;
	symbol = strstr(words, undefined);
	if (symbol != NULL)
		dna_buffer_format(why, "needs the symbol '%.*s', which nothing provides",
				  (int)strcspn(symbol + strlen(undefined), " ,"),
				  symbol + strlen(undefined));
	else
		dna_buffer_format(why, "cannot be loaded: %s", words);
	return DNA_E_PLUGIN;
}

/* libltdl's count of users may be the application's as well; it is left as it was. */
static const void *find(const char *path, const char *symbol)
{
	const void *address = NULL;
	lt_dlhandle handle;

	if (lt_dlinit() != 0)
		return NULL;
	handle = lt_dlopen(path);
	if (handle != NULL) {
		address = lt_dlsym(handle, symbol);
		lt_dlclose(handle);
	}
	lt_dlexit();
	return address;
}

int dna_loader_open(const char *path, const char *symbol, const void **address,
		    struct dna_buffer *why)
{
	const void *found;

	/*
	 * libltdl binds symbols when they are first called, where a missing one ends the process,
	 * and says "file not found" of whatever is wrong. So the dynamic linker is asked first, in
	 * its own words. It also keeps the object for good: libltdl's own residents are lost from
	 * its books when its last user leaves.
	 */
	if (dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) == NULL)
		return refuse(path, dlerror(), why);
	found = find(path, symbol);
	if (found == NULL)
		return refuse(path, "libltdl does not find what it exports", why);
	*address = found;
	return 0;
}

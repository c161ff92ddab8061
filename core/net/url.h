/* URLs of documents: what a stranger may have us ask for. */
#ifndef DNA_NET_URL_H
#define DNA_NET_URL_H

#include "base/limits.h"

#include <dna/types.h>

struct dna_url {
	char *text; /* put together again, without a fragment; to be released with free() */
	char host[DNA_NAME_MAX + 1];
	uint16_t port;
};

/* Returns what is wrong with |text|, or NULL. */
const char *dna_url_read(const char *text, struct dna_url *url);

#endif

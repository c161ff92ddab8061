/* The resolvers of this machine. */
#ifndef DNA_RESOLVER_SYSTEM_H
#define DNA_RESOLVER_SYSTEM_H

#include "base/address.h"

/*
 * The name servers of the resolv.conf(5) at |path|, at most |room|, as dna_address_list() has them;
 * without the file as if it were empty. How many.
 */
size_t dna_address_system(struct dna_address *addresses, size_t room, const char *path);

#endif

/* The resolvers of this machine. */
#ifndef DNA_RESOLVER_SYSTEM_H
#define DNA_RESOLVER_SYSTEM_H

#include "base/address.h"

/*
 * The name servers of a resolv.conf(5), at most |room|; without the file or any line in it the one
 * on this machine, as that page has it. How many.
 */
size_t dna_address_system(struct dna_address *addresses, size_t room, const char *path);

#endif

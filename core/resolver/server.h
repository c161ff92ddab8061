/* The socket to libdna-net: frames in, frames out. */
#ifndef DNA_RESOLVER_SERVER_H
#define DNA_RESOLVER_SERVER_H

#include "resolver/lookup.h"

struct dna_server;

/* Serves |fd|, a connected stream socket, until the other side closes it or breaks the rules. */
int dna_server_new(struct dna_server **server, struct dna_lookups *lookups, int fd);
void dna_server_free(struct dna_server *server);
bool dna_server_closed(const struct dna_server *server);

#endif

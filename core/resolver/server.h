/*
 * One client: frames in, frames out. Questions wait until it is their turn to be looked up, which
 * who serves all clients decides (clients.h).
 */
#ifndef DNA_RESOLVER_SERVER_H
#define DNA_RESOLVER_SERVER_H

#include "resolver/lookup.h"

struct dna_server;

/*
 * Serves |fd|, a connected stream socket, until the other side closes it or breaks the rules.
 * Closes it in the end.
 */
int dna_server_new(struct dna_server **server, struct dna_lookups *lookups, int fd);
void dna_server_free(struct dna_server *server);
bool dna_server_closed(const struct dna_server *server);

/*
 * How many of its questions are being looked up, of those about now and of those that are not
 * (aside.h).
 */
size_t dna_server_lookups(const struct dna_server *server);
size_t dna_server_asides(const struct dna_server *server);

/* Whether all its questions are answered, and since when in the loop's time. */
bool dna_server_idle(const struct dna_server *server, uint64_t *since);

/* To be called in each turn of the loop: write what there is to say, and read what was left. */
void dna_server_turn(struct dna_server *server);

/*
 * Look up the question of that sort that has waited longest, unless as many as |most| are looked up
 * already; false when there is none, or the client does not read.
 */
bool dna_server_begin(struct dna_server *server, size_t most);
bool dna_server_begin_aside(struct dna_server *server, size_t most);

#endif

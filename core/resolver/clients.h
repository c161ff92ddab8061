/*
 * Everybody who is served: one client on a socket that was handed over, or all who connect to one
 * that is listened on. Each has questions and bounds of its own (server.h); what they share are the
 * lookups, in turns.
 */
#ifndef DNA_RESOLVER_CLIENTS_H
#define DNA_RESOLVER_CLIENTS_H

#include "resolver/server.h"

struct dna_clients;

/* For |most| at the same time, DNA_CLIENTS_MAX at most. */
int dna_clients_new(struct dna_clients **clients, struct dna_lookups *lookups, size_t most);
void dna_clients_free(struct dna_clients *clients);

/* Serve |fd|, a connected socket, which is closed in the end. */
int dna_clients_add(struct dna_clients *clients, int fd);

/* Serve everybody who connects to |fd|, which stays the caller's. */
int dna_clients_listen(struct dna_clients *clients, int fd);

/* To be called after each turn of the loop. False: there is nobody left and nobody will come. */
bool dna_clients_turn(void *clients);

#endif

/*
 * A TCP connection to a resolver: whole messages out and in, each behind its length (RFC 1035
 * section 4.2.2). It knows nothing of questions.
 */
#ifndef DNA_RESOLVER_CONNECTION_H
#define DNA_RESOLVER_CONNECTION_H

#include "base/address.h"
#include "loop/loop.h"

struct dna_connection;

/* A message, no shorter than a header, that lasts as long as the call. */
typedef void dna_connection_received(void *argument, struct dna_bytes message);

/*
 * Nothing more comes or goes: the connection is to be freed, now or later. |error|: an errno, or 0
 * when the other side closed it.
 */
typedef void dna_connection_lost(void *argument, bool connected, int error);

/* Begin to connect. Both functions are called from the loop only. DNA_E_IO: errno says why. */
int dna_connection_new(struct dna_connection **connection, struct dna_loop *loop,
		       const struct dna_address *address, dna_connection_received *received,
		       dna_connection_lost *lost, void *argument);
/* Not within a call of |received|. NULL is legal. */
void dna_connection_free(struct dna_connection *connection);

/*
 * Have |message| sent with the next flush, or as soon as there is a connection. DNA_E_LIMIT: the
 * other side does not read.
 */
int dna_connection_send(struct dna_connection *connection, struct dna_bytes message);
/* Send what was collected, all in one. */
void dna_connection_flush(struct dna_connection *connection);

#endif

/* Where a resolver is. */
#ifndef DNA_BASE_ADDRESS_H
#define DNA_BASE_ADDRESS_H

#include "base/limits.h"

#include <dna/error.h>
#include <dna/types.h>

#define DNA_ADDRESS_TEXT 72

struct dna_address {
	uint8_t octets[16];
	size_t size; /* 4 or 16 */
	uint16_t port;
	char zone[16];               /* of a link-local IPv6 address, "eth0"; "" */
	char text[DNA_ADDRESS_TEXT]; /* "192.0.2.1:53", "[2001:db8::1]:53" */
};

/* "address", "address:port", "[address]:port". DNA_E_SYNTAX. */
int dna_address_read(struct dna_address *address, const char *text);

#endif

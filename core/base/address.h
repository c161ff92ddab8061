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

/* Whether it is on this machine: 127/8 or ::1. */
bool dna_address_is_loopback(const struct dna_address *address);

/*
 * The name servers of |text|, a resolv.conf(5), at most |room|; without any the one on this
 * machine, as that page has it. How many.
 */
size_t dna_address_list(struct dna_address *addresses, size_t room, const char *text);

#endif

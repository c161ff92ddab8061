/* Which addresses the URL of a stranger may lead to. */
#ifndef DNA_NET_ADDRESS_H
#define DNA_NET_ADDRESS_H

#include <dna/types.h>

#include <sys/socket.h>

/*
 * Whether |address| is one of the public Internet's: not private, loopback, link-local, multicast,
 * reserved, or a way to write such an IPv4 address in IPv6 (SEC-007).
 */
bool dna_address_is_public(const struct sockaddr *address);

#endif

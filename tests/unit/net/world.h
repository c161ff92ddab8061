/*
 * The world beyond loopback: one public address, at which the server of https.sh is. Whatever is to
 * be sent there stays on this machine.
 */
#ifndef DNA_TESTS_UNIT_NET_WORLD_H
#define DNA_TESTS_UNIT_NET_WORLD_H

#include <stdint.h>

/* When connections to it were begun. */
extern unsigned world_connections;
extern uint64_t world_times[1000];

#endif

/* Integers in network order. */
#ifndef DNA_RESOLVER_OCTETS_H
#define DNA_RESOLVER_OCTETS_H

#include <stdint.h>

static inline uint16_t dna_u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static inline uint32_t dna_u32(const uint8_t *octets)
{
	return (uint32_t)dna_u16(octets) << 16 | dna_u16(octets + 2);
}

#endif

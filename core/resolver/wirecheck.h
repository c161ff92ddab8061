/*
 * The strict check of a DNS message before anything else reads it. What passes is well formed to
 * the last octet, so that getdns' parser, which is not safe on bytes that are not (it recurses on
 * compression pointers, reads past the end of HIP records, aborts on a compressed SRV target), and
 * our own readers meet nothing else.
 */
#ifndef DNA_RESOLVER_WIRECHECK_H
#define DNA_RESOLVER_WIRECHECK_H

#include "resolver/dname.h"

#define DNA_WIRE_HEADER 12

/*
 * Whether |message| is a whole, well-formed reply to the question |name| |type| of class IN.
 * |*why|, set when it is not, is a static phrase. DNA_E_SYNTAX, DNA_E_LIMIT.
 */
int dna_wire_check(struct dna_bytes message, const struct dna_dname *name, uint16_t type,
		   const char **why);

/*
 * Append RDATA's uncompressed form to |out|, at most |room| octets, and tell its size. The record
 * passed dna_wire_check(). DNA_E_LIMIT.
 */
int dna_wire_expand(struct dna_bytes message, uint16_t type, size_t offset, size_t size,
		    uint8_t *out, size_t room, size_t *expanded);

/* Whether RDATA of this type has names that may be compressed in a message (RFC 3597 section 4). */
bool dna_wire_compressible(uint16_t type);

#endif

/* Messages made by hand, and signed by keys made at run time. */
#ifndef TESTS_RESOLVER_BUILD_H
#define TESTS_RESOLVER_BUILD_H

#include "base/buffer.h"
#include "resolver/message.h"
#include "resolver/validate.h"

#include <gnutls/abstract.h>

#define NOW 1795000000 /* the clock of these tests */
#define DAY 86400

struct dna_dname name_of(const char *text);

/* A reply to |name| |type| as it goes over the wire; records are added in the order of sections. */
void message_begin(struct dna_buffer *wire, const char *name, uint16_t type, uint16_t rcode);
void message_add(struct dna_buffer *wire, enum dna_section section, const char *owner,
		 uint16_t type, uint32_t ttl, const void *rdata, size_t size);
/* The message, which has to be well formed; |wire| is released. */
struct dna_message *message_end(struct dna_buffer *wire, const char *name, uint16_t type);

/* A zone's key: ECDSA P-256. */
struct zone_key {
	struct dna_dname zone;
	gnutls_privkey_t secret;
	struct dna_buffer rdata; /* of its DNSKEY */
	uint16_t tag;
};
void key_make(struct zone_key *key, const char *zone, uint16_t flags);
void key_clear(struct zone_key *key);

/* How a signature is to be. */
struct signing {
	uint32_t inception, expiration;
	int labels;   /* -1: those of the owner */
	bool spoiled; /* an octet of it is wrong */
};
#define ORDINARY ((struct signing){ NOW - DAY, NOW + DAY, -1, false })

/* Add one record, and the signature of the RRset that it is all of. */
void message_sign(struct dna_buffer *wire, enum dna_section section, const char *owner,
		  uint16_t type, const void *rdata, size_t size, const struct zone_key *key,
		  struct signing how);

/* RDATA of NSEC: the next name, and at most 8 types below 256. Types end with 0. */
void nsec_rdata(struct dna_buffer *rdata, const char *next, const uint16_t *types);
/* NSEC3: the hash that |name| has, moved by |less| to be the owner and by |more| to be the next
 * one. */
struct nsec3 {
	const char *name;
	int less, more;
	uint8_t flags;
	uint16_t iterations;
	const uint16_t *types;
};
void message_sign_nsec3(struct dna_buffer *wire, const struct nsec3 *nsec3,
			const struct zone_key *key);

/* The keys of the zone as dna_keys_read() would give them, with this one alone. */
struct dna_keys *keys_of(const struct zone_key *key);

#endif

/* A reply that passed the wire check, taken apart. Names are expanded; nothing points into the
 * wire. */
#ifndef DNA_RESOLVER_MESSAGE_H
#define DNA_RESOLVER_MESSAGE_H

#include "base/buffer.h"
#include "resolver/dname.h"

enum dna_rr {
	DNA_TYPE_NS = 2,
	DNA_TYPE_CNAME = 5,
	DNA_TYPE_SOA = 6,
	DNA_TYPE_DNAME = 39,
	DNA_TYPE_DS = 43,
	DNA_TYPE_RRSIG = 46,
	DNA_TYPE_NSEC = 47,
	DNA_TYPE_DNSKEY = 48,
	DNA_TYPE_NSEC3 = 50
};

enum dna_rcode {
	DNA_RCODE_NOERROR = 0,
	DNA_RCODE_FORMERR = 1,
	DNA_RCODE_SERVFAIL = 2,
	DNA_RCODE_NXDOMAIN = 3,
	DNA_RCODE_NOTIMP = 4,
	DNA_RCODE_REFUSED = 5
};

enum dna_section { DNA_ANSWER = 0, DNA_AUTHORITY = 1, DNA_ADDITIONAL = 2 };

struct dna_record {
	struct dna_dname owner;
	enum dna_section section;
	uint16_t type;
	uint32_t ttl; /* RFC 2181 section 8: what has the highest bit set is 0 */
	struct dna_bytes rdata;
};

struct dna_message {
	unsigned references;
	uint16_t rcode;     /* with the bits from EDNS */
	bool authenticated; /* the bit AD: so the resolver says (RFC 4035 section 3.2.3) */
	size_t count;
	struct dna_record *records; /* OPT is not among them */
	struct dna_buffer rdata;
	char error[256]; /* the extended DNS errors (RFC 8914) as text; "" */
};

/* Check and take apart. |*why| as dna_wire_check() has it. */
int dna_message_read(struct dna_message **message, struct dna_bytes wire,
		     const struct dna_dname *name, uint16_t type, const char **why);
struct dna_message *dna_message_ref(struct dna_message *message);
void dna_message_unref(struct dna_message *message);

/* The next record of that owner and type in a section after |previous| (NULL: the first), or NULL.
 */
const struct dna_record *dna_message_next(const struct dna_message *message,
					  enum dna_section section, const struct dna_dname *owner,
					  uint16_t type, const struct dna_record *previous);

/* "SERVFAIL", ...; "rcode 11" into |text|. */
const char *dna_rcode_name(uint16_t rcode, char text[16]);

#endif

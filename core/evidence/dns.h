/*
 * DNS data between its wire form and text: names, types, RDATA. The public readers of SRV, TLSA and
 * CNAME RDATA (<dna/evidence.h>) are implemented beside these.
 */
#ifndef DNA_EVIDENCE_DNS_H
#define DNA_EVIDENCE_DNS_H

#include "base/buffer.h"

#include <dna/evidence.h>

/*
 * Read an uncompressed name that starts at |*offset|: lower case, no final dot, "." for the root.
 * Only letters, digits, hyphens, underscores and a left-most `*` are taken: nothing else can be a
 * name in XMPP's DNS, and nothing else has to be escaped. |*offset| moves past it.
 */
int dna_dns_name_read(struct dna_bytes wire, size_t *offset, char name[256]);
/*
 * Append a name's wire form, uncompressed. DNA_E_INVALID beyond the limits of DNS (I18N-008,
 * DANE-026).
 */
int dna_dns_name_write(struct dna_buffer *wire, const char *name);

/* "SRV", "TLSA", ..., "TYPE65280" (RFC 3597). */
void dna_dns_type_write(uint16_t type, char text[16]);
int dna_dns_type_read(const char *text, uint16_t *type);

/*
 * RDATA as one line of presentation text: A, AAAA, CNAME, SRV, TLSA as usual; every other type in
 * RFC 3597 form, which is also read for any type. TLSA takes RFC 7218's acronyms as well
 * (DANE-029). Reading appends wire form.
 */
int dna_dns_rdata_write(uint16_t type, struct dna_bytes rdata, struct dna_buffer *text);
int dna_dns_rdata_read(uint16_t type, const char *text, struct dna_buffer *rdata);

#endif

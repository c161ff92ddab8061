/*
 * The little of DER that is read by ourselves: where GnuTLS would encode anew what has to be
 * compared as it was encoded, and where its versions differ in what they make of it.
 */
#ifndef DNA_EVIDENCE_DER_H
#define DNA_EVIDENCE_DER_H

#include <dna/error.h>
#include <dna/types.h>

enum dna_der_tag {
	DNA_DER_BOOLEAN = 0x01,
	DNA_DER_INTEGER = 0x02,
	DNA_DER_BIT_STRING = 0x03,
	DNA_DER_OCTET_STRING = 0x04,
	DNA_DER_OID = 0x06,
	DNA_DER_ENUMERATED = 0x0a,
	DNA_DER_UTF8_STRING = 0x0c,
	DNA_DER_IA5_STRING = 0x16,
	DNA_DER_UTC_TIME = 0x17,
	DNA_DER_GENERALIZED_TIME = 0x18,
	DNA_DER_SEQUENCE = 0x30,
	DNA_DER_CONTEXT = 0x80,             /* [0], primitive; [1] is one more, and so on */
	DNA_DER_CONTEXT_CONSTRUCTED = 0xa0, /* [0], constructed */
};

struct dna_der {
	uint8_t tag;
	struct dna_bytes content;
	struct dna_bytes whole; /* tag and length as well */
};

/*
 * Read the element that |*der| begins with, and move |*der| past it. DNA_E_SYNTAX: none; a tag
 * beyond 30; a length that is indefinite, longer than it has to be or beyond the end.
 */
int dna_der_read(struct dna_bytes *der, struct dna_der *element);

/* The same for an element that has to have this tag. */
int dna_der_read_tag(struct dna_bytes *der, uint8_t tag, struct dna_der *element);

/* Whether |*der| has this element next; if so, read it and move past it. */
bool dna_der_take(struct dna_bytes *der, uint8_t tag, struct dna_der *element);

/* A UTCTime or GeneralizedTime as RFC 5280 section 4.1.2.5 has them: to the second, in UTC. */
int dna_der_read_time(struct dna_bytes *der, int64_t *time);

/* An Extension (RFC 5280 section 4.1). */
struct dna_der_extension {
	struct dna_bytes oid; /* as encoded */
	bool critical;
	struct dna_bytes value;
};
int dna_der_read_extension(struct dna_bytes *der, struct dna_der_extension *extension);

/* An OID as text, cut to what fits: "2.5.29.36". */
void dna_oid_write(struct dna_bytes oid, char *text, size_t size);

#endif

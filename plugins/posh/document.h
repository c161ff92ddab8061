/*
 * The documents of RFC 7711 section 3: fingerprints of certificates, or a reference to a document
 * elsewhere that has them.
 */
#ifndef POSH_DOCUMENT_H
#define POSH_DOCUMENT_H

#include <dna/prooftype.h>

#define POSH_URL_MAX  2048
#define POSH_HOST_MAX 253

struct posh_document {
	struct dna_json *json;               /* to be freed in any case */
	const struct dna_json *fingerprints; /* a list of descriptors; NULL: it refers to ... */
	char url[POSH_URL_MAX + 1];
	int64_t expires; /* seconds */
	char why[160];   /* it is no document */
};

/* Into a zeroed |document|; false: |document->why| says what is wrong with it. */
bool posh_document_read(struct posh_document *document, struct dna_bytes text);

/* The host of an https URL; false: it is none that can have a web site, or there is more to it. */
bool posh_host_read(const char *url, char host[POSH_HOST_MAX + 1]);

struct posh_hash {
	const char *name; /* as it is registered */
	enum dna_hash hash;
	size_t size;
};

/* The fingerprint of a descriptor that counts, and by which hash it is; NULL: there is none. */
const struct posh_hash *posh_fingerprint_read(const struct dna_json *descriptor,
					      uint8_t digest[64]);

#endif

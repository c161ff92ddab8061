/* What a resolver is sent: one question. */
#ifndef DNA_RESOLVER_REQUEST_H
#define DNA_RESOLVER_REQUEST_H

#include "resolver/dname.h"

#define DNA_REQUEST_MAX 282 /* header, the longest name, type and class, OPT */

struct dna_request {
	size_t size;
	uint8_t octets[DNA_REQUEST_MAX];
};

/*
 * Its id is 0. |trust_ad|: wanted is what the resolver found out about the signatures, instead of
 * the signatures.
 */
void dna_request_write(struct dna_request *request, const struct dna_dname *name, uint16_t type,
		       bool trust_ad);
void dna_request_number(struct dna_request *request, uint16_t id);

/*
 * Whether |message|, which has a header, replies to this question, whatever its id is. A reply that
 * has no question at all complains about the request: that is for the wire check to refuse.
 */
bool dna_request_answered(const struct dna_request *request, struct dna_bytes message);

#endif

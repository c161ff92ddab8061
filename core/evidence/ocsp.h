/* OCSP responses (RFC 6960) as peers staple them: signed words about a few certificates. */
#ifndef DNA_EVIDENCE_OCSP_H
#define DNA_EVIDENCE_OCSP_H

#include "evidence/crls.h"

/*
 * What |response| says of the certificate that is inquired about. Nothing that can be read as such
 * a word is DNA_REVOCATION_UNKNOWN with an empty |why|.
 */
void dna_ocsp_ask(struct dna_bytes response, const struct dna_inquiry *inquiry,
		  struct dna_status *status);

#endif

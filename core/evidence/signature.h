/*
 * What authorities sign (certificates, revocation lists, OCSP responses) has one form: the data, the
 * algorithm, the signature (RFC 5280 section 4.1.1).
 */
#ifndef DNA_EVIDENCE_SIGNATURE_H
#define DNA_EVIDENCE_SIGNATURE_H

#include "evidence/der.h"

#include <gnutls/abstract.h>

struct dna_signature {
	struct dna_bytes data;             /* what is signed, as encoded */
	gnutls_sign_algorithm_t algorithm; /* GNUTLS_SIGN_UNKNOWN: one that nobody here knows */
	struct dna_bytes octets;
};

/* Read the three elements that |*der| begins with, and move past them; |*data| is the first. */
int dna_signature_read(struct dna_bytes *der, struct dna_der *data,
		       struct dna_signature *signature);

struct dna_certificate;
bool dna_signature_verifies(const struct dna_signature *signature,
			    const struct dna_certificate *signer);
/* The same with a bare key, which is not good for anything else afterwards. */
bool dna_signature_verifies_by(const struct dna_signature *signature, gnutls_pubkey_t key);

bool dna_signature_is_strong(const struct dna_signature *signature, gnutls_sec_param_t security);

#endif

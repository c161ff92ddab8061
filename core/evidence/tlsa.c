/* TLSA records against certificates (RFC 6698 section 2.1, RFC 7671). libdane is not used: what it
 * accepts can be forged. */
#include "evidence/line.h"

#include <gnutls/abstract.h>

enum { MATCH_FULL = 0, MATCH_SHA256 = 1, MATCH_SHA512 = 2 };

bool dna_tlsa_matches(const struct dna_tlsa *tlsa, const struct dna_chain *chain, size_t index)
{
	uint8_t digest[64];
	size_t size;

	if (index >= chain->count || tlsa->selector > DNA_SELECT_KEY)
		return false;
	if (tlsa->matching == MATCH_FULL) {
		const struct dna_certificate *certificate = chain->certificates[index];

		return dna_bytes_equal(tlsa->data, tlsa->selector == DNA_SELECT_KEY
							   ? certificate->key
							   : certificate->der);
	}
	if (tlsa->matching > MATCH_SHA512 ||
	    dna_chain_digest(chain, index, (enum dna_selector)tlsa->selector,
			     tlsa->matching == MATCH_SHA256 ? DNA_SHA256 : DNA_SHA512, digest,
			     &size) != 0)
		return false;
	return dna_bytes_equal(tlsa->data, (struct dna_bytes){ digest, size });
}

/* The bare key in a record; NULL when it holds none. */
static gnutls_pubkey_t read_key(const struct dna_tlsa *tlsa)
{
	const gnutls_datum_t der = { (unsigned char *)(uintptr_t)tlsa->data.data,
				     (unsigned)tlsa->data.size };
	gnutls_pubkey_t key;

	if (gnutls_pubkey_init(&key) != 0)
		return NULL;
	if (gnutls_pubkey_import(key, &der, GNUTLS_X509_FMT_DER) == 0)
		return key;
	gnutls_pubkey_deinit(key);
	return NULL;
}

/* As strict as a path is. */
static bool is_strong(gnutls_pubkey_t key, const struct dna_signature *signature,
		      gnutls_sec_param_t security)
{
	unsigned bits = 0;
	int kind = gnutls_pubkey_get_pk_algorithm(key, &bits);

	return kind > 0 &&
	       gnutls_pk_bits_to_sec_param((gnutls_pk_algorithm_t)kind, bits) >= security &&
	       dna_signature_is_strong(signature, security);
}

bool dna_tlsa_signed(const struct dna_tlsa *tlsa, const struct dna_chain *chain, size_t index,
		     const char *security)
{
	const struct dna_signature *signature;
	gnutls_sec_param_t level;
	gnutls_pubkey_t key;
	bool is_signed;

	if (index >= chain->count || tlsa->selector != DNA_SELECT_KEY ||
	    tlsa->matching != MATCH_FULL || dna_security_level(security, &level) != 0)
		return false;
	key = read_key(tlsa);
	if (key == NULL)
		return false;
	signature = &chain->certificates[index]->signature;
	is_signed = is_strong(key, signature, level) && dna_signature_verifies_by(signature, key);
	gnutls_pubkey_deinit(key);
	return is_signed;
}

/* Whether a record with matching type Full holds what its selector says (DANE-009). */
static bool holds_object(const struct dna_tlsa *tlsa)
{
	struct dna_certificate *certificate;
	gnutls_pubkey_t key;

	if (tlsa->selector == DNA_SELECT_CERTIFICATE) {
		if (dna_certificate_new(&certificate, tlsa->data) != 0)
			return false;
		dna_certificate_unref(certificate);
		return true;
	}
	key = read_key(tlsa);
	if (key == NULL)
		return false;
	gnutls_pubkey_deinit(key);
	return true;
}

bool dna_tlsa_usable(const struct dna_tlsa *tlsa, const char **why)
{
	if (tlsa->usage > 3)
		*why = "unknown certificate usage";
	else if (tlsa->selector > DNA_SELECT_KEY)
		*why = "unknown selector";
	else if (tlsa->matching > MATCH_SHA512)
		*why = "unknown matching type";
	else if (tlsa->matching == MATCH_SHA256 && tlsa->data.size != 32)
		*why = "not as long as a SHA-256 digest";
	else if (tlsa->matching == MATCH_SHA512 && tlsa->data.size != 64)
		*why = "not as long as a SHA-512 digest";
	else if (tlsa->matching == MATCH_FULL && !holds_object(tlsa))
		*why = "holds no certificate or key, as its selector says";
	else
		return true;
	return false;
}

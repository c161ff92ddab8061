/* Signatures of authorities. */
#include "evidence/signature.h"
#include "evidence/certificate.h"

#include <gnutls/crypto.h>

#include <string.h>

#define ID_RSASSA_PSS "1.2.840.113549.1.1.10"

/* ---- Reading ---- */

/*
 * The digest that RSA-PSS parameters name (RFC 4055 section 3.1); SHA-1, which they default to, is
 * too weak for everything.
 */
static gnutls_sign_algorithm_t read_pss(struct dna_bytes rest)
{
	struct dna_der parameters, digest, algorithm, oid;
	gnutls_digest_algorithm_t kind;
	char text[64];

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &parameters) != 0 ||
	    dna_der_read_tag(&parameters.content, DNA_DER_CONTEXT_CONSTRUCTED, &digest) != 0 ||
	    dna_der_read_tag(&digest.content, DNA_DER_SEQUENCE, &algorithm) != 0 ||
	    dna_der_read_tag(&algorithm.content, DNA_DER_OID, &oid) != 0)
		return GNUTLS_SIGN_UNKNOWN;
	dna_oid_write(oid.content, text, sizeof(text));
	kind = gnutls_oid_to_digest(text);
	return gnutls_pk_to_sign(GNUTLS_PK_RSA_PSS, kind);
}

static gnutls_sign_algorithm_t read_algorithm(struct dna_bytes rest)
{
	struct dna_der oid;
	char text[64];

	if (dna_der_read_tag(&rest, DNA_DER_OID, &oid) != 0)
		return GNUTLS_SIGN_UNKNOWN;
	dna_oid_write(oid.content, text, sizeof(text));
	return strcmp(text, ID_RSASSA_PSS) == 0 ? read_pss(rest) : gnutls_oid_to_sign(text);
}

int dna_signature_read(struct dna_bytes *der, struct dna_der *data, struct dna_signature *signature)
{
	struct dna_der algorithm, octets;

	if (dna_der_read_tag(der, DNA_DER_SEQUENCE, data) != 0 ||
	    dna_der_read_tag(der, DNA_DER_SEQUENCE, &algorithm) != 0 ||
	    dna_der_read_tag(der, DNA_DER_BIT_STRING, &octets) != 0 || octets.content.size == 0 ||
	    octets.content.data[0] != 0)
		return DNA_E_SYNTAX;
	signature->data = data->whole;
	signature->algorithm = read_algorithm(algorithm.content);
	signature->octets = (struct dna_bytes){ octets.content.data + 1, octets.content.size - 1 };
	return 0;
}

/* ---- Checking ---- */

/* Those parameters of RSA-PSS that anybody uses follow from the digest (RFC 8446 section 4.2.3). */
static int set_pss(gnutls_pubkey_t key, gnutls_digest_algorithm_t digest)
{
	gnutls_x509_spki_t spki;
	int r = gnutls_x509_spki_init(&spki);

	if (r != 0)
		return r;
	gnutls_x509_spki_set_rsa_pss_params(spki, digest, (unsigned)gnutls_hash_get_len(digest));
	r = gnutls_pubkey_set_spki(key, spki, 0);
	gnutls_x509_spki_deinit(spki);
	return r;
}

static gnutls_datum_t datum(struct dna_bytes bytes)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.size };
}

bool dna_signature_verifies_by(const struct dna_signature *signature, gnutls_pubkey_t key)
{
	const gnutls_datum_t data = datum(signature->data), octets = datum(signature->octets);

	if (signature->algorithm == GNUTLS_SIGN_UNKNOWN)
		return false;
	if (gnutls_sign_get_pk_algorithm(signature->algorithm) == GNUTLS_PK_RSA_PSS &&
	    set_pss(key, gnutls_sign_get_hash_algorithm(signature->algorithm)) != 0)
		return false;
	return gnutls_pubkey_verify_data2(key, signature->algorithm, 0, &data, &octets) >= 0;
}

bool dna_signature_verifies(const struct dna_signature *signature,
			    const struct dna_certificate *signer)
{
	gnutls_pubkey_t key;
	bool verifies;

	if (gnutls_pubkey_init(&key) != 0)
		return false;
	verifies = gnutls_pubkey_import_x509(key, signer->crt, 0) == 0 &&
		   dna_signature_verifies_by(signature, key);
	gnutls_pubkey_deinit(key);
	return verifies;
}

/* Half of a digest's bits is what finding a collision takes; Ed448 has no digest of its own. */
bool dna_signature_is_strong(const struct dna_signature *signature, gnutls_sec_param_t security)
{
	const gnutls_sign_algorithm_t algorithm = signature->algorithm;
	const gnutls_digest_algorithm_t digest = gnutls_sign_get_hash_algorithm(algorithm);

	if (algorithm == GNUTLS_SIGN_UNKNOWN ||
	    gnutls_sign_is_secure2(algorithm, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0)
		return false;
	return algorithm == GNUTLS_SIGN_EDDSA_ED448 ||
	       gnutls_hash_get_len(digest) * 4 >= gnutls_sec_param_to_symmetric_bits(security);
}

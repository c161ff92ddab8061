/*
 * What keys and signatures withstand, by the levels of GnuTLS: medium is 112 bits (RSA 2048, P-256,
 * SHA-256), which is where the web is; high is 128 bits (RSA 3072), ultra 192 (P-384, SHA-384). MD5
 * and SHA-1 are below all of them.
 */
#include "evidence/line.h"

#include <string.h>

int dna_security_level(const char *name, gnutls_sec_param_t *security)
{
	static const struct {
		const char *name;
		gnutls_sec_param_t level;
	} levels[] = {
		{ "medium", GNUTLS_SEC_PARAM_MEDIUM },
		{ "high", GNUTLS_SEC_PARAM_HIGH },
		{ "ultra", GNUTLS_SEC_PARAM_ULTRA },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (name != NULL && strcmp(levels[i].name, name) != 0)
			continue;
		*security = levels[i].level;
		return 0;
	}
	return DNA_E_INVALID;
}

static const char *level_name(gnutls_sec_param_t security)
{
	return security == GNUTLS_SEC_PARAM_ULTRA  ? "ultra"
	       : security == GNUTLS_SEC_PARAM_HIGH ? "high"
						   : "medium";
}

static bool withstands(const struct dna_certificate *certificate, gnutls_sec_param_t security,
		       const char **name, unsigned *bits)
{
	int kind = gnutls_x509_crt_get_pk_algorithm(certificate->crt, bits);
	const gnutls_pk_algorithm_t algorithm = (gnutls_pk_algorithm_t)kind;

	*name = kind > 0 ? gnutls_pk_get_name(algorithm) : NULL;
	return kind > 0 && gnutls_pk_bits_to_sec_param(algorithm, *bits) >= security;
}

bool dna_certificate_is_strong(const struct dna_certificate *certificate,
			       gnutls_sec_param_t security)
{
	const char *name;
	unsigned bits;

	return withstands(certificate, security, &name, &bits);
}

static bool is_strong_key(const struct dna_chain *line, size_t index, gnutls_sec_param_t security,
			  struct dna_refusal *refusal)
{
	char who[DNA_WHO_MAX];
	const char *name;
	unsigned bits;

	if (withstands(line->certificates[index], security, &name, &bits))
		return true;
	if (name == NULL)
		dna_refuse(refusal, "PKIX-001", "%s has a key of a kind that is not known",
			   dna_line_describe(line, index, who));
	else
		dna_refuse(refusal, "PKIX-001",
			   "%s has a key that is too weak for the security level %s: %s of %u bits",
			   dna_line_describe(line, index, who), level_name(security), name, bits);
	return false;
}

bool dna_line_is_strong(const struct dna_chain *line, size_t index, gnutls_sec_param_t security,
			struct dna_refusal *refusal)
{
	const struct dna_signature *signature = &line->certificates[index]->signature;
	const bool is_anchor = index + 1 == line->count;
	char who[DNA_WHO_MAX];
	const char *name;

	if (!is_strong_key(line, index, security, refusal))
		return false;
	if (is_anchor || dna_signature_is_strong(signature, security))
		return true;
	name = gnutls_sign_get_name(signature->algorithm);
	dna_refuse(refusal, "PKIX-001",
		   "the signature on %s is too weak for the security level %s: %s",
		   dna_line_describe(line, index, who), level_name(security),
		   name != NULL ? name : "an algorithm that is not known");
	return false;
}

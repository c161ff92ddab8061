/* What each side says of a trial. The certificate is signed by nobody: names are all it is about. */
#include "evidence/chain.h"
#include "names.h"

#include <gnutls/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(call)                                              \
	do {                                                    \
		if (!(call)) {                                  \
			printf("Bail out! %s failed\n", #call); \
			exit(99);                               \
		}                                               \
	} while (0)

/* ---- The certificate ---- */

static ASN1_STRING *new_string(int type, const struct presented *name)
{
	ASN1_STRING *string = ASN1_STRING_type_new(type);

	MUST(string != NULL && ASN1_STRING_set(string, name->octets, (int)name->size));
	return string;
}

static void set_other(GENERAL_NAME *general, const char *oid, int type,
		      const struct presented *name)
{
	ASN1_TYPE *value = ASN1_TYPE_new();

	MUST(value != NULL);
	ASN1_TYPE_set(value, type, new_string(type, name));
	MUST(GENERAL_NAME_set0_othername(general, OBJ_txt2obj(oid, 1), value));
}

static GENERAL_NAME *new_name(const struct presented *name)
{
	static const struct {
		int form, type;
		const char *oid;
	} kinds[NAME_KINDS] = {
		[NAME_DNS] = { GEN_DNS, V_ASN1_IA5STRING, NULL },
		[NAME_MAIL] = { GEN_EMAIL, V_ASN1_IA5STRING, NULL },
		[NAME_URI] = { GEN_URI, V_ASN1_IA5STRING, NULL },
		[NAME_ADDRESS] = { GEN_IPADD, V_ASN1_OCTET_STRING, NULL },
		[NAME_SRV] = { GEN_OTHERNAME, V_ASN1_IA5STRING, "1.3.6.1.5.5.7.8.7" },
		[NAME_XMPP] = { GEN_OTHERNAME, V_ASN1_UTF8STRING, "1.3.6.1.5.5.7.8.5" },
	};
	GENERAL_NAME *general = GENERAL_NAME_new();

	MUST(general != NULL);
	if (kinds[name->kind].oid != NULL)
		set_other(general, kinds[name->kind].oid, kinds[name->kind].type, name);
	else
		GENERAL_NAME_set0_value(general, kinds[name->kind].form,
					new_string(kinds[name->kind].type, name));
	return general;
}

static void add_names(X509 *x509, const struct names_trial *trial)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();

	MUST(names != NULL);
	for (size_t i = 0; i < trial->count; i++)
		MUST(sk_GENERAL_NAME_push(names, new_name(&trial->names[i])) > 0);
	MUST(X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND));
	GENERAL_NAMES_free(names);
}

/* What every certificate has, signed once. */
static X509 *new_template(void)
{
	static const uint8_t secret[32] = { 1 };
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
	X509 *x509 = X509_new();

	MUST(key != NULL && x509 != NULL);
	MUST(X509_set_version(x509, X509_VERSION_3));
	MUST(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1));
	MUST(ASN1_TIME_set(X509_getm_notBefore(x509), 0) != NULL);
	MUST(ASN1_TIME_set(X509_getm_notAfter(x509), 86400) != NULL);
	MUST(X509_set_pubkey(x509, key));
	MUST(X509_sign(x509, key, NULL) > 0);
	EVP_PKEY_free(key);
	return x509;
}

/* There is just one, for a copy takes far longer than a match; each trial makes it anew. */
static X509 *make_certificate(const struct names_trial *trial)
{
	static X509 *x509 = NULL;
	X509_NAME *subject = X509_NAME_new();

	if (x509 == NULL)
		x509 = new_template();
	if (trial->common_name)
		MUST(X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_T61STRING,
						(const unsigned char *)trial->reference, -1, -1,
						0));
	MUST(X509_set_subject_name(x509, subject));
	X509_NAME_free(subject);
	X509_EXTENSION_free(X509_delete_ext(x509, 0));
	if (trial->count > 0)
		add_names(x509, trial);
	return x509;
}

/* As encoded; to be freed with OPENSSL_free(). */
static struct dna_bytes encode(const struct names_trial *trial)
{
	X509 *x509 = make_certificate(trial);
	unsigned char *der = NULL;
	int size;

	MUST(i2d_re_X509_tbs(x509, NULL) > 0); /* or it would be the last one's */
	size = i2d_X509(x509, &der);
	MUST(size > 0);
	return (struct dna_bytes){ der, (size_t)size };
}

/* ---- Who says what ---- */

bool names_libdna(const struct names_trial *trial)
{
	const struct dna_reference reference = { .kind = DNA_DNS_ID, .name = trial->reference };
	const struct dna_bytes der = encode(trial);
	struct dna_name_match match = { .reference = NULL };
	struct dna_chain *chain;

	if (dna_chain_new(&chain, &der, 1, NULL) == 0) { /* or nobody can be in it */
		MUST(dna_chain_match(chain, &reference, 1, &match) == 0);
		dna_chain_unref(chain);
	}
	OPENSSL_free((void *)(uintptr_t)der.data);
	return match.reference != NULL;
}

bool names_openssl(const struct names_trial *trial)
{
	return X509_check_host(make_certificate(trial), trial->reference, strlen(trial->reference),
			       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
			       NULL) == 1;
}

bool names_gnutls(const struct names_trial *trial)
{
	const struct dna_bytes der = encode(trial);
	const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
	gnutls_x509_crt_t crt;
	bool matches;

	MUST(gnutls_x509_crt_init(&crt) == 0);
	matches = gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_DER) == 0 &&
		  gnutls_x509_crt_check_hostname2(crt, trial->reference, 0) != 0;
	gnutls_x509_crt_deinit(crt);
	OPENSSL_free((void *)(uintptr_t)der.data);
	return matches;
}

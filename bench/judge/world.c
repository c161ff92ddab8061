/* Chains to measure with. */
#include "world.h"

#include <gnutls/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define DO(call)                                                                 \
	do {                                                                     \
		int r_ = (int)(call);                                            \
		if (r_ < 0) {                                                    \
			fprintf(stderr, "%s: %s\n", #call, gnutls_strerror(r_)); \
			exit(1);                                                 \
		}                                                                \
	} while (0)

struct party {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

static void set_key_id(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key,
		       int (*set)(gnutls_x509_crt_t, const void *, size_t))
{
	uint8_t id[20];
	size_t size = sizeof(id);

	DO(gnutls_x509_privkey_get_key_id(key, 0, id, &size));
	DO(set(crt, id, size));
}

/* With what certificates of the web have: key identifiers, usages, a few names. */
static void set_extensions(struct party *party, const struct party *issuer, bool authority)
{
	DO(gnutls_x509_crt_set_basic_constraints(party->crt, authority, -1));
	DO(gnutls_x509_crt_set_key_usage(party->crt,
					 authority ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN
						   : GNUTLS_KEY_DIGITAL_SIGNATURE));
	set_key_id(party->crt, party->key, gnutls_x509_crt_set_subject_key_id);
	set_key_id(party->crt, issuer->key, gnutls_x509_crt_set_authority_key_id);
	if (authority)
		return;
	DO(gnutls_x509_crt_set_key_purpose_oid(party->crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
	DO(gnutls_x509_crt_set_subject_alt_name(party->crt, GNUTLS_SAN_DNSNAME, DOMAIN,
						strlen(DOMAIN), GNUTLS_FSAN_SET));
	DO(gnutls_x509_crt_set_subject_alt_name(party->crt, GNUTLS_SAN_DNSNAME, "*.hosting.example",
						strlen("*.hosting.example"), GNUTLS_FSAN_APPEND));
}

static struct party issue(const char *name, const struct party *issuer, bool authority, bool rsa,
			  struct dna_bytes *der)
{
	static uint8_t serial;
	struct party new;
	gnutls_datum_t octets;

	serial++;
	DO(gnutls_x509_privkey_init(&new.key));
	DO(gnutls_x509_privkey_generate(
		new.key, rsa ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA,
		rsa ? 2048 : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	DO(gnutls_x509_crt_init(&new.crt));
	DO(gnutls_x509_crt_set_version(new.crt, 3));
	DO(gnutls_x509_crt_set_serial(new.crt, &serial, 1));
	DO(gnutls_x509_crt_set_dn(new.crt, name, NULL));
	DO(gnutls_x509_crt_set_activation_time(new.crt, NOW - DAY));
	DO(gnutls_x509_crt_set_expiration_time(new.crt, NOW + DAY));
	DO(gnutls_x509_crt_set_key(new.crt, new.key));
	if (issuer == NULL)
		issuer = &new;
	set_extensions(&new, issuer, authority);
	DO(gnutls_x509_crt_sign2(new.crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA256, 0));
	DO(gnutls_x509_crt_export2(new.crt, GNUTLS_X509_FMT_DER, &octets));
	*der = (struct dna_bytes){ octets.data, octets.size };
	return new;
}

static void clear(struct party *party)
{
	gnutls_x509_crt_deinit(party->crt);
	gnutls_x509_privkey_deinit(party->key);
}

void world_make(struct world *world, bool rsa)
{
	struct party root = issue("CN=Root", NULL, true, rsa, &world->root);
	struct party authority = issue("CN=Authority", &root, true, rsa, &world->chain[1]);
	struct party leaf = issue("CN=Leaf", &authority, false, rsa, &world->chain[0]);

	world->kind = rsa ? "RSA 2048" : "P-256";
	clear(&leaf);
	clear(&authority);
	clear(&root);
}

void world_clear(struct world *world)
{
	gnutls_free((void *)(uintptr_t)world->chain[0].data);
	gnutls_free((void *)(uintptr_t)world->chain[1].data);
	gnutls_free((void *)(uintptr_t)world->root.data);
}

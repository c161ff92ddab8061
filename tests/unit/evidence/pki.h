/*
 * A public key infrastructure for tests, made at run time: certificates with whatever is right or
 * wrong with them.
 */
#ifndef DNA_TESTS_PKI_H
#define DNA_TESTS_PKI_H

#include "base/buffer.h"
#include "evidence/chain.h"

#include <gnutls/x509.h>

#define NOW INT64_C(1795219200) /* 2026-11-21T00:00:00Z: the clock of all tests */
#define DAY INT64_C(86400)

struct pki {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	struct dna_bytes der;
};

/*
 * Zeroes make a version 3 certificate for everything, valid from a day before NOW to a day after.
 */
struct pki_template {
	const char *subject;  /* "CN=Leaf"; NULL: none */
	int64_t from, to;     /* 0: NOW - DAY, NOW + DAY */
	const char *names;    /* "DNS:a.example SRV:_xmpp-server.a.example XMPP:a.example" */
	struct dna_bytes san; /* a subjectAltName as it is, instead */
	bool ca;
	int path_length;                /* + 1; 0: none */
	const char *purposes;           /* OIDs with spaces, "": an empty list; NULL: no extended key usage */
	unsigned usage;                 /* GNUTLS_KEY_...; 0: no key usage */
	const char *permitted;          /* name constraint for DNS names */
	struct dna_bytes constraints;   /* a nameConstraints extension as it is, instead */
	const char *policies;           /* a letter for each policy, "*" for any; "": an empty list */
	const char *mappings;           /* "AB CD": what is A above is B below, and C is D */
	/* + 1; 0: none */
	int explicit_policy, policy_mapping, any_policy;
	const char *critical;           /* OID of a critical extension that nobody knows */
	int version;                    /* 0: 3 */
	unsigned rsa_bits;              /* 0: a key on |curve| */
	gnutls_ecc_curve_t curve;       /* 0: P-256 */
	bool pss;                       /* an RSA issuer signs by RSA-PSS */
	uint8_t feature;                /* a TLS feature; 0: none */
	gnutls_digest_algorithm_t hash; /* 0: SHA-256 */
	const struct pki *key;          /* whose key; NULL: a new one */
	bool key_ids;                   /* with subject and authority key identifiers */
};

/* A certificate by |issuer|; NULL: self-signed. Every failure fails the test. */
struct pki pki_issue(const struct pki *issuer, struct pki_template template);
void pki_free(struct pki *pki);

/* A revocation list of |issuer|'s, from a day before NOW to a day after; |revoked| may be NULL. */
struct dna_bytes pki_crl(const struct pki *issuer, const struct pki *revoked);

/* Chains and anchors of these, ending with NULL. */
struct dna_chain *pki_chain(const struct pki *leaf, ...);
struct dna_anchors *pki_anchors(const struct pki *first, ...);

/* Append an element of DER. */
void pki_der(struct dna_buffer *der, uint8_t tag, const void *content, size_t size);
/*
 * Append a GeneralName: |kind| "DNS", "SRV", "XMPP", "MAIL", "URI", "IP" (also with a mask, behind
 * "/"), "DIR", "RID", or "UTF8-MAIL", an otherName that says nothing of XMPP.
 */
void pki_general_name(struct dna_buffer *der, const char *kind, const char *value, size_t size);

#endif

/*
 * What the extensions of a certificate say, as far as paths and names depend on it (RFC 5280 section
 * 4.2): found once, when the certificate is read.
 */
#ifndef DNA_EVIDENCE_EXTENSIONS_H
#define DNA_EVIDENCE_EXTENSIONS_H

#include <dna/error.h>
#include <dna/types.h>

struct dna_extensions {
	bool readable;               /* all of them are well formed, and none is there twice */
	bool strange;                /* one that is critical is not known here */
	char strange_oid[64];        /* which one: "1.2.3.4", maybe cut */
	bool authority;              /* basicConstraints: it may issue certificates */
	int path_length;             /* -1: no limit */
	bool has_usage;              /* there is a keyUsage */
	unsigned usage;              /* GNUTLS_KEY_... */
	bool must_staple;            /* TLS feature status_request (RFC 7633) */
	struct dna_bytes names;      /* subjectAltName; no data: none */
	struct dna_bytes limits;     /* nameConstraints; no data: none */
	struct dna_bytes crl_points; /* cRLDistributionPoints; no data: none */

	/* Of certificatePolicies and policyMappings what they list, one after the other; maybe none. */
	struct dna_bytes policies, policy_mappings;
	/* policyConstraints and inhibitAnyPolicy: after how many certificates they hold; -1: never. */
	int explicit_policy, policy_mapping, any_policy;
};

/* |der|: the SEQUENCE of extensions; no data: there are none. What cannot be read is not |readable|. */
void dna_extensions_read(struct dna_bytes der, struct dna_extensions *extensions);

#endif

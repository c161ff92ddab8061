/*
 * A straight line of certificates, leaf first and maybe a trust anchor last: whether it is a path in
 * the sense of RFC 5280 section 6, which is asked each time that it gets one longer. Which certificates make the line, and whether they are in date, is
 * path.c's business; whether they have been revoked, revocation.c's.
 */
#ifndef DNA_EVIDENCE_LINE_H
#define DNA_EVIDENCE_LINE_H

#include "evidence/certificate.h"

#define DNA_WHO_MAX 112 /* octets of what a certificate is called in a reason */

/* Why a line is none: the first that was said. */
struct dna_refusal {
	const char *rule; /* NULL: nothing was said */
	char reason[256];
};
void dna_refuse(struct dna_refusal *refusal, const char *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "the certificate" for the leaf, "the certificate of CN=..." for the others. Returns |text|. */
const char *dna_line_describe(const struct dna_chain *line, size_t index, char text[DNA_WHO_MAX]);

/*
 * Whether a leaf may be used for TLS at all, wherever a line from it might lead (PKIX-018).
 */
bool dna_line_may_begin(const struct dna_certificate *leaf, struct dna_refusal *refusal);

/*
 * Whether the last of the line may stand where it stands, given that those below may: all of RFC
 * 5280 section 6.1 but its dates, the signature that it made and certificate policies. |security|: what every key and
 * signature has to withstand; the last one's own signature says nothing.
 */
bool dna_line_may_go_on(const struct dna_chain *line, gnutls_sec_param_t security,
			struct dna_refusal *refusal);
/* Whether the last of the line signed the one below. */
bool dna_line_is_signed(const struct dna_chain *line, struct dna_refusal *refusal);

/*
 * Whether a line that ends in an anchor keeps to the certificate policies that its authorities
 * demand (RFC 5280 section 6.1).
 */
bool dna_line_keeps_policies(const struct dna_chain *line, struct dna_refusal *refusal);

/* The level that a policy calls "medium", "high" or "ultra"; NULL: medium. DNA_E_INVALID: none. */
int dna_security_level(const char *name, gnutls_sec_param_t *security);
/* Whether the certificate's own key withstands that. */
bool dna_certificate_is_strong(const struct dna_certificate *certificate,
			       gnutls_sec_param_t security);
/* Whether the certificate's key, and the signature on it, withstand that. */
bool dna_line_is_strong(const struct dna_chain *line, size_t index, gnutls_sec_param_t security,
			struct dna_refusal *refusal);

#endif

/*
 * Certificate revocation lists (RFC 5280 section 5): one list, and a set of them that many cases
 * share.
 */
#ifndef DNA_EVIDENCE_CRLS_H
#define DNA_EVIDENCE_CRLS_H

#include "evidence/certificate.h"

/* What an answer that depends on the time holds within, the ends included. */
struct dna_window {
	int64_t from, until;
};
/* Narrow it to where |time| stands in the same way to a period. */
void dna_window_narrow(struct dna_window *window, int64_t time, int64_t begin, int64_t end);

/* What is known of one certificate. */
enum dna_revocation_state { DNA_REVOCATION_UNKNOWN, DNA_REVOCATION_GOOD, DNA_REVOCATION_REVOKED };

#define DNA_STATUS_WHY_MAX 200

struct dna_status {
	enum dna_revocation_state state;
	int64_t until; /* of DNA_REVOCATION_GOOD: until when whoever said so stands by it */
	char why[DNA_STATUS_WHY_MAX]; /* a phrase: "it was revoked on ...", "the CRL of ... expired on ..." */
};

/* Add what another source says: revoked by any is revoked, good by any is good. */
void dna_status_add(struct dna_status *status, const struct dna_status *said);

/* What the answer is asked for, and what it depends on. */
struct dna_inquiry {
	const struct dna_certificate *certificate, *issuer;
	/* The path above the certificate, the issuer first: others of its name may sign its lists. */
	struct dna_certificate *const *above;
	size_t above_count;
	int64_t time;
	gnutls_sec_param_t security;
	struct dna_window *window; /* is narrowed */
};

struct dna_crl;

/* DNA_E_SYNTAX: not a list that can be read. DNA_E_LIMIT: too large. */
int dna_crl_new(struct dna_crl **crl, struct dna_bytes der);
struct dna_crl *dna_crl_ref(struct dna_crl *crl);
void dna_crl_unref(struct dna_crl *crl); /* NULL is legal */
struct dna_bytes dna_crl_der(const struct dna_crl *crl);
struct dna_bytes dna_crl_issuer(const struct dna_crl *crl); /* the name as it is compared */
bool dna_crl_is_by(const struct dna_crl *crl, struct dna_bytes name);
/* What the list, which has to be the issuer's by name, says. */
void dna_crl_ask(struct dna_crl *crl, const struct dna_inquiry *inquiry, struct dna_status *status);

/* ---- A set ---- */

struct dna_crls;

int dna_crls_new(struct dna_crls **crls);
struct dna_crls *dna_crls_ref(struct dna_crls *crls);
void dna_crls_unref(struct dna_crls *crls); /* NULL is legal */
int dna_crls_add(struct dna_crls *crls, struct dna_bytes der);
/* All or nothing; DNA_E_SYNTAX as well when there is none in it. */
int dna_crls_add_pem(struct dna_crls *crls, struct dna_bytes pem);
/* All that |more| has. */
int dna_crls_add_set(struct dna_crls *crls, const struct dna_crls *more);
/* A digest of all that is in it. */
const uint8_t *dna_crls_digest(const struct dna_crls *crls);
/* What they say of a certificate; without a list of its issuer that is nothing at all. */
void dna_crls_ask(const struct dna_crls *crls, const struct dna_inquiry *inquiry,
		  struct dna_status *status);
/*
 * Those that a path from this chain to one of the anchors could be asked about: of issuers of its
 * certificates, and of anchors. |each| gets the DER.
 */
int dna_crls_relevant(const struct dna_crls *crls, const struct dna_chain *chain,
		      const struct dna_anchors *anchors,
		      int (*each)(void *argument, struct dna_bytes der), void *argument);

#endif

/*
 * Whether the certificates of a line have been revoked, as far as the evidence says (PKIX-002):
 * revocation lists, and the OCSP responses that the peer stapled. Nothing is fetched.
 */
#ifndef DNA_EVIDENCE_REVOCATION_H
#define DNA_EVIDENCE_REVOCATION_H

#include "evidence/crls.h"
#include "evidence/line.h"

enum dna_revocation_mode {
	DNA_REVOCATION_OFF,  /* it is not looked at */
	DNA_REVOCATION_SOFT, /* what is revoked is refused; what is not known is said */
	DNA_REVOCATION_HARD  /* what is not known is refused as well */
};
/* "off", "soft" or "hard"; NULL: off. DNA_E_INVALID: none of them. */
int dna_revocation_mode(const char *name, enum dna_revocation_mode *mode);

struct dna_revocation {
	enum dna_revocation_mode mode;
	const struct dna_crls *crls;    /* NULL: there are none */
	const struct dna_item *stapled; /* kind "ocsp"; NULL: the peer was not asked for any */
};

/* Fill in what of it a result depends on. */
struct dna_path_key;
int dna_revocation_key(const struct dna_revocation *revocation, struct dna_path_key *key);

/*
 * Whether the line may be used. |*until| is lessened to when that has to be asked again; |remark| is
 * what speaks against a line that may be used all the same.
 */
bool dna_line_is_unrevoked(const struct dna_chain *line, const struct dna_revocation *revocation,
			   const struct dna_inquiry *when, int64_t *until,
			   struct dna_refusal *refusal, struct dna_refusal *remark);

#endif

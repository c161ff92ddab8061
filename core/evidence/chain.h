/*
 * Certificates: a chain as the peer presented it, a set of trust anchors, the path between them,
 * the identifiers in the leaf. Everything here is GnuTLS's arithmetic under our rules: no host name
 * check of GnuTLS's, no clock but the given one.
 */
#ifndef DNA_EVIDENCE_CHAIN_H
#define DNA_EVIDENCE_CHAIN_H

#include <dna/dna.h>
#include <dna/prooftype.h>

/*
 * |ders|: leaf first. DNA_E_SYNTAX: one is no certificate; |why|, unless NULL, says which.
 * DNA_E_LIMIT: too many, or none.
 */
int dna_chain_new(struct dna_chain **chain, const struct dna_bytes *ders, size_t count, char why[160]);
struct dna_chain *dna_chain_ref(struct dna_chain *chain);
void dna_chain_unref(struct dna_chain *chain);

/*
 * PEM to DER, each certificate in turn: |each| gets it and may stop with an error. DNA_E_SYNTAX:
 * none, or a damaged one.
 */
int dna_pem_read(struct dna_bytes pem, int (*each)(void *argument, struct dna_bytes der), void *argument);
/* DER to PEM text, appended. */
struct dna_buffer;
int dna_pem_write(struct dna_buffer *pem, struct dna_bytes der);
/* The same for blocks with another label, such as "X509 CRL". */
int dna_pem_read_as(const char *label, struct dna_bytes pem, int (*each)(void *argument, struct dna_bytes der), void *argument);
int dna_pem_write_as(const char *label, struct dna_buffer *pem, struct dna_bytes der);

/* What is to be checked, and what against. */
struct dna_revocation;
struct dna_path_request {
	const struct dna_anchors *anchors;
	int64_t time;
	const char *security;                    /* NULL: "medium" */
	const struct dna_revocation *revocation; /* NULL: it is not looked at */
	dna_path_accept *accept; /* NULL: any path will do */
	void *argument;
};
/* What dna_case_path() does. DNA_E_INVALID: there is no such |security|. */
int dna_chain_find_path(const struct dna_chain *chain, const struct dna_path_request *request, struct dna_path *path);
/* The same for any path, at |time|. */
int dna_chain_path(const struct dna_chain *chain, const struct dna_anchors *anchors, int64_t time, struct dna_path *path);

/*
 * The anchors that a path from this chain could possibly end in: those that issued one of its
 * certificates or are among them, and those that issued such an anchor. For recordings, which need
 * those and no others. |each| gets the DER.
 */
int dna_anchors_relevant(const struct dna_anchors *anchors, const struct dna_chain *chain,
			 int (*each)(void *argument, struct dna_bytes der), void *argument);

/* Presented identifiers (RFC 6120 section 13.7.1.2). */
enum dna_identifier_kind { DNA_DNS_ID, DNA_SRV_ID, DNA_XMPP_ADDR, DNA_IP_ID };

struct dna_reference {
	enum dna_identifier_kind kind;
	const char *name;    /* A-labels; for DNA_XMPP_ADDR U-labels, for DNA_IP_ID as inet_ntop() writes it */
	const char *service; /* for DNA_SRV_ID: "xmpp-server" */
	const struct dna_delegation *delegation;
};

/* What dna_case_match_names() does, for these references; the first of them that matches counts. */
int dna_chain_match(const struct dna_chain *chain, const struct dna_reference *references, size_t count,
		    struct dna_name_match *match);

#endif

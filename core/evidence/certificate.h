/* One parsed certificate, shared by the chains, anchors and paths that it is part of. */
#ifndef DNA_EVIDENCE_CERTIFICATE_H
#define DNA_EVIDENCE_CERTIFICATE_H

#include "base/buffer.h"
#include "base/limits.h"
#include "evidence/chain.h"
#include "evidence/extensions.h"
#include "evidence/signature.h"

#include <gnutls/x509.h>

struct dna_certificate {
	_Atomic unsigned references;
	gnutls_x509_crt_t crt;
	struct dna_bytes der; /* owned; all of these are within: */
	struct dna_bytes issuer, subject;
	struct dna_bytes key; /* the SubjectPublicKeyInfo as encoded (DANE-010) */
	struct dna_bytes serial;
	struct dna_signature signature;
	struct dna_extensions extensions;
	int64_t not_before, not_after;
	struct dna_buffer names; /* of issuer and subject, as they are compared: distinguished.h */
	struct dna_bytes issuer_name, subject_name;
};

/* DNA_E_SYNTAX: not exactly one certificate. DNA_E_LIMIT: too large. */
int dna_certificate_new(struct dna_certificate **certificate, struct dna_bytes der);
struct dna_certificate *dna_certificate_ref(struct dna_certificate *certificate);
void dna_certificate_unref(struct dna_certificate *certificate); /* NULL is legal */

bool dna_certificate_valid_at(const struct dna_certificate *certificate, int64_t time);
/*
 * Whether |issuer| is named as the issuer. Neither its signature counts, nor key identifiers, which
 * are no part of what makes a path valid (RFC 5280 section 6.1).
 */
bool dna_certificate_names_issuer(const struct dna_certificate *certificate,
				  const struct dna_certificate *issuer);
bool dna_certificate_is_self_issued(const struct dna_certificate *certificate);
/* Whether both are of the same name and key, whoever issued them. */
bool dna_certificate_same_holder(const struct dna_certificate *a, const struct dna_certificate *b);
bool dna_certificate_same(const struct dna_certificate *a, const struct dna_certificate *b);

/*
 * Subject or issuer for people, printable ASCII, cut to |size|: "CN=Example CA,O=Example". Returns
 * |text|.
 */
const char *dna_certificate_subject(const struct dna_certificate *certificate, char *text,
				    size_t size);
const char *dna_certificate_issuer(const struct dna_certificate *certificate, char *text,
				   size_t size);

/* Its octets in |text| as printable ASCII with "?" for all others, cut to |size|. */
void dna_printable(struct dna_bytes bytes, char *text, size_t size);

struct dna_chain {
	_Atomic unsigned references;
	size_t count;
	uint8_t digest[32];                                      /* SHA-256 of all of it */
	struct dna_certificate *certificates[DNA_CHAIN_MAX + 1]; /* a path has its anchor as well */
};

/* The presented identifiers of a certificate, each as it is matched. */
struct dna_identifier {
	enum dna_identifier_kind kind;
	bool valid; /* an invalid one matches nothing (PKIX-015) */
	/* DNS-ID, SRV-ID: A-labels, maybe with a wildcard; XmppAddr: U-labels; an address as text */
	char name[DNA_DOMAINPART_MAX + 1];
	char service[DNA_LABEL_MAX + 1]; /* SRV-ID: without the underscore */
	char text[256];                  /* for people: "SRV:_xmpp-server.example.net" */
};

/* |each| may stop with an error. DNA_E_SYNTAX: the subjectAltName is not well formed. */
int dna_certificate_identifiers(const struct dna_certificate *certificate,
				int (*each)(void *argument,
					    const struct dna_identifier *identifier),
				void *argument);

struct dna_der;
/*
 * The kind and value of a GeneralName; no value when its string is of a type that it must not be.
 * DNA_E_NOTFOUND: it is of a form that says nothing of an XMPP server.
 */
int dna_general_name_read(const struct dna_der *name, enum dna_identifier_kind *kind,
			  struct dna_bytes *value);

/*
 * Whether |certificate| keeps to the name constraints of |issuer| with all its names. DNA_E_POLICY:
 * not with |outside|. DNA_E_SYNTAX: the constraints cannot be read, or are of a kind that nobody
 * can process, on a kind of name that it has.
 */
int dna_certificate_constrains(const struct dna_certificate *issuer,
			       const struct dna_certificate *certificate, char *outside,
			       size_t size);

/*
 * The anchors that |certificate| names as its issuer, from |*first| on in order; returns how many
 * have that name.
 */
size_t dna_anchors_named(const struct dna_anchors *anchors,
			 const struct dna_certificate *certificate, size_t *first);
/* What is known of paths to them. */
struct dna_path_cache *dna_anchors_paths(const struct dna_anchors *anchors);
/* Whether there is an anchor with this subject, as it is compared. */
bool dna_anchors_have(const struct dna_anchors *anchors, struct dna_bytes subject);
struct dna_certificate *dna_anchors_at(const struct dna_anchors *anchors, size_t index);
/* The anchor that is this very certificate, or NULL. */
const struct dna_certificate *dna_anchors_find(const struct dna_anchors *anchors,
					       const struct dna_certificate *certificate);

#endif

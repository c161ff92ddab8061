/* Revocation along a line of certificates. */
#include "evidence/revocation.h"
#include "evidence/ocsp.h"
#include "evidence/path_cache.h"

#include <dna/evidence.h>

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

int dna_revocation_mode(const char *name, enum dna_revocation_mode *mode)
{
	static const char *const names[] = { [DNA_REVOCATION_OFF] = "off",
					     [DNA_REVOCATION_SOFT] = "soft",
					     [DNA_REVOCATION_HARD] = "hard" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (name != NULL && strcmp(name, names[i]) != 0)
			continue;
		*mode = (enum dna_revocation_mode)i;
		return 0;
	}
	return DNA_E_INVALID;
}

static int digest_stapled(const struct dna_item *stapled, uint8_t digest[DNA_DIGEST_SIZE])
{
	gnutls_hash_hd_t hash;
	int r = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (r != 0)
		return DNA_E_CRYPTO;
	for (size_t i = 0; r == 0 && i < dna_item_count(stapled); i++) {
		const struct dna_bytes response = dna_item_data(stapled, i);

		r = gnutls_hash(hash, &response.size, sizeof(response.size));
		if (r == 0)
			r = gnutls_hash(hash, response.data, response.size);
	}
	gnutls_hash_deinit(hash, digest);
	return r == 0 ? 0 : DNA_E_CRYPTO;
}

int dna_revocation_key(const struct dna_revocation *revocation, struct dna_path_key *key)
{
	if (revocation == NULL || revocation->mode == DNA_REVOCATION_OFF)
		return 0;
	key->revocation = (uint8_t)revocation->mode;
	if (revocation->crls != NULL)
		memcpy(key->crls, dna_crls_digest(revocation->crls), sizeof(key->crls));
	return revocation->stapled != NULL ? digest_stapled(revocation->stapled, key->stapled) : 0;
}

/* What the stapled responses say of a certificate; each may be about any. */
static void ask_stapled(const struct dna_item *stapled, const struct dna_inquiry *inquiry,
			struct dna_status *status)
{
	struct dna_status said;

	*status = (struct dna_status){ .state = DNA_REVOCATION_UNKNOWN };
	for (size_t i = 0; stapled != NULL && i < dna_item_count(stapled); i++) {
		dna_ocsp_ask(dna_item_data(stapled, i), inquiry, &said);
		dna_status_add(status, &said);
	}
	if (status->why[0] == '\0' && status->state == DNA_REVOCATION_UNKNOWN)
		snprintf(status->why, sizeof(status->why), "no OCSP response");
}

/* What is known of a certificate. */
struct known {
	struct dna_status status;
	bool breach; /* it demands a stapled response, and there is none */
	char why[2 * sizeof(((struct dna_status *)NULL)->why) + 8];
};

/*
 * Revoked by either is revoked; good by either is good. RFC 7633: a certificate that demands a
 * stapled response is not good without one, if the peer was asked for it.
 */
static void ask(const struct dna_revocation *revocation, const struct dna_inquiry *inquiry,
		struct known *known)
{
	struct dna_status stapled, listed = { .state = DNA_REVOCATION_UNKNOWN };
	char issuer[80];

	ask_stapled(revocation->stapled, inquiry, &stapled);
	if (revocation->crls != NULL)
		dna_crls_ask(revocation->crls, inquiry, &listed);
	else
		snprintf(listed.why, sizeof(listed.why), "no CRL of %s",
			 dna_certificate_subject(inquiry->issuer, issuer, sizeof(issuer)));
	known->status = stapled;
	dna_status_add(&known->status, &listed);
	known->breach = inquiry->certificate->extensions.must_staple &&
			revocation->stapled != NULL && stapled.state == DNA_REVOCATION_UNKNOWN;
	if (known->status.state == DNA_REVOCATION_UNKNOWN)
		snprintf(known->why, sizeof(known->why), "%s, %s", stapled.why, listed.why);
	else
		snprintf(known->why, sizeof(known->why), "%s", known->status.why);
}

/* Why the line must not be used because of its certificate |index|. */
static void refuse(const struct dna_chain *line, size_t index, const struct known *known,
		   struct dna_refusal *refusal)
{
	char who[DNA_WHO_MAX];

	dna_line_describe(line, index, who);
	if (known->status.state == DNA_REVOCATION_REVOKED)
		dna_refuse(refusal, "PKIX-002", "%s was %s", who, known->why);
	else if (known->breach)
		dna_refuse(refusal, "PKIX-002", "%s demands a stapled OCSP response: %s", who,
			   known->why[0] != '\0' ? known->why : "there is none that is good");
	else
		dna_refuse(refusal, "PKIX-002", "it is not known whether %s was revoked: %s", who,
			   known->why);
}

/* What is said of it when that is enough. */
static void note(const struct dna_chain *line, size_t index, const struct known *known,
		 struct dna_refusal *remark)
{
	char who[DNA_WHO_MAX];

	dna_refuse(remark, "PKIX-002", "not known whether %s was revoked: %s",
		   index == 0 ? "it" : dna_line_describe(line, index, who), known->why);
}

bool dna_line_is_unrevoked(const struct dna_chain *line, const struct dna_revocation *revocation,
			   const struct dna_inquiry *when, int64_t *until,
			   struct dna_refusal *refusal, struct dna_refusal *remark)
{
	struct dna_inquiry inquiry = *when;
	struct known known;
	bool good = true;

	remark->rule = NULL;
	remark->reason[0] = '\0';
	if (revocation->mode == DNA_REVOCATION_OFF)
		return true;
	for (size_t i = 0; good && i + 1 < line->count; i++) {
		inquiry.certificate = line->certificates[i];
		inquiry.issuer = line->certificates[i + 1];
		inquiry.above = &line->certificates[i + 1];
		inquiry.above_count = line->count - i - 1;
		ask(revocation, &inquiry, &known);
		known.breach &= i == 0; /* authorities have nothing to staple for themselves */
		good = !known.breach && (known.status.state == DNA_REVOCATION_GOOD ||
					 (known.status.state == DNA_REVOCATION_UNKNOWN &&
					  revocation->mode == DNA_REVOCATION_SOFT));
		if (!good)
			refuse(line, i, &known, refusal);
		else if (known.status.state == DNA_REVOCATION_UNKNOWN)
			note(line, i, &known, remark);
		else if (known.status.until < *until)
			*until = known.status.until;
	}
	return good;
}

/* A set of revocation lists, in the order in which they came. */
#include "evidence/crls.h"

#include <gnutls/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_SIZE 32

struct dna_crls {
	_Atomic unsigned references;
	size_t count;
	struct dna_crl **lists;
	uint8_t digest[DIGEST_SIZE]; /* of the digest before the last came, and the last */
};

void dna_window_narrow(struct dna_window *window, int64_t time, int64_t begin, int64_t end)
{
	int64_t from = INT64_MIN, until = INT64_MAX;

	if (time < begin) {
		until = begin - 1;
	} else if (time > end) {
		from = end + 1;
	} else {
		from = begin;
		until = end;
	}
	if (from > window->from)
		window->from = from;
	if (until < window->until)
		window->until = until;
}

/* Of those that know nothing, the first that has a word on it counts. */
void dna_status_add(struct dna_status *status, const struct dna_status *said)
{
	if (said->state > status->state ||
	    (status->state == DNA_REVOCATION_UNKNOWN && status->why[0] == '\0'))
		*status = *said;
}

int dna_crls_new(struct dna_crls **crls)
{
	struct dna_crls *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->references = 1;
	*crls = new;
	return 0;
}

struct dna_crls *dna_crls_ref(struct dna_crls *crls)
{
	crls->references++;
	return crls;
}

void dna_crls_unref(struct dna_crls *crls)
{
	if (crls == NULL || --crls->references > 0)
		return;
	for (size_t i = 0; i < crls->count; i++)
		dna_crl_unref(crls->lists[i]);
	free(crls->lists);
	free(crls);
}

static int digest(struct dna_crls *crls, struct dna_bytes der)
{
	gnutls_hash_hd_t hash;
	int r = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (r != 0)
		return DNA_E_CRYPTO;
	r = gnutls_hash(hash, crls->digest, sizeof(crls->digest));
	if (r == 0)
		r = gnutls_hash(hash, der.data, der.size);
	gnutls_hash_deinit(hash, crls->digest);
	return r == 0 ? 0 : DNA_E_CRYPTO;
}

static int append(struct dna_crls *crls, struct dna_crl *crl)
{
	struct dna_crl **lists;
	int r;

	if (crls->count == DNA_CRLS_MAX)
		return DNA_E_LIMIT;
	lists = realloc(crls->lists, (crls->count + 1) * sizeof(struct dna_crl *));
	if (lists == NULL)
		return DNA_E_NOMEM;
	crls->lists = lists;
	r = digest(crls, dna_crl_der(crl));
	if (r == 0)
		lists[crls->count++] = dna_crl_ref(crl);
	return r;
}

int dna_crls_add(struct dna_crls *crls, struct dna_bytes der)
{
	struct dna_crl *crl;
	int r = dna_crl_new(&crl, der);

	if (r != 0)
		return r;
	r = append(crls, crl);
	dna_crl_unref(crl);
	return r;
}

int dna_crls_add_set(struct dna_crls *crls, const struct dna_crls *more)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < more->count; i++)
		r = append(crls, more->lists[i]);
	return r;
}

static int add(void *argument, struct dna_bytes der)
{
	return dna_crls_add(argument, der);
}

int dna_crls_add_pem(struct dna_crls *crls, struct dna_bytes pem)
{
	struct dna_crls *new;
	int r = dna_crls_new(&new);

	if (r != 0)
		return r;
	r = dna_pem_read_as("X509 CRL", pem, add, new);
	if (r == 0)
		r = dna_crls_add_set(crls, new);
	dna_crls_unref(new);
	return r;
}

const uint8_t *dna_crls_digest(const struct dna_crls *crls)
{
	return crls->digest;
}

void dna_crls_ask(const struct dna_crls *crls, const struct dna_inquiry *inquiry,
		  struct dna_status *status)
{
	struct dna_status said;
	char issuer[80];

	*status = (struct dna_status){ .state = DNA_REVOCATION_UNKNOWN };
	for (size_t i = 0; i < crls->count && status->state != DNA_REVOCATION_REVOKED; i++) {
		if (!dna_crl_is_by(crls->lists[i], inquiry->issuer->subject_name))
			continue;
		dna_crl_ask(crls->lists[i], inquiry, &said);
		dna_status_add(status, &said);
	}
	if (status->state == DNA_REVOCATION_UNKNOWN && status->why[0] == '\0')
		snprintf(status->why, sizeof(status->why), "no CRL of %s",
			 dna_certificate_subject(inquiry->issuer, issuer, sizeof(issuer)));
}

static bool concerns(const struct dna_crl *crl, const struct dna_chain *chain,
		     const struct dna_anchors *anchors)
{
	for (size_t i = 0; i < chain->count; i++)
		if (dna_crl_is_by(crl, chain->certificates[i]->issuer_name))
			return true;
	return dna_anchors_have(anchors, dna_crl_issuer(crl));
}

int dna_crls_relevant(const struct dna_crls *crls, const struct dna_chain *chain,
		      const struct dna_anchors *anchors,
		      int (*each)(void *argument, struct dna_bytes der), void *argument)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < crls->count; i++)
		if (concerns(crls->lists[i], chain, anchors))
			r = each(argument, dna_crl_der(crls->lists[i]));
	return r;
}

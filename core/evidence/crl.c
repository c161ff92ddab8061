/*
 * One revocation list. It is read by ourselves, octet by octet, since the largest have a million
 * entries; GnuTLS checks the signature.
 */
#include "base/clock.h"
#include "evidence/crls.h"
#include "evidence/der.h"
#include "evidence/distinguished.h"

#include <dna/evidence.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXTENSIONS DNA_DER_CONTEXT_CONSTRUCTED /* [0] */

struct dna_crl {
	_Atomic unsigned references;
	struct dna_bytes der;             /* owned; all of these are within: */
	struct dna_bytes entries, points; /* |points|: of the scope; no data: any */
	struct dna_buffer issuer;         /* the name as it is compared: distinguished.h */
	struct dna_signature signature;
	int64_t this_update, next_update;
	bool next_is_known;
	bool understood; /* it has nothing critical that is not known here */
	bool users_only, authorities_only;
	bool some_reasons; /* who is not on it may be revoked for another one */

	/*
	 * Whether the signature verifies, with the key that it was checked with last. Threads share
	 * the lists of a policy, and so this.
	 */
	pthread_mutex_t lock;
	struct dna_bytes key; /* owned */
	bool verifies;
};

/* ---- Reading ---- */

static bool is_oid(struct dna_bytes oid, const char *octets)
{
	return oid.size == strlen(octets) && memcmp(oid.data, octets, oid.size) == 0;
}

/*
 * IssuingDistributionPoint (RFC 5280 section 5.2.5). Lists for others or for attribute certificates
 * are not understood.
 */
static int read_scope(struct dna_bytes value, struct dna_crl *crl)
{
	struct dna_der scope, element;

	if (dna_der_read_tag(&value, DNA_DER_SEQUENCE, &scope) != 0 || value.size != 0)
		return DNA_E_SYNTAX;
	if (dna_der_take(&scope.content, DNA_DER_CONTEXT_CONSTRUCTED, &element))
		crl->points = element.content;
	crl->users_only = dna_der_take(&scope.content, DNA_DER_CONTEXT + 1, &element);
	crl->authorities_only = dna_der_take(&scope.content, DNA_DER_CONTEXT + 2, &element);
	crl->some_reasons = dna_der_take(&scope.content, DNA_DER_CONTEXT + 3, &element);
	crl->understood &= scope.content.size == 0;
	return 0;
}

static int read_extensions(struct dna_bytes der, struct dna_crl *crl)
{
	struct dna_der_extension extension;
	struct dna_der list;
	int r = dna_der_read_tag(&der, DNA_DER_SEQUENCE, &list);

	while (r == 0 && list.content.size != 0) {
		r = dna_der_read_extension(&list.content, &extension);
		if (r == 0 && is_oid(extension.oid, "\x55\x1d\x1c"))
			r = read_scope(extension.value, crl);
		else if (r == 0)
			crl->understood &= !extension.critical;
	}
	return r;
}

/* One entry: its serial number, date and extensions, of which none may be critical. */
struct entry {
	struct dna_bytes serial;
	int64_t date;
	bool critical;
};

static int read_entry(struct dna_bytes *entries, struct entry *entry)
{
	struct dna_der_extension extension;
	struct dna_der element, serial, list;
	int r = dna_der_read_tag(entries, DNA_DER_SEQUENCE, &element);

	if (r == 0)
		r = dna_der_read_tag(&element.content, DNA_DER_INTEGER, &serial);
	if (r == 0)
		r = dna_der_read_time(&element.content, &entry->date);
	if (r != 0)
		return r;
	entry->serial = serial.content;
	entry->critical = false;
	if (!dna_der_take(&element.content, DNA_DER_SEQUENCE, &list))
		return element.content.size == 0 ? 0 : DNA_E_SYNTAX;
	while (r == 0 && list.content.size != 0) {
		r = dna_der_read_extension(&list.content, &extension);
		entry->critical |= r == 0 && extension.critical;
	}
	return r == 0 && element.content.size == 0 ? 0 : DNA_E_SYNTAX;
}

static int check_entries(struct dna_crl *crl)
{
	struct dna_bytes rest = crl->entries;
	struct entry entry;

	while (rest.size != 0) {
		int r = read_entry(&rest, &entry);

		if (r != 0)
			return r;
		crl->understood &= !entry.critical;
	}
	return 0;
}

static bool is_time(struct dna_bytes der)
{
	return der.size != 0 &&
	       (der.data[0] == DNA_DER_UTC_TIME || der.data[0] == DNA_DER_GENERALIZED_TIME);
}

static int read_signed(struct dna_bytes rest, struct dna_crl *crl)
{
	struct dna_der element;
	bool complete;

	dna_der_take(&rest, DNA_DER_INTEGER, &element); /* version */
	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element) != 0 /* signature */ ||
	    dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element) != 0)
		return DNA_E_SYNTAX;
	if (dna_distinguished_fold(element.whole, &crl->issuer, &complete) != 0)
		return DNA_E_NOMEM;
	if (dna_der_read_time(&rest, &crl->this_update) != 0)
		return DNA_E_SYNTAX;
	crl->next_is_known = is_time(rest);
	if (crl->next_is_known && dna_der_read_time(&rest, &crl->next_update) != 0)
		return DNA_E_SYNTAX;
	if (dna_der_take(&rest, DNA_DER_SEQUENCE, &element))
		crl->entries = element.content;
	if (dna_der_take(&rest, EXTENSIONS, &element) && read_extensions(element.content, crl) != 0)
		return DNA_E_SYNTAX;
	return rest.size == 0 ? check_entries(crl) : DNA_E_SYNTAX;
}

static int read_list(struct dna_crl *crl)
{
	struct dna_bytes rest = crl->der;
	struct dna_der whole, list;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &whole) != 0 || rest.size != 0)
		return DNA_E_SYNTAX;
	rest = whole.content;
	if (dna_signature_read(&rest, &list, &crl->signature) != 0 || rest.size != 0)
		return DNA_E_SYNTAX;
	return read_signed(list.content, crl);
}

int dna_crl_new(struct dna_crl **crl, struct dna_bytes der)
{
	struct dna_crl *new;
	uint8_t *octets;
	int r;

	if (der.size > DNA_CRL_MAX)
		return DNA_E_LIMIT;
	new = calloc(1, sizeof(*new));
	octets = malloc(der.size + 1);
	if (new == NULL || octets == NULL || pthread_mutex_init(&new->lock, NULL) != 0) {
		free(octets);
		free(new);
		return DNA_E_NOMEM;
	}
	if (der.size != 0)
		memcpy(octets, der.data, der.size);
	new->references = 1;
	new->der = (struct dna_bytes){ octets, der.size };
	new->understood = true;
	dna_buffer_init(&new->issuer, 0);
	r = read_list(new);
	if (r == 0)
		*crl = new;
	else
		dna_crl_unref(new);
	return r;
}

struct dna_crl *dna_crl_ref(struct dna_crl *crl)
{
	crl->references++;
	return crl;
}

void dna_crl_unref(struct dna_crl *crl)
{
	if (crl == NULL || --crl->references > 0)
		return;
	pthread_mutex_destroy(&crl->lock);
	free((void *)(uintptr_t)crl->key.data);
	dna_buffer_clear(&crl->issuer);
	free((void *)(uintptr_t)crl->der.data);
	free(crl);
}

struct dna_bytes dna_crl_der(const struct dna_crl *crl)
{
	return crl->der;
}

/* ---- Asking ---- */

static bool equal(struct dna_bytes a, struct dna_bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

struct dna_bytes dna_crl_issuer(const struct dna_crl *crl)
{
	return (struct dna_bytes){ crl->issuer.data, crl->issuer.size };
}

bool dna_crl_is_by(const struct dna_crl *crl, struct dna_bytes name)
{
	return equal(dna_crl_issuer(crl), name);
}

static bool verify(struct dna_crl *crl, const struct dna_certificate *issuer)
{
	uint8_t *key;

	if (crl->key.data != NULL && equal(crl->key, issuer->key))
		return crl->verifies;
	key = malloc(issuer->key.size);
	if (key == NULL)
		return false;
	memcpy(key, issuer->key.data, issuer->key.size);
	free((void *)(uintptr_t)crl->key.data);
	crl->key = (struct dna_bytes){ key, issuer->key.size };
	crl->verifies = dna_signature_verifies(&crl->signature, issuer);
	return crl->verifies;
}

/* Once for each key, since a list may be long and is asked often. */
static bool verifies(struct dna_crl *crl, const struct dna_certificate *issuer)
{
	bool result;

	pthread_mutex_lock(&crl->lock);
	result = verify(crl, issuer);
	pthread_mutex_unlock(&crl->lock);
	return result;
}

/* RFC 5280 section 6.3.3 (f): an issuer that says what its key is for has to name lists. */
static bool may_sign(const struct dna_certificate *issuer)
{
	return !issuer->extensions.has_usage ||
	       (issuer->extensions.usage & GNUTLS_KEY_CRL_SIGN) != 0;
}

/*
 * RFC 5280 section 6.3.3 (f): whose path is that of the certificate itself. An authority that has
 * changed its key is on it with both, and signs lists with one.
 */
static bool is_signed(struct dna_crl *crl, const struct dna_inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->above_count; i++) {
		const struct dna_certificate *authority = inquiry->above[i];

		if (dna_crl_is_by(crl, authority->subject_name) && may_sign(authority) &&
		    verifies(crl, authority))
			return true;
	}
	return false;
}

static bool find(const struct dna_crl *crl, struct dna_bytes serial, struct entry *entry)
{
	struct dna_bytes rest = crl->entries;

	while (rest.size != 0 && read_entry(&rest, entry) == 0)
		if (equal(entry->serial, serial))
			return true;
	return false;
}

/* Whether two lists of GeneralNames have a name in common. */
static bool share_name(struct dna_bytes some, struct dna_bytes others)
{
	struct dna_der name, other;

	while (some.size != 0 && dna_der_read(&some, &name) == 0) {
		struct dna_bytes rest = others;

		while (rest.size != 0 && dna_der_read(&rest, &other) == 0)
			if (equal(name.whole, other.whole))
				return true;
	}
	return false;
}

/* The names of a DistributionPointName: its fullName. */
static struct dna_bytes full_name(struct dna_bytes point)
{
	struct dna_der names;

	return dna_der_take(&point, DNA_DER_CONTEXT_CONSTRUCTED, &names)
		       ? names.content
		       : (struct dna_bytes){ NULL, 0 };
}

/*
 * RFC 5280 section 6.3.3 (b) (2) (i): a part of a list is for those certificates that name it as the
 * place to look, for all reasons and from their own issuer.
 */
static bool is_place_of(const struct dna_crl *crl, const struct dna_certificate *certificate)
{
	const struct dna_bytes wanted = full_name(crl->points);
	struct dna_bytes rest = certificate->extensions.crl_points;
	struct dna_der places, place, name;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &places) != 0)
		return false;
	while (dna_der_take(&places.content, DNA_DER_SEQUENCE, &place))
		if (dna_der_take(&place.content, DNA_DER_CONTEXT_CONSTRUCTED, &name) &&
		    place.content.size == 0 && share_name(wanted, full_name(name.content)))
			return true;
	return false;
}

static bool covers(const struct dna_crl *crl, const struct dna_certificate *certificate)
{
	if (certificate->extensions.authority ? crl->users_only : crl->authorities_only)
		return false;
	return crl->points.data == NULL || is_place_of(crl, certificate);
}

/* Whether it is a list that says something at this time; else |why| not. */
static bool is_usable(struct dna_crl *crl, const struct dna_inquiry *inquiry, const char *issuer,
		      char why[DNA_STATUS_WHY_MAX])
{
	char time[DNA_TIME_TEXT];

	if (!crl->understood)
		snprintf(why, DNA_STATUS_WHY_MAX,
			 "the CRL of %s has something critical in it that is not known", issuer);
	else if (inquiry->time < crl->this_update)
		snprintf(why, DNA_STATUS_WHY_MAX, "the CRL of %s begins on %s", issuer,
			 dna_time_write(crl->this_update, time));
	else if (dna_signature_is_strong(&crl->signature, inquiry->security) &&
		 is_signed(crl, inquiry))
		return true;
	else if (!may_sign(inquiry->issuer))
		snprintf(why, DNA_STATUS_WHY_MAX, "%s may not sign CRLs", issuer);
	else
		snprintf(why, DNA_STATUS_WHY_MAX,
			 "the signature on the CRL of %s does not verify or is too weak", issuer);
	return false;
}

/*
 * What is listed stays revoked, also when the list has expired: its issuer said so, and nobody but a
 * newer list could take it back.
 */
void dna_crl_ask(struct dna_crl *crl, const struct dna_inquiry *inquiry, struct dna_status *status)
{
	char issuer[80], time[DNA_TIME_TEXT];
	struct entry entry;

	*status = (struct dna_status){ .state = DNA_REVOCATION_UNKNOWN };
	dna_certificate_subject(inquiry->issuer, issuer, sizeof(issuer));
	dna_window_narrow(inquiry->window, inquiry->time, crl->this_update,
			  crl->next_is_known ? crl->next_update : DNA_FOREVER);
	if (!is_usable(crl, inquiry, issuer, status->why))
		return;
	if (find(crl, inquiry->certificate->serial, &entry)) {
		status->state = DNA_REVOCATION_REVOKED;
		snprintf(status->why, sizeof(status->why), "revoked on %s by the CRL of %s",
			 dna_time_write(entry.date, time), issuer);
	} else if (!crl->next_is_known)
		snprintf(status->why, sizeof(status->why),
			 "the CRL of %s does not say when it ends", issuer);
	else if (inquiry->time > crl->next_update)
		snprintf(status->why, sizeof(status->why), "the CRL of %s expired on %s", issuer,
			 dna_time_write(crl->next_update, time));
	else if (!covers(crl, inquiry->certificate))
		snprintf(status->why, sizeof(status->why),
			 "the CRL of %s is about other certificates", issuer);
	else if (crl->some_reasons)
		snprintf(status->why, sizeof(status->why),
			 "the CRL of %s is about some reasons only", issuer);
	else {
		status->state = DNA_REVOCATION_GOOD;
		status->until = crl->next_update;
	}
}

/* OCSP responses. */
#include "evidence/ocsp.h"
#include "base/clock.h"
#include "evidence/der.h"
#include "evidence/line.h"

#include <dna/evidence.h>

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#define SUCCESSFUL 0 /* OCSPResponseStatus */
#define GOOD       DNA_DER_CONTEXT
#define REVOKED    (DNA_DER_CONTEXT_CONSTRUCTED + 1)

/* A basic response, and in it the word about one certificate. */
struct response {
	struct dna_signature signature;
	struct dna_bytes certificates; /* of responders, one after the other; no data: none */
	struct dna_bytes words;        /* SingleResponses, likewise */
	bool understood;               /* it has nothing critical that is not known here */
};

struct word {
	struct dna_der certificate; /* CertID */
	struct dna_der state;
	int64_t begin, end;
	bool end_is_known;
	bool understood;
};

/* ---- Reading ---- */

/* |der|: Extensions, of which none that is critical is known. */
static int read_extensions(struct dna_bytes der, bool *understood)
{
	struct dna_der_extension extension;
	struct dna_der list;
	int r = dna_der_read_tag(&der, DNA_DER_SEQUENCE, &list);

	while (r == 0 && list.content.size != 0) {
		r = dna_der_read_extension(&list.content, &extension);
		*understood &= r != 0 || !extension.critical;
	}
	return r;
}

static int read_data(struct dna_bytes rest, struct response *response)
{
	struct dna_der element;
	int64_t produced;

	dna_der_take(&rest, DNA_DER_CONTEXT_CONSTRUCTED, &element); /* version */
	if (dna_der_read(&rest, &element) != 0 /* responderID */ ||
	    dna_der_read_time(&rest, &produced) != 0 ||
	    dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element) != 0)
		return DNA_E_SYNTAX;
	response->words = element.content;
	response->understood = true;
	if (dna_der_take(&rest, DNA_DER_CONTEXT_CONSTRUCTED + 1, &element) &&
	    read_extensions(element.content, &response->understood) != 0)
		return DNA_E_SYNTAX;
	return rest.size == 0 ? 0 : DNA_E_SYNTAX;
}

static int read_basic(struct dna_bytes der, struct response *response)
{
	struct dna_der whole, data, certificates, list;

	if (dna_der_read_tag(&der, DNA_DER_SEQUENCE, &whole) != 0 || der.size != 0 ||
	    dna_signature_read(&whole.content, &data, &response->signature) != 0)
		return DNA_E_SYNTAX;
	response->certificates = (struct dna_bytes){ NULL, 0 };
	if (dna_der_take(&whole.content, DNA_DER_CONTEXT_CONSTRUCTED, &certificates)) {
		if (dna_der_read_tag(&certificates.content, DNA_DER_SEQUENCE, &list) != 0)
			return DNA_E_SYNTAX;
		response->certificates = list.content;
	}
	return whole.content.size == 0 ? read_data(data.content, response) : DNA_E_SYNTAX;
}

/* The only kind of response that there is: id-pkix-ocsp-basic. */
static int read_response(struct dna_bytes der, struct response *response)
{
	static const uint8_t basic[] = { 0x2b, 6, 1, 5, 5, 7, 48, 1, 1 };
	struct dna_der whole, status, bytes, kind, content;

	if (der.size > DNA_OCSP_MAX || dna_der_read_tag(&der, DNA_DER_SEQUENCE, &whole) != 0 ||
	    der.size != 0 || dna_der_read_tag(&whole.content, DNA_DER_ENUMERATED, &status) != 0 ||
	    status.content.size != 1 || status.content.data[0] != SUCCESSFUL ||
	    dna_der_read_tag(&whole.content, DNA_DER_CONTEXT_CONSTRUCTED, &bytes) != 0 ||
	    dna_der_read_tag(&bytes.content, DNA_DER_SEQUENCE, &content) != 0 ||
	    dna_der_read_tag(&content.content, DNA_DER_OID, &kind) != 0 ||
	    kind.content.size != sizeof(basic) ||
	    memcmp(kind.content.data, basic, sizeof(basic)) != 0 ||
	    dna_der_read_tag(&content.content, DNA_DER_OCTET_STRING, &bytes) != 0)
		return DNA_E_SYNTAX;
	return read_basic(bytes.content, response);
}

static int read_word(struct dna_bytes *words, struct word *word)
{
	struct dna_der element, end;
	int r = dna_der_read_tag(words, DNA_DER_SEQUENCE, &element);

	if (r == 0)
		r = dna_der_read_tag(&element.content, DNA_DER_SEQUENCE, &word->certificate);
	if (r == 0)
		r = dna_der_read(&element.content, &word->state);
	if (r == 0)
		r = dna_der_read_time(&element.content, &word->begin);
	if (r != 0)
		return r;
	word->understood = true;
	word->end_is_known = dna_der_take(&element.content, DNA_DER_CONTEXT_CONSTRUCTED, &end);
	if (word->end_is_known)
		r = dna_der_read_time(&end.content, &word->end);
	if (r == 0 && dna_der_take(&element.content, DNA_DER_CONTEXT_CONSTRUCTED + 1, &end))
		r = read_extensions(end.content, &word->understood);
	return r == 0 && element.content.size == 0 ? 0 : DNA_E_SYNTAX;
}

/* ---- Whom it is about ---- */

static bool equal(struct dna_bytes a, struct dna_bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool is_digest(struct dna_bytes digest, struct dna_bytes algorithm, struct dna_bytes data)
{
	gnutls_digest_algorithm_t kind;
	uint8_t octets[64];
	struct dna_der oid;
	char text[64];

	if (dna_der_read_tag(&algorithm, DNA_DER_OID, &oid) != 0)
		return false;
	dna_oid_write(oid.content, text, sizeof(text));
	kind = gnutls_oid_to_digest(text);
	return kind != GNUTLS_DIG_UNKNOWN && gnutls_hash_get_len(kind) == digest.size &&
	       digest.size <= sizeof(octets) &&
	       gnutls_hash_fast(kind, data.data, data.size, octets) == 0 &&
	       memcmp(octets, digest.data, digest.size) == 0;
}

/* The key without what stands around it (RFC 6960 section 4.1.1). */
static struct dna_bytes bare_key(const struct dna_certificate *certificate)
{
	struct dna_bytes rest = certificate->key;
	struct dna_der key, algorithm, bits;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &key) != 0 ||
	    dna_der_read(&key.content, &algorithm) != 0 ||
	    dna_der_read_tag(&key.content, DNA_DER_BIT_STRING, &bits) != 0 ||
	    bits.content.size == 0)
		return (struct dna_bytes){ NULL, 0 };
	return (struct dna_bytes){ bits.content.data + 1, bits.content.size - 1 };
}

static bool is_about(const struct word *word, const struct dna_inquiry *inquiry)
{
	struct dna_bytes rest = word->certificate.content;
	struct dna_der algorithm, name, key, serial;

	return dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &algorithm) == 0 &&
	       dna_der_read_tag(&rest, DNA_DER_OCTET_STRING, &name) == 0 &&
	       dna_der_read_tag(&rest, DNA_DER_OCTET_STRING, &key) == 0 &&
	       dna_der_read_tag(&rest, DNA_DER_INTEGER, &serial) == 0 && rest.size == 0 &&
	       equal(serial.content, inquiry->certificate->serial) &&
	       is_digest(name.content, algorithm.content, inquiry->certificate->issuer) &&
	       is_digest(key.content, algorithm.content, bare_key(inquiry->issuer));
}

/* ---- Who says so ---- */

static bool is_for_ocsp(const struct dna_certificate *certificate)
{
	char oid[128];
	size_t size = sizeof(oid);

	for (unsigned i = 0;
	     gnutls_x509_crt_get_key_purpose_oid(certificate->crt, i, oid, &size, NULL) == 0;
	     i++, size = sizeof(oid))
		if (strcmp(oid, GNUTLS_KP_OCSP_SIGNING) == 0)
			return true;
	return false;
}

/* RFC 5280 section 4.2.1.12: what a key for OCSP is consistent with. */
static bool may_sign(const struct dna_certificate *responder)
{
	return !responder->extensions.has_usage ||
	       (responder->extensions.usage &
		(GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_NON_REPUDIATION)) != 0;
}

/* RFC 6960 section 4.2.2.2: the issuer signed it itself, or a certificate for who did. */
static bool is_delegate(const struct dna_certificate *responder, const struct dna_inquiry *inquiry)
{
	dna_window_narrow(inquiry->window, inquiry->time, responder->not_before,
			  responder->not_after);
	return dna_certificate_valid_at(responder, inquiry->time) &&
	       dna_certificate_names_issuer(responder, inquiry->issuer) && is_for_ocsp(responder) &&
	       responder->extensions.readable && !responder->extensions.strange &&
	       may_sign(responder) && dna_certificate_is_strong(responder, inquiry->security) &&
	       dna_signature_is_strong(&responder->signature, inquiry->security) &&
	       dna_signature_verifies(&responder->signature, inquiry->issuer);
}

static bool is_authentic(const struct response *response, const struct dna_inquiry *inquiry)
{
	struct dna_bytes rest = response->certificates;
	struct dna_certificate *responder;
	struct dna_der der;
	bool authentic;

	if (!dna_signature_is_strong(&response->signature, inquiry->security))
		return false;
	authentic = dna_signature_verifies(&response->signature, inquiry->issuer);
	for (unsigned i = 0; !authentic && i < DNA_RESPONDERS_MAX && rest.size != 0; i++) {
		if (dna_der_read(&rest, &der) != 0 ||
		    dna_certificate_new(&responder, der.whole) != 0)
			break;
		authentic = is_delegate(responder, inquiry) &&
			    dna_signature_verifies(&response->signature, responder);
		dna_certificate_unref(responder);
	}
	return authentic;
}

/* ---- Asking ---- */

/* As with lists, what is revoked stays so. */
static void weigh(const struct word *word, const struct dna_inquiry *inquiry,
		  struct dna_status *status)
{
	struct dna_bytes revoked = word->state.content;
	char time[DNA_TIME_TEXT];
	int64_t date;

	if (inquiry->time < word->begin)
		snprintf(status->why, sizeof(status->why), "the OCSP response begins on %s",
			 dna_time_write(word->begin, time));
	else if (word->state.tag == REVOKED && dna_der_read_time(&revoked, &date) == 0) {
		status->state = DNA_REVOCATION_REVOKED;
		snprintf(status->why, sizeof(status->why), "revoked on %s by an OCSP response",
			 dna_time_write(date, time));
	} else if (!word->end_is_known)
		snprintf(status->why, sizeof(status->why),
			 "the OCSP response does not say when it ends");
	else if (inquiry->time > word->end)
		snprintf(status->why, sizeof(status->why), "the OCSP response expired on %s",
			 dna_time_write(word->end, time));
	else if (word->state.tag != GOOD)
		snprintf(status->why, sizeof(status->why),
			 "the OCSP responder does not know the certificate");
	else {
		status->state = DNA_REVOCATION_GOOD;
		status->until = word->end;
	}
}

void dna_ocsp_ask(struct dna_bytes der, const struct dna_inquiry *inquiry,
		  struct dna_status *status)
{
	struct response response;
	struct word word;

	*status = (struct dna_status){ .state = DNA_REVOCATION_UNKNOWN };
	if (read_response(der, &response) != 0)
		return;
	while (response.words.size != 0) {
		if (read_word(&response.words, &word) != 0)
			return;
		if (!is_about(&word, inquiry))
			continue;
		dna_window_narrow(inquiry->window, inquiry->time, word.begin,
				  word.end_is_known ? word.end : DNA_FOREVER);
		if (!response.understood || !word.understood)
			snprintf(status->why, sizeof(status->why),
				 "the OCSP response has something critical in it that is not "
				 "known");
		else if (!is_authentic(&response, inquiry))
			snprintf(status->why, sizeof(status->why),
				 "the OCSP response is not signed by the issuer or for it");
		else
			weigh(&word, inquiry, status);
		return;
	}
}

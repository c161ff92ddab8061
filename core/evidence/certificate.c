/* One certificate, parsed once. */
#include "evidence/certificate.h"
#include "evidence/der.h"
#include "evidence/distinguished.h"

#include <dna/evidence.h>

#include <stdlib.h>
#include <string.h>

#define EXTENSIONS (DNA_DER_CONTEXT_CONSTRUCTED + 3) /* [3] */

/* What stands behind the key, in whatever of it there is: two unique identifiers, extensions. */
static int dissect_rest(struct dna_certificate *certificate, struct dna_bytes rest)
{
	struct dna_bytes extensions = { NULL, 0 };
	struct dna_der element;

	while (rest.size != 0) {
		if (dna_der_read(&rest, &element) != 0)
			return DNA_E_SYNTAX;
		if (element.tag == EXTENSIONS)
			extensions = element.content;
	}
	dna_extensions_read(extensions, &certificate->extensions);
	return 0;
}

/* Find the parts of what is signed that are used as they are encoded (RFC 5280 section 4.1). */
static int dissect_signed(struct dna_certificate *certificate, struct dna_bytes rest)
{
	struct dna_der element, version, serial;
	int r;

	dna_der_read_tag(&rest, DNA_DER_CONTEXT_CONSTRUCTED, &version); /* absent in version 1 */
	if (dna_der_read_tag(&rest, DNA_DER_INTEGER, &serial) != 0 ||
	    dna_der_read(&rest, &element) != 0 /* signature */)
		return DNA_E_SYNTAX;
	certificate->serial = serial.content;
	r = dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element);
	if (r != 0)
		return r;
	certificate->issuer = element.whole;
	if (dna_der_read(&rest, &element) != 0 /* validity */)
		return DNA_E_SYNTAX;
	r = dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element);
	if (r != 0)
		return r;
	certificate->subject = element.whole;
	r = dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &element);
	if (r != 0)
		return r;
	certificate->key = element.whole;
	return dissect_rest(certificate, rest);
}

static int dissect(struct dna_certificate *certificate)
{
	struct dna_bytes rest = certificate->der;
	struct dna_der whole, tbs;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &whole) != 0 || rest.size != 0)
		return DNA_E_SYNTAX;
	rest = whole.content;
	if (dna_signature_read(&rest, &tbs, &certificate->signature) != 0 || rest.size != 0)
		return DNA_E_SYNTAX;
	return dissect_signed(certificate, tbs.content);
}

static int fold_names(struct dna_certificate *certificate)
{
	struct dna_buffer *names = &certificate->names;
	bool complete;
	size_t size;
	int r = dna_distinguished_fold(certificate->issuer, names, &complete);

	size = names->size;
	if (r == 0)
		r = dna_distinguished_fold(certificate->subject, names, &complete);
	if (r != 0 || names->size == 0) /* both name nobody */
		return r;
	certificate->issuer_name = (struct dna_bytes){ names->data, size };
	certificate->subject_name = (struct dna_bytes){ names->data + size, names->size - size };
	return 0;
}

/* GnuTLS says -1 for a time that it cannot read: then the certificate is never valid. */
static void read_validity(struct dna_certificate *certificate)
{
	time_t begin = gnutls_x509_crt_get_activation_time(certificate->crt);
	time_t end = gnutls_x509_crt_get_expiration_time(certificate->crt);

	certificate->not_before = begin == (time_t)-1 ? DNA_FOREVER : begin;
	certificate->not_after = end == GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION ? DNA_FOREVER : end;
}

int dna_certificate_new(struct dna_certificate **certificate, struct dna_bytes der)
{
	struct dna_certificate *new;
	gnutls_datum_t datum;
	uint8_t *octets = NULL;
	int r = DNA_E_NOMEM;

	if (der.size > DNA_CERTIFICATE_MAX)
		return DNA_E_LIMIT;
	new = calloc(1, sizeof(*new));
	octets = malloc(der.size + 1);
	if (new == NULL || octets == NULL || gnutls_x509_crt_init(&new->crt) != 0)
		goto out;
	new->references = 1;
	dna_buffer_init(&new->names, 0);
	if (der.size != 0)
		memcpy(octets, der.data, der.size);
	new->der = (struct dna_bytes){ octets, der.size };
	datum = (gnutls_datum_t){ octets, (unsigned)der.size };
	r = DNA_E_SYNTAX;
	if (dissect(new) != 0 || gnutls_x509_crt_import(new->crt, &datum, GNUTLS_X509_FMT_DER) != 0)
		goto out;
	r = fold_names(new);
	if (r != 0)
		goto out;
	read_validity(new);
	*certificate = new;
	return 0;
out:
	if (new != NULL &&new->crt != NULL) {
		gnutls_x509_crt_deinit(new->crt);
		dna_buffer_clear(&new->names);
	}
	free(octets);
	free(new);
	return r;
}

struct dna_certificate *dna_certificate_ref(struct dna_certificate *certificate)
{
	certificate->references++;
	return certificate;
}

void dna_certificate_unref(struct dna_certificate *certificate)
{
	if (certificate == NULL || --certificate->references > 0)
		return;
	gnutls_x509_crt_deinit(certificate->crt);
	dna_buffer_clear(&certificate->names);
	free((void *)(uintptr_t)certificate->der.data);
	free(certificate);
}

bool dna_certificate_valid_at(const struct dna_certificate *certificate, int64_t time)
{
	return certificate->not_before <= time && time <= certificate->not_after;
}

static bool equal(struct dna_bytes a, struct dna_bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool dna_certificate_names_issuer(const struct dna_certificate *certificate,
				  const struct dna_certificate *issuer)
{
	return equal(certificate->issuer_name, issuer->subject_name);
}

bool dna_certificate_is_self_issued(const struct dna_certificate *certificate)
{
	return equal(certificate->issuer_name, certificate->subject_name);
}

bool dna_certificate_same_holder(const struct dna_certificate *a, const struct dna_certificate *b)
{
	return equal(a->subject_name, b->subject_name) && equal(a->key, b->key);
}

bool dna_certificate_same(const struct dna_certificate *a, const struct dna_certificate *b)
{
	return a == b || equal(a->der, b->der);
}

void dna_printable(struct dna_bytes bytes, char *text, size_t size)
{
	size_t length = bytes.size < size ? bytes.size : size - 1;

	for (size_t i = 0; i < length; i++)
		text[i] = bytes.data[i] >= ' ' && bytes.data[i] <= '~' ? (char)bytes.data[i] : '?';
	text[length] = '\0';
	if (length < bytes.size && length >= 3)
		memcpy(text + length - 3, "...", 3);
}

static const char *name(int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned),
			gnutls_x509_crt_t crt, char *text, size_t size)
{
	gnutls_datum_t dn = { NULL, 0 };

	if (get(crt, &dn, 0) == 0 && dn.size != 0)
		dna_printable((struct dna_bytes){ dn.data, dn.size }, text, size);
	else
		dna_printable((struct dna_bytes){ (const uint8_t *)"(no name)", 9 }, text, size);
	gnutls_free(dn.data);
	return text;
}

const char *dna_certificate_subject(const struct dna_certificate *certificate, char *text,
				    size_t size)
{
	return name(gnutls_x509_crt_get_dn3, certificate->crt, text, size);
}

const char *dna_certificate_issuer(const struct dna_certificate *certificate, char *text,
				   size_t size)
{
	return name(gnutls_x509_crt_get_issuer_dn3, certificate->crt, text, size);
}

/*
 * RFC 5280 section 6.1 for a straight line. GnuTLS does the arithmetic. It is not asked to check a
 * line itself: it cannot say which certificate is at fault, takes authorities of version 1, refuses
 * every chain below a name constraint on an otherName, and looks at the process's clock.
 */
#include "evidence/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void dna_refuse(struct dna_refusal *refusal, const char *rule, const char *format, ...)
{
	va_list arguments;

	if (refusal->rule != NULL)
		return;
	refusal->rule = rule;
	va_start(arguments, format);
	vsnprintf(refusal->reason, sizeof(refusal->reason), format, arguments);
	va_end(arguments);
}

const char *dna_line_describe(const struct dna_chain *line, size_t index, char text[DNA_WHO_MAX])
{
	char name[DNA_WHO_MAX - sizeof("the certificate of ")];

	if (index == 0)
		strcpy(text, "the certificate");
	else
		snprintf(text, DNA_WHO_MAX, "the certificate of %s",
			 dna_certificate_subject(line->certificates[index], name, sizeof(name)));
	return text;
}

/* ---- What a certificate may be used for ---- */

static const char *purpose_name(const char *oid)
{
	static const struct {
		const char *oid, *name;
	} names[] = {
		{ GNUTLS_KP_TLS_WWW_CLIENT, "clientAuth" },
		{ GNUTLS_KP_CODE_SIGNING, "codeSigning" },
		{ GNUTLS_KP_EMAIL_PROTECTION, "emailProtection" },
		{ GNUTLS_KP_TIME_STAMPING, "timeStamping" },
		{ GNUTLS_KP_OCSP_SIGNING, "OCSPSigning" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(oid, names[i].oid) == 0)
			return names[i].name;
	return oid;
}

/*
 * PKIX-018, PKIX-019: serverAuth, any purpose, or no word of it. On all of a line, since an
 * authority that may not issue for servers did not issue this for one.
 */
static bool serves(const struct dna_chain *line, size_t index, struct dna_refusal *refusal)
{
	char oid[128], who[DNA_WHO_MAX], purposes[96] = "";
	size_t size = sizeof(oid), used = 0;
	int r;

	for (unsigned i = 0;; i++, size = sizeof(oid)) {
		r = gnutls_x509_crt_get_key_purpose_oid(line->certificates[index]->crt, i, oid,
							&size, NULL);
		if (r != 0)
			break;
		if (strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0 || strcmp(oid, GNUTLS_KP_ANY) == 0)
			return true;
		if (used < sizeof(purposes))
			used += (size_t)snprintf(purposes + used, sizeof(purposes) - used, "%s%s",
						 used > 0 ? ", " : "", purpose_name(oid));
	}
	if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && used == 0)
		return true;
	dna_refuse(refusal, "PKIX-018", "%s is not for TLS servers: extended key usage has only %s",
		   dna_line_describe(line, index, who),
		   used > 0 ? purposes : "what cannot be read");
	return false;
}

/* RFC 5280 section 4.2.1.10: only an authority has names below it to constrain. */
static bool constrains_nobody(const struct dna_certificate *leaf, struct dna_refusal *refusal)
{
	if (leaf->extensions.limits.data == NULL || leaf->extensions.authority)
		return true;
	dna_refuse(refusal, "PKIX-017",
		   "the certificate has name constraints and is no authority's");
	return false;
}

static bool is_for_tls(const struct dna_certificate *leaf, struct dna_refusal *refusal)
{
	const unsigned needed = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT |
				GNUTLS_KEY_KEY_AGREEMENT;

	if (!leaf->extensions.has_usage || (leaf->extensions.usage & needed) != 0)
		return true;
	dna_refuse(refusal, "PKIX-018",
		   "the certificate is not for TLS: key usage has no digitalSignature, "
		   "keyEncipherment or keyAgreement");
	return false;
}

bool dna_line_may_begin(const struct dna_certificate *leaf, struct dna_refusal *refusal)
{
	return is_for_tls(leaf, refusal) && constrains_nobody(leaf, refusal);
}

/* ---- Each certificate by itself ---- */

/* RFC 5280 section 4.2: what is critical and not understood must not be passed over. */
static bool is_understood(const struct dna_chain *line, size_t index, struct dna_refusal *refusal)
{
	const struct dna_extensions *extensions = &line->certificates[index]->extensions;
	char who[DNA_WHO_MAX];

	if (!extensions->readable)
		dna_refuse(refusal, "PKIX-001", "the extensions of %s are not well formed",
			   dna_line_describe(line, index, who));
	else if (extensions->strange)
		dna_refuse(refusal, "PKIX-001", "%s has a critical extension that is not known: %s",
			   dna_line_describe(line, index, who), extensions->strange_oid);
	return extensions->readable && !extensions->strange;
}

/* ---- Whether each may issue what is before it ---- */

/* How many authorities are between |index| and the leaf; what issued itself does not count. */
static int authorities_below(const struct dna_chain *line, size_t index)
{
	int count = 0;

	for (size_t i = 1; i < index; i++)
		count += !dna_certificate_is_self_issued(line->certificates[i]);
	return count;
}

#define EMPTY_NAME_SIZE 2 /* a SEQUENCE of nothing */

/*
 * RFC 5280 section 6.1.4 (k) to (n), section 4.1.2.6: who issues has a name. Of anchors as well: a certificate that was never meant to
 * issue any is trusted for itself alone.
 */
static bool may_issue(const struct dna_chain *line, size_t index, struct dna_refusal *refusal)
{
	const struct dna_certificate *issuer = line->certificates[index];
	const struct dna_extensions *extensions = &issuer->extensions;
	char who[DNA_WHO_MAX];

	dna_line_describe(line, index, who);
	if (gnutls_x509_crt_get_version(issuer->crt) < 3)
		dna_refuse(refusal, "PKIX-001",
			   "%s is no certification authority's: it is of a version before 3", who);
	else if (issuer->subject.size <= EMPTY_NAME_SIZE)
		dna_refuse(refusal, "PKIX-001",
			   "%s is no certification authority's: it has no subject", who);
	else if (!extensions->authority)
		dna_refuse(refusal, "PKIX-001",
			   "%s is no certification authority's: it has no CA:TRUE", who);
	else if (extensions->has_usage && (extensions->usage & GNUTLS_KEY_KEY_CERT_SIGN) == 0)
		dna_refuse(refusal, "PKIX-001",
			   "%s is not for issuing certificates: key usage has no keyCertSign", who);
	else if (extensions->path_length >= 0 &&
		 authorities_below(line, index) > extensions->path_length)
		dna_refuse(refusal, "PKIX-001",
			   "%s does not allow for so many authorities below it: path length %d",
			   who, extensions->path_length);
	else if (extensions->must_staple && !line->certificates[index - 1]->extensions.must_staple)
		dna_refuse(refusal, "PKIX-001",
			   "%s demands of what it issues to demand stapled OCSP responses", who);
	else
		return true;
	return false;
}

/* RFC 5280 section 6.1.3 (a) (1) */
bool dna_line_is_signed(const struct dna_chain *line, struct dna_refusal *refusal)
{
	const struct dna_certificate *issuer = line->certificates[line->count - 1];
	const size_t index = line->count - 2;
	char who[DNA_WHO_MAX], name[80];

	if (dna_signature_verifies(&line->certificates[index]->signature, issuer))
		return true;
	dna_refuse(refusal, "PKIX-001", "the signature on %s does not verify with the key of %s",
		   dna_line_describe(line, index, who),
		   dna_certificate_subject(issuer, name, sizeof(name)));
	return false;
}

/* PKIX-017: of every issuer, the anchor as well (DANE-013). */
static bool keeps_constraints(const struct dna_chain *line, size_t index,
			      struct dna_refusal *refusal)
{
	char outside[128] = "", name[80];
	int r = 0;

	for (size_t i = 0; i < index && r == 0; i++)
		if (i == 0 || !dna_certificate_is_self_issued(line->certificates[i]))
			r = dna_certificate_constrains(line->certificates[index],
						       line->certificates[i], outside,
						       sizeof(outside));
	if (r == 0)
		return true;
	dna_certificate_subject(line->certificates[index], name, sizeof(name));
	if (r == DNA_E_POLICY)
		dna_refuse(refusal, "PKIX-017", "the name constraints of %s do not permit %s", name,
			   outside);
	else
		dna_refuse(refusal, "PKIX-017",
			   "the name constraints of %s cannot be compared with the names", name);
	return false;
}

/* What costs least is looked at first. */
bool dna_line_may_go_on(const struct dna_chain *line, gnutls_sec_param_t security,
			struct dna_refusal *refusal)
{
	const size_t last = line->count - 1;

	if (!is_understood(line, last, refusal) || !serves(line, last, refusal))
		return false;
	if (last == 0)
		return dna_line_is_strong(line, 0, security, refusal);
	return may_issue(line, last, refusal) &&
	       dna_line_is_strong(line, last - 1, security, refusal) &&
	       dna_line_is_strong(line, last, security, refusal) &&
	       keeps_constraints(line, last, refusal);
}

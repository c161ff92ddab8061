/*
 * RFC 5280 path validation. The search for paths is ours: every order of the presented certificates
 * and the anchors that their names allow is tried, so that chains may be unsorted and certificates
 * cross-signed, and what is out of date at the given time takes no part. Each path that is found is
 * then checked by GnuTLS as one straight line with a single anchor, which leaves it nothing to
 * choose, and by us for what it does not look at: the clock, the purpose, names that it does not
 * know.
 */
#include "base/clock.h"
#include "base/name.h"
#include "evidence/certificate.h"

#include <dna/evidence.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Anything below 112 bits is refused: MD5 and SHA-1, RSA keys shorter than 2048 bits. */
#define FLAGS (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

#define NAME_MAX_TEXT 80 /* octets of a name in a reason */

struct search {
	const struct dna_chain *chain;
	const struct dna_anchors *anchors;
	int64_t time;
	dna_path_accept *accept; /* NULL: any path will do */
	void *argument;

	struct dna_chain walk; /* the path so far, leaf first; references are not counted */
	unsigned steps, checks;
	bool exhausted; /* there is more to try than may be */

	/* Why there is none, should there be none. */
	const struct dna_certificate *end; /* where the longest walk ended */
	size_t end_depth;
	const struct dna_certificate *stale; /* an issuer that was out of date */
	char refused[256];                   /* why the first path that was checked is none */
};

__attribute__((format(printf, 2, 3))) static void say(char reason[256], const char *format, ...)
{
	va_list arguments;

	if (reason[0] != '\0')
		return;
	va_start(arguments, format);
	vsnprintf(reason, 256, format, arguments);
	va_end(arguments);
}

/* "the certificate", "the certificate of CN=..." */
static const char *describe(const struct search *s, const struct dna_certificate *certificate,
			    char text[NAME_MAX_TEXT + 32])
{
	char name[NAME_MAX_TEXT];

	if (certificate == s->chain->certificates[0])
		strcpy(text, "the certificate");
	else
		snprintf(text, NAME_MAX_TEXT + 32, "the certificate of %s",
			 dna_certificate_subject(certificate, name, sizeof(name)));
	return text;
}

static void say_out_of_date(char reason[256], const struct search *s,
			    const struct dna_certificate *certificate)
{
	char who[NAME_MAX_TEXT + 32], time[DNA_TIME_TEXT];

	if (s->time < certificate->not_before)
		say(reason, "%s is not valid before %s", describe(s, certificate, who),
		    dna_time_write(certificate->not_before, time));
	else
		say(reason, "%s expired on %s", describe(s, certificate, who),
		    dna_time_write(certificate->not_after, time));
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
 * PKIX-018, PKIX-019: serverAuth, any purpose, or no word of it. On all of a path, since an
 * authority that may not issue for servers did not issue this for one.
 */
static bool serves(struct search *s, const struct dna_certificate *certificate)
{
	char oid[128], who[NAME_MAX_TEXT + 32], purposes[96] = "";
	size_t size = sizeof(oid), used = 0;
	int r;

	for (unsigned i = 0;; i++, size = sizeof(oid)) {
		r = gnutls_x509_crt_get_key_purpose_oid(certificate->crt, i, oid, &size, NULL);
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
	say(s->refused, "%s is not for TLS servers: extended key usage has only %s",
	    describe(s, certificate, who), used > 0 ? purposes : "what cannot be read");
	return false;
}

/* PKIX-018: a key that may only sign certificates cannot do a TLS handshake. */
static bool shakes_hands(struct search *s, const struct dna_certificate *leaf)
{
	const unsigned needed = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT |
				GNUTLS_KEY_KEY_AGREEMENT;
	unsigned usage = 0;
	int r = gnutls_x509_crt_get_key_usage(leaf->crt, &usage, NULL);

	if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE || (r == 0 && (usage & needed) != 0))
		return true;
	say(s->refused, "the certificate is not for TLS: key usage has no digitalSignature, "
			"keyEncipherment or keyAgreement");
	return false;
}

/* PKIX-017: of every issuer, the anchor as well (DANE-013). */
static bool keeps_constraints(struct search *s)
{
	char outside[128] = "";
	int r = 0;

	for (size_t i = 1; i < s->walk.count && r == 0; i++)
		r = dna_certificate_constrains(s->walk.certificates[i], s->walk.certificates[0],
					       outside, sizeof(outside));
	if (r == DNA_E_POLICY)
		say(s->refused, "an issuer's name constraints do not permit %s", outside);
	else if (r != 0)
		say(s->refused, "an issuer's name constraints cannot be compared with the names");
	return r == 0;
}

/* ---- One path ---- */

static const char *status_text(unsigned status)
{
	static const struct {
		unsigned bit;
		const char *text;
	} texts[] = {
		{ GNUTLS_CERT_INSECURE_ALGORITHM, "a signature or key on it is too weak" },
		{ GNUTLS_CERT_SIGNATURE_FAILURE, "a signature on it does not verify" },
		{ GNUTLS_CERT_SIGNER_NOT_CA, "an issuer on it is no certification authority" },
		{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
		  "an issuer's constraints (names, path length, key usage) do not permit it" },
		{ GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS,
		  "it has a critical extension that is not known" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if ((status & texts[i].bit) != 0)
			return texts[i].text;
	return "it is not valid";
}

/* Let GnuTLS check the walk as it is. A leaf that is an anchor itself has nothing to be checked
 * (DANE-013). */
static bool verifies(struct search *s)
{
	const size_t count = s->walk.count - 1;
	gnutls_x509_crt_t line[DNA_CHAIN_MAX], anchor = s->walk.certificates[count]->crt;
	unsigned status = GNUTLS_CERT_INVALID;
	char name[NAME_MAX_TEXT];

	if (count == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		line[i] = s->walk.certificates[i]->crt;
	if (gnutls_x509_crt_list_verify(line, (unsigned)count, &anchor, 1, NULL, 0, FLAGS,
					&status) == 0 &&
	    status == 0)
		return true;
	say(s->refused, "the path to the trust anchor %s is not valid: %s",
	    dna_certificate_subject(s->walk.certificates[count], name, sizeof(name)),
	    status_text(status));
	return false;
}

/* Whether the walk, which ends in an anchor, is a path that is wanted. */
static bool complete(struct search *s)
{
	if (s->exhausted || s->checks++ == DNA_PATHS_MAX) {
		s->exhausted = true;
		return false;
	}
	for (size_t i = 0; i < s->walk.count; i++)
		if (!serves(s, s->walk.certificates[i]))
			return false;
	if (!verifies(s) || !keeps_constraints(s))
		return false;
	if (s->accept != NULL && !s->accept(s->argument, &s->walk)) {
		say(s->refused, "no path to a trust anchor is the one that is wanted");
		return false;
	}
	return true;
}

/* ---- The search ---- */

/* Whether |certificate| can come next. */
static bool follows(struct search *s, const struct dna_certificate *certificate)
{
	for (size_t i = 0; i < s->walk.count; i++)
		if (dna_certificate_same(s->walk.certificates[i], certificate))
			return false;
	if (!dna_certificate_names_issuer(s->walk.certificates[s->walk.count - 1], certificate))
		return false;
	if (!dna_certificate_valid_at(certificate, s->time)) {
		s->stale = certificate;
		return false;
	}
	return true;
}

static bool extend(struct search *s);

static bool step(struct search *s, struct dna_certificate *certificate, bool is_anchor)
{
	if (s->exhausted || s->steps++ == DNA_PATH_STEPS_MAX) {
		s->exhausted = true;
		return false;
	}
	s->walk.certificates[s->walk.count++] = certificate;
	if ((is_anchor && complete(s)) || extend(s))
		return true;
	s->walk.count--;
	return false;
}

/*
 * Go on from where the walk is, first to anchors. An anchor may be on the way to another one. A
 * self-signed certificate is the end: GnuTLS would leave it out where it is not the anchor, and
 * check another path than this.
 */
static bool extend(struct search *s)
{
	struct dna_certificate *last = s->walk.certificates[s->walk.count - 1];
	size_t first, count;

	if (s->walk.count > s->end_depth) {
		s->end_depth = s->walk.count;
		s->end = last;
	}
	if (s->walk.count > DNA_CHAIN_MAX ||
	    (s->walk.count > 1 && dna_certificate_names_issuer(last, last)))
		return false;
	count = dna_anchors_named(s->anchors, last, &first);
	for (size_t i = first; i < first + count; i++) {
		struct dna_certificate *anchor = dna_anchors_at(s->anchors, i);

		if (follows(s, anchor) && step(s, anchor, true))
			return true;
	}
	for (size_t i = 1; i < s->chain->count; i++)
		if (follows(s, s->chain->certificates[i]) &&
		    step(s, s->chain->certificates[i], false))
			return true;
	return false;
}

static bool search(struct search *s)
{
	struct dna_certificate *leaf = s->chain->certificates[0];

	if (!dna_certificate_valid_at(leaf, s->time)) {
		say_out_of_date(s->refused, s, leaf);
		return false;
	}
	if (!shakes_hands(s, leaf))
		return false;
	s->walk.references = 1;
	s->walk.certificates[0] = leaf;
	s->walk.count = 1;
	return (dna_anchors_find(s->anchors, leaf) != NULL && complete(s)) || extend(s);
}

/* Why there is no path, most telling first. */
static void explain(const struct search *s, char reason[256])
{
	char name[NAME_MAX_TEXT], stale[256] = "";

	reason[0] = '\0';
	if (s->exhausted)
		say(reason, "no path to a trust anchor was found: the certificates allow too many "
			    "to try all");
	if (s->refused[0] != '\0')
		say(reason, "%s", s->refused);
	if (s->stale != NULL) {
		say_out_of_date(stale, s, s->stale);
		say(reason, "no path to a trust anchor: %s", stale);
	}
	if (dna_certificate_names_issuer(s->end, s->end))
		say(reason, "no path to a trust anchor: %s is self-signed and not trusted itself",
		    dna_certificate_subject(s->end, name, sizeof(name)));
	say(reason, "no path to a trust anchor: issuer %s is not trusted",
	    dna_certificate_issuer(s->end, name, sizeof(name)));
}

int dna_chain_path_if(const struct dna_chain *chain, const struct dna_anchors *anchors,
		      int64_t time, dna_path_accept *accept, void *argument, struct dna_path *path)
{
	struct search s = {
		.chain = chain,
		.anchors = anchors,
		.time = time,
		.accept = accept,
		.argument = argument,
		.end = chain->certificates[0],
	};
	const struct dna_certificate *anchor;

	if (!search(&s)) {
		explain(&s, path->reason);
		return DNA_E_NOTFOUND;
	}
	anchor = dna_anchors_find(anchors, s.walk.certificates[s.walk.count - 1]);
	path->anchor = anchor->der;
	path->not_after = DNA_FOREVER;
	for (size_t i = 0; i < s.walk.count; i++)
		if (s.walk.certificates[i]->not_after < path->not_after)
			path->not_after = s.walk.certificates[i]->not_after;
	path->reason[0] = '\0';
	return 0;
}

int dna_chain_path(const struct dna_chain *chain, const struct dna_anchors *anchors, int64_t time,
		   struct dna_path *path)
{
	return dna_chain_path_if(chain, anchors, time, NULL, NULL, path);
}

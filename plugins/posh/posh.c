/*
 * posh: PKIX over Secure HTTP (RFC 7711). A domain's web site publishes the fingerprints of the
 * certificates that its XMPP servers present, or refers to a document elsewhere that does.
 */
#include "document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LABEL_SIZE    512
#define REDIRECTS_MAX 10  /* of a document and the one it refers to, taken together */
#define DIGITS        16  /* of a fingerprint, in reasons */
#define LIST_SIZE     160 /* of fingerprints, in reasons */

/* ---- Asking for them ---- */

/* POSH-001, POSH-003, POSH-004 */
static const char *well_known(const struct dna_case *c, char url[POSH_URL_MAX + 1])
{
	snprintf(url, POSH_URL_MAX + 1, "https://%s/.well-known/posh/%s.json", dna_case_domain(c),
		 dna_service_name(dna_case_service(c)));
	return url;
}

static bool is_there(const struct dna_item *item)
{
	return item != NULL && dna_item_outcome(item) == DNA_ANSWERED &&
	       dna_item_code(item) / 100 == 2;
}

/* POSH-013: a document holds as long as it says itself, within bounds. */
static int64_t end_of(const struct dna_case *c, const struct dna_item *item, int64_t expires)
{
	int64_t longest = dna_case_param_int(c, "max_lifetime");

	return dna_item_time(item) + (expires < longest ? expires : longest);
}

/* POSH-028: until when |item| may serve other cases; what is no document, for a minute. */
static int64_t lifetime_of(const struct dna_case *c, const struct dna_item *item,
			   struct posh_document *d)
{
	return end_of(c, item, posh_document_read(d, dna_item_data(item, 0)) ? d->expires : 60);
}

/* What |own| refers to. POSH-016: when one of them is stale, both are fetched again. */
static int plan_reference(const struct dna_case *c, struct dna_plan *plan,
			  const struct dna_item *own, const char *url, int64_t end)
{
	const struct dna_item *item = dna_case_item(c, "https", url, 0);
	struct posh_document d = { .json = NULL };
	int64_t other = DNA_FOREVER;

	if (is_there(item))
		other = lifetime_of(c, item, &d);
	dna_json_free(d.json);
	end = other < end ? other : end;
	if (item != NULL) {
		dna_plan_keep(plan, own, end);
		dna_plan_keep(plan, item, end);
	}
	return dna_plan_https(plan, url);
}

/* POSH-023: at once, while the SRV records are looked up. */
static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char url[POSH_URL_MAX + 1];
	const struct dna_item *item = dna_case_item(c, "https", well_known(c, url), 0);
	struct posh_document d = { .json = NULL };
	int64_t end;
	int r;

	if (!dna_domain_is_public(dna_case_domain(c))) /* POSH-027 */
		return 0;
	r = dna_plan_https(plan, url);
	if (r != 0 || !is_there(item))
		return r;
	end = lifetime_of(c, item, &d);
	/* POSH-014: what has expired at once refers to nothing. */
	if (d.url[0] != '\0' && d.expires > 0)
		r = plan_reference(c, plan, item, d.url, end);
	else
		dna_plan_keep(plan, item, end);
	dna_json_free(d.json);
	return r;
}

/* ---- Having them ---- */

/* What a later attempt may fare better with. */
static bool is_temporary(const struct dna_item *item)
{
	int code = item != NULL ? dna_item_code(item) : 0;

	return item == NULL || dna_item_outcome(item) == DNA_FAILED || code / 100 == 5 ||
	       code == 408 || code == 429;
}

/* Why there is no document, without the URL that we say anyway. */
static const char *reason_of(const struct dna_item *item)
{
	const char *url = item != NULL ? dna_item_name(item) : "";
	const char *reason = item != NULL ? dna_item_reason(item) : "";

	if (reason[0] == '\0')
		return "no reason was given";
	if (strncmp(reason, url, strlen(url)) == 0 && strncmp(reason + strlen(url), ": ", 2) == 0)
		return reason + strlen(url) + 2;
	return reason;
}

/* POSH-005: what does not exist is no material; what cannot be had speaks against nobody. */
static bool find_no_document(struct dna_finding *finding, const struct dna_item *item,
			     const char *label)
{
	if (is_temporary(item))
		dna_finding_temporary(finding);
	if (item == NULL || dna_item_outcome(item) == DNA_FAILED)
		dna_find(finding, DNA_ERROR, "POSH-005", "%s could not be fetched: %s", label,
			 reason_of(item));
	else if (dna_item_outcome(item) == DNA_DENIED)
		dna_find(finding, DNA_NONE, "POSH-005", "there is no %s: %s", label,
			 reason_of(item));
	else if (dna_item_code(item) == 404)
		dna_find(finding, DNA_NONE, "POSH-005", "there is no %s: HTTP status 404", label);
	else
		dna_find(finding, DNA_ERROR, "POSH-005", "%s could not be fetched: HTTP status %d",
			 label, dna_item_code(item));
	return false;
}

/* POSH-014, POSH-016, POSH-018 */
static bool holds(const struct dna_case *c, struct dna_finding *finding, const char *label,
		  const struct dna_item *item, int64_t expires)
{
	int64_t end = end_of(c, item, expires);

	if (expires == 0) {
		dna_find(finding, DNA_NONE, "POSH-014", "%s is void: its expires is 0", label);
		return false;
	}
	dna_finding_until(finding, end);
	if (end > dna_case_time(c))
		return true;
	dna_finding_temporary(finding);
	dna_find(finding, DNA_ERROR, "POSH-016",
		 "%s has expired, %lld seconds after it was fetched, and has to be fetched again",
		 label, (long long)(end - dna_item_time(item)));
	return false;
}

/*
 * The document at |url|, |label| to people; false when there is none that may be used, and
 * |finding| says why. |redirects| led to what was obtained so far.
 */
static bool obtain(const struct dna_case *c, struct dna_finding *finding, const char *url,
		   const char *label, unsigned *redirects, struct posh_document *d)
{
	const struct dna_item *item = dna_case_item(c, "https", url, 0);

	if (!is_there(item))
		return find_no_document(finding, item, label);
	dna_finding_cite(finding, item);
	*redirects += dna_item_redirects(item);
	if (*redirects > REDIRECTS_MAX) { /* POSH-017 */
		dna_find(finding, DNA_ERROR, "POSH-017", "%s takes %u redirections, more than %d",
			 label, *redirects, REDIRECTS_MAX);
		return false;
	}
	if (!posh_document_read(d, dna_item_data(item, 0))) {
		dna_find(finding, DNA_ERROR, "POSH-006", "%s is no POSH document: %s", label,
			 d->why);
		return false;
	}
	return holds(c, finding, label, item, d->expires);
}

/* ---- Fingerprints ---- */

/* Add a fingerprint to a list for people, as documents write it, unless it is there. */
static void note(char list[LIST_SIZE], const struct posh_hash *hash, const uint8_t digest[64])
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static const char more[] = " and more";
	char digits[DIGITS + 1] = "", word[40];
	size_t used = strlen(list);

	for (unsigned i = 0; i < DIGITS; i++) {
		const uint8_t *octet = &digest[i * 6 / 8];

		digits[i] = alphabet[(octet[0] << 8 | octet[1]) >> (10 - i * 6 % 8) & 63];
	}
	snprintf(word, sizeof(word), "%s%s %s...", used > 0 ? ", " : "", hash->name, digits);
	if (strstr(list, digits) != NULL || strstr(list, more) != NULL)
		return;
	if (used + strlen(word) + sizeof(more) > LIST_SIZE)
		snprintf(word, sizeof(word), "%s", more);
	strcpy(list + used, word);
}

/* ---- Judging ---- */

/* The fingerprints of one document, and the certificate's. */
struct comparison {
	char document[LABEL_SIZE];    /* its URL, and who refers to it */
	const char *host;             /* whom the domain refers to; NULL: nobody */
	const struct posh_hash *fits; /* NULL: no fingerprint does */
	char listed[LIST_SIZE];
	char presented[LIST_SIZE];
};

/* POSH-007, POSH-009 */
static int compare(struct comparison *p, const struct dna_chain *chain,
		   const struct dna_json *descriptors)
{
	uint8_t listed[64], presented[64];

	for (size_t i = 0; i < dna_json_size(descriptors) && p->fits == NULL; i++) {
		const struct posh_hash *hash =
			posh_fingerprint_read(dna_json_at(descriptors, i), listed);
		size_t size;
		int r;

		if (hash == NULL)
			continue;
		note(p->listed, hash, listed);
		if (chain == NULL)
			continue;
		r = dna_chain_digest(chain, 0, DNA_SELECT_CERTIFICATE, hash->hash, presented,
				     &size);
		if (r != 0)
			return r;
		if (dna_bytes_equal((struct dna_bytes){ listed, hash->size },
				    (struct dna_bytes){ presented, size })) {
			p->fits = hash;
			p->presented[0] = '\0';
		}
		note(p->presented, hash, presented);
	}
	return 0;
}

/* POSH-020, POL-005 */
__attribute__((format(printf, 5, 6))) static int
find_mismatch(const struct dna_case *c, struct dna_finding *finding, const char *rule,
	      const struct comparison *p, const char *format, ...)
{
	char why[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	dna_finding_veto(finding, DNA_SCOPE_PAIR, false);
	return dna_find(finding, dna_case_param_bool(c, "strict") ? DNA_VETO : DNA_MISMATCH, rule,
			"%s lists %s", p->document, why);
}

static int find_no_match(const struct dna_case *c, struct dna_finding *finding,
			 const struct comparison *p)
{
	if (p->listed[0] == '\0')
		return find_mismatch(c, finding, "POSH-012", p,
				     "no fingerprint by sha-512, sha-384 or sha-256 that can be "
				     "read");
	if (dna_case_chain(c) == NULL)
		return find_mismatch(c, finding, "POSH-020", p,
				     "%s; the peer presented no certificate that can be read",
				     p->listed);
	return find_mismatch(c, finding, "POSH-020", p, "%s; the certificate has %s", p->listed,
			     p->presented);
}

/* POSH-021: whom the certificate names does not count, unless the operator demands it. */
static bool names_enough(const struct dna_case *c, const struct comparison *p,
			 struct dna_name_match *match)
{
	if (!dna_case_param_bool(c, "require_name"))
		return true;
	if (dna_case_match_names(c, match) != 0)
		return false;
	return (match->reference != NULL && match->delegation == NULL) ||
	       (p->host != NULL && dna_chain_names(dna_case_chain(c), p->host));
}

static int find_match(const struct dna_case *c, struct dna_finding *finding,
		      const struct comparison *p)
{
	const struct dna_chain *chain = dna_case_chain(c);
	struct dna_name_match match = { .reference = NULL };

	if (!dna_chain_valid_at(chain, 0, dna_case_time(c))) /* POSH-019 */
		return find_mismatch(
			c, finding, "POSH-019", p, "the certificate, %s, but that %s", p->presented,
			dna_case_time(c) > dna_chain_not_after(chain, 0) ? "has expired"
									 : "is not valid yet");
	if (!names_enough(c, p, &match))
		return find_mismatch(c, finding, "POSH-021", p,
				     "the certificate, %s, but that names %s, and the policy "
				     "demands %s%s%s",
				     p->presented, match.found, dna_case_domain(c),
				     p->host != NULL ? " or " : "", p->host != NULL ? p->host : "");
	dna_finding_rests_on(finding, DNA_ROOT_WEBPKI);
	dna_finding_until(finding, dna_chain_not_after(chain, 0));
	return dna_find(finding, DNA_PROVEN, "POSH-009", "%s lists the certificate, %s",
			p->document, p->presented);
}

static int judge_documents(const struct dna_case *c, struct dna_finding *finding,
			   struct posh_document *own, struct posh_document *other)
{
	struct comparison p = { .host = NULL };
	char url[POSH_URL_MAX + 1], host[POSH_HOST_MAX + 1];
	const struct dna_json *descriptors;
	unsigned redirects = 0;
	int r;

	snprintf(p.document, sizeof(p.document), "%.320s", well_known(c, url));
	if (!obtain(c, finding, url, p.document, &redirects, own))
		return 0;
	descriptors = own->fingerprints;
	if (descriptors == NULL) {
		snprintf(p.document, sizeof(p.document), "%.150s (%s refers to it)", own->url,
			 dna_case_domain(c));
		p.host = posh_host_read(own->url, host) ? host : NULL;
		if (!obtain(c, finding, own->url, p.document, &redirects, other))
			return 0;
		if (other->fingerprints == NULL)
			return dna_find(finding, DNA_ERROR, "POSH-015",
					"%s refers to another document itself", p.document);
		descriptors = other->fingerprints;
	}
	r = compare(&p, dna_case_chain(c), descriptors);
	if (r != 0)
		return r;
	return p.fits != NULL ? find_match(c, finding, &p) : find_no_match(c, finding, &p);
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	struct posh_document own = { .json = NULL }, other = { .json = NULL };
	bool strict = dna_case_param_bool(c, "strict"); /* POL-005 */
	int r;

	if (strict)
		dna_finding_insist(finding);
	if (!dna_domain_is_public(dna_case_domain(c)))
		return dna_find(finding, DNA_NONE, "POSH-027", "%s cannot have a web site",
				dna_case_domain(c));
	/* What cannot be read is on no list, and so no way around one that has to be kept to. */
	if (dna_case_chain(c) == NULL && !(strict && dna_case_presented(c)))
		return dna_find(finding, DNA_NONE, "POSH-007",
				"the peer presented no certificate that can be read");
	r = judge_documents(c, finding, &own, &other);
	dna_json_free(own.json);
	dna_json_free(other.json);
	return r;
}

static const struct dna_param params[] = {
	{ .name = "strict",
	  .type = DNA_PARAM_BOOL,
	  .initial = "false",
	  .help = "Refuse a certificate that the document does not list, whatever else proves "
		  "it." },
	{ .name = "require_name",
	  .type = DNA_PARAM_BOOL,
	  .initial = "false",
	  .help = "Let a fingerprint count only if the certificate names the domain too, or the "
		  "host to whose document the domain refers." },
	{ .name = "max_lifetime",
	  .type = DNA_PARAM_INT,
	  .initial = "604800",
	  .least = 300, /* for so long it may be remembered on behalf of other cases */
	  .most = 31536000,
	  .help = "Seconds for which a document counts at most, whatever it says of itself." },
	{ .name = NULL },
};

DNA_PROOFTYPE(
	posh, "posh", .about = "Fingerprints of certificates that the domain's web site publishes",
	.specs = "RFC 7711, RFC 7712", .proof = "The certificate that the peer presented.",
	.match = "Its digest equals a fingerprint in the document, and it is within its dates.",
	.material = "/.well-known/posh/xmpp-{client,server}.json of the domain, by HTTPS.",
	.dns = "Not needed: a match makes the delegation secure whatever the DNS says.", /* POSH-022 */
	.does = DNA_PROVES | DNA_VETOES, .params = params, .plan = plan, .judge = judge);

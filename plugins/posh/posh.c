/*
 * posh: PKIX over Secure HTTP (RFC 7711). A domain's web site publishes the fingerprints of the
 * certificates that its XMPP servers present, or refers to a document elsewhere that does.
 */
#include <dna/prooftype.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define URL_MAX      2048
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Documents ---- */

struct document {
	struct dna_json *json;               /* to be freed in any case */
	const struct dna_json *fingerprints; /* NULL: it refers to ... */
	const char *url;
	int64_t expires; /* seconds */
	char why[160];   /* it is no document */
};

static bool wrong(struct document *d, const char *why)
{
	snprintf(d->why, sizeof(d->why), "%s", why);
	return false;
}

/* POSH-015: an absolute https URI, in characters that a URI has, without userinfo. */
static bool is_url(const char *url)
{
	static const char characters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"-._~:/?#[]@!$&'()*+,;=%";
	size_t host;

	if (url == NULL || strlen(url) > URL_MAX || strncasecmp(url, "https://", 8) != 0)
		return false;
	host = strcspn(url + 8, "/?#");
	return host > 0 && memchr(url + 8, '@', host) == NULL &&
	       url[strspn(url, characters)] == '\0';
}

/* POSH-025: bounded. */
static bool are_descriptors(const struct dna_json *list)
{
	size_t count = dna_json_size(list);

	if (dna_json_type(list) != DNA_JSON_ARRAY || count < 1 || count > 64)
		return false;
	for (size_t i = 0; i < count; i++)
		if (dna_json_type(dna_json_at(list, i)) != DNA_JSON_OBJECT ||
		    dna_json_size(dna_json_at(list, i)) > 16)
			return false;
	return true;
}

/* POSH-006 */
static bool read_document(struct document *d, struct dna_bytes text)
{
	const struct dna_json *url;

	*d = (struct document){ .json = NULL };
	if (dna_json_read(&d->json, text, d->why) != 0)
		return false;
	if (dna_json_type(d->json) != DNA_JSON_OBJECT)
		return wrong(d, "not an object");
	d->fingerprints = dna_json_get(d->json, "fingerprints");
	url = dna_json_get(d->json, "url");
	d->url = dna_json_string(url);
	if ((url == NULL) == (d->fingerprints == NULL))
		return wrong(d, "neither fingerprints nor a url, or both");
	if (url != NULL && !is_url(d->url))
		return wrong(d, "its url is no absolute https URI");
	if (d->fingerprints != NULL && !are_descriptors(d->fingerprints))
		return wrong(d, "its fingerprints are no list of 1 to 64 descriptors");
	/* POSH-013 */
	if (dna_json_integer(dna_json_get(d->json, "expires"), &d->expires) != 0 || d->expires < 0)
		return wrong(d, "it does not say in how many seconds it expires");
	return true;
}

/* ---- Asking for them ---- */

/* POSH-027. Addresses and single labels are no service domains in the first place. */
static bool has_website(const char *domain)
{
	static const char *const none[] = { ".invalid", ".local", ".localhost", ".onion" };
	size_t size = strlen(domain);

	for (size_t i = 0; i < COUNT(none); i++)
		if (size > strlen(none[i]) && strcmp(domain + size - strlen(none[i]), none[i]) == 0)
			return false;
	return true;
}

/* POSH-001, POSH-003, POSH-004 */
static const char *well_known(const struct dna_case *c, char url[URL_MAX + 1])
{
	snprintf(url, URL_MAX + 1, "https://%s/.well-known/posh/%s.json", dna_case_domain(c),
		 dna_service_name(dna_case_service(c)));
	return url;
}

static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char url[URL_MAX + 1];
	const struct dna_item *item = dna_case_item(c, "https", well_known(c, url), 0);
	struct document d;
	int r;

	if (!has_website(dna_case_domain(c)))
		return 0;
	r = dna_plan_https(plan, url);
	if (r != 0 || item == NULL || dna_item_code(item) / 100 != 2)
		return r;
	/* POSH-014: what has expired at once refers to nothing. */
	if (read_document(&d, dna_item_data(item, 0)) && d.url != NULL && d.expires > 0)
		r = dna_plan_https(plan, d.url);
	dna_json_free(d.json);
	return r;
}

/* ---- Judging ---- */

/* POSH-005: what does not exist is no material; what cannot be had speaks against nobody. */
static int find_no_document(struct dna_finding *finding, const struct dna_item *item,
			    const char *url)
{
	int code = item != NULL ? dna_item_code(item) : 0;

	if (item == NULL || dna_item_outcome(item) == DNA_FAILED || code / 100 == 5)
		dna_finding_temporary(finding);
	if (item == NULL || dna_item_outcome(item) == DNA_FAILED)
		return dna_find(finding, DNA_ERROR, "POSH-005", "POSH could not be fetched: %s",
				item != NULL ? dna_item_reason(item) : url);
	if (dna_item_outcome(item) == DNA_DENIED || code == 404 || code == 410)
		return dna_find(finding, DNA_NONE, "POSH-005", "there is no %s%s%s", url,
				dna_item_reason(item)[0] != '\0' ? ": " : "",
				dna_item_reason(item));
	return dna_find(finding, DNA_ERROR, "POSH-005", "%s could not be fetched: HTTP status %d",
			url, code);
}

/* The document at |url|; when there is none that may be used, false, and |finding| says why. */
static bool obtain(const struct dna_case *c, struct dna_finding *finding, const char *url,
		   struct document *d)
{
	const struct dna_item *item = dna_case_item(c, "https", url, 0);
	int64_t longest = dna_case_param_int(c, "max_lifetime"), end;

	if (item == NULL || dna_item_outcome(item) != DNA_ANSWERED ||
	    dna_item_code(item) / 100 != 2)
		find_no_document(finding, item, url);
	else if (!read_document(d, dna_item_data(item, 0)))
		dna_find(finding, DNA_ERROR, "POSH-006", "%s: %s", url, d->why);
	else if (d->expires == 0)
		dna_find(finding, DNA_NONE, "POSH-014", "%s expires at once, and so is withdrawn",
			 url);
	else {
		/* POSH-013, POSH-016, POSH-018: each document bounds it, by its own word. */
		end = dna_item_time(item) + (d->expires < longest ? d->expires : longest);
		dna_finding_until(finding, end);
		dna_finding_cite(finding, item);
		if (end > dna_case_time(c))
			return true;
		dna_finding_temporary(finding);
		dna_find(finding, DNA_ERROR, "POSH-016",
			 "%s has expired and has to be fetched again", url);
	}
	return false;
}

/* POSH-008: the hashes that may be used, by their registered names, strongest first. */
static const struct hash {
	const char *name;
	enum dna_hash hash;
	size_t size;
} hashes[] = { { "sha-512", DNA_SHA512, 64 },
	       { "sha-384", DNA_SHA384, 48 },
	       { "sha-256", DNA_SHA256, 32 } };

/* POSH-010, POSH-011: the strongest usable fingerprint alone counts; NULL: there is none. */
static const struct hash *read_descriptor(const struct dna_json *descriptor, uint8_t digest[64])
{
	for (size_t i = 0; i < COUNT(hashes); i++) {
		const char *text = dna_json_string(dna_json_get(descriptor, hashes[i].name));
		size_t size = 64;

		if (text != NULL && dna_base64_read(text, true, digest, &size) == 0 &&
		    size == hashes[i].size)
			return &hashes[i];
	}
	return NULL;
}

/* POSH-020, POL-005 */
static int find_mismatch(const struct dna_case *c, struct dna_finding *finding, const char *rule,
			 const char *url, const char *why)
{
	dna_finding_veto(finding, DNA_SCOPE_PAIR, false);
	return dna_find(finding, dna_case_param_bool(c, "strict") ? DNA_VETO : DNA_MISMATCH, rule,
			"%s: %s", url, why);
}

/* POSH-007, POSH-009, POSH-021: the digest of the leaf, and nothing else of it but its dates. */
static int compare(const struct dna_case *c, struct dna_finding *finding, const char *url,
		   const struct dna_json *list)
{
	const struct dna_chain *chain = dna_case_chain(c);
	uint8_t expected[64], found[64];
	char why[200] = "no descriptor has a fingerprint that can be used"; /* POSH-012 */
	size_t size;

	for (size_t i = 0; i < dna_json_size(list); i++) {
		const struct hash *hash = read_descriptor(dna_json_at(list, i), expected);
		int r;

		if (hash == NULL)
			continue;
		r = dna_chain_digest(chain, 0, DNA_SELECT_CERTIFICATE, hash->hash, found, &size);
		if (r != 0)
			return r;
		snprintf(why, sizeof(why),
			 "the %s digest of the certificate is %02x%02x%02x%02x..., expected was "
			 "%02x%02x%02x%02x...",
			 hash->name, found[0], found[1], found[2], found[3], expected[0],
			 expected[1], expected[2], expected[3]);
		if (!dna_bytes_equal((struct dna_bytes){ found, size },
				     (struct dna_bytes){ expected, hash->size }))
			continue;
		if (!dna_chain_valid_at(chain, 0, dna_case_time(c))) /* POSH-019 */
			return find_mismatch(
				c, finding, "POSH-019", url,
				"the fingerprint matches a certificate out of its dates");
		dna_finding_rests_on(finding, DNA_ROOT_WEBPKI);
		dna_finding_until(finding, dna_chain_not_after(chain, 0));
		return dna_find(finding, DNA_PROVEN, "POSH-009",
				"%s has the certificate's %s fingerprint", url, hash->name);
	}
	return find_mismatch(c, finding, "POSH-020", url, why);
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	struct document own = { .json = NULL }, other = { .json = NULL };
	char url[URL_MAX + 1];
	int r = 0;

	if (dna_case_param_bool(c, "strict")) /* POL-005 */
		dna_finding_insist(finding);
	if (!has_website(dna_case_domain(c)))
		return dna_find(finding, DNA_NONE, "POSH-027", "%s cannot have a web site",
				dna_case_domain(c));
	if (dna_case_chain(c) == NULL)
		return dna_find(finding, DNA_NONE, "POSH-007", "the peer presented no certificate");
	if (!obtain(c, finding, well_known(c, url), &own))
		goto out;
	if (own.fingerprints != NULL)
		r = compare(c, finding, url, own.fingerprints);
	else if (obtain(c, finding, own.url, &other) && other.fingerprints != NULL)
		r = compare(c, finding, own.url, other.fingerprints);
	else if (other.url != NULL)
		dna_find(finding, DNA_ERROR, "POSH-015", "%s refers to %s, which refers on", url,
			 own.url);
out:
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
	{ .name = "max_lifetime",
	  .type = DNA_PARAM_INT,
	  .initial = "604800",
	  .least = 1,
	  .most = 31536000,
	  .help = "Seconds for which a document counts at most, whatever it says of itself." },
	{ .name = NULL },
};

DNA_PROOFTYPE(
	posh, "posh", .about = "Fingerprints of certificates that the domain's web site publishes",
	.specs = "RFC 7711, RFC 7712", .proof = "The certificate that the peer presented.",
	.match = "Its digest equals a fingerprint in the document, and it is within its dates.",
	.material = "/.well-known/posh/xmpp-{client,server}.json of the domain, by HTTPS.",
	.dns = "Not needed: a match makes the delegation secure whatever the DNS says.",
	.does = DNA_PROVES | DNA_VETOES, .params = params, .plan = plan, .judge = judge);

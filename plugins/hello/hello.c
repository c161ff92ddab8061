/*
 * hello: the smallest prooftype there is, to start your own from. Copy this folder and rename it.
 *
 * It proves a domain when https://DOMAIN/.well-known/dna-hello contains the SHA-256 digest of the
 * certificate that the peer presented, in hexadecimal. Nobody publishes that, and no shipped policy
 * names it. <dna/prooftype.h> is all that a prooftype includes: whatever it may do is in there.
 */
#include <dna/prooftype.h>

#include <stdio.h>
#include <string.h>

#define URL_SIZE 300 /* a domain in A-labels has at most 253 octets */

static const char *hello_url(const struct dna_case *c, char url[URL_SIZE])
{
	snprintf(url, URL_SIZE, "https://%s/.well-known/dna-hello", dna_case_domain(c));
	return url;
}

/* Say what you need. Core fetches it, and calls again when it is there: you may need more then. */
static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char url[URL_SIZE];

	return dna_plan_https(plan, hello_url(c, url));
}

/* Say what the evidence proves, and why: operators read the reason, so name what you looked at. */
static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_chain *chain = dna_case_chain(c);
	char url[URL_SIZE], hex[2 * 64 + 1] = "";
	const struct dna_item *item = dna_case_item(c, "https", hello_url(c, url), 0);
	struct dna_bytes body;
	uint8_t digest[64];
	size_t size;
	int r;

	if (chain == NULL)
		return dna_find(finding, DNA_NONE, "hello", "the peer presented no certificate");
	/* Failing to learn is not the same as learning that there is nothing. */
	if (item == NULL || dna_item_outcome(item) == DNA_FAILED) {
		dna_finding_temporary(finding);
		return dna_find(finding, DNA_ERROR, "hello", "%s: could not be fetched", url);
	}
	if (dna_item_code(item) != 200)
		return dna_find(finding, DNA_NONE, "hello", "%s: HTTP status %d", url,
				dna_item_code(item));
	r = dna_chain_digest(chain, 0, DNA_SELECT_CERTIFICATE, DNA_SHA256, digest, &size);
	if (r != 0)
		return r;
	for (size_t i = 0; i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	body = dna_item_data(item, 0);
	if (body.size == 0 || strstr((const char *)body.data, hex) == NULL)
		return dna_find(finding, DNA_MISMATCH, "hello", "%s: does not contain %s", url,
				hex);
	/* It holds no longer than the document does, and whoever forges the web site forges it. */
	dna_finding_cite(finding, item);
	dna_finding_rests_on(finding, DNA_ROOT_WEBPKI);
	return dna_find(finding, DNA_PROVEN, "hello", "%s: contains the certificate's digest", url);
}

DNA_PROOFTYPE(hello, "hello",
	      .about = "An example: the certificate's digest in a document of the web site",
	      .specs = "none", .proof = "The certificate that the peer presented.",
	      .match = "Its SHA-256 digest stands in the document.",
	      .material = "https://DOMAIN/.well-known/dna-hello, by HTTPS.",
	      .dns = "Secure DNS is not needed.", .does = DNA_PROVES, .plan = plan, .judge = judge);

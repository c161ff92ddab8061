/*
 * pkix: a certification authority that we trust vouches for a certificate with the domain's name in
 * it (RFC 6120 section 13.7.2, RFC 9525). The name may also be that of a host that the domain was
 * securely delegated to (RFC 7673 section 4.1).
 */
#include <dna/prooftype.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PIN_SIZE 64 /* hexadecimal digits of SHA-256 */

/* ---- Certificates that the operator knows ---- */

static bool is_digest(const char *pin)
{
	return strlen(pin) == PIN_SIZE && strspn(pin, "0123456789abcdefABCDEF") == PIN_SIZE;
}

/* PKIX-023: the digest of the certificate is among the policy's; |*bad|: a pin that is none. */
static bool is_pinned(const struct dna_case *c, const char **bad)
{
	const char *const *pins = NULL;
	size_t count = dna_case_param_words(c, "pins", &pins), size;
	char digits[2 * 64 + 1] = "";
	bool pinned = false;
	uint8_t digest[64];

	if (count == 0 || dna_chain_digest(dna_case_chain(c), 0, DNA_SELECT_CERTIFICATE, DNA_SHA256,
					   digest, &size) != 0)
		return false;
	for (size_t i = 0; i < size; i++)
		snprintf(digits + 2 * i, 3, "%02x", digest[i]);
	for (size_t i = 0; i < count; i++) {
		if (!is_digest(pins[i]))
			*bad = pins[i];
		pinned = pinned || strcasecmp(pins[i], digits) == 0;
	}
	return pinned && dna_chain_valid_at(dna_case_chain(c), 0, dna_case_time(c));
}

static int find_pinned(const struct dna_case *c, struct dna_finding *finding)
{
	dna_finding_until(finding, dna_chain_not_after(dna_case_chain(c), 0));
	dna_finding_rests_on(finding, DNA_ROOT_PIN);
	return dna_find(finding, DNA_PROVEN, "PKIX-023",
			"the certificate is one that the policy pins to %s", dna_case_domain(c));
}

/* ---- Certificates of authorities ---- */

/*
 * The host that the certificate names and that the domain's SRV records name as well, only without
 * a signature.
 */
static const char *insecure_target(const struct dna_case *c)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);

		if (dna_case_endpoint(c) != NULL && e != dna_case_endpoint(c))
			continue; /* DELEG-011: only the endpoint in use */
		if (dna_endpoint_source(e) == DNA_ENDPOINT_SRV &&
		    dna_endpoint_security(e) != DNA_SECURE &&
		    dna_chain_names(dna_case_chain(c), dna_endpoint_host(e)))
			return dna_endpoint_host(e);
	}
	return NULL;
}

static int mismatch(const struct dna_case *c, const struct dna_name_match *match,
		    struct dna_finding *finding)
{
	const char *target = insecure_target(c), *domain = dna_case_domain(c);

	if (target != NULL)
		return dna_find(
			finding, DNA_MISMATCH, "DELEG-008",
			"the certificate names %s, the SRV target, but the delegation to it is "
			"insecure: DNSSEC does not secure the SRV records of %s, so the "
			"certificate has "
			"to name %s itself",
			target, domain, domain);
	return dna_find(finding, DNA_MISMATCH, "PKIX-006",
			"the certificate has to name one of %s, and names %s", match->wanted,
			match->found);
}

static int prove(const struct dna_case *c, const struct dna_path *path,
		 const struct dna_name_match *match, struct dna_finding *finding)
{
	const char *semicolon = path->remark[0] != '\0' ? "; " : "";

	dna_finding_until(finding, path->not_after);
	dna_finding_rests_on(finding, dna_case_anchors_root(c)); /* PKIX-003 */
	if (match->delegation == NULL)
		return dna_find(finding, DNA_PROVEN, "PKIX-006",
				"a trusted authority vouches for %s%s%s", match->presented,
				semicolon, path->remark);
	dna_finding_through(finding, match->delegation);
	/* Who forges the delegation needs no authority. */
	dna_finding_rests_on(finding, match->delegation->roots);
	return dna_find(finding, DNA_PROVEN, "DELEG-009",
			"a trusted authority vouches for %s, and %s delegates to it%s%s",
			match->presented, match->delegation->by, semicolon, path->remark);
}

static int judge_by_authority(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_path_rules rules = {
		.security = dna_case_param_word(c, "security"),
		.revocation = dna_case_param_word(c, "revocation"), /* PKIX-002 */
	};
	struct dna_name_match match;
	struct dna_path path;
	int r = dna_case_path(c, &rules, &path); /* PKIX-001, PKIX-018, PKIX-019 */

	if (r == DNA_E_NOTFOUND)
		return dna_find(finding, DNA_MISMATCH, path.rule, "%s", path.reason);
	if (r == 0)
		r = dna_case_match_names(c, &match); /* PKIX-004 to PKIX-014 */
	if (r != 0)
		return r;
	return match.reference != NULL ? prove(c, &path, &match, finding)
				       : mismatch(c, &match, finding);
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	const char *bad = NULL;
	bool pinned;

	if (dna_case_chain(c) == NULL)
		return dna_find(finding, DNA_NONE, "PKIX-001",
				dna_case_presented(c)
					? "the peer presented no certificate that can be read"
					: "the peer has presented no certificate");
	pinned = is_pinned(c, &bad);
	if (bad != NULL)
		return dna_find(finding, DNA_ERROR, "PKIX-023",
				"the pin '%s' is not a SHA-256 digest in hexadecimal", bad);
	return pinned ? find_pinned(c, finding) : judge_by_authority(c, finding);
}

/* ---- The prooftype ---- */

static const char *const levels[] = { "medium", "high", "ultra", NULL };
static const char *const modes[] = { "off", "soft", "hard", NULL };

static const struct dna_param params[] = {
	{ .name = "security",
	  .type = DNA_PARAM_WORD,
	  .initial = "medium",
	  .choices = levels,
	  .help = "What every key and signature on the path has to withstand: medium is 112 bits, "
		  "high 128, ultra 192." },
	{ .name = "revocation",
	  .type = DNA_PARAM_WORD,
	  .initial = "soft",
	  .choices = modes,
	  .help = "Certificates that CRLs or a stapled OCSP response call revoked: off does not "
		  "look, soft refuses them, hard also refuses what is not known to be good." },
	{ .name = "pins",
	  .type = DNA_PARAM_WORDS,
	  .initial = "[]",
	  .help = "Certificates that prove the domain whatever they name and whoever issued them, "
		  "until they expire: SHA-256 digests in hexadecimal." },
	{ .name = NULL },
};

DNA_PROOFTYPE(pkix, "pkix",
	      .about = "A certificate from a trusted authority with the domain's name",
	      .specs = "RFC 5280, RFC 6120, RFC 7712, RFC 9525",
	      .proof = "The chain of certificates that the peer presented.",
	      .match = "There is a path from the certificate to a trust anchor, nothing on it is "
		       "known to be revoked, and a name in it is the domain's, or that of a host "
		       "that the domain delegates to. Or the policy pins the very certificate.",
	      .material = "Trust anchors, revocation lists and pins that the operator provisioned, "
			  "and OCSP responses that the peer stapled.",
	      .dns = "Not needed for the domain's own name; a delegator that needs it makes the "
		     "host's name count.",
	      .does = DNA_PROVES, .params = params, .judge = judge);

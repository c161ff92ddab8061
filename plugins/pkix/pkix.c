/*
 * pkix: a certification authority that we trust vouches for a certificate with the domain's name in
 * it (RFC 6120 section 13.7.2, RFC 9525). The name may also be that of a host that the domain was
 * securely delegated to (RFC 7673 section 4.1).
 */
#include <dna/prooftype.h>

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

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_path_rules rules = {
		.security = dna_case_param_word(c, "security"),
		.revocation = dna_case_param_word(c, "revocation"),
	};
	struct dna_name_match match;
	struct dna_path path;
	int r;

	if (dna_case_chain(c) == NULL)
		return dna_find(finding, DNA_NONE, "PKIX-001",
				"the peer has presented no certificate");
	r = dna_case_path(c, &rules, &path); /* PKIX-001, PKIX-018, PKIX-019 */
	if (r == DNA_E_NOTFOUND)
		return dna_find(finding, DNA_MISMATCH, path.rule, "%s", path.reason);
	if (r == 0)
		r = dna_case_match_names(c, &match); /* PKIX-004 to PKIX-014 */
	if (r != 0)
		return r;
	if (match.reference == NULL)
		return mismatch(c, &match, finding);

	dna_finding_until(finding, path.not_after);
	dna_finding_rests_on(finding, dna_case_anchors_root(c)); /* PKIX-003 */
	if (match.delegation == NULL)
		return dna_find(finding, DNA_PROVEN, "PKIX-006",
				"a trusted authority vouches for %s%s%s", match.presented,
				path.remark[0] != '\0' ? "; " : "", path.remark);
	dna_finding_through(finding, match.delegation);
	dna_finding_rests_on(
		finding,
		match.delegation->roots); /* who forges the delegation needs no authority */
	return dna_find(finding, DNA_PROVEN, "DELEG-009",
			"a trusted authority vouches for %s, and %s delegates to it%s%s",
			match.presented, match.delegation->by, path.remark[0] != '\0' ? "; " : "",
			path.remark);
}

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
		  "look, "
		  "soft refuses them, hard also refuses what is not known to be good." },
	{ .name = NULL },
};

DNA_PROOFTYPE(pkix, "pkix",
	      .about = "A certificate from a trusted authority with the domain's name",
	      .specs = "RFC 5280, RFC 6120, RFC 7712, RFC 9525",
	      .proof = "The chain of certificates that the peer presented.",
	      .match = "There is a path from the certificate to a trust anchor, and a name in it "
		       "is the domain's, or that of a "
		       "host that the domain delegates to.",
	      .material = "Trust anchors that the operator provisioned.",
	      .dns = "Not needed for the domain's own name; a delegator that needs it makes the "
		     "host's name count.",
	      .does = DNA_PROVES, .params = params, .judge = judge);

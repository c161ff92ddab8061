/*
 * dnssec-srv: signed SRV records delegate a service domain to a host (RFC 7673 section 4.1, RFC
 * 7712 section 5.1). Who proves to be that host is then the domain too; proving it is up to others.
 */
#include <dna/prooftype.h>

/*
 * Table 2.2: whether the target host is a reference domain beside the service domain. Who named the
 * endpoint, and how securely, decides; the first row that fits counts.
 */
static const struct row {
	enum dna_endpoint_source source;
	enum dna_security worst;
	uint32_t roots; /* to be broken to forge the delegation; 0: there is none */
	const char *rule;
	const char *named_by,
		*therefore; /* between the host and the service domain, and after it */
} rows[] = {
	{ DNA_ENDPOINT_SRV, DNA_SECURE, DNA_ROOT_DNSSEC, "DELEG-009", "signed SRV records of", "" },
	{ DNA_ENDPOINT_SRV, DNA_INDETERMINATE, 0, "DELEG-008", "SRV records of",
	  " that DNSSEC does not secure: only the domain's own name counts" },
	{ DNA_ENDPOINT_FALLBACK, DNA_INDETERMINATE, 0, "DELEG-010", "no SRV records, being",
	  " itself: only its own name counts" },
	{ DNA_ENDPOINT_CONFIGURED, DNA_INDETERMINATE, DNA_ROOT_CONFIG, "DELEG-016",
	  "the operator as the host of", "" },
	{ DNA_ENDPOINT_REDIRECT, DNA_INDETERMINATE, 0, "DANE-028", "a redirection of",
	  ": only the domain's own name counts" },
	{ DNA_ENDPOINT_OTHER, DNA_INDETERMINATE, 0, "DELEG-011", "no SRV record of",
	  " at this port: only the domain's own name counts" },
};

static const struct row *look_up(const struct dna_endpoint *e)
{
	const struct row *row = rows, *last = &rows[sizeof(rows) / sizeof(rows[0]) - 1];

	while (row != last &&
	       (row->source != dna_endpoint_source(e) || row->worst < dna_endpoint_security(e)))
		row++;
	return row;
}

static int delegate(const struct dna_case *c, struct dna_finding *finding,
		    const struct dna_endpoint *e)
{
	const struct row *row = look_up(e);
	const char *host = dna_endpoint_host(e);

	if (dna_endpoint_is_address(e))
		return dna_find(finding, DNA_NONE, "DELEG-016",
				"%s is an address, and no name that a certificate could have",
				host);
	if (row->roots != 0) {
		int r = dna_finding_delegate(finding, e, host, row->roots);

		if (r != 0)
			return r;
		dna_finding_rests_on(finding, row->roots);
	}
	return dna_find(finding, row->roots != 0 ? DNA_PROVEN : DNA_NONE, row->rule,
			"%s is named by %s %s%s", host, row->named_by, dna_case_domain(c),
			row->therefore);
}

static int find_no_host(const struct dna_case *c, struct dna_finding *finding)
{
	const char *why;
	bool temporary;

	if (dna_case_endpoints_known(c, &why, &temporary))
		return dna_find(finding, DNA_NONE, "DELEG-008",
				"no host is named by signed SRV records of %s", dna_case_domain(c));
	if (temporary)
		dna_finding_temporary(finding);
	return dna_find(finding, DNA_ERROR, "DELEG-007", "%s", why);
}

/* DANE-027: nobody knows which host a TLS client is; each that is securely named may prove it. */
static int delegate_inbound(const struct dna_case *c, struct dna_finding *finding)
{
	size_t count = dna_case_endpoint_count(c), secure = 0;

	if (!dna_case_param_bool(c, "inbound"))
		return dna_find(finding, DNA_NONE, "DANE-027",
				"the parameter inbound is off: SRV records vouch for no server "
				"that connects to us");
	for (size_t i = 0; i < count; i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);
		int r;

		if (look_up(e)->roots == 0 || dna_endpoint_is_address(e))
			continue;
		r = delegate(c, finding, e);
		if (r != 0)
			return r;
		secure++;
	}
	if (secure == 0)
		return find_no_host(c, finding);
	return dna_find(finding, DNA_PROVEN, "DANE-027", "signed SRV records of %s name %zu host%s",
			dna_case_domain(c), secure, secure == 1 ? "" : "s");
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_endpoint *e = dna_case_endpoint(c);

	if (dna_case_role(c) == DNA_RECEIVING)
		return delegate_inbound(c, finding);
	if (e == NULL)
		return dna_find(finding, DNA_NONE, "DELEG-011",
				"there is no endpoint that could be delegated to");
	return delegate(c, finding, e);
}

static const struct dna_param params[] = {
	{ .name = "inbound",
	  .type = DNA_PARAM_BOOL,
	  .initial = "false",
	  .help = "Let signed SRV records delegate when a server connects to us, to all of their "
		  "hosts." },
	{ .name = NULL },
};

DNA_PROOFTYPE(dnssec_srv, "dnssec-srv", .about = "Signed SRV records delegate a domain to a host",
	      .specs = "RFC 7673, RFC 7712, draft-miller-xmpp-dnssec-prooftype",
	      .proof = "None of its own: it names the host whose certificate others check.",
	      .match = "The host of the endpoint in use becomes a DNS reference identifier beside "
		       "the domain.",
	      .material = "The SRV records of the domain, each alias on the way included.",
	      .dns = "Needed: every answer on the way has to be signed and valid.",
	      .does = DNA_DELEGATES, .params = params, .judge = judge);

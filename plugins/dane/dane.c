/*
 * dane: signed DNS says which certificates or authorities a domain's hosts use (RFC 6698, RFC 7671,
 * RFC 7673). What it says binds: where there are usable records and none of them fits, nothing else
 * can rescue the stream.
 */
#include "dane.h"

#include <stdio.h>
#include <string.h>

#define RECORDS_MAX 32 /* TLSA records of one answer (SEC-006) */

/* ---- Table 2.2: whether there may be records at all ---- */

/* Who named the endpoint, and how securely, decides; the first row that fits counts. */
static const struct row {
	enum dna_endpoint_source source;
	enum dna_security worst;
	bool allowed; /* if the addresses are secure */
	const char *rule;
	const char *why_not;
} rows[] = {
	{ DNA_ENDPOINT_SRV, DNA_SECURE, true, "DANE-002", "" },
	{ DNA_ENDPOINT_SRV, DNA_INDETERMINATE, false, "DANE-002",
	  "the SRV records that name it are not signed" },
	{ DNA_ENDPOINT_FALLBACK, DNA_SECURE, true, "DANE-008", "" },
	{ DNA_ENDPOINT_FALLBACK, DNA_INDETERMINATE, false, "DANE-008",
	  "that there are no SRV records is not signed" },
	{ DNA_ENDPOINT_CONFIGURED, DNA_INDETERMINATE, true, "DELEG-016", "" },
	{ DNA_ENDPOINT_REDIRECT, DNA_SECURE, true, "DANE-028", "" },
	{ DNA_ENDPOINT_REDIRECT, DNA_INDETERMINATE, false, "DANE-028",
	  "nothing secures the redirection that leads to it" },
	{ DNA_ENDPOINT_OTHER, DNA_INDETERMINATE, false, "DANE-002",
	  "no SRV record of the domain names it" },
};

static const struct row *look_up_row(const struct dna_endpoint *e)
{
	const struct row *row = rows, *last = &rows[sizeof(rows) / sizeof(rows[0]) - 1];

	while (row != last &&
	       (row->source != dna_endpoint_source(e) || row->worst < dna_endpoint_security(e)))
		row++;
	return row;
}

/* ---- Where the records are ---- */

/* The TLSA base domains of an endpoint, best first; without any, why. */
struct bases {
	const char *at[2];
	size_t count;
	int64_t not_after; /* of the aliases that lead to them */
	const char *rule, *why_not;
};

static void refuse(struct bases *bases, const char *rule, const char *why_not)
{
	*bases = (struct bases){ .rule = rule, .why_not = why_not, .not_after = DNA_FOREVER };
}

/*
 * DANE-021: if the host is a secure alias, what that leads to, and then the host; if only the first
 * link of the alias is secure, just the host. DANE-008: of the domain itself, nothing but itself.
 */
static void follow_alias(const struct dna_case *c, const struct dna_endpoint *e,
			 struct bases *bases)
{
	const char *host = dna_endpoint_host(e);
	struct dna_answer address;

	dna_case_answer(c, host, DNA_RR_A, &address);
	if (address.outcome != DNA_ANSWERED || address.security > DNA_INSECURE)
		dna_case_answer(c, host, DNA_RR_AAAA, &address);
	bases->at[bases->count++] = host;
	if (dna_endpoint_source(e) == DNA_ENDPOINT_FALLBACK)
		address.links = 0;
	if (address.links > 0)
		bases->not_after = address.not_after;
	if (dna_endpoint_address_security(e) != DNA_SECURE) {
		if (address.links == 0 || address.first != DNA_SECURE)
			refuse(bases, "DANE-002",
			       address.links == 0
				       ? "its addresses are not signed"
				       : "the alias that leads to its addresses is not signed");
	} else if (address.links > 0 && address.alias == DNA_SECURE) {
		bases->at[0] = address.owner;
		bases->at[bases->count++] = host;
	}
}

/* DANE-001: the target host, not the domain; DANE-002: with secure addresses. */
static void find_bases(const struct dna_case *c, const struct dna_endpoint *e, struct bases *bases)
{
	const struct row *row = look_up_row(e);

	*bases = (struct bases){ .not_after = DNA_FOREVER };
	if (!row->allowed) {
		refuse(bases, row->rule, row->why_not);
	} else if (row->source == DNA_ENDPOINT_FALLBACK && !dna_case_param_bool(c, "fallback")) {
		refuse(bases, row->rule, "the parameter fallback is off");
	} else if (dna_case_role(c) == DNA_INITIATING) {
		follow_alias(c, e, bases);
	} else if (dna_case_param_bool(c, "clients")) {
		/* DANE-027: nobody connects, and nobody asks for addresses. */
		bases->at[bases->count++] = dna_endpoint_host(e);
	} else {
		refuse(bases, "DANE-027", "the parameter clients is off");
	}
}

/* DANE-001; DANE-026: a name that DNS cannot hold has no records. */
static bool write_owner(char owner[DANE_OWNER_MAX + 16], const struct dna_endpoint *e,
			const char *base)
{
	return snprintf(owner, DANE_OWNER_MAX + 16, "_%u._tcp.%s", dna_endpoint_port(e), base) <=
	       DANE_OWNER_MAX;
}

/*
 * A host that cannot be asked about has failed when it is judged; the others are asked about all
 * the same.
 */
static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char owner[DANE_OWNER_MAX + 16];
	struct bases bases;

	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);

		find_bases(c, e, &bases);
		for (size_t j = 0; j < bases.count; j++) {
			int r = write_owner(owner, e, bases.at[j])
					? dna_plan_dns(plan, owner, DNA_RR_TLSA)
					: DNA_E_INVALID;

			if (r != 0 && r != DNA_E_INVALID)
				return r;
		}
	}
	return 0;
}

/* ---- Table 3.2: what the answer is worth ---- */

/*
 * SEC-009: what it rests on is the answer, aliases included, those that lead to the base domain,
 * and that which named the endpoint.
 */
static void cite(struct dna_finding *finding, const struct dna_endpoint *e,
		 const struct dane_association *a)
{
	dna_finding_cite(finding, a->answer.item);
	dna_finding_until(finding, a->answer.not_after); /* DANE-024 */
	dna_finding_until(finding, a->not_after);
	dna_finding_until(finding, dna_endpoint_not_after(e));
}

enum standing {
	ABSENT,   /* there are none, or none that are signed: DANE-004 */
	UNKNOWN,  /* neither knowing that there are records nor that there are none: DANE-003 */
	TOO_MANY, /* SEC-006 */
	PRESENT
};

static enum standing weigh(const struct dna_answer *answer)
{
	if (answer->outcome == DNA_FAILED || answer->security > DNA_INSECURE)
		return UNKNOWN;
	if (answer->outcome == DNA_DENIED || answer->security != DNA_SECURE)
		return ABSENT;
	if (dna_item_count(answer->item) > RECORDS_MAX)
		return TOO_MANY;
	return dna_item_count(answer->item) > 0 ? PRESENT : UNKNOWN;
}

static enum standing look_up(const struct dna_case *c, const struct dna_endpoint *e,
			     const struct bases *bases, struct dane_association *a)
{
	enum standing standing = ABSENT;

	*a = (struct dane_association){ .host = dna_endpoint_host(e),
					.not_after = bases->not_after };
	for (size_t i = 0; i < bases->count && standing == ABSENT; i++) {
		a->base = bases->at[i];
		if (!write_owner(a->owner, e, a->base))
			continue;
		dna_case_answer(c, a->owner, DNA_RR_TLSA, &a->answer); /* DANE-020 */
		standing = weigh(&a->answer);
	}
	return standing;
}

static int find_unknown(struct dna_finding *finding, enum dna_result result,
			const struct dane_association *a)
{
	bool bogus = a->answer.security == DNA_BOGUS;

	if (!bogus)
		dna_finding_temporary(finding);
	return dna_find(finding, result, "DANE-003", "the TLSA lookup for %s %s: %s", a->owner,
			bogus ? "is bogus" : "failed",
			a->answer.reason[0] != '\0' ? a->answer.reason
						    : "the answer has no record");
}

static int find_too_many(struct dna_finding *finding, enum dna_result result,
			 const struct dane_association *a)
{
	return dna_find(finding, result, "SEC-006",
			"there are %zu TLSA records for %s; at most %d are taken",
			dna_item_count(a->answer.item), a->owner, RECORDS_MAX);
}

static int find_absent(struct dna_finding *finding, const struct bases *bases,
		       const struct dane_association *a)
{
	if (a->base == NULL)
		return dna_find(finding, DNA_NONE, bases->rule,
				"no TLSA record is looked up for %s: %s", a->host, bases->why_not);
	if (a->answer.item != NULL && a->answer.outcome == DNA_ANSWERED)
		return dna_find(finding, DNA_NONE, "DANE-004",
				"the TLSA records for %s are not signed, and so count as none",
				a->owner);
	return dna_find(finding, DNA_NONE, "DANE-004", "there is no TLSA record for %s", a->owner);
}

/* ---- Judging ---- */

static int judge_records(const struct dna_case *c, const struct dane_association *a,
			 struct dna_finding *finding)
{
	struct dane_trial trial = { .usable = 0 };

	dna_finding_require_tls(finding); /* DANE-005, DANE-007 */
	if (dane_try_records(c, a, finding, &trial))
		return 0;
	if (trial.usable == 0)
		return dna_find(finding, DNA_NONE, "DANE-007",
				"no TLSA record for %s is usable: %s", a->owner, trial.why_not);
	if (dna_case_chain(c) == NULL && !dna_case_presented(c))
		return dna_find(finding, DNA_NONE, "DANE-005",
				"there are TLSA records for %s: TLS is mandatory", a->owner);
	return dna_find(finding, DNA_VETO, "DANE-006", "no TLSA record for %s fits: %s", a->owner,
			dna_case_chain(c) != NULL
				? trial.why_not
				: "the peer presented no certificate that can be read");
}

static int judge_endpoint(const struct dna_case *c, const struct dna_endpoint *e,
			  struct dna_finding *finding)
{
	struct dane_association a;
	struct bases bases;

	dna_finding_insist(finding); /* DANE-006: whatever stage the policy gives it */
	find_bases(c, e, &bases);
	switch (look_up(c, e, &bases, &a)) {
	case ABSENT:
		return find_absent(finding, &bases, &a);
	case UNKNOWN:
		return find_unknown(finding, DNA_VETO, &a);
	case TOO_MANY:
		return find_too_many(finding, DNA_VETO, &a);
	case PRESENT:
		break;
	}
	cite(finding, e, &a);
	return judge_records(c, &a, finding);
}

/* ---- A server that connects to us (DANE-027) ---- */

/*
 * Judging is done again with each answer: nothing is tried while the records of any host are still to
 * come, lest somebody's many records are tried as often as they have hosts (SEC-006).
 */
static bool are_there(const struct dna_case *c, struct dane_association *a)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);
		struct bases bases;

		find_bases(c, e, &bases);
		look_up(c, e, &bases, a);
		if (a->answer.outstanding)
			return false;
	}
	return true;
}

/* That one of its hosts proves it, or the first of those that could not be looked up. */
struct search {
	struct dane_trial trial;
	struct dane_association unknown;
	enum standing standing; /* of |unknown| */
};

static bool find_host(const struct dna_case *c, struct dna_finding *finding, struct search *search)
{
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);
		struct dane_association a;
		struct bases bases;
		enum standing standing;

		find_bases(c, e, &bases);
		standing = look_up(c, e, &bases, &a);
		if (standing == PRESENT && dane_try_records(c, &a, finding, &search->trial)) {
			cite(finding, e, &a);
			return true;
		}
		if ((standing == UNKNOWN || standing == TOO_MANY) && search->unknown.base == NULL) {
			search->unknown = a;
			search->standing = standing;
		}
	}
	return false;
}

/*
 * It may be any of its domain's hosts. Nobody promised that it presents one of their certificates,
 * so that there is no veto.
 */
static int judge_client(const struct dna_case *c, struct dna_finding *finding)
{
	struct search search = { .standing = ABSENT };
	struct dane_association missing;
	const char *why;
	bool temporary;

	if (!dna_case_param_bool(c, "clients"))
		return dna_find(finding, DNA_NONE, "DANE-027",
				"the parameter clients is off: TLSA records prove no server that "
				"connects to us");
	if (dna_case_chain(c) == NULL)
		return dna_find(finding, DNA_NONE, "DANE-027",
				"the peer presented no certificate that can be read");
	if (!are_there(c, &missing))
		return find_unknown(finding, DNA_ERROR, &missing);
	if (find_host(c, finding, &search))
		return 0;
	if (search.standing != ABSENT)
		return search.standing == UNKNOWN
			       ? find_unknown(finding, DNA_ERROR, &search.unknown)
			       : find_too_many(finding, DNA_ERROR, &search.unknown);
	if (!dna_case_endpoints_known(c, &why, &temporary)) {
		if (temporary)
			dna_finding_temporary(finding);
		return dna_find(finding, DNA_ERROR, "DELEG-007", "%s", why);
	}
	if (search.trial.usable == 0)
		return dna_find(
			finding, DNA_NONE, "DANE-027",
			"no signed SRV record of %s names a host with usable TLSA records%s%s",
			dna_case_domain(c), search.trial.why_not[0] != '\0' ? ": " : "",
			search.trial.why_not);
	return dna_find(finding, DNA_MISMATCH, "DANE-027",
			"no TLSA record for a host of %s fits: %s", dna_case_domain(c),
			search.trial.why_not);
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_endpoint *e = dna_case_endpoint(c);

	if (dna_case_role(c) == DNA_RECEIVING)
		return judge_client(c, finding);
	if (e == NULL)
		return dna_find(finding, DNA_NONE, "DANE-001",
				"there is no endpoint whose TLSA records could be looked up");
	return judge_endpoint(c, e, finding);
}

static const char *const levels[] = { "medium", "high", "ultra", NULL };
static const char *const modes[] = { "off", "soft", "hard", NULL };

static const struct dna_param params[] = {
	{ .name = "usages",
	  .type = DNA_PARAM_INTS,
	  .initial = "[0, 1, 2, 3]",
	  .least = 0,
	  .most = 3,
	  .help = "Certificate usages that are accepted; records with others are not usable." },
	{ .name = "mask",
	  .type = DNA_PARAM_WORD,
	  .initial = "all",
	  .choices = dane_mask_names,
	  .help = "The same in a word: rfc7671 recommends 2 and 3, rfc7712 speaks of 1 and 3. "
		  "Both have to accept a usage." },
	{ .name = "digests",
	  .type = DNA_PARAM_WORDS,
	  .initial = "[sha2-512, sha2-256]",
	  .choices = dane_digest_names,
	  .help = "Digests that are accepted, the strongest first; where there are several for a "
		  "usage and selector, only that counts." },
	{ .name = "security",
	  .type = DNA_PARAM_WORD,
	  .initial = "medium",
	  .choices = levels,
	  .help = "What every key and signature on a path has to withstand, with usages 0, 1 and "
		  "2: "
		  "medium is 112 bits, high 128, ultra 192." },
	{ .name = "revocation",
	  .type = DNA_PARAM_WORD,
	  .initial = "soft",
	  .choices = modes,
	  .help = "Certificates that CRLs or a stapled OCSP response call revoked, with usages 0 "
		  "and "
		  "1: off does not look, soft refuses them, hard also refuses what is not known to "
		  "be good." },
	{ .name = "fallback",
	  .type = DNA_PARAM_BOOL,
	  .initial = "true",
	  .help = "Without SRV records, look up TLSA records for the domain itself." },
	{ .name = "clients",
	  .type = DNA_PARAM_BOOL,
	  .initial = "false",
	  .help = "Let the TLSA records of a domain's hosts prove a server that connects to us." },
	{ .name = NULL },
};

DNA_PROOFTYPE(dane, "dane", .about = "The certificate, key or authority that signed DNS names",
	      .specs = "RFC 6698, RFC 7671, RFC 7672, RFC 7673, RFC 7712",
	      .proof = "The certificate, or the chain of certificates, that the peer presented.",
	      .match = "A TLSA record's selector and matching type fit the certificate or an "
		       "authority above it; except with "
		       "usage 3 it also names the host or the domain, and leads to that authority "
		       "or a trust anchor.",
	      .material = "TLSA records for the endpoint's host and port.",
	      .dns = "Needed: SRV, address and TLSA records have to be signed and valid.",
	      .does = DNA_PROVES | DNA_VETOES, .params = params, .plan = plan, .judge = judge);

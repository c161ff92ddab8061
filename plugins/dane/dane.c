/*
 * dane: signed DNS says which certificates or authorities a domain's hosts use (RFC 6698, RFC 7671,
 * RFC 7673). What it says binds: where there are usable records and none of them fits, nothing else
 * can rescue the stream.
 */
#include <dna/prooftype.h>

#include <stdio.h>
#include <string.h>

#define OWNER_MAX   253 /* octets of a name */
#define RECORDS_MAX 32  /* TLSA records of one answer (SEC-006) */

enum usage { PKIX_TA = 0, PKIX_EE = 1, DANE_TA = 2, DANE_EE = 3 };    /* RFC 6698 section 2.1.1 */
enum matching { MATCH_FULL = 0, MATCH_SHA256 = 1, MATCH_SHA512 = 2 }; /* section 2.1.3 */

/* ---- Where the records are ---- */

/* What holds for an endpoint: the answer for the first base domain that has one. */
struct association {
	const char *host, *base; /* NULL base: the DNS does not allow any */
	char owner[OWNER_MAX + 16];
	struct dna_answer answer;
};

/*
 * The TLSA base domains of an endpoint, best first. Its host, if the addresses are secure; if it is
 * a secure alias, what that leads to, and then the host; if only the first link of the alias is
 * secure, just the host (DANE-001, DANE-002, DANE-021).
 */
static size_t find_bases(const struct dna_case *c, const struct dna_endpoint *e,
			 const char *bases[2])
{
	enum dna_endpoint_source source = dna_endpoint_source(e);
	struct dna_answer address;
	size_t count = 0;

	if (dna_endpoint_security(e) != DNA_SECURE || source == DNA_ENDPOINT_OTHER ||
	    (source == DNA_ENDPOINT_FALLBACK && !dna_case_param_bool(c, "fallback"))) /* DANE-008 */
		return 0;
	bases[0] = bases[1] = dna_endpoint_host(e);
	if (dna_case_role(c) == DNA_RECEIVING) /* nobody connects, and nobody asks for addresses */
		return dna_case_param_bool(c, "clients") ? 1 : 0;
	dna_case_answer(c, bases[0], DNA_RR_A, &address);
	if (address.links == 0)
		dna_case_answer(c, bases[0], DNA_RR_AAAA, &address);
	if (dna_endpoint_address_security(e) != DNA_SECURE)
		return address.links > 0 && address.first == DNA_SECURE ? 1 : 0;
	if (address.links > 0 && address.alias == DNA_SECURE)
		bases[count++] = address.owner;
	return count + 1;
}

/* DANE-001; DANE-026: a name that DNS cannot hold has no records. */
static bool write_owner(char owner[OWNER_MAX + 16], const struct dna_endpoint *e, const char *base)
{
	return snprintf(owner, OWNER_MAX + 16, "_%u._tcp.%s", dna_endpoint_port(e), base) <=
	       OWNER_MAX;
}

/*
 * A host that cannot be asked about has failed when it is judged; the others are asked about all
 * the same.
 */
static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char owner[OWNER_MAX + 16];
	const char *bases[2];

	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);
		size_t count = find_bases(c, e, bases);

		for (size_t j = 0; j < count; j++) {
			int r = write_owner(owner, e, bases[j])
					? dna_plan_dns(plan, owner, DNA_RR_TLSA)
					: DNA_E_INVALID;

			if (r != 0 && r != DNA_E_INVALID)
				return r;
		}
	}
	return 0;
}

/* SEC-009: what it rests on is the answer, aliases included, and that which named the endpoint. */
static void cite(struct dna_finding *finding, const struct dna_endpoint *e,
		 const struct association *a)
{
	dna_finding_cite(finding, a->answer.item);
	dna_finding_until(finding, a->answer.not_after);
	dna_finding_until(finding, dna_endpoint_not_after(e));
}

enum standing { ABSENT, UNKNOWN, PRESENT };

/*
 * DANE-003: neither knowing that there are records nor that there are none; DANE-004: insecure is
 * as good as none.
 */
static enum standing look_up(const struct dna_case *c, const struct dna_endpoint *e,
			     struct association *a)
{
	const char *bases[2];
	size_t count = find_bases(c, e, bases);

	*a = (struct association){ .host = dna_endpoint_host(e) };
	for (size_t i = 0; i < count; i++) {
		if (!write_owner(a->owner, e, bases[i]))
			continue;
		a->base = bases[i];
		dna_case_answer(c, a->owner, DNA_RR_TLSA, &a->answer); /* DANE-020 */
		if (a->answer.outcome == DNA_FAILED || a->answer.security > DNA_INSECURE)
			return UNKNOWN;
		if (a->answer.outcome == DNA_DENIED || a->answer.security != DNA_SECURE)
			continue;
		if (dna_item_count(a->answer.item) <= RECORDS_MAX)
			return PRESENT;
		a->answer.reason = "there are more records than anybody needs";
		return UNKNOWN;
	}
	return ABSENT;
}

/* ---- Which records count ---- */

static bool is_usable(const struct dna_case *c, struct dna_bytes rdata, struct dna_tlsa *tlsa,
		      const char **why)
{
	*why = "it is not well formed";
	if (dna_tlsa_read(rdata, tlsa) != 0 || !dna_tlsa_usable(tlsa, why)) /* DANE-009, DANE-010 */
		return false;
	*why = "the policy does not accept this usage";
	return dna_case_param_has_int(c, "usages", tlsa->usage); /* DANE-011 */
}

/* DANE-017: of the digests for one usage and selector only the strongest counts. */
static bool is_outdone(const struct dna_case *c, const struct dna_item *records,
		       const struct dna_tlsa *tlsa)
{
	struct dna_tlsa other;
	const char *why;

	for (size_t i = 0; tlsa->matching == MATCH_SHA256 && i < dna_item_count(records); i++)
		if (is_usable(c, dna_item_data(records, i), &other, &why) &&
		    other.usage == tlsa->usage && other.selector == tlsa->selector &&
		    other.matching == MATCH_SHA512)
			return true;
	return false;
}

/* ---- Whether a record fits ---- */

struct proof {
	const char *rule;
	uint32_t roots;
	int64_t until;
	char why_not[256];
};

/* DANE-016: the base domain, the host, or the service domain, which is more: |*own|. */
static bool is_named(const struct dna_case *c, const struct association *a, bool *own)
{
	struct dna_name_match match;

	if (dna_case_match_names(c, &match) != 0)
		return false;
	*own = match.reference != NULL && match.delegation == NULL;
	return *own || dna_chain_names(dna_case_chain(c), a->base) ||
	       dna_chain_names(dna_case_chain(c), a->host);
}

/* DANE-015: an authority on the path, not the leaf. */
static bool has_authority(void *tlsa, const struct dna_chain *path)
{
	for (size_t i = 1; i < dna_chain_count(path); i++)
		if (dna_tlsa_matches(tlsa, path, i))
			return true;
	return false;
}

static int find_path_to(const struct dna_case *c, struct dna_bytes anchor, struct dna_path *path)
{
	struct dna_anchors *anchors;
	int r = dna_anchors_new(&anchors);

	if (r != 0)
		return r;
	r = dna_anchors_add(anchors, anchor);
	if (r == 0)
		r = dna_case_path(c, &(struct dna_path_rules){ .anchors = anchors }, path);
	dna_anchors_unref(anchors);
	return r;
}

/*
 * DANE-013: what fits is the only anchor. DANE-014: it, or what its key signed, may be known from
 * the record alone.
 */
static int find_path_to_associated(const struct dna_case *c, const struct dna_tlsa *tlsa,
				   struct dna_path *path)
{
	const struct dna_chain *chain = dna_case_chain(c);
	int r = DNA_E_NOTFOUND;

	if (tlsa->selector == DNA_SELECT_CERTIFICATE && tlsa->matching == MATCH_FULL)
		return find_path_to(c, tlsa->data, path);
	snprintf(path->reason, sizeof(path->reason), "no certificate of the chain fits");
	for (size_t i = 0; i < dna_chain_count(chain) && r != 0; i++)
		if (dna_tlsa_matches(tlsa, chain, i) || dna_tlsa_signed(tlsa, chain, i))
			r = find_path_to(c, dna_chain_der(chain, i), path);
	return r;
}

static void say_difference(const struct dna_case *c, const struct dna_tlsa *tlsa, char why_not[256])
{
	uint8_t digest[64];
	size_t size;

	if (tlsa->matching == MATCH_FULL ||
	    dna_chain_digest(dna_case_chain(c), 0, (enum dna_selector)tlsa->selector,
			     tlsa->matching == MATCH_SHA512 ? DNA_SHA512 : DNA_SHA256, digest,
			     &size) != 0)
		snprintf(why_not, 256, "the certificate is another");
	else
		snprintf(why_not, 256, "the certificate has %02x%02x%02x%02x...", digest[0],
			 digest[1], digest[2], digest[3]);
}

static bool fits(const struct dna_case *c, const struct association *a, const struct dna_tlsa *tlsa,
		 struct proof *proof)
{
	struct dna_path path = { .reason = "there is no path to a trust anchor" };
	struct dna_path_rules rules = { .anchors = NULL };
	bool own = false;
	int r;

	*proof = (struct proof){ .rule = "DANE-012",
				 .roots = DNA_ROOT_DNSSEC,
				 .until = DNA_FOREVER };
	if ((tlsa->usage == DANE_EE || tlsa->usage == PKIX_EE) &&
	    !dna_tlsa_matches(tlsa, dna_case_chain(c), 0)) {
		say_difference(c, tlsa, proof->why_not);
		return false;
	}
	if (tlsa->usage == DANE_EE) /* neither names nor dates matter */
		return true;
	if (!is_named(c, a, &own)) {
		snprintf(proof->why_not, sizeof(proof->why_not),
			 "the certificate names neither %s nor %s", a->base, dna_case_domain(c));
		return false;
	}
	if (tlsa->usage == PKIX_TA) {
		rules.accept = has_authority;
		rules.argument = (void *)(uintptr_t)tlsa;
	}
	r = tlsa->usage == DANE_TA ? find_path_to_associated(c, tlsa, &path)
				   : dna_case_path(c, &rules, &path);
	snprintf(proof->why_not, sizeof(proof->why_not), "%s", path.reason);
	proof->rule = tlsa->usage == DANE_TA ? "DANE-013" : "DANE-015";
	proof->until = path.not_after;
	/* The host's name is as good as the SRV records that give it, and no better. */
	if (tlsa->usage != DANE_TA && own)
		proof->roots |= DNA_ROOT_WEBPKI;
	return r == 0;
}

/* ---- Judging ---- */

/* What became of the records of one or more answers. */
struct trial {
	unsigned usable;
	char why_not[400];
};

static const char *describe(const struct dna_tlsa *tlsa, char text[48])
{
	int size = snprintf(text, 48, "%u %u %u ", tlsa->usage, tlsa->selector, tlsa->matching);

	for (size_t i = 0; i < 4 && i < tlsa->data.size; i++)
		size += snprintf(text + size, 48 - (size_t)size, "%02x", tlsa->data.data[i]);
	snprintf(text + size, 48 - (size_t)size, "...");
	return text;
}

static void note(struct trial *trial, const struct dna_tlsa *tlsa, const char *why_not)
{
	size_t used = strlen(trial->why_not);
	char text[48];

	snprintf(trial->why_not + used, sizeof(trial->why_not) - used, "%s%s: %s",
		 used > 0 ? "; " : "", describe(tlsa, text), why_not);
}

/*
 * Whether a record proves it; DANE-018: any one will do. Without a certificate only counts those
 * that are usable.
 */
static bool try_records(const struct dna_case *c, const struct association *a,
			struct dna_finding *finding, struct trial *trial)
{
	for (size_t i = 0; i < dna_item_count(a->answer.item); i++) {
		struct dna_tlsa tlsa = { .usage = 255 };
		struct proof proof;
		const char *why_not;
		char text[48];

		if (!is_usable(c, dna_item_data(a->answer.item, i), &tlsa, &why_not)) {
			note(trial, &tlsa, why_not);
			continue;
		}
		trial->usable++;
		if (dna_case_chain(c) == NULL || is_outdone(c, a->answer.item, &tlsa))
			continue;
		if (!fits(c, a, &tlsa, &proof)) {
			note(trial, &tlsa, proof.why_not);
			continue;
		}
		dna_finding_rests_on(finding, proof.roots);
		dna_finding_until(finding, proof.until);
		dna_find(finding, DNA_PROVEN, proof.rule, "the TLSA record %s at %s fits",
			 describe(&tlsa, text), a->owner);
		return true;
	}
	return false;
}

static int find_unknown(struct dna_finding *finding, enum dna_result result,
			const struct association *a)
{
	bool bogus = a->answer.security == DNA_BOGUS;

	if (result == DNA_VETO)
		dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, !bogus);
	else if (!bogus)
		dna_finding_temporary(finding);
	return dna_find(finding, result, "DANE-003", "the TLSA lookup for %s %s: %s", a->owner,
			bogus ? "is bogus" : "failed", a->answer.reason);
}

static int judge_endpoint(const struct dna_case *c, const struct dna_endpoint *e,
			  struct dna_finding *finding)
{
	struct trial trial = { .usable = 0 };
	struct association a;

	dna_finding_insist(finding); /* DANE-006: whatever stage the policy gives it */
	switch (look_up(c, e, &a)) {
	case ABSENT:
		if (a.base == NULL)
			return dna_find(finding, DNA_NONE, "DANE-002",
					"the DNS does not name %s and its addresses securely",
					a.host);
		return dna_find(finding, DNA_NONE, "DANE-004",
				"there is no signed TLSA record for %s", a.owner);
	case UNKNOWN:
		return find_unknown(finding, DNA_VETO, &a);
	case PRESENT:
		break;
	}
	cite(finding, e, &a);
	dna_finding_require_tls(finding); /* DANE-005, DANE-007 */
	if (try_records(c, &a, finding, &trial))
		return 0;
	if (trial.usable == 0)
		return dna_find(finding, DNA_NONE, "DANE-007",
				"no TLSA record for %s is usable: %s", a.owner, trial.why_not);
	if (dna_case_chain(c) == NULL && !dna_case_presented(c))
		return dna_find(finding, DNA_NONE, "DANE-005",
				"there are TLSA records for %s: TLS is mandatory", a.owner);
	return dna_find(finding, DNA_VETO, "DANE-006", "no TLSA record for %s fits: %s", a.owner,
			dna_case_chain(c) != NULL
				? trial.why_not
				: "the peer presented no certificate that can be read");
}

/*
 * DANE-027: a server that connects to us may be any of its domain's hosts. Nobody promised that it
 * presents one of their certificates, so that there is no veto.
 */
static int judge_client(const struct dna_case *c, struct dna_finding *finding)
{
	struct association a, unknown = { .base = NULL };
	struct trial trial = { .usable = 0 };

	if (dna_case_chain(c) == NULL)
		return dna_find(finding, DNA_NONE, "DANE-027",
				"the peer presented no certificate that can be read");
	for (size_t i = 0; i < dna_case_endpoint_count(c); i++) {
		const struct dna_endpoint *e = dna_case_endpoint_at(c, i);
		enum standing standing = look_up(c, e, &a);

		if (standing == UNKNOWN)
			unknown = a;
		if (standing != PRESENT || !try_records(c, &a, finding, &trial))
			continue;
		cite(finding, e, &a);
		return 0;
	}
	if (unknown.base != NULL)
		return find_unknown(finding, DNA_ERROR, &unknown);
	if (trial.usable == 0)
		return dna_find(finding, DNA_NONE, "DANE-027",
				"there are no usable TLSA records for the hosts of %s, or the "
				"parameter clients is off",
				dna_case_domain(c));
	return dna_find(finding, DNA_MISMATCH, "DANE-027",
			"no TLSA record for a host of %s fits: %s", dna_case_domain(c),
			trial.why_not);
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

static const struct dna_param params[] = {
	{ .name = "usages",
	  .type = DNA_PARAM_INTS,
	  .initial = "[0, 1, 2, 3]",
	  .least = 0,
	  .most = 3,
	  .help = "Certificate usages that are accepted; records with others are not usable." },
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

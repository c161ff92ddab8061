/*
 * Which TLSA records count, and whether one fits what the peer presented (RFC 6698 section 2.1, RFC
 * 7671 sections 4, 5 and 9).
 */
#include "dane.h"

#include <stdio.h>
#include <string.h>

enum usage { PKIX_TA = 0, PKIX_EE = 1, DANE_TA = 2, DANE_EE = 3 };    /* RFC 6698 section 2.1.1 */
enum matching { MATCH_FULL = 0, MATCH_SHA256 = 1, MATCH_SHA512 = 2 }; /* section 2.1.3 */

/* ---- Which records count ---- */

/* DANE-011: bits of enum usage. */
static const unsigned masks[] = {
	1u << PKIX_TA | 1u << PKIX_EE | 1u << DANE_TA | 1u << DANE_EE, /* all */
	1u << DANE_TA | 1u << DANE_EE,                                 /* rfc7671 */
	1u << PKIX_EE | 1u << DANE_EE,                                 /* rfc7712 */
};
const char *const dane_mask_names[] = { "all", "rfc7671", "rfc7712", NULL };

/* The digest of each matching type, by its acronym in RFC 7218. */
static const char *const acronyms[] = { NULL, "sha2-256", "sha2-512" };
const char *const dane_digest_names[] = { "sha2-512", "sha2-256", NULL };

static bool is_masked(const struct dna_case *c, const struct dna_tlsa *tlsa)
{
	const char *mask = dna_case_param_word(c, "mask");
	size_t i = 0;

	while (dane_mask_names[i + 1] != NULL && strcmp(dane_mask_names[i], mask) != 0)
		i++;
	return (masks[i] & 1u << tlsa->usage) == 0 ||
	       !dna_case_param_has_int(c, "usages", tlsa->usage);
}

/* The place of a record's digest in the policy's order, 0 the strongest; SIZE_MAX: in none. */
static size_t rank(const struct dna_case *c, const struct dna_tlsa *tlsa)
{
	const char *const *words = NULL;
	size_t count = dna_case_param_words(c, "digests", &words);

	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], acronyms[tlsa->matching]) == 0)
			return i;
	return SIZE_MAX;
}

static bool is_usable(const struct dna_case *c, struct dna_bytes rdata, struct dna_tlsa *tlsa,
		      const char **why)
{
	*why = "it is not well formed";
	if (dna_tlsa_read(rdata, tlsa) != 0 || !dna_tlsa_usable(tlsa, why)) /* DANE-009, DANE-010 */
		return false;
	*why = "the policy does not accept this usage";
	if (is_masked(c, tlsa))
		return false;
	*why = "the policy does not accept this digest";
	return tlsa->matching == MATCH_FULL || rank(c, tlsa) != SIZE_MAX;
}

/* DANE-017: of the digests for one usage and selector only the strongest counts. */
static bool is_outdone(const struct dna_case *c, const struct dna_item *records,
		       const struct dna_tlsa *tlsa)
{
	struct dna_tlsa other;
	const char *why;

	for (size_t i = 0; tlsa->matching != MATCH_FULL && i < dna_item_count(records); i++)
		if (dna_tlsa_read(dna_item_data(records, i), &other) == 0 &&
		    other.usage == tlsa->usage && other.selector == tlsa->selector &&
		    other.matching != MATCH_FULL &&
		    is_usable(c, dna_item_data(records, i), &other, &why) &&
		    rank(c, &other) < rank(c, tlsa))
			return true;
	return false;
}

/* ---- Whether a record fits ---- */

struct proof {
	const char *name; /* that the certificate has to have, and has; NULL: none is needed */
	bool own;         /* it is the service domain's */
	int64_t until;
	char why_not[400];
	char remark[256]; /* what speaks against the path all the same; "" */
};

/* DANE-028: a redirection adds no name to those that count. */
static bool host_counts(const struct dna_case *c)
{
	const struct dna_endpoint *e = dna_case_endpoint(c);

	return e == NULL || dna_endpoint_source(e) != DNA_ENDPOINT_REDIRECT;
}

/* DANE-016: the service domain, by any kind of identifier, the base domain, or the host. */
static bool is_named(const struct dna_case *c, const struct dane_association *a,
		     struct proof *proof)
{
	struct dna_name_match match = { .found = "no domain" };
	bool other = host_counts(c) && strcmp(a->base, dna_case_domain(c)) != 0;

	if (dna_case_match_names(c, &match) == 0 && match.reference != NULL &&
	    match.delegation == NULL) {
		proof->name = match.reference;
		proof->own = true;
		return true;
	}
	proof->name = !host_counts(c)                               ? NULL
		      : dna_chain_names(dna_case_chain(c), a->base) ? a->base
		      : dna_chain_names(dna_case_chain(c), a->host) ? a->host
								    : NULL;
	if (proof->name == NULL)
		snprintf(proof->why_not, sizeof(proof->why_not),
			 "the certificate has to name %s%s%s, and names %s", dna_case_domain(c),
			 other ? " or " : "", other ? a->base : "", match.found);
	return proof->name != NULL;
}

/* The authority that a record with usage 0 names. */
struct wanted {
	const struct dna_tlsa *tlsa;
	bool is_path; /* there are paths, be they without it */
};

/* DANE-015: an authority on the path, not the leaf. */
static bool has_authority(void *argument, const struct dna_chain *path)
{
	struct wanted *wanted = argument;

	wanted->is_path = true;
	for (size_t i = 1; i < dna_chain_count(path); i++)
		if (dna_tlsa_matches(wanted->tlsa, path, i))
			return true;
	return false;
}

/* SEC-006: whoever connects chooses the records of many hosts, and the certificates to search. */
static bool may_search(struct dane_trial *trial, struct dna_path *path)
{
	if (trial->paths++ < DANE_PATHS_MAX)
		return true;
	snprintf(path->reason, sizeof(path->reason),
		 "after %d searches for a path there is no other", DANE_PATHS_MAX);
	return false;
}

/* SEC-005: who publishes the anchor revokes what it vouches for by another record. */
static int find_path_to(const struct dna_case *c, struct dane_trial *trial, struct dna_bytes anchor,
			struct dna_path *path)
{
	struct dna_path_rules rules = { .security = dna_case_param_word(c, "security") };
	struct dna_anchors *anchors;
	int r = dna_anchors_new(&anchors);

	if (r != 0)
		return r;
	rules.anchors = anchors;
	r = may_search(trial, path) ? dna_anchors_add(anchors, anchor) : DNA_E_LIMIT;
	if (r == 0)
		r = dna_case_path(c, &rules, path);
	dna_anchors_unref(anchors);
	return r;
}

/*
 * DANE-013: what fits is the only anchor. DANE-014: it, or what its key signed, may be known from
 * the record alone.
 */
static int find_path_to_associated(const struct dna_case *c, struct dane_trial *trial,
				   const struct dna_tlsa *tlsa, struct dna_path *path)
{
	const struct dna_chain *chain = dna_case_chain(c);
	int r = DNA_E_NOTFOUND;

	if (tlsa->selector == DNA_SELECT_CERTIFICATE && tlsa->matching == MATCH_FULL)
		return find_path_to(c, trial, tlsa->data, path);
	/* What a bare key signed is a search in itself. */
	if (tlsa->matching == MATCH_FULL && !may_search(trial, path))
		return DNA_E_LIMIT;
	snprintf(path->reason, sizeof(path->reason),
		 "none of the certificates that were presented fits (%zu); the authority's has to "
		 "be among them",
		 dna_chain_count(chain));
	for (size_t i = 0; i < dna_chain_count(chain) && r != 0; i++)
		if (dna_tlsa_matches(tlsa, chain, i) ||
		    dna_tlsa_signed(tlsa, chain, i, dna_case_param_word(c, "security")))
			r = find_path_to(c, trial, dna_chain_der(chain, i), path);
	return r;
}

static void say_difference(const struct dna_case *c, const struct dna_tlsa *tlsa,
			   struct proof *proof)
{
	const char *part = tlsa->selector == DNA_SELECT_KEY ? "key" : "certificate";
	uint8_t digest[64];
	size_t size;

	if (tlsa->matching == MATCH_FULL ||
	    dna_chain_digest(dna_case_chain(c), 0, (enum dna_selector)tlsa->selector,
			     tlsa->matching == MATCH_SHA512 ? DNA_SHA512 : DNA_SHA256, digest,
			     &size) != 0)
		snprintf(proof->why_not, sizeof(proof->why_not), "the peer's %s is another", part);
	else
		snprintf(proof->why_not, sizeof(proof->why_not),
			 "the peer's %s has %02x%02x%02x%02x...", part, digest[0], digest[1],
			 digest[2], digest[3]);
}

/* DANE-012: neither names nor dates nor a path matter. */
static bool fits_alone(const struct dna_case *c, const struct dna_tlsa *tlsa, struct proof *proof)
{
	if (dna_tlsa_matches(tlsa, dna_case_chain(c), 0))
		return true;
	say_difference(c, tlsa, proof);
	return false;
}

/* One that has a path as well: to what the record says, or to a trust anchor of ours. */
static bool fits_on_path(const struct dna_case *c, struct dane_trial *trial,
			 const struct dna_tlsa *tlsa, struct proof *proof)
{
	struct dna_path path = { .reason = "there is no path to a trust anchor" };
	struct wanted wanted = { .tlsa = tlsa };
	const struct dna_path_rules rules = {
		.security = dna_case_param_word(c, "security"),
		.revocation = dna_case_param_word(c, "revocation"), /* PKIX-002 */
		.accept = tlsa->usage == PKIX_TA ? has_authority : NULL,
		.argument = &wanted,
	};
	int r = DNA_E_LIMIT;

	if (tlsa->usage == DANE_TA)
		r = find_path_to_associated(c, trial, tlsa, &path);
	else if (may_search(trial, &path))
		r = dna_case_path(c, &rules, &path);
	snprintf(proof->why_not, sizeof(proof->why_not), "%s",
		 wanted.is_path ? "no authority on a path to a trust anchor of ours fits"
				: path.reason);
	snprintf(proof->remark, sizeof(proof->remark), "%s", path.remark);
	proof->until = path.not_after;
	return r == 0;
}

static bool fits(const struct dna_case *c, const struct dane_association *a,
		 const struct dna_tlsa *tlsa, struct dane_trial *trial, struct proof *proof)
{
	*proof = (struct proof){ .until = DNA_FOREVER };
	if ((tlsa->usage == PKIX_EE || tlsa->usage == DANE_EE) && !fits_alone(c, tlsa, proof))
		return false;
	return tlsa->usage == DANE_EE ||
	       (is_named(c, a, proof) && fits_on_path(c, trial, tlsa, proof));
}

/* ---- Trying all ---- */

static const char *describe(const struct dna_tlsa *tlsa, char text[48])
{
	int size = snprintf(text, 48, "%u %u %u ", tlsa->usage, tlsa->selector, tlsa->matching);

	for (size_t i = 0; i < 4 && i < tlsa->data.size; i++)
		size += snprintf(text + size, 48 - (size_t)size, "%02x", tlsa->data.data[i]);
	snprintf(text + size, 48 - (size_t)size, "...");
	return text;
}

static void note(struct dane_trial *trial, const char *record, const char *why_not)
{
	size_t used = strlen(trial->why_not);

	snprintf(trial->why_not + used, sizeof(trial->why_not) - used, "%s%s: %s",
		 used > 0 ? "; " : "", record, why_not);
}

/* The host's name is as good as the SRV records that give it, and no better. */
static uint32_t roots_of(const struct dna_case *c, const struct dna_tlsa *tlsa,
			 const struct proof *proof)
{
	uint32_t roots = DNA_ROOT_DNSSEC;

	if (tlsa->usage < DANE_TA && proof->own)
		roots |= (uint32_t)dna_case_anchors_root(c);
	return roots;
}

/* DANE-028: what proved the peer that redirected us has led here, too. */
static void rest_on(const struct dna_case *c, struct dna_finding *finding, uint32_t roots)
{
	const struct dna_endpoint *e = dna_case_endpoint(c);

	dna_finding_rests_on(finding, roots);
	for (size_t i = 0; e != NULL && i < dna_endpoint_root_count(e); i++)
		if (dna_endpoint_roots_at(e, i) != roots)
			dna_finding_rests_on(finding, dna_endpoint_roots_at(e, i));
}

static void prove(const struct dna_case *c, struct dna_finding *finding,
		  const struct dane_association *a, const struct dna_tlsa *tlsa,
		  const struct proof *proof)
{
	static const char *const rules[] = { "DANE-015", "DANE-015", "DANE-013", "DANE-012" };
	bool receiving = dna_case_role(c) == DNA_RECEIVING;
	char text[48];

	rest_on(c, finding, roots_of(c, tlsa, proof));
	dna_finding_until(finding, proof->until);
	dna_find(finding, DNA_PROVEN, receiving ? "DANE-027" : rules[tlsa->usage],
		 "the TLSA record %s at %s fits %sthe certificate%s%s%s%s%s", describe(tlsa, text),
		 a->owner, tlsa->usage == PKIX_TA || tlsa->usage == DANE_TA ? "the chain of " : "",
		 receiving ? " of the server that connected" : "",
		 proof->name != NULL ? ", which names " : "",
		 proof->name != NULL ? proof->name : "", proof->remark[0] != '\0' ? "; " : "",
		 proof->remark);
}

bool dane_try_records(const struct dna_case *c, const struct dane_association *a,
		      struct dna_finding *finding, struct dane_trial *trial)
{
	for (size_t i = 0; i < dna_item_count(a->answer.item); i++) { /* DANE-018 */
		struct dna_bytes rdata = dna_item_data(a->answer.item, i);
		struct dna_tlsa tlsa;
		struct proof proof;
		const char *why_not;
		char text[48] = "a record";

		if (dna_tlsa_read(rdata, &tlsa) == 0)
			describe(&tlsa, text);
		if (!is_usable(c, rdata, &tlsa, &why_not)) {
			note(trial, text, why_not);
			continue;
		}
		trial->usable++;
		if (dna_case_chain(c) == NULL)
			continue;
		if (is_outdone(c, a->answer.item, &tlsa)) {
			note(trial, text, "a stronger digest counts instead");
		} else if (fits(c, a, &tlsa, trial, &proof)) {
			prove(c, finding, a, &tlsa, &proof);
			return true;
		} else {
			note(trial, text, proof.why_not);
		}
	}
	return false;
}

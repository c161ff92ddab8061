/*
 * Certificate policies along a path (RFC 5280 section 6.1, RFC 9618). Nobody asks for a policy here,
 * so that any will do; but an authority may demand that all below it have one that it permits, and
 * then a path on which they have none in common is no path. Of the tree only its lowest level is
 * kept: it is empty just when the tree is.
 */
#include "evidence/der.h"
#include "evidence/line.h"

#include <string.h>

/* Policies, as encoded; with |any| all others as well. Too many to keep are taken for none. */
struct policies {
	struct dna_bytes oids[DNA_POLICIES_MAX];
	size_t count;
	bool any;
};

/* Where a path has got to; the numbers are of certificates until something holds. */
struct state {
	struct policies expected; /* what the next certificate may have */
	int explicit_policy;      /* ... until there has to be a policy */
	int policy_mapping;       /* ... until nobody may call a policy by another name */
	int any_policy;           /* ... until anyPolicy is a policy like others */
};

/* ---- Sets ---- */

static bool is_any(struct dna_bytes oid)
{
	static const uint8_t any_policy[] = { 0x55, 0x1d, 0x20, 0x00 }; /* 2.5.29.32.0 */

	return dna_bytes_equal(oid, (struct dna_bytes){ any_policy, sizeof(any_policy) });
}

static bool is_empty(const struct policies *policies)
{
	return policies->count == 0 && !policies->any;
}

/* The count: it is not there. */
static size_t place_of(const struct policies *policies, struct dna_bytes oid)
{
	size_t i = 0;

	while (i < policies->count && !dna_bytes_equal(policies->oids[i], oid))
		i++;
	return i;
}

static bool contains(const struct policies *policies, struct dna_bytes oid)
{
	return place_of(policies, oid) < policies->count;
}

/* False: there is no room, and the set is not to be used. */
static bool add(struct policies *policies, struct dna_bytes oid)
{
	if (contains(policies, oid))
		return true;
	if (policies->count == DNA_POLICIES_MAX)
		return false;
	policies->oids[policies->count++] = oid;
	return true;
}

static void empty_unless(bool complete, struct policies *policies)
{
	if (!complete)
		*policies = (struct policies){ .count = 0 };
}

/* ---- What a certificate says ---- */

/* The next of certificatePolicies, whose qualifiers are for people. */
static bool next_policy(struct dna_bytes *rest, struct dna_bytes *oid)
{
	struct dna_der policy, element;

	if (!dna_der_take(rest, DNA_DER_SEQUENCE, &policy) ||
	    !dna_der_take(&policy.content, DNA_DER_OID, &element))
		return false;
	*oid = element.content;
	return true;
}

/* The next of policyMappings: what the issuer calls |ours| the subject calls |theirs|. */
static bool next_mapping(struct dna_bytes *rest, struct dna_bytes *ours, struct dna_bytes *theirs)
{
	struct dna_der mapping, a, b;

	if (!dna_der_take(rest, DNA_DER_SEQUENCE, &mapping) ||
	    !dna_der_take(&mapping.content, DNA_DER_OID, &a) ||
	    !dna_der_take(&mapping.content, DNA_DER_OID, &b))
		return false;
	*ours = a.content;
	*theirs = b.content;
	return true;
}

/* RFC 5280 section 6.1.4 (a) */
static bool maps_any(struct dna_bytes mappings)
{
	struct dna_bytes ours, theirs;

	while (next_mapping(&mappings, &ours, &theirs))
		if (is_any(ours) || is_any(theirs))
			return true;
	return false;
}

/* ---- From one level to the next ---- */

/* RFC 5280 section 6.1.3 (d), (e): what a certificate has of what is expected of it. */
static void intersect(const struct policies *expected, struct dna_bytes policies, bool any_counts,
		      struct policies *valid)
{
	bool has_any = false, complete = true;
	struct dna_bytes oid;

	*valid = (struct policies){ .count = 0 };
	while (next_policy(&policies, &oid))
		if (is_any(oid))
			has_any = any_counts;
		else if (expected->any || contains(expected, oid))
			complete = complete && add(valid, oid);
	for (size_t i = 0; has_any && i < expected->count; i++)
		complete = complete && add(valid, expected->oids[i]);
	valid->any = has_any && expected->any;
	empty_unless(complete, valid);
}

/* Section 6.1.4 (b): what those below call it. What is renamed has its own name no longer. */
static void rename_policies(const struct policies *valid, struct dna_bytes mappings, bool allowed,
			    struct policies *expected)
{
	bool renamed[DNA_POLICIES_MAX] = { false }, complete = true;
	struct dna_bytes ours, theirs;

	*expected = (struct policies){ .any = valid->any };
	while (next_mapping(&mappings, &ours, &theirs)) {
		const size_t i = place_of(valid, ours);

		if (i < valid->count)
			renamed[i] = true;
		if (allowed && (valid->any || i < valid->count))
			complete = complete && add(expected, theirs);
	}
	for (size_t i = 0; i < valid->count; i++)
		if (!renamed[i])
			complete = complete && add(expected, valid->oids[i]);
	empty_unless(complete, expected);
}

static void count_down(int *certificates)
{
	if (*certificates > 0)
		(*certificates)--;
}

static void narrow(int *certificates, int limit)
{
	if (limit >= 0 && limit < *certificates)
		*certificates = limit;
}

/* Section 6.1.4 (i), (j) */
static void constrain(struct state *state, const struct dna_extensions *extensions)
{
	narrow(&state->explicit_policy, extensions->explicit_policy);
	narrow(&state->policy_mapping, extensions->policy_mapping);
	narrow(&state->any_policy, extensions->any_policy);
}

/* Section 6.1.4 (a), (b), (h) to (j): an authority's certificate. */
static bool descend(struct state *state, const struct dna_certificate *certificate,
		    const struct policies *valid)
{
	const struct dna_extensions *extensions = &certificate->extensions;

	if (maps_any(extensions->policy_mappings))
		return false;
	rename_policies(valid, extensions->policy_mappings, state->policy_mapping > 0,
			&state->expected);
	if (!dna_certificate_is_self_issued(certificate)) {
		count_down(&state->explicit_policy);
		count_down(&state->policy_mapping);
		count_down(&state->any_policy);
	}
	constrain(state, extensions);
	return true;
}

/* Section 6.1.5 (a), (b): the leaf's. */
static void end(struct state *state, const struct dna_certificate *certificate)
{
	count_down(&state->explicit_policy);
	if (certificate->extensions.explicit_policy == 0)
		state->explicit_policy = 0;
}

/*
 * What the anchor demands holds as if it were asked for from the start (RFC 5937), as its name
 * constraints do.
 */
static void begin(struct state *state, const struct dna_chain *line)
{
	const int certificates = (int)line->count; /* the anchor is not counted, but one more is */

	*state = (struct state){ .expected = { .any = true },
				 .explicit_policy = certificates,
				 .policy_mapping = certificates,
				 .any_policy = certificates };
	constrain(state, &line->certificates[line->count - 1]->extensions);
}

bool dna_line_keeps_policies(const struct dna_chain *line, struct dna_refusal *refusal)
{
	char who[DNA_WHO_MAX];
	struct policies valid;
	struct state state;

	begin(&state, line);
	for (size_t i = line->count - 1; i-- > 0;) {
		const struct dna_certificate *certificate = line->certificates[i];
		const bool is_leaf = i == 0;

		dna_line_describe(line, i, who);
		intersect(&state.expected, certificate->extensions.policies,
			  state.any_policy > 0 ||
				  (!is_leaf && dna_certificate_is_self_issued(certificate)),
			  &valid);
		if (is_leaf) {
			end(&state, certificate);
		} else if (!descend(&state, certificate, &valid)) {
			dna_refuse(refusal, "PKIX-001", "%s maps policies to or from any policy",
				   who);
			return false;
		}
		if (state.explicit_policy == 0 && is_empty(is_leaf ? &valid : &state.expected)) {
			dna_refuse(refusal, "PKIX-001",
				   "an authority demands a certificate policy, and %s has none "
				   "that is permitted above it",
				   who);
			return false;
		}
	}
	return true;
}

/*
 * RFC 5280 path validation: the search. Every order of the presented certificates and the anchors
 * that their names allow is tried, so that chains may be unsorted and certificates cross-signed, and
 * what is out of date at the given time takes no part. The line from the leaf is checked each time
 * that it gets longer (line.c): what cannot be on a path leads nowhere, and hides none that can.
 */
#include "base/clock.h"
#include "evidence/line.h"
#include "evidence/path_cache.h"
#include "evidence/revocation.h"

#include <dna/evidence.h>

#include <stdio.h>
#include <string.h>

/* Whether somebody's key made a signature. */
struct known_signature {
	const struct dna_certificate *certificate, *issuer;
	bool good;
};

struct search {
	const struct dna_chain *chain;
	const struct dna_path_request *request;
	gnutls_sec_param_t security;

	struct dna_chain walk;    /* the path so far, leaf first; references are not counted */
	struct dna_window window; /* at these times it would be searched for in the same way */
	struct known_signature signatures[DNA_PATH_SIGNATURES_MAX];
	size_t signature_count;
	unsigned steps, paths;
	bool exhausted; /* there is more to try than may be */

	/* Of the path that was found. */
	int64_t until;
	struct dna_refusal remark;

	/* Why there is none, should there be none. */
	const struct dna_certificate *end; /* where the longest walk ended */
	size_t end_depth;
	const struct dna_certificate *stale; /* an issuer that was out of date */
	struct dna_refusal refused;          /* why the first line that is no path is none */
};

static void refuse_out_of_date(const struct search *s, const struct dna_certificate *certificate,
			       struct dna_refusal *refusal)
{
	char name[80], who[DNA_WHO_MAX] = "the certificate", time[DNA_TIME_TEXT];

	if (certificate != s->chain->certificates[0])
		snprintf(who, sizeof(who), "the certificate of %s",
			 dna_certificate_subject(certificate, name, sizeof(name)));
	if (s->request->time < certificate->not_before)
		dna_refuse(refusal, "PKIX-001", "%s is not valid before %s", who,
			   dna_time_write(certificate->not_before, time));
	else
		dna_refuse(refusal, "PKIX-001", "%s expired on %s", who,
			   dna_time_write(certificate->not_after, time));
}

/* ---- One path ---- */

static bool is_unrevoked(struct search *s)
{
	const struct dna_inquiry when = { .time = s->request->time,
					  .security = s->security,
					  .window = &s->window };

	s->until = DNA_FOREVER;
	for (size_t i = 0; i < s->walk.count; i++)
		if (s->walk.certificates[i]->not_after < s->until)
			s->until = s->walk.certificates[i]->not_after;
	return s->request->revocation == NULL ||
	       dna_line_is_unrevoked(&s->walk, s->request->revocation, &when, &s->until,
				     &s->refused, &s->remark);
}

/* Whether the walk, which ends in an anchor, is a path, and one that is wanted. */
static bool complete(struct search *s)
{
	const struct dna_path_request *request = s->request;

	if (s->exhausted || s->paths++ == DNA_PATHS_MAX) {
		s->exhausted = true;
		return false;
	}
	if (!dna_line_keeps_policies(&s->walk, &s->refused) || !is_unrevoked(s))
		return false;
	if (request->accept == NULL || request->accept(request->argument, &s->walk))
		return true;
	dna_refuse(&s->refused, "PKIX-001", "no path to a trust anchor is the one that is wanted");
	return false;
}

/* ---- The search ---- */

static bool is_in_date(struct search *s, const struct dna_certificate *certificate)
{
	dna_window_narrow(&s->window, s->request->time, certificate->not_before,
			  certificate->not_after);
	return dna_certificate_valid_at(certificate, s->request->time);
}

/*
 * Whether |certificate| can come next. An authority does not come back: a detour by others that it
 * cross-signed with leads to nothing that it does not lead to itself, and would make them part of
 * the path.
 */
static bool follows(struct search *s, const struct dna_certificate *certificate)
{
	if (dna_certificate_same(s->walk.certificates[0], certificate))
		return false;
	for (size_t i = 1; i < s->walk.count; i++)
		if (dna_certificate_same_holder(s->walk.certificates[i], certificate))
			return false;
	if (!dna_certificate_names_issuer(s->walk.certificates[s->walk.count - 1], certificate))
		return false;
	if (!is_in_date(s, certificate)) {
		s->stale = certificate;
		return false;
	}
	return true;
}

/* Whether the last of the walk signed the one below. Each signature is checked once. */
static bool is_signed(struct search *s)
{
	const struct dna_certificate *issuer = s->walk.certificates[s->walk.count - 1];
	const struct dna_certificate *certificate = s->walk.certificates[s->walk.count - 2];
	struct known_signature *known = s->signatures;

	while (known < s->signatures + s->signature_count &&
	       (known->certificate != certificate || known->issuer != issuer))
		known++;
	if (known < s->signatures + s->signature_count)
		return known->good;
	if (s->signature_count == DNA_PATH_SIGNATURES_MAX) {
		s->exhausted = true;
		return false;
	}
	*known = (struct known_signature){ certificate, issuer,
					   dna_line_is_signed(&s->walk, &s->refused) };
	s->signature_count++;
	return known->good;
}

static bool extend(struct search *s);

static bool step(struct search *s, struct dna_certificate *certificate, bool is_anchor)
{
	if (s->exhausted || s->steps++ == DNA_PATH_STEPS_MAX) {
		s->exhausted = true;
		return false;
	}
	s->walk.certificates[s->walk.count++] = certificate;
	if (dna_line_may_go_on(&s->walk, s->security, &s->refused) && is_signed(s) &&
	    ((is_anchor && complete(s)) || extend(s)))
		return true;
	s->walk.count--;
	return false;
}

/* Go on from where the walk is, first to anchors. An anchor may be on the way to another one. */
static bool extend(struct search *s)
{
	struct dna_certificate *last = s->walk.certificates[s->walk.count - 1];
	size_t first, count;

	if (s->walk.count > s->end_depth) {
		s->end_depth = s->walk.count;
		s->end = last;
	}
	if (s->walk.count > DNA_CHAIN_MAX)
		return false;
	count = dna_anchors_named(s->request->anchors, last, &first);
	for (size_t i = first; i < first + count; i++) {
		struct dna_certificate *anchor = dna_anchors_at(s->request->anchors, i);

		if (follows(s, anchor) && step(s, anchor, true))
			return true;
	}
	for (size_t i = 1; i < s->chain->count; i++)
		if (follows(s, s->chain->certificates[i]) &&
		    step(s, s->chain->certificates[i], false))
			return true;
	return false;
}

static bool search(struct search *s)
{
	struct dna_certificate *leaf = s->chain->certificates[0];

	if (!is_in_date(s, leaf)) {
		refuse_out_of_date(s, leaf, &s->refused);
		return false;
	}
	s->walk.references = 1;
	s->walk.certificates[0] = leaf;
	s->walk.count = 1;
	if (!dna_line_may_begin(leaf, &s->refused) ||
	    !dna_line_may_go_on(&s->walk, s->security, &s->refused))
		return false;
	return (dna_anchors_find(s->request->anchors, leaf) != NULL && complete(s)) || extend(s);
}

/* Why there is no path, most telling first. */
static void explain(const struct search *s, struct dna_path *path)
{
	struct dna_refusal refusal = { .rule = NULL }, stale = { .rule = NULL };
	char name[80];

	if (s->exhausted)
		dna_refuse(&refusal, "PKIX-001",
			   "no path to a trust anchor was found: the certificates allow too many "
			   "to try all");
	if (s->refused.rule != NULL)
		dna_refuse(&refusal, s->refused.rule, "%s", s->refused.reason);
	if (s->stale != NULL) {
		refuse_out_of_date(s, s->stale, &stale);
		dna_refuse(&refusal, stale.rule, "no path to a trust anchor: %s", stale.reason);
	}
	if (dna_certificate_is_self_issued(s->end) &&
	    dna_signature_verifies(&s->end->signature, s->end))
		dna_refuse(&refusal, "PKIX-001",
			   "no path to a trust anchor: %s is self-signed and not trusted itself",
			   dna_certificate_subject(s->end, name, sizeof(name)));
	dna_refuse(&refusal, "PKIX-001", "no path to a trust anchor: issuer %s is not trusted",
		   dna_certificate_issuer(s->end, name, sizeof(name)));
	path->rule = refusal.rule;
	memcpy(path->reason, refusal.reason, sizeof(path->reason));
}

/* Look for a path, whatever is known already; |*window|: when the same would be found. */
static int find(const struct dna_chain *chain, const struct dna_path_request *request,
		gnutls_sec_param_t security, struct dna_window *window, struct dna_path *path)
{
	struct search s = { .chain = chain,
			    .request = request,
			    .security = security,
			    .end = chain->certificates[0],
			    .window = { INT64_MIN, INT64_MAX } };
	bool found = search(&s);

	*path = (struct dna_path){ .not_after = DNA_FOREVER, .rule = "PKIX-001" };
	*window = s.window;
	if (!found) {
		explain(&s, path);
		return DNA_E_NOTFOUND;
	}
	path->anchor =
		dna_anchors_find(request->anchors, s.walk.certificates[s.walk.count - 1])->der;
	path->not_after = s.until;
	memcpy(path->remark, s.remark.reason, sizeof(path->remark));
	return 0;
}

/* A path that somebody chooses among others is their business, and looked for each time. */
int dna_chain_find_path(const struct dna_chain *chain, const struct dna_path_request *request,
			struct dna_path *path)
{
	struct dna_path_cache *known = dna_anchors_paths(request->anchors);
	struct dna_path_key key = { .security = 0 };
	struct dna_window window;
	gnutls_sec_param_t security;
	int result, r = dna_security_level(request->security, &security);

	if (r != 0)
		return r;
	if (request->accept != NULL)
		return find(chain, request, security, &window, path);
	memcpy(key.chain, chain->digest, sizeof(key.chain));
	key.security = (uint8_t)security;
	r = dna_revocation_key(request->revocation, &key);
	if (r != 0)
		return r;
	if (dna_path_cache_find(known, &key, request->time, &result, path))
		return result;
	result = find(chain, request, security, &window, path);
	dna_path_cache_keep(known, &key, &window, result, path);
	return result;
}

int dna_chain_path(const struct dna_chain *chain, const struct dna_anchors *anchors, int64_t time,
		   struct dna_path *path)
{
	const struct dna_path_request request = { .anchors = anchors, .time = time };

	return dna_chain_find_path(chain, &request, path);
}

/*
 * Paths to trust anchors, as a case knows them: its anchors, its revocation lists, and what the peer
 * stapled.
 */
#include "proof/case.h"
#include "evidence/revocation.h"

#include <string.h>

/* ---- what the operator provided ---- */

static const struct dna_provision *own_anchors(const struct dna_case *c)
{
	return &c->choice.profile->anchors;
}

void dna_case_provide(struct dna_case *c)
{
	const struct dna_profile *profile = c->choice.profile;

	if (profile->anchors.anchors != NULL) {
		dna_anchors_unref(c->anchors);
		c->anchors = dna_anchors_ref(profile->anchors.anchors);
	}
	if (profile->crls.crls != NULL)
		c->crls = dna_crls_ref(profile->crls.crls);
}

/* PKIX-003: anchors for this very peer are all that it has. */
void dna_case_trust(struct dna_case *c, struct dna_anchors *anchors)
{
	if (c->shadow != NULL)
		dna_case_trust(c->shadow, anchors);
	if (own_anchors(c)->anchors != NULL)
		return;
	dna_anchors_ref(anchors);
	dna_anchors_unref(c->anchors);
	c->anchors = anchors;
	c->stale = true;
}

const struct dna_anchors *dna_case_anchors(const struct dna_case *c)
{
	return c->anchors;
}

enum dna_root dna_case_anchors_root(const struct dna_case *c)
{
	return own_anchors(c)->file != NULL ? DNA_ROOT_PIN : DNA_ROOT_WEBPKI;
}

/* ---- revocation lists ---- */

/* One that cannot be read lists nothing. */
static int add_evidence(struct dna_crls *crls, const struct dna_item *item)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < dna_item_count(item); i++) {
		r = dna_crls_add(crls, dna_item_data(item, i));
		r = r == DNA_E_SYNTAX ? 0 : r;
	}
	return r;
}

int dna_case_read_crls(struct dna_case *c)
{
	const struct dna_item *item = dna_evidence_find(c->evidence, "crls", "", 0);
	struct dna_crls *crls;
	int r;

	if (item == NULL || item == c->crls_item)
		return 0;
	r = dna_crls_new(&crls);
	if (r == 0 && c->crls != NULL)
		r = dna_crls_add_set(crls, c->crls);
	if (r == 0)
		r = add_evidence(crls, item);
	if (r != 0) {
		dna_crls_unref(crls);
		return r;
	}
	dna_crls_unref(c->crls);
	c->crls = crls;
	c->crls_item = item;
	return 0;
}

/* ---- paths ---- */

int dna_case_path(const struct dna_case *c, const struct dna_path_rules *rules,
		  struct dna_path *path)
{
	struct dna_revocation revocation = { .crls = c->crls };
	const struct dna_path_request request = {
		.anchors = rules->anchors != NULL ? rules->anchors : c->anchors,
		.time = c->time,
		.security = rules->security,
		.revocation = &revocation,
		.accept = rules->accept,
		.argument = rules->argument,
	};
	const struct dna_chain *chain = dna_case_chain(c);
	int r = dna_revocation_mode(rules->revocation, &revocation.mode);

	if (r != 0 || chain == NULL)
		return DNA_E_INVALID;
	revocation.stapled = dna_evidence_find(c->evidence, "ocsp", "", 0);
	return dna_chain_find_path(chain, &request, path);
}

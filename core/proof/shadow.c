/*
 * The shadow of a case: another case about the same, with the profile that is only reported. What
 * comes to the case comes to its shadow too, and nothing comes back: so the shadow can change,
 * delay or fail nothing, whatever it asks for and finds. That it fails itself is no concern of the
 * case.
 */
#include "proof/case.h"

#include <string.h>

int dna_shadow_new(struct dna_case *c, const struct dna_subject *subject)
{
	struct dna_choice choice = c->choice;

	if (choice.shadow == NULL)
		return 0;
	choice.profile = choice.shadow;
	choice.demand = choice.shadow_demand;
	choice.shadow = NULL;
	return dna_case_new_with(&c->shadow, &choice, subject, c->time);
}

struct dna_case *dna_case_shadow(struct dna_case *c)
{
	return c->shadow;
}

/* Both have the same endpoints in the same order, once the shadow knows them too. */
struct dna_case *dna_shadow_at(const struct dna_case *c, size_t index)
{
	const struct dna_endpoint *ours, *its;

	if (c->shadow == NULL || dna_case_advance(c->shadow) != 0 ||
	    index >= c->shadow->endpoint_count || index >= c->endpoint_count)
		return NULL;
	ours = &c->endpoints[index];
	its = &c->shadow->endpoints[index];
	return strcmp(ours->host, its->host) == 0 && ours->port == its->port &&
			       ours->tls == its->tls
		       ? c->shadow
		       : NULL;
}

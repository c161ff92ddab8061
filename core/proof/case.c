/* A case: its subject, and its beginning and end. */
#include "proof/case.h"
#include "proof/route.h"
#include "base/name.h"
#include "policy/place.h"

#include <stdlib.h>
#include <string.h>

/* A host need be no domain that can have XMPP: SRV records may name any. */
static int prepare_host(const char *text, char host[DNA_NAME_MAX + 1])
{
	if (dna_domainpart_prepare(text, host, NULL) == 0)
		return 0;
	if (!dna_name_is_host(text, true))
		return DNA_E_INVALID;
	strcpy(host, text);
	return 0;
}

static int set_endpoint(struct dna_case *c, const struct dna_subject *subject)
{
	char host[DNA_NAME_MAX + 1];

	if (subject->endpoint.host == NULL)
		return 0;
	if (subject->endpoint.port == 0 || prepare_host(subject->endpoint.host, host) != 0)
		return DNA_E_INVALID;
	c->endpoints = calloc(1, sizeof(*c->endpoints));
	if (c->endpoints == NULL)
		return DNA_E_NOMEM;
	c->endpoint_count = 1;
	c->endpoints[0] = (struct dna_endpoint){ .of = c,
						 .host = strdup(host),
						 .port = subject->endpoint.port,
						 .tls = subject->endpoint.tls,
						 .source = DNA_ENDPOINT_OTHER,
						 .security = DNA_INDETERMINATE,
						 .not_after = DNA_FOREVER,
						 .address_security = DNA_INDETERMINATE };
	c->endpoint_given = true;
	if (subject->endpoint.configured) {
		/* DELEG-016: the operator's word stands where SRV would. */
		c->endpoints[0].source = DNA_ENDPOINT_CONFIGURED;
		c->endpoints[0].security = DNA_SECURE;
	}
	return c->endpoints[0].host != NULL ? 0 : DNA_E_NOMEM;
}

static int set_redirect(struct dna_case *c, const struct dna_subject *subject)
{
	const size_t room = sizeof(c->redirect.rests.roots) / sizeof(c->redirect.rests.roots[0]);
	const char *host = subject->redirect.host;

	if (host == NULL)
		return 0;
	if (subject->role == DNA_RECEIVING || subject->endpoint.configured ||
	    subject->redirect.root_count > room || prepare_host(host, c->redirect.host) != 0 ||
	    (dna_name_is_address(host) && subject->redirect.port == 0))
		return DNA_E_INVALID;
	c->redirect.port = subject->redirect.port;
	for (size_t i = 0; i < subject->redirect.root_count; i++)
		c->redirect.rests.roots[c->redirect.rests.count++] = subject->redirect.roots[i];
	return 0;
}

/* A place that was named with its port has no SRV records to be followed. */
static int set_place(struct dna_case *c, const struct dna_subject *subject)
{
	struct dna_subject place = *subject;
	int r = set_redirect(c, subject);

	if (r != 0 || c->redirect.port == 0)
		return r == 0 ? set_endpoint(c, subject) : r;
	place.endpoint.host = c->redirect.host;
	place.endpoint.port = c->redirect.port;
	r = set_endpoint(c, &place);
	if (r != 0)
		return r;
	c->endpoints[0].source = DNA_ENDPOINT_REDIRECT;
	c->endpoints[0].security = c->redirect.rests.count > 0 ? DNA_SECURE : DNA_INSECURE;
	return 0;
}

static int set_subject(struct dna_case *c, const struct dna_subject *subject, int64_t time)
{
	if (subject->service > DNA_XMPP_SERVER || subject->role > DNA_RECEIVING ||
	    (subject->role == DNA_RECEIVING && subject->endpoint.host != NULL) ||
	    subject->domain == NULL ||
	    dna_domainpart_prepare(subject->domain, c->domain, c->domain_unicode) != 0 ||
	    (subject->local != NULL && dna_domainpart_prepare(subject->local, c->local, NULL) != 0))
		return DNA_E_INVALID;
	c->service = subject->service;
	c->role = subject->role;
	c->time = time;
	return set_place(c, subject);
}

int dna_case_new_with(struct dna_case **c, const struct dna_choice *choice,
		      const struct dna_subject *subject, int64_t time)
{
	struct dna_case *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->in_use = SIZE_MAX;
	new->stale = true;
	r = set_subject(new, subject, time);
	if (r == 0)
		r = dna_evidence_new(&new->evidence);
	if (r == 0)
		r = dna_anchors_new(&new->anchors);
	if (r != 0) {
		dna_case_free(new);
		return r;
	}
	new->choice = *choice;
	dna_choice_serve(&new->choice, new->service);
	dna_profile_ref(new->choice.profile);
	dna_case_provide(new);
	r = dna_shadow_new(new, subject);
	if (r != 0) {
		dna_case_free(new);
		return r;
	}
	*c = new;
	return 0;
}

/* DELEG-016: what the policy says, unless the caller says where the connection leads. */
static void take_endpoint(struct dna_subject *subject, const char *text, struct dna_place *place)
{
	if (subject->role == DNA_RECEIVING || subject->endpoint.host != NULL ||
	    subject->redirect.host != NULL ||
	    dna_place_read(text, subject->service, false, place) != 0)
		return;
	subject->endpoint.host = place->host;
	subject->endpoint.port = place->port;
	subject->endpoint.tls = place->tls;
	subject->endpoint.configured = true;
}

int dna_case_new(struct dna_case **c, struct dna_policy *policy, const struct dna_subject *subject,
		 int64_t time)
{
	char remote[DNA_NAME_MAX + 1], local[DNA_NAME_MAX + 1];
	struct dna_subject asked = *subject;
	struct dna_choice choice;
	struct dna_place place;
	struct dna_case *new;
	int r;

	if (subject->domain == NULL || dna_domainpart_prepare(subject->domain, remote, NULL) != 0 ||
	    (subject->local != NULL && dna_domainpart_prepare(subject->local, local, NULL) != 0))
		return DNA_E_INVALID;
	dna_policy_choose(policy, remote, subject->local != NULL ? local : NULL, subject->service,
			  subject->role, &choice);
	if (choice.endpoint != NULL)
		take_endpoint(&asked, choice.endpoint, &place);
	r = dna_case_new_with(&new, &choice, &asked, time);
	if (r != 0)
		return r;
	new->policy = dna_policy_ref(policy);
	*c = new;
	return 0;
}

void dna_case_free(struct dna_case *c)
{
	if (c == NULL)
		return;
	dna_case_free(c->shadow);
	for (size_t i = 0; i < sizeof(c->findings) / sizeof(c->findings[0]); i++)
		dna_finding_reset(&c->findings[i], NULL);
	dna_case_clear_endpoints(c);
	dna_case_clear_asked(c);
	dna_chain_unref(c->chain);
	dna_anchors_unref(c->anchors);
	dna_crls_unref(c->crls);
	dna_evidence_free(c->evidence);
	dna_profile_unref(c->choice.profile);
	dna_policy_unref(c->policy);
	free(c);
}

const char *dna_case_domain(const struct dna_case *c)
{
	return c->domain;
}

const char *dna_case_domain_unicode(const struct dna_case *c)
{
	return c->domain_unicode;
}

enum dna_service dna_case_service(const struct dna_case *c)
{
	return c->service;
}

enum dna_role dna_case_role(const struct dna_case *c)
{
	return c->role;
}

int64_t dna_case_time(const struct dna_case *c)
{
	return c->time;
}

/* ---- parameters of the prooftype that is running ---- */

static const struct dna_param_value *param(const struct dna_case *c, const char *name)
{
	return c->view != NULL ? dna_params_get(c->view->params, name) : NULL;
}

bool dna_case_param_bool(const struct dna_case *c, const char *name)
{
	const struct dna_param_value *value = param(c, name);

	return value != NULL && value->boolean;
}

int64_t dna_case_param_int(const struct dna_case *c, const char *name)
{
	const struct dna_param_value *value = param(c, name);

	return value != NULL ? value->integer : 0;
}

const char *dna_case_param_word(const struct dna_case *c, const char *name)
{
	const struct dna_param_value *value = param(c, name);

	return value != NULL && value->word != NULL ? value->word : "";
}

bool dna_case_param_has_int(const struct dna_case *c, const char *name, int64_t wanted)
{
	const struct dna_param_value *value = param(c, name);

	for (size_t i = 0; value != NULL && i < value->count; i++)
		if (value->integers != NULL && value->integers[i] == wanted)
			return true;
	return false;
}

size_t dna_case_param_words(const struct dna_case *c, const char *name, const char *const **words)
{
	const struct dna_param_value *value = param(c, name);

	if (value == NULL || value->words == NULL)
		return 0;
	*words = (const char *const *)value->words;
	return value->count;
}

/* The verdict as JSON: for programs, and for recordings. */
#include "proof/report.h"
#include "proof/route.h"
#include "base/clock.h"

#include <stdlib.h>

static json_t *roots_json(uint32_t roots)
{
	json_t *list = json_array();

	for (size_t i = 0; dna_root_words[i] != NULL; i++)
		if (roots & (UINT32_C(1) << i))
			json_array_append_new(list, json_string(dna_root_words[i]));
	return list;
}

json_t *dna_rests_to_json(const uint32_t *roots, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, roots_json(roots[i]));
	return list;
}

/* Members whose value is empty, or does not end, are left out. */
static void set_text(json_t *object, const char *name, const char *text)
{
	if (text[0] != '\0')
		json_object_set_new(object, name, json_string(text));
}

static void set_time(json_t *object, const char *name, int64_t time)
{
	char text[DNA_TIME_TEXT];

	if (time != DNA_FOREVER)
		json_object_set_new(object, name, json_string(dna_time_write(time, text)));
}

static json_t *finding_json(const struct dna_finding *finding)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s}", "prooftype", dna_finding_prooftype(finding), "finding",
		dna_result_name(finding->result), "reason", finding->reason, "rule", finding->rule);

	if (finding->root_count > 0)
		json_object_set_new(object, "rests_on",
				    dna_rests_to_json(finding->roots, finding->root_count));
	if (finding->result == DNA_VETO)
		set_text(object, "scope", dna_scope_name(finding->scope));
	if (finding->temporary)
		json_object_set_new(object, "temporary", json_true());
	set_time(object, "not_after", finding->not_after);
	return object;
}

json_t *dna_endpoint_to_json(const struct dna_endpoint *e)
{
	return json_pack("{s:s, s:i, s:s}", "host", e->host, "port", (int)e->port, "tls",
			 dna_tls_name(e->tls));
}

static json_t *hop_json(const struct dna_hop *hop)
{
	json_t *object = dna_endpoint_to_json(hop->endpoint);

	json_object_set_new(object, "decision", json_string(dna_decision_name(hop->decision)));
	if (hop->tls_required)
		json_object_set_new(object, "tls_required", json_true());
	set_text(object, "reason", hop->reason);
	set_text(object, "rule", hop->rule);
	return object;
}

static json_t *names_json(const char *const *names, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *route_json(struct dna_case *c)
{
	json_t *list = json_array();
	struct dna_hop hop;

	for (size_t i = 0; dna_case_hop(c, i, &hop) == 0; i++)
		json_array_append_new(list, hop_json(&hop));
	return list;
}

static json_t *delegation_json(const struct dna_case *c)
{
	uint32_t roots;
	enum dna_security security = dna_route_security(c, &roots);
	json_t *object = json_pack("{s:s}", "security", dna_security_name(security));

	if (roots != 0)
		json_object_set_new(object, "rests_on", roots_json(roots));
	return object;
}

static json_t *findings_json(const struct dna_verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->finding_count; i++)
		json_array_append_new(list, finding_json(v->findings[i]));
	return list;
}

/* Prooftypes that would have been asked, were they installed. */
static json_t *left_out_json(const struct dna_verdict *v)
{
	const struct dna_profile *profile = v->choice->profile;
	json_t *list = json_array();

	for (size_t i = 0; i < profile->left_out_count; i++)
		if (profile->left_out[i].stage <= v->stage)
			json_array_append_new(list, json_string(profile->left_out[i].name));
	return list;
}

static json_t *policy_json(const struct dna_verdict *v)
{
	json_t *left_out = left_out_json(v);
	json_t *object = json_object();

	set_text(object, "profile", dna_verdict_profile(v));
	dna_demand_write(&v->choice->demand, object);
	if (json_array_size(left_out) != 0)
		json_object_set(object, "left_out", left_out);
	json_decref(left_out);
	if (v->choice->line != 0) {
		set_text(object, "file", dna_verdict_policy_file(v));
		json_object_set_new(object, "line", json_integer((json_int_t)v->choice->line));
	}
	return object;
}

/* Whether the security of anything that was learnt is only |word|'s. */
static bool rests_on(const struct dna_case *c, enum dna_word word)
{
	for (size_t i = 0; i < dna_evidence_count(c->evidence); i++) {
		const struct dna_item *item = dna_evidence_at(c->evidence, i);

		if (dna_item_word(item) == word && dna_item_outcome(item) != DNA_FAILED)
			return true;
	}
	return false;
}

/* What the shadow profile would have said; it is not waited for. */
static json_t *shadow_json(struct dna_case *shadow)
{
	const struct dna_verdict *v;
	json_t *object;

	if (dna_case_verdict(shadow, &v) != 0)
		return json_pack("{s:s, s:s, s:s}", "profile", shadow->choice.profile->name,
				 "verdict", dna_verdict_name(DNA_VERDICT_UNDECIDED), "reason",
				 "not all of its evidence was there when the verdict was");
	object = json_pack("{s:s, s:s, s:s, s:s}", "profile", dna_verdict_profile(v), "verdict",
			   dna_verdict_name(v->kind), "reason", v->reason, "rule", v->rule);
	json_object_set_new(object, "by", names_json(v->by, v->by_count));
	return object;
}

int dna_case_to_json(struct dna_case *c, json_t **json)
{
	const struct dna_verdict *v;
	int r = dna_case_verdict(c, &v);
	json_t *object;

	if (r != 0)
		return r;
	object = json_pack("{s:s, s:s, s:s}", "domain", c->domain_unicode, "service",
			   dna_service_name(c->service), "verdict", dna_verdict_name(v->kind));
	json_object_set_new(object, "by", names_json(v->by, v->by_count));
	json_object_set_new(object, "through", names_json(v->through, v->through_count));
	json_object_set_new(object, "reason", json_string(v->reason));
	json_object_set_new(object, "rule", json_string(v->rule));
	if (v->vetoed)
		set_text(object, "scope", dna_scope_name(v->scope));
	if (v->temporary)
		json_object_set_new(object, "temporary", json_true());
	set_time(object, "not_after", v->not_after);
	if (v->rests.count > 0)
		json_object_set_new(object, "rests_on",
				    dna_rests_to_json(v->rests.roots, v->rests.count));
	if (v->short_of != 0)
		json_object_set_new(object, "short_of", roots_json(v->short_of));
	json_object_set_new(object, "delegation", delegation_json(c));
	json_object_set_new(object, "endpoint",
			    v->endpoint != NULL ? dna_endpoint_to_json(v->endpoint) : json_null());
	json_object_set_new(object, "route", route_json(c));
	json_object_set_new(object, "findings", findings_json(v));
	json_object_set_new(object, "policy", policy_json(v));
	if (c->shadow != NULL)
		json_object_set_new(object, "shadow", shadow_json(c->shadow));
	if (rests_on(c, DNA_WORD_STATED))
		json_object_set_new(object, "stated", json_true());
	if (rests_on(c, DNA_WORD_RESOLVER))
		json_object_set_new(object, "trust_ad", json_true());
	*json = object;
	return object != NULL ? 0 : DNA_E_NOMEM;
}

int dna_case_report(struct dna_case *c, const char *id, char **text)
{
	json_t *report, *object;
	char *line;
	int r = dna_case_to_json(c, &report);

	if (r != 0)
		return r;
	object = json_object();
	if (id != NULL)
		json_object_set_new(object, "id", json_string(id));
	json_object_update(object, report);
	line = json_dumps(object, JSON_COMPACT);
	json_decref(report);
	json_decref(object);
	if (line == NULL)
		return DNA_E_NOMEM;
	*text = line;
	return 0;
}

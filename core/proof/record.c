/* A case written down (man/dna-recording.5). */
#include "proof/report.h"
#include "base/clock.h"
#include "evidence/item_json.h"

#include <stdlib.h>
#include <string.h>

static json_t *redirect_json(const struct dna_case *c)
{
	json_t *object = json_pack("{s:s}", "host", c->redirect.host);

	if (c->redirect.port != 0)
		json_object_set_new(object, "port", json_integer(c->redirect.port));
	if (c->redirect.rests.count > 0)
		json_object_set_new(
			object, "rests_on",
			dna_rests_to_json(c->redirect.rests.roots, c->redirect.rests.count));
	return object;
}

static json_t *subject_json(const struct dna_case *c)
{
	json_t *object = json_pack("{s:s, s:s, s:s}", "domain", c->domain_unicode, "service",
				   dna_service_name(c->service), "role", dna_role_name(c->role));

	if (c->local[0] != '\0')
		json_object_set_new(object, "local", json_string(c->local));
	if (c->redirect.host[0] != '\0')
		json_object_set_new(object, "redirect", redirect_json(c));
	/* One that was given counts even if it was never reached: nothing else was asked about. */
	if (c->endpoint_given || c->in_use < c->endpoint_count) {
		json_t *endpoint =
			dna_endpoint_to_json(&c->endpoints[c->endpoint_given ? 0 : c->in_use]);

		if (c->endpoint_given && c->endpoints[0].source == DNA_ENDPOINT_CONFIGURED)
			json_object_set_new(endpoint, "configured", json_true());
		json_object_set_new(object, "endpoint", endpoint);
	}
	return object;
}

static int add_der(void *argument, struct dna_bytes der)
{
	return dna_item_add(argument, der.data, der.size);
}

/* Write what |collect| gives as one item, unless it gives nothing. */
static int provided_json(const struct dna_case *c, const char *kind,
			 int (*collect)(const struct dna_case *c, struct dna_item *item),
			 json_t *evidence)
{
	struct dna_item_init init = { .kind = kind, .time = c->time, .not_after = DNA_FOREVER };
	struct dna_item *item;
	json_t *json;
	int r = dna_item_new(&item, &init);

	if (r != 0)
		return r;
	r = collect(c, item);
	if (r == 0 && dna_item_count(item) > 0) {
		r = dna_item_to_json(item, &json);
		if (r == 0)
			json_array_append_new(evidence, json);
	}
	dna_item_unref(item);
	return r;
}

static int collect_anchors(const struct dna_case *c, struct dna_item *item)
{
	return dna_anchors_relevant(c->anchors, c->chain, add_der, item);
}

static int collect_crls(const struct dna_case *c, struct dna_item *item)
{
	return c->crls != NULL ? dna_crls_relevant(c->crls, c->chain, c->anchors, add_der, item)
			       : 0;
}

/*
 * Anchors and revocation lists are for many cases: only those that a path from the chain could come
 * upon, since judging again needs no others.
 */
static bool is_provided(const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "trust-anchors") == 0 ||
	       strcmp(dna_item_kind(item), "crls") == 0;
}

static int evidence_json(const struct dna_case *c, json_t *list)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < dna_evidence_count(c->evidence); i++) {
		const struct dna_item *item = dna_evidence_at(c->evidence, i);
		json_t *json;

		if (is_provided(item))
			continue;
		r = dna_item_to_json(item, &json);
		if (r == 0)
			json_array_append_new(list, json);
	}
	if (r == 0 && c->chain != NULL)
		r = provided_json(c, "trust-anchors", collect_anchors, list);
	if (r == 0 && c->chain != NULL)
		r = provided_json(c, "crls", collect_crls, list);
	return r;
}

static int recording_json(struct dna_case *c, const char *id, json_t *recording)
{
	char time[DNA_TIME_TEXT];
	json_t *evidence = json_array(), *verdict;
	int r;

	json_object_set_new(recording, "recording", json_integer(1));
	if (id != NULL)
		json_object_set_new(recording, "id", json_string(id));
	json_object_set_new(recording, "time", json_string(dna_time_write(c->time, time)));
	json_object_set_new(recording, "subject", subject_json(c));
	json_object_set_new(recording, "profile", dna_choice_document(&c->choice));
	json_object_set_new(recording, "evidence", evidence);
	r = evidence_json(c, evidence);
	if (r == 0)
		r = dna_case_to_json(c, &verdict);
	if (r == 0)
		json_object_set_new(recording, "verdict", verdict);
	return r;
}

int dna_case_record(struct dna_case *c, const char *id, char **text)
{
	json_t *recording = json_object();
	char *new = NULL;
	int r = recording != NULL ? recording_json(c, id, recording) : DNA_E_NOMEM;

	if (r == 0) {
		new = json_dumps(recording, JSON_INDENT(2));
		r = new != NULL ? 0 : DNA_E_NOMEM;
	}
	json_decref(recording);
	if (r == 0)
		*text = new;
	return r;
}

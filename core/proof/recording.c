/* A case that was written down, read again (man/dna-recording.5). */
#include "proof/recording.h"
#include "base/clock.h"
#include "base/nearest.h"
#include "base/safe.h"
#include "evidence/item_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDING_DEPTH 16
#define NOT_RECORDED    "it is not in the recording"

/* ---- complaints ---- */

/* Some of it may be the recording's, which may be anything, of any length. */
int dna_recording_complain(struct dna_recording_reader *reader, const char *format, ...)
{
	char text[2 * sizeof(reader->why)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	dna_safe_text(reader->why, sizeof(reader->why), text, strlen(text));
	return DNA_E_SYNTAX;
}

/* Each line about a profile is fit to be shown; they stay lines. */
static void complain_about_profile(struct dna_recording_reader *reader, struct dna_buffer *lines)
{
	char *rest;
	size_t used = 0;

	for (char *line = strtok_r((char *)lines->data, "\n", &rest);
	     line != NULL && used + 1 < sizeof(reader->why); line = strtok_r(NULL, "\n", &rest)) {
		if (used > 0)
			reader->why[used++] = '\n';
		dna_safe_text(reader->why + used, sizeof(reader->why) - used, line, strlen(line));
		used += strlen(reader->why + used);
	}
}

int dna_recording_check_members(struct dna_recording_reader *reader, const json_t *object,
				const char *where, const char *const *known, size_t count)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const char *nearest = dna_nearest(name, known, count);

		if (nearest != NULL && strcmp(nearest, name) != 0)
			return dna_recording_complain(
				reader, "%s: unknown member \"%s\"; did you mean \"%s\"?", where,
				name, nearest);
	}
	return 0;
}

/* ---- what is written there ---- */

static int read_head(struct dna_recording_reader *reader)
{
	static const char *const known[] = { "recording", "id",       "time",   "subject",
					     "profile",   "evidence", "verdict" };
	const json_t *version = json_object_get(reader->recording, "recording");
	const json_t *time = json_object_get(reader->recording, "time");
	int r = dna_recording_check_members(reader, reader->recording, "recording", known,
					    sizeof(known) / sizeof(known[0]));

	if (r != 0)
		return r;
	if (!json_is_integer(version) || json_integer_value(version) != 1)
		return dna_recording_complain(
			reader, "\"recording\" has to be 1, the version of the format");
	if (!json_is_string(time) || dna_time_read(json_string_value(time), &reader->time) != 0 ||
	    reader->time < 0 || reader->time == DNA_FOREVER)
		return dna_recording_complain(
			reader, "\"time\" has to be a time as in \"2026-11-21T00:00:00Z\"");
	return 0;
}

static int read_profile(struct dna_recording_reader *reader,
			const struct dna_prooftype_source *source, struct dna_profile **profile)
{
	const json_t *document = json_object_get(reader->recording, "profile");
	struct dna_complaints complaints = { .name = "profile" };
	struct dna_node *node = NULL;
	int r;

	if (document == NULL)
		return 0;
	dna_buffer_init(&complaints.text, 0);
	r = dna_node_from_json(&node, document);
	if (r == 0)
		r = dna_profile_read(profile, "recording", node, NULL, NULL, source, &complaints);
	if (r != 0 && complaints.text.size > 0)
		complain_about_profile(reader, &complaints.text);
	dna_node_free(node);
	dna_buffer_clear(&complaints.text);
	return r;
}

static int choose(struct dna_recording_reader *reader, const struct dna_subject *subject,
		  struct dna_policy *policy, const struct dna_prooftype_source *source,
		  struct dna_case **c)
{
	struct dna_profile *profile = NULL;
	struct dna_choice choice;
	int r = read_profile(reader, source, &profile);

	if (r != 0)
		return r;
	if (profile != NULL) {
		choice = dna_choice_of(profile);
		r = dna_case_new_with(c, &choice, subject, reader->time);
	} else if (policy != NULL) {
		r = dna_case_new(c, policy, subject, reader->time);
	} else {
		return dna_recording_complain(
			reader, "it has no \"profile\", and there is no policy to choose one");
	}
	dna_profile_unref(profile);
	return r == DNA_E_INVALID ? dna_recording_complain(
					    reader,
					    "subject: \"%s\" is not a domain that can have XMPP, "
					    "or its endpoint's host "
					    "is no host",
					    subject->domain)
				  : r;
}

static int read_evidence(struct dna_recording_reader *reader, struct dna_evidence *recorded)
{
	const json_t *list = json_object_get(reader->recording, "evidence");
	int r = 0;

	if (list != NULL && !json_is_array(list))
		return dna_recording_complain(reader, "\"evidence\" has to be a list");
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		struct dna_item *item;
		char why[160] = "";

		r = dna_item_from_json(json_array_get(list, i), reader->time, &item, why);
		if (r != 0)
			return dna_recording_complain(reader, "evidence[%zu]: %s", i,
						      why[0] != '\0' ? why : dna_strerror(r));
		r = dna_evidence_add(recorded, item);
		if (r == DNA_E_EXISTS)
			r = dna_recording_complain(
				reader, "evidence[%zu]: this question was answered before", i);
		dna_item_unref(item);
	}
	return r;
}

/* The shadow judges by the same. */
static int share(struct dna_case *c)
{
	int r = 0;

	for (size_t i = 0; c->shadow != NULL && i < dna_evidence_count(c->evidence) && r == 0; i++)
		r = dna_case_feed(c->shadow, dna_evidence_at(c->evidence, i));
	return r;
}

static int feed(struct dna_recording_reader *reader, struct dna_case *c)
{
	struct dna_evidence *recorded;
	int r = dna_evidence_new(&recorded);

	if (r != 0)
		return r;
	r = read_evidence(reader, recorded);
	if (r == 0)
		r = dna_revalidate(c->evidence, recorded, reader->time, reader->validator);
	if (r == 0)
		r = share(c);
	dna_evidence_free(recorded);
	return r;
}

static int trust(struct dna_recording_reader *reader, struct dna_case *c)
{
	const struct dna_item *item = dna_evidence_find(c->evidence, "trust-anchors", "", 0);
	struct dna_anchors *anchors;
	int r;

	if (item == NULL)
		return 0;
	r = dna_anchor_sets_get(reader->anchor_sets, item, &anchors);
	if (r != 0)
		return r;
	dna_case_trust(c, anchors);
	dna_anchors_unref(anchors);
	return 0;
}

/* Without an endpoint of its own a chain is that of the first endpoint that may be connected to. */
static int present(struct dna_case *c, const struct dna_bytes *ders, size_t count)
{
	size_t hops;

	if (c->role == DNA_RECEIVING || c->endpoint_given)
		return dna_case_present_peer(c, ders, count);
	if (dna_case_route(c, &hops) != 0)
		return 0;
	for (size_t i = 0; i < hops; i++)
		if (c->endpoints[i].decision == DNA_CONNECT)
			return dna_case_present(c, i, ders, count);
	return 0;
}

static struct dna_item *find_presented(const struct dna_case *c, const char *kind)
{
	for (size_t i = 0; i < dna_evidence_count(c->evidence); i++)
		if (strcmp(dna_item_kind(dna_evidence_at(c->evidence, i)), kind) == 0)
			return dna_evidence_at(c->evidence, i);
	return NULL;
}

static int present_chain(struct dna_case *c)
{
	struct dna_bytes ders[DNA_CHAIN_MAX + 1];
	struct dna_item *item = find_presented(c, "peer-chain");
	size_t count;
	int r;

	if (item == NULL) /* a TLS client that presents nothing is a case too */
		return c->role == DNA_RECEIVING ? dna_case_present_peer(c, NULL, 0) : 0;
	dna_item_ref(item);
	count = dna_item_count(item);
	for (size_t i = 0; i < count && i <= DNA_CHAIN_MAX; i++)
		ders[i] = dna_item_data(item, i);
	r = present(c, ders, count > DNA_CHAIN_MAX ? DNA_CHAIN_MAX + 1 : count);
	dna_item_unref(item);
	return r;
}

/* Who presents a chain has not stapled anything yet; here it is known what was. */
static int present_recorded(struct dna_case *c)
{
	struct dna_item *stapled = find_presented(c, "ocsp");
	int r;

	if (stapled == NULL)
		return present_chain(c);
	dna_item_ref(stapled);
	r = present_chain(c);
	if (r == 0 && find_presented(c, "ocsp") == NULL)
		r = dna_evidence_add(c->evidence, stapled);
	dna_item_unref(stapled);
	return r;
}

static int replay(struct dna_recording_reader *reader, struct dna_case *c)
{
	int r;

	c->replayed = true;
	r = feed(reader, c);
	if (r == 0)
		r = trust(reader, c);
	c->stale = true;
	if (r == 0)
		r = dna_case_close(c, NOT_RECORDED);
	if (r == 0)
		r = present_recorded(c);
	/* What is asked for because of what was presented lacks as well. */
	return r == 0 ? dna_case_close(c, NOT_RECORDED) : r;
}

static char *id_of(const json_t *recording)
{
	const json_t *id = json_object_get(recording, "id");

	if (json_is_string(id))
		return strdup(json_string_value(id));
	return id != NULL ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
}

static int read_recording(struct dna_recording_reader *reader, struct dna_policy *policy,
			  const struct dna_prooftype_source *source, struct dna_case **c)
{
	struct dna_subject subject;
	struct dna_case *new = NULL;
	int r = read_head(reader);

	if (r == 0)
		r = dna_recording_read_subject(reader, &subject);
	if (r == 0)
		r = choose(reader, &subject, policy, source, &new);
	if (r == 0)
		r = replay(reader, new);
	if (r != 0) {
		dna_case_free(new);
		return r;
	}
	*c = new;
	return 0;
}

int dna_case_replay_from(struct dna_case **c, struct dna_bytes text, struct dna_policy *policy,
			 const struct dna_prooftype_source *source,
			 const struct dna_validator *validator, struct dna_anchor_sets *sets,
			 char **id, char **complaint)
{
	struct dna_recording_reader reader = { .validator = validator,
					       .anchor_sets = sets,
					       .why = "" };
	json_t *json = NULL;
	int r = dna_json_parse(text, DNA_RECORDING_MAX, RECORDING_DEPTH, &json, reader.why);

	reader.recording = json;
	if (r == 0 && !json_is_object(json))
		r = dna_recording_complain(&reader, "it is not a JSON object");
	if (r == 0) {
		if (id != NULL)
			*id = id_of(json);
		r = read_recording(&reader, policy, source, c);
	}
	if (r != 0 && complaint != NULL)
		*complaint = strdup(reader.why[0] != '\0' ? reader.why : dna_strerror(r));
	json_decref(json);
	return r;
}

/* A case that was written down, read again (man/dna-recording.5). */
#include "proof/report.h"
#include "base/clock.h"
#include "base/nearest.h"
#include "base/safe.h"
#include "evidence/anchor_sets.h"
#include "evidence/item_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDING_DEPTH 16
#define NOT_RECORDED    "it is not in the recording"

struct reader {
	const json_t *recording;
	const struct dna_validator *validator;
	struct dna_anchor_sets *anchor_sets;
	int64_t time;
	uint32_t roots[sizeof(((struct dna_rests *)NULL)->roots) / sizeof(uint32_t)];
	char why[512];
};

static int complain(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Some of it may be the recording's, which may be anything, of any length. */
static int complain(struct reader *reader, const char *format, ...)
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
static void complain_about_profile(struct reader *reader, struct dna_buffer *lines)
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

/* A member that is not ours is ignored, unless it looks like one of ours misspelt. */
static int check_members(struct reader *reader, const json_t *object, const char *where,
			 const char *const *known, size_t count)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const char *nearest = dna_nearest(name, known, count);

		if (nearest != NULL && strcmp(nearest, name) != 0)
			return complain(reader, "%s: unknown member \"%s\"; did you mean \"%s\"?",
					where, name, nearest);
	}
	return 0;
}

/* One of |count| words; |*value| stays when the member is not there. */
static int read_word(struct reader *reader, const json_t *object, const char *name,
		     const char *const *words, size_t count, unsigned *value)
{
	const json_t *member = json_object_get(object, name);
	const char *nearest;

	if (member == NULL)
		return 0;
	if (!json_is_string(member))
		return complain(reader, "subject: \"%s\" has to be a string", name);
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(json_string_value(member), words[i]) == 0) {
			*value = i;
			return 0;
		}
	}
	nearest = dna_nearest(json_string_value(member), words, count);
	return complain(reader, "subject: \"%s\" cannot be \"%s\"; %s \"%s\"", name,
			json_string_value(member), nearest != NULL ? "did you mean" : "it can be",
			nearest != NULL ? nearest : words[0]);
}

static int read_endpoint(struct reader *reader, const json_t *endpoint, struct dna_subject *subject)
{
	static const char *const known[] = { "host", "port", "tls", "configured" };
	static const char *const tls_words[] = { "starttls", "direct" };
	const json_t *host, *port;
	unsigned tls = DNA_STARTTLS;
	int r;

	if (endpoint == NULL || json_is_null(endpoint))
		return 0;
	if (!json_is_object(endpoint))
		return complain(reader, "subject: \"endpoint\" has to be an object");
	r = check_members(reader, endpoint, "subject.endpoint", known, 4);
	if (r == 0)
		r = read_word(reader, endpoint, "tls", tls_words, 2, &tls);
	if (r != 0)
		return r;
	host = json_object_get(endpoint, "host");
	port = json_object_get(endpoint, "port");
	if (!json_is_string(host) || !json_is_integer(port) || json_integer_value(port) < 1 ||
	    json_integer_value(port) > 65535)
		return complain(
			reader,
			"subject.endpoint: needs a \"host\" and a \"port\" from 1 to 65535");
	subject->endpoint.host = json_string_value(host);
	subject->endpoint.port = (uint16_t)json_integer_value(port);
	subject->endpoint.tls = (enum dna_tls)tls;
	subject->endpoint.configured = json_is_true(json_object_get(endpoint, "configured"));
	return 0;
}

static uint32_t read_root(const json_t *word)
{
	for (uint32_t i = 0; json_is_string(word) && dna_root_words[i] != NULL; i++)
		if (strcmp(json_string_value(word), dna_root_words[i]) == 0)
			return UINT32_C(1) << i;
	return 0;
}

/* Sets of words. One that is empty, or has a word that is none, would be a proof that rests on
 * nothing. */
static int read_rests(struct reader *reader, const json_t *sets, struct dna_subject *subject)
{
	const size_t room = sizeof(reader->roots) / sizeof(reader->roots[0]);

	for (size_t i = 0; i < json_array_size(sets); i++) {
		const json_t *set = json_array_get(sets, i);
		size_t count = json_array_size(set), known = 0;

		for (size_t j = 0; j < count && i < room; j++) {
			reader->roots[i] |= read_root(json_array_get(set, j));
			known += read_root(json_array_get(set, j)) != 0;
		}
		if (count == 0 || known != count)
			return complain(reader,
					"subject.redirect: \"rests_on\" has to be a list "
					"of sets of trust roots, at most %zu",
					room);
	}
	subject->redirect.roots = reader->roots;
	subject->redirect.root_count = json_array_size(sets);
	return 0;
}

static int read_redirect(struct reader *reader, const json_t *redirect, struct dna_subject *subject)
{
	static const char *const known[] = { "host", "port", "rests_on" };
	const json_t *host, *port;
	int r;

	if (redirect == NULL)
		return 0;
	if (!json_is_object(redirect))
		return complain(reader, "subject: \"redirect\" has to be an object");
	r = check_members(reader, redirect, "subject.redirect", known, 3);
	if (r != 0)
		return r;
	host = json_object_get(redirect, "host");
	port = json_object_get(redirect, "port");
	if (!json_is_string(host) ||
	    (port != NULL && (!json_is_integer(port) || json_integer_value(port) < 1 ||
			      json_integer_value(port) > 65535)))
		return complain(reader, "subject.redirect: needs a \"host\", and a \"port\" is "
					"from 1 to 65535");
	subject->redirect.host = json_string_value(host);
	subject->redirect.port = (uint16_t)json_integer_value(port);
	return read_rests(reader, json_object_get(redirect, "rests_on"), subject);
}

static int read_subject(struct reader *reader, struct dna_subject *subject)
{
	static const char *const known[] = { "domain",   "service", "role",
					     "endpoint", "local",   "redirect" };
	static const char *const services[] = { "xmpp-client", "xmpp-server" };
	static const char *const roles[] = { "initiating", "receiving" };
	const json_t *object = json_object_get(reader->recording, "subject"), *domain, *local;
	unsigned service = DNA_XMPP_SERVER, role = DNA_INITIATING;
	int r;

	if (!json_is_object(object))
		return complain(reader, "there is no \"subject\" object");
	r = check_members(reader, object, "subject", known, sizeof(known) / sizeof(known[0]));
	if (r == 0)
		r = read_word(reader, object, "service", services, 2, &service);
	if (r == 0)
		r = read_word(reader, object, "role", roles, 2, &role);
	if (r != 0)
		return r;
	domain = json_object_get(object, "domain");
	local = json_object_get(object, "local");
	if (!json_is_string(domain) || (local != NULL && !json_is_string(local)))
		return complain(reader, "subject: \"%s\" has to be a string",
				json_is_string(domain) ? "local" : "domain");
	*subject = (struct dna_subject){ .domain = json_string_value(domain),
					 .local = json_string_value(local),
					 .service = (enum dna_service)service,
					 .role = (enum dna_role)role };
	r = read_endpoint(reader, json_object_get(object, "endpoint"), subject);
	if (r == 0)
		r = read_redirect(reader, json_object_get(object, "redirect"), subject);
	if (r == 0 && subject->role == DNA_RECEIVING && subject->endpoint.host != NULL)
		return complain(reader, "subject: a receiving case has no endpoint");
	return r;
}

static int read_head(struct reader *reader)
{
	static const char *const known[] = { "recording", "id",       "time",   "subject",
					     "profile",   "evidence", "verdict" };
	const json_t *version = json_object_get(reader->recording, "recording");
	const json_t *time = json_object_get(reader->recording, "time");
	int r = check_members(reader, reader->recording, "recording", known,
			      sizeof(known) / sizeof(known[0]));

	if (r != 0)
		return r;
	if (!json_is_integer(version) || json_integer_value(version) != 1)
		return complain(reader, "\"recording\" has to be 1, the version of the format");
	if (!json_is_string(time) || dna_time_read(json_string_value(time), &reader->time) != 0 ||
	    reader->time < 0 || reader->time == DNA_FOREVER)
		return complain(reader, "\"time\" has to be a time as in \"2026-11-21T00:00:00Z\"");
	return 0;
}

static int read_profile(struct reader *reader, const struct dna_prooftype_source *source,
			struct dna_profile **profile)
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

static int choose(struct reader *reader, const struct dna_subject *subject,
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
		return complain(reader,
				"it has no \"profile\", and there is no policy to choose one");
	}
	dna_profile_unref(profile);
	return r == DNA_E_INVALID ? complain(reader,
					     "subject: \"%s\" is not a domain that can have XMPP, "
					     "or its endpoint's host "
					     "is no host",
					     subject->domain)
				  : r;
}

static int read_evidence(struct reader *reader, struct dna_evidence *recorded)
{
	const json_t *list = json_object_get(reader->recording, "evidence");
	int r = 0;

	if (list != NULL && !json_is_array(list))
		return complain(reader, "\"evidence\" has to be a list");
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		struct dna_item *item;
		char why[160] = "";

		r = dna_item_from_json(json_array_get(list, i), reader->time, &item, why);
		if (r != 0)
			return complain(reader, "evidence[%zu]: %s", i,
					why[0] != '\0' ? why : dna_strerror(r));
		r = dna_evidence_add(recorded, item);
		if (r == DNA_E_EXISTS)
			r = complain(reader, "evidence[%zu]: this question was answered before", i);
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

static int feed(struct reader *reader, struct dna_case *c)
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

static int trust(struct reader *reader, struct dna_case *c)
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

static int replay(struct reader *reader, struct dna_case *c)
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

static int read_recording(struct reader *reader, struct dna_policy *policy,
			  const struct dna_prooftype_source *source, struct dna_case **c)
{
	struct dna_subject subject;
	struct dna_case *new = NULL;
	int r = read_head(reader);

	if (r == 0)
		r = read_subject(reader, &subject);
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
	struct reader reader = { .validator = validator, .anchor_sets = sets, .why = "" };
	json_t *json = NULL;
	int r = dna_json_parse(text, DNA_RECORDING_MAX, RECORDING_DEPTH, &json, reader.why);

	reader.recording = json;
	if (r == 0 && !json_is_object(json))
		r = complain(&reader, "it is not a JSON object");
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

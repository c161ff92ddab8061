/* The subject of a recording: whom it is about, and where. */
#include "proof/recording.h"
#include "base/nearest.h"

#include <string.h>

/* One of |count| words; |*value| stays when the member is not there. */
static int read_word(struct dna_recording_reader *reader, const json_t *object, const char *name,
		     const char *const *words, size_t count, unsigned *value)
{
	const json_t *member = json_object_get(object, name);
	const char *nearest;

	if (member == NULL)
		return 0;
	if (!json_is_string(member))
		return dna_recording_complain(reader, "subject: \"%s\" has to be a string", name);
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(json_string_value(member), words[i]) == 0) {
			*value = i;
			return 0;
		}
	}
	nearest = dna_nearest(json_string_value(member), words, count);
	return dna_recording_complain(reader, "subject: \"%s\" cannot be \"%s\"; %s \"%s\"", name,
				      json_string_value(member),
				      nearest != NULL ? "did you mean" : "it can be",
				      nearest != NULL ? nearest : words[0]);
}

static int read_endpoint(struct dna_recording_reader *reader, const json_t *endpoint,
			 struct dna_subject *subject)
{
	static const char *const known[] = { "host", "port", "tls", "configured" };
	static const char *const tls_words[] = { "starttls", "direct" };
	const json_t *host, *port;
	unsigned tls = DNA_STARTTLS;
	int r;

	if (endpoint == NULL || json_is_null(endpoint))
		return 0;
	if (!json_is_object(endpoint))
		return dna_recording_complain(reader, "subject: \"endpoint\" has to be an object");
	r = dna_recording_check_members(reader, endpoint, "subject.endpoint", known, 4);
	if (r == 0)
		r = read_word(reader, endpoint, "tls", tls_words, 2, &tls);
	if (r != 0)
		return r;
	host = json_object_get(endpoint, "host");
	port = json_object_get(endpoint, "port");
	if (!json_is_string(host) || !json_is_integer(port) || json_integer_value(port) < 1 ||
	    json_integer_value(port) > 65535)
		return dna_recording_complain(
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
static int read_rests(struct dna_recording_reader *reader, const json_t *sets,
		      struct dna_subject *subject)
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
			return dna_recording_complain(
				reader,
				"subject.redirect: \"rests_on\" has to be a list "
				"of sets of trust roots, at most %zu",
				room);
	}
	subject->redirect.roots = reader->roots;
	subject->redirect.root_count = json_array_size(sets);
	return 0;
}

static int read_redirect(struct dna_recording_reader *reader, const json_t *redirect,
			 struct dna_subject *subject)
{
	static const char *const known[] = { "host", "port", "rests_on" };
	const json_t *host, *port;
	int r;

	if (redirect == NULL)
		return 0;
	if (!json_is_object(redirect))
		return dna_recording_complain(reader, "subject: \"redirect\" has to be an object");
	r = dna_recording_check_members(reader, redirect, "subject.redirect", known, 3);
	if (r != 0)
		return r;
	host = json_object_get(redirect, "host");
	port = json_object_get(redirect, "port");
	if (!json_is_string(host) ||
	    (port != NULL && (!json_is_integer(port) || json_integer_value(port) < 1 ||
			      json_integer_value(port) > 65535)))
		return dna_recording_complain(
			reader, "subject.redirect: needs a \"host\", and a \"port\" is "
				"from 1 to 65535");
	subject->redirect.host = json_string_value(host);
	subject->redirect.port = (uint16_t)json_integer_value(port);
	return read_rests(reader, json_object_get(redirect, "rests_on"), subject);
}

int dna_recording_read_subject(struct dna_recording_reader *reader, struct dna_subject *subject)
{
	static const char *const known[] = { "domain",   "service", "role",
					     "endpoint", "local",   "redirect" };
	static const char *const services[] = { "xmpp-client", "xmpp-server" };
	static const char *const roles[] = { "initiating", "receiving" };
	const json_t *object = json_object_get(reader->recording, "subject"), *domain, *local;
	unsigned service = DNA_XMPP_SERVER, role = DNA_INITIATING;
	int r;

	if (!json_is_object(object))
		return dna_recording_complain(reader, "there is no \"subject\" object");
	r = dna_recording_check_members(reader, object, "subject", known,
					sizeof(known) / sizeof(known[0]));
	if (r == 0)
		r = read_word(reader, object, "service", services, 2, &service);
	if (r == 0)
		r = read_word(reader, object, "role", roles, 2, &role);
	if (r != 0)
		return r;
	domain = json_object_get(object, "domain");
	local = json_object_get(object, "local");
	if (!json_is_string(domain) || (local != NULL && !json_is_string(local)))
		return dna_recording_complain(reader, "subject: \"%s\" has to be a string",
					      json_is_string(domain) ? "local" : "domain");
	*subject = (struct dna_subject){ .domain = json_string_value(domain),
					 .local = json_string_value(local),
					 .service = (enum dna_service)service,
					 .role = (enum dna_role)role };
	r = read_endpoint(reader, json_object_get(object, "endpoint"), subject);
	if (r == 0)
		r = read_redirect(reader, json_object_get(object, "redirect"), subject);
	if (r == 0 && subject->role == DNA_RECEIVING && subject->endpoint.host != NULL)
		return dna_recording_complain(reader, "subject: a receiving case has no endpoint");
	return r;
}

/* A verdict's report for people: the word first, then why, then everything that was found on the
 * way. */
#include "report.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static bool is(const json_t *object, const char *name, const char *text)
{
	return strcmp(text_of(object, name), text) == 0;
}

/* "dane", "dane and pkix", "dane, pkix and posh"; to be released with free(). */
static char *enumerate(const json_t *names)
{
	size_t count = json_array_size(names), size = 0;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		fprintf(stream, "%s%s",
			i == 0           ? ""
			: i + 1 == count ? " and "
					 : ", ",
			name != NULL ? name : "?");
	}
	fclose(stream);
	return text;
}

/* ---- the first line ---- */

static void print_by(const struct dna_output *output, const json_t *report)
{
	char *by = enumerate(json_object_get(report, "by"));
	char *through = enumerate(json_object_get(report, "through"));

	if (by != NULL && by[0] != '\0')
		dna_output_text(output, DNA_PLAIN, " by %s", by);
	if (through != NULL && through[0] != '\0')
		dna_output_text(output, DNA_PLAIN, ", delegated by %s", through);
	free(by);
	free(through);
}

static const char *meaning(const json_t *report)
{
	static const struct {
		const char *verdict, *meaning;
	} meanings[] = {
		{ "weak", "only dialback vouches for it" },
		{ "undecided", "could not tell this time; do not connect now" },
		{ "veto", "do not connect" },
	};

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (is(report, "verdict", meanings[i].verdict))
			return meanings[i].meaning;
	return NULL;
}

static void print_title(const struct dna_output *output, const char *title, const json_t *report)
{
	const char *verdict = text_of(report, "verdict");

	dna_output_text(output, DNA_STRONG, "%s", title);
	dna_output_text(output, DNA_PLAIN,
			is(report, "service", "xmpp-client") ? " for clients: " : ": ");
	dna_output_text(output, dna_style_of(verdict), "%s", verdict);
	print_by(output, report);
	if (meaning(report) != NULL)
		dna_output_text(output, DNA_PLAIN, ", %s", meaning(report));
	if (json_is_true(json_object_get(report, "stated")))
		dna_output_text(output, DNA_FAINT, ", as its evidence states");
	if (json_is_true(json_object_get(report, "trust_ad")))
		dna_output_text(output, DNA_FAINT, ", by the resolver's word for DNSSEC");
	fputc('\n', output->file);
}

/* ---- rows ---- */

static void print_reason(const struct dna_output *output, enum dna_style style, const char *label,
			 const char *before, const json_t *object)
{
	const char *reason = text_of(object, "reason"), *rule = text_of(object, "rule");

	dna_output_row(output, style, label, "%s%s%s%s%s", before, reason,
		       rule[0] != '\0' ? " [" : "", rule, rule[0] != '\0' ? "]" : "");
}

/* "xmpp.example:5269", "[2001:db8::1]:5270, direct TLS"; to be released with free(). */
static char *place(const json_t *endpoint)
{
	const char *host = text_of(endpoint, "host"), *address = text_of(endpoint, "address");
	bool apart = address[0] != '\0' && strcmp(address, host) != 0;
	char *text;

	if (asprintf(&text, "%s%s%s:%" JSON_INTEGER_FORMAT "%s%s%s",
		     strchr(host, ':') != NULL ? "[" : "", host,
		     strchr(host, ':') != NULL ? "]" : "",
		     json_integer_value(json_object_get(endpoint, "port")), apart ? " at " : "",
		     apart ? address : "", is(endpoint, "tls", "direct") ? ", direct TLS" : "") < 0)
		return NULL;
	return text;
}

/* PKIX-026: how the stream is protected as well, where there was one. */
static void print_endpoint(const struct dna_output *output, const json_t *report)
{
	const json_t *endpoint = json_object_get(report, "endpoint");
	const char *version = text_of(endpoint, "version");
	char *text = place(endpoint);

	if (json_is_object(endpoint) && text != NULL)
		dna_output_row(output, DNA_PLAIN, "endpoint", "%s%s%s%s%s", text,
			       version[0] != '\0' ? ", " : "", version,
			       version[0] != '\0' ? " with " : "", text_of(endpoint, "cipher"));
	free(text);
}

static void print_delegation(const struct dna_output *output, const json_t *report)
{
	const json_t *delegation = json_object_get(report, "delegation");
	const char *security = text_of(delegation, "security");
	const char *root =
		json_string_value(json_array_get(json_object_get(delegation, "rests_on"), 0));

	if (security[0] != '\0')
		dna_output_row(output, dna_style_of(security), "delegation", "%s%s%s", security,
			       root != NULL ? ", resting on " : "", root != NULL ? root : "");
}

/*
 * An endpoint that was passed over. Most reasons name it; the reason of the verdict is not
 * repeated.
 */
static void print_hop(const struct dna_output *output, const json_t *hop, const json_t *report)
{
	const char *word = is(hop, "decision", "skip") ? "skipped" : "tried";
	const char *reason = text_of(hop, "reason");
	char *text = place(hop), *before = NULL;
	bool named = text != NULL && strncmp(reason, text, strlen(text)) == 0;

	if (text == NULL)
		return;
	if (strcmp(reason, text_of(report, "reason")) == 0)
		dna_output_row(output, DNA_DOUBTFUL, "route", "%s %s, as said", word, text);
	else if (asprintf(&before, named ? "%s: " : "%s %s: ", word, text) >= 0)
		print_reason(output, DNA_DOUBTFUL, "route", before, hop);
	free(before);
	free(text);
}

static void print_route(const struct dna_output *output, const json_t *report)
{
	const json_t *hop;
	size_t i;

	json_array_foreach(json_object_get(report, "route"), i, hop)
	{
		if (text_of(hop, "reason")[0] != '\0')
			print_hop(output, hop, report);
	}
}

/* Delegators stand first in the report; for a reader what proves comes first. The reason of the
 * verdict is not repeated. */
static void print_finding(const struct dna_output *output, const json_t *finding,
			  const json_t *report)
{
	const char *word = text_of(finding, "finding");
	char *before;

	if (strcmp(text_of(finding, "reason"), text_of(report, "reason")) == 0) {
		dna_output_row(output, dna_style_of(word), text_of(finding, "prooftype"),
			       "%s, as said", word);
		return;
	}
	if (asprintf(&before, "%s: ", word) < 0)
		return;
	print_reason(output, dna_style_of(word), text_of(finding, "prooftype"), before, finding);
	free(before);
}

static void print_findings(const struct dna_output *output, const json_t *report)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(report, "findings"), i, finding)
		print_finding(output, finding, report);
}

/* What an attacker would have to break: one of the sets of trust roots, and all of that set. */
static void print_strength(const struct dna_output *output, const json_t *report)
{
	const json_t *sets = json_object_get(report, "rests_on"), *set;
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		return;
	json_array_foreach(sets, i, set)
	{
		char *roots = enumerate(set);

		fprintf(stream, "%s%s", i > 0 ? ", or " : "", roots != NULL ? roots : "?");
		free(roots);
	}
	fclose(stream);
	if (json_array_size(sets) > 0)
		dna_output_row(output, DNA_PLAIN, "strength", "whoever forges it has to break %s",
			       text);
	free(text);
}

/* What another profile would have said, which the policy tries out (`shadow`). */
static void print_shadow(const struct dna_output *output, const json_t *report)
{
	const json_t *shadow = json_object_get(report, "shadow");
	char *before;

	if (!json_is_object(shadow) ||
	    asprintf(&before, "profile %s would say %s: ", text_of(shadow, "profile"),
		     text_of(shadow, "verdict")) < 0)
		return;
	print_reason(output, dna_style_of(text_of(shadow, "verdict")), "shadow", before, shadow);
	free(before);
}

static void print_end(const struct dna_output *output, const json_t *report, int64_t now)
{
	int64_t end;

	if (is(report, "verdict", "proven") &&
	    dna_time_read(text_of(report, "not_after"), &end) == 0)
		dna_output_end(output, end, now);
}

static void print_policy(const struct dna_output *output, const json_t *report)
{
	const json_t *policy = json_object_get(report, "policy");
	const char *file = text_of(policy, "file");

	if (!json_is_object(policy))
		return;
	if (file[0] == '\0')
		dna_output_row(output, DNA_PLAIN, "policy", "profile %s",
			       text_of(policy, "profile"));
	else
		dna_output_row(output, DNA_PLAIN, "policy",
			       "profile %s, chosen at %s:%" JSON_INTEGER_FORMAT,
			       text_of(policy, "profile"), file,
			       json_integer_value(json_object_get(policy, "line")));
}

static void print_left_out(const struct dna_output *output, const json_t *report)
{
	const json_t *list = json_object_get(json_object_get(report, "policy"), "left_out");

	for (size_t i = 0; i < json_array_size(list); i++)
		dna_output_row(output, DNA_PLAIN, "left out", "%s, which is not installed",
			       json_string_value(json_array_get(list, i)));
}

/* A line for each thing that is wrong. */
static void print_error(const struct dna_output *output, const json_t *report)
{
	const char *line = text_of(report, "error");

	while (*line != '\0') {
		size_t size = strcspn(line, "\n");

		dna_output_row(output, DNA_PLAIN, "why", "%.*s", (int)size, line);
		line += size + (line[size] == '\n');
	}
}

void dna_report_print(const struct dna_output *output, const char *title, const json_t *report,
		      int64_t now)
{
	print_title(output, title, report);
	if (is(report, "verdict", "invalid")) {
		print_error(output, report);
		return;
	}
	print_reason(output, DNA_PLAIN, "why", "", report);
	if (text_of(report, "domain")[0] != '\0' && !is(report, "domain", title))
		dna_output_row(output, DNA_PLAIN, "domain", "%s", text_of(report, "domain"));
	print_endpoint(output, report);
	print_delegation(output, report);
	print_route(output, report);
	print_findings(output, report);
	print_strength(output, report);
	print_end(output, report, now);
	print_policy(output, report);
	print_left_out(output, report);
	print_shadow(output, report);
}

json_t *dna_report_invalid(const char *name, const char *value, const char *error)
{
	json_t *report = json_object();

	json_object_set_new(report, name, value != NULL ? json_string(value) : json_null());
	json_object_set_new(report, "verdict", json_string("invalid"));
	json_object_set_new(report, "error", json_string(error));
	return report;
}

/* Domain tables: what may stand in their files, as libyaml reads it too, and what is found in them. */
#include "policy/domains.h"
#include "base/limits.h"
#include "policy/rules.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define U_UMLAUT "\xc3\xbc"

static const char *const names[] = { "careful", "default", "legacy", "my profile",
				     ("profil-" U_UMLAUT) };
#define PROFILES (sizeof(names) / sizeof(names[0]))
static const struct dna_profile_names profiles = { names, PROFILES };

/* The complaint, or NULL; to be released. */
static char *read_into(struct dna_domains *domains, const char *file, const void *text, size_t size)
{
	struct dna_complaints complaints = { .name = file };
	char *complaint;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(
		dna_domains_read(domains, (struct dna_bytes){ text, size }, &profiles, &complaints),
		0);
	complaint = dna_complaints_steal(&complaints);
	dna_buffer_clear(&complaints.text);
	cr_assert_eq(complaint != NULL, complaints.count != 0);
	return complaint;
}

static struct dna_domains *table(const char *text)
{
	struct dna_domains *domains;
	char *complaint;

	cr_assert_eq(dna_domains_new(&domains), 0);
	complaint = read_into(domains, "d.yaml", text, strlen(text));
	cr_assert_null(complaint, "%s", complaint);
	return domains;
}

static const char *profile_of(const struct dna_domains *domains, const char *name)
{
	struct dna_domains_match match;

	return dna_domains_find(domains, name, &match) ? names[match.profile] : "none";
}

Test(domains, finds_the_most_specific_entry)
{
	struct dna_domains *domains = table("---\n"
					    "bank.example: default\n"
					    "\"*.bank.example\": careful   # all of them\n"
					    "\n"
					    "  # but those in Europe\r\n"
					    "'*.EU.bank.example': \"my profile\"\r\n"
					    "b" U_UMLAUT "cher.example: profil-" U_UMLAUT);
	struct dna_domains_match match;
	const char *name = "a.b.eu.bank.example";

	cr_expect_eq(dna_domains_count(domains), 2);
	cr_expect_eq(dna_domains_wildcard_count(domains), 2);
	cr_expect_str_eq(profile_of(domains, "bank.example"), "default");
	cr_expect_str_eq(profile_of(domains, "a.bank.example"), "careful");
	cr_expect_str_eq(profile_of(domains, "eu.bank.example"), "careful");
	cr_expect_str_eq(profile_of(domains, "xn--bcher-kva.example"), "profil-" U_UMLAUT);
	cr_expect_str_eq(profile_of(domains, "abank.example"), "none");
	cr_expect_str_eq(profile_of(domains, "example"), "none");
	cr_expect_str_eq(profile_of(domains, ""), "none");
	cr_expect_str_eq(profile_of(domains, ".bank.example"), "none");
	cr_assert(dna_domains_find(domains, name, &match));
	cr_expect_str_eq(names[match.profile], "my profile");
	cr_expect_str_eq(match.file, "d.yaml");
	cr_expect_eq(match.line, 6);
	cr_expect_eq(match.matched, name + 3);
	cr_assert(dna_domains_find(domains, "bank.example", &match));
	cr_expect_str_eq(match.matched, "bank.example");
	dna_domains_free(domains);
}

/* PKIX-022: however an address is written, it is the same one. */
Test(domains, finds_addresses)
{
	struct dna_domains *domains = table("192.0.2.1: careful\n"
					    "'[2001:DB8:0::1]': default\n"
					    "\"::ffff:192.0.2.7\": legacy\n");

	cr_expect_str_eq(profile_of(domains, "192.0.2.1"), "careful");
	cr_expect_str_eq(profile_of(domains, "2001:db8::1"), "default");
	cr_expect_str_eq(profile_of(domains, "::ffff:192.0.2.7"), "legacy");
	cr_expect_str_eq(profile_of(domains, "192.0.2.7"), "none");
	cr_expect_str_eq(profile_of(domains, "2001:db8::2"), "none");
	cr_expect_str_eq(profile_of(domains, "192.0.2.10"), "none");
	dna_domains_free(domains);
}

Test(domains, may_be_empty)
{
	struct dna_domains *domains = table("\n# nothing\n");

	cr_expect_str_eq(profile_of(domains, "bank.example"), "none");
	dna_domains_free(domains);
}

/* ---- What is refused ---- */

static void expect_complaint(const char *text, size_t size, const char *wanted)
{
	struct dna_domains *domains;
	char *complaint;

	cr_assert_eq(dna_domains_new(&domains), 0);
	complaint = read_into(domains, "d.yaml", text, size);
	cr_expect(complaint != NULL && strcmp(complaint, wanted) == 0, "%s: %s", text, complaint);
	free(complaint);
	dna_domains_free(domains);
}

Test(domains, says_what_is_wrong_and_where)
{
	static const char domain[] = "a domain that can have XMPP, an IP address, or '*.' and "
				     "a domain has to stand here";
	static const char space[] = "a space has to stand here, behind the colon; an address with "
				    "colons has to be in quotes";
	static const char end[] = "only a comment, behind a space, may follow here; other names "
				  "have to be in quotes";
#define THERE_ARE "; there are 'careful', 'default', 'legacy', 'my profile', 'profil-" U_UMLAUT "'"
	static const struct {
		const char *text, *position, *sentence;
	} cases[] = {
		{ "a.example: carefull\n", "1:12",
		  "unknown profile 'carefull'; did you mean 'careful'?" },
		{ "a.example: quite-another\n", "1:12",
		  "unknown profile 'quite-another'" THERE_ARE },
		{ "\"b" U_UMLAUT ".example\":  x", "1:16", "unknown profile 'x'" THERE_ARE },
		{ "# two\na.example:\n", "2:11", "the name of a profile has to stand here" },
		{ "a.example: # none\n", "1:12", "the name of a profile has to stand here" },
		{ "a.example: -\n", "1:12", "this has to be in quotes" },
		{ "a.example: ''\n", "1:13", "unknown profile ''" THERE_ARE },
		{ "a.example: my profile\n", "1:14", end },
		{ "a.example: careful#x\n", "1:19", end },
		{ "a.example: 'careful'#x\n", "1:21", end },
		{ "a.example: careful: x\n", "1:19", end },
		{ "a.example: {careful}\n", "1:12", "the name of a profile has to stand here" },
		{ "a.example:careful\n", "1:11", space },
		{ "a.example careful\n", "1:10", "a colon has to stand here, behind the domain" },
		{ "a.example : careful\n", "1:10", "a colon has to stand here, behind the domain" },
		{ "- a.example: careful\n", "1:2", "a colon has to stand here, behind the domain" },
		{ "{ a.example: careful }\n", "1:1",
		  "a colon has to stand here, behind the domain" },
		{ "  a.example: careful\n", "1:1", "an entry begins at the beginning of its line" },
		{ "*.example: careful\n", "1:1", "an asterisk has to be in quotes" },
		{ "\"a.example: careful\n", "1:1", "this quote has no end in its line" },
		{ "\"a\\.example\": careful\n", "1:3", "a backslash has no place here" },
		{ "\ta.example: careful\n", "1:1", "there is a tab; use spaces instead" },
		{ "a.example: careful # \xc2\x85\n", "1:22",
		  "this is no character that may stand here" },
		{ "a.example: careful # \xe2\x80\xa8\n", "1:22",
		  "this is no character that may stand here" },
		{ "a.example: \xff\n", "1:12", "this is no character that may stand here" },
		{ "a.example: careful\rb.example: careful\n", "1:19",
		  "this is no character that may stand here" },
		{ "\xef\xbb\xbf"
		  "a.example: careful\n",
		  "1:1", "this is no character that may stand here" },
		{ "a..example: careful\n", "1:1", domain },
		{ "192.0.2.256: careful\n", "1:1", domain },
		{ "'*.192.0.2.1': careful\n", "1:2", domain },
		{ "'[2001:db8::1]:5269': careful\n", "1:2", domain },
		{ "'fe80::1%eth0': careful\n", "1:2", domain },
		{ "2001:db8::1: careful\n", "1:6", space },
		{ "\"*\": careful\n", "1:2", domain },
		{ "\"*.\": careful\n", "1:2", domain },
		{ "\"*.*.example\": careful\n", "1:2", domain },
		{ "a_b.example: careful\n", "1:1", domain },
		{ "xn--a.example: careful\n", "1:1", domain },
		{ "\"\": careful\n", "1:2", domain },
		{ "---\n---\n", "2:1", "a second document begins here" },
		{ "a.example: careful\n---\n", "2:1", "a second document begins here" },
		{ "a.example: careful\n\nA.Example.: legacy\n", "3:1",
		  "the domain 'A.Example.' is here twice; it stands in line 1 already" },
		{ "\"*.example\": careful\n'*.example': careful\n", "2:2",
		  "the domain '*.example' is here twice; it stands in line 1 already" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char wanted[256];

		snprintf(wanted, sizeof(wanted), "d.yaml:%s: %s", cases[i].position,
			 cases[i].sentence);
		expect_complaint(cases[i].text, strlen(cases[i].text), wanted);
	}
	expect_complaint("\"a\0.example\": careful", 21,
			 "d.yaml:1:3: this is no character that may stand here");
}

Test(domains, says_all_that_is_wrong)
{
	expect_complaint("a.example: carful\nb.example: careful\na..example: careful\n", 55,
			 "d.yaml:1:12: unknown profile 'carful'; did you mean 'careful'?\n"
			 "d.yaml:3:1: a domain that can have XMPP, an IP address, or '*.' and a "
			 "domain has to "
			 "stand here");
}

/* SEC-006 */
Test(domains, stops_where_too_much_is_wrong)
{
	struct dna_complaints complaints = { .name = "d" };
	struct dna_domains *domains;
	char text[2 * 1000 + 1];

	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 2 * i, "?\n", 3);
	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(dna_domains_new(&domains), 0);
	cr_assert_eq(dna_domains_read(domains, (struct dna_bytes){ (uint8_t *)text, 2000 },
				      &profiles, &complaints),
		     0);
	cr_assert_eq(complaints.count, DNA_DOMAINS_WRONG_MAX + 1);
	dna_buffer_clear(&complaints.text);
	dna_domains_free(domains);
}

Test(domains, come_from_several_files)
{
	struct dna_domains *domains = table("a.example: careful\n");
	struct dna_domains_match match;
	char *complaint = read_into(domains, "e.yaml", "b.example: legacy\n", 18);

	cr_assert_null(complaint);
	cr_assert(dna_domains_find(domains, "b.example", &match));
	cr_expect_str_eq(match.file, "e.yaml");
	cr_assert(dna_domains_find(domains, "a.example", &match));
	cr_expect_str_eq(match.file, "d.yaml");
	cr_assert_eq(dna_domains_seal(domains), 0);
	cr_assert(dna_domains_find(domains, "b.example", &match));
	cr_expect_str_eq(match.file, "e.yaml");
	dna_domains_free(domains);
	domains = table("a.example: careful\n");
	complaint = read_into(domains, "f.yaml", "\na.example: careful\n", 20);
	cr_assert_str_eq(complaint,
			 "f.yaml:2:1: the domain 'a.example' stands in d.yaml:1 already");
	free(complaint);
	dna_domains_free(domains);
}

/* Every tenth is a wildcard, every seventh too long to stand with others. */
static void write_name(char name[DNA_NAME_MAX + 1], unsigned i, const char *label)
{
	static const char longer[] =
		"a-label-as-long-as-one-of-a-name-may-be-and-then-some-more-too";

	if (i % 7 == 0)
		snprintf(name, DNA_NAME_MAX + 1, "%sd%u.%s.%s.example", label, i, longer, longer);
	else
		snprintf(name, DNA_NAME_MAX + 1, "%sd%u.example", label, i);
}

Test(domains, are_found_among_many)
{
	enum { MANY = 20000 };
	struct dna_domains *domains = table("");
	struct dna_domains_match match;
	char name[DNA_NAME_MAX + 1];

	for (unsigned i = 0; i < MANY; i++) {
		write_name(name, i, i % 10 == 0 ? "." : "");
		cr_assert_eq(dna_domains_add(domains, name, i % PROFILES, i + 1, &match), 0);
	}
	for (unsigned j = 0; j < 2 * MANY; j++) {
		unsigned i = j % MANY;

		if (j == MANY)
			cr_assert_eq(dna_domains_seal(domains), 0);
		write_name(name, i, i % 10 == 0 ? "a." : "");
		cr_assert(dna_domains_find(domains, name, &match), "%s", name);
		cr_assert_eq(match.line, i + 1);
		cr_assert_eq(match.profile, i % PROFILES);
		write_name(name, i + MANY, "");
		cr_assert_not(dna_domains_find(domains, name, &match), "%s", name);
	}
	cr_assert_not(dna_domains_find(domains, "d10.example", &match));
	cr_expect_eq(dna_domains_count(domains), MANY - MANY / 10);
	cr_expect_eq(dna_domains_wildcard_count(domains), MANY / 10);
	dna_domains_free(domains);
}

Test(domains, know_which_profiles_they_use)
{
	struct dna_domains *domains = table("a.example: legacy\n\"*.example\": careful\n");

	for (unsigned sealed = 0; sealed < 2; sealed++) {
		for (size_t i = 0; i < PROFILES; i++)
			cr_expect_eq(dna_domains_use(domains, i), i == 0 || i == 2);
		cr_assert_eq(dna_domains_seal(domains), 0);
	}
	cr_expect_eq(dna_domains_begin_file(domains, "late.yaml"), DNA_E_INVALID);
	dna_domains_free(domains);
}

/* ---- As others say it ---- */

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static void draw_name(uint32_t *state, char name[64])
{
	static const char *const labels[] = { "a", "b", "c", "example", "x-y", "1" };
	uint32_t count = 1 + draw(state, 4);

	name[0] = '\0';
	for (uint32_t i = 0; i < count; i++) {
		strcat(name, labels[draw(state, 6)]);
		strcat(name, ".");
	}
	strcat(name, "example");
}

/* A table is rules that say nothing but a remote domain. */
Test(domains, choose_as_rules_do)
{
	uint32_t state = 1;

	for (unsigned round = 0; round < 300; round++) {
		struct dna_domains *domains = table("");
		struct dna_rule rules[40] = { 0 };
		size_t count = 0;

		for (unsigned i = 0; i < 40; i++) {
			struct dna_domains_match already;
			char text[80], name[64];
			bool below = draw(&state, 2) != 0;
			int r;

			draw_name(&state, name);
			snprintf(text, sizeof(text), "%s%s", below ? "*." : "", name);
			r = dna_domains_add(domains, text + below, 0, i + 1, &already);
			cr_assert(r == 0 || r == DNA_E_EXISTS);
			if (r != 0)
				continue;
			rules[count] = (struct dna_rule){ .match = DNA_MATCH_ANY, .line = i + 1 };
			cr_assert_eq(dna_pattern_read(text, &rules[count++].match.remote), 0);
		}
		dna_rules_sort(rules, count);
		if (round % 2 == 0)
			cr_assert_eq(dna_domains_seal(domains), 0);
		for (unsigned i = 0; i < 200; i++) {
			struct dna_domains_match match;
			const struct dna_rule *rule;
			char name[64];

			draw_name(&state, name);
			rule = dna_rules_find(rules, count, name, NULL, DNA_XMPP_SERVER,
					      DNA_INITIATING);
			cr_assert_eq(dna_domains_find(domains, name, &match), rule != NULL, "%s",
				     name);
			cr_assert(rule == NULL || match.line == rule->line, "%s", name);
		}
		for (size_t i = 0; i < count; i++)
			dna_rule_clear(&rules[i]);
		dna_domains_free(domains);
	}
}

/* What is read in a hurry is what dna_pattern_read() would read (I18N-003, I18N-006). */
Test(domains, are_prepared_as_patterns_are)
{
	static const char octets[] = "aaaabbbz019--..AZx*_";
	uint32_t state = 2;
	unsigned taken = 0;

	for (unsigned i = 0; i < 200000; i++) {
		struct dna_pattern pattern = DNA_PATTERN_ANY;
		struct dna_domains *domains;
		char key[16] = "", text[64], *complaint;
		uint32_t size = 1 + draw(&state, 14);
		int r;

		for (uint32_t j = 0; j < size; j++)
			key[j] = octets[draw(&state, sizeof(octets) - 1)];
		snprintf(text, sizeof(text), "'%s': careful", key);
		r = dna_pattern_read(key, &pattern);
		cr_assert_eq(dna_domains_new(&domains), 0);
		complaint = read_into(domains, "d", text, strlen(text));
		cr_assert_eq(complaint == NULL, r == 0 && pattern.kind != DNA_PATTERN_ANYTHING,
			     "%s", key);
		if (complaint == NULL) {
			struct dna_domains_match already;
			char name[32];

			snprintf(name, sizeof(name), "%s%s",
				 pattern.kind == DNA_PATTERN_BELOW ? "." : "", pattern.name);
			cr_assert_eq(dna_domains_add(domains, name, 0, 1, &already), DNA_E_EXISTS,
				     "%s", key);
			taken++;
		}
		free(complaint);
		free(pattern.name);
		dna_domains_free(domains);
	}
	cr_assert(taken > 10000, "%u", taken);
}

/* ---- libyaml ---- */

struct pair {
	char *key, *value;
	unsigned line;
};
struct pairs {
	struct pair at[64];
	size_t count;
	bool flat;
};

static void take_event(struct pairs *pairs, const yaml_event_t *event, unsigned *depth, char **key)
{
	const char *text = (const char *)event->data.scalar.value;

	switch (event->type) {
	case YAML_MAPPING_START_EVENT:
		pairs->flat &= ++*depth == 1 && event->data.mapping_start.anchor == NULL &&
			       event->data.mapping_start.tag == NULL;
		break;
	case YAML_SCALAR_EVENT:
		pairs->flat &= event->data.scalar.anchor == NULL &&
			       event->data.scalar.tag == NULL && pairs->count < 64;
		if (!pairs->flat)
			break;
		if (*depth == 0) { /* "---" alone */
			pairs->flat = text[0] == '\0';
		} else if (*key == NULL) {
			*key = strdup(text);
			pairs->at[pairs->count].line = (unsigned)event->start_mark.line + 1;
		} else {
			pairs->at[pairs->count].key = *key;
			pairs->at[pairs->count++].value = strdup(text);
			*key = NULL;
		}
		break;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_ALIAS_EVENT:
		pairs->flat = false;
		break;
	default:
		break;
	}
}

/* All that libyaml says of it; |flat| if it is one flat mapping without marks. */
static void parse(const char *text, size_t size, struct pairs *pairs)
{
	yaml_parser_t parser;
	yaml_event_type_t type;
	unsigned depth = 0, documents = 0;
	char *key = NULL;

	*pairs = (struct pairs){ .flat = true };
	cr_assert(yaml_parser_initialize(&parser));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	do {
		yaml_event_t event;

		type = YAML_STREAM_END_EVENT;
		if (!yaml_parser_parse(&parser, &event)) {
			pairs->flat = false;
			break;
		}
		type = event.type;
		pairs->flat &= type != YAML_DOCUMENT_START_EVENT || ++documents == 1;
		take_event(pairs, &event, &depth, &key);
		yaml_event_delete(&event);
	} while (type != YAML_STREAM_END_EVENT);
	free(key);
	yaml_parser_delete(&parser);
}

/* Each pair stands in the table, of which nothing else is asked but how many there are. */
static void compare(const struct dna_domains *domains, const struct pairs *pairs, const char *text)
{
	cr_assert(pairs->flat, "libyaml does not take this:\n%s", text);
	cr_assert_eq(pairs->count, dna_domains_count(domains) + dna_domains_wildcard_count(domains),
		     "%s", text);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->at[i];
		struct dna_pattern pattern = DNA_PATTERN_ANY;
		struct dna_domains_match match;
		char name[300];

		cr_assert_eq(dna_pattern_read(pair->key, &pattern), 0, "%s", pair->key);
		snprintf(name, sizeof(name), "%s%s",
			 pattern.kind == DNA_PATTERN_BELOW ? "nobody." : "", pattern.name);
		cr_assert(dna_domains_find(domains, name, &match), "%s\n%s", name, text);
		cr_assert_str_eq(names[match.profile], pair->value, "%s", text);
		cr_assert_eq(match.line, pair->line, "%s", text);
		free(pattern.name);
	}
}

static size_t draw_text(uint32_t *state, char text[2048])
{
	static const char *const keys[] = { "a.example",     "b.example.com",
					    "\"*.example\"", "'c.example'",
					    "D.Example.",    ("b" U_UMLAUT ".example"),
					    "\"e.example\"" };
	static const char *const values[] = { "careful", "default", "\"my profile\"", "'legacy'",
					      ("profil-" U_UMLAUT) };
	static const char *const ends[] = {
		"\n", "\r\n", "  \n", " # why\n", "\n\n", "\n  # so\n"
	};
	static const char *const noise[] = { "\"",
					     "'",
					     ":",
					     ": ",
					     " ",
					     "#",
					     " #",
					     "\n",
					     "\r",
					     "\t",
					     "- ",
					     "-",
					     "---",
					     "--- ",
					     "...",
					     "&a ",
					     "*a ",
					     "{",
					     "}",
					     "[",
					     "]",
					     ",",
					     "\\",
					     "%",
					     "|",
					     ">",
					     "?",
					     "? ",
					     "!",
					     "!x ",
					     "@",
					     "`",
					     "~",
					     "\xc2\x85",
					     "\xe2\x80\xa8",
					     "\xef\xbb\xbf",
					     "\xef\xbf\xbe",
					     "\xef\xbf\xbf",
					     "\xff",
					     "\xc2\xa0",
					     "\x7f",
					     "a",
					     "careful",
					     "<<",
					     "null",
					     "\xe3\x80\x82",
					     "\xf0\x9f\x98\x80",
					     "\xed\xa0\x80",
					     "\xc0\xaf",
					     "." };
	uint32_t lines = draw(state, 5), first = draw(state, 7);
	size_t size = 0;

	text[0] = '\0';
	if (draw(state, 4) == 0)
		size += (size_t)sprintf(text, "---\n");
	for (uint32_t i = 0; i < lines; i++)
		size += (size_t)sprintf(text + size, "%s: %s%s", keys[(first + i) % 7],
					values[draw(state, 5)], ends[draw(state, 6)]);
	for (uint32_t i = draw(state, 3); i > 0; i--) {
		const char *piece = noise[draw(state, sizeof(noise) / sizeof(noise[0]))];
		size_t at = draw(state, (uint32_t)size + 1), length = strlen(piece);

		memmove(text + at + length, text + at, size - at + 1);
		memcpy(text + at, piece, length);
		size += length;
	}
	return size;
}

/* Whatever is taken is what libyaml takes, and says the same. */
Test(domains, are_read_as_libyaml_reads_them)
{
	uint32_t state = 3;
	unsigned taken = 0;

	for (unsigned i = 0; i < 200000; i++) {
		struct dna_domains *domains;
		char text[2048], *complaint;
		size_t size = draw_text(&state, text);

		cr_assert_eq(dna_domains_new(&domains), 0);
		complaint = read_into(domains, "d", text, size);
		if (complaint == NULL) {
			struct pairs pairs;

			parse(text, size, &pairs);
			compare(domains, &pairs, text);
			for (size_t j = 0; j < pairs.count; j++) {
				free(pairs.at[j].key);
				free(pairs.at[j].value);
			}
			taken++;
		}
		free(complaint);
		dna_domains_free(domains);
	}
	cr_assert(taken > 50000, "%u", taken);
}

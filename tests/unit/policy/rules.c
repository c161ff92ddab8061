/* Which rule is the most specific: by example, and by comparison with the plainest way to say it.
 */
#include "policy/rules.h"
#include "base/limits.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* I18N-003, I18N-004 */
Test(pattern, is_prepared_as_service_domains_are)
{
	static const struct {
		const char *text;
		enum dna_pattern_kind kind;
		const char *name;
	} cases[] = {
		{ "*", DNA_PATTERN_ANYTHING, NULL },
		{ "example.com", DNA_PATTERN_EXACT, "example.com" },
		{ "Example.COM.", DNA_PATTERN_EXACT, "example.com" },
		{ "b\xc3\xbc"
		  "cher.example",
		  DNA_PATTERN_EXACT, "xn--bcher-kva.example" },
		{ "xn--bcher-kva.example", DNA_PATTERN_EXACT, "xn--bcher-kva.example" },
		{ "*.B\xc3\x9c"
		  "CHER.example",
		  DNA_PATTERN_BELOW, "xn--bcher-kva.example" },
		{ "*.example", DNA_PATTERN_BELOW, "example" },
		/* PKIX-022 */
		{ "192.0.2.1", DNA_PATTERN_EXACT, "192.0.2.1" },
		{ "2001:db8::1", DNA_PATTERN_EXACT, "2001:db8::1" },
		{ "[2001:DB8:0:0::0001]", DNA_PATTERN_EXACT, "2001:db8::1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_pattern pattern = { DNA_PATTERN_EXACT, strdup("before") };

		cr_expect_eq(dna_pattern_read(cases[i].text, &pattern), 0, "%s", cases[i].text);
		cr_expect_eq(pattern.kind, cases[i].kind, "%s", cases[i].text);
		cr_expect(cases[i].name == NULL ? pattern.name == NULL
						: strcmp(pattern.name, cases[i].name) == 0,
			  "%s: %s", cases[i].text, pattern.name);
		free(pattern.name);
	}
}

/* I18N-006, I18N-007, I18N-008 */
Test(pattern, is_refused_when_no_service_domain_can_match)
{
	static const char *const texts[] = { "",
					     ".",
					     "*.",
					     "**",
					     "*example",
					     "xn--a.example",
					     "*.xn--a.example",
					     "a.*.b",
					     "*.*.example",
					     "*.a..b",
					     "exa mple.com",
					     "a@b.example",
					     "192.0.2.256",
					     "*.192.0.2.1",
					     "*.2001:db8::1",
					     "*.[2001:db8::1]",
					     "[192.0.2.1]",
					     "192.0.2.1:5269",
					     "[2001:db8::1]:5269",
					     "fe80::1%eth0",
					     "_a.example" };
	char longest[DNA_DOMAINPART_MAX * 2];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dna_pattern pattern = DNA_PATTERN_ANY;

		cr_expect_eq(dna_pattern_read(texts[i], &pattern), DNA_E_SYNTAX, "%s", texts[i]);
		cr_expect_eq(pattern.kind, DNA_PATTERN_ANYTHING, "%s", texts[i]);
	}
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "*.", 2);
	for (size_t size = DNA_DOMAINPART_MAX - 4; size < sizeof(longest); size++) {
		struct dna_pattern pattern = DNA_PATTERN_ANY;

		longest[size] = '\0';
		cr_expect_eq(dna_pattern_read(longest, &pattern), DNA_E_SYNTAX, "%zu", size);
		longest[size] = 'a';
	}
}

/* ---- Choosing ---- */

static char words[][16] = { "example",       "a.example", "b.example", "a.a.example", "b.a.example",
			    "a.a.a.example", "other",     "a.other",   "xa.example" };
#define WORDS (sizeof(words) / sizeof(words[0]))

static unsigned draw(uint64_t *state, unsigned below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(*state >> 33) % below;
}

static struct dna_pattern draw_pattern(uint64_t *state)
{
	enum dna_pattern_kind kind = draw(state, 3);

	return (struct dna_pattern){ kind, kind == DNA_PATTERN_ANYTHING
						   ? NULL
						   : words[draw(state, WORDS)] };
}

/* How specific a match is; 0: none. */
static size_t strength(const struct dna_pattern *pattern, const char *name)
{
	size_t size, suffix;

	if (pattern->kind == DNA_PATTERN_ANYTHING)
		return 1;
	if (name == NULL)
		return 0;
	if (pattern->kind == DNA_PATTERN_EXACT)
		return strcmp(pattern->name, name) == 0 ? 1000 : 0;
	size = strlen(name);
	suffix = strlen(pattern->name);
	if (size <= suffix || name[size - suffix - 1] != '.' ||
	    strcmp(name + size - suffix, pattern->name) != 0)
		return 0;
	return 1 + suffix;
}

/* One number that orders rules by specificity; 0: does not match. */
static size_t weight(const struct dna_rule *rule, const char *remote, const char *local,
		     enum dna_service service, enum dna_role role)
{
	size_t r = strength(&rule->match.remote, remote), l = strength(&rule->match.local, local);

	if (r == 0 || l == 0 ||
	    (rule->match.service != service && rule->match.service != DNA_EITHER) ||
	    (rule->match.direction != role && rule->match.direction != DNA_EITHER))
		return 0;
	return r * 10000 + l * 4 + (rule->match.service != DNA_EITHER) * 2U +
	       (rule->match.direction != DNA_EITHER);
}

static void compare_all_subjects(const struct dna_rule *rules, size_t count)
{
	for (unsigned subject = 0; subject < WORDS * (WORDS + 1) * 4; subject++) {
		const char *remote = words[subject / 4 % WORDS];
		size_t l = subject / 4 / WORDS, best = 0, found_weight = 0;
		const char *local = l < WORDS ? words[l] : NULL;
		enum dna_service service = subject & 1;
		enum dna_role role = (subject >> 1) & 1;
		const struct dna_rule *found =
			dna_rules_find(rules, count, remote, local, service, role);

		for (size_t i = 0; i < count; i++) {
			size_t w = weight(&rules[i], remote, local, service, role);

			best = w > best ? w : best;
		}
		if (found != NULL)
			found_weight = weight(found, remote, local, service, role);
		cr_assert_eq(found_weight, best, "%s by %s", remote, local);
	}
}

Test(rules, choose_the_most_specific_of_any)
{
	uint64_t state = 1;

	for (unsigned round = 0; round < 300; round++) {
		struct dna_rule rules[40];
		size_t count = draw(&state, 40);

		for (size_t i = 0; i < count; i++)
			rules[i] = (struct dna_rule){ .match = { draw_pattern(&state),
								 draw_pattern(&state),
								 draw(&state, 3), draw(&state, 3) },
						      .line = (unsigned)i };
		dna_rules_sort(rules, count);
		compare_all_subjects(rules, count);
	}
}

Test(rules, are_looked_up_not_scanned)
{
	enum { COUNT = 200000 };
	struct dna_rule *rules = calloc(COUNT, sizeof(*rules));
	char *names = calloc(COUNT, 32);

	for (size_t i = 0; i < COUNT; i++) {
		snprintf(names + 32 * i, 32, "customer%zu.example", i * 7919 % COUNT);
		rules[i].match = DNA_MATCH_ANY;
		rules[i].match.remote = (struct dna_pattern){ DNA_PATTERN_EXACT, names + 32 * i };
	}
	dna_rules_sort(rules, COUNT);
	/* As many lookups as rules: a scan would make 40,000,000,000 comparisons of them. */
	for (size_t i = 0; i < COUNT; i++) {
		const struct dna_rule *rule = dna_rules_find(
			rules, COUNT, names + 32 * i, "a.example", DNA_XMPP_SERVER, DNA_INITIATING);

		cr_assert_not_null(rule);
		cr_assert_eq(rule->match.remote.name, names + 32 * i);
	}
	free(names);
	free(rules);
}

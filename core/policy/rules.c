/*
 * Rules in order, and the one that matches. Rules are sorted by their patterns; a lookup widens the
 * subject's domain step by step, "a.b.example", "*.b.example", "*.example", "*", and finds each by
 * bisection. So it takes microseconds among a million rules, and rules that tie are neighbours.
 */
#include "policy/rules.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- Patterns ---- */

/* "example" of "*.example" is no service domain itself: it is prepared with a label before. */
static int prepare_suffix(const char *text, char ascii[DNA_NAME_MAX + 1])
{
	char longer[DNA_DOMAINPART_MAX + 1], prepared[DNA_NAME_MAX + 1];
	size_t size = strlen(text) + 1;
	int r;

	if (size > sizeof(longer) - 2)
		return DNA_E_LIMIT;
	memcpy(longer, "a.", 2);
	memcpy(longer + 2, text, size);
	r = dna_domain_prepare(longer, prepared, NULL);
	if (r == 0)
		strcpy(ascii, prepared + 2);
	return r;
}

int dna_pattern_read(const char *text, struct dna_pattern *pattern)
{
	struct dna_pattern new = DNA_PATTERN_ANY;
	char ascii[DNA_NAME_MAX + 1];
	int r = 0;

	if (strcmp(text, "*") != 0) {
		new.kind = strncmp(text, "*.", 2) == 0 ? DNA_PATTERN_BELOW : DNA_PATTERN_EXACT;
		r = new.kind == DNA_PATTERN_BELOW ? prepare_suffix(text + 2, ascii)
						  : dna_domain_prepare(text, ascii, NULL);
		if (r != 0)
			return r == DNA_E_NOMEM ? r : DNA_E_SYNTAX;
		new.name = strdup(ascii);
		if (new.name == NULL)
			return DNA_E_NOMEM;
	}
	free(pattern->name);
	*pattern = new;
	return 0;
}

void dna_rule_clear(struct dna_rule *rule)
{
	free(rule->remote.name);
	free(rule->local.name);
	*rule = (struct dna_rule){ .remote = DNA_PATTERN_ANY, .local = DNA_PATTERN_ANY };
}

/* ---- Order ---- */

static int compare_patterns(const struct dna_pattern *a, const struct dna_pattern *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->kind == DNA_PATTERN_ANYTHING ? 0 : strcmp(a->name, b->name);
}

static int compare_places(const struct dna_rule *a, const struct dna_rule *b)
{
	int order = compare_patterns(&a->remote, &b->remote);

	return order != 0 ? order : compare_patterns(&a->local, &b->local);
}

/* DNA_EITHER comes last: a rule that says the service or direction is met before one that does not.
 */
static int compare_matches(const struct dna_rule *a, const struct dna_rule *b)
{
	int order = compare_places(a, b);

	if (order == 0)
		order = (int)a->service - (int)b->service;
	return order != 0 ? order : (int)a->direction - (int)b->direction;
}

static int compare_rules(const void *a, const void *b)
{
	const struct dna_rule *x = a, *y = b;
	int order = compare_matches(x, y);

	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

void dna_rules_sort(struct dna_rule *rules, size_t count)
{
	qsort(rules, count, sizeof(*rules), compare_rules);
}

bool dna_rules_tie(const struct dna_rule *a, const struct dna_rule *b)
{
	return compare_matches(a, b) == 0;
}

/* ---- The lookup ---- */

/* The next less specific pattern that matches the same domain; false after the last. */
static bool widen(struct dna_pattern *pattern)
{
	char *dot;

	if (pattern->kind == DNA_PATTERN_ANYTHING)
		return false;
	dot = strchr(pattern->name, '.');
	*pattern =
		dot != NULL ? (struct dna_pattern){ DNA_PATTERN_BELOW, dot + 1 } : DNA_PATTERN_ANY;
	return true;
}

/* The first of the rules that do not stand before this place. */
static size_t lower_bound(const struct dna_rule *rules, size_t count, const struct dna_rule *place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_places(&rules[middle], place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rule for exactly this pair of patterns: at most nine have it, by service and direction. */
static const struct dna_rule *rule_at(const struct dna_rule *rules, size_t count,
				      const struct dna_rule *place)
{
	for (size_t i = lower_bound(rules, count, place); i < count; i++) {
		const struct dna_rule *rule = &rules[i];

		if (compare_places(rule, place) != 0)
			break;
		if ((rule->service == place->service || rule->service == DNA_EITHER) &&
		    (rule->direction == place->direction || rule->direction == DNA_EITHER))
			return rule;
	}
	return NULL;
}

/* Whether any rule has this remote pattern; if none, the local ones need not be tried. */
static bool has_remote(const struct dna_rule *rules, size_t count, const struct dna_pattern *remote)
{
	struct dna_rule place = { .remote = *remote, .local = { DNA_PATTERN_EXACT, (char *)"" } };
	size_t i = lower_bound(rules, count, &place);

	return i < count && compare_patterns(&rules[i].remote, remote) == 0;
}

const struct dna_rule *dna_rules_find(const struct dna_rule *rules, size_t count,
				      const char *remote, const char *local,
				      enum dna_service service, enum dna_role role)
{
	struct dna_rule place = { .remote = { DNA_PATTERN_EXACT, (char *)remote },
				  .service = service,
				  .direction = role };

	do {
		const struct dna_rule *rule;

		if (!has_remote(rules, count, &place.remote))
			continue;
		place.local = local != NULL
				      ? (struct dna_pattern){ DNA_PATTERN_EXACT, (char *)local }
				      : DNA_PATTERN_ANY;
		do {
			rule = rule_at(rules, count, &place);
			if (rule != NULL)
				return rule;
		} while (widen(&place.local));
	} while (widen(&place.remote));
	return NULL;
}

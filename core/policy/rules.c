/*
 * Rules in order, and the one that matches. Rules are sorted by their patterns; a lookup widens the
 * subject's domain step by step, "a.b.example", "*.b.example", "*.example", "*", and finds each by
 * bisection. So it takes microseconds among a million rules, and rules that tie are neighbours.
 */
#include "policy/rules.h"

#include <stdlib.h>

void dna_rule_clear(struct dna_rule *rule)
{
	dna_match_clear(&rule->match);
	free(rule->endpoint);
	rule->endpoint = NULL;
}

void dna_floor_clear(struct dna_floor *floor)
{
	dna_match_clear(&floor->match);
}

/* ---- Order ---- */

static int compare_rules(const void *a, const void *b)
{
	const struct dna_rule *x = a, *y = b;
	int order = dna_match_compare(&x->match, &y->match);

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
	return dna_match_compare(&a->match, &b->match) == 0;
}

/* ---- The lookup ---- */

/* The first of the rules that do not stand before this place. */
static size_t lower_bound(const struct dna_rule *rules, size_t count, const struct dna_match *place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dna_match_compare_places(&rules[middle].match, place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rule for exactly this pair of patterns: at most nine have it, by service and direction. */
static const struct dna_rule *rule_at(const struct dna_rule *rules, size_t count,
				      const struct dna_match *place)
{
	for (size_t i = lower_bound(rules, count, place); i < count; i++) {
		const struct dna_rule *rule = &rules[i];

		if (dna_match_compare_places(&rule->match, place) != 0)
			break;
		if ((rule->match.service == place->service || rule->match.service == DNA_EITHER) &&
		    (rule->match.direction == place->direction ||
		     rule->match.direction == DNA_EITHER))
			return rule;
	}
	return NULL;
}

/* Whether any rule has this remote pattern; if none, the local ones need not be tried. */
static bool has_remote(const struct dna_rule *rules, size_t count, const struct dna_pattern *remote)
{
	struct dna_match place = { .remote = *remote, .local = { DNA_PATTERN_EXACT, (char *)"" } };
	size_t i = lower_bound(rules, count, &place);

	return i < count && dna_pattern_compare(&rules[i].match.remote, remote) == 0;
}

const struct dna_rule *dna_rules_find(const struct dna_rule *rules, size_t count,
				      const char *remote, const char *local,
				      enum dna_service service, enum dna_role role)
{
	struct dna_match place = { .remote = { DNA_PATTERN_EXACT, (char *)remote },
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
		} while (dna_pattern_widen(&place.local));
	} while (dna_pattern_widen(&place.remote));
	return NULL;
}

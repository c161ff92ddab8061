/* Whom a rule or a floor is for. */
#include "policy/match.h"
#include "base/limits.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

int dna_pattern_read(const char *text, struct dna_pattern *pattern)
{
	struct dna_pattern new = DNA_PATTERN_ANY;
	char ascii[DNA_NAME_MAX + 1];
	int r = 0;

	if (strcmp(text, "*") != 0) {
		new.kind = strncmp(text, "*.", 2) == 0 ? DNA_PATTERN_BELOW : DNA_PATTERN_EXACT;
		r = new.kind == DNA_PATTERN_BELOW ? dna_domain_prepare(text + 2, ascii, NULL)
						  : dna_domainpart_prepare(text, ascii, NULL);
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

void dna_match_clear(struct dna_match *match)
{
	free(match->remote.name);
	free(match->local.name);
	*match = DNA_MATCH_ANY;
}

/* ---- Order ---- */

int dna_pattern_compare(const struct dna_pattern *a, const struct dna_pattern *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->kind == DNA_PATTERN_ANYTHING ? 0 : strcmp(a->name, b->name);
}

int dna_match_compare_places(const struct dna_match *a, const struct dna_match *b)
{
	int order = dna_pattern_compare(&a->remote, &b->remote);

	return order != 0 ? order : dna_pattern_compare(&a->local, &b->local);
}

/* DNA_EITHER is the greatest: what says the service or direction comes before what does not. */
int dna_match_compare(const struct dna_match *a, const struct dna_match *b)
{
	int order = dna_match_compare_places(a, b);

	if (order == 0)
		order = (int)a->service - (int)b->service;
	return order != 0 ? order : (int)a->direction - (int)b->direction;
}

bool dna_pattern_is_narrower(const struct dna_pattern *a, const struct dna_pattern *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind;
	return a->kind == DNA_PATTERN_BELOW && strlen(a->name) > strlen(b->name);
}

/* ---- Matching ---- */

bool dna_pattern_widen(struct dna_pattern *pattern)
{
	char *dot;

	if (pattern->kind == DNA_PATTERN_ANYTHING)
		return false;
	dot = strchr(pattern->name, '.');
	*pattern =
		dot != NULL ? (struct dna_pattern){ DNA_PATTERN_BELOW, dot + 1 } : DNA_PATTERN_ANY;
	return true;
}

static bool pattern_fits(const struct dna_pattern *pattern, const char *name)
{
	size_t size, suffix;

	if (pattern->kind == DNA_PATTERN_ANYTHING || name == NULL)
		return pattern->kind == DNA_PATTERN_ANYTHING;
	if (pattern->kind == DNA_PATTERN_EXACT)
		return strcmp(pattern->name, name) == 0;
	size = strlen(name);
	suffix = strlen(pattern->name);
	return size > suffix + 1 && name[size - suffix - 1] == '.' &&
	       strcmp(name + size - suffix, pattern->name) == 0;
}

bool dna_match_fits(const struct dna_match *match, const char *remote, const char *local,
		    enum dna_service service, enum dna_role role)
{
	return (match->service == DNA_EITHER || match->service == (unsigned)service) &&
	       (match->direction == DNA_EITHER || match->direction == (unsigned)role) &&
	       pattern_fits(&match->remote, remote) && pattern_fits(&match->local, local);
}

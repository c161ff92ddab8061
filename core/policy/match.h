/* Whom a rule or a floor is for: domains by name or by suffix, a service, a direction. */
#ifndef DNA_POLICY_MATCH_H
#define DNA_POLICY_MATCH_H

#include <dna/types.h>

/*
 * Which domains are meant. "*.example.com" is everything below example.com, however deep, and not
 * example.com itself. An IP address is a name too (PKIX-022), and nothing is below one.
 */
enum dna_pattern_kind { DNA_PATTERN_EXACT, DNA_PATTERN_BELOW, DNA_PATTERN_ANYTHING };

struct dna_pattern {
	enum dna_pattern_kind kind;
	char *name; /* as dna_domainpart_prepare() has it, without the "*."; NULL for anything */
};
#define DNA_PATTERN_ANY ((struct dna_pattern){ DNA_PATTERN_ANYTHING, NULL })

/*
 * Replaces |pattern|. DNA_E_SYNTAX: not a domain that can have XMPP, nor an IP address, nor "*." and a
 * suffix of some domain, nor "*".
 */
int dna_pattern_read(const char *text, struct dna_pattern *pattern);

#define DNA_EITHER 2 /* both services, or both directions */

struct dna_match {
	struct dna_pattern remote, local;
	unsigned service;   /* enum dna_service or DNA_EITHER */
	unsigned direction; /* enum dna_role or DNA_EITHER */
};
#define DNA_MATCH_ANY \
	((struct dna_match){ DNA_PATTERN_ANY, DNA_PATTERN_ANY, DNA_EITHER, DNA_EITHER })
void dna_match_clear(struct dna_match *match);

/*
 * First what is more specific: an exact remote domain, a suffix, any; then the same of the local one,
 * by name where that is equal; then a service before either, and a direction before either.
 */
int dna_match_compare(const struct dna_match *a, const struct dna_match *b);
/* The domains alone. */
int dna_match_compare_places(const struct dna_match *a, const struct dna_match *b);
int dna_pattern_compare(const struct dna_pattern *a, const struct dna_pattern *b);

/* Of two that match the same domain, whether |a| is the more specific one. */
bool dna_pattern_is_narrower(const struct dna_pattern *a, const struct dna_pattern *b);

/* The next less specific pattern that matches the same domain; false after the last. */
bool dna_pattern_widen(struct dna_pattern *pattern);

/* Whether it is for this subject. Names in A-labels; |local| may be NULL, which only "*" matches. */
bool dna_match_fits(const struct dna_match *match, const char *remote, const char *local,
		    enum dna_service service, enum dna_role role);

#endif

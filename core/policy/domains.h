/*
 * Domain tables: files that name a profile for each of very many domains, a line a domain. What they
 * say is what rules without anything but a remote (or a local) domain would say; they take less
 * memory, and are read and searched faster. A table does not change once it is read.
 */
#ifndef DNA_POLICY_DOMAINS_H
#define DNA_POLICY_DOMAINS_H

#include "base/limits.h"
#include "policy/match.h"
#include "policy/node.h"

struct dna_domains;

/* The names of the profiles that there are, in the order of strcmp(). */
struct dna_profile_names {
	const char *const *at;
	size_t count;
};

int dna_domains_new(struct dna_domains **domains);
void dna_domains_free(struct dna_domains *domains); /* NULL is legal */

/*
 * Add what stands in a file, which |complaints| has the name of. Returns 0, also after a complaint;
 * everything that is wrong with the file is complained about, up to DNA_DOMAINS_WRONG_MAX lines.
 */
int dna_domains_read(struct dna_domains *domains, struct dna_bytes text,
		     const struct dna_profile_names *profiles, struct dna_complaints *complaints);

/*
 * All files are read: arrange what was read for lookups. Until then they take longer. A sealed table
 * takes no more files (DNA_E_INVALID).
 */
int dna_domains_seal(struct dna_domains *domains);

/* What a table says of a domain. */
struct dna_domains_match {
	size_t profile;      /* index of its name */
	const char *file;    /* lives as long as the table */
	unsigned line;
	const char *matched; /* into the name that was looked up: all of it, or from a dot on, by a wildcard */
};

/*
 * The most specific entry for |name|, which is in A-labels: its own, or the wildcard with the
 * longest suffix. False: there is none.
 */
bool dna_domains_find(const struct dna_domains *domains, const char *name, struct dna_domains_match *match);

/* Whether it has an entry for the very pattern. */
bool dna_domains_hold(const struct dna_domains *domains, const struct dna_pattern *pattern,
		      struct dna_domains_match *match);

/*
 * One wildcard after the other, as they stand in the files: |*next| is 0 to begin with. |suffix| is
 * what it stands for all below of; |match| has no |matched|. False after the last.
 */
bool dna_domains_next_wildcard(const struct dna_domains *domains, size_t *next,
			       char suffix[DNA_NAME_MAX + 1], struct dna_domains_match *match);

/* Whether any entry names the profile with that index. */
bool dna_domains_use(const struct dna_domains *domains, size_t profile);

/* How many domains, and how many wildcards, it holds. */
size_t dna_domains_count(const struct dna_domains *domains);
size_t dna_domains_wildcard_count(const struct dna_domains *domains);

/* ---- For the reader of the files ---- */

/* What follows is said in the file of that name. */
int dna_domains_begin_file(struct dna_domains *domains, const char *name);
/*
 * |name| in A-labels; with a dot before it, it stands for all that is below. DNA_E_EXISTS: it is in
 * the table already, as |already| tells, whose |matched| is NULL.
 */
int dna_domains_add(struct dna_domains *domains, const char *name, size_t profile, unsigned line,
		    struct dna_domains_match *already);

#endif

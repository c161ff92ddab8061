/*
 * Our names and those of OpenSSL and GnuTLS, which share no code with ours: certificates and
 * references drawn by lot, most of them nearly alike. Wherever somebody differs from us a rule has
 * to say why, and has to agree with us once the certificate is changed to what the rule makes of it;
 * a difference without a rule is a failure. DNA_TRIALS in the environment: how many. Prints TAP.
 */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS 25000

/* ---- Rules ---- */

/* Each makes of a trial what is left of it by the rule, or leaves it as it is. */

static void ignore_final_dot(struct names_trial *trial)
{
	for (size_t i = 0; i < trial->count; i++)
		if (trial->names[i].kind == NAME_DNS && trial->names[i].size > 1 &&
		    trial->names[i].octets[trial->names[i].size - 1] == '.')
			trial->names[i].size--;
}

/* Whether it is made of labels of letters, digits and inner hyphens, and not too long. */
static bool is_host(const char *octets, size_t size)
{
	size_t label = 0;

	if (size == 0 || size > 253)
		return false;
	for (size_t i = 0; i <= size; i++) {
		const char c = i < size ? octets[i] : '.';
		const char before = label > 0 ? octets[i - 1] : '.';

		if (c == '.' && (label == 0 || label > 63 || before == '-'))
			return false;
		if (c == '-' && label == 0)
			return false;
		if (memchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", c,
			   64) == NULL)
			return false;
		label = c == '.' ? 0 : label + 1;
	}
	return true;
}

static void drop(struct names_trial *trial, bool (*unwanted)(const struct presented *name))
{
	size_t kept = 0;

	for (size_t i = 0; i < trial->count; i++)
		if (!unwanted(&trial->names[i]))
			trial->names[kept++] = trial->names[i];
	trial->count = kept;
}

/* Whether it has one in another place than all of the left-most label. */
static bool is_odd_wildcard(const struct presented *name)
{
	const size_t skipped = name->size > 2 && memcmp(name->octets, "*.", 2) == 0 ? 2 : 0;

	return name->kind == NAME_DNS &&
	       memchr(name->octets + skipped, '*', name->size - skipped) != NULL;
}

static bool is_dns(const struct presented *name)
{
	return name->kind == NAME_DNS;
}

static bool is_other(const struct presented *name)
{
	return !is_dns(name);
}

static void drop_odd_wildcards(struct names_trial *trial)
{
	drop(trial, is_odd_wildcard);
}

static void drop_others(struct names_trial *trial)
{
	drop(trial, is_other);
}

static void drop_common_name(struct names_trial *trial)
{
	trial->common_name = false;
}

static void refuse_odd_reference(struct names_trial *trial)
{
	if (is_host(trial->reference, strlen(trial->reference)))
		return;
	trial->count = 0;
	trial->common_name = false;
}

/* Four numbers: no host name looks like any other address. */
static void refuse_address(struct names_trial *trial)
{
	unsigned part[4];
	char rest;

	if (sscanf(trial->reference, "%3u.%3u.%3u.%3u%c", &part[0], &part[1], &part[2], &part[3],
		   &rest) == 4)
		drop(trial, is_dns);
}

/* GnuTLS reads no certificate with such a name, and so there is none to us. */
static void refuse_empty_name(struct names_trial *trial)
{
	for (size_t i = 0; i < trial->count; i++)
		if (trial->names[i].size == 0)
			trial->count = 0;
}

static const struct rule {
	bool ours; /* what we say where it decides */
	void (*apply)(struct names_trial *trial);
	const char *id, *why;
} rules[] = {
	{ true, ignore_final_dot, "PKIX-010", "one final dot of a presented name is ignored" },
	{ false, refuse_odd_reference, "I18N-001",
	  "a reference is a host name in A-labels, or matches nothing" },
	{ false, drop_odd_wildcards, "PKIX-011",
	  "a wildcard is the whole of the left-most label (RFC 9525 section 6.3)" },
	{ false, refuse_empty_name, "PKIX-015",
	  "a certificate with an empty name cannot be read (RFC 5280 section 4.2.1.6)" },
	{ false, refuse_address, "PKIX-022",
	  "an address is no host name, even if a dNSName says it is (RFC 9525 section 6.4)" },
	{ false, drop_common_name, "PKIX-013",
	  "the common name is nobody's (RFC 9525 appendix A)" },
	{ false, drop_others, "PKIX-022",
	  "a reference that is a host name matches no iPAddress (RFC 9525 section 6.4)" },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

/* ---- Comparing ---- */

static const struct other {
	const char *name;
	bool (*matches)(const struct names_trial *trial);
} others[] = { { "OpenSSL", names_openssl }, { "GnuTLS", names_gnutls } };
#define OTHERS (sizeof(others) / sizeof(others[0]))

struct tally {
	size_t both_match, neither, explained[RULES], unexplained;
};

/* Whether the rules of |set| together make the other say what we do. */
static bool explains(const struct names_trial *trial, const struct other *other, bool ours,
		     unsigned set)
{
	struct names_trial changed = *trial;

	for (size_t i = 0; i < RULES; i++) {
		if ((set & 1u << i) == 0)
			continue;
		if (rules[i].ours != ours)
			return false;
		rules[i].apply(&changed);
	}
	return other->matches(&changed) == ours;
}

/* The fewest rules that do; 0: none. */
static unsigned explain(const struct names_trial *trial, const struct other *other, bool ours)
{
	for (int count = 1; count <= 3; count++)
		for (unsigned set = 1; set < 1u << RULES; set++)
			if (__builtin_popcount(set) == count && explains(trial, other, ours, set))
				return set;
	return 0;
}

static void compare(const struct names_trial *trial, bool ours, const struct other *other,
		    struct tally *tally)
{
	unsigned set;

	if (other->matches(trial) == ours) {
		tally->both_match += ours;
		tally->neither += !ours;
		return;
	}
	set = explain(trial, other, ours);
	for (size_t i = 0; i < RULES; i++)
		tally->explained[i] += (set & 1u << i) != 0;
	if (set != 0 || tally->unexplained++ >= 10)
		return;
	printf("# nothing explains why we say %s and %s does not:\n", ours ? "yes" : "no",
	       other->name);
	names_print(trial);
}

static int report(const struct tally *tally, const struct other *other, unsigned number)
{
	const bool good = tally->unexplained == 0 && tally->both_match > 0 && tally->neither > 0;

	printf("# %s: %zu match for both, %zu for neither\n", other->name, tally->both_match,
	       tally->neither);
	for (size_t i = 0; i < RULES; i++)
		printf("# %6zu %s: %s\n", tally->explained[i], rules[i].id, rules[i].why);
	printf("# %6zu for no reason\n", tally->unexplained);
	printf("%sok %u - %s agrees, or a rule says why not\n", good ? "" : "not ", number,
	       other->name);
	return good ? 0 : 1;
}

int main(void)
{
	const char *wanted = getenv("DNA_TRIALS");
	const size_t trials = wanted != NULL ? strtoul(wanted, NULL, 10) : TRIALS;
	struct tally tallies[OTHERS] = { 0 };
	struct names_trial trial;
	int failures = 0;

	for (size_t i = 0; i < trials; i++) {
		bool ours;

		names_draw(&trial);
		ours = names_libdna(&trial);
		for (size_t j = 0; j < OTHERS; j++)
			compare(&trial, ours, &others[j], &tallies[j]);
	}
	printf("# %zu trials\n", trials);
	for (size_t j = 0; j < OTHERS; j++)
		failures += report(&tallies[j], &others[j], (unsigned)j + 1);
	printf("1..%zu\n", OTHERS);
	return failures != 0;
}

/*
 * Our dane and OpenSSL's, which share no code, judge the same peers: chains, TLSA records and names
 * drawn by lot. Wherever they differ a rule has to say why, and OpenSSL has to agree with us once it
 * is told to do as that rule says; a difference without a rule is a failure. DNA_TRIALS in the
 * environment: how many. Prints TAP.
 */
#include "trial.h"

#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS 20000

/* ---- Why they may differ ---- */

static const struct world_certificate *leaf_of(const struct trial *trial)
{
	return &trial->world->certificates[trial->presented[0]];
}

/* Every otherName of the world is the service domain. */
static bool has_other_name(const struct trial *trial)
{
	return strncmp(leaf_of(trial)->about, "otherName:", strlen("otherName:")) == 0;
}

static bool is_for_anything(const struct trial *trial)
{
	return (X509_get_extended_key_usage(leaf_of(trial)->x509) & XKU_ANYEKU) != 0 &&
	       X509_get_extension_flags(leaf_of(trial)->x509) & EXFLAG_XKUSAGE;
}

struct rule {
	unsigned manner;
	bool ours; /* what we say where it decides */
	bool (*applies)(const struct trial *trial);
	const char *id, *why;
};

/* Those that take the least from OpenSSL first. */
static const struct rule rules[] = {
	{ NO_NAME_FOR_USAGE_3, true, NULL, "DANE-012",
	  "usage 3 says all: OpenSSL checks the name as well unless it is told not to" },
	{ IGNORE_NAME, true, has_other_name, "DANE-016",
	  "an SRVName or XmppAddr is the domain's name: OpenSSL knows only dNSNames" },
	{ IGNORE_PURPOSE, true, is_for_anything, "PKIX-018",
	  "anyExtendedKeyUsage is for TLS servers too: OpenSSL wants serverAuth by name" },
	{ LEAF_AS_ANCHOR, true, NULL, "DANE-013",
	  "usage 2 may fit the certificate itself: OpenSSL looks only above it" },
	{ DATES_OF_ANCHOR, false, NULL, "DANE-013",
	  "dates count: OpenSSL does not look at those of an anchor that is not self-signed" },
	{ ANY_KEY, false, NULL, "DANE-009",
	  "a record is what its form says: OpenSSL drops one with a key that is not on its curve" },
	{ ONLY_PRESENTED, false, NULL, "DANE-015",
	  "usage 0 adds to PKIX: OpenSSL completes a chain with the authority that a record "
	  "holds" },
	{ STRICT, true, NULL, "DANE-009",
	  "a record has to hold what its form says to the last octet: OpenSSL looks less closely" },
	{ ANY_PATH, true, NULL, "DANE-015",
	  "any path will do: OpenSSL builds one and sees whether that fits" },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

struct comparison {
	struct openssl *openssl;
	struct libdna *libdna;
	struct trial trial;
	bool ours, theirs;
	char reason[600];
	int error;
	size_t accepted, refused, explained[RULES], unexplained;
};

static bool may_explain(const struct comparison *c, const struct rule *rule)
{
	return rule->ours == c->ours && (rule->applies == NULL || rule->applies(&c->trial));
}

/* Whether the rules of |set| together make OpenSSL say what we do. */
static bool explains(const struct comparison *c, unsigned set)
{
	unsigned manner = 0;

	for (size_t i = 0; i < RULES; i++) {
		if ((set & 1u << i) == 0)
			continue;
		if (!may_explain(c, &rules[i]))
			return false;
		manner |= rules[i].manner;
	}
	return openssl_accepts(c->openssl, &c->trial, manner) == c->ours;
}

static int count_bits(unsigned set)
{
	return __builtin_popcount(set);
}

/* The fewest rules that do; 0: none. */
static unsigned explain(const struct comparison *c)
{
	for (int count = 1; count <= 4; count++)
		for (unsigned set = 1; set < 1u << RULES; set++)
			if (count_bits(set) == count && explains(c, set))
				return set;
	return 0;
}

/* ---- Comparing ---- */

static void complain(const struct comparison *c)
{
	printf("# nothing explains this. We say %s: %s\n", c->ours ? "yes" : "no", c->reason);
	printf("#   OpenSSL says %s: %s\n", c->theirs ? "yes" : "no",
	       X509_verify_cert_error_string(c->error));
	trial_print(&c->trial);
}

static void compare(struct comparison *c)
{
	unsigned set;

	c->theirs = openssl_accepts(c->openssl, &c->trial, 0);
	c->error = openssl_error(c->openssl);
	c->ours = libdna_accepts(c->libdna, &c->trial, c->reason);
	if (c->ours == c->theirs) {
		c->accepted += c->ours;
		c->refused += !c->ours;
		return;
	}
	set = explain(c);
	for (size_t i = 0; i < RULES; i++)
		c->explained[i] += (set & 1u << i) != 0;
	if (set == 0 && c->unexplained++ < 10)
		complain(c);
}

static int report(const struct comparison *c, size_t trials)
{
	bool good = c->unexplained == 0 && c->accepted > 0 && c->refused > 0;

	printf("# %zu trials: %zu both accept, %zu both refuse, %zu differ\n", trials, c->accepted,
	       c->refused, trials - c->accepted - c->refused);
	for (size_t i = 0; i < RULES; i++)
		printf("# %6zu %s: %s\n", c->explained[i], rules[i].id, rules[i].why);
	printf("# %6zu for no reason\n", c->unexplained);
	printf("%sok 1 - OpenSSL agrees, or a rule says why not\n1..1\n", good ? "" : "not ");
	return good ? 0 : 1;
}

int main(void)
{
	const char *wanted = getenv("DNA_TRIALS");
	size_t trials = wanted != NULL ? strtoul(wanted, NULL, 10) : TRIALS;
	static struct world world;
	static struct comparison c;
	int status;

	world_make(&world);
	c.openssl = openssl_open(&world);
	c.libdna = libdna_open(&world);
	for (size_t i = 0; i < trials; i++) {
		trial_draw(&c.trial, &world);
		compare(&c);
	}
	status = report(&c, trials);
	libdna_close(c.libdna);
	openssl_close(c.openssl);
	world_clear(&world);
	return status;
}

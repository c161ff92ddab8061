/*
 * What is demanded of a result: how weak it may be, and which trust roots must not suffice to forge
 * a proof. Profiles and floors say it, and the stronger of two demands is the one that holds.
 */
#ifndef DNA_POLICY_DEMAND_H
#define DNA_POLICY_DEMAND_H

#include "policy/node.h"

/* The least that is enough, from the weakest (POL-001). */
enum dna_minimum {
	DNA_LEAST_NONE_TLS, /* dialback, also in clear */
	DNA_LEAST_WEAK,     /* dialback over TLS */
	DNA_LEAST_DNA       /* a prooftype proves the domain */
};

/* Every single root, whichever it is: beside the bits of roots, so that both can be demanded. */
#define DNA_WITHSTAND_ANY (UINT32_C(1) << 31)

struct dna_demand {
	enum dna_minimum minimum;
	/*
	 * Bits of enum dna_root: whoever breaks these, all of them and no others, must not be able
	 * to forge a proof. DNA_WITHSTAND_ANY: nor whoever breaks any single root.
	 */
	uint32_t withstand;
};
/* Where nothing is said: nothing less than a proof counts, and any proof does (POL-002). */
#define DNA_DEMAND_USUAL ((struct dna_demand){ DNA_LEAST_DNA, 0 })

/* "dna", "weak", "none-tls"; "webpki", "dnssec", ... Both lists end with NULL; roots in the order of
 * their bits. */
extern const char *const dna_minimum_words[];
extern const char *const dna_root_words[];
const char *dna_minimum_name(enum dna_minimum minimum);

/* Read values of the keys `minimum` and `withstand`. Nothing is changed after a complaint. */
void dna_minimum_read(const struct dna_node *value, enum dna_minimum *minimum,
		      struct dna_complaints *complaints);
void dna_withstand_read(const struct dna_node *value, uint32_t *withstand,
			struct dna_complaints *complaints);

/* Bits of the roots to be withstood together; none if it is one, and any single root says it already. */
uint32_t dna_demand_named(const struct dna_demand *demand);

/* To what is at least as strong as both; whether that changed anything (POL-007). */
bool dna_demand_raise(struct dna_demand *demand, const struct dna_demand *floor);

/* Put into an object what is not usual, as it would stand in a policy, in place of what it says. */
int dna_demand_write(const struct dna_demand *demand, json_t *object);

#endif

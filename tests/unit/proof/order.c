/* DELEG-003: the order of endpoints. */
#include "fixture.h"
#include "proof/route.h"

#include <criterion/criterion.h>

static struct dna_endpoint endpoint(const char *host, uint16_t priority, uint16_t weight)
{
	return (struct dna_endpoint){ .host = (char *)(uintptr_t)host,
				      .priority = priority,
				      .weight = weight };
}

/* RFC 2782's own example: priority 0 has weights 1 and 3, priority 1 two of weight 0. */
Test(order, draws_by_weight_within_a_priority)
{
	unsigned first = 0;

	for (uint64_t seed = 0; seed < 10000; seed++) {
		struct dna_endpoint list[] = { endpoint("new-fast-box", 0, 3),
					       endpoint("server", 1, 0),
					       endpoint("old-slow-box", 0, 1),
					       endpoint("sysadmins-box", 1, 0) };

		dna_endpoints_order(list, 4, seed);
		cr_assert_eq(list[0].priority, 0);
		cr_assert_eq(list[1].priority, 0);
		cr_assert_eq(list[2].priority, 1);
		cr_assert_eq(list[3].priority, 1);
		first += list[0].weight == 3;
	}
	/* A draw from 0 to 4: 0 and 1 are the slow box's when it comes first in the list. Between
	 * one half and seven eighths. */
	cr_assert(first > 5000 && first < 8750, "%u", first);
}

Test(order, is_the_same_for_the_same_seed)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct dna_endpoint a[] = { endpoint("a", 5, 10), endpoint("b", 5, 10),
					    endpoint("c", 5, 10) };
		struct dna_endpoint b[] = { endpoint("c", 5, 10), endpoint("b", 5, 10),
					    endpoint("a", 5, 10) };

		dna_endpoints_order(a, 3, seed);
		dna_endpoints_order(b, 3, seed);
		for (size_t i = 0; i < 3; i++)
			cr_assert_str_eq(a[i].host, b[i].host);
	}
}

Test(order, reaches_every_order)
{
	bool seen[3] = { false };

	for (uint64_t seed = 0; seed < 200; seed++) {
		struct dna_endpoint list[] = { endpoint("0", 1, 1), endpoint("1", 1, 1),
					       endpoint("2", 1, 1) };

		dna_endpoints_order(list, 3, seed);
		seen[list[0].host[0] - '0'] = true;
	}
	cr_assert(seen[0] && seen[1] && seen[2]);
}

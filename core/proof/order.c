/* The order of endpoints: by priority, and drawn by weight (RFC 2782). */
#include "proof/route.h"

#include <stdlib.h>
#include <string.h>

/* splitmix64: small, and good enough to spread load. */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* By priority; within one, weight 0 first, as RFC 2782 wants its running sums. */
static int compare(const void *left, const void *right)
{
	const struct dna_endpoint *a = left, *b = right;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if ((a->weight == 0) != (b->weight == 0))
		return a->weight == 0 ? -1 : 1;
	if (a->tls != b->tls)
		return a->tls == DNA_DIRECT_TLS
			       ? -1
			       : 1; /* one round trip less, where the weights leave it open */
	return strcmp(a->host, b->host) != 0 ? strcmp(a->host, b->host)
					     : (int)a->port - (int)b->port;
}

/* Which of |count| endpoints of one priority comes next: the first whose running sum reaches a
 * number from 0 to the sum. */
static size_t pick(const struct dna_endpoint *endpoints, size_t count, uint64_t *state)
{
	uint64_t sum = 0, mark;

	for (size_t i = 0; i < count; i++)
		sum += endpoints[i].weight;
	mark = draw(state) % (sum + 1);
	sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += endpoints[i].weight;
		if (sum >= mark)
			return i;
	}
	return 0;
}

void dna_endpoints_order(struct dna_endpoint *endpoints, size_t count, uint64_t seed)
{
	if (count == 0)
		return;
	qsort(endpoints, count, sizeof(*endpoints), compare);
	for (size_t i = 0; i + 1 < count; i++) {
		struct dna_endpoint chosen;
		size_t same = 1, which;

		while (i + same < count && endpoints[i + same].priority == endpoints[i].priority)
			same++;
		which = i + pick(&endpoints[i], same, &seed);
		chosen = endpoints[which];
		memmove(&endpoints[i + 1], &endpoints[i], (which - i) * sizeof(*endpoints));
		endpoints[i] = chosen;
	}
}

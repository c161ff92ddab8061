/* A policy that is replaced while threads read it. */
#include "policy/policy.h"
#include "source.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define THREADS 4
#define CHANGES 300

struct readers {
	struct dna_policy_slot *slot;
	atomic_bool done;
	atomic_uint wrong;
	atomic_uint begun;
};

static struct dna_policy *numbered(unsigned number)
{
	struct dna_policy *policy = NULL;
	char text[200];

	snprintf(text, sizeof(text),
		 "policy: 1\nprofiles: {p%u: {prove: [dane]}, q%u: {prove: [pkix]}}\n"
		 "rules: [{match: {remote: a.example}, use: q%u}]\ndefault: p%u\n",
		 number, number, number, number);
	cr_assert_eq(dna_policy_read_from(&policy,
					  (struct dna_bytes){ (const uint8_t *)text, strlen(text) },
					  "f", &test_source, NULL),
		     0);
	return policy;
}

/* Whole: both names are of the same policy, and none is older than the one before. */
static void *read_again_and_again(void *argument)
{
	struct readers *readers = argument;
	unsigned last = 0;

	readers->begun++;
	while (!readers->done) {
		struct dna_policy *policy = dna_policy_slot_get(readers->slot);
		struct dna_choice a, b;
		unsigned x, y;

		dna_policy_choose(policy, "a.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, &a);
		dna_policy_choose(policy, "b.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, &b);
		if (sscanf(a.profile->name, "q%u", &x) != 1 ||
		    sscanf(b.profile->name, "p%u", &y) != 1 || x != y || x < last)
			readers->wrong++;
		last = x;
		dna_policy_unref(policy);
	}
	return NULL;
}

Test(slot, is_replaced_while_threads_read)
{
	struct readers readers = { .done = false };
	struct dna_policy *policy = numbered(0);
	pthread_t threads[THREADS];

	cr_assert_eq(dna_policy_slot_new(&readers.slot, policy), 0);
	dna_policy_unref(policy);
	for (int i = 0; i < THREADS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, read_again_and_again, &readers), 0);
	while (readers.begun < THREADS)
		sched_yield();
	for (unsigned i = 1; i <= CHANGES; i++) {
		policy = numbered(i);
		dna_policy_slot_set(readers.slot, policy);
		dna_policy_unref(policy);
	}
	readers.done = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(readers.wrong, 0);
	dna_policy_slot_free(readers.slot);
	dna_policy_slot_free(NULL);
}

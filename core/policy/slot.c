/*
 * A policy that is replaced while others read it. There are two places, and a number that says which
 * is in use. A reader announces itself at the place that it found in use, and looks again: if that is
 * still the one, whoever replaces the policy waits for it, and otherwise it begins anew. What it does
 * in between is to take a reference, so nobody waits for long, and readers never do.
 */
#include <dna/dna.h>

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct place {
	atomic_uint readers;
	struct dna_policy *policy;
};

struct dna_policy_slot {
	atomic_uint in_use;
	struct place places[2];
};

int dna_policy_slot_new(struct dna_policy_slot **slot, struct dna_policy *policy)
{
	struct dna_policy_slot *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->places[0].policy = dna_policy_ref(policy);
	*slot = new;
	return 0;
}

void dna_policy_slot_free(struct dna_policy_slot *slot)
{
	if (slot == NULL)
		return;
	dna_policy_unref(slot->places[slot->in_use].policy);
	free(slot);
}

struct dna_policy *dna_policy_slot_get(struct dna_policy_slot *slot)
{
	for (;;) {
		unsigned index = atomic_load(&slot->in_use);
		struct place *place = &slot->places[index];
		struct dna_policy *policy = NULL;

		atomic_fetch_add(&place->readers, 1);
		if (atomic_load(&slot->in_use) == index)
			policy = dna_policy_ref(place->policy);
		atomic_fetch_sub(&place->readers, 1);
		if (policy != NULL)
			return policy;
	}
}

void dna_policy_slot_set(struct dna_policy_slot *slot, struct dna_policy *policy)
{
	unsigned index = atomic_load(&slot->in_use);
	struct place *old = &slot->places[index];

	slot->places[1 - index].policy = dna_policy_ref(policy);
	atomic_store(&slot->in_use, 1 - index);
	while (atomic_load(&old->readers) != 0)
		sched_yield();
	dna_policy_unref(old->policy);
	old->policy = NULL;
}

/*
 * What is demanded of a result: every set of findings of up to four provers, in every division into
 * stages, with what a profile can demand and what dialback can say, against the properties that
 * matter, and against an attacker who breaks every set of trust roots in turn.
 */
#include "fixture.h"
#include "proof/combine.h"

#include <criterion/criterion.h>

#include <string.h>

#define PROVERS_MAX 4
#define WEBPKI      DNA_ROOT_WEBPKI
#define DNSSEC      DNA_ROOT_DNSSEC
#define ALL_ROOTS   UINT32_C(31)

/* What judge() can find, and which attackers forge it, as the test says it. */
static bool by_webpki(uint32_t broken)
{
	return (broken & WEBPKI) != 0;
}
static bool by_dnssec(uint32_t broken)
{
	return (broken & DNSSEC) != 0;
}
static bool by_either(uint32_t broken)
{
	return by_webpki(broken) || by_dnssec(broken);
}
static bool by_both(uint32_t broken)
{
	return by_webpki(broken) && by_dnssec(broken);
}
static bool by_anybody(uint32_t broken)
{
	(void)broken;
	return true;
}

struct kind {
	enum dna_result result;
	bool temporary, pending;
	uint32_t roots[2];
	size_t root_count;
	bool (*forged)(uint32_t broken);
};
static const struct kind kinds[] = {
	{ .result = DNA_NONE },
	{ DNA_PROVEN, false, false, { WEBPKI }, 1, by_webpki },
	{ DNA_PROVEN, false, false, { DNSSEC }, 1, by_dnssec },
	{ DNA_PROVEN, false, false, { WEBPKI, DNSSEC }, 2, by_either },
	{ DNA_PROVEN, false, false, { WEBPKI | DNSSEC }, 1, by_both },
	{ DNA_PROVEN, false, false, { 0 }, 0, by_anybody },
	{ .result = DNA_MISMATCH },
	{ .result = DNA_ERROR },
	{ .result = DNA_ERROR, .temporary = true },
	{ .result = DNA_VETO },
	{ .result = DNA_VETO, .temporary = true },
	{ .result = DNA_PROVEN, .pending = true },
};
#define KINDS       (sizeof(kinds) / sizeof(kinds[0]))
#define FIRST_PROOF 1
#define LAST_PROOF  5

static const uint32_t withstands[] = {
	0, WEBPKI, DNSSEC, WEBPKI | DNSSEC, DNA_WITHSTAND_ANY, DNA_WITHSTAND_ANY | WEBPKI | DNSSEC
};
#define WITHSTANDS (sizeof(withstands) / sizeof(withstands[0]))

static const struct {
	enum dna_minimum minimum;
	enum dna_dialback dialback;
} dialbacks[] = {
	{ DNA_LEAST_WEAK, DNA_DIALBACK_TLS },       { DNA_LEAST_DNA, DNA_DIALBACK_TLS },
	{ DNA_LEAST_WEAK, DNA_DIALBACK_NONE },      { DNA_LEAST_WEAK, DNA_DIALBACK_CLEAR },
	{ DNA_LEAST_NONE_TLS, DNA_DIALBACK_CLEAR }, { DNA_LEAST_NONE_TLS, DNA_DIALBACK_TLS },
	{ DNA_LEAST_WEAK, DNA_DIALBACK_FAILED },    { DNA_LEAST_DNA, DNA_DIALBACK_FAILED },
	{ DNA_LEAST_WEAK, DNA_DIALBACK_INVALID },
};
#define DIALBACKS (sizeof(dialbacks) / sizeof(dialbacks[0]))

static const struct dna_prooftype plain = { .name = "plain", .does = DNA_PROVES };
static const struct dna_prooftype stern = { .name = "stern", .does = DNA_PROVES | DNA_VETOES };

struct set {
	struct dna_profile_entry entries[PROVERS_MAX + 1];
	struct dna_finding findings[PROVERS_MAX + 1];
	const struct kind *kinds[PROVERS_MAX + 1];
	struct dna_judgement judgement;
};

static void put(struct set *set, size_t index, const struct kind *kind, unsigned stage,
		const struct dna_prooftype *prooftype)
{
	set->kinds[index] = kind;
	set->entries[index] = (struct dna_profile_entry){ prooftype, NULL, stage };
	set->findings[index] = (struct dna_finding){ .judged = true,
						     .result = kind->result,
						     .temporary = kind->temporary,
						     .pending = kind->pending,
						     .roots = { kind->roots[0], kind->roots[1] },
						     .root_count = kind->root_count,
						     .insists = prooftype == &stern };
}

/* A copy points into its original otherwise. */
static struct set *tie(struct set *set)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		set->findings[i].entry = &set->entries[i];
	set->judgement.findings = set->findings;
	return set;
}

static struct dna_outcome_of_findings outcome_of(struct set *set)
{
	struct dna_outcome_of_findings outcome;

	dna_combine(&tie(set)->judgement, &outcome);
	return outcome;
}

/* How much it lets pass. */
static int rank(struct set *set)
{
	struct dna_outcome_of_findings outcome = outcome_of(set);

	if (outcome.pending)
		return 0;
	return outcome.kind == DNA_VERDICT_PROVEN ? 2 : outcome.kind == DNA_VERDICT_WEAK ? 1 : 0;
}

/* All sets; those of four provers with a few demands only. */
static void for_all(void (*check)(struct set *set))
{
	size_t codes = 1;

	for (size_t count = 1; count <= PROVERS_MAX; count++) {
		size_t many = count == PROVERS_MAX ? 1 : DIALBACKS;

		codes *= KINDS;
		for (size_t n = 0; n < (codes << (count - 1)) * WITHSTANDS * many; n++) {
			size_t code = n, steps, stage = 0;
			struct set set = { .judgement = { .count = count } };

			set.judgement.demand.withstand = withstands[code % WITHSTANDS];
			code /= WITHSTANDS;
			set.judgement.demand.minimum = dialbacks[code % many].minimum;
			set.judgement.dialback = dialbacks[code % many].dialback;
			code /= many;
			steps = code & ((1u << (count - 1)) - 1);
			code >>= count - 1;
			for (size_t i = 0; i < count; i++, code /= KINDS) {
				stage += i > 0 && (steps >> (i - 1) & 1) != 0;
				/* Every third has a prover that insists, at its end. */
				put(&set, i, &kinds[code % KINDS], (unsigned)stage,
				    i + 1 == count && n % 3 == 0 ? &stern : &plain);
			}
			set.judgement.stages = (unsigned)stage + 1;
			check(tie(&set));
		}
	}
}

static bool has(struct set *set, enum dna_result result)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		if (set->kinds[i]->result == result && !set->kinds[i]->pending)
			return true;
	return false;
}

static bool has_pending(struct set *set)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		if (set->kinds[i]->pending)
			return true;
	return false;
}

/* ---- Properties ---- */

static void check_veto(struct set *set)
{
	struct dna_outcome_of_findings outcome = outcome_of(set);
	bool lasting = false, temporary = false;

	for (size_t i = 0; i < set->judgement.count; i++) {
		const struct kind *kind = set->kinds[i];

		if (kind->result != DNA_VETO ||
		    (set->entries[i].stage > outcome.stage && set->entries[i].prooftype != &stern))
			continue;
		lasting |= !kind->temporary;
		temporary |= kind->temporary;
	}
	if (outcome.pending)
		cr_assert_not(lasting || temporary);
	else if (lasting)
		cr_assert_eq(outcome.kind, DNA_VERDICT_VETO);
	else if (temporary)
		cr_assert_eq(outcome.kind, DNA_VERDICT_UNDECIDED);
	else
		cr_assert_neq(outcome.kind, DNA_VERDICT_VETO);
}

/* POL-004 */
Test(demand, a_veto_is_final)
{
	for_all(check_veto);
}

static void check_error(struct set *set)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		for (size_t k = 7; k <= 8; k++) { /* errors, lasting or not */
			struct set worse = *set;

			if (set->kinds[i]->result == DNA_VETO || set->kinds[i]->pending)
				continue;
			put(&worse, i, &kinds[k], set->entries[i].stage, set->entries[i].prooftype);
			cr_assert_leq(rank(&worse), rank(set));
		}
}

/* POL-006, SEC-002 */
Test(demand, an_error_never_weakens)
{
	for_all(check_error);
}

static void check_against(struct set *set)
{
	size_t count = set->judgement.count;

	for (size_t k = 6; k <= 10; k++)
		for (unsigned stage = 0; stage < set->judgement.stages; stage++) {
			struct set more = *set;

			put(&more, count, &kinds[k], stage, &plain);
			more.judgement.count = count + 1;
			cr_assert_leq(rank(&more), rank(set));
		}
}

Test(demand, evidence_against_never_helps)
{
	for_all(check_against);
}

static void check_order(struct set *set)
{
	struct dna_outcome_of_findings outcome = outcome_of(set);

	for (size_t i = 0; i + 1 < set->judgement.count; i++) {
		struct dna_outcome_of_findings other;
		struct set swapped = *set;

		if (set->entries[i].stage != set->entries[i + 1].stage)
			continue;
		put(&swapped, i, set->kinds[i + 1], set->entries[i].stage,
		    set->entries[i + 1].prooftype);
		put(&swapped, i + 1, set->kinds[i], set->entries[i].stage,
		    set->entries[i].prooftype);
		other = outcome_of(&swapped);
		cr_assert_eq(outcome.kind, other.kind);
		cr_assert_eq(outcome.pending, other.pending);
		cr_assert_eq(outcome.stage, other.stage);
	}
}

/* POL-003: what the order of stages decides is which of them are asked. */
Test(demand, order_within_a_stage_does_not_matter)
{
	for_all(check_order);
}

static void check_stronger(struct set *set)
{
	for (size_t i = 0; i < WITHSTANDS; i++) {
		const struct dna_demand floor = { DNA_LEAST_WEAK, withstands[i] };
		struct set more = *set;

		dna_demand_raise(&more.judgement.demand, &floor);
		cr_assert_leq(rank(&more), rank(set));
	}
}

/* POL-007 */
Test(demand, a_floor_never_weakens)
{
	for_all(check_stronger);
}

/* Without proofs, vetoes and what is outstanding it decides, if it is as good as the minimum. */
static void check_weak(struct set *set)
{
	enum dna_verdict_kind kind = outcome_of(set).kind;
	const struct dna_judgement *j = &set->judgement;
	struct set without = *set;
	bool enough =
		j->demand.withstand == 0 &&
		((j->demand.minimum == DNA_LEAST_NONE_TLS && j->dialback >= DNA_DIALBACK_CLEAR) ||
		 (j->demand.minimum == DNA_LEAST_WEAK && j->dialback == DNA_DIALBACK_TLS));

	without.judgement.dialback = DNA_DIALBACK_NONE;
	if (rank(set) == 2 || rank(&without) == 2)
		cr_assert_eq(rank(set), rank(&without));
	if (!enough)
		cr_assert_neq(kind, DNA_VERDICT_WEAK);
	else if (!has(set, DNA_PROVEN) && !has(set, DNA_VETO) && !has_pending(set))
		cr_assert_eq(kind, DNA_VERDICT_WEAK);
}

/* POL-001, DB-019 */
Test(demand, dialback_is_weak_and_never_a_proof)
{
	for_all(check_weak);
}

/* Lookup failure is never denial, of dialback neither. */
Test(demand, dialback_that_failed_leaves_it_undecided_if_it_were_enough)
{
	struct set set = { .judgement = { .count = 1, .stages = 1 } };

	put(&set, 0, &kinds[0], 0, &plain);
	set.judgement.dialback = DNA_DIALBACK_FAILED;
	set.judgement.demand.minimum = DNA_LEAST_WEAK;
	cr_expect_eq(outcome_of(&set).kind, DNA_VERDICT_UNDECIDED);
	set.judgement.demand.minimum = DNA_LEAST_DNA;
	cr_expect_eq(outcome_of(&set).kind, DNA_VERDICT_UNPROVEN);
	set.judgement.demand.minimum = DNA_LEAST_WEAK;
	set.judgement.demand.withstand = WEBPKI;
	cr_expect_eq(outcome_of(&set).kind, DNA_VERDICT_UNPROVEN);
}

/* POL-002: whatever the policy says, and what holds otherwise is that a proof is needed. */
Test(demand, clients_need_a_proof)
{
	struct dna_profile profile = { .references = 1, .name = (char *)(uintptr_t) "weak" };
	const struct dna_choice choice = { .profile = &profile,
					   .demand = { DNA_LEAST_WEAK, WEBPKI } };
	const enum dna_minimum expected[] = { DNA_LEAST_DNA, DNA_LEAST_WEAK };

	for (unsigned service = DNA_XMPP_CLIENT; service <= DNA_XMPP_SERVER; service++) {
		const struct dna_subject subject = { .domain = "tenant.example",
						     .service = service };
		struct dna_case *c;

		cr_assert_eq(dna_case_new_with(&c, &choice, &subject, NOW), 0);
		cr_expect_eq(c->choice.demand.minimum, expected[service]);
		cr_expect_eq(c->choice.demand.withstand, WEBPKI);
		dna_case_free(c);
	}
	cr_expect_eq(DNA_DEMAND_USUAL.minimum, DNA_LEAST_DNA);
}

/* ---- The attacker ---- */

/* Whether whoever breaks these can forge all proofs of the stages that were asked. */
static bool forges_all(struct set *set, uint32_t broken, unsigned stage)
{
	for (size_t i = 0; i < set->judgement.count; i++)
		if (set->kinds[i]->result == DNA_PROVEN && !set->kinds[i]->pending &&
		    set->entries[i].stage <= stage && !set->kinds[i]->forged(broken))
			return false;
	return true;
}

/* Whether some attacker that the demand is about can. */
static bool is_forgeable(struct set *set, uint32_t withstand, unsigned stage)
{
	bool forgeable =
		(withstand & ALL_ROOTS) != 0 && forges_all(set, withstand & ALL_ROOTS, stage);

	for (unsigned i = 0; i < 5; i++)
		forgeable |= (withstand & DNA_WITHSTAND_ANY) != 0 &&
			     forges_all(set, UINT32_C(1) << i, stage);
	return forgeable;
}

static void check_attackers(struct set *set)
{
	uint32_t withstand = set->judgement.demand.withstand;
	struct dna_outcome_of_findings outcome = outcome_of(set);
	unsigned last = set->judgement.stages - 1;

	if (has(set, DNA_VETO) || has_pending(set))
		return;
	if (outcome.kind != DNA_VERDICT_PROVEN) {
		cr_assert(!has(set, DNA_PROVEN) || is_forgeable(set, withstand, last));
		return;
	}
	cr_assert_not(is_forgeable(set, withstand, outcome.stage));
	/* No later stage is asked than has to be. */
	for (unsigned stage = 0; stage < outcome.stage; stage++) {
		bool any = false;

		for (size_t i = 0; i < set->judgement.count; i++)
			any |= set->kinds[i]->result == DNA_PROVEN &&
			       set->entries[i].stage <= stage;
		cr_assert(!any || is_forgeable(set, withstand, stage));
	}
	cr_assert_eq(set->kinds[outcome.decisive]->result, DNA_PROVEN);
}

/* POL-007 */
Test(demand, proven_is_what_withstands_each_attacker)
{
	for_all(check_attackers);
}

static bool covers(const struct dna_rests *rests, uint32_t broken)
{
	for (size_t i = 0; i < rests->count; i++)
		if ((rests->roots[i] & ~broken) == 0)
			return true;
	return false;
}

static void check_rests(struct set *set)
{
	unsigned stage = set->judgement.stages - 1;
	struct dna_rests rests;

	dna_rests(&set->judgement, stage, &rests);
	if (forges_all(set, 0, stage)) {
		cr_assert_eq(rests.count, 0);
		return;
	}
	for (uint32_t broken = 0; broken <= ALL_ROOTS; broken++)
		cr_assert_eq(covers(&rests, broken), forges_all(set, broken, stage));
	for (size_t i = 0; i < rests.count; i++)
		for (size_t k = 0; k < rests.count; k++)
			cr_assert(i == k || (rests.roots[i] & ~rests.roots[k]) != 0);
}

/* What is reported is what an attacker who breaks every set of roots in turn finds. */
Test(demand, rests_on_what_attackers_have_to_break)
{
	for_all(check_rests);
}

/*
 * An attacker who breaks some roots makes every prover find a proof that these forge, or nothing; he
 * proves nothing to a profile that has to withstand him.
 */
Test(demand, no_attacker_forges_what_has_to_withstand_him)
{
	for (uint32_t broken = 1; broken <= (WEBPKI | DNSSEC); broken++)
		for (size_t code = 0; code < KINDS * KINDS * KINDS; code++) {
			struct set set = { .judgement = { .count = 3, .stages = 3 } };
			size_t rest = code;

			for (unsigned i = 0; i < 3; i++, rest /= KINDS) {
				const struct kind *kind = &kinds[rest % KINDS];
				bool proof =
					kind >= &kinds[FIRST_PROOF] && kind <= &kinds[LAST_PROOF];

				put(&set, i, proof && kind->forged(broken) ? kind : &kinds[0], i,
				    &plain);
			}
			set.judgement.demand = (struct dna_demand){ DNA_LEAST_DNA, broken };
			cr_assert_eq(rank(&set), 0);
			set.judgement.demand.withstand = DNA_WITHSTAND_ANY;
			cr_assert(rank(&set) == 0 || broken == (WEBPKI | DNSSEC));
		}
}

/* More alternatives than there is room for are held to be easier to break, never harder. */
Test(demand, too_many_alternatives_withstand_less)
{
	struct dna_finding finding = { .result = DNA_PROVEN };

	for (unsigned i = 0; i < 5; i++)
		dna_finding_rests_on(&finding, UINT32_C(1) << i | DNA_ROOT_OTHER);
	cr_assert_eq(finding.root_count, DNA_ALTERNATIVES_MAX);
	cr_assert_eq(finding.roots[DNA_ALTERNATIVES_MAX - 1], DNA_ROOT_OTHER);
	finding.root_count = 0;
	dna_finding_rests_on(&finding, UINT32_C(1) << 20);
	cr_assert_eq(finding.roots[0], DNA_ROOT_OTHER);
}

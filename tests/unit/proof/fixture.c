/* Cases for tests. */
#include "fixture.h"
#include "evidence/dns.h"

#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int find_nothing(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	return dna_find(finding, DNA_NONE, "TEST", "nothing");
}

static const struct dna_prooftype nothing = {
	.abi = DNA_PROOFTYPE_ABI, .does = DNA_PROVES, .name = "nothing", .judge = find_nothing
};

static int judge_always(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	dna_finding_rests_on(finding, DNA_ROOT_WEBPKI);
	return dna_find(finding, DNA_PROVEN, "TEST-1", "always");
}

const struct dna_prooftype fixture_always = { .name = "always",
					      .does = DNA_PROVES,
					      .judge = judge_always };

static struct dna_profile_entry *entries(const struct dna_prooftype *const *prooftypes,
					 size_t count)
{
	struct dna_profile_entry *list = calloc(count + 1, sizeof(*list));

	for (size_t i = 0; i < count; i++) {
		list[i].prooftype = prooftypes[i];
		list[i].params = calloc(1, sizeof(struct dna_params));
		list[i].params->prooftype = prooftypes[i];
		list[i].stage = (unsigned)i;
	}
	return list;
}

static struct dna_profile *profile(const char *name, const struct dna_prooftype *const *delegators,
				   size_t delegator_count,
				   const struct dna_prooftype *const *provers, size_t prover_count)
{
	struct dna_profile *new = calloc(1, sizeof(*new));

	*new = (struct dna_profile){ .references = 1,
				     .name = strdup(name),
				     .delegators = entries(delegators, delegator_count),
				     .delegator_count = delegator_count,
				     .provers = entries(provers, prover_count),
				     .prover_count = prover_count,
				     .document = json_object() };
	return new;
}

/* Takes the references of the choice. */
static struct dna_case *new_case(const struct dna_choice *choice, const struct dna_subject *subject)
{
	struct dna_case *c;

	cr_assert_eq(dna_case_new_with(&c, choice, subject, NOW), 0);
	dna_profile_unref(choice->profile);
	dna_profile_unref(choice->shadow);
	return c;
}

struct dna_case *fixture_case(const struct dna_prooftype *const *delegators, size_t delegator_count,
			      const struct dna_prooftype *const *provers, size_t prover_count,
			      const struct dna_subject *subject)
{
	const struct dna_choice choice = { .profile = profile("test", delegators, delegator_count,
							      provers, prover_count) };

	return new_case(&choice, subject);
}

struct dna_case *fixture_shadowed(const struct dna_prooftype *enforced,
				  const struct dna_prooftype *tried,
				  const struct dna_subject *subject)
{
	struct dna_choice choice = { .profile = profile("enforced", NULL, 0, &enforced, 1),
				     .demand = DNA_DEMAND_USUAL,
				     .shadow_demand = DNA_DEMAND_USUAL };

	choice.profile->demand = choice.demand;
	if (tried != NULL) {
		choice.shadow = profile("tried", NULL, 0, &tried, 1);
		choice.shadow->demand = choice.shadow_demand;
	}
	return new_case(&choice, subject);
}

struct dna_case *fixture_plain(void)
{
	static const struct dna_prooftype *const provers[] = { &nothing };
	static const struct dna_subject subject = { .domain = "tenant.example",
						    .service = DNA_XMPP_SERVER };

	return fixture_case(NULL, 0, provers, 1, &subject);
}

static struct dna_item *new_item(const char *name, uint16_t type, enum dna_outcome outcome,
				 enum dna_security security)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = name,
				      .type = type,
				      .outcome = outcome,
				      .security = security,
				      .time = NOW,
				      .not_after = NOW + 300 };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	return item;
}

static void feed(struct dna_case *c, struct dna_item *item)
{
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

void fixture_answer(struct dna_case *c, const char *name, uint16_t type, enum dna_security security,
		    ...)
{
	struct dna_item *item = new_item(name, type, DNA_ANSWERED, security);
	struct dna_buffer rdata;
	const char *text;
	va_list texts;

	dna_buffer_init(&rdata, 0);
	va_start(texts, security);
	while ((text = va_arg(texts, const char *)) != NULL) {
		cr_assert_eq(dna_dns_rdata_read(type, text, &rdata), 0, "%s", text);
		cr_assert_eq(dna_item_add(item, rdata.data, rdata.size), 0);
		dna_buffer_clear(&rdata);
	}
	va_end(texts);
	feed(c, item);
}

void fixture_denied(struct dna_case *c, const char *name, uint16_t type, enum dna_security security)
{
	feed(c, new_item(name, type, DNA_DENIED, security));
}

void fixture_failed(struct dna_case *c, const char *name, uint16_t type, enum dna_security security)
{
	feed(c, new_item(name, type, DNA_FAILED, security));
}

enum dna_verdict_kind fixture_verdict(struct dna_case *c)
{
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert(dna_verdict_reason(v)[0] != '\0', "a verdict without a reason");
	cr_assert(dna_verdict_rule(v)[0] != '\0', "a verdict without a rule");
	return dna_verdict_kind(v);
}

json_t *fixture_report(struct dna_case *c, json_t **shadow)
{
	char *text;
	json_t *json;

	cr_assert_eq(dna_case_report(c, NULL, &text), 0);
	json = json_loads(text, 0, NULL);
	free(text);
	*shadow = json_incref(json_object_get(json, "shadow"));
	json_object_del(json, "shadow");
	return json;
}

/* Dialback keys, and the domains of a flow. */
#include <dna/flow.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct dna_bytes secret_of(const char *text)
{
	return (struct dna_bytes){ (const uint8_t *)text, strlen(text) };
}

/* XEP-0185 section 3, XEP-0220 examples 1 and 5. */
static const struct {
	const char *secret, *receiving, *originating, *id, *key;
} vectors[] = {
	{ "s3cr3tf0rd14lb4ck", "xmpp.example.com", "example.org", "D60000229F",
	  "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643" },
	{ "s3cr3tf0rd14lb4ck", "montague.example", "capulet.example", "D60000229F",
	  "b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3" },
	{ "d14lb4ck43v3r", "capulet.example", "montague.example", "417GAF25",
	  "225cc5aa6a071133249d25fef42ae516fc7a86c523aa1c6980a7f73e784c972d" },
};

/* DB-001, DB-003, DB-004 */
Test(dialback, vectors)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct dna_bytes secret = secret_of(vectors[i].secret);
		char key[DNA_DIALBACK_KEY_SIZE], spaced[80];

		cr_assert_eq(dna_dialback_key(key, secret, vectors[i].receiving,
					      vectors[i].originating, vectors[i].id),
			     0);
		cr_assert_str_eq(key, vectors[i].key);
		snprintf(spaced, sizeof(spaced), "\n  %s\t", key);
		cr_assert_eq(dna_dialback_answer(secret, true, vectors[i].receiving,
						 vectors[i].originating, vectors[i].id, spaced),
			     DNA_DIALBACK_VALID);
		cr_assert_eq(dna_dialback_answer(secret, true, vectors[i].receiving,
						 vectors[i].originating, "another", key),
			     DNA_DIALBACK_INVALID);
		cr_assert_eq(dna_dialback_answer(secret, false, vectors[i].receiving,
						 vectors[i].originating, vectors[i].id, key),
			     DNA_DIALBACK_NOT_HOSTED); /* DB-009 */
	}
}

/* A key over the digest's octets, or the other direction, or a part of a key (DB-004, SEC-010). */
Test(dialback, wrong_keys)
{
	static const char *const wrong[] = {
		"4530485cd3f519a56e49b11b294b990ee9697dddaa9e95949e4cb0e64e9f017f",
		"01cf9f1d8fd8353682011112f3cc361893a87a334ac4b157ec049d4e91973371",
		"37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b8932307564",
		"37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b893230756433",
		"37C69B1CF07A3F67C04A5EF5902FA5114F2C76FE4A2686482BA5B89323075643",
		"",
		"   ",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_eq(dna_dialback_answer(secret_of("s3cr3tf0rd14lb4ck"), true,
						 "xmpp.example.com", "example.org", "D60000229F",
						 wrong[i]),
			     DNA_DIALBACK_INVALID);
}

/* One key for all spellings of a domain; none without a secret or for what is no domain (DB-002, I18N-002):
 * that with U-labels in lower case counts (I18N-010). */
Test(dialback, canonical_form)
{
	struct dna_bytes secret = secret_of("s3cr3tf0rd14lb4ck");
	char key[DNA_DIALBACK_KEY_SIZE], same[DNA_DIALBACK_KEY_SIZE];

	cr_assert_eq(dna_dialback_key(key, secret, "bücher.example", "example.org", "x"), 0);
	cr_assert_eq(dna_dialback_key(same, secret, "XN--BCHER-KVA.example", "Example.ORG", "x"),
		     0);
	cr_assert_str_eq(key, same);
	cr_assert_str_eq(key, "2d5b7e453174c3d2976add64cd01eec5ccbf816e1d432bfe8e0c0d5005df2eff");
	cr_assert_eq(dna_dialback_key(same, secret, "", "example.org", "x") < 0, true);
	cr_assert_eq(dna_dialback_key(same, secret_of(""), "a.example", "example.org", "x"),
		     DNA_E_INVALID);
	cr_assert_str_eq(key, same);
}

/* Spellings of a domain are one number; numbers of what is gone are used again (SEC-006, I18N-005). */
Test(domains, numbers)
{
	static struct dna_flow_domains domains;
	const struct dna_flow_config config = { .dialback = true };
	struct dna_flow_event event, again;
	struct dna_flow flow;

	dna_flow_init(&flow, DNA_FLOW_S2S_RECEIVING, &config);
	cr_assert_eq(dna_flow_domains_find(&domains, &flow, "A.example", "bücher.example", &event),
		     0);
	cr_assert(event.from != 0 && event.to != 0 && event.from != event.to);
	cr_assert_str_eq(dna_flow_domain(&domains, event.to), "xn--bcher-kva.example");
	flow.from = event.from;
	flow.to = event.to;
	for (unsigned i = 0; i < 1000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%u.example", i);
		cr_assert_eq(dna_flow_domains_find(&domains, &flow, name, "other.example", &again),
			     0);
		cr_assert(again.from != flow.from && again.from != flow.to &&
			  again.from != again.to);
	}
	cr_assert_eq(dna_flow_domains_find(&domains, &flow, "a.EXAMPLE.", NULL, &again), 0);
	cr_assert(again.from == event.from && again.to == 0);
	cr_assert(dna_flow_domains_find(&domains, &flow, "192.0.2.1", "a.example", &again) < 0);
	cr_assert(again.from == 0 && again.to == 0);
	cr_assert_null(dna_flow_domain(&domains, 0));
}

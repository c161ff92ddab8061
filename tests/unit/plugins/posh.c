/* What posh asks for. Nobody's web site is to be asked without need. */
#include "policy/policy.h"
#include "proof/case.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

extern const struct dna_prooftype posh_LTX_dna_prooftype;

#define NOW   INT64_C(1795219200) /* 2026-11-21 */
#define OWN   "https://im.example/.well-known/posh/xmpp-server.json"
#define OTHER "https://hosting.example/posh.json"

static int load(void *argument, const char *name, const struct dna_prooftype **prooftype)
{
	(void)argument;
	*prooftype = &posh_LTX_dna_prooftype;
	return strcmp(name, "posh") == 0 ? 0 : DNA_E_NOTFOUND;
}

static struct dna_case *new_case(const char *domain)
{
	static const struct dna_prooftype_source source = { .load = load };
	const char profile[] = "{\"delegate\": [], \"prove\": [\"posh\"]}";
	struct dna_complaints complaints = { .name = "test" };
	struct dna_subject subject = { .domain = domain, .service = DNA_XMPP_SERVER };
	struct dna_choice choice = { .line = 0 };
	json_t *json = json_loads(profile, 0, NULL);
	struct dna_node *node;
	struct dna_case *c;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(dna_node_from_json(&node, json), 0);
	cr_assert_eq(dna_profile_read(&choice.profile, "test", node, NULL, NULL, &source, &complaints), 0,
		     "%s", (const char *)complaints.text.data);
	cr_assert_eq(dna_case_new_with(&c, &choice, &subject, NOW), 0);
	dna_profile_unref(choice.profile);
	dna_node_free(node);
	json_decref(json);
	dna_buffer_clear(&complaints.text);
	return c;
}

/* The next document that the case asks for; NULL: none. */
static const char *next_document(struct dna_case *c)
{
	struct dna_need need;

	while (dna_case_next_need(c, &need))
		if (strcmp(need.kind, "https") == 0)
			return need.name;
	return NULL;
}

static void feed(struct dna_case *c, const char *url, int status, const char *body)
{
	struct dna_item_init init = {
		.kind = "https", .name = url, .code = status, .time = NOW, .not_after = NOW + 60
	};
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_item_add(item, body, strlen(body)), 0);
	cr_assert_eq(dna_case_feed(c, item), 0);
	dna_item_unref(item);
}

/* POSH-001, POSH-015, POSH-023: at once, then what a reference names, then nothing more. */
Test(posh, asks_for_the_document_and_what_it_refers_to)
{
	struct dna_case *c = new_case("im.example");

	cr_assert_str_eq(next_document(c), OWN);
	cr_assert_null(next_document(c));
	feed(c, OWN, 200, "{\"url\": \"" OTHER "\", \"expires\": 60}");
	cr_assert_str_eq(next_document(c), OTHER);
	feed(c, OTHER, 200, "{\"url\": \"https://third.example/\", \"expires\": 60}");
	cr_assert_null(next_document(c));
	dna_case_free(c);
}

/* POSH-026 */
Test(posh, drops_the_fragment_of_a_reference)
{
	struct dna_case *c = new_case("im.example");

	cr_assert_str_eq(next_document(c), OWN);
	feed(c, OWN, 200, "{\"url\": \"" OTHER "#posh\", \"expires\": 60}");
	cr_assert_str_eq(next_document(c), OTHER);
	dna_case_free(c);
}

Test(posh, does_not_follow)
{
	static const struct {
		const char *what;
		int status;
		const char *body;
	} cases[] = {
		{ "POSH-014: a reference that expires at once", 200,
		  "{\"url\": \"" OTHER "\", \"expires\": 0}" },
		{ "POSH-006: an invalid document", 200, "{\"url\": \"" OTHER "\"}" },
		{ "POSH-015: what is not https", 200,
		  "{\"url\": \"http://a.example/\", \"expires\": 60}" },
		{ "POSH-027: an address", 200,
		  "{\"url\": \"https://192.0.2.1/\", \"expires\": 60}" },
		{ "POSH-027: a name of no public DNS", 200,
		  "{\"url\": \"https://a.onion/\", \"expires\": 60}" },
		{ "POSH-015: userinfo", 200,
		  "{\"url\": \"https://a@b.example/\", \"expires\": 60}" },
		{ "POSH-005: what is not a success", 404,
		  "{\"url\": \"" OTHER "\", \"expires\": 60}" },
		{ "POSH-006: fingerprints", 200, "{\"fingerprints\": [{}], \"expires\": 60}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = new_case("im.example");

		cr_assert_str_eq(next_document(c), OWN);
		feed(c, OWN, cases[i].status, cases[i].body);
		cr_expect_null(next_document(c), "%s", cases[i].what);
		dna_case_free(c);
	}
}

/* POSH-016, POSH-028: both as long as the one that holds for less, or a minute, or not at all. */
Test(posh, says_how_long_documents_hold)
{
	static const struct {
		const char *what, *own, *other;
		int other_status;
		int64_t keep_own, keep_other; /* seconds; 0: not at all */
	} cases[] = {
		{ "fingerprints", "{\"fingerprints\": [{}], \"expires\": 90}", NULL, 0, 90, 0 },
		{ "longer than the policy allows", "{\"fingerprints\": [{}], \"expires\": 1e9}",
		  NULL, 0, 604800, 0 },
		{ "void", "{\"fingerprints\": [{}], \"expires\": 0}", NULL, 0, 0, 0 },
		{ "invalid", "{\"fingerprints\": [], \"expires\": 90}", NULL, 0, 60, 0 },
		{ "a reference alone", "{\"url\": \"" OTHER "\", \"expires\": 90}", NULL, 0, 0, 0 },
		{ "a shorter reference", "{\"url\": \"" OTHER "\", \"expires\": 90}",
		  "{\"fingerprints\": [{}], \"expires\": 100}", 200, 90, 90 },
		{ "shorter fingerprints", "{\"url\": \"" OTHER "\", \"expires\": 90}",
		  "{\"fingerprints\": [{}], \"expires\": 80}", 200, 80, 80 },
		{ "a reference to nothing", "{\"url\": \"" OTHER "\", \"expires\": 90}", "", 404,
		  90, 90 },
		{ "a reference to no document", "{\"url\": \"" OTHER "\", \"expires\": 90}", "",
		  200, 60, 60 },
		{ "a reference to what is void", "{\"url\": \"" OTHER "\", \"expires\": 90}",
		  "{\"fingerprints\": [{}], \"expires\": 0}", 200, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = new_case("im.example");
		int64_t keep_own = 0, keep_other = 0, until;
		struct dna_item *item;

		next_document(c);
		feed(c, OWN, 200, cases[i].own);
		if (cases[i].other != NULL)
			feed(c, OTHER, cases[i].other_status, cases[i].other);
		while (dna_case_next_kept(c, &item, &until))
			*(strcmp(dna_item_name(item), OWN) == 0 ? &keep_own : &keep_other) =
				until - NOW;
		cr_expect_eq(keep_own, cases[i].keep_own, "%s: %lld", cases[i].what,
			     (long long)keep_own);
		cr_expect_eq(keep_other, cases[i].keep_other, "%s: %lld", cases[i].what,
			     (long long)keep_other);
		cr_expect_not(dna_case_next_kept(c, &item, &until), "it was told twice");
		dna_case_free(c);
	}
}

/* POSH-027. Names under .example are looked up. */
Test(posh, asks_no_web_site_that_cannot_be)
{
	static const struct {
		const char *domain;
		bool asked;
	} cases[] = {
		{ "a.onion", false },  { "a.invalid", false }, { "a.localhost", false },
		{ "a.local", false },  { "a.b.onion", false }, { "aonion.example", true },
		{ "a.example", true }, { "onion.test", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_case *c = new_case(cases[i].domain);

		cr_expect_eq(next_document(c) != NULL, cases[i].asked, "%s", cases[i].domain);
		dna_case_free(c);
	}
}

/* What is remembered: found again, no longer than it holds, and no more of it than there is room
 * for. */
#include "resolver/answers.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define NOW 1000000

/* ---- the table ---- */

static struct dna_dname dname(const char *text)
{
	struct dna_dname name;

	cr_assert_eq(dna_dname_parse(&name, text), 0);
	return name;
}

static struct dna_entry entry(const char *text, uint16_t type)
{
	return (struct dna_entry){ .name = dname(text), .type = type };
}

static struct dna_entry *find(struct dna_table *table, const char *text, uint16_t type)
{
	struct dna_dname name = dname(text);

	return dna_table_find(table, &name, type);
}

/* One bucket or several. */
static void check_table(size_t size)
{
	struct dna_entry a = entry("a.example", 1), b = entry("b.example", 1),
			 other = entry("a.example", 28);
	struct dna_table table;

	cr_assert_eq(dna_table_init(&table, size), 0);
	cr_assert_null(find(&table, "a.example", 1));
	dna_table_add(&table, &a);
	dna_table_add(&table, &b);
	dna_table_add(&table, &other);
	cr_assert_eq(table.count, 3);
	cr_assert_eq(table.oldest, &a);
	cr_assert_eq(find(&table, "A.Example", 1), &a);
	cr_assert_eq(find(&table, "a.example", 28), &other);
	cr_assert_null(find(&table, "b.example", 28));
	cr_assert_eq(table.oldest, &b, "finding is using");
	dna_table_remove(&table, &a);
	cr_assert_null(find(&table, "a.example", 1));
	cr_assert_eq(find(&table, "b.example", 1), &b);
	cr_assert_eq(table.oldest, &other);
	dna_table_remove(&table, &other);
	dna_table_remove(&table, &b);
	cr_assert_eq(table.count, 0);
	cr_assert_null(table.oldest);
	cr_assert_null(table.newest);
	dna_table_clear(&table);
}

Test(table, finds_by_name_and_type_in_the_order_of_use)
{
	check_table(1);
	check_table(1024);
}

/* ---- answers ---- */

static struct dna_answers answers;

static void set_up(void)
{
	cr_assert_eq(dna_answers_init(&answers), 0);
}

static void tear_down(void)
{
	dna_answers_clear(&answers);
}

TestSuite(answers, .init = set_up, .fini = tear_down, .timeout = 300);

static struct dna_item *item(const char *text, enum dna_outcome outcome, enum dna_security security,
			     int64_t not_after)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = text,
				      .type = DNA_RR_A,
				      .outcome = outcome,
				      .security = security,
				      .time = NOW,
				      .not_after = not_after };
	struct dna_item *new;

	cr_assert_eq(dna_item_new(&new, &init), 0);
	return new;
}

static void put(const char *text, int64_t not_after)
{
	struct dna_answer answer = { { item(text, DNA_DENIED, DNA_SECURE, not_after) },
				     .count = 1 };
	struct dna_dname name = dname(text);

	dna_answers_add(&answers, &name, DNA_RR_A, NOW, &answer);
	dna_answer_clear(&answer);
}

static bool has(const char *text, int64_t now)
{
	struct dna_dname name = dname(text);

	return dna_answers_find(&answers, &name, DNA_RR_A, now) != NULL;
}

/* SEC-009 */
Test(answers, are_held_until_their_end)
{
	put("a.example", NOW + 10);
	cr_assert(has("a.example", NOW + 9));
	cr_assert_not(has("a.example", NOW + 10));
	cr_assert_not(has("a.example", NOW), "it came back");
	put("b.example", NOW);
	cr_assert_not(has("b.example", NOW));
}

/* SEC-002 */
Test(answers, are_not_held_when_they_failed_or_are_bogus)
{
	static const struct {
		enum dna_outcome outcome;
		enum dna_security security;
		bool held;
	} cases[] = {
		{ DNA_DENIED, DNA_SECURE, true },         { DNA_DENIED, DNA_INSECURE, true },
		{ DNA_ANSWERED, DNA_SECURE, true },       { DNA_DENIED, DNA_BOGUS, false },
		{ DNA_ANSWERED, DNA_BOGUS, false },       { DNA_FAILED, DNA_BOGUS, false },
		{ DNA_FAILED, DNA_INDETERMINATE, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_answer answer = {
			{ item("alias.example", DNA_ANSWERED, DNA_SECURE, NOW + 10),
			  item("a.example", cases[i].outcome, cases[i].security, NOW + 10) },
			.count = 2
		};
		struct dna_dname name;
		char text[32];

		snprintf(text, sizeof(text), "n%zu.example", i);
		name = dname(text);
		dna_answers_add(&answers, &name, DNA_RR_A, NOW, &answer);
		cr_assert_eq(has(text, NOW), cases[i].held, "case %zu", i);
		dna_answer_clear(&answer);
	}
}

/* With a reply of the largest size that the answer rests on. */
static void put_large(const char *text)
{
	static const uint8_t octets[DNA_MESSAGE_MAX];
	struct dna_answer answer = { { item(text, DNA_DENIED, DNA_SECURE, NOW + 10) }, .count = 1 };
	struct dna_dname name = dname(text);
	struct dna_reply *reply =
		dna_reply_new(&name, DNA_RR_A, (struct dna_bytes){ octets, sizeof(octets) });

	dna_proof_add_reply(&answer.proof, reply);
	dna_reply_unref(reply);
	dna_answers_add(&answers, &name, DNA_RR_A, NOW, &answer);
	dna_answer_clear(&answer);
}

/* SEC-006 */
Test(answers, are_bounded_by_the_octets_of_their_replies)
{
	const size_t most = DNA_ANSWERS_SIZE_MAX / DNA_MESSAGE_MAX + 1;
	char text[32];

	for (unsigned i = 0; i < most + 10; i++) {
		snprintf(text, sizeof(text), "n%u.example", i);
		put_large(text);
	}
	cr_assert_eq(answers.table.count, most);
	cr_assert_not(has("n0.example", NOW));
	cr_assert(has(text, NOW));
}

/* SEC-006 */
Test(answers, make_room_by_forgetting_what_was_not_used_for_longest)
{
	char text[32];

	for (unsigned i = 0; i < DNA_ANSWERS_MAX; i++) {
		snprintf(text, sizeof(text), "n%u.example", i);
		put(text, NOW + 10);
	}
	cr_assert(has("n0.example", NOW));
	put("new.example", NOW + 10);
	cr_assert_eq(answers.table.count, DNA_ANSWERS_MAX);
	cr_assert_not(has("n1.example", NOW));
	cr_assert(has("n0.example", NOW));
	cr_assert(has("n2.example", NOW));
	cr_assert(has("new.example", NOW));
	put("newer.example", NOW + 10);
	cr_assert_not(has("n3.example", NOW), "n2 was used, and n3 was not");
	cr_assert(has("n2.example", NOW));
}

/* What is there already stays, and drives nothing out. */
Test(answers, are_held_once)
{
	put("a.example", NOW + 10);
	put("a.example", NOW + 20);
	cr_assert_eq(answers.table.count, 1);
	cr_assert_not(has("a.example", NOW + 11));
}

/* Frames: what is written is what is read, and nothing else is read. */
#include "evidence/frame.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct dna_bytes bytes(const struct dna_buffer *b)
{
	return (struct dna_bytes){ b->data, b->size };
}

/* ---- Any frame, drawn from a sequence of its own ---- */

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

static struct dna_item *any_item(uint64_t *seed)
{
	static const char *const names[] = { ".", "example", "_5269._tcp.xmpp.example.net", "*.a" };
	static const char *const reasons[] = { "", "SERVFAIL", "no answer within 5 seconds" };
	uint8_t data[300];
	static const char *const kinds[] = { "dns", "dns-reply", "dns-chain", "dnssec-anchors",
					     "dns-zone" };
	struct dna_item_init init = {
		.kind = kinds[draw(seed, COUNT(kinds))],
		.name = names[draw(seed, COUNT(names))],
		.type = (uint16_t)draw(seed, 65536),
		.outcome = (enum dna_outcome)draw(seed, 3),
		.security = (enum dna_security)draw(seed, 4),
		.word = (enum dna_word)draw(seed, 3),
		.code = (int)draw(seed, 65536),
		.time = (int64_t)draw(seed, UINT32_MAX) - 1000,
		.not_after = draw(seed, 4) == 0 ? DNA_FOREVER : draw(seed, UINT32_MAX),
		.reason = reasons[draw(seed, COUNT(reasons))],
	};
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	for (uint32_t count = init.outcome == DNA_ANSWERED ? 1 + draw(seed, 5) : 0; count > 0;
	     count--) {
		size_t size = draw(seed, sizeof(data));

		for (size_t i = 0; i < size; i++)
			data[i] = (uint8_t)draw(seed, 256);
		cr_assert_eq(dna_item_add(item, data, size), 0);
	}
	return item;
}

static struct dna_frame any_frame(uint64_t *seed)
{
	struct dna_frame frame = { .kind = (enum dna_frame_kind)(1 + draw(seed, 4)),
				   .number = draw(seed, UINT32_MAX) };

	if (frame.kind == DNA_FRAME_QUESTION || frame.kind == DNA_FRAME_RECORDED) {
		frame.milliseconds = draw(seed, UINT32_MAX);
		frame.time = (int64_t)draw(seed, UINT32_MAX) - 1000;
	}
	if (frame.kind == DNA_FRAME_QUESTION) {
		frame.wants = draw(seed, 4);
		frame.type = (uint16_t)draw(seed, 65536);
		snprintf(frame.name, sizeof(frame.name), "n%u.example", draw(seed, 1000));
	}
	if (frame.kind == DNA_FRAME_ANSWER || frame.kind == DNA_FRAME_RECORDED)
		for (uint32_t items = 1 + draw(seed, 8); items > 0; items--)
			cr_assert_eq(dna_frame_add(&frame, any_item(seed)), 0);
	return frame;
}

static void expect_same_item(const struct dna_item *a, const struct dna_item *b)
{
	cr_expect_str_eq(dna_item_kind(a), dna_item_kind(b));
	cr_expect_str_eq(dna_item_name(a), dna_item_name(b));
	cr_expect_eq(dna_item_type(a), dna_item_type(b));
	cr_expect_eq(dna_item_outcome(a), dna_item_outcome(b));
	cr_expect_eq(dna_item_security(a), dna_item_security(b));
	cr_expect_eq(dna_item_word(a), dna_item_word(b));
	cr_expect_eq(dna_item_code(a), dna_item_code(b));
	cr_expect_eq(dna_item_time(a), dna_item_time(b));
	cr_expect_eq(dna_item_not_after(a), dna_item_not_after(b));
	cr_expect_str_eq(dna_item_reason(a), dna_item_reason(b));
	cr_assert_eq(dna_item_count(a), dna_item_count(b));
	for (size_t i = 0; i < dna_item_count(a); i++)
		cr_expect(dna_item_data(a, i).size == dna_item_data(b, i).size &&
			  memcmp(dna_item_data(a, i).data, dna_item_data(b, i).data,
				 dna_item_data(a, i).size) == 0);
}

/* ---- Properties ---- */

Test(frame, is_read_as_it_was_written)
{
	uint64_t seed = 1;

	for (int run = 0; run < 300; run++) {
		struct dna_frame frame = any_frame(&seed), read;
		struct dna_buffer wire;
		size_t size = 0;

		dna_buffer_init(&wire, 0);
		cr_assert_eq(dna_frame_write(&wire, &frame), 0);
		dna_buffer_text(&wire, "the next frame");
		cr_assert_eq(dna_frame_read(bytes(&wire), &read, &size), 0);
		cr_expect_eq(size, wire.size - strlen("the next frame"));
		cr_expect_eq(read.kind, frame.kind);
		cr_expect_eq(read.number, frame.number);
		cr_expect_eq(read.milliseconds, frame.milliseconds);
		cr_expect_eq(read.time, frame.time);
		cr_expect_eq(read.wants, frame.wants);
		cr_expect_eq(read.type, frame.type);
		cr_expect_str_eq(read.name, frame.name);
		cr_assert_eq(read.count, frame.count);
		for (size_t i = 0; i < read.count; i++)
			expect_same_item(frame.items[i], read.items[i]);
		dna_frame_clear(&read);
		dna_frame_clear(&frame);
		dna_buffer_clear(&wire);
	}
}

Test(frame, is_not_there_until_its_last_octet_is)
{
	uint64_t seed = 2;

	for (int run = 0; run < 30; run++) {
		struct dna_frame frame = any_frame(&seed), read;
		struct dna_buffer wire;
		size_t size = 77;

		dna_buffer_init(&wire, 0);
		cr_assert_eq(dna_frame_write(&wire, &frame), 0);
		for (size_t cut = 0; cut < wire.size; cut++)
			cr_assert_eq(
				dna_frame_read((struct dna_bytes){ wire.data, cut }, &read, &size),
				DNA_E_AGAIN);
		cr_expect_eq(size, 77);
		dna_frame_clear(&frame);
		dna_buffer_clear(&wire);
	}
}

/*
 * Whatever is read from a damaged frame is a whole frame: it is written as exactly the octets it
 * was read from.
 */
Test(frame, that_is_damaged_is_refused_or_another_frame)
{
	uint64_t seed = 3;
	int refused = 0;

	for (int run = 0; run < 5000; run++) {
		struct dna_frame frame = any_frame(&seed), read;
		struct dna_buffer wire, again;
		size_t size;

		dna_buffer_init(&wire, 0);
		dna_buffer_init(&again, 0);
		cr_assert_eq(dna_frame_write(&wire, &frame), 0);
		for (uint32_t changes = 1 + draw(&seed, 3); changes > 0; changes--)
			wire.data[draw(&seed, (uint32_t)wire.size)] ^=
				(uint8_t)(1 << draw(&seed, 8));
		if (dna_frame_read(bytes(&wire), &read, &size) == 0) {
			cr_assert_eq(dna_frame_write(&again, &read), 0);
			dna_frame_clear(&read);
			/* Only the case of letters in names is not kept, and what no reason may hold. */
			cr_assert_eq(dna_frame_read(bytes(&again), &read, &size), 0);
			cr_assert_eq(size, again.size);
			dna_frame_clear(&read);
		} else {
			refused++;
		}
		dna_frame_clear(&frame);
		dna_buffer_clear(&wire);
		dna_buffer_clear(&again);
	}
	cr_expect_gt(refused, 500);
}

/* ---- What is no frame ---- */

Test(frame, is_read_strictly)
{
	static const struct {
		const char *what;
		const char *wire;
		size_t size;
		int expected;
	} cases[] = {
#define CASE(what, wire, expected) { what, wire, sizeof(wire) - 1, expected }
		CASE("too short for its header", "\0\0\0\4\2\0\0\0", DNA_E_SYNTAX),
		CASE("of no length", "\0\0\0\0", DNA_E_SYNTAX),
		CASE("too long", "\0\x20\0\1", DNA_E_LIMIT),
		CASE("far too long", "\xff\xff\xff\xff", DNA_E_LIMIT),
		CASE("the longest, still to come", "\0\x20\0\0", DNA_E_AGAIN),
		CASE("of kind 0", "\0\0\0\5\0\0\0\0\1", DNA_E_SYNTAX),
		CASE("of kind 5", "\0\0\0\5\5\0\0\0\1", DNA_E_SYNTAX),
		CASE("a cancel", "\0\0\0\5\2\0\0\0\1", 0),
		CASE("a cancel with more", "\0\0\0\6\2\0\0\0\1\0", DNA_E_SYNTAX),
		CASE("a question",
		     "\0\0\0\x17\1\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0\3\0\1\1a\0",
		     0),
		CASE("a question that wants what nobody knows",
		     "\0\0\0\x17\1\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0\4\0\1\1a\0",
		     DNA_E_SYNTAX),
		CASE("a question of a time before all",
		     "\0\0\0\x17\1\0\0\0\1\0\0\0\1"
		     "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\1\1a\0",
		     DNA_E_SYNTAX),
		CASE("a question of a time after all",
		     "\0\0\0\x17\1\0\0\0\1\0\0\0\1"
		     "\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\1\1a\0",
		     DNA_E_SYNTAX),
		CASE("a record without items",
		     "\0\0\0\x11\4\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("a question with more",
		     "\0\0\0\x18\1\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0\0\0\1\1a\0\0",
		     DNA_E_SYNTAX),
		CASE("a question without a name",
		     "\0\0\0\x14\1\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0\0\0\1",
		     DNA_E_SYNTAX),
		CASE("a question with a pointer",
		     "\0\0\0\x16\1\0\0\0\1\0\0\0\1"
		     "\0\0\0\0\0\0\0\0\0\0\1\xc0\0",
		     DNA_E_SYNTAX),
		CASE("an answer without items", "\0\0\0\5\3\0\0\0\1", DNA_E_SYNTAX),
		CASE("a denied item",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\1\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     0),
		CASE("a denied item with data",
		     "\0\0\0\x26\3\0\0\0\1\0\1a\0\0\1\1\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0",
		     DNA_E_SYNTAX),
		CASE("an answered item without",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\0\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("an outcome beyond all",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\3\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("a security beyond all",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\1\4\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("a kind beyond all",
		     "\0\0\0\x24\3\0\0\0\1\5\1a\0\0\1\1\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("a word beyond all",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\1\0\3\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("failed, yet secure",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\2\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     DNA_E_SYNTAX),
		CASE("failed and bogus",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\2\2\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		     0),
		CASE("a reason with a NUL",
		     "\0\0\0\x25\3\0\0\0\1\0\1a\0\0\1\1\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0",
		     DNA_E_SYNTAX),
		CASE("a reason longer than the frame",
		     "\0\0\0\x24\3\0\0\0\1\0\1a\0\0\1\1\0\0\0\3"
		     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0",
		     DNA_E_SYNTAX),
#undef CASE
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_frame read = { .number = 99 };
		size_t size = 0;
		int r = dna_frame_read(
			(struct dna_bytes){ (const uint8_t *)cases[i].wire, cases[i].size }, &read,
			&size);

		cr_expect_eq(r, cases[i].expected, "%s: %d", cases[i].what, r);
		if (r == 0) {
			cr_expect_eq(size, cases[i].size);
			dna_frame_clear(&read);
		} else {
			cr_expect_eq(read.number, 99);
			cr_expect_eq(size, 0);
		}
	}
}

/* ---- What cannot be written ---- */

static struct dna_item *item(const char *kind, const char *name, enum dna_outcome outcome, int code,
			     size_t data)
{
	static const uint8_t zeroes[65536];
	struct dna_item *new;

	cr_assert_eq(dna_item_new(&new, &(struct dna_item_init){ .kind = kind,
								 .name = name,
								 .outcome = outcome,
								 .code = code }),
		     0);
	if (outcome == DNA_ANSWERED && data > 0)
		cr_assert_eq(dna_item_add(new, zeroes, data), 0);
	return new;
}

static void expect_unwritable(const struct dna_frame *frame, int expected)
{
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	dna_buffer_text(&wire, "before");
	cr_expect_eq(dna_frame_write(&wire, frame), expected);
	cr_expect_str_eq((const char *)wire.data, "before");
	dna_buffer_clear(&wire);
}

Test(frame, is_written_whole_or_not_at_all)
{
	struct dna_frame answer = { .kind = DNA_FRAME_ANSWER };

	expect_unwritable(&(struct dna_frame){ .kind = (enum dna_frame_kind)5 }, DNA_E_INVALID);
	expect_unwritable(&(struct dna_frame){ .kind = DNA_FRAME_QUESTION, .name = "a..b" },
			  DNA_E_INVALID);
	expect_unwritable(&(struct dna_frame){ .kind = DNA_FRAME_QUESTION, .name = "" },
			  DNA_E_INVALID);
	expect_unwritable(&(struct dna_frame){ .kind = DNA_FRAME_ANSWER }, DNA_E_INVALID);

	static const struct {
		const char *kind, *name;
		int code;
		size_t data;
		int expected;
	} bad[] = {
		{ "https", "a", 0, 1, DNA_E_INVALID }, { "dns", "a b", 0, 1, DNA_E_INVALID },
		{ "dns", "a", -1, 1, DNA_E_INVALID },  { "dns", "a", 65536, 1, DNA_E_INVALID },
		{ "dns", "a", 0, 0, DNA_E_INVALID },   { "dns", "a", 0, 65536, DNA_E_LIMIT },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		dna_frame_add(&answer, item("dns", "a", DNA_DENIED, 0, 0));
		dna_frame_add(&answer, item(bad[i].kind, bad[i].name, DNA_ANSWERED, bad[i].code,
					    bad[i].data));
		expect_unwritable(&answer, bad[i].expected);
		dna_frame_clear(&answer);
	}
}

Test(frame, is_bounded)
{
	static const uint8_t zeroes[65535];
	struct dna_frame answer = { .kind = DNA_FRAME_ANSWER };
	struct dna_buffer wire;

	for (size_t i = 0; i < 3; i++) {
		dna_frame_add(&answer, item("dns", "a", DNA_ANSWERED, 0, 1));
		while (dna_item_add(answer.items[i], zeroes, sizeof(zeroes)) == 0)
			;
	}
	expect_unwritable(&answer, DNA_E_LIMIT);
	while (answer.count < DNA_FRAME_ITEMS_MAX)
		cr_assert_eq(dna_frame_add(&answer, dna_item_ref(answer.items[0])), 0);
	cr_expect_eq(dna_frame_add(&answer, answer.items[0]), DNA_E_LIMIT);

	/* A buffer with a bound of its own is left as it was, too. */
	dna_buffer_init(&wire, 8);
	cr_expect_eq(dna_frame_write(&wire, &(struct dna_frame){ .kind = DNA_FRAME_CANCEL }),
		     DNA_E_LIMIT);
	cr_expect_eq(wire.size, 0);
	dna_buffer_clear(&wire);
	dna_frame_clear(&answer);
}

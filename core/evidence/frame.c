/* The frames between libdna-net and dna-resolver: written whole or not at all, read strictly. */
#include "evidence/frame.h"

#include "base/clock.h"
#include "evidence/dns.h"

#include <stdlib.h>
#include <string.h>

/*
 * An item.
 *
 *     kind          8, an index into |kinds|
 *     name          uncompressed wire form
 *     type          16
 *     outcome       8
 *     security      8
 *     word          8
 *     code          16
 *     time          64
 *     not after     64
 *     reason        length (16), octets
 *     data          count (16), for each length (16), octets
 */

static const char *const kinds[] = { "dns", "dns-reply", "dns-chain", "dnssec-anchors",
				     "dns-zone" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

#define LENGTH_SIZE 4
#define HEADER_SIZE 5 /* kind and number */

/* ---- Writing ---- */

static size_t kind_of(const struct dna_item *item)
{
	size_t kind = 0;

	while (kind < KINDS && strcmp(kinds[kind], dna_item_kind(item)) != 0)
		kind++;
	return kind;
}

static int write_item(struct dna_buffer *b, const struct dna_item *item)
{
	size_t count = dna_item_count(item), reason_size = strlen(dna_item_reason(item));
	size_t kind = kind_of(item);
	int r, code = dna_item_code(item);

	if (kind == KINDS || code < 0 || code > UINT16_MAX ||
	    (dna_item_outcome(item) == DNA_ANSWERED) != (count > 0))
		return DNA_E_INVALID;
	dna_buffer_u8(b, (uint8_t)kind);
	r = dna_dns_name_write(b, dna_item_name(item));
	if (r != 0)
		return r;
	dna_buffer_u16(b, dna_item_type(item));
	dna_buffer_u8(b, (uint8_t)dna_item_outcome(item));
	dna_buffer_u8(b, (uint8_t)dna_item_security(item));
	dna_buffer_u8(b, (uint8_t)dna_item_word(item));
	dna_buffer_u16(b, (uint16_t)code);
	dna_buffer_u64(b, (uint64_t)dna_item_time(item));
	dna_buffer_u64(b, (uint64_t)dna_item_not_after(item));
	dna_buffer_u16(b, (uint16_t)reason_size);
	dna_buffer_add(b, dna_item_reason(item), reason_size);
	dna_buffer_u16(b, (uint16_t)count);
	for (size_t i = 0; i < count; i++) {
		struct dna_bytes data = dna_item_data(item, i);

		if (data.size > UINT16_MAX)
			return DNA_E_LIMIT;
		dna_buffer_u16(b, (uint16_t)data.size);
		dna_buffer_add(b, data.data, data.size);
	}
	return b->error;
}

static int write_items(struct dna_buffer *b, const struct dna_frame *frame)
{
	if (frame->count == 0 || frame->count > DNA_FRAME_ITEMS_MAX)
		return DNA_E_INVALID;
	for (size_t i = 0; i < frame->count; i++) {
		int r = write_item(b, frame->items[i]);

		if (r != 0)
			return r;
	}
	return 0;
}

/* What is asked is as of the past or the future, but of no time that cannot be reckoned with. */
static bool is_time(int64_t time)
{
	return time >= 0 && time <= DNA_TIME_MAX;
}

static int write_times(struct dna_buffer *b, const struct dna_frame *frame)
{
	dna_buffer_u32(b, frame->milliseconds);
	dna_buffer_u64(b, (uint64_t)frame->time);
	return is_time(frame->time) ? 0 : DNA_E_INVALID;
}

static int write_question(struct dna_buffer *b, const struct dna_frame *frame)
{
	int r = write_times(b, frame);

	if (r != 0)
		return r;
	dna_buffer_u8(b, (uint8_t)frame->wants);
	dna_buffer_u16(b, frame->type);
	return dna_dns_name_write(b, frame->name);
}

static int write_recorded(struct dna_buffer *b, const struct dna_frame *frame)
{
	int r = write_times(b, frame);

	return r == 0 ? write_items(b, frame) : r;
}

static int write_body(struct dna_buffer *b, const struct dna_frame *frame)
{
	dna_buffer_u8(b, (uint8_t)frame->kind);
	dna_buffer_u32(b, frame->number);
	switch (frame->kind) {
	case DNA_FRAME_QUESTION:
		return write_question(b, frame);
	case DNA_FRAME_CANCEL:
		return b->error;
	case DNA_FRAME_ANSWER:
		return write_items(b, frame);
	case DNA_FRAME_RECORDED:
		return write_recorded(b, frame);
	}
	return DNA_E_INVALID;
}

int dna_frame_write(struct dna_buffer *wire, const struct dna_frame *frame)
{
	struct dna_buffer whole, body;
	int r;

	dna_buffer_init(&whole, 0);
	dna_buffer_init(&body, DNA_FRAME_MAX);
	r = write_body(&body, frame);
	if (r == 0 && body.error != 0)
		r = body.error;
	if (r != 0)
		goto out;
	dna_buffer_u32(&whole, (uint32_t)body.size);
	r = dna_buffer_add(&whole, body.data, body.size);
	if (r == 0)
		r = dna_buffer_add(wire, whole.data, whole.size);
out:
	dna_buffer_clear(&body);
	dna_buffer_clear(&whole);
	return r;
}

/* ---- Reading ---- */

/*
 * What is left to read. After the first failure everything reads as nothing, so that it is checked
 * once, at the end.
 */
struct cursor {
	struct dna_bytes left;
	bool bad;
};

static struct dna_bytes take(struct cursor *c, size_t size)
{
	struct dna_bytes taken = { c->left.data, size };

	if (c->bad || size > c->left.size) {
		c->bad = true;
		return (struct dna_bytes){ NULL, 0 };
	}
	c->left = (struct dna_bytes){ c->left.data + size, c->left.size - size };
	return taken;
}

static uint64_t take_number(struct cursor *c, size_t size)
{
	struct dna_bytes octets = take(c, size);
	uint64_t number = 0;

	for (size_t i = 0; i < octets.size; i++)
		number = number << 8 | octets.data[i];
	return number;
}

static void take_name(struct cursor *c, char name[256])
{
	size_t size = 0;

	if (c->bad || dna_dns_name_read(c->left, &size, name) != 0) {
		c->bad = true;
		name[0] = '\0';
		return;
	}
	take(c, size);
}

static void take_reason(struct cursor *c, char reason[DNA_REASON_MAX + 1])
{
	size_t size = (size_t)take_number(c, 2);
	struct dna_bytes text = take(c, size);

	if (text.size > DNA_REASON_MAX ||
	    (text.size > 0 && memchr(text.data, '\0', text.size) != NULL)) {
		c->bad = true;
		text.size = 0;
	}
	if (text.size > 0)
		memcpy(reason, text.data, text.size);
	reason[text.size] = '\0';
}

static int read_data(struct cursor *c, struct dna_item *item)
{
	size_t count = (size_t)take_number(c, 2);

	if (c->bad || (dna_item_outcome(item) == DNA_ANSWERED) != (count > 0))
		return DNA_E_SYNTAX;
	for (size_t i = 0; i < count; i++) {
		size_t size = (size_t)take_number(c, 2);
		struct dna_bytes data = take(c, size);
		int r;

		if (c->bad)
			return DNA_E_SYNTAX;
		r = dna_item_add(item, data.data, data.size);
		if (r != 0)
			return r;
	}
	return 0;
}

static int read_item(struct cursor *c, struct dna_item **item)
{
	struct dna_item_init init = { .kind = NULL };
	struct dna_item *new = NULL;
	char name[256], reason[DNA_REASON_MAX + 1];
	unsigned kind, outcome, security, word;
	int r;

	kind = (unsigned)take_number(c, 1);
	take_name(c, name);
	init.name = name;
	init.type = (uint16_t)take_number(c, 2);
	outcome = (unsigned)take_number(c, 1);
	security = (unsigned)take_number(c, 1);
	word = (unsigned)take_number(c, 1);
	init.code = (int)take_number(c, 2);
	init.time = (int64_t)take_number(c, 8);
	init.not_after = (int64_t)take_number(c, 8);
	take_reason(c, reason);
	init.reason = reason;
	if (c->bad || kind >= KINDS || outcome > DNA_FAILED || security > DNA_INDETERMINATE ||
	    word > DNA_WORD_STATED)
		return DNA_E_SYNTAX;
	init.kind = kinds[kind];
	init.word = (enum dna_word)word;
	init.outcome = (enum dna_outcome)outcome;
	init.security = (enum dna_security)security;
	r = dna_item_new(&new, &init);
	if (r != 0)
		return r;
	/* What an item cannot be (failed, yet secure) is not put right, but refused. */
	r = dna_item_security(new) != init.security ? DNA_E_SYNTAX : read_data(c, new);
	if (r != 0)
		dna_item_unref(new);
	else
		*item = new;
	return r;
}

static int read_items(struct cursor *c, struct dna_frame *frame)
{
	do {
		struct dna_item *item;
		int r = read_item(c, &item);

		if (r != 0)
			return r;
		r = dna_frame_add(frame, item);
		if (r != 0) {
			dna_item_unref(item);
			return r;
		}
	} while (c->left.size > 0);
	return 0;
}

static void take_times(struct cursor *c, struct dna_frame *frame)
{
	frame->milliseconds = (uint32_t)take_number(c, 4);
	frame->time = (int64_t)take_number(c, 8);
	if (!is_time(frame->time))
		c->bad = true;
}

static int read_question(struct cursor *c, struct dna_frame *frame)
{
	char name[256];

	take_times(c, frame);
	frame->wants = (unsigned)take_number(c, 1);
	frame->type = (uint16_t)take_number(c, 2);
	take_name(c, name);
	if (c->bad || (frame->wants & ~(unsigned)(DNA_WANTS_PROOF | DNA_WANTS_ZONES)) != 0)
		return DNA_E_SYNTAX;
	memcpy(frame->name, name, strlen(name) + 1);
	return 0;
}

static int read_recorded(struct cursor *c, struct dna_frame *frame)
{
	take_times(c, frame);
	return read_items(c, frame);
}

static int read_body(struct cursor *c, struct dna_frame *frame)
{
	unsigned kind = (unsigned)take_number(c, 1);
	int r;

	frame->number = (uint32_t)take_number(c, 4);
	switch (kind) {
	case DNA_FRAME_QUESTION:
		r = read_question(c, frame);
		break;
	case DNA_FRAME_CANCEL:
		r = 0;
		break;
	case DNA_FRAME_ANSWER:
		r = read_items(c, frame);
		break;
	case DNA_FRAME_RECORDED:
		r = read_recorded(c, frame);
		break;
	default:
		return DNA_E_SYNTAX;
	}
	frame->kind = (enum dna_frame_kind)kind;
	return r == 0 && (c->bad || c->left.size != 0) ? DNA_E_SYNTAX : r;
}

int dna_frame_read(struct dna_bytes wire, struct dna_frame *frame, size_t *size)
{
	struct cursor c = { .left = wire };
	struct dna_frame read = { 0 };
	size_t length;
	int r;

	if (wire.size < LENGTH_SIZE)
		return DNA_E_AGAIN;
	length = (size_t)take_number(&c, LENGTH_SIZE);
	if (length < HEADER_SIZE)
		return DNA_E_SYNTAX;
	if (length > DNA_FRAME_MAX)
		return DNA_E_LIMIT;
	if (c.left.size < length)
		return DNA_E_AGAIN;
	c.left.size = length;
	r = read_body(&c, &read);
	if (r != 0) {
		dna_frame_clear(&read);
		return r;
	}
	*frame = read;
	*size = LENGTH_SIZE + length;
	return 0;
}

/* The room is doubled whenever it is full, which is at the powers of two. */
int dna_frame_add(struct dna_frame *frame, struct dna_item *item)
{
	size_t count = frame->count;
	struct dna_item **items = frame->items;

	if (count == DNA_FRAME_ITEMS_MAX)
		return DNA_E_LIMIT;
	if ((count & (count - 1)) == 0)
		items = realloc(items, (count > 0 ? 2 * count : 1) * sizeof(struct dna_item *));
	if (items == NULL)
		return DNA_E_NOMEM;
	items[count] = item;
	frame->items = items;
	frame->count++;
	return 0;
}

void dna_frame_clear(struct dna_frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		dna_item_unref(frame->items[i]);
	free(frame->items);
	frame->items = NULL;
	frame->count = 0;
}

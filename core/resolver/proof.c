/* Collected on the way, written out when somebody wants it. */
#include "resolver/proof.h"

#include "base/limits.h"
#include "evidence/dns.h"

#include <stdlib.h>

/* ---- Collecting ---- */

/* The room is doubled whenever it is full, which is at the powers of two. */
static bool push(struct dna_references *references, void *member)
{
	size_t count = references->count;
	void **members = references->members;

	if ((count & (count - 1)) == 0)
		members = realloc(members, (count > 0 ? 2 * count : 1) * sizeof(void *));
	if (members == NULL)
		return false;
	members[count] = member;
	references->members = members;
	references->count++;
	return true;
}

void dna_proof_add_reply(struct dna_proof *proof, struct dna_reply *reply)
{
	if (reply != NULL && push(&proof->replies, reply))
		dna_reply_ref(reply);
	else
		proof->lost = true;
}

void dna_proof_add_place(struct dna_proof *proof, struct dna_place *place)
{
	for (size_t i = 0; i < proof->places.count; i++)
		if (proof->places.members[i] == place)
			return;
	if (place != NULL && push(&proof->places, place))
		dna_place_ref(place);
	else
		proof->lost = true;
}

void dna_proof_add(struct dna_proof *proof, const struct dna_proof *other)
{
	for (size_t i = 0; i < other->replies.count; i++)
		dna_proof_add_reply(proof, other->replies.members[i]);
	for (size_t i = 0; i < other->places.count; i++)
		dna_proof_add_place(proof, other->places.members[i]);
	proof->lost = proof->lost || other->lost;
}

void dna_proof_clear(struct dna_proof *proof)
{
	for (size_t i = 0; i < proof->replies.count; i++)
		dna_reply_unref(proof->replies.members[i]);
	for (size_t i = 0; i < proof->places.count; i++)
		dna_place_unref(proof->places.members[i]);
	free(proof->replies.members);
	free(proof->places.members);
	*proof = (struct dna_proof){ .lost = false };
}

size_t dna_proof_size(const struct dna_proof *proof)
{
	size_t size = 0;

	for (size_t i = 0; i < proof->replies.count; i++)
		size += ((const struct dna_reply *)proof->replies.members[i])->wire.size;
	return size;
}

/* ---- Writing ---- */

struct writer {
	int64_t now;
	struct dna_item **items;
	size_t count;
};

/* DNA_E_INVALID: a name of other octets than those of hosts, for which items have no form. */
static int add_item(struct writer *w, const char *kind, const struct dna_dname *name, uint16_t type,
		    const struct dna_reply *reply, struct dna_item **item)
{
	char text[DNA_NAME_MAX + 3];
	size_t at = 0;
	struct dna_item_init init = { .kind = kind,
				      .name = text,
				      .type = type,
				      .outcome = DNA_ANSWERED,
				      .security = DNA_INDETERMINATE,
				      .time = w->now,
				      .not_after = DNA_FOREVER };
	int r = dna_dns_name_read((struct dna_bytes){ name->octets, name->size }, &at, text);

	if (r != 0)
		return DNA_E_INVALID;
	if (w->count == DNA_ANSWER_ITEMS_MAX)
		return DNA_E_LIMIT;
	if (reply != NULL && reply->wire.size == 0) {
		init.outcome = DNA_FAILED;
		init.reason = dna_reply_why(reply);
	}
	r = dna_item_new(item, &init);
	if (r == 0)
		w->items[w->count++] = *item;
	return r;
}

static int add_reply(struct writer *w, const char *kind, const struct dna_reply *reply)
{
	struct dna_item *item;
	int r;

	if (reply == NULL)
		return 0;
	r = add_item(w, kind, &reply->name, reply->type, reply, &item);
	if (r == 0 && reply->wire.size > 0)
		r = dna_item_add(item, reply->wire.data, reply->wire.size);
	return r;
}

static bool was_written(const struct dna_proof *proof, size_t before, const struct dna_place *place)
{
	for (size_t i = 0; i < before; i++)
		for (const struct dna_place *p = proof->places.members[i]; p != NULL;
		     p = dna_place_above(p))
			if (p == place)
				return true;
	return false;
}

/* A place and all those above it that were not written with another. */
static int add_chain(struct writer *w, const struct dna_proof *proof, size_t index)
{
	int r = 0;

	for (const struct dna_place *p = proof->places.members[index];
	     r == 0 && p != NULL && !was_written(proof, index, p); p = dna_place_above(p)) {
		r = add_reply(w, "dns-chain", dna_place_ds(p));
		if (r == 0)
			r = add_reply(w, "dns-chain", dna_place_dnskey(p));
	}
	return r;
}

static int add_anchors(struct writer *w, const struct dna_message *anchors, uint16_t type)
{
	static const struct dna_dname root = { .size = 1 };
	const struct dna_record *record = NULL;
	struct dna_item *item = NULL;
	int r = 0;

	while (r == 0 &&
	       (record = dna_message_next(anchors, DNA_ANSWER, &root, type, record)) != NULL) {
		if (item == NULL)
			r = add_item(w, "dnssec-anchors", &root, type, NULL, &item);
		if (r == 0)
			r = dna_item_add(item, record->rdata.data, record->rdata.size);
	}
	return r;
}

static int write_all(struct writer *w, const struct dna_proof *proof,
		     const struct dna_message *anchors)
{
	int r = proof->lost ? DNA_E_NOMEM : 0;

	for (size_t i = 0; r == 0 && i < proof->replies.count; i++)
		r = add_reply(w, "dns-reply", proof->replies.members[i]);
	for (size_t i = 0; r == 0 && i < proof->places.count; i++)
		r = add_chain(w, proof, i);
	if (r == 0 && anchors != NULL)
		r = add_anchors(w, anchors, DNA_TYPE_DS);
	if (r == 0 && anchors != NULL)
		r = add_anchors(w, anchors, DNA_TYPE_DNSKEY);
	return r;
}

int dna_proof_items(const struct dna_proof *proof, const struct dna_message *anchors, int64_t now,
		    struct dna_item **items, size_t *count)
{
	struct writer w = { .now = now, .items = items, .count = *count };
	int r = write_all(&w, proof, anchors);

	while (r != 0 && w.count > *count)
		dna_item_unref(items[--w.count]);
	*count = w.count;
	return r;
}

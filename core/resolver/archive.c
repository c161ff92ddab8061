/* What was recorded, found again. */
#include "resolver/archive.h"

#include "base/name.h"
#include "resolver/anchor.h"

#include <string.h>

static bool is_reply(const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "dns-reply") == 0 ||
	       strcmp(dna_item_kind(item), "dns-chain") == 0;
}

const struct dna_item *dna_archive_find(const struct dna_archive *archive,
					const struct dna_dname *name, uint16_t type)
{
	char text[DNA_DNAME_TEXT];

	dna_dname_text(name, text);
	for (size_t i = 0; i < archive->count; i++) {
		const struct dna_item *item = archive->items[i];

		if (dna_item_type(item) == type && is_reply(item) &&
		    dna_name_equal(dna_item_name(item), text))
			return item;
	}
	return NULL;
}

/* As a line of a zone file would have it, in wire form. */
static int add_anchor(struct dna_buffer *records, uint16_t type, struct dna_bytes rdata)
{
	dna_buffer_u8(records, 0);
	dna_buffer_u16(records, type);
	dna_buffer_u16(records, 1);
	dna_buffer_u32(records, 0);
	dna_buffer_u16(records, (uint16_t)rdata.size);
	return dna_buffer_add(records, rdata.data, rdata.size);
}

int dna_archive_anchors(const struct dna_archive *archive, struct dna_message **anchors)
{
	struct dna_buffer records;
	uint16_t count = 0;
	int r = 0;

	dna_buffer_init(&records, DNA_MESSAGE_MAX);
	for (size_t i = 0; i < archive->count; i++) {
		const struct dna_item *item = archive->items[i];

		if (strcmp(dna_item_kind(item), "dnssec-anchors") != 0)
			continue;
		for (size_t n = 0; r == 0 && n < dna_item_count(item); n++, count++)
			r = add_anchor(&records, dna_item_type(item), dna_item_data(item, n));
	}
	if (r == 0)
		r = dna_anchors_make(anchors, &records, count);
	dna_buffer_clear(&records);
	return r;
}

/* Records into getdns, and a word out of it. */
#include "resolver/verify.h"

#include "resolver/wirecheck.h"

#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>
#include <string.h>

/* ---- Records as getdns has them ---- */

static getdns_bindata bindata(const uint8_t *octets, size_t size)
{
	return (getdns_bindata){ size, (uint8_t *)(uintptr_t)octets };
}

/* RDATA is taken as it is, and class and TTL need not be said. */
static int make_raw(getdns_dict **record, const struct dna_dname *owner, uint16_t type,
		    struct dna_bytes rdata)
{
	getdns_bindata name = bindata(owner->octets, owner->size),
		       raw = bindata(rdata.data, rdata.size);
	getdns_dict *new = getdns_dict_create();

	if (new == NULL || getdns_dict_set_bindata(new, "name", &name) != GETDNS_RETURN_GOOD ||
	    getdns_dict_set_int(new, "type", type) != GETDNS_RETURN_GOOD ||
	    getdns_dict_set_bindata(new, "/rdata/rdata_raw", &raw) != GETDNS_RETURN_GOOD) {
		getdns_dict_destroy(new);
		return DNA_E_NOMEM;
	}
	*record = new;
	return 0;
}

/* RDATA with names that may be compressed in messages, getdns puts together from its fields. */
static int make_from_wire(getdns_dict **record, const struct dna_dname *owner, uint16_t type,
			  struct dna_bytes rdata)
{
	struct dna_buffer wire;
	int r;

	dna_buffer_init(&wire, 0);
	dna_buffer_add(&wire, owner->octets, owner->size);
	dna_buffer_u16(&wire, type);
	dna_buffer_u16(&wire, GETDNS_RRCLASS_IN);
	dna_buffer_u32(&wire, 0);
	dna_buffer_u16(&wire, (uint16_t)rdata.size);
	r = dna_buffer_add(&wire, rdata.data, rdata.size);
	if (r == 0 && getdns_wire2rr_dict(wire.data, wire.size, record) != GETDNS_RETURN_GOOD)
		r = DNA_E_NOMEM;
	dna_buffer_clear(&wire);
	return r;
}

static int append(getdns_list *list, const struct dna_dname *owner, uint16_t type,
		  struct dna_bytes rdata)
{
	getdns_dict *record = NULL;
	size_t count = 0;
	int r = dna_wire_compressible(type) ? make_from_wire(&record, owner, type, rdata)
					    : make_raw(&record, owner, type, rdata);

	if (r == 0 && (getdns_list_get_length(list, &count) != GETDNS_RETURN_GOOD ||
		       getdns_list_set_dict(list, count, record) != GETDNS_RETURN_GOOD))
		r = DNA_E_NOMEM;
	getdns_dict_destroy(record);
	return r;
}

static int append_record(getdns_list *list, const struct dna_record *record)
{
	return append(list, &record->owner, record->type, record->rdata);
}

/* The RRset that is signed, and its signature. */
static int append_signed(getdns_list *list, const struct dna_message *m, const struct dna_rrsig *s)
{
	const struct dna_record *record = NULL;
	int r = 0;

	while (r == 0 && (record = dna_message_next(m, s->record->section, &s->record->owner,
						    s->covered, record)) != NULL)
		r = append_record(list, record);
	return r == 0 ? append_record(list, s->record) : r;
}

struct getdns_list *dna_anchor_new(const struct dna_dname *zone, struct dna_bytes rdata)
{
	getdns_list *list = getdns_list_create();

	if (list == NULL || append(list, zone, DNA_TYPE_DNSKEY, rdata) != 0) {
		getdns_list_destroy(list);
		return NULL;
	}
	return list;
}

void dna_anchor_free(struct getdns_list *anchor)
{
	getdns_list_destroy(anchor);
}

/* ---- Verifying ---- */

/* The skew of one second makes both ends inclusive, as RFC 4035 section 5.3.1 has it. */
static bool is_secure(const getdns_list *records, const getdns_list *anchors, int64_t now)
{
	return (int)getdns_validate_dnssec2(records, NULL, anchors, (time_t)now, 1) ==
	       GETDNS_DNSSEC_SECURE;
}

bool dna_verify(const struct dna_message *m, const struct dna_rrsig *s, const struct dna_key *key,
		int64_t now)
{
	getdns_list *records = getdns_list_create();
	bool good = records != NULL && append_signed(records, m, s) == 0 &&
		    is_secure(records, key->anchor, now);

	getdns_list_destroy(records);
	return good;
}

/*
 * For an expansion getdns wants to see the NSEC or NSEC3 records that show it to be one, and then
 * judges their signatures too, with any key of the zone. An honest reply has one or two of them.
 */
#define DENIALS_MAX    4
#define SIGNATURES_MAX 2

static int append_denial(getdns_list *list, const struct dna_message *m,
			 const struct dna_record *record)
{
	struct dna_rrsig s = { .record = NULL };
	int r = append_record(list, record);

	for (unsigned i = 0; r == 0 && i < SIGNATURES_MAX &&
			     dna_rrsig_next(m, DNA_AUTHORITY, &record->owner, record->type, &s);
	     i++)
		r = append_record(list, s.record);
	return r;
}

static int append_denials(getdns_list *list, const struct dna_message *m)
{
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->count; i++) {
		const struct dna_record *record = &m->records[i];

		if (record->section != DNA_AUTHORITY ||
		    (record->type != DNA_TYPE_NSEC && record->type != DNA_TYPE_NSEC3))
			continue;
		r = ++count > DENIALS_MAX ? DNA_E_LIMIT : append_denial(list, m, record);
	}
	return r;
}

static int append_keys(getdns_list *list, const struct dna_keys *keys)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < keys->count; i++)
		r = append(list, &keys->zone, DNA_TYPE_DNSKEY, keys->keys[i].rdata);
	return r;
}

bool dna_verify_expansion(const struct dna_message *m, const struct dna_rrsig *s,
			  const struct dna_keys *keys, int64_t now)
{
	getdns_list *records = getdns_list_create(), *anchors = getdns_list_create();
	bool good = records != NULL && anchors != NULL && append_signed(records, m, s) == 0 &&
		    append_denials(records, m) == 0 && append_keys(anchors, keys) == 0 &&
		    is_secure(records, anchors, now);

	getdns_list_destroy(records);
	getdns_list_destroy(anchors);
	return good;
}

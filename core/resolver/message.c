/* Taking replies apart. */
#include "resolver/message.h"

#include "base/limits.h"
#include "resolver/octets.h"
#include "resolver/wirecheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_OPT  41
#define RR_FIXED  10
#define EDE       15 /* RFC 8914 section 2 */
#define TTL_LIMIT 0x7fffffffu
#define FLAG_AD   0x20

/* RFC 8914 section 5.2 and the registry that it opened. */
static const char *const purposes[] = {
	"other error",
	"unsupported DNSKEY algorithm",
	"unsupported DS digest type",
	"stale answer",
	"forged answer",
	"DNSSEC indeterminate",
	"DNSSEC bogus",
	"signature expired",
	"signature not yet valid",
	"DNSKEY missing",
	"RRSIGs missing",
	"no zone key bit set",
	"NSEC missing",
	"cached error",
	"not ready",
	"blocked",
	"censored",
	"filtered",
	"prohibited",
	"stale NXDOMAIN answer",
	"not authoritative",
	"not supported",
	"no reachable authority",
	"network error",
	"invalid data",
	"signature expired before valid",
	"too early",
	"unsupported NSEC3 iterations value",
};

/* What the resolver says is for people, but comes from outside: printable ASCII, cut at the end. */
static void add_text(struct dna_message *m, const void *text, size_t size)
{
	const char *octets = text;
	size_t used = strlen(m->error);

	for (size_t i = 0; i < size && used + 1 < sizeof(m->error); i++)
		m->error[used++] = octets[i] >= ' ' && octets[i] <= '~' ? octets[i] : '?';
}

static void add_extended_error(struct dna_message *m, const uint8_t *option, size_t size)
{
	uint16_t code = dna_u16(option);
	char number[32];
	const char *purpose = number;

	snprintf(number, sizeof(number), "extended error %u", code);
	if (code < sizeof(purposes) / sizeof(purposes[0]))
		purpose = purposes[code];
	if (m->error[0] != '\0')
		add_text(m, "; ", 2);
	add_text(m, purpose, strlen(purpose));
	if (size <= 2)
		return;
	add_text(m, ": ", 2);
	add_text(m, option + 2, size - 2);
}

static void read_opt(struct dna_message *m, uint32_t ttl, const uint8_t *options, size_t size)
{
	m->rcode = (uint16_t)(m->rcode | (ttl >> 24) << 4);
	while (size > 0) {
		size_t length = dna_u16(options + 2);

		if (dna_u16(options) == EDE && length >= 2)
			add_extended_error(m, options + 4, length);
		options += length + 4;
		size -= length + 4;
	}
}

/* One record. Its RDATA goes to the end of |m->rdata|, which still moves. */
static int read_record(struct dna_message *m, struct dna_bytes wire, enum dna_section section,
		       size_t *at)
{
	struct dna_record *record = &m->records[m->count];
	uint8_t rdata[DNA_MESSAGE_MAX + 1];
	const uint8_t *fixed;
	size_t size;
	int r;

	dna_dname_read(wire, at, true, &record->owner);
	fixed = wire.data + *at;
	*at += RR_FIXED + dna_u16(fixed + 8);
	record->section = section;
	record->type = dna_u16(fixed);
	record->ttl = dna_u32(fixed + 4);
	if (record->type == TYPE_OPT) {
		read_opt(m, record->ttl, fixed + RR_FIXED, dna_u16(fixed + 8));
		return 0;
	}
	if (record->ttl > TTL_LIMIT)
		record->ttl = 0;
	r = dna_wire_expand(wire, record->type, (size_t)(fixed - wire.data) + RR_FIXED,
			    dna_u16(fixed + 8), rdata, sizeof(rdata), &size);
	if (r != 0)
		return r;
	record->rdata.size = size;
	m->count++;
	return dna_buffer_add(&m->rdata, rdata, size);
}

static int read_records(struct dna_message *m, struct dna_bytes wire)
{
	size_t at = DNA_WIRE_HEADER, used = 0;
	int r = 0;

	dna_dname_read(wire, &at, false, NULL);
	at += 4;
	for (unsigned section = 0; section < 3; section++)
		for (unsigned i = dna_u16(wire.data + 6 + 2 * section); r == 0 && i > 0; i--)
			r = read_record(m, wire, section, &at);
	for (size_t i = 0; r == 0 && i < m->count; used += m->records[i].rdata.size, i++)
		m->records[i].rdata.data = m->rdata.data + used;
	return r;
}

int dna_message_read(struct dna_message **message, struct dna_bytes wire,
		     const struct dna_dname *name, uint16_t type, const char **why)
{
	struct dna_message *new;
	size_t count = 0;
	int r = dna_wire_check(wire, name, type, why);

	if (r != 0)
		return r;
	*why = "out of memory";
	for (unsigned section = 0; section < 3; section++)
		count += dna_u16(wire.data + 6 + 2 * section);
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return DNA_E_NOMEM;
	new->references = 1;
	new->rcode = wire.data[3] & 0xf;
	new->authenticated = (wire.data[3] & FLAG_AD) != 0;
	dna_buffer_init(&new->rdata, 0);
	new->records = calloc(count + 1, sizeof(*new->records));
	r = new->records == NULL ? DNA_E_NOMEM : read_records(new, wire);
	if (r != 0) {
		dna_message_unref(new);
		return r;
	}
	*message = new;
	return 0;
}

struct dna_message *dna_message_ref(struct dna_message *message)
{
	message->references++;
	return message;
}

void dna_message_unref(struct dna_message *message)
{
	if (message == NULL || --message->references > 0)
		return;
	dna_buffer_clear(&message->rdata);
	free(message->records);
	free(message);
}

const struct dna_record *dna_message_next(const struct dna_message *message,
					  enum dna_section section, const struct dna_dname *owner,
					  uint16_t type, const struct dna_record *previous)
{
	const struct dna_record *end = message->records + message->count;
	const struct dna_record *record = previous == NULL ? message->records : previous + 1;

	for (; record < end; record++)
		if (record->section == section && record->type == type &&
		    dna_dname_equal(&record->owner, owner))
			return record;
	return NULL;
}

const char *dna_rcode_name(uint16_t rcode, char text[16])
{
	static const char *const names[] = { "NOERROR",  "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED" };

	if (rcode < sizeof(names) / sizeof(names[0]))
		return names[rcode];
	snprintf(text, 16, "rcode %u", rcode);
	return text;
}

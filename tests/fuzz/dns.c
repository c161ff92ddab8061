/* DNS data: two octets of type, then RDATA in wire form, and the same octets as text. */
#include "evidence/dns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Longer ones are more of the same octets, which are written and read three times. */
#define INPUT_MAX 512

/* Any RDATA can be written, and is read again as it was but for the case of names. */
static void check_wire(uint16_t type, struct dna_bytes rdata)
{
	struct dna_buffer text, again, twice;

	dna_buffer_init(&text, 0);
	dna_buffer_init(&again, 0);
	dna_buffer_init(&twice, 0);
	if (dna_dns_rdata_write(type, rdata, &text) != 0 ||
	    dna_dns_rdata_read(type, (const char *)text.data, &again) != 0 ||
	    again.size != rdata.size)
		abort();
	if (dna_dns_rdata_write(type, (struct dna_bytes){ again.data, again.size }, &twice) != 0 ||
	    strcmp((const char *)text.data, (const char *)twice.data) != 0)
		abort();
	dna_buffer_clear(&text);
	dna_buffer_clear(&again);
	dna_buffer_clear(&twice);
}

static void check_text(uint16_t type, struct dna_bytes octets)
{
	struct dna_buffer text, rdata;
	uint16_t read;

	dna_buffer_init(&text, 0);
	dna_buffer_init(&rdata, 0);
	dna_buffer_add(&text, octets.data, octets.size);
	if (dna_dns_rdata_read(type, (const char *)text.data, &rdata) == 0)
		check_wire(type, (struct dna_bytes){ rdata.data, rdata.size });
	else if (rdata.size != 0)
		abort();
	dna_dns_type_read((const char *)text.data, &read);
	dna_buffer_clear(&text);
	dna_buffer_clear(&rdata);
}

static void check_name(struct dna_bytes wire)
{
	struct dna_buffer again;
	size_t offset = 0;
	char name[256];

	if (dna_dns_name_read(wire, &offset, name) != 0)
		return;
	dna_buffer_init(&again, 0);
	if (strlen(name) > 253 || dna_dns_name_write(&again, name) != 0 || again.size != offset ||
	    strncasecmp((const char *)again.data, (const char *)wire.data, offset) != 0)
		abort();
	dna_buffer_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_bytes rest;
	struct dna_tlsa tlsa;
	struct dna_srv srv;
	char target[256];
	uint16_t type;

	if (size < 2 || size > INPUT_MAX)
		return 0;
	rest = (struct dna_bytes){ data + 2, size - 2 };
	type = (uint16_t)(data[0] << 8 | data[1]);
	check_wire(type, rest);
	check_text(type, rest);
	check_name(rest);
	if (dna_srv_read(rest, &srv) == 0 && strlen(srv.target) > 253)
		abort();
	if (dna_tlsa_read(rest, &tlsa) == 0 && tlsa.data.size + 3 != rest.size)
		abort();
	dna_cname_read(rest, target);
	return 0;
}

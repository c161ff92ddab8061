/*
 * Signatures and denials in replies that passed the check, down to getdns: no key fits, but each
 * signature is of a zone, a key tag and a time that make it worth a look.
 */
#include "resolver/denial.h"
#include "resolver/seen.h"
#include "resolver/wirecheck.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEY_SIZE 68

/* A key with the algorithm and the tag that the signature wants (RFC 4034 appendix B). */
static void make_key(uint8_t key[KEY_SIZE], const uint8_t *rrsig)
{
	unsigned wanted = (unsigned)(rrsig[16] << 8 | rrsig[17]);

	memset(key, 'k', KEY_SIZE);
	memcpy(key, (uint8_t[]){ 1, 0, 3, rrsig[2], 0, 0 }, 6);
	wanted += 0xffff - dna_key_tag((struct dna_bytes){ key, KEY_SIZE });
	wanted = (wanted & 0xffff) + (wanted >> 16);
	key[4] = (uint8_t)(wanted >> 8);
	key[5] = (uint8_t)wanted;
}

/* With a key as the first signature wants it, at the time of its inception. */
static void validate(const struct dna_message *m, const struct dna_dname *name, uint16_t type,
		     const struct dna_record *rrsig)
{
	const uint8_t *rdata = rrsig->rdata.data;
	struct dna_keys *keys = calloc(1, sizeof(*keys));
	int64_t now = (int64_t)rdata[12] << 24 | rdata[13] << 16 | rdata[14] << 8 | rdata[15];
	unsigned budget = DNA_VERIFICATIONS_MAX;
	struct dna_signature signature;
	struct dna_denial denial;
	uint8_t key[KEY_SIZE];
	size_t at = 18;
	char why[DNA_WHY_MAX];

	make_key(key, rdata);
	keys->seen = calloc(1, sizeof(*keys->seen));
	dna_dname_read(rrsig->rdata, &at, false, &keys->zone);
	if (dna_keys_add(keys, (struct dna_bytes){ key, sizeof(key) }) != 0)
		abort();
	for (size_t i = 0; i < m->count; i++)
		if (dna_validate(m, m->records[i].section, &m->records[i].owner, m->records[i].type,
				 keys, now, &budget, &signature, why) == 0)
			abort();
	budget = DNA_VERIFICATIONS_MAX;
	dna_deny(m, name, type, keys, now, &budget, &denial, why);
	if (denial.kind != DNA_NOT_DENIED)
		abort();
	if (name->labels > 0)
		dna_deny_expansion(m, name, name->labels - 1u, keys, now, &budget, &denial, why);
	dna_keys_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_bytes wire = { data, size };
	struct dna_message *message = NULL;
	struct dna_dname name;
	size_t at = DNA_WIRE_HEADER;
	uint16_t type;
	const char *why;

	if (size < DNA_WIRE_HEADER || dna_dname_read(wire, &at, false, &name) != 0 || size - at < 4)
		return 0;
	type = (uint16_t)(data[at] << 8 | data[at + 1]);
	if (dna_message_read(&message, wire, &name, type, &why) != 0)
		return 0;
	for (size_t i = 0; i < message->count; i++)
		if (message->records[i].type == DNA_TYPE_RRSIG) {
			validate(message, &name, type, &message->records[i]);
			break;
		}
	dna_message_unref(message);
	return 0;
}

/* Reading trust anchors. */
#include "resolver/anchor.h"

#include "resolver/validate.h"
#include "resolver/wirecheck.h"

#include <errno.h>
#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE   4096
#define ANCHORS_MAX 32
#define FLAG_QR     0x80

/*
 * The state that `unbound-anchor` notes behind a key: trusted are VALID (2) and MISSING (3) ones
 * (RFC 5011 section 4.2).
 */
static bool is_distrusted(const char *line)
{
	const char *state = strstr(line, ";;state=");

	return state != NULL && state[8] != '2' && state[8] != '3';
}

/* Append the record of a line, if there is one, in wire form. */
static int read_line(char *line, struct dna_buffer *records, uint16_t *count)
{
	uint8_t wire[LINE_SIZE];
	size_t size = sizeof(wire);
	getdns_dict *record = NULL;
	int r = DNA_E_SYNTAX;

	if (is_distrusted(line))
		return 0;
	line[strcspn(line, ";\n")] = '\0';
	if (line[strspn(line, " \t\r")] == '\0')
		return 0;
	if (*count == ANCHORS_MAX)
		return DNA_E_LIMIT;
	if (getdns_str2rr_dict(line, &record, NULL, 0) == GETDNS_RETURN_GOOD &&
	    getdns_rr_dict2wire_buf(record, wire, &size) == GETDNS_RETURN_GOOD) {
		r = dna_buffer_add(records, wire, size);
		++*count;
	}
	getdns_dict_destroy(record);
	return r;
}

/* As the answer to a question, so that it is checked and taken apart as all other records are. */
static int as_message(struct dna_message **message, const struct dna_buffer *records,
		      uint16_t count)
{
	static const struct dna_dname root = { .size = 1 };
	struct dna_buffer wire;
	const char *why;
	int r;

	dna_buffer_init(&wire, DNA_MESSAGE_MAX);
	dna_buffer_u16(&wire, 0);
	dna_buffer_u16(&wire, FLAG_QR << 8);
	dna_buffer_u16(&wire, 1);
	dna_buffer_u16(&wire, count);
	dna_buffer_u32(&wire, 0);
	dna_buffer_add(&wire, root.octets, root.size);
	dna_buffer_u16(&wire, DNA_TYPE_DNSKEY);
	dna_buffer_u16(&wire, GETDNS_RRCLASS_IN);
	r = dna_buffer_add(&wire, records->data, records->size);
	if (r == 0)
		r = dna_message_read(message, (struct dna_bytes){ wire.data, wire.size }, &root,
				     DNA_TYPE_DNSKEY, &why);
	dna_buffer_clear(&wire);
	return r;
}

/* Whether all are the root's, and one can be used. An unusable one beside it is no fault. */
static int judge(const struct dna_message *anchors)
{
	unsigned usable = 0;

	for (size_t i = 0; i < anchors->count; i++) {
		const struct dna_record *record = &anchors->records[i];

		if (record->owner.labels != 0 ||
		    (record->type != DNA_TYPE_DS && record->type != DNA_TYPE_DNSKEY))
			return DNA_E_SYNTAX;
		usable += dna_trust_usable(record);
	}
	return usable > 0 ? 0 : DNA_E_NOTFOUND;
}

int dna_anchors_make(struct dna_message **anchors, const struct dna_buffer *records, uint16_t count)
{
	struct dna_message *new = NULL;
	int r = as_message(&new, records, count);

	if (r == 0)
		r = judge(new);
	if (r == 0)
		*anchors = new;
	else
		dna_message_unref(new);
	return r;
}

/* All lines. |*number| is that of the last one that was read. */
static int read_lines(FILE *file, struct dna_buffer *records, uint16_t *count, unsigned *number)
{
	char line[LINE_SIZE];
	int r = 0;

	while (r == 0 && fgets(line, sizeof(line), file) != NULL) {
		++*number;
		r = read_line(line, records, count);
	}
	return r;
}

int dna_anchors_read(struct dna_message **anchors, const char *path,
		     char complaint[DNA_COMPLAINT_MAX])
{
	FILE *file = fopen(path, "re");
	struct dna_message *new = NULL;
	struct dna_buffer records;
	uint16_t count = 0;
	unsigned number = 0;
	int r = DNA_E_IO;

	dna_buffer_init(&records, DNA_MESSAGE_MAX);
	if (file == NULL) {
		snprintf(complaint, DNA_COMPLAINT_MAX,
			 "the trust anchor file %.300s cannot be read: %s", path, strerror(errno));
		goto out;
	}
	r = read_lines(file, &records, &count, &number);
	if (r != 0) {
		snprintf(complaint, DNA_COMPLAINT_MAX,
			 "the trust anchor file %.300s is of no use: line %u is no DNS record",
			 path, number);
		goto out;
	}
	r = dna_anchors_make(&new, &records, count);
	if (r == DNA_E_NOTFOUND)
		snprintf(complaint, DNA_COMPLAINT_MAX,
			 "the trust anchor file %.300s has no trust anchor that can be used", path);
	else if (r != 0)
		snprintf(complaint, DNA_COMPLAINT_MAX,
			 "the trust anchor file %.300s has other records than DS and DNSKEY of the "
			 "root",
			 path);
out:
	if (file != NULL)
		fclose(file);
	dna_buffer_clear(&records);
	if (r == 0)
		*anchors = new;
	else
		dna_message_unref(new);
	return r;
}

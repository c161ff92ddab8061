/* DNS replies: what passes the check can be taken apart, and then is well formed by itself. */
#include "resolver/message.h"
#include "resolver/request.h"
#include "resolver/wirecheck.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A record's owner and the name that its RDATA begins with, if it does. */
static void read_names(const struct dna_record *record)
{
	struct dna_dname name;
	char text[DNA_DNAME_TEXT];
	size_t at = 0;

	dna_dname_text(&record->owner, text);
	if (record->type != DNA_TYPE_NSEC && record->type != DNA_TYPE_CNAME)
		return;
	if (dna_dname_read(record->rdata, &at, false, &name) != 0 || at > record->rdata.size)
		abort();
	dna_dname_compare(&name, &record->owner);
}

/* By what |wire| is found among the queries that are waiting, before it is checked. */
static bool is_answer(struct dna_bytes wire, const struct dna_dname *name, uint16_t type)
{
	struct dna_request request;

	dna_request_write(&request, name, type, false);
	return dna_request_answered(&request, wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_bytes wire = { data, size };
	struct dna_message *message = NULL;
	struct dna_dname name;
	size_t at = DNA_WIRE_HEADER;
	uint16_t type;
	const char *why;
	bool answer;

	/* The question that the reply says it answers. */
	if (size < DNA_WIRE_HEADER || dna_dname_read(wire, &at, false, &name) != 0 || size - at < 4)
		return 0;
	type = (uint16_t)(data[at] << 8 | data[at + 1]);
	answer = is_answer(wire, &name, type);
	if (dna_message_read(&message, wire, &name, type, &why) != 0)
		return 0;
	if (!answer)
		abort();
	for (size_t i = 0; i < message->count; i++)
		read_names(&message->records[i]);
	dna_message_unref(message);
	return 0;
}

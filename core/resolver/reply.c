/* Replies, kept. */
#include "resolver/reply.h"

#include <stdlib.h>
#include <string.h>

struct dna_reply *dna_reply_new(const struct dna_dname *name, uint16_t type, struct dna_bytes wire)
{
	struct dna_reply *new = malloc(sizeof(*new) + wire.size);
	uint8_t *octets = (uint8_t *)(new + 1);

	if (new == NULL)
		return NULL;
	*new = (struct dna_reply){
		.references = 1, .name = *name, .type = type, .wire = { octets, wire.size }
	};
	if (wire.size > 0)
		memcpy(octets, wire.data, wire.size);
	return new;
}

struct dna_reply *dna_reply_ref(struct dna_reply *reply)
{
	reply->references++;
	return reply;
}

void dna_reply_unref(struct dna_reply *reply)
{
	if (reply == NULL || --reply->references > 0)
		return;
	free(reply->why);
	free(reply);
}

void dna_reply_void(struct dna_reply *reply, const char *why)
{
	reply->is_void = true;
	reply->why = strdup(why);
}

const char *dna_reply_why(const struct dna_reply *reply)
{
	return reply != NULL && reply->why != NULL ? reply->why : "out of memory";
}

/*
 * What came of one DNS question, as dna_net_ask() tells it: the links of the answer, and the zones
 * that vouch for it. For people, and as an object for programs.
 */
#ifndef DNA_TOOLS_RESOLUTION_H
#define DNA_TOOLS_RESOLUTION_H

#include "output.h"

#include <dna/evidence.h>

#include <jansson.h>

/* The question, and the items; one of them at least is of the kind "dns". */
struct dna_resolution {
	const char *name;
	uint16_t type;
	struct dna_item *const *items;
	size_t count;
};

/* The exit status that says it. */
int dna_resolution_status(const struct dna_resolution *resolution);

/* man/dna.1 describes its members. NULL without memory. */
json_t *dna_resolution_json(const struct dna_resolution *resolution);

/* |now|: to say for how long it holds. */
void dna_resolution_print(const struct dna_output *output, const struct dna_resolution *resolution,
			  int64_t now);

#endif

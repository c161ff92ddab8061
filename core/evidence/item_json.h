/* Items as they stand in a recording's "evidence" (man/dna-recording.5). */
#ifndef DNA_EVIDENCE_ITEM_JSON_H
#define DNA_EVIDENCE_ITEM_JSON_H

#include <dna/evidence.h>

#include <jansson.h>

/* A new JSON object. */
int dna_item_to_json(const struct dna_item *item, json_t **json);

/*
 * |time|: the recording's, for an item without one of its own. A DNS item's security counts as
 * stated. On failure |why| says which member is wrong and how.
 */
int dna_item_from_json(const json_t *json, int64_t time, struct dna_item **item, char why[160]);

/*
 * Strict JSON as dna_json_read() takes it, as jansson's own value: for recordings. |depth| bounds
 * the nesting.
 */
int dna_json_parse(struct dna_bytes text, size_t limit, unsigned depth, json_t **json, char why[160]);

#endif

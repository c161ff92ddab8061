/* JSON, and evidence in it: what can be read can be written, and is then read as the same. */
#include "evidence/item_json.h"
#include "base/limits.h"

#include <dna/prooftype.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *why)
{
	for (; *why != '\0'; why++)
		if (*why < ' ' || *why > '~')
			abort();
}

static bool same(const struct dna_item *a, const struct dna_item *b)
{
	if (strcmp(dna_item_name(a), dna_item_name(b)) != 0 ||
	    dna_item_type(a) != dna_item_type(b) || dna_item_outcome(a) != dna_item_outcome(b) ||
	    dna_item_security(a) != dna_item_security(b) || dna_item_code(a) != dna_item_code(b) ||
	    dna_item_redirects(a) != dna_item_redirects(b) ||
	    dna_item_time(a) != dna_item_time(b) ||
	    dna_item_not_after(a) != dna_item_not_after(b) ||
	    dna_item_count(a) != dna_item_count(b))
		return false;
	for (size_t i = 0; i < dna_item_count(a); i++)
		if (!dna_bytes_equal(dna_item_data(a, i), dna_item_data(b, i)))
			return false;
	return true;
}

static void check_item(const json_t *json)
{
	struct dna_item *item, *again;
	char why[160] = "";
	json_t *written;

	if (dna_item_from_json(json, 1, &item, why) != 0) {
		check_printable(why);
		return;
	}
	if (dna_item_to_json(item, &written) != 0)
		abort();
	if (dna_item_from_json(written, 2, &again, why) != 0 || !same(item, again))
		abort();
	json_decref(written);
	dna_item_unref(again);
	dna_item_unref(item);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_bytes text = { data, size };
	struct dna_json *document;
	char why[160] = "";
	json_t *json;

	if (dna_json_read(&document, text, why) == 0)
		dna_json_free(document);
	check_printable(why);
	if (dna_json_parse(text, DNA_RECORDING_MAX, DNA_JSON_DEPTH_MAX, &json, why) == 0) {
		check_item(json);
		json_decref(json);
	}
	check_printable(why);
	return 0;
}

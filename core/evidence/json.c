/* Strict, bounded JSON, on jansson: for prooftypes (<dna/prooftype.h>) and for recordings. */
#include "evidence/item_json.h"
#include "base/limits.h"

#include <dna/prooftype.h>

#include <stdio.h>
#include <string.h>

#define WHY_SIZE 160

#define EXACT_MAX 9007199254740991.0 /* 2^53 - 1 */

/* ---- Parsing ---- */

struct place {
	unsigned line, column;
};

/*
 * Whether the nesting of |text| stays within |depth|; if not, |place| is where it does not. Looks
 * at strings and brackets alone and so before the parser, which recurses.
 */
static bool depth_bounded(struct dna_bytes text, unsigned depth, struct place *place)
{
	bool string = false, escaped = false;
	unsigned nesting = 0;

	*place = (struct place){ 1, 0 };
	for (size_t i = 0; i < text.size; i++) {
		char c = (char)text.data[i];

		place->column++;
		if (c == '\n')
			*place = (struct place){ place->line + 1, 0 };
		if (escaped) {
			escaped = false;
		} else if (string) {
			escaped = c == '\\';
			string = c != '"';
		} else if (c == '"') {
			string = true;
		} else if (c == '[' || c == '{') {
			if (++nesting > depth)
				return false;
		} else if ((c == ']' || c == '}') && nesting > 0) {
			nesting--;
		}
	}
	return true;
}

/* jansson quotes the text it stumbled over, which may be anything. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static int parse(struct dna_bytes text, size_t limit, unsigned depth, size_t flags, json_t **json,
		 char why[WHY_SIZE])
{
	static const char bom[] = "\xef\xbb\xbf";
	struct place place;
	json_error_t error;
	json_t *parsed;

	if (text.size > limit) {
		snprintf(why, WHY_SIZE, "longer than %zu octets", limit);
		return DNA_E_LIMIT;
	}
	if (text.size >= 3 && memcmp(text.data, bom, 3) == 0) {
		snprintf(why, WHY_SIZE, "line 1, column 1: begins with a byte order mark");
		return DNA_E_SYNTAX;
	}
	if (!depth_bounded(text, depth, &place)) {
		snprintf(why, WHY_SIZE, "line %u, column %u: nested deeper than %u", place.line,
			 place.column, depth);
		return DNA_E_LIMIT;
	}
	parsed = json_loadb(text.size != 0 ? (const char *)text.data : "", text.size,
			    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | flags, &error);
	if (parsed == NULL) {
		make_printable(error.text);
		snprintf(why, WHY_SIZE, "line %d, column %d: %.*s", error.line, error.column,
			 WHY_SIZE - 40, error.text);
		return json_error_code(&error) == json_error_out_of_memory ? DNA_E_NOMEM
									   : DNA_E_SYNTAX;
	}
	*json = parsed;
	return 0;
}

int dna_json_parse(struct dna_bytes text, size_t limit, unsigned depth, json_t **json,
		   char why[WHY_SIZE])
{
	return parse(text, limit, depth, 0, json, why);
}

/* ---- Documents ---- */

/* A prooftype's document is jansson's value by another name. */
static const json_t *inside(const struct dna_json *value)
{
	return (const json_t *)value;
}

static const struct dna_json *outside(const json_t *json)
{
	return (const struct dna_json *)json;
}

/* POSH-025. As reals, integers of any number of digits can be read (POSH-013). */
int dna_json_read(struct dna_json **document, struct dna_bytes text, char why[WHY_SIZE])
{
	json_t *json;
	int r = parse(text, DNA_BODY_MAX, DNA_DOCUMENT_DEPTH_MAX, JSON_DECODE_INT_AS_REAL, &json,
		      why);

	if (r == 0)
		*document = (struct dna_json *)json;
	return r;
}

void dna_json_free(struct dna_json *document)
{
	json_decref((json_t *)document);
}

enum dna_json_type dna_json_type(const struct dna_json *value)
{
	if (value == NULL)
		return DNA_JSON_NULL;
	switch (json_typeof(inside(value))) {
	case JSON_OBJECT:
		return DNA_JSON_OBJECT;
	case JSON_ARRAY:
		return DNA_JSON_ARRAY;
	case JSON_STRING:
		return DNA_JSON_STRING;
	case JSON_INTEGER:
	case JSON_REAL:
		return DNA_JSON_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return DNA_JSON_BOOL;
	case JSON_NULL:
		break;
	}
	return DNA_JSON_NULL;
}

/* jansson's sizes are 0 for a value of another type. */
size_t dna_json_size(const struct dna_json *value)
{
	return json_object_size(inside(value)) + json_array_size(inside(value)) +
	       json_string_length(inside(value));
}

const struct dna_json *dna_json_get(const struct dna_json *object, const char *name)
{
	return outside(json_object_get(inside(object), name));
}

/* jansson keeps members in the order in which they were written. */
static void *member_at(const struct dna_json *object, size_t index)
{
	json_t *json = (json_t *)(uintptr_t)object;
	void *member = json_object_iter(json);

	while (member != NULL && index-- > 0)
		member = json_object_iter_next(json, member);
	return member;
}

const struct dna_json *dna_json_at(const struct dna_json *value, size_t index)
{
	if (json_is_object(inside(value)))
		return outside(json_object_iter_value(member_at(value, index)));
	return outside(json_array_get(inside(value), index));
}

const char *dna_json_name_at(const struct dna_json *object, size_t index)
{
	return json_object_iter_key(member_at(object, index));
}

const char *dna_json_string(const struct dna_json *value)
{
	return json_string_value(inside(value));
}

int dna_json_integer(const struct dna_json *value, int64_t *number)
{
	double real = json_number_value(inside(value));

	if (!json_is_number(inside(value)))
		return DNA_E_SYNTAX;
	if (real > EXACT_MAX || real < -EXACT_MAX)
		real = real > 0 ? EXACT_MAX : -EXACT_MAX;
	if ((double)(int64_t)real != real)
		return DNA_E_SYNTAX;
	*number = (int64_t)real;
	return 0;
}

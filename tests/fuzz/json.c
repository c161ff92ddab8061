/*
 * Mutations of JSON for libFuzzer: one value changes, and the rest remains a document that its
 * reader takes. Octets changed at random would hardly ever get past the parser.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX  4096
#define NODES_MAX 1024

/* libFuzzer's. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other,
				 size_t other_size, uint8_t *out, size_t max_size, unsigned seed);

/* Where a value stands: by its name or its index. */
struct spot {
	json_t *parent;
	const char *name;
	size_t index;
};

struct spots {
	struct spot at[NODES_MAX];
	size_t count;
};

static unsigned draw(unsigned *state, size_t below)
{
	*state = *state * 1103515245 + 12345;
	return (unsigned)((*state >> 16) % below);
}

static json_t *read_document(const uint8_t *data, size_t size)
{
	return json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
}

/* The size of what is written, or 0. */
static size_t write_document(const json_t *document, uint8_t *data, size_t max_size)
{
	size_t size = json_dumpb(document, (char *)data, max_size, JSON_COMPACT);

	return size <= max_size ? size : 0;
}

static void collect(json_t *parent, struct spots *spots)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(parent, name, value)
	{
		if (spots->count < NODES_MAX)
			spots->at[spots->count++] = (struct spot){ parent, name, 0 };
		collect(value, spots);
	}
	json_array_foreach(parent, i, value)
	{
		if (spots->count < NODES_MAX)
			spots->at[spots->count++] = (struct spot){ parent, NULL, i };
		collect(value, spots);
	}
}

static json_t *value_at(const struct spot *spot)
{
	return spot->name != NULL ? json_object_get(spot->parent, spot->name)
				  : json_array_get(spot->parent, spot->index);
}

static void put(const struct spot *spot, json_t *value)
{
	if (spot->name != NULL)
		json_object_set_new(spot->parent, spot->name, value);
	else
		json_array_set_new(spot->parent, spot->index, value);
}

/* NULL: it is no UTF-8 any more. What is JSON in a string is mutated as JSON. */
static json_t *mutate_string(const json_t *string, unsigned seed)
{
	uint8_t text[TEXT_MAX];
	size_t size = json_string_length(string);

	if (size > TEXT_MAX)
		size = TEXT_MAX;
	memcpy(text, json_string_value(string), size);
	if (size > 0 && text[0] == '{')
		size = LLVMFuzzerCustomMutator(text, size, TEXT_MAX, seed);
	else
		size = LLVMFuzzerMutate(text, size, TEXT_MAX);
	return json_stringn((const char *)text, size);
}

static json_t *mutate_number(unsigned *state)
{
	static const json_int_t numbers[] = { 0,          1,           2,           -1,
					      64,         200,         302,         404,
					      5269,       65535,       65536,       86400,
					      2147483647, 4294967295U, 4294967296L, INT64_MAX };

	return json_integer(numbers[draw(state, sizeof(numbers) / sizeof(numbers[0]))]);
}

static json_t *mutate_value(const json_t *value, unsigned *state)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return mutate_string(value, *state);
	case JSON_INTEGER:
	case JSON_REAL:
		return mutate_number(state);
	case JSON_TRUE:
		return json_false();
	case JSON_FALSE:
	case JSON_NULL:
		return json_true();
	default:
		return draw(state, 2) ? json_array() : json_null();
	}
}

static void duplicate(const struct spot *spot, unsigned *state)
{
	json_t *copy = json_deep_copy(value_at(spot));
	char name[64];

	if (spot->name == NULL) {
		json_array_insert_new(spot->parent, draw(state, json_array_size(spot->parent) + 1),
				      copy);
		return;
	}
	snprintf(name, sizeof(name), "%s", spot->name);
	if (name[0] != '\0')
		name[draw(state, strlen(name))] ^= (char)(1 << draw(state, 5));
	json_object_set_new(spot->parent, name, copy);
}

static void take_out(const struct spot *spot)
{
	if (spot->name != NULL)
		json_object_del(spot->parent, spot->name);
	else
		json_array_remove(spot->parent, spot->index);
}

static void mutate(const struct spots *spots, unsigned *state)
{
	const struct spot *spot = &spots->at[draw(state, spots->count)];

	switch (draw(state, 8)) {
	case 0:
		take_out(spot);
		break;
	case 1:
		duplicate(spot, state);
		break;
	case 2:
		put(spot, json_deep_copy(value_at(&spots->at[draw(state, spots->count)])));
		break;
	default:
		put(spot, mutate_value(value_at(spot), state));
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	struct spots spots = { .count = 0 };
	json_t *document = NULL;
	size_t written = 0;

	/* The other half of the inputs is for the parser, and takes little time. */
	if (draw(&seed, 2) != 0)
		document = read_document(data, size);
	collect(document, &spots);
	if (spots.count != 0) {
		mutate(&spots, &seed);
		written = write_document(document, data, max_size);
	}
	json_decref(document);
	return written != 0 ? written : LLVMFuzzerMutate(data, size, max_size);
}

/* Some value of the one stands where one of the other stood. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other,
				 size_t other_size, uint8_t *out, size_t max_size, unsigned seed)
{
	json_t *to = read_document(data, size), *from = read_document(other, other_size);
	struct spots spots = { .count = 0 }, spots_from = { .count = 0 };
	size_t written = 0;

	collect(to, &spots);
	collect(from, &spots_from);
	if (spots.count != 0 && spots_from.count != 0) {
		put(&spots.at[draw(&seed, spots.count)],
		    json_deep_copy(value_at(&spots_from.at[draw(&seed, spots_from.count)])));
		written = write_document(to, out, max_size);
	}
	json_decref(to);
	json_decref(from);
	return written;
}

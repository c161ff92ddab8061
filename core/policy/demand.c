/* What is demanded of a result. */
#include "policy/demand.h"

#include <dna/types.h>

#include <string.h>

#define ANY "any"

const char *const dna_minimum_words[] = { "none-tls", "weak", "dna", NULL };
const char *const dna_root_words[] = { "webpki", "dnssec", "pin", "config", "other", NULL };

const char *dna_minimum_name(enum dna_minimum minimum)
{
	return minimum <= DNA_LEAST_DNA ? dna_minimum_words[minimum] : "?";
}

static const char *word_at(const void *words, size_t index)
{
	return ((const char *const *)words)[index];
}

/* The index of the word that stands there; -1 after a complaint. */
static int find_word(const struct dna_node *value, const char *what, const char *const *words,
		     struct dna_complaints *complaints)
{
	if (value->type != DNA_NODE_SCALAR) {
		dna_complain(complaints, value, "the name of a %s has to stand here", what);
		return -1;
	}
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], value->text) == 0)
			return i;
	dna_complain_unknown(complaints, value, what, word_at, words);
	return -1;
}

void dna_minimum_read(const struct dna_node *value, enum dna_minimum *minimum,
		      struct dna_complaints *complaints)
{
	int index = find_word(value, "minimum", dna_minimum_words, complaints);

	if (index >= 0)
		*minimum = (enum dna_minimum)index;
}

static bool is_any(const struct dna_node *value)
{
	return value->type == DNA_NODE_SCALAR && strcmp(value->text, ANY) == 0;
}

/* Bits of what an element of the list names; none after a complaint. */
static uint32_t read_roots(const struct dna_node *value, struct dna_complaints *complaints)
{
	int index;

	if (is_any(value))
		return DNA_WITHSTAND_ANY;
	index = find_word(value, "trust root", dna_root_words, complaints);
	return index >= 0 ? UINT32_C(1) << index : 0;
}

void dna_withstand_read(const struct dna_node *value, uint32_t *withstand,
			struct dna_complaints *complaints)
{
	unsigned before = complaints->count;
	uint32_t roots = 0;

	if (is_any(value)) {
		*withstand = DNA_WITHSTAND_ANY;
		return;
	}
	if (value->type != DNA_NODE_SEQUENCE) {
		dna_complain(complaints, value,
			     "a list of trust roots, or the word " ANY ", has to stand here");
		return;
	}
	for (size_t i = 0; i < value->count; i++)
		roots |= read_roots(value->children[i], complaints);
	if (complaints->count == before)
		*withstand = roots;
}

uint32_t dna_demand_named(const struct dna_demand *demand)
{
	uint32_t named = demand->withstand & ~DNA_WITHSTAND_ANY;

	return named != demand->withstand && __builtin_popcount(named) == 1 ? 0 : named;
}

static bool is_same(const struct dna_demand *a, const struct dna_demand *b)
{
	return a->minimum == b->minimum && dna_demand_named(a) == dna_demand_named(b) &&
	       (a->withstand & DNA_WITHSTAND_ANY) == (b->withstand & DNA_WITHSTAND_ANY);
}

bool dna_demand_raise(struct dna_demand *demand, const struct dna_demand *floor)
{
	const struct dna_demand before = *demand;

	if (floor->minimum > demand->minimum)
		demand->minimum = floor->minimum;
	demand->withstand |= floor->withstand;
	return !is_same(demand, &before);
}

/* A floor can add roots to the word, or the word to roots. */
static json_t *roots_json(uint32_t withstand)
{
	json_t *list;

	if (withstand == DNA_WITHSTAND_ANY)
		return json_string(ANY);
	list = json_array();
	if ((withstand & DNA_WITHSTAND_ANY) != 0)
		json_array_append_new(list, json_string(ANY));
	for (unsigned i = 0; dna_root_words[i] != NULL; i++)
		if ((withstand & UINT32_C(1) << i) != 0)
			json_array_append_new(list, json_string(dna_root_words[i]));
	return list;
}

int dna_demand_write(const struct dna_demand *demand, json_t *object)
{
	int r = 0;

	json_object_del(object, "minimum");
	json_object_del(object, "withstand");
	if (demand->minimum != DNA_LEAST_DNA)
		r = json_object_set_new(object, "minimum",
					json_string(dna_minimum_name(demand->minimum)));
	if (r == 0 && demand->withstand != 0)
		r = json_object_set_new(object, "withstand", roots_json(demand->withstand));
	return r == 0 ? 0 : DNA_E_NOMEM;
}

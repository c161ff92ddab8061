/* Reading a mapping by a table of its keys. */
#include "policy/keys.h"

#include <string.h>

static const char *name_at(const void *keys, size_t index)
{
	return ((const struct dna_key *)keys)[index].name;
}

static void refuse_unknown(const struct dna_node *mapping, const struct dna_key *keys,
			   struct dna_complaints *complaints)
{
	for (size_t i = 0; i < mapping->count && !dna_complaints_full(complaints); i += 2) {
		const struct dna_key *key = keys;

		while (key->name != NULL && strcmp(key->name, mapping->children[i]->text) != 0)
			key++;
		if (key->name == NULL)
			dna_complain_unknown(complaints, mapping->children[i], "key", name_at,
					     keys);
	}
}

int dna_keys_read(const struct dna_node *mapping, const struct dna_key_table *table, void *object,
		  struct dna_complaints *complaints)
{
	if (mapping->type != DNA_NODE_MAPPING) {
		dna_complain(complaints, mapping, "%s has to be a mapping of keys to values",
			     table->what);
		return 0;
	}
	refuse_unknown(mapping, table->keys, complaints);
	if (dna_complaints_full(complaints))
		return DNA_E_POLICY;
	for (const struct dna_key *key = table->keys; key->name != NULL; key++) {
		const struct dna_node *value = dna_node_get(mapping, key->name);
		int r = value != NULL && key->read != NULL ? key->read(object, value) : 0;

		if (r != 0)
			return r;
		if (value == NULL && key->required)
			dna_complain(complaints, mapping, "%s needs the key '%s'", table->what,
				     key->name);
	}
	return 0;
}

/*
 * Domain tables, of which there may be two: what is taken of them means the same to a reader of YAML,
 * and is found again.
 */
#include "base/limits.h"
#include "policy/domains.h"
#include "policy/match.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "careful", "pinned", "usual" };
static const struct dna_profile_names profiles = { names, 3 };

/* The complaints about it; 0: there are none. */
static unsigned read_table(struct dna_domains *table, const char *name, struct dna_bytes text)
{
	struct dna_complaints complaints = { .name = name, .source = text };

	dna_buffer_init(&complaints.text, 0);
	if (dna_domains_read(table, text, &profiles, &complaints) != 0)
		abort();
	if ((complaints.count != 0) != (complaints.text.size != 0))
		abort();
	for (size_t i = 0; i < complaints.text.size; i++)
		if ((complaints.text.data[i] < 0x20 && complaints.text.data[i] != '\n') ||
		    complaints.text.data[i] == 0x7f)
			abort();
	dna_buffer_clear(&complaints.text);
	return complaints.count;
}

/* The entry for |key|, which is a domain as a policy's rule may have it, names the profile. */
static void find(const struct dna_domains *table, const char *key, const char *profile)
{
	struct dna_pattern pattern = DNA_PATTERN_ANY;
	struct dna_domains_match match;
	char name[DNA_NAME_MAX + 3];

	if (dna_pattern_read(key, &pattern) != 0 || pattern.kind == DNA_PATTERN_ANYTHING)
		abort();
	strcpy(name, pattern.kind == DNA_PATTERN_BELOW ? "*." : "");
	strcat(name, pattern.name);
	if (!dna_domains_find(table, name, &match) || match.profile >= profiles.count ||
	    strcmp(names[match.profile], profile) != 0)
		abort();
	if (match.matched != name + (pattern.kind == DNA_PATTERN_BELOW))
		abort();
	free(pattern.name);
}

/* |text| was taken. */
static void check_yaml(const struct dna_domains *table, struct dna_bytes text)
{
	struct dna_complaints complaints = { .name = "yaml", .source = text };
	size_t count = dna_domains_count(table) + dna_domains_wildcard_count(table);
	struct dna_node *node = NULL;
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = dna_node_read_yaml(&node, text, &complaints);
	if (count != 0 && (r != 0 || complaints.count != 0 || node->type != DNA_NODE_MAPPING ||
			   node->count != 2 * count))
		abort();
	for (size_t i = 0; count != 0 && i < node->count; i += 2)
		find(table, node->children[i]->text, node->children[i + 1]->text);
	dna_buffer_clear(&complaints.text);
	dna_node_free(node);
}

/* Each file ends before octet 0x1c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size != 0 ? memchr(data, 0x1c, size) : NULL;
	struct dna_bytes first = { data, end != NULL ? (size_t)(end - data) : size };
	struct dna_domains *table;
	unsigned complaints;

	if (dna_domains_new(&table) != 0)
		return 0;
	complaints = read_table(table, "a", first);
	if (end != NULL)
		read_table(table, "b", (struct dna_bytes){ end + 1, size - first.size - 1 });
	if (dna_domains_seal(table) != 0)
		abort();
	if (complaints == 0 && end == NULL)
		check_yaml(table, first);
	dna_domains_free(table);
	return 0;
}

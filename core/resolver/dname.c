/* Domain names in wire form: reading, comparing, taking apart. */
#include "resolver/dname.h"

#include <stdio.h>
#include <string.h>

#define LABELS_MAX 127
#define POINTER    0xc0
#define HEADER     12 /* octets of a message before its first name */

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

static int append(struct dna_dname *name, const uint8_t *label)
{
	size_t size = label[0];

	if (name->size + size + 1 > DNA_DNAME_MAX - (size == 0 ? 0 : 1))
		return DNA_E_SYNTAX;
	name->octets[name->size] = (uint8_t)size;
	for (size_t i = 1; i <= size; i++)
		name->octets[name->size + i] = lower(label[i]);
	name->size = (uint8_t)(name->size + size + 1);
	name->labels = (uint8_t)(name->labels + (size != 0));
	return 0;
}

int dna_dname_read(struct dna_bytes wire, size_t *offset, bool compressed, struct dna_dname *name)
{
	struct dna_dname read = { .size = 0 };
	size_t at = *offset, before = at, end = 0;

	for (;;) {
		size_t size;

		if (at >= wire.size)
			return DNA_E_SYNTAX;
		size = wire.data[at];
		if ((size & POINTER) == POINTER) {
			size_t target;

			if (!compressed || at + 1 >= wire.size)
				return DNA_E_SYNTAX;
			target = (size & ~(size_t)POINTER) << 8 | wire.data[at + 1];
			if (target >= before || target < HEADER)
				return DNA_E_SYNTAX;
			if (end == 0)
				end = at + 2;
			before = at = target;
			continue;
		}
		if (size > 63 || size >= wire.size - at || append(&read, wire.data + at) != 0)
			return DNA_E_SYNTAX;
		at += size + 1;
		if (size == 0)
			break;
	}
	*offset = end != 0 ? end : at;
	if (name != NULL)
		*name = read;
	return 0;
}

int dna_dname_parse(struct dna_dname *name, const char *text)
{
	struct dna_dname read = { .size = 0 };
	uint8_t label[64];

	if (strcmp(text, ".") == 0)
		text = "";
	while (*text != '\0') {
		size_t size = strcspn(text, ".");

		if (size == 0 || size > 63)
			return DNA_E_SYNTAX;
		label[0] = (uint8_t)size;
		memcpy(label + 1, text, size);
		if (append(&read, label) != 0)
			return DNA_E_SYNTAX;
		text += size;
		if (*text == '.')
			text++;
	}
	label[0] = 0;
	append(&read, label);
	*name = read;
	return 0;
}

static bool plain(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' ||
	       octet == '_' || octet == '*';
}

const char *dna_dname_text(const struct dna_dname *name, char text[DNA_DNAME_TEXT])
{
	const uint8_t *label = name->octets;
	char *end = text;

	if (label[0] == 0)
		*end++ = '.';
	for (; label[0] != 0; label += label[0] + 1) {
		for (size_t i = 1; i <= label[0]; i++)
			if (plain(label[i]))
				*end++ = (char)label[i];
			else
				end += sprintf(end, "\\%03u", label[i]);
		*end++ = '.';
	}
	*end = '\0';
	return text;
}

bool dna_dname_equal(const struct dna_dname *a, const struct dna_dname *b)
{
	return a->size == b->size && memcmp(a->octets, b->octets, a->size) == 0;
}

/* The part of |name| that its last |labels| labels are. */
static const uint8_t *tail(const struct dna_dname *name, unsigned labels)
{
	const uint8_t *label = name->octets;

	for (unsigned left = name->labels; left > labels; left--)
		label += label[0] + 1;
	return label;
}

static size_t tail_size(const struct dna_dname *name, const uint8_t *part)
{
	return name->size - (size_t)(part - name->octets);
}

bool dna_dname_below(const struct dna_dname *name, const struct dna_dname *ancestor)
{
	const uint8_t *part;

	if (name->labels < ancestor->labels)
		return false;
	part = tail(name, ancestor->labels);
	return tail_size(name, part) == ancestor->size &&
	       memcmp(part, ancestor->octets, ancestor->size) == 0;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
	size_t least = a[0] < b[0] ? a[0] : b[0];
	int order = memcmp(a + 1, b + 1, least);

	return order != 0 ? order : a[0] - b[0];
}

/* Where each label starts, from the first to the root's. */
static unsigned starts(const struct dna_dname *name, const uint8_t *start[LABELS_MAX + 1])
{
	const uint8_t *label = name->octets;

	for (unsigned i = 0; i <= name->labels; i++, label += label[0] + 1)
		start[i] = label;
	return name->labels;
}

int dna_dname_compare(const struct dna_dname *a, const struct dna_dname *b)
{
	const uint8_t *of_a[LABELS_MAX + 1], *of_b[LABELS_MAX + 1];
	unsigned left_a = starts(a, of_a), left_b = starts(b, of_b);

	while (left_a > 0 && left_b > 0) {
		int order = compare_labels(of_a[--left_a], of_b[--left_b]);

		if (order != 0)
			return order;
	}
	return (int)left_a - (int)left_b;
}

unsigned dna_dname_shared(const struct dna_dname *a, const struct dna_dname *b)
{
	const uint8_t *of_a[LABELS_MAX + 1], *of_b[LABELS_MAX + 1];
	unsigned left_a = starts(a, of_a), left_b = starts(b, of_b), shared = 0;

	while (left_a > 0 && left_b > 0 && compare_labels(of_a[--left_a], of_b[--left_b]) == 0)
		shared++;
	return shared;
}

struct dna_dname dna_dname_ancestor(const struct dna_dname *name, unsigned labels)
{
	const uint8_t *part = tail(name, labels);
	struct dna_dname ancestor = { .size = (uint8_t)tail_size(name, part),
				      .labels = (uint8_t)labels };

	if (labels >= name->labels)
		return *name;
	memcpy(ancestor.octets, part, ancestor.size);
	return ancestor;
}

struct dna_dname dna_dname_parent(const struct dna_dname *name)
{
	return dna_dname_ancestor(name, name->labels == 0 ? 0 : name->labels - 1u);
}

bool dna_dname_is_wildcard(const struct dna_dname *name)
{
	return name->octets[0] == 1 && name->octets[1] == '*';
}

/* The first |prefix| octets of |name|, then |rest|. */
static int join(const struct dna_dname *name, size_t prefix, unsigned labels,
		const struct dna_dname *rest, struct dna_dname *result)
{
	struct dna_dname joined = { .size = (uint8_t)(prefix + rest->size),
				    .labels = (uint8_t)(labels + rest->labels) };

	if (prefix + rest->size > DNA_DNAME_MAX)
		return DNA_E_LIMIT;
	memcpy(joined.octets, name->octets, prefix);
	memcpy(joined.octets + prefix, rest->octets, rest->size);
	*result = joined;
	return 0;
}

int dna_dname_wildcard(const struct dna_dname *encloser, struct dna_dname *wildcard)
{
	static const struct dna_dname star = { 3, 1, { 1, '*', 0 } };

	return join(&star, 2, 1, encloser, wildcard);
}

int dna_dname_substitute(const struct dna_dname *name, const struct dna_dname *owner,
			 const struct dna_dname *target, struct dna_dname *result)
{
	return join(name, (size_t)(name->size - owner->size),
		    (unsigned)(name->labels - owner->labels), target, result);
}

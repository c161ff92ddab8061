/*
 * A set of trust anchors. Sorted by subject, so that the issuers of a certificate are found by
 * bisection and lie side by side; within a subject by content, so that none is there twice.
 */
#include "evidence/certificate.h"
#include "evidence/path_cache.h"

#include <stdlib.h>
#include <string.h>

struct dna_anchors {
	_Atomic unsigned references;
	size_t count, room;
	struct dna_certificate **certificates;
	struct dna_path_cache *paths; /* that were looked for */
};

int dna_anchors_new(struct dna_anchors **anchors)
{
	struct dna_anchors *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	if (dna_path_cache_new(&new->paths) != 0) {
		free(new);
		return DNA_E_NOMEM;
	}
	new->references = 1;
	*anchors = new;
	return 0;
}

struct dna_anchors *dna_anchors_ref(struct dna_anchors *anchors)
{
	anchors->references++;
	return anchors;
}

void dna_anchors_unref(struct dna_anchors *anchors)
{
	if (anchors == NULL || --anchors->references > 0)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		dna_certificate_unref(anchors->certificates[i]);
	free(anchors->certificates);
	dna_path_cache_free(anchors->paths);
	free(anchors);
}

size_t dna_anchors_count(const struct dna_anchors *anchors)
{
	return anchors->count;
}

struct dna_path_cache *dna_anchors_paths(const struct dna_anchors *anchors)
{
	return anchors->paths;
}

struct dna_certificate *dna_anchors_at(const struct dna_anchors *anchors, size_t index)
{
	return anchors->certificates[index];
}

static int compare(struct dna_bytes a, struct dna_bytes b)
{
	size_t size = a.size < b.size ? a.size : b.size;
	int order = size != 0 ? memcmp(a.data, b.data, size) : 0;

	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* The first place whose subject, and with |der| content, is not below what is looked for. */
static size_t place(const struct dna_anchors *anchors, struct dna_bytes subject,
		    const struct dna_bytes *der)
{
	size_t low = 0, high = anchors->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct dna_certificate *anchor = anchors->certificates[middle];
		int order = compare(anchor->subject_name, subject);

		if (order == 0 && der != NULL)
			order = compare(anchor->der, *der);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct dna_certificate *dna_anchors_find(const struct dna_anchors *anchors,
					       const struct dna_certificate *certificate)
{
	size_t index = place(anchors, certificate->subject_name, &certificate->der);

	if (index == anchors->count ||
	    !dna_certificate_same(anchors->certificates[index], certificate))
		return NULL;
	return anchors->certificates[index];
}

size_t dna_anchors_named(const struct dna_anchors *anchors,
			 const struct dna_certificate *certificate, size_t *first)
{
	size_t end = *first = place(anchors, certificate->issuer_name, NULL);

	while (end < anchors->count &&
	       compare(anchors->certificates[end]->subject_name, certificate->issuer_name) == 0)
		end++;
	return end - *first;
}

bool dna_anchors_have(const struct dna_anchors *anchors, struct dna_bytes subject)
{
	for (size_t i = 0; i < anchors->count; i++)
		if (compare(anchors->certificates[i]->subject_name, subject) == 0)
			return true;
	return false;
}

static int insert(struct dna_anchors *anchors, struct dna_certificate *certificate)
{
	size_t index = place(anchors, certificate->subject_name, &certificate->der);

	if (dna_anchors_find(anchors, certificate) != NULL)
		return 0;
	if (anchors->count == anchors->room) {
		size_t room = anchors->room == 0 ? 16 : anchors->room * 2;
		void *grown =
			realloc(anchors->certificates, room * sizeof(struct dna_certificate *));

		if (grown == NULL)
			return DNA_E_NOMEM;
		anchors->certificates = grown;
		anchors->room = room;
	}
	memmove(&anchors->certificates[index + 1], &anchors->certificates[index],
		(anchors->count - index) * sizeof(struct dna_certificate *));
	anchors->certificates[index] = dna_certificate_ref(certificate);
	anchors->count++;
	dna_path_cache_clear(anchors->paths);
	return 0;
}

int dna_anchors_add(struct dna_anchors *anchors, struct dna_bytes der)
{
	struct dna_certificate *certificate;
	int r = dna_certificate_new(&certificate, der);

	if (r != 0)
		return r;
	r = insert(anchors, certificate);
	dna_certificate_unref(certificate);
	return r;
}

/* One certificate in a large bundle that GnuTLS does not understand must not take the others away.
 */
static int add_understood(void *argument, struct dna_bytes der)
{
	int r = dna_anchors_add(argument, der);

	return r == DNA_E_SYNTAX ? 0 : r;
}

int dna_anchors_add_pem(struct dna_anchors *anchors, struct dna_bytes pem)
{
	struct dna_anchors *new;
	int r = dna_anchors_new(&new);

	if (r != 0)
		return r;
	r = dna_pem_read(pem, add_understood, new);
	if (r == 0 && new->count == 0)
		r = DNA_E_SYNTAX;
	for (size_t i = 0; i < new->count &&r == 0; i++)
		r = insert(anchors, new->certificates[i]);
	dna_anchors_unref(new);
	return r;
}

/* Mark the anchors that may have issued |certificate|, and those that may have issued them. */
static void mark_issuers(const struct dna_anchors *anchors,
			 const struct dna_certificate *certificate, bool *marks)
{
	size_t first, count = dna_anchors_named(anchors, certificate, &first);

	for (size_t i = first; i < first + count; i++) {
		if (marks[i] ||
		    !dna_certificate_names_issuer(certificate, anchors->certificates[i]))
			continue;
		marks[i] = true;
		mark_issuers(anchors, anchors->certificates[i], marks);
	}
}

int dna_anchors_relevant(const struct dna_anchors *anchors, const struct dna_chain *chain,
			 int (*each)(void *argument, struct dna_bytes der), void *argument)
{
	bool *marks = calloc(anchors->count + 1, sizeof(*marks));
	int r = 0;

	if (marks == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; i < chain->count; i++) {
		const struct dna_certificate *certificate = chain->certificates[i];

		mark_issuers(anchors, certificate, marks);
		if (dna_anchors_find(anchors, certificate) != NULL)
			marks[place(anchors, certificate->subject_name, &certificate->der)] = true;
	}
	for (size_t i = 0; i < anchors->count && r == 0; i++)
		if (marks[i])
			r = each(argument, anchors->certificates[i]->der);
	free(marks);
	return r;
}

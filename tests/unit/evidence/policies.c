/* Certificate policies: what authorities demand of all below them. */
#include "pki.h"
#include "evidence/extensions.h"

#include <criterion/criterion.h>

#include <string.h>

#define LENGTH_MAX 5

/* From the anchor down; a certificate with the name of the one above it issued itself. */
struct line {
	struct pki_template certificates[LENGTH_MAX];
	const char *refused; /* NULL: it is a path */
};

static int path_of(const struct line *line, struct dna_path *path)
{
	struct pki pki[LENGTH_MAX];
	const struct pki *above[LENGTH_MAX] = { NULL };
	struct dna_anchors *anchors;
	struct dna_chain *chain;
	size_t count = 0;
	int r;

	for (; count < LENGTH_MAX && line->certificates[count].subject != NULL; count++) {
		struct pki_template template = line->certificates[count];

		template.ca = true;
		template.key_ids = true;
		pki[count] = pki_issue(count > 0 ? &pki[count - 1] : NULL, template);
	}
	for (size_t i = 0; i + 2 < count; i++)
		above[i] = &pki[count - 2 - i];
	chain = pki_chain(&pki[count - 1], above[0], above[1], above[2], NULL);
	anchors = pki_anchors(&pki[0], NULL);
	memset(path, 0, sizeof(*path));
	r = dna_chain_path(chain, anchors, NOW, path);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	for (size_t i = 0; i < count; i++)
		pki_free(&pki[i]);
	return r;
}

static void check(const struct line *lines, size_t count)
{
	struct dna_path path;

	for (size_t i = 0; i < count; i++) {
		int r = path_of(&lines[i], &path);

		if (lines[i].refused == NULL)
			cr_expect_eq(r, 0, "line %zu: %s", i, path.reason);
		else
			cr_expect(r == DNA_E_NOTFOUND &&
					  strstr(path.reason, lines[i].refused) != NULL,
				  "line %zu: \"%s\" does not say \"%s\"", i, path.reason,
				  lines[i].refused);
	}
}

#define ROOT                      \
	{                         \
		.subject = "CN=R" \
	}
#define DEMAND(subject) "an authority demands a certificate policy, and " subject " has none"

/* PKIX-001: RFC 5280 section 6.1.3 (d) to (f) */
Test(policies, are_asked_for_by_authorities_alone)
{
	static const struct line lines[] = {
		/* Nobody demands any. */
		{ { ROOT, { .subject = "CN=A" }, { .subject = "CN=L", .policies = "Q" } }, NULL },
		{ { ROOT, { .subject = "CN=A", .policies = "P" }, { .subject = "CN=L" } }, NULL },
		/* One does, from here on. */
		{ { ROOT,
		    { .subject = "CN=A", .policies = "PQ", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "QR" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "Q" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1 },
		    { .subject = "CN=L" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "P" } },
		  DEMAND("the certificate of CN=A") },
		/* The leaf itself does; an anchor does. */
		{ { ROOT, { .subject = "CN=L", .explicit_policy = 1 } },
		  DEMAND("the certificate") },
		{ { { .subject = "CN=R", .explicit_policy = 1 }, { .subject = "CN=L" } },
		  DEMAND("the certificate") },
		{ { { .subject = "CN=R", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "P" } },
		  NULL },
		/* Two have the leaf's, with one between them that has not. */
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1 },
		    { .subject = "CN=B", .policies = "Q" },
		    { .subject = "CN=L", .policies = "P" } },
		  DEMAND("the certificate of CN=B") },
	};

	check(lines, sizeof(lines) / sizeof(lines[0]));
}

/* RFC 5280 section 6.1.4 (h), (i): after so many certificates, of which those that issued themselves
 * are none. */
Test(policies, are_asked_for_further_down)
{
	static const struct line lines[] = {
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 4 },
		    { .subject = "CN=B" },
		    { .subject = "CN=L" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 3 },
		    { .subject = "CN=B" },
		    { .subject = "CN=L" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 2 },
		    { .subject = "CN=B" },
		    { .subject = "CN=L" } },
		  DEMAND("the certificate of CN=B") },
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 4 },
		    { .subject = "CN=A" },
		    { .subject = "CN=B" },
		    { .subject = "CN=L" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .explicit_policy = 4 },
		    { .subject = "CN=B", .explicit_policy = 1 },
		    { .subject = "CN=L" } },
		  DEMAND("the certificate of CN=B") },
	};

	check(lines, sizeof(lines) / sizeof(lines[0]));
}

/* Section 6.1.3 (d) (2), 6.1.4 (j) */
Test(policies, may_be_any_until_that_is_inhibited)
{
	static const struct line lines[] = {
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1 },
		    { .subject = "CN=B", .policies = "*" },
		    { .subject = "CN=L", .policies = "P" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1 },
		    { .subject = "CN=B", .policies = "*" },
		    { .subject = "CN=L", .policies = "Q" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "*", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "*" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1, .any_policy = 1 },
		    { .subject = "CN=L", .policies = "*" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1, .any_policy = 2 },
		    { .subject = "CN=B", .policies = "*" },
		    { .subject = "CN=L", .policies = "P" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1, .any_policy = 2 },
		    { .subject = "CN=B", .policies = "*" },
		    { .subject = "CN=L", .policies = "*" } },
		  DEMAND("the certificate") },
		/* Who issued itself may still have it. */
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .explicit_policy = 1, .any_policy = 1 },
		    { .subject = "CN=A", .policies = "*" },
		    { .subject = "CN=L", .policies = "P" } },
		  NULL },
	};

	check(lines, sizeof(lines) / sizeof(lines[0]));
}

/* Section 6.1.4 (a), (b) */
Test(policies, may_have_another_name_below)
{
	static const struct line lines[] = {
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .mappings = "PQ", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "Q" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A", .policies = "P", .mappings = "PQ", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "P" } },
		  DEMAND("the certificate") },
		{ { ROOT,
		    { .subject = "CN=A",
		      .policies = "P",
		      .mappings = "PQ PR",
		      .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "R" } },
		  NULL },
		/* Of any policy, one that is not listed. */
		{ { ROOT,
		    { .subject = "CN=A", .policies = "*", .mappings = "PQ", .explicit_policy = 1 },
		    { .subject = "CN=B", .policies = "Q", .explicit_policy = 1 },
		    { .subject = "CN=L", .policies = "Q" } },
		  NULL },
		{ { ROOT,
		    { .subject = "CN=A",
		      .policies = "P",
		      .explicit_policy = 1,
		      .policy_mapping = 1 },
		    { .subject = "CN=B", .policies = "P", .mappings = "PQ" },
		    { .subject = "CN=L", .policies = "Q" } },
		  DEMAND("the certificate of CN=B") },
		{ { ROOT,
		    { .subject = "CN=A",
		      .policies = "PR",
		      .explicit_policy = 1,
		      .policy_mapping = 1 },
		    { .subject = "CN=B", .policies = "PR", .mappings = "PQ" },
		    { .subject = "CN=L", .policies = "R" } },
		  NULL },
		{ { ROOT, { .subject = "CN=A", .mappings = "P*" }, { .subject = "CN=L" } },
		  "the certificate of CN=A maps policies to or from any policy" },
		{ { ROOT, { .subject = "CN=A", .mappings = "*P" }, { .subject = "CN=L" } },
		  "the certificate of CN=A maps policies to or from any policy" },
	};

	check(lines, sizeof(lines) / sizeof(lines[0]));
}

/* More than are kept are taken for none, which matters where one is demanded. */
Test(policies, are_bounded)
{
	char many[100];
	struct line line = { { ROOT,
			       { .subject = "CN=A", .policies = many },
			       { .subject = "CN=L", .policies = "0" } },
			     NULL };
	struct dna_path path;

	for (size_t i = 0; i < 65; i++)
		many[i] = (char)('0' + i);
	many[65] = '\0';
	check(&line, 1);
	line.certificates[1].explicit_policy = 1;
	cr_expect_eq(path_of(&line, &path), DNA_E_NOTFOUND);
	many[64] = '\0';
	check(&line, 1);
}

/* SEC-006: the search for a path goes through them again for each one that it finds. */
Test(policies, are_listed_up_to_a_bound)
{
	char many[257 * 3];
	struct line line = { { ROOT,
			       { .subject = "CN=A", .policies = "A", .mappings = many },
			       { .subject = "CN=L" } },
			     "are not well formed" };

	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = "AB "[i % 3];
	many[sizeof(many) - 1] = '\0';
	check(&line, 1);
	many[sizeof(many) - 4] = '\0';
	line.refused = NULL;
	check(&line, 1);
}

/* inhibitAnyPolicy with an INTEGER that is encoded like this. */
static struct dna_extensions read_any_policy(struct dna_bytes integer)
{
	struct dna_buffer value, extension, list, der;
	struct dna_extensions extensions;

	dna_buffer_init(&value, 0);
	dna_buffer_init(&extension, 0);
	dna_buffer_init(&list, 0);
	dna_buffer_init(&der, 0);
	pki_der(&value, 0x02, integer.data, integer.size);
	pki_der(&extension, 0x06, "\x55\x1d\x36", 3);
	pki_der(&extension, 0x04, value.data, value.size);
	pki_der(&list, 0x30, extension.data, extension.size);
	pki_der(&der, 0x30, list.data, list.size);
	dna_extensions_read((struct dna_bytes){ der.data, der.size }, &extensions);
	dna_buffer_clear(&value);
	dna_buffer_clear(&extension);
	dna_buffer_clear(&list);
	dna_buffer_clear(&der);
	return extensions;
}

/* A number that is longer than it has to be is not taken for a large one, which demands nothing. */
Test(policies, are_demanded_after_a_number_as_der_has_it)
{
	static const struct {
		const char *octets;
		size_t size;
		int count; /* -1: it cannot be read */
	} cases[] = {
		{ "\x00", 1, 0 },       { "\x7f", 1, 127 },    { "\x00\x80", 2, 127 },
		{ "\x01\x00", 2, 127 }, { "\x00\x00", 2, -1 }, { "\x00\x7f", 2, -1 },
		{ "\x80", 1, -1 },      { "\x80\x01", 2, -1 }, { "", 0, -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dna_bytes octets = { (const uint8_t *)cases[i].octets, cases[i].size };
		struct dna_extensions extensions = read_any_policy(octets);

		cr_expect_eq(extensions.readable, cases[i].count >= 0, "case %zu", i);
		if (extensions.readable)
			cr_expect_eq(extensions.any_policy, cases[i].count, "case %zu", i);
	}
}

Test(policies, are_well_formed_or_not_believed)
{
	static const struct line lines[] = {
		{ { ROOT, { .subject = "CN=L", .policies = "" } }, "are not well formed" },
		{ { ROOT, { .subject = "CN=A", .mappings = "" }, { .subject = "CN=L" } },
		  "are not well formed" },
		{ { ROOT, { .subject = "CN=L", .explicit_policy = 200 } }, "are not well formed" },
		{ { ROOT, { .subject = "CN=L", .any_policy = 200 } }, "are not well formed" },
	};

	check(lines, sizeof(lines) / sizeof(lines[0]));
}

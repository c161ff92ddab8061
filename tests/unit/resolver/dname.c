/* Names in wire form. */
#include "resolver/dname.h"

#include "build.h"

#include <criterion/criterion.h>
#include <string.h>

/* At offset 12 of a message, behind a header that no name may reach into. */
static int read_at(const void *octets, size_t size, size_t offset, bool compressed,
		   struct dna_dname *name, size_t *end)
{
	uint8_t message[600] = { 0 };

	memcpy(message + 12, octets, size);
	*end = 12 + offset;
	return dna_dname_read((struct dna_bytes){ message, 12 + size }, end, compressed, name);
}

Test(dname, reads_and_expands)
{
	static const uint8_t octets[] = "\1a\2BC\0\1x\xc0\x0e"; /* a.bc. x.->bc. */
	struct dna_dname name;
	char text[DNA_DNAME_TEXT];
	size_t end;

	cr_assert_eq(read_at(octets, 10, 0, false, &name, &end), 0);
	cr_expect_str_eq(dna_dname_text(&name, text), "a.bc.");
	cr_expect_eq(end, 18);
	cr_expect_eq(name.labels, 2);
	cr_assert_eq(read_at(octets, 10, 6, true, &name, &end), 0);
	cr_expect_str_eq(dna_dname_text(&name, text), "x.bc.");
	cr_expect_eq(end, 22);
	cr_expect_eq(read_at(octets, 10, 6, false, &name, &end), DNA_E_SYNTAX);
}

Test(dname, refuses_what_is_no_name)
{
	static const struct {
		const char *about;
		const char *octets;
		size_t size, offset;
	} cases[] = {
		{ "cut in a label", "\3ab", 3, 0 },
		{ "without its end", "\1a", 2, 0 },
		{ "a pointer to itself", "\xc0\x0c", 2, 0 },
		{ "a pointer forwards", "\xc0\x0e\0", 3, 0 },
		{ "two pointers at each other", "\xc0\x0e\xc0\x0c", 4, 2 },
		{ "a pointer into itself", "\1a\xc0\x0c", 4, 0 },
		{ "a pointer into the header", "\xc0\x0b", 2, 0 },
		{ "half a pointer", "\xc0", 1, 0 },
		{ "an extended label", "\x41\0", 2, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_dname name;
		size_t end;

		cr_expect_eq(
			read_at(cases[i].octets, cases[i].size, cases[i].offset, true, &name, &end),
			DNA_E_SYNTAX, "%s", cases[i].about);
	}
}

Test(dname, has_at_most_255_octets)
{
	uint8_t octets[300];
	struct dna_dname name, longer, root = name_of(".");
	size_t end;

	for (unsigned last = 61; last <= 62; last++) {
		size_t size = 0;

		for (unsigned i = 0; i < 4; i++) {
			unsigned label = i < 3 ? 63 : last;

			octets[size] = (uint8_t)label;
			memset(octets + size + 1, 'a', label);
			size += label + 1;
		}
		octets[size++] = 0;
		cr_expect_eq(size, 194 + last);
		cr_expect_eq(read_at(octets, size, 0, true, &name, &end) == 0, last == 61);
	}
	cr_assert_eq(read_at("\77"
			     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0",
			     65, 0, false, &name, &end),
		     0);
	cr_assert_eq(dna_dname_substitute(&name, &root, &name, &longer), 0);
	cr_expect_eq(longer.size, 129);
	cr_expect_eq(dna_dname_substitute(&longer, &root, &longer, &name), DNA_E_LIMIT);
}

/* RFC 4034 section 6.1 has this order. */
Test(dname, compares_in_canonical_order)
{
	static const char octets[][24] = {
		"\7example",        "\1a\7example",       "\10yljkjljk\1a\7example",
		"\1Z\1a\7example",  "\4zABC\1a\7EXAMPLE", "\1z\7example",
		"\1\1\1z\7example", "\1*\1z\7example",    "\1\310\1z\7example",
	};
	struct dna_dname names[9];
	size_t end;

	for (size_t i = 0; i < 9; i++)
		cr_assert_eq(read_at(octets[i], sizeof(octets[i]), 0, false, &names[i], &end), 0);
	for (size_t i = 0; i < 9; i++)
		for (size_t k = 0; k < 9; k++) {
			int order = dna_dname_compare(&names[i], &names[k]);

			cr_expect_eq((order > 0) - (order < 0), (i > k) - (i < k), "%zu %zu", i, k);
		}
}

Test(dname, takes_names_apart)
{
	struct dna_dname name = name_of("_sip.A.example"), zone = name_of("example."), other;
	char text[DNA_DNAME_TEXT];

	cr_expect(dna_dname_below(&name, &zone));
	cr_expect(dna_dname_below(&zone, &zone));
	cr_expect_not(dna_dname_below(&zone, &name));
	other = name_of("xample");
	cr_expect_not(dna_dname_below(&name, &other));
	other = name_of(".");
	cr_expect(dna_dname_below(&name, &other));
	other = dna_dname_parent(&name);
	cr_expect_str_eq(dna_dname_text(&other, text), "a.example.");
	other = dna_dname_ancestor(&name, 0);
	cr_expect_str_eq(dna_dname_text(&other, text), ".");
	other = name_of("b.a.example");
	cr_expect_eq(dna_dname_shared(&name, &other), 2);
	cr_assert_eq(dna_dname_wildcard(&zone, &other), 0);
	cr_expect_str_eq(dna_dname_text(&other, text), "*.example.");
	cr_expect(dna_dname_is_wildcard(&other));
	other = name_of("new.test");
	cr_assert_eq(dna_dname_substitute(&name, &zone, &other, &name), 0);
	cr_expect_str_eq(dna_dname_text(&name, text), "_sip.a.new.test.");
}

Test(dname, escapes_for_people)
{
	struct dna_dname name;
	char text[DNA_DNAME_TEXT];
	size_t end;

	cr_assert_eq(read_at("\4a.\33b\0", 6, 0, false, &name, &end), 0);
	cr_expect_str_eq(dna_dname_text(&name, text), "a\\046\\027b.");
}

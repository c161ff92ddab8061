/* The ELF reader on real files, and on what is left of them. */
#include "plugin/elf.h"
#include "shelf.h"

#include <dna/prooftype.h>

#include <criterion/criterion.h>

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define SYMBOL "good_LTX_dna_prooftype"

static int find(struct dna_bytes file, const char *symbol, size_t *size)
{
	const char *why = NULL;
	int r = dna_elf_find(file, symbol, size, &why);

	cr_assert((r == 0) == (why == NULL));
	return r;
}

Test(elf, finds_what_is_exported)
{
	struct dna_bytes file = shelf_read("good");
	size_t size = 0;

	cr_assert_eq(find(file, SYMBOL, &size), 0);
	cr_assert_geq(size, sizeof(struct dna_prooftype)); /* a sanitizer pads it */
	cr_assert_eq(find(file, "good_LTX_dna_prooftyp", &size), DNA_E_NOTFOUND);
	cr_assert_eq(find(file, "ood_LTX_dna_prooftype", &size), DNA_E_NOTFOUND);
	cr_assert_eq(find(file, "params", &size), DNA_E_NOTFOUND);
	free((void *)file.data);
}

/* A name that is used is not one that is defined, and a function is no data. */
Test(elf, does_not_find_what_is_only_used)
{
	struct dna_bytes file = shelf_read("unresolved");
	size_t size = 0;

	cr_assert_eq(find(file, "dna_function_that_nobody_has", &size), DNA_E_NOTFOUND);
	cr_assert_eq(find(file, "unresolved_LTX_dna_prooftype", &size), 0);
	free((void *)file.data);
}

Test(elf, refuses_other_files)
{
	static const char text[] = "#!/bin/sh\nexit 0\n";
	struct dna_bytes file = shelf_read("good");
	uint8_t *octets = (uint8_t *)file.data;
	size_t size = 0;

	cr_assert_eq(find((struct dna_bytes){ NULL, 0 }, SYMBOL, &size), DNA_E_SYNTAX);
	cr_assert_eq(find((struct dna_bytes){ (const uint8_t *)text, strlen(text) }, SYMBOL, &size),
		     DNA_E_SYNTAX);
	octets[EI_CLASS] ^= 3;
	cr_assert_eq(find(file, SYMBOL, &size), DNA_E_SYNTAX);
	octets[EI_CLASS] ^= 3;
	octets[EI_DATA] ^= 3;
	cr_assert_eq(find(file, SYMBOL, &size), DNA_E_SYNTAX);
	octets[EI_DATA] ^= 3;
	octets[offsetof(ElfW(Ehdr), e_type)] = ET_EXEC;
	cr_assert_eq(find(file, SYMBOL, &size), DNA_E_SYNTAX);
	free(octets);
}

/* Each in memory of its own, so that a sanitizer sees what is read beyond. */
Test(elf, survives_every_truncation)
{
	struct dna_bytes file = shelf_read("good");
	size_t size;

	for (size_t length = 0; length < file.size; length += length < 128 ? 1 : 61) {
		uint8_t *part = malloc(length + 1);

		memcpy(part, file.data, length);
		cr_assert_eq(find((struct dna_bytes){ part, length }, SYMBOL, &size), DNA_E_SYNTAX,
			     "%zu", length);
		free(part);
	}
	free((void *)file.data);
}

/* Any octet of a header wrong: found, or refused, and nothing else happens. */
Test(elf, survives_wrong_headers)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct dna_bytes file = shelf_read("good");
	uint8_t *octets = (uint8_t *)file.data;
	ElfW(Ehdr) header;
	size_t size, sections;

	memcpy(&header, octets, sizeof(header));
	sections = header.e_shnum * sizeof(ElfW(Shdr));
	for (size_t i = 0; i < sizeof(header) + sections; i++) {
		size_t offset = i < sizeof(header) ? i : header.e_shoff + i - sizeof(header);
		uint8_t before = octets[offset];

		for (size_t v = 0; v < sizeof(values); v++) {
			octets[offset] = values[v];
			find(file, SYMBOL, &size);
		}
		octets[offset] = before;
	}
	cr_assert_eq(find(file, SYMBOL, &size), 0);
	free(octets);
}

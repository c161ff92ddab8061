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

/* Where the entry of SYMBOL stands in the file. */
static size_t offset_of_symbol(struct dna_bytes file)
{
	ElfW(Ehdr) header;
	ElfW(Shdr) section, names;
	ElfW(Sym) symbol;

	memcpy(&header, file.data, sizeof(header));
	for (size_t i = 0; i < header.e_shnum; i++) {
		memcpy(&section, file.data + header.e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type == SHT_DYNSYM)
			break;
	}
	memcpy(&names, file.data + header.e_shoff + section.sh_link * sizeof(names), sizeof(names));
	for (size_t offset = section.sh_offset;; offset += sizeof(symbol)) {
		cr_assert_lt(offset, section.sh_offset + section.sh_size);
		memcpy(&symbol, file.data + offset, sizeof(symbol));
		if (strcmp((char *)file.data + names.sh_offset + symbol.st_name, SYMBOL) == 0)
			return offset;
	}
}

Test(elf, finds_only_data_that_is_defined_and_global)
{
	static const struct {
		unsigned char info;
		bool defined;
		int found;
	} cases[] = {
		{ ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), true, 0 },
		{ ELF64_ST_INFO(STB_WEAK, STT_OBJECT), true, 0 },
		{ ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), true, DNA_E_NOTFOUND },
		{ ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), true, DNA_E_NOTFOUND },
		{ ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), true, DNA_E_NOTFOUND },
		{ ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), false, DNA_E_NOTFOUND },
	};
	struct dna_bytes file = shelf_read("good");
	size_t offset = offset_of_symbol(file), size;
	ElfW(Sym) before, symbol;

	memcpy(&before, file.data + offset, sizeof(before));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		symbol = before;
		symbol.st_info = cases[i].info;
		if (!cases[i].defined)
			symbol.st_shndx = SHN_UNDEF;
		memcpy((uint8_t *)file.data + offset, &symbol, sizeof(symbol));
		cr_expect_eq(find(file, SYMBOL, &size), cases[i].found, "%zu", i);
	}
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

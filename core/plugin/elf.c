/* Reads the dynamic symbol table of an ELF file (the System V ABI, chapters 4 and 5). */
#include "plugin/elf.h"

#include <elf.h>
#include <link.h>
#include <string.h>

/* Both classes have the same shape; only that of this process can be loaded into it. */
typedef ElfW(Ehdr) header_t;
typedef ElfW(Shdr) section_t;
typedef ElfW(Sym) symbol_t;

#define NATIVE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)
#define NATIVE_DATA  (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

/* |file| from |offset| on, |size| octets of it; false when it does not reach that far. */
static bool part(struct dna_bytes file, uint64_t offset, uint64_t size, struct dna_bytes *bytes)
{
	if (offset > file.size || size > file.size - offset)
		return false;
	*bytes = (struct dna_bytes){ file.data + offset, (size_t)size };
	return true;
}

/* Headers are copied: a hostile file need not align them. */
static bool copy(struct dna_bytes file, uint64_t offset, void *to, size_t size)
{
	struct dna_bytes bytes;

	if (!part(file, offset, size, &bytes))
		return false;
	memcpy(to, bytes.data, size);
	return true;
}

static const char *check_header(struct dna_bytes file, header_t *header)
{
	struct dna_bytes sections;

	if (file.size < SELFMAG || memcmp(file.data, ELFMAG, SELFMAG) != 0)
		return "is not a shared object";
	if (!copy(file, 0, header, sizeof(*header)))
		return "is truncated";
	if (header->e_ident[EI_CLASS] != NATIVE_CLASS || header->e_ident[EI_DATA] != NATIVE_DATA)
		return "is made for another kind of machine";
	if (header->e_type != ET_DYN || header->e_shentsize != sizeof(section_t))
		return "is not a shared object";
	/* The table of sections stands at the end of a file as linkers write it. */
	if (!part(file, header->e_shoff, (uint64_t)header->e_shnum * sizeof(section_t), &sections))
		return "is truncated";
	return NULL;
}

static bool read_section(struct dna_bytes file, const header_t *header, size_t index,
			 section_t *section)
{
	return index < header->e_shnum &&
	       copy(file, header->e_shoff + index * sizeof(*section), section, sizeof(*section));
}

/* The dynamic symbols and their names. Only the first such section counts: there is to be one. */
static const char *find_tables(struct dna_bytes file, const header_t *header,
			       struct dna_bytes *symbols, struct dna_bytes *names)
{
	section_t section, strings;

	for (size_t i = 0; i < header->e_shnum; i++) {
		if (!read_section(file, header, i, &section))
			return "is truncated";
		if (section.sh_type != SHT_DYNSYM)
			continue;
		if (!read_section(file, header, section.sh_link, &strings) ||
		    section.sh_entsize != sizeof(symbol_t) ||
		    !part(file, section.sh_offset, section.sh_size, symbols) ||
		    !part(file, strings.sh_offset, strings.sh_size, names))
			return "has a damaged symbol table";
		return NULL;
	}
	return "has no dynamic symbol table";
}

static bool is_named(const symbol_t *symbol, struct dna_bytes names, const char *name)
{
	size_t size = strlen(name) + 1;

	return symbol->st_name <= names.size && size <= names.size - symbol->st_name &&
	       memcmp(names.data + symbol->st_name, name, size) == 0;
}

/* ELF32_ST_BIND and ELF32_ST_TYPE are the same for both classes. */
static bool is_exported_data(const symbol_t *symbol)
{
	unsigned bind = ELF32_ST_BIND(symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF && ELF32_ST_TYPE(symbol->st_info) == STT_OBJECT &&
	       (bind == STB_GLOBAL || bind == STB_WEAK);
}

int dna_elf_find(struct dna_bytes file, const char *symbol, size_t *size, const char **why)
{
	struct dna_bytes symbols, names;
	header_t header;
	symbol_t entry;

	*why = check_header(file, &header);
	if (*why == NULL)
		*why = find_tables(file, &header, &symbols, &names);
	if (*why != NULL)
		return DNA_E_SYNTAX;
	for (size_t i = 0; i < symbols.size / sizeof(entry); i++) {
		memcpy(&entry, symbols.data + i * sizeof(entry), sizeof(entry));
		if (is_exported_data(&entry) && is_named(&entry, names, symbol)) {
			*size = (size_t)entry.st_size;
			return 0;
		}
	}
	*why = "does not export what a prooftype has to";
	return DNA_E_NOTFOUND;
}

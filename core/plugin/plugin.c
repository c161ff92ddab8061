/* One plugin, from the name to the contract. Nothing of it runs before its file has passed. */
#include "plugin/plugin.h"
#include "base/limits.h"
#include "plugin/contract.h"
#include "plugin/elf.h"
#include "plugin/file.h"
#include "plugin/loader.h"
#include "plugin/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYMBOL_SUFFIX "_LTX_dna_prooftype"

struct symbol {
	char name[DNA_PLUGIN_NAME_MAX + sizeof(SYMBOL_SUFFIX)];
};

bool dna_plugin_is_name(const char *name, size_t size)
{
	return size > 0 && size <= DNA_PLUGIN_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") >= size;
}

/* "dnssec-srv" is exported as dnssec_srv_LTX_dna_prooftype. */
static struct symbol symbol_of(const char *name)
{
	struct symbol symbol;

	snprintf(symbol.name, sizeof(symbol.name), "%s" SYMBOL_SUFFIX, name);
	for (char *c = symbol.name; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	return symbol;
}

/* How far it came: |why| is a phrase about |subject|. */
struct attempt {
	const char *name;
	const char *subject;
	bool opened;
	struct dna_buffer why;
	char path[PATH_MAX]; /* of the file, first as it is named, then with symbolic links followed
			      */
	char directory[PATH_MAX]; /* where that really is */
};

static int refuse(struct attempt *attempt, const char *phrase)
{
	dna_buffer_text(&attempt->why, phrase);
	return DNA_E_PLUGIN;
}

static int check_directory(struct attempt *attempt, const char *directory)
{
	struct stat status;

	attempt->subject = directory;
	if (stat(directory, &status) != 0) {
		int r = errno == ENOENT ? DNA_E_NOTFOUND : DNA_E_PLUGIN;

		dna_buffer_format(&attempt->why, "cannot be read: %m");
		return r;
	}
	return dna_file_trusted(&status, &attempt->why) ? 0 : DNA_E_PLUGIN;
}

/* Follow symbolic links; a directory that they lead away to is checked whoever named the first one.
 */
static int resolve(struct attempt *attempt, const char *directory)
{
	char real[PATH_MAX];
	struct stat status;

	if (snprintf(attempt->path, PATH_MAX, "%s/%s.so", directory, attempt->name) >= PATH_MAX)
		return refuse(attempt, "has too long a name");
	attempt->subject = attempt->path;
	if (lstat(attempt->path, &status) != 0 && errno == ENOENT) {
		dna_buffer_text(&attempt->why, "does not exist");
		return DNA_E_NOTFOUND;
	}
	if (realpath(attempt->path, real) == NULL) {
		dna_buffer_format(&attempt->why, "cannot be followed: %m");
		return DNA_E_PLUGIN;
	}
	strcpy(attempt->path, real);
	strcpy(attempt->directory, real);
	*strrchr(attempt->directory, '/') = '\0';
	if (strcmp(attempt->directory, directory) == 0)
		return 0;
	return check_directory(attempt, attempt->directory[0] != '\0' ? attempt->directory : "/");
}

static int read_file(struct attempt *attempt, struct dna_buffer *content)
{
	struct stat status;
	int fd, r;

	attempt->subject = attempt->path;
	r = dna_file_open(attempt->path, &fd, &status, &attempt->why);
	if (r != 0)
		return DNA_E_PLUGIN;
	if (dna_file_trusted(&status, &attempt->why))
		r = dna_file_read(fd, content, &attempt->why);
	else
		r = DNA_E_PLUGIN;
	close(fd);
	return r == 0 || r == DNA_E_NOMEM ? r : DNA_E_PLUGIN;
}

/* Opening a file runs its constructors: it has to look like a plugin before. */
static int check_symbol(struct attempt *attempt, const char *symbol, size_t *size)
{
	struct dna_buffer content;
	const char *phrase;
	int r;

	dna_buffer_init(&content, DNA_PLUGIN_MAX);
	r = read_file(attempt, &content);
	if (r == 0) {
		r = dna_elf_find((struct dna_bytes){ content.data, content.size }, symbol, size,
				 &phrase);
		if (r == DNA_E_NOTFOUND)
			dna_buffer_format(&attempt->why, "does not export '%s'", symbol);
		else if (r != 0)
			dna_buffer_text(&attempt->why, phrase);
		r = r == 0 ? 0 : DNA_E_PLUGIN;
	}
	dna_buffer_clear(&content);
	return r;
}

/*
 * Between the check and the opening nobody can put another file in its place: the directory is
 * writable by root and the caller alone, or the caller said that it is to be trusted.
 */
static int load(struct attempt *attempt, const char *directory, bool trusted,
		struct dna_prooftype **prooftype)
{
	struct symbol symbol = symbol_of(attempt->name);
	const void *declaration;
	size_t size;
	int r = 0;

	if (!trusted)
		r = check_directory(attempt, directory);
	if (r == 0)
		r = resolve(attempt, directory);
	if (r == 0)
		r = check_symbol(attempt, symbol.name, &size);
	attempt->opened = r == 0;
	if (r == 0)
		r = dna_loader_open(attempt->path, symbol.name, &declaration, &attempt->why);
	if (r == 0)
		r = dna_prooftype_adopt(prooftype, declaration, size, attempt->name, &attempt->why);
	return r;
}

int dna_plugin_load(struct dna_prooftype **prooftype, const char *directory, bool trusted,
		    const char *name, bool *opened, struct dna_buffer *why)
{
	struct attempt attempt = { .name = name, .subject = directory };
	int r;

	*opened = false;
	if (!dna_plugin_is_name(name, strlen(name))) {
		dna_buffer_text(why, "a prooftype has a short name of a-z, 0-9 and '-'");
		return DNA_E_NOTFOUND;
	}
	dna_buffer_init(&attempt.why, 0);
	r = load(&attempt, directory, trusted, prooftype);
	*opened = attempt.opened;
	if (r != 0 && attempt.why.size != 0)
		dna_buffer_format(why, "%s %s", attempt.subject, (char *)attempt.why.data);
	dna_buffer_clear(&attempt.why);
	return r;
}

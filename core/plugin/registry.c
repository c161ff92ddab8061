/* The plugins: which there are, which are loaded, which were refused and why. */
#include "plugin/registry.h"
#include "base/buffer.h"
#include "plugin/contract.h"
#include "plugin/file.h"
#include "plugin/plugin.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".so"

/* What came of loading a prooftype. */
struct entry {
	char *name;
	struct dna_prooftype *prooftype; /* NULL: refused */
	int error;
	bool opened; /* for good, as it was then */
	char *refusal;
};

struct dna_registry {
	char *directory;
	bool trusted;
	char **names; /* sorted */
	size_t name_count;
	struct entry *entries;
	size_t entry_count;
	struct dna_anchor_sets *anchor_sets; /* of recordings */
};

static void clear(struct entry *entry)
{
	free(entry->name);
	dna_prooftype_free(entry->prooftype);
	free(entry->refusal);
}

/* ---- What there is ---- */

/* The length of the prooftype's name in that of the file; 0: not a plugin's. */
static size_t name_size(const struct dirent *file)
{
	size_t size = strlen(file->d_name);

	if (size <= strlen(SUFFIX) || strcmp(file->d_name + size - strlen(SUFFIX), SUFFIX) != 0)
		return 0;
	size -= strlen(SUFFIX);
	return dna_plugin_is_name(file->d_name, size) ? size : 0;
}

static int is_plugin(const struct dirent *file)
{
	return name_size(file) != 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_names(struct dna_registry *registry)
{
	struct dirent **files = NULL;
	int count = scandir(registry->directory, &files, is_plugin, NULL), r = 0;

	if (count < 0)
		return errno == ENOMEM ? DNA_E_NOMEM : DNA_E_IO;
	registry->names = calloc((size_t)count + 1, sizeof(char *));
	if (registry->names == NULL)
		r = DNA_E_NOMEM;
	for (int i = 0; i < count; i++) {
		if (r == 0) {
			char *name = strndup(files[i]->d_name, name_size(files[i]));

			if (name == NULL)
				r = DNA_E_NOMEM;
			else
				registry->names[registry->name_count++] = name;
		}
		free(files[i]);
	}
	free(files);
	if (r == 0)
		qsort(registry->names, registry->name_count, sizeof(char *), compare_names);
	return r;
}

int dna_registry_open(struct dna_registry **registry, const char *directory, bool trusted)
{
	struct dna_registry *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->trusted = trusted;
	/* Absolute and without symbolic links, so that nothing is looked for elsewhere later. */
	new->directory = realpath(directory, NULL);
	if (new->directory == NULL && !trusted)
		new->directory = strdup(directory);
	if (new->directory == NULL)
		r = errno == ENOENT ? DNA_E_NOTFOUND : DNA_E_IO;
	else
		r = list_names(new);
	if (r == DNA_E_IO && !trusted)
		r = 0; /* nothing is installed */
	if (r == 0)
		r = dna_anchor_sets_new(&new->anchor_sets);
	if (r != 0) {
		dna_registry_free(new);
		return r;
	}
	*registry = new;
	return 0;
}

int dna_registry_new(struct dna_registry **registry, const char *directory)
{
	return directory != NULL ? dna_registry_open(registry, directory, true)
				 : dna_registry_open(registry, DNA_PLUGIN_DIRECTORY, false);
}

void dna_registry_free(struct dna_registry *registry)
{
	if (registry == NULL)
		return;
	for (size_t i = 0; i < registry->entry_count; i++)
		clear(&registry->entries[i]);
	for (size_t i = 0; i < registry->name_count; i++)
		free(registry->names[i]);
	dna_anchor_sets_free(registry->anchor_sets);
	free(registry->entries);
	free(registry->names);
	free(registry->directory);
	free(registry);
}

struct dna_anchor_sets *dna_registry_anchor_sets(struct dna_registry *registry)
{
	return registry->anchor_sets;
}

size_t dna_registry_count(const struct dna_registry *registry)
{
	return registry->name_count;
}

const char *dna_registry_name_at(const struct dna_registry *registry, size_t index)
{
	return index < registry->name_count ? registry->names[index] : NULL;
}

const char *dna_registry_directory(const struct dna_registry *registry)
{
	return registry->directory;
}

/* ---- Loading ---- */

static const struct entry *find(const struct dna_registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->entry_count; i++)
		if (strcmp(registry->entries[i].name, name) == 0)
			return &registry->entries[i];
	return NULL;
}

/* Remember what came of loading |name|. Takes over what |new| has, also when it fails. */
static struct entry *add(struct dna_registry *registry, const char *name, struct entry new)
{
	struct entry *entries = realloc(registry->entries,
					(registry->entry_count + 1) * sizeof(*registry->entries));

	if (entries != NULL)
		registry->entries = entries;
	new.name = strdup(name);
	if (entries == NULL || new.name == NULL || new.error == DNA_E_NOMEM) {
		clear(&new);
		return NULL;
	}
	entries[registry->entry_count] = new;
	return &entries[registry->entry_count++];
}

static struct entry *load(struct dna_registry *registry, const char *name)
{
	struct entry new = { 0 };
	struct dna_buffer why;

	dna_buffer_init(&why, 0);
	new.error = dna_plugin_load(&new.prooftype, registry->directory, registry->trusted, name,
				    &new.opened, &why);
	if (new.error != 0)
		new.refusal = dna_buffer_steal(&why);
	dna_buffer_clear(&why);
	return add(registry, name, new);
}

int dna_registry_load(struct dna_registry *registry, const char *name,
		      const struct dna_prooftype **prooftype)
{
	const struct entry *entry = find(registry, name);

	if (entry == NULL)
		entry = load(registry, name);
	if (entry == NULL)
		return DNA_E_NOMEM;
	if (entry->error != 0)
		return entry->error;
	*prooftype = entry->prooftype;
	return 0;
}

const char *dna_registry_refusal(const struct dna_registry *registry, const char *name)
{
	const struct entry *entry = find(registry, name);

	return entry != NULL ? entry->refusal : NULL;
}

void dna_registry_forget_refusals(struct dna_registry *registry)
{
	size_t kept = 0;

	for (size_t i = 0; i < registry->entry_count; i++) {
		if (registry->entries[i].opened)
			registry->entries[kept++] = registry->entries[i];
		else
			clear(&registry->entries[i]);
	}
	registry->entry_count = kept;
}

/* ---- As a source ---- */

static int source_load(void *registry, const char *name, const struct dna_prooftype **prooftype)
{
	return dna_registry_load(registry, name, prooftype);
}

static const char *source_refusal(void *registry, const char *name)
{
	return dna_registry_refusal(registry, name);
}

static size_t source_count(void *registry)
{
	return dna_registry_count(registry);
}

static const char *source_name_at(void *registry, size_t index)
{
	return dna_registry_name_at(registry, index);
}

static int source_read_file(void *registry, const char *path, struct dna_buffer *content,
			    struct dna_buffer *why)
{
	(void)registry;
	return dna_file_load(path, content, why);
}

static int source_expand(void *registry, const char *pattern,
			 int (*each)(void *object, const char *path), void *object)
{
	(void)registry;
	return dna_file_expand(pattern, each, object);
}

void dna_registry_source(struct dna_registry *registry, struct dna_prooftype_source *source)
{
	*source = (struct dna_prooftype_source){ source_load,    source_refusal,   source_count,
						 source_name_at, source_read_file, registry,
						 source_expand };
}

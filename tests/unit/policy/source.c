/* Prooftypes to read policies with. */
#include "source.h"
#include "plugin/file.h"

#include <string.h>

static const char *const colours[] = { "red", "green", NULL };

static const struct dna_param dane_params[] = {
	{ .name = "usages", .type = DNA_PARAM_INTS, .initial = "[0, 1, 2, 3]", .most = 3 },
	{ .name = "clients", .type = DNA_PARAM_BOOL, .initial = "false" },
	{ .name = NULL },
};

static const struct dna_param everything_params[] = {
	{ .name = "flag", .type = DNA_PARAM_BOOL, .initial = "true" },
	{ .name = "number", .type = DNA_PARAM_INT, .initial = "7", .least = -3, .most = 10 },
	{ .name = "any-number", .type = DNA_PARAM_INT, .initial = "0" },
	{ .name = "colour", .type = DNA_PARAM_WORD, .initial = "red", .choices = colours },
	{ .name = "word", .type = DNA_PARAM_WORD, .initial = "\"\"" },
	{ .name = "numbers", .type = DNA_PARAM_INTS, .initial = "[]", .least = 1, .most = 9 },
	{ .name = "colours", .type = DNA_PARAM_WORDS, .initial = "[green]", .choices = colours },
	{ .name = NULL },
};

static const struct dna_prooftype prooftypes[] = {
	{ .name = "broken", .does = DNA_PROVES },
	{ .name = "dane", .does = DNA_PROVES | DNA_VETOES, .params = dane_params },
	{ .name = "dnssec-srv", .does = DNA_DELEGATES },
	{ .name = "everything", .does = DNA_PROVES | DNA_DELEGATES, .params = everything_params },
	{ .name = "pkix", .does = DNA_PROVES },
	{ .name = "posh", .does = DNA_PROVES },
};
#define COUNT (sizeof(prooftypes) / sizeof(prooftypes[0]))

static int load(void *argument, const char *name, const struct dna_prooftype **prooftype)
{
	(void)argument;
	if (strcmp(name, "broken") == 0)
		return DNA_E_PLUGIN;
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(prooftypes[i].name, name) == 0) {
			*prooftype = &prooftypes[i];
			return 0;
		}
	}
	return DNA_E_NOTFOUND;
}

static const char *refusal(void *argument, const char *name)
{
	(void)argument;
	return strcmp(name, "broken") == 0 ? "it is writable by others" : "there is no such file";
}

static size_t count(void *argument)
{
	(void)argument;
	return COUNT;
}

static const char *name_at(void *argument, size_t index)
{
	(void)argument;
	return prooftypes[index].name;
}

static int read_file(void *argument, const char *path, struct dna_buffer *content,
		     struct dna_buffer *why)
{
	(void)argument;
	return dna_file_load(path, content, why);
}

static int expand(void *argument, const char *pattern, int (*each)(void *object, const char *path),
		  void *object)
{
	(void)argument;
	return dna_file_expand(pattern, each, object);
}

const struct dna_prooftype_source test_source = { load,      refusal, count, name_at,
						  read_file, NULL,    expand };

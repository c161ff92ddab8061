/* The registry on real plugins: each that misbehaves is refused by name and with the reason, and
 * the others load. */
#include "plugin/registry.h"
#include "shelf.h"

#include <criterion/criterion.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct dna_registry *open_trusted(const char *directory)
{
	struct dna_registry *registry = NULL;

	cr_assert_eq(dna_registry_new(&registry, directory), 0);
	return registry;
}

static void expect_loaded(struct dna_registry *registry, const char *name)
{
	const struct dna_prooftype *prooftype = NULL;
	int r = dna_registry_load(registry, name, &prooftype);

	cr_assert_eq(r, 0, "%s: %s", name, dna_registry_refusal(registry, name));
	cr_expect_str_eq(prooftype->name, name);
	cr_expect_null(dna_registry_refusal(registry, name));
}

/* |why| with %s in the place of the directory. */
static void expect_refused(struct dna_registry *registry, const char *name, int error,
			   const char *why)
{
	const struct dna_prooftype *prooftype = NULL;
	const char *refusal, *directory = dna_registry_directory(registry);
	char expected[4096] = "", *place = strstr(why, "%s");

	cr_expect_eq(dna_registry_load(registry, name, &prooftype), error, "%s", name);
	cr_expect_null(prooftype, "%s", name);
	refusal = dna_registry_refusal(registry, name);
	if (place != NULL)
		snprintf(expected, sizeof(expected), "%.*s%s%s", (int)(place - why), why, directory,
			 place + 2);
	else
		snprintf(expected, sizeof(expected), "%s", why);
	cr_expect(refusal != NULL && strcmp(refusal, expected) == 0, "%s: %s", name, refusal);
	/* It is remembered. */
	cr_expect_eq(dna_registry_load(registry, name, &prooftype), error);
	cr_expect_eq(dna_registry_refusal(registry, name), refusal);
}

static const struct {
	const char *name;
	const char *why;
} shelf[] = {
	{ "bad-params", "%s/bad-params.so has parameters with wrong defaults: default: parameter "
			"'size' of bad-params: '11' is not from 1 to 10" },
	{ "newer-param", "%s/newer-param.so has parameters that were made for a newer release" },
	{ "newer-used",
	  "%s/newer-used.so was made for a newer release, on whose additions it relies" },
	{ "no-judge", "%s/no-judge.so does not judge" },
	{ "no-symbol", "%s/no-symbol.so does not export 'no_symbol_LTX_dna_prooftype'" },
	{ "no-words", "%s/no-words.so does not state the four properties of RFC 7712 section 7" },
	{ "other-name", "%s/other-name.so declares the prooftype 'good'" },
	{ "unresolved", "%s/unresolved.so needs the symbol 'dna_function_that_nobody_has', which "
			"nothing provides" },
	{ "wrong-abi", "%s/wrong-abi.so has ABI 2; this release has 1" },
};
#define SHELF (sizeof(shelf) / sizeof(shelf[0]))

Test(registry, refuses_each_by_name_and_loads_the_others)
{
	char *directory = shelf_directory();
	struct dna_registry *registry;

	shelf_put(directory, "good", NULL);
	shelf_put(directory, "good-too", NULL);
	for (size_t i = 0; i < SHELF; i++)
		shelf_put(directory, shelf[i].name, NULL);
	registry = open_trusted(directory);
	expect_loaded(registry, "good");
	for (size_t i = 0; i < SHELF; i++)
		expect_refused(registry, shelf[i].name, DNA_E_PLUGIN, shelf[i].why);
	expect_loaded(registry, "good-too");
	expect_loaded(registry, "good");
	dna_registry_free(registry);
	shelf_remove(directory);
}

Test(registry, takes_plugins_of_older_and_newer_releases)
{
	char *directory = shelf_directory();
	struct dna_registry *registry;
	const struct dna_prooftype *p;

	shelf_put(directory, "older", NULL);
	shelf_put(directory, "newer", NULL);
	registry = open_trusted(directory);
	expect_loaded(registry, "older");
	expect_loaded(registry, "newer");
	dna_registry_load(registry, "older", &p);
	cr_assert_str_eq(p->params[0].name, "first");
	cr_assert_eq(p->params[0].most, 0);
	cr_assert_str_eq(p->params[1].name, "second");
	cr_assert_null(p->params[1].choices);
	cr_assert_null(p->params[2].name);
	dna_registry_load(registry, "newer", &p);
	cr_assert_str_eq(p->params[1].name, "second");
	cr_assert_null(p->params[2].name);
	dna_registry_free(registry);
	shelf_remove(directory);
}

static void expect_refused_file(const char *why, int error, void (*spoil)(const char *directory))
{
	char *directory = shelf_directory();
	struct dna_registry *registry;

	shelf_put(directory, "good-too", NULL);
	spoil(directory);
	registry = open_trusted(directory);
	expect_refused(registry, "good", error, why);
	expect_loaded(registry, "good-too");
	dna_registry_free(registry);
	shelf_remove(directory);
}

static void put_nothing(const char *directory)
{
	(void)directory;
}

static void put_text(const char *directory)
{
	shelf_write(directory, "good.so", (struct dna_bytes){ (const uint8_t *)"#!/bin/sh\n", 10 });
}

static void put_empty(const char *directory)
{
	shelf_write(directory, "good.so", (struct dna_bytes){ (const uint8_t *)"", 0 });
}

static void put_half(const char *directory)
{
	struct dna_bytes content = shelf_read("good");

	shelf_write(directory, "good.so", (struct dna_bytes){ content.data, content.size / 2 });
	free((void *)content.data);
}

static void put_directory(const char *directory)
{
	char *path = shelf_path(directory, "good.so");

	cr_assert_eq(mkdir(path, 0755), 0);
	free(path);
}

static void put_fifo(const char *directory)
{
	char *path = shelf_path(directory, "good.so");

	cr_assert_eq(mkfifo(path, 0644), 0);
	free(path);
}

static void put_with_mode(const char *directory, mode_t mode)
{
	char *path = shelf_path(directory, "good.so");

	shelf_put(directory, "good", NULL);
	cr_assert_eq(chmod(path, mode), 0);
	free(path);
}

static void put_writable(const char *directory)
{
	put_with_mode(directory, 0666);
}

static void put_group_writable(const char *directory)
{
	put_with_mode(directory, 0664);
}

static void put_foreign(const char *directory)
{
	char *path = shelf_path(directory, "good.so");

	shelf_put(directory, "good", NULL);
	cr_assert_eq(chown(path, 4321, (gid_t)-1), 0);
	free(path);
}

static void put_libtool_archive(const char *directory)
{
	static const char text[] = "dlname='good-too.so'\nlibrary_names='good-too.so'\n"
				   "installed=yes\nlibdir='/nowhere'\n";

	shelf_write(directory, "good.la",
		    (struct dna_bytes){ (const uint8_t *)text, strlen(text) });
}

static void link_to(const char *directory, const char *target)
{
	char *path = shelf_path(directory, "good.so");

	cr_assert_eq(symlink(target, path), 0);
	free(path);
}

static void put_dangling_link(const char *directory)
{
	link_to(directory, "elsewhere.so");
}

static void put_link_to_itself(const char *directory)
{
	link_to(directory, "good.so");
}

Test(registry, refuses_what_is_no_plugin_file)
{
	expect_refused_file("%s/good.so does not exist", DNA_E_NOTFOUND, put_nothing);
	expect_refused_file("%s/good.so does not exist", DNA_E_NOTFOUND, put_libtool_archive);
	expect_refused_file("%s/good.so is not a shared object", DNA_E_PLUGIN, put_text);
	expect_refused_file("%s/good.so is not a shared object", DNA_E_PLUGIN, put_empty);
	expect_refused_file("%s/good.so is truncated", DNA_E_PLUGIN, put_half);
	expect_refused_file("%s/good.so is not a regular file", DNA_E_PLUGIN, put_directory);
	expect_refused_file("%s/good.so is not a regular file", DNA_E_PLUGIN, put_fifo);
	expect_refused_file("%s/good.so cannot be followed: No such file or directory",
			    DNA_E_PLUGIN, put_dangling_link);
	expect_refused_file("%s/good.so cannot be followed: Too many levels of symbolic links",
			    DNA_E_PLUGIN, put_link_to_itself);
}

Test(registry, refuses_files_that_others_could_have_written)
{
	expect_refused_file("%s/good.so is writable by everybody", DNA_E_PLUGIN, put_writable);
	expect_refused_file("%s/good.so is writable by its group", DNA_E_PLUGIN,
			    put_group_writable);
	if (geteuid() != 0)
		cr_skip("only root can give a file away\n");
	expect_refused_file("%s/good.so is owned by user 4321, neither root nor the caller",
			    DNA_E_PLUGIN, put_foreign);
}

Test(registry, follows_links_to_what_passes_the_same_checks)
{
	char *directory = shelf_directory(), *elsewhere = shelf_directory();
	char *target = shelf_path(elsewhere, "good-1.0.so");
	struct dna_registry *registry;
	char why[4096];

	shelf_put(elsewhere, "good", "good-1.0");
	link_to(directory, target);
	registry = open_trusted(directory);
	expect_loaded(registry, "good");
	dna_registry_free(registry);

	/* The caller's trust is in the directory that was named, not in where a link leads. */
	cr_assert_eq(chmod(elsewhere, 0777), 0);
	registry = open_trusted(directory);
	snprintf(why, sizeof(why), "%s is writable by everybody", elsewhere);
	expect_refused(registry, "good", DNA_E_PLUGIN, why);
	dna_registry_free(registry);

	cr_assert_eq(chmod(elsewhere, 0755), 0);
	cr_assert_eq(chmod(target, 0666), 0);
	registry = open_trusted(directory);
	snprintf(why, sizeof(why), "%s is writable by everybody", target);
	expect_refused(registry, "good", DNA_E_PLUGIN, why);
	dna_registry_free(registry);

	free(target);
	shelf_remove(directory);
	shelf_remove(elsewhere);
}

Test(registry, checks_the_installed_place_and_trusts_a_named_one)
{
	char *directory = shelf_directory();
	struct dna_registry *registry;

	shelf_put(directory, "good", NULL);
	cr_assert_eq(dna_registry_open(&registry, directory, false), 0);
	expect_loaded(registry, "good");
	dna_registry_free(registry);

	cr_assert_eq(chmod(directory, 0777), 0);
	cr_assert_eq(dna_registry_open(&registry, directory, false), 0);
	expect_refused(registry, "good", DNA_E_PLUGIN, "%s is writable by everybody");
	cr_assert_eq(dna_registry_count(registry), 1);
	dna_registry_free(registry);

	registry = open_trusted(directory);
	expect_loaded(registry, "good");
	dna_registry_free(registry);
	shelf_remove(directory);
}

Test(registry, may_have_no_installed_place)
{
	char *directory = shelf_directory(), *missing = shelf_path(directory, "missing");
	struct dna_registry *registry = NULL;

	cr_assert_eq(dna_registry_open(&registry, missing, false), 0);
	cr_assert_eq(dna_registry_count(registry), 0);
	expect_refused(registry, "good", DNA_E_NOTFOUND,
		       "%s cannot be read: No such file or directory");
	dna_registry_free(registry);
	/* A place that the caller names has to be there. */
	registry = NULL;
	cr_assert_eq(dna_registry_new(&registry, missing), DNA_E_NOTFOUND);
	cr_assert_null(registry);
	free(missing);
	shelf_remove(directory);
}

Test(registry, does_not_run_what_exports_no_prooftype)
{
	char *directory = shelf_directory(), *mark = shelf_path(directory, "mark");
	char *plugin = shelf_path(directory, "no-symbol.so");
	struct dna_registry *registry;

	shelf_put(directory, "no-symbol", NULL);
	setenv("MOCK_CONSTRUCTOR", mark, 1);
	registry = open_trusted(directory);
	expect_refused(registry, "no-symbol", DNA_E_PLUGIN,
		       "%s/no-symbol.so does not export 'no_symbol_LTX_dna_prooftype'");
	cr_assert_neq(access(mark, F_OK), 0);
	dna_registry_free(registry);
	/* It would have left its mark. */
	cr_assert_not_null(dlopen(plugin, RTLD_NOW));
	cr_assert_eq(access(mark, F_OK), 0);
	free(mark);
	free(plugin);
	shelf_remove(directory);
}

Test(registry, does_not_look_elsewhere)
{
	char *directory = shelf_directory(), *elsewhere = shelf_directory();
	struct dna_registry *registry;

	shelf_put(elsewhere, "good", NULL);
	setenv("LTDL_LIBRARY_PATH", elsewhere, 1);
	setenv("LD_LIBRARY_PATH", elsewhere, 1);
	cr_assert_eq(chdir(elsewhere), 0);
	registry = open_trusted(directory);
	expect_refused(registry, "good", DNA_E_NOTFOUND, "%s/good.so does not exist");
	dna_registry_free(registry);
	cr_assert_eq(chdir("/"), 0);
	shelf_remove(directory);
	shelf_remove(elsewhere);
}

Test(registry, takes_only_names_of_prooftypes)
{
	static const char *const names[] = {
		"",          ".",
		"../good",   "/good",
		"Good",      "good.so",
		"g\xc3\xb6", "good\n",
		"a_b",       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};
	char *directory = shelf_directory();
	struct dna_registry *registry;

	shelf_put(directory, "good", NULL);
	registry = open_trusted(directory);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_refused(registry, names[i], DNA_E_NOTFOUND,
			       "a prooftype has a short name of a-z, 0-9 and '-'");
	dna_registry_free(registry);
	shelf_remove(directory);
}

Test(registry, lists_what_looks_like_plugins)
{
	char *directory = shelf_directory();
	struct dna_registry *registry;

	shelf_put(directory, "good-too", NULL);
	shelf_put(directory, "good", NULL);
	shelf_put(directory, "good", "Good");
	put_libtool_archive(directory);
	shelf_write(directory, ".so", (struct dna_bytes){ (const uint8_t *)"", 0 });
	shelf_write(directory, "wrong.so", (struct dna_bytes){ (const uint8_t *)"", 0 });
	registry = open_trusted(directory);
	cr_assert_str_eq(dna_registry_directory(registry), directory);
	cr_assert_eq(dna_registry_count(registry), 3);
	cr_assert_str_eq(dna_registry_name_at(registry, 0), "good");
	cr_assert_str_eq(dna_registry_name_at(registry, 1), "good-too");
	cr_assert_str_eq(dna_registry_name_at(registry, 2), "wrong");
	cr_assert_null(dna_registry_name_at(registry, 3));
	cr_assert_null(dna_registry_refusal(registry, "wrong"));
	dna_registry_free(registry);
	shelf_remove(directory);
}

Test(registry, may_be_one_of_several)
{
	char *directory = shelf_directory();
	const struct dna_prooftype *a = NULL, *b = NULL;
	struct dna_registry *first, *second;

	shelf_put(directory, "good", NULL);
	first = open_trusted(directory);
	second = open_trusted(directory);
	cr_assert_eq(dna_registry_load(first, "good", &a), 0);
	cr_assert_eq(dna_registry_load(second, "good", &b), 0);
	dna_registry_free(first);
	/* The code stays. */
	cr_assert_eq(b->judge(NULL, NULL), 0);
	dna_registry_free(second);
	first = open_trusted(directory);
	expect_loaded(first, "good");
	dna_registry_free(first);
	dna_registry_free(NULL);
	shelf_remove(directory);
}

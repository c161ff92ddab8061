/* The plugins of tests/mock. */
#include "shelf.h"

#include <criterion/criterion.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct dna_bytes read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long size;

	cr_assert_not_null(file, "%s: %m", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	data = malloc((size_t)size + 1);
	cr_assert_eq(fread(data, 1, (size_t)size, file), (size_t)size);
	fclose(file);
	return (struct dna_bytes){ data, (size_t)size };
}

struct dna_bytes shelf_read(const char *name)
{
	const char *top = getenv("top_builddir");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/mock/.libs/%s.so", top != NULL ? top : ".", name);
	return read_all(path);
}

char *shelf_directory(void)
{
	char made[] = "/tmp/dna-plugins-XXXXXX";
	char *directory;

	cr_assert_not_null(mkdtemp(made));
	directory = realpath(made, NULL);
	cr_assert_not_null(directory);
	return directory;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

void shelf_remove(char *directory)
{
	nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(directory);
}

char *shelf_path(const char *directory, const char *file)
{
	char *path = NULL;

	cr_assert_gt(asprintf(&path, "%s/%s", directory, file), 0);
	return path;
}

void shelf_write(const char *directory, const char *file, struct dna_bytes content)
{
	char *path = shelf_path(directory, file);
	FILE *to = fopen(path, "wb");

	cr_assert_not_null(to, "%s: %m", path);
	cr_assert_eq(fwrite(content.data, 1, content.size, to), content.size);
	fclose(to);
	cr_assert_eq(chmod(path, 0644), 0);
	free(path);
}

void shelf_put(const char *directory, const char *name, const char *as)
{
	struct dna_bytes content = shelf_read(name);
	char file[80];

	snprintf(file, sizeof(file), "%s.so", as != NULL ? as : name);
	shelf_write(directory, file, content);
	free((void *)content.data);
}

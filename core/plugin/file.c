/* Reading files. */
#include "plugin/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int dna_file_open(const char *path, int *fd, struct stat *status, struct dna_buffer *why)
{
	/* O_NONBLOCK: a FIFO in the file's place does not hold us up. */
	int new = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r = 0;

	if (new < 0 || fstat(new, status) != 0) {
		r = errno == ENOENT ? DNA_E_NOTFOUND : DNA_E_IO;
		dna_buffer_format(why, "cannot be read: %m");
	} else if (!S_ISREG(status->st_mode)) {
		r = DNA_E_IO;
		dna_buffer_text(why, "is not a regular file");
	}
	if (r == 0)
		*fd = new;
	else if (new >= 0)
		close(new);
	return r;
}

int dna_file_read(int fd, struct dna_buffer *content, struct dna_buffer *why)
{
	char part[16384];
	ssize_t size;

	do {
		size = read(fd, part, sizeof(part));
		if (size < 0 && errno != EINTR) {
			dna_buffer_format(why, "cannot be read: %m");
			return DNA_E_IO;
		}
		if (size > 0 && dna_buffer_add(content, part, (size_t)size) != 0) {
			if (content->error == DNA_E_LIMIT)
				dna_buffer_format(why, "is longer than %zu octets", content->limit);
			return content->error;
		}
	} while (size != 0);
	return 0;
}

int dna_file_load(const char *path, struct dna_buffer *content, struct dna_buffer *why)
{
	struct stat status;
	int fd, r = dna_file_open(path, &fd, &status, why);

	if (r != 0)
		return r;
	r = dna_file_read(fd, content, why);
	close(fd);
	return r;
}

/* Not that of the locale, in which glob() would sort. */
static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int stop_expanding(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR;
}

int dna_file_expand(const char *pattern, int (*each)(void *object, const char *path), void *object)
{
	glob_t found;
	int r = 0;

	switch (glob(pattern, GLOB_NOSORT, stop_expanding, &found)) {
	case 0:
		break;
	case GLOB_NOMATCH:
		return 0;
	case GLOB_NOSPACE:
		return DNA_E_NOMEM;
	default:
		return DNA_E_IO;
	}
	qsort(found.gl_pathv, found.gl_pathc, sizeof(char *), compare_paths);
	for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
		r = each(object, found.gl_pathv[i]);
	globfree(&found);
	return r;
}

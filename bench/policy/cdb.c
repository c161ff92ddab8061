/*
 * The same table in a constant database.
 *
 *     cdb FILE MAP QUESTIONS...     makes MAP; prints its octets, and a line for each file of questions
 */
#include "questions.h"

#include <cdb.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void make(char *text, int fd)
{
	struct cdb_make make;
	char *name, *profile;

	if (cdb_make_start(&make, fd) != 0)
		die("cdb_make_start");
	while (next_entry(&text, &name, &profile))
		if (cdb_make_add(&make, name, (unsigned)strlen(name), profile,
				 (unsigned)strlen(profile)) != 0)
			die("cdb_make_add");
	if (cdb_make_finish(&make) != 0)
		die("cdb_make_finish");
}

static bool find_exactly_this(void *argument, const char *name, size_t size,
			      char profile[PROFILE_MAX + 1])
{
	struct cdb *map = argument;
	unsigned length;

	if (cdb_find(map, name, (unsigned)size) <= 0)
		return false;
	length = cdb_datalen(map);
	memcpy(profile, cdb_getdata(map), length);
	profile[length] = '\0';
	return true;
}

static bool find_profile(void *argument, const char *name, char profile[PROFILE_MAX + 1])
{
	return find_suffixes(find_exactly_this, argument, name, profile);
}

int main(int argc, char **argv)
{
	struct stat status;
	struct cdb map;
	size_t size;
	char *text;
	int fd;

	if (argc < 3)
		die("cdb FILE MAP QUESTIONS...");
	text = read_file(argv[1], &size);
	fd = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0600);
	make(text, fd);
	free(text);
	if (cdb_init(&map, fd) != 0 || fstat(fd, &status) != 0)
		die("cdb_init");
	printf("%ld\n", (long)status.st_size);
	for (int i = 3; i < argc; i++)
		ask(argv[i], find_profile, &map);
	cdb_free(&map);
	close(fd);
	return 0;
}

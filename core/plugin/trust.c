/* Whose file is this? */
#include "plugin/trust.h"
#include "plugin/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool dna_overflow_may_be_root(const char *uid_map, unsigned long overflow)
{
	unsigned long inner, outer, count;
	int size;

	if (sscanf(uid_map, "%lu %lu %lu", &inner, &outer, &count) != 3)
		return false;
	while (sscanf(uid_map, "%lu %lu %lu%n", &inner, &outer, &count, &size) == 3) {
		if (outer == 0 || (overflow >= inner && overflow - inner < count))
			return false;
		uid_map += size;
	}
	return true;
}

/* A small file of /proc as text; "" when it cannot be read. */
static char *read_proc(const char *path)
{
	struct dna_buffer content, why;
	struct stat status;
	char *text;
	int fd;

	dna_buffer_init(&content, 16384);
	dna_buffer_init(&why, 0);
	if (dna_file_open(path, &fd, &status, &why) == 0) {
		dna_file_read(fd, &content, &why);
		close(fd);
	}
	text = dna_buffer_steal(&content);
	dna_buffer_clear(&content);
	dna_buffer_clear(&why);
	return text;
}

/*
 * In a user namespace of one's own the files of the system's root appear as the overflow user's,
 * and so do those of everybody else who has no place in it. They cannot be told apart; without this
 * no installed plugin could be used there at all.
 */
static bool is_hidden_root(uid_t owner)
{
	char *overflow = read_proc("/proc/sys/kernel/overflowuid");
	char *uid_map = read_proc("/proc/self/uid_map");
	bool hidden = false;

	if (overflow != NULL && uid_map != NULL && overflow[0] != '\0')
		hidden = owner == strtoul(overflow, NULL, 10) &&
			 dna_overflow_may_be_root(uid_map, owner);
	free(overflow);
	free(uid_map);
	return hidden;
}

bool dna_file_trusted(const struct stat *status, struct dna_buffer *why)
{
	uid_t owner = status->st_uid;

	if (owner != 0 && owner != geteuid() && !is_hidden_root(owner))
		dna_buffer_format(why, "is owned by user %lu, neither root nor the caller",
				  (unsigned long)owner);
	else if ((status->st_mode & S_IWOTH) != 0)
		dna_buffer_text(why, "is writable by everybody");
	else if ((status->st_mode & S_IWGRP) != 0)
		dna_buffer_text(why, "is writable by its group");
	else
		return true;
	return false;
}

/*
 * The same table in a memory-mapped B+ tree.
 *
 *     lmdb FILE MAP QUESTIONS...     makes MAP; prints its octets, and a line for each file of questions
 */
#include "questions.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAP_SIZE (1024UL * 1024 * 1024)

struct map {
	MDB_env *environment;
	MDB_txn *transaction;
	MDB_dbi database;
};

static void check(int r)
{
	if (r != 0)
		die(mdb_strerror(r));
}

static void open_map(struct map *map, const char *path)
{
	check(mdb_env_create(&map->environment));
	check(mdb_env_set_mapsize(map->environment, MAP_SIZE));
	check(mdb_env_open(map->environment, path, MDB_NOSUBDIR | MDB_NOSYNC, 0600));
}

static void make(struct map *map, char *text)
{
	char *name, *profile;

	check(mdb_txn_begin(map->environment, NULL, 0, &map->transaction));
	check(mdb_dbi_open(map->transaction, NULL, 0, &map->database));
	while (next_entry(&text, &name, &profile)) {
		MDB_val key = { strlen(name), name }, value = { strlen(profile), profile };

		check(mdb_put(map->transaction, map->database, &key, &value, 0));
	}
	check(mdb_txn_commit(map->transaction));
	check(mdb_txn_begin(map->environment, NULL, MDB_RDONLY, &map->transaction));
}

static bool find_exactly_this(void *argument, const char *name, size_t size,
			      char profile[PROFILE_MAX + 1])
{
	struct map *map = argument;
	MDB_val key = { size, (char *)name }, value;

	if (mdb_get(map->transaction, map->database, &key, &value) != 0)
		return false;
	memcpy(profile, value.mv_data, value.mv_size);
	profile[value.mv_size] = '\0';
	return true;
}

static bool find_profile(void *argument, const char *name, char profile[PROFILE_MAX + 1])
{
	return find_suffixes(find_exactly_this, argument, name, profile);
}

int main(int argc, char **argv)
{
	struct stat status;
	struct map map;
	size_t size;
	char *text;

	if (argc < 3)
		die("lmdb FILE MAP QUESTIONS...");
	text = read_file(argv[1], &size);
	open_map(&map, argv[2]);
	make(&map, text);
	free(text);
	if (stat(argv[2], &status) != 0)
		die(argv[2]);
	printf("%ld\n", (long)status.st_size);
	for (int i = 3; i < argc; i++)
		ask(argv[i], find_profile, &map);
	mdb_txn_abort(map.transaction);
	mdb_env_close(map.environment);
	return 0;
}

/* Whose files are trusted. */
#include "plugin/trust.h"

#include <criterion/criterion.h>

#include <unistd.h>

static const struct {
	uid_t owner_offset; /* from the caller's */
	mode_t mode;
	const char *why; /* NULL: trusted */
} files[] = {
	{ 0, S_IFREG | 0644, NULL },
	{ 0, S_IFREG | 0755, NULL },
	{ 0, S_IFDIR | 0700, NULL },
	{ 0, S_IFREG | 0664, "is writable by its group" },
	{ 0, S_IFREG | 0646, "is writable by everybody" },
	{ 0, S_IFDIR | 01777, "is writable by everybody" },
};

Test(trust, depends_on_owner_and_mode)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat status = { .st_uid = geteuid(), .st_mode = files[i].mode };
		struct dna_buffer why;

		dna_buffer_init(&why, 0);
		cr_expect_eq(dna_file_trusted(&status, &why), files[i].why == NULL);
		cr_expect_str_eq(why.size != 0 ? (char *)why.data : "",
				 files[i].why != NULL ? files[i].why : "");
		dna_buffer_clear(&why);
	}
}

Test(trust, is_for_root_and_the_caller)
{
	struct stat status = { .st_uid = 0, .st_mode = S_IFREG | 0644 };
	struct dna_buffer why;

	dna_buffer_init(&why, 0);
	cr_assert(dna_file_trusted(&status, &why));
	status.st_uid = geteuid() + 4321;
	cr_assert_not(dna_file_trusted(&status, &why));
	cr_assert(strstr((char *)why.data, "neither root nor the caller") != NULL);
	dna_buffer_clear(&why);
}

Test(trust, takes_the_overflow_user_for_root_only_where_root_has_no_place)
{
	static const struct {
		const char *uid_map;
		bool root;
	} maps[] = {
		{ "         0          0 4294967295\n", false }, /* no namespace of its own */
		{ "         0       1000          1\n", true },  /* unshare -r */
		{ "      1000       1000          1\n", true },  /* unshare -c */
		{ "         0          0          1\n", false }, /* unshare -r as root */
		{ "0 1000 1\n1 100000 65536\n", false },         /* has a user 65534 of its own */
		{ "0 1000 1\n1 100000 1000\n", true },
		{ "0 1000 1\n1 0 1\n", false }, /* the outer root is user 1 */
		{ "", false },
		{ "nonsense", false },
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		cr_expect_eq(dna_overflow_may_be_root(maps[i].uid_map, 65534), maps[i].root, "%s",
			     maps[i].uid_map);
}

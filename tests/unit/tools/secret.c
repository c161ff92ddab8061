/* The secret of dialback keys, from a file. */
#include "peer/secret.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONG_SIZE (DNA_SECRET_MAX + 2)

static char path[64];

static void make_file(void)
{
	int fd;

	strcpy(path, "/tmp/dna-secret-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	close(fd);
}

static void write_file(const char *octets, size_t size, mode_t mode)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(octets, 1, size, file), size);
	fclose(file);
	cr_assert_eq(chmod(path, mode), 0);
}

static void remove_file(void)
{
	unlink(path);
}

TestSuite(secret, .init = make_file, .fini = remove_file);

/* DB-002 */
Test(secret, takes_what_only_its_owner_can_read)
{
	static const struct {
		const char *text;
		size_t size;
		mode_t mode;
		size_t expected; /* 0: refused */
		const char *why;
	} cases[] = {
		{ "s3cr3tf0rd14lb4ck", 17, 0600, 17, NULL },
		{ "s3cr3tf0rd14lb4ck", 17, 0400, 17, NULL },
		{ "s3cr3tf0rd14lb4ck\n", 18, 0600, 17, NULL },
		{ "0123456789\0abcdef", 17, 0600, 17, NULL },
		{ "0123456789abcdef", 16, 0600, 16, NULL },
		{ "0123456789abcde\n", 16, 0600, 0, "shorter" },
		{ "", 0, 0600, 0, "shorter" },
		{ "s3cr3tf0rd14lb4ck", 17, 0640, 0, "others have access" },
		{ "s3cr3tf0rd14lb4ck", 17, 0604, 0, "others have access" },
		{ "s3cr3tf0rd14lb4ck", 17, 0620, 0, "others have access" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_secret secret = { .size = 0 };
		const char *why = "";
		int r;

		write_file(cases[i].text, cases[i].size, cases[i].mode);
		r = dna_secret_read(&secret, path, &why);
		cr_expect_eq(r == 0, cases[i].expected > 0, "case %zu: %s", i, why);
		cr_expect_eq(secret.size, cases[i].expected, "case %zu", i);
		cr_expect_eq(memcmp(secret.octets, cases[i].text, secret.size), 0, "case %zu", i);
		if (r != 0)
			cr_expect_not_null(strstr(why, cases[i].why), "case %zu: %s", i, why);
		chmod(path, 0600);
	}
}

Test(secret, is_bounded)
{
	char text[LONG_SIZE];
	struct dna_secret secret = { .size = 0 };
	const char *why = "";

	memset(text, 'x', sizeof(text));
	text[DNA_SECRET_MAX] = '\n';
	write_file(text, DNA_SECRET_MAX + 1, 0600);
	cr_expect_eq(dna_secret_read(&secret, path, &why), 0, "%s", why);
	cr_expect_eq(secret.size, DNA_SECRET_MAX);
	for (size_t size = DNA_SECRET_MAX + 1; size <= LONG_SIZE; size++) {
		text[DNA_SECRET_MAX] = 'x';
		write_file(text, size, 0600);
		cr_expect_neq(dna_secret_read(&secret, path, &why), 0);
		cr_expect_not_null(strstr(why, "longer"), "%s", why);
	}
}

Test(secret, is_a_file)
{
	struct dna_secret secret;
	const char *why = "";

	cr_expect_neq(dna_secret_read(&secret, "/dev/zero", &why), 0);
	cr_expect_not_null(strstr(why, "regular"), "%s", why);
	cr_expect_neq(dna_secret_read(&secret, "/tmp", &why), 0);
	cr_expect_neq(dna_secret_read(&secret, "/nowhere/at/all", &why), 0);
}

/* SEC-010 */
Test(secret, is_forgotten)
{
	struct dna_secret secret;

	cr_assert_eq(dna_secret_draw(&secret), 0);
	cr_expect_geq(secret.size, DNA_SECRET_MIN);
	dna_secret_clear(&secret);
	for (size_t i = 0; i < sizeof(secret); i++)
		cr_assert_eq(((const uint8_t *)&secret)[i], 0);
}

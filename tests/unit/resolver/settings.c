/* What the worker is told: resolvers and trust anchors. */
#include "resolver/anchor.h"
#include "resolver/system.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(address, reads_three_forms)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1:53" },
		{ "192.0.2.1:5353", "192.0.2.1:5353" },
		{ "2001:DB8::1", "[2001:db8::1]:53" },
		{ "[2001:db8::1]", "[2001:db8::1]:53" },
		{ "[2001:db8::1]:5353", "[2001:db8::1]:5353" },
		{ "fe80::1%eth0", "[fe80::1%eth0]:53" },
		{ "", NULL },
		{ "resolver.example", NULL },
		{ "192.0.2.1:", NULL },
		{ "192.0.2.1:0", NULL },
		{ "192.0.2.1:65536", NULL },
		{ "192.0.2.1:53x", NULL },
		{ "192.0.2.1%eth0", NULL },
		{ "[2001:db8::1", NULL },
		{ "[2001:db8::1]x", NULL },
		{ "[192.0.2.1]:+5", NULL },
		{ "fe80::1%an-interface-with-a-long-name", NULL },
		{ "fe80::1%eth0.7:1", "[fe80::1%eth0.7:1]:53" },
		{ "fe80::1%a]b", NULL },
		{ "[fe80::1%\033[2J]:53", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_address address;
		int r = dna_address_read(&address, cases[i].text);

		cr_expect_eq(r == 0, cases[i].expected != NULL, "%s", cases[i].text);
		if (r == 0)
			cr_expect_str_eq(address.text, cases[i].expected);
	}
}

/* DELEG-017: whose word may count. */
Test(address, knows_loopback)
{
	static const struct {
		const char *text;
		bool expected;
	} cases[] = {
		{ "127.0.0.1", true },
		{ "127.255.255.254:5353", true },
		{ "::1", true },
		{ "[::1]:5353", true },
		{ "126.255.255.255", false },
		{ "128.0.0.1", false },
		{ "0.0.0.0", false },
		{ "::", false },
		{ "::2", false },
		{ "1::1", false },
		{ "::ffff:127.0.0.1", false },
		{ "fe80::1%lo", false },
		{ "7f00::1", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_address address;

		cr_assert_eq(dna_address_read(&address, cases[i].text), 0);
		cr_expect_eq(dna_address_is_loopback(&address), cases[i].expected, "%s",
			     cases[i].text);
	}
}

/* A file with |text|; its name is to be released. */
static char *file_with(const char *text)
{
	char *path = strdup("/tmp/dna-test-XXXXXX");
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

Test(address, system_resolvers)
{
	struct dna_address addresses[2];
	char *path =
		file_with("# nameserver 192.0.2.9\nsearch example\nnameserver 192.0.2.1\n"
			  "nameserver nonsense\nnameserver\t2001:db8::1\nnameserver 192.0.2.3\n");

	cr_assert_eq(dna_address_system(addresses, 2, path), 2);
	cr_expect_str_eq(addresses[0].text, "192.0.2.1:53");
	cr_expect_str_eq(addresses[1].text, "[2001:db8::1]:53");
	unlink(path);
	free(path);
	cr_assert_eq(dna_address_system(addresses, 2, "/nonexistent"), 1);
	cr_expect_str_eq(addresses[0].text, "127.0.0.1:53");
}

#define DS     ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
#define KEY    ". 3600 IN DNSKEY 257 3 13 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ODD_DS ". IN DS 1 200 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"

Test(anchor, reads_files_and_says_what_is_wrong)
{
	static const struct {
		const char *text;
		size_t count;
		const char *complaint;
	} cases[] = {
		{ DS, 1, NULL },
		{ "; a comment\n\n" DS KEY " ; keytag 1\n", 2, NULL },
		{ ODD_DS DS, 2, NULL },
		{ KEY " ;{id = 1 (ksk)} ;;state=2 [  VALID  ] ;;count=0\n", 1, NULL },
		{ KEY " ;;state=3 [ MISSING ]\n", 1, NULL },
		{ KEY " ;;state=1 [ ADDPEND ]\n" DS, 1, NULL },
		{ KEY " ;;state=1 [ ADDPEND ]\n", 0, "no trust anchor that can be used" },
		{ "", 0, "no trust anchor that can be used" },
		{ ODD_DS, 0, "no trust anchor that can be used" },
		{ DS "nonsense\n", 0, "line 2 is no DNS record" },
		{ ". IN A 192.0.2.1\n", 0, "other records than" },
		{ "example" DS, 0, "other records than" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = file_with(cases[i].text), complaint[DNA_COMPLAINT_MAX] = "";
		struct dna_message *anchors = NULL;
		int r = dna_anchors_read(&anchors, path, complaint);

		cr_expect_eq(r == 0, cases[i].complaint == NULL, "case %zu: %s", i, complaint);
		if (r == 0)
			cr_expect_eq(anchors->count, cases[i].count, "case %zu", i);
		else if (cases[i].complaint != NULL)
			cr_expect(strstr(complaint, cases[i].complaint) != NULL, "case %zu: %s", i,
				  complaint);
		dna_message_unref(anchors);
		unlink(path);
		free(path);
	}
}

Test(anchor, names_a_missing_file)
{
	struct dna_message *anchors = NULL;
	char complaint[DNA_COMPLAINT_MAX];

	cr_expect_eq(dna_anchors_read(&anchors, "/nonexistent", complaint), DNA_E_IO);
	cr_expect(strstr(complaint, "/nonexistent cannot be read: No such file") != NULL, "%s",
		  complaint);
}

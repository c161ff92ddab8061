/* What an operator says, refused at once where it is of no use. */
#include "net/settings.h"

#include <dna/net.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(settings, .timeout = 300);

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

/* No resolver program is needed to find a mistake. */
static void refuses(struct dna_net_options options, const char *sentence)
{
	struct dna_net *net = NULL;
	char *complaint = NULL;

	options.resolver_program = "/nonexistent";
	cr_expect_lt(dna_net_new(&net, &options, &complaint), 0, "%s", sentence);
	cr_expect_null(net);
	cr_assert_not_null(complaint);
	cr_expect(strstr(complaint, sentence) != NULL, "\"%s\" does not say \"%s\"", complaint,
		  sentence);
	free(complaint);
}

Test(settings, refuses_what_is_no_resolver)
{
	static const struct {
		const char *resolver, *sentence;
	} cases[] = {
		{ "foo", "the resolver \"foo\" is of no use: it has to be an address" },
		{ "127.0.0.1 localhost", "the resolver \"localhost\" is of no use" },
		{ "127.0.0.1:0", "the resolver \"127.0.0.1:0\" is of no use" },
		{ "", "the resolver \"\" is of no use: there is no address" },
		{ " ", "there is no address" },
		{ "127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 "
		  "127.0.0.8 127.0.0.9",
		  "the resolver \"127.0.0.9\" is of no use: there are too many before it" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuses((struct dna_net_options){ .resolver = cases[i].resolver },
			cases[i].sentence);
}

#define NOT_HERE "is of no use: only the AD bit of a resolver on this machine can be believed"

/* DELEG-017 */
Test(settings, believes_no_resolver_that_is_elsewhere)
{
	static const struct {
		const char *resolver, *sentence;
	} cases[] = {
		{ "192.0.2.1", "the resolver \"192.0.2.1:53\" " NOT_HERE },
		{ "127.0.0.1 [2001:db8::1]:5353", "the resolver \"[2001:db8::1]:5353\" " NOT_HERE },
		{ "::ffff:127.0.0.1 ::1", "the resolver \"[::ffff:127.0.0.1]:53\" " NOT_HERE },
		{ "localhost", "it has to be an address" },
		/* that is as far as those on loopback get */
		{ "127.0.0.1 [::1]:5353 127.1.2.3", "the CA file" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuses((struct dna_net_options){ .resolver = cases[i].resolver,
						  .trust_ad = true,
						  .ca_file = "/nonexistent" },
			cases[i].sentence);
	/* Whoever started a shared program has seen to it. */
	refuses((struct dna_net_options){ .resolver = "192.0.2.1",
					  .resolver_socket = "/nonexistent",
					  .trust_ad = true,
					  .ca_file = "/nonexistent" },
		"the CA file");
}

/* DELEG-017 */
Test(settings, believes_the_system_s_resolvers_only_if_they_are_here)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{ "", NULL },
		{ "# nothing\nsearch example\n", NULL },
		{ "nameserver 127.0.0.53\noptions edns0 trust-ad\n", NULL },
		{ "nameserver ::1\nnameserver 127.0.0.1", NULL },
		{ "nameserver 127.0.0.1\nnameserver 192.0.2.1\n",
		  "the system's resolver \"192.0.2.1:53\" " NOT_HERE },
		{ "nameserver 2001:db8::1\n", "the system's resolver \"[2001:db8::1]:53\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = file_with(cases[i].text), *complaint = NULL;
		int r = dna_settings_check_trust_ad(NULL, path, &complaint);

		cr_expect_eq(r == 0, cases[i].sentence == NULL, "case %zu", i);
		cr_expect_eq(complaint == NULL, cases[i].sentence == NULL, "case %zu", i);
		if (complaint != NULL)
			cr_expect(strstr(complaint, cases[i].sentence) != NULL, "%s", complaint);
		free(complaint);
		unlink(path);
		free(path);
	}
	/* Without the file there is the one on this machine. */
	cr_expect_eq(dna_settings_check_trust_ad(NULL, "/nonexistent", NULL), 0);
}

Test(settings, refuses_what_holds_no_trust_anchor)
{
	static const char *const texts[] = { "", "\n\n", "; . IN DS 20326 8 2 E06D\n",
					     "the records are elsewhere\n", ". IN TLSA 3 1 1 00" };

	refuses((struct dna_net_options){ .trust_anchor = "/nonexistent" },
		"the trust anchor file \"/nonexistent\" is of no use: No such file");
	refuses((struct dna_net_options){ .trust_anchor = "/" }, "Is a directory");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *path = file_with(texts[i]);

		refuses((struct dna_net_options){ .trust_anchor = path },
			"there is no DS or DNSKEY record in it");
		unlink(path);
		free(path);
	}
}

Test(settings, refuses_what_holds_no_authority)
{
	char *path = file_with("not PEM\n");

	refuses((struct dna_net_options){ .ca_file = "/nonexistent" },
		"the CA file \"/nonexistent\" is of no use: No such file");
	refuses((struct dna_net_options){ .ca_file = path },
		"there is no certificate in PEM form in it");
	unlink(path);
	free(path);
}

/* What has a resolver and an anchor gets as far as the authorities. */
Test(settings, takes_what_can_be_used)
{
	static const char *const texts[] = {
		". IN DS 20326 8 2 E06D\n",
		"; a comment\n.\t3600\tIN\tdnskey 257 3 8 AwEAAa ;;state=2\r\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *path = file_with(texts[i]);

		refuses((struct dna_net_options){ .resolver = "192.0.2.1  [2001:db8::1]:5353",
						  .trust_anchor = path,
						  .ca_file = "/nonexistent" },
			"the CA file");
		unlink(path);
		free(path);
	}
}

/*
 * Documents over HTTPS, from a real server (https_server.py) at addresses from the resolver
 * program's fixture.
 */
#include "base/buffer.h"
#include "base/limits.h"
#include "net.h"
#include "net/lookup.h"
#include "pace.h"
#include "world.h"

#include <criterion/criterion.h>
#include <curl/curl.h>

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct dna_loop *loop;
static struct dna_lookups *lookups;
static struct dna_anchors *anchors;

__attribute__((format(printf, 2, 3))) static void format(char text[256], const char *how, ...)
{
	va_list arguments;

	va_start(arguments, how);
	cr_assert_lt(vsnprintf(text, 256, how, arguments), 256);
	va_end(arguments);
}

static void read_anchors(void)
{
	char path[256];
	FILE *file;
	uint8_t pem[8192];
	size_t size;

	cr_assert_not_null(getenv("DNA_TEST_DIR"), "to be run by https.sh");
	format(path, "%s/ca.pem", getenv("DNA_TEST_DIR"));
	file = fopen(path, "r");
	cr_assert_not_null(file);
	size = fread(pem, 1, sizeof(pem), file);
	fclose(file);
	cr_assert_eq(dna_anchors_new(&anchors), 0);
	cr_assert_eq(dna_anchors_add_pem(anchors, (struct dna_bytes){ pem, size }), 0);
}

static void start(bool allow_private_addresses)
{
	struct dna_lookups_options options = { .resolver = { .program = built_file(
								     "tests/unit/net/worker") },
					       .anchors = anchors,
					       .allow_private_addresses = allow_private_addresses };

	dna_lookups_free(lookups);
	cr_assert_eq(dna_lookups_new(&lookups, loop, &options), 0);
}

/* DNA_HTTPS_TIME is short for a slow machine. */
static void set_up(void)
{
	pace_slow(6);
	cr_assert_eq(dna_loop_new(&loop), 0);
	read_anchors();
	start(true);
}

static void tear_down(void)
{
	dna_lookups_free(lookups);
	dna_anchors_unref(anchors);
	dna_loop_free(loop);
}

TestSuite(https, .init = set_up, .fini = tear_down, .timeout = 300);

/* ---- one document ---- */

struct asked {
	struct dna_lookup *lookup;
	struct dna_item *item;
	unsigned answers;
};

static void answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct asked *a = argument;

	cr_assert_eq(count, 1);
	a->item = dna_item_ref(items[0]);
	a->answers++;
}

static const char *url_of(const char *host, const char *path)
{
	static char url[256];

	format(url, "https://%s:%s/%s", host, getenv("DNA_TEST_PORT"), path);
	return url;
}

static void begin(struct asked *a, const char *url, unsigned milliseconds)
{
	struct dna_need question = { "https", url, 0 };

	*a = (struct asked){ .answers = 0 };
	cr_assert_eq(dna_lookup_start(&a->lookup, lookups, &question, milliseconds, answered, a),
		     0);
	cr_assert_eq(a->answers, 0, "an answer from within the asking");
}

static struct dna_item *get_url(const char *url, unsigned milliseconds)
{
	struct asked a;

	begin(&a, url, milliseconds);
	cr_assert(run_until(loop, &a.answers, 1, ENOUGH), "%s was not answered", url);
	cr_assert_str_eq(dna_item_kind(a.item), "https");
	cr_assert_str_eq(dna_item_name(a.item), url);
	return a.item;
}

static void expect_url(const char *url, int status, const char *body)
{
	struct dna_item *item = get_url(url, 10000);

	cr_assert_eq(dna_item_outcome(item), DNA_ANSWERED, "%s", dna_item_reason(item));
	cr_assert_eq(dna_item_code(item), status, "%s: status %d", url, dna_item_code(item));
	cr_assert_eq(dna_item_count(item), 1);
	cr_assert_eq(dna_item_not_after(item), DNA_FOREVER); /* POSH-018: HTTP says nothing of it */
	cr_assert_str_eq((const char *)dna_item_data(item, 0).data, body, "%s", url);
	dna_item_unref(item);
}

static void expect(const char *host, const char *path, int status, const char *body)
{
	expect_url(url_of(host, path), status, body);
}

/* Never a body, never a status; the reason begins with the URL. */
static void expect_failed(struct dna_item *item, const char *reason)
{
	cr_assert_eq(dna_item_outcome(item), DNA_FAILED, "%s", dna_item_name(item));
	cr_assert_eq(dna_item_count(item), 0);
	cr_assert_eq(dna_item_code(item), 0);
	cr_assert_eq(dna_item_security(item), DNA_INDETERMINATE);
	cr_assert_not_null(strstr(dna_item_reason(item), reason), "\"%s\", not \"%s\"",
			   dna_item_reason(item), reason);
	dna_item_unref(item);
}

static void expect_url_failure(const char *url, unsigned milliseconds, const char *reason)
{
	expect_failed(get_url(url, milliseconds), reason);
}

static void expect_failure(const char *host, const char *path, const char *reason)
{
	expect_url_failure(url_of(host, path), 10000, reason);
}

Test(https, gets_documents)
{
	expect("a.example", "ok", 200, "{}");
	expect("alias.example", "ok", 200, "{}");
	expect("both.example", "ok", 200, "{}");    /* nobody listens at ::1 */
	expect("several.example", "ok", 200, "{}"); /* nor at the first of them */
	expect("a.example", "chunked", 200, "abcdef");
	expect("A.Example", "ok#fragment", 200, "{}");
	expect("a.example", "continue/once", 200, "{}");
	expect("a.example", "refresh", 200, "{}");
	expect("a.example", "html", 200, "{}"); /* POSH-026 */
}

/* POSH-005: it is the prooftype that knows what a status means. */
Test(https, gives_every_final_status)
{
	expect("a.example", "status/404", 404, "sorry");
	expect("a.example", "status/500", 500, "sorry");
	expect("a.example", "status/204", 204, "");
	expect("a.example", "nowhere", 302, "");
}

/* ---- authentication: POSH-002, SEC-001 ---- */

static const struct {
	const char *host;
	const char *reason;
} strangers[] = {
	{ "wrong.example", "the certificate of wrong.example names DNS:b.example" },
	{ "common-name.example", "the certificate of common-name.example names no domain" },
	{ "expired.example", "the certificate of expired.example is not trusted: " },
	{ "unknown.example", "the certificate of unknown.example is not trusted: " },
	{ "a.b.example", "the certificate of a.b.example names DNS:a.example, DNS:b.example" },
};

Test(https, takes_nothing_from_whom_it_cannot_authenticate)
{
	for (size_t i = 0; i < ELEMENTS(strangers); i++)
		expect_failure(strangers[i].host, "count/strangers", strangers[i].reason);
	expect("a.example", "count/strangers", 200, "1"); /* none of them was even asked */
}

/*
 * libcurl as it would be if it did not know or did not call the function that checks certificates:
 * what is asked of it is said to be done.
 */
static bool forgetful, refusing;

#undef curl_easy_setopt
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	CURLcode (*real)(CURL *, CURLoption, ...);
	va_list arguments;
	void *argument;

	va_start(arguments, option);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	*(void **)&real = dlsym(RTLD_NEXT, "curl_easy_setopt");
	if (option == CURLOPT_PREREQFUNCTION && refusing)
		return CURLE_UNKNOWN_OPTION;
	if (option == CURLOPT_PREREQFUNCTION && forgetful)
		return CURLE_OK;
	return real(easy, option, argument);
}

Test(https, takes_nothing_when_libcurl_forgets_to_authenticate)
{
	expect("a.example", "ok", 200, "{}");
	forgetful = true;
	expect_failure("a.example", "ok", "");
	expect_failure("a.example", "status/404", "");
	expect_failure("a.example", "to/https://b.example/", "");
	for (size_t i = 0; i < ELEMENTS(strangers); i++)
		expect_failure(strangers[i].host, "ok", "");
}

Test(https, asks_nothing_when_libcurl_cannot_be_told_to_authenticate)
{
	refusing = true;
	expect_failure("a.example", "ok", "no request could be made");
}

Test(https, trusts_nobody_without_anchors)
{
	dna_anchors_unref(anchors);
	cr_assert_eq(dna_anchors_new(&anchors), 0);
	start(true);
	expect_failure("a.example", "ok", "the certificate of a.example is not trusted: ");
}

/* ---- redirections: POSH-017 ---- */

Test(https, follows_redirections)
{
	struct dna_item *item = get_url(url_of("a.example", "hops/7"), 10000);
	char path[256];

	cr_assert_eq(dna_item_redirects(item), 7); /* a document that it refers to has the rest */
	dna_item_unref(item);

	expect("a.example", "hops/1", 200, "{}");
	expect("a.example", "hops/10", 200, "{}");
	expect_failure("a.example", "hops/11", "more than 10 redirections");
	expect_failure("a.example", "loop", "more than 10 redirections");
	format(path, "to/%s", url_of("b.example", "ok"));
	expect("a.example", path, 200, "{}");
	for (unsigned status = 301; status < 309; status++) {
		format(path, "by/%u//ok%%23fragment", status);
		if (status != 304 && status != 305 && status != 306)
			expect("a.example", path, 200, "{}");
	}
	/* to another port, as to any other place: nobody listens there */
	expect_failure("a.example", "to/https://a.example:1/ok",
		       "https://a.example:1/ok: Failed to connect to a.example port 1");
	expect_failure("a.example", "far/2040", "redirects to a URL that is too long");
	expect_failure("a.example", "far/60000", "redirects to a URL that is too long");
}

Test(https, takes_no_protocol_that_is_out_of_date)
{
	expect_failure("old.example", "ok", "handshake");
}

Test(https, authenticates_every_hop_for_its_own_host)
{
	char path[256], reason[256];

	for (size_t i = 0; i < ELEMENTS(strangers); i++) {
		format(path, "to/%s", url_of(strangers[i].host, "ok"));
		format(reason, "%s: %s", url_of(strangers[i].host, "ok"), strangers[i].reason);
		expect_failure("a.example", path, reason);
		expect_failure(strangers[i].host, "to/https://a.example/", strangers[i].reason);
	}
}

Test(https, does_not_follow_to_where_it_would_not_have_gone_itself)
{
	static const struct {
		const char *location, *reason;
	} cases[] = {
		{ "http://a.example/", "redirects to http://a.example/, which is not https" },
		{ "ftp://a.example/", "which is not https" },
		{ "file:///etc/passwd", "which is not https" },
		{ "//a.example@b.example/", "there are credentials in it" },
		{ "https://user:secret@a.example/", "there are credentials in it" },
		{ "https://127.0.0.1/", "its host is an address" },
		{ "https://[::1]/", "its host is an address" },
		{ "https://2130706433/", "its host is" },
		{ "https://localhost/", "its host is not a name of the public DNS" },
		{ "https://a..example/", "its host is not a domain name" },
		{ "https://printer.local/", "its host is not a name of the public DNS" },
		{ "https://a.onion./", "its host is not a name of the public DNS" },
	};
	char path[256];

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		format(path, "to/%s", cases[i].location);
		expect_failure("a.example", path, cases[i].reason);
	}
}

/* ---- URLs ---- */

Test(https, refuses_URLs_that_it_should_not_follow)
{
	static const struct {
		const char *url, *reason;
	} cases[] = {
		{ "http://a.example/", "this is not an https URL" },
		{ "a.example", "this is not an https URL" },
		{ "https:///", "" },
		{ "https://a.example:0/", "" },
		{ "https://a.example:99999/", "" },
		{ "https://user@a.example/", "there are credentials in it" },
		{ "https://127.0.0.1/", "its host is an address" },
		{ "https://[::1]/", "its host is an address" },
		{ "https://0x7f000001/", "its host is" },
		{ "https://localhost/", "its host is not a name of the public DNS" },
		{ "https://a_b.example/", "its host is not a domain name" },
		{ "https://a.localhost/", "its host is not a name of the public DNS" },
		{ "https://a.Internal/", "its host is not a name of the public DNS" },
		{ "https://a.example/\r\nX: y", "" },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++)
		expect_url_failure(cases[i].url, 10000, cases[i].reason);
}

Test(https, writes_reasons_that_fit_anywhere)
{
	static const char expected[] = "redirects to http://a.example/\xc3\xa9\xef\xbf\xbd"
				       "\xef\xbf\xbd\xef\xbf\xbd, which";

	expect_failure("a.example", "to/http://a.example/%c3%a9%ff%1b%7f", expected);
}

/* ---- addresses ---- */

/* POSH-005: that there is no host is an answer: there is no document. */
Test(https, a_host_without_an_address_has_no_documents)
{
	struct dna_item *item = get_url(url_of("nx.example", "ok"), 10000);

	cr_assert_eq(dna_item_outcome(item), DNA_DENIED);
	cr_assert_eq(dna_item_count(item), 0);
	cr_assert_str_eq(dna_item_reason(item), "nx.example has no address");
	dna_item_unref(item);
}

Test(https, has_addresses_from_our_resolver_only)
{
	expect_failure("failed.example", "ok",
		       "the address lookup of failed.example failed: told to fail");
	expect_failure("bogus.example", "ok",
		       "the address lookup of bogus.example failed: told to fail");
	expect_failure("forged.example", "ok",
		       "the address lookup of forged.example failed: bogus");
	expect_failure("v6.example", "ok", "v6.example");
	expect("many.example", "ok", 200, "{}");
}

/* SEC-007 */
Test(https, connects_to_no_private_address_by_default)
{
	start(false);
	expect_failure("a.example", "ok",
		       "a.example is at 127.0.0.1, which is not a public address");
	expect_failure("v6.example", "ok", "v6.example is at ::1, which is not a public address");
	expect_failure("private.example", "ok",
		       "private.example is at 10.0.0.1, which is not a public address");
	expect_failure("link-local.example", "ok", "169.254.1.1, which is not a public address");
	expect_failure("mapped.example", "ok", "::ffff:10.0.0.1, which is not a public address");
	expect_failure("both.example", "ok", "which is not a public address");
}

Test(https, connects_to_no_private_address_on_the_way)
{
	static const char *const hosts[] = { "a.example",         "v6.example",
					     "private.example",   "link-local.example",
					     "mapped.example",    "documentation.example",
					     "shared.example",    "nat64.example",
					     "teredo.example",    "6to4.example",
					     "multicast.example", "nowhere.example" };
	char path[256];

	start(false);
	expect("public.example", "ok", 200, "{}");
	format(path, "to/%s", url_of("public.example", "ok"));
	expect("public.example", path, 200, "{}");
	for (size_t i = 0; i < ELEMENTS(hosts); i++) {
		format(path, "to/%s", url_of(hosts[i], "ok"));
		expect_failure("public.example", path, "which is not a public address");
	}
}

/* SEC-007: whoever makes us ask cannot make us ask anybody very often. */
Test(https, asks_nobody_too_often)
{
	struct asked a[DNA_ADDRESS_RATE_MAX + 5];
	uint64_t begun = dna_loop_now();
	char path[256];

	for (unsigned i = 0; i < ELEMENTS(a); i++) {
		format(path, "ok?%u", i);
		begin(&a[i], url_of("public.example", path), 10000);
	}
	for (unsigned i = 0; i < ELEMENTS(a); i++) {
		cr_assert(run_until(loop, &a[i].answers, 1, ENOUGH));
		cr_assert_eq(dna_item_outcome(a[i].item), DNA_ANSWERED, "%s",
			     dna_item_reason(a[i].item));
		dna_item_unref(a[i].item);
	}
	cr_assert_eq(world_connections, ELEMENTS(a));
	for (unsigned i = DNA_ADDRESS_RATE_MAX; i < ELEMENTS(a); i++)
		cr_assert_geq(world_times[i] - begun, 1000);
}

Test(https, says_that_there_was_too_much_to_ask)
{
	struct asked a[DNA_ADDRESS_RATE_MAX];
	char path[256];

	for (unsigned i = 0; i < ELEMENTS(a); i++) {
		format(path, "silent?%u", i);
		begin(&a[i], url_of("public.example", path), 10000);
	}
	cr_assert(run_until(loop, &world_connections, ELEMENTS(a), ENOUGH));
	expect_url_failure(url_of("public.example", "ok"), 1000,
			   "public.example was not asked within 1000 ms");
	cr_assert_eq(world_connections, ELEMENTS(a));
	for (unsigned i = 0; i < ELEMENTS(a); i++)
		dna_item_unref(a[i].item);
} /* the lookups are freed in the middle */

Test(https, says_that_nobody_listens)
{
	expect_url_failure("https://a.example:1/", 10000, "Failed to connect to a.example port 1");
}

/* ---- what a server can do to us: POSH-025, SEC-006 ---- */

Test(https, takes_64_KiB_and_not_an_octet_more)
{
	struct dna_item *item = get_url(url_of("a.example", "size/200/65536"), 10000);

	cr_assert_eq(dna_item_outcome(item), DNA_ANSWERED, "%s", dna_item_reason(item));
	cr_assert_eq(dna_item_data(item, 0).size, 65536);
	dna_item_unref(item);
	expect_failure("a.example", "size/200/65537", "the document is longer than 65536 octets");
	expect_failure("a.example", "size/200/66560", "the document is longer than 65536 octets");
	expect_failure("a.example", "endless", "the document is longer than 65536 octets");
	expect_failure("a.example", "chunks/65537", "the document is longer than 65536 octets");
	expect_failure("a.example", "endless_chunks", "the document is longer than 65536 octets");
	item = get_url(url_of("a.example", "chunks/65536"), 10000);
	cr_assert_eq(dna_item_data(item, 0).size, 65536);
	dna_item_unref(item);
	expect("a.example", "size/404/65537", 404, "");
}

/* 10 MB, compressed to 10 KB. */
Test(https, decodes_nothing)
{
	struct dna_item *item = get_url(url_of("a.example", "encoded"), 10000);

	cr_assert_eq(dna_item_outcome(item), DNA_ANSWERED, "%s", dna_item_reason(item));
	cr_assert_eq(memcmp(dna_item_data(item, 0).data, "\x1f\x8b", 2), 0);
	cr_assert_lt(dna_item_data(item, 0).size, 20000);
	dna_item_unref(item);
	expect_failure("a.example", "transfer_encoded", "");
}

Test(https, takes_no_endless_headers)
{
	expect_failure("a.example", "headers",
		       "the headers of the response are longer than 65536 octets");
	expect_failure("a.example", "trailers",
		       "the headers of the response are longer than 65536 octets");
	expect_failure("a.example", "continue/endless",
		       "the headers of the response are longer than 65536 octets");
}

Test(https, takes_no_half_document)
{
	expect_failure("a.example", "short", "");
	expect_failure("a.example", "close", "");
	expect_failure("a.example", "length/-1", "");
	expect_failure("a.example", "length/3", "");
	expect_failure("a.example", "length/99999999999999999999", "");
	expect_failure("a.example", "garbage", "");
}

Test(https, waits_no_longer_than_it_may)
{
	static const struct {
		const char *host, *path, *reason;
	} cases[] = {
		{ "a.example", "silent", "no response of a.example within 3000 ms" },
		{ "b.example", "slow/1", "no response of b.example within 3000 ms" },
		{ "silent.example", "ok", "no address of silent.example within 3000 ms" },
		{ "mute.example", "ok", "no response of mute.example within 3000 ms" },
	};
	struct asked a[ELEMENTS(cases)];

	pace_slow(1);
	expect("b.example", "ok", 200, "{}"); /* the resolver program is started now */
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		begin(&a[i], url_of(cases[i].host, cases[i].path), 3000);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		cr_assert(run_until(loop, &a[i].answers, 1, ENOUGH));
		expect_failed(a[i].item, cases[i].reason);
	}
}

/* POSH-025: however long the case may take. */
Test(https, waits_10_seconds_for_a_document_at_most)
{
	pace_slow(1);
	expect_url_failure(url_of("b.example", "slow/1"), 60000,
			   "no response of b.example within 10000 ms");
}

/* POSH-026 */
Test(https, tells_servers_nothing_of_us)
{
	struct dna_item *item;
	const char *echo;

	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	item = get_url(url_of("a.example", "cookie"), 10000);
	echo = (const char *)dna_item_data(item, 0).data;
	cr_assert_eq(dna_item_code(item), 200, "%s", dna_item_reason(item));
	cr_assert_eq(strncmp(echo, "GET /echo HTTP/1.1\r\n", 20), 0, "%s", echo);
	cr_assert_null(strcasestr(echo, "cookie"), "%s", echo);
	cr_assert_null(strcasestr(echo, "referer"), "%s", echo);
	cr_assert_null(strcasestr(echo, "accept-encoding"), "%s", echo);
	cr_assert_null(strcasestr(echo, "authorization"), "%s", echo);
	dna_item_unref(item);
}

/* ---- several at once ---- */

Test(https, asks_once_for_what_is_wanted_twice)
{
	struct asked a, b, c, d;
	const char *url = url_of("a.example", "count/once");

	begin(&a, url, 10000);
	begin(&b, url, 10000);
	begin(&c, url, 10000);
	dna_lookup_cancel(a.lookup);
	cr_assert(run_until(loop, &b.answers, 1, ENOUGH));
	cr_assert(run_until(loop, &c.answers, 1, ENOUGH));
	cr_assert_str_eq((const char *)dna_item_data(b.item, 0).data, "1");
	cr_assert_eq(b.item, c.item);
	cr_assert_eq(a.answers, 0);
	begin(&d, url, 10000);
	cr_assert(run_until(loop, &d.answers, 1, ENOUGH));
	cr_assert_str_eq((const char *)dna_item_data(d.item, 0).data, "2", "a document was kept");
	dna_item_unref(b.item);
	dna_item_unref(c.item);
	dna_item_unref(d.item);
}

/* ---- what is remembered: POSH-028 ---- */

/* The process's clock, as far as it tells seconds since 1970, goes as the tests say. */
static time_t later;

time_t time(time_t *seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (seconds != NULL)
		*seconds = now.tv_sec + later;
	return now.tv_sec + later;
}

/* The server says the how many-th request for |path| it is. */
static struct dna_item *get_counted(const char *path, const char *count)
{
	struct dna_item *item = get_url(url_of("a.example", path), 10000);

	cr_assert_eq(dna_item_outcome(item), DNA_ANSWERED, "%s", dna_item_reason(item));
	cr_assert_str_eq((const char *)dna_item_data(item, 0).data, count, "%s", path);
	return item;
}

static void expect_counted(const char *path, const char *count)
{
	dna_item_unref(get_counted(path, count));
}

Test(https, remembers_for_a_while_that_there_is_no_document)
{
	static const struct {
		const char *path;
		unsigned seconds; /* at most */
	} cases[] = { { "counted/404/none", DNA_NO_DOCUMENT_TIME },
		      { "counted/403/forbidden", DNA_FAILURE_TIME },
		      { "counted/410/gone", DNA_FAILURE_TIME },
		      { "counted/500/broken", DNA_FAILURE_TIME } };

	cr_assert_leq(DNA_NO_DOCUMENT_TIME, 600);
	cr_assert_leq(DNA_FAILURE_TIME, 60);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		later = 0;
		expect_counted(cases[i].path, "1");
		later = cases[i].seconds / 2;
		expect_counted(cases[i].path, "1");
		later = cases[i].seconds + 1;
		expect_counted(cases[i].path, "2");
	}
}

Test(https, remembers_failures_for_a_minute)
{
	expect_failure("a.example", "broken/failing", "");
	expect_failure("a.example", "broken/failing", "");
	later = DNA_FAILURE_TIME + 1;
	expect("a.example", "broken/failing", 200, "2");
}

/* Whoever has more time would have waited. */
Test(https, remembers_no_failure_of_who_did_not_wait_for_long)
{
	expect_url_failure(url_of("a.example", "broken/hasty"), 4000, "");
	expect("a.example", "broken/hasty", 200, "2");
}

Test(https, remembers_documents_as_long_as_their_reader_allows)
{
	time_t now = time(NULL);
	struct dna_item *item;

	expect_counted("counted/200/unread", "1");
	expect_counted("counted/200/unread", "2");
	item = get_counted("counted/200/read", "1");
	dna_lookup_keep(lookups, item, now + 100);
	expect_counted("counted/200/read", "1");
	dna_lookup_keep(lookups, item, now + 50); /* another reader */
	dna_item_unref(item);
	later = 25;
	expect_counted("counted/200/read", "1");
	later = 55;
	expect_counted("counted/200/read", "2");
}

Test(https, remembers_no_document_for_long)
{
	struct dna_item *item = get_counted("counted/200/long", "1");

	dna_lookup_keep(lookups, item, DNA_FOREVER);
	dna_item_unref(item);
	later = DNA_DOCUMENT_TIME / 2;
	expect_counted("counted/200/long", "1");
	later = DNA_DOCUMENT_TIME + 1;
	expect_counted("counted/200/long", "2");
}

/* What is no document has a lifetime of its own, which no reader prolongs. */
Test(https, lets_readers_keep_nothing_but_documents)
{
	struct dna_item *item = get_url(url_of("a.example", "broken/hasty-too"), 4000);

	dna_lookup_keep(lookups, item, DNA_FOREVER);
	dna_item_unref(item);
	expect("a.example", "broken/hasty-too", 200, "2");
	item = get_counted("counted/500/kept", "1");
	dna_lookup_keep(lookups, item, DNA_FOREVER);
	dna_item_unref(item);
	later = DNA_FAILURE_TIME + 1;
	expect_counted("counted/500/kept", "2");
}

Test(https, leaves_nothing_behind_when_it_is_cancelled_at_any_time)
{
	struct asked a[40];
	char path[256];

	for (unsigned i = 0; i < ELEMENTS(a); i++) {
		format(path, "count/cancelled-%u", i);
		begin(&a[i], url_of("a.example", path), 10000);
	}
	for (unsigned i = 0; i < ELEMENTS(a); i++) {
		cr_assert_eq(dna_loop_run(loop, i % 4 == 0 ? 5 : 0), 0);
		if (a[i].answers == 0)
			dna_lookup_cancel(a[i].lookup);
	}
	for (unsigned i = 0; i < ELEMENTS(a); i++)
		dna_item_unref(a[i].item);
	begin(&a[0], url_of("a.example", "silent"), 10000);
	cr_assert_eq(dna_loop_run(loop, 20), 0); /* freed in the middle */
}

/* The child must not say a word on its parent's connection. */
Test(https, leaves_a_connection_to_the_parent_after_a_fork)
{
	struct asked a;
	int status;
	pid_t pid;

	begin(&a, url_of("a.example", "slow/0.2"), 10000);
	for (int i = 0; i < 20; i++)
		cr_assert_eq(dna_loop_run(loop, 10), 0);
	cr_assert_eq(a.answers, 0);
	pid = fork();
	if (pid == 0) {
		alarm(250);
		if (!run_until(loop, &a.answers, 1, 100))
			dna_lookup_cancel(a.lookup);
		expect("b.example", "ok", 200, "{}");
		tear_down();
		_exit(0);
	}
	cr_assert(run_until(loop, &a.answers, 1, ENOUGH));
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	cr_assert_eq(dna_item_outcome(a.item), DNA_ANSWERED, "%s", dna_item_reason(a.item));
	cr_assert_eq(dna_item_data(a.item, 0).size, 20);
	dna_item_unref(a.item);
}

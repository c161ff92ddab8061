/* Memory that fails, and what is left then: an error and another attempt, never half a route. */
#include "fixture.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in place of the C library's, by the linker's --wrap ---- */

static unsigned left; /* requests until the one that fails; 0: none will */

static bool fails(void)
{
	return left > 0 && --left == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

/* Of what is asked for from now on, the request after |count| others fails. */
static void fail_after(unsigned count)
{
	left = count + 1;
}

/* No request fails any more. Whether one did. */
static bool mend(void)
{
	bool failed = left == 0;

	left = 0;
	return failed;
}

/* ---- the route ---- */

#define ROUTE_TEXT 1024

/* Every endpoint with its decision and addresses, a line each. */
static void write_route(struct dna_case *c, char text[ROUTE_TEXT])
{
	size_t used = 0;
	struct dna_hop hop;

	text[0] = '\0';
	for (size_t i = 0; dna_case_hop(c, i, &hop) == 0; i++) {
		used += (size_t)snprintf(text + used, ROUTE_TEXT - used, "%s %u %s: %s",
					 dna_endpoint_host(hop.endpoint),
					 dna_endpoint_port(hop.endpoint),
					 dna_decision_name(hop.decision), hop.reason);
		for (size_t j = 0; j < dna_case_address_count(c, i); j++)
			used += (size_t)snprintf(text + used, ROUTE_TEXT - used, " %s",
						 dna_case_address_at(c, i, j));
		used += (size_t)snprintf(text + used, ROUTE_TEXT - used, "\n");
	}
}

static void feed_records(struct dna_case *c)
{
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INSECURE, "0 0 5269 a.example.",
	       "1 0 5269 b.example.", "2 0 5269 192.0.2.9.");
	ANSWER(c, "a.example", DNA_RR_A, DNA_INSECURE, "192.0.2.1", "192.0.2.2");
	ANSWER(c, "a.example", DNA_RR_AAAA, DNA_INSECURE, "2001:db8::1");
	ANSWER(c, "b.example", DNA_RR_A, DNA_INSECURE, "192.0.2.3");
	fixture_denied(c, "b.example", DNA_RR_AAAA, DNA_INSECURE);
}

static void feed_fallback(struct dna_case *c)
{
	fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_INSECURE);
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE);
	ANSWER(c, "tenant.example", DNA_RR_A, DNA_INSECURE, "192.0.2.1");
	fixture_denied(c, "tenant.example", DNA_RR_AAAA, DNA_INSECURE);
}

static void feed_both_kinds(struct dna_case *c)
{
	feed_records(c);
	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_INSECURE, "0 0 5270 a.example.");
}

static void feed_one_kind(struct dna_case *c)
{
	feed_records(c);
	fixture_failed(c, SRV_DIRECT, DNA_RR_SRV, DNA_INDETERMINATE);
}

static struct dna_case *new_case(enum dna_role role, void (*feed)(struct dna_case *c))
{
	const struct dna_subject subject = { .domain = "tenant.example",
					     .service = DNA_XMPP_SERVER,
					     .role = role };
	struct dna_case *c = fixture_case(NULL, 0, NULL, 0, &subject);

	feed(c);
	return c;
}

/* It is said, and once there is memory again it is as if nothing had happened. */
Test(memory, loses_no_part_of_the_route)
{
	static const struct {
		enum dna_role role;
		void (*feed)(struct dna_case *c);
	} rows[] = {
		{ DNA_INITIATING, feed_both_kinds },
		{ DNA_INITIATING, feed_fallback },
		{ DNA_RECEIVING, feed_both_kinds },
		{ DNA_RECEIVING, feed_one_kind },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expected[ROUTE_TEXT], route[ROUTE_TEXT];
		struct dna_case *c = new_case(rows[i].role, rows[i].feed);
		bool failed = true;

		write_route(c, expected);
		dna_case_free(c);
		for (unsigned count = 0; failed; count++) {
			int r;

			c = new_case(rows[i].role, rows[i].feed);
			fail_after(count);
			r = dna_case_advance(c);
			failed = mend();
			cr_expect_eq(r, failed ? DNA_E_NOMEM : 0, "row %zu, after %u", i, count);
			write_route(c, route);
			cr_expect_str_eq(route, expected, "row %zu, after %u: %s", i, count, route);
			dna_case_free(c);
		}
	}
}

/* An endpoint that is given, as that of a live connection: who named it, and how securely. */
#include "fixture.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct dna_endpoint *endpoint(struct dna_case *c)
{
	struct dna_hop hop;

	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	return hop.endpoint;
}

static struct dna_case *at(const char *domain, const char *host, uint16_t port, enum dna_tls tls)
{
	const struct dna_subject subject = { .domain = domain,
					     .service = DNA_XMPP_SERVER,
					     .endpoint = {
						     .host = host, .port = port, .tls = tls } };

	return fixture_case(NULL, 0, NULL, 0, &subject);
}

/* What the other kind of SRV records says, where that is known. */
enum other { NOT_KNOWN, SECURE_DENIAL, INSECURE_DENIAL, ROOT, RECORDS };

static void feed_other(struct dna_case *c, enum other other)
{
	if (other == SECURE_DENIAL || other == INSECURE_DENIAL)
		fixture_denied(c, SRV_DIRECT, DNA_RR_SRV,
			       other == SECURE_DENIAL ? DNA_SECURE : DNA_INSECURE);
	else if (other == ROOT)
		ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE, "0 0 0 .");
	else if (other == RECORDS)
		ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE, "0 0 5270 a.example.");
}

/* DELEG-004, DELEG-005, DELEG-010: records of either kind forbid the fallback; both denials count. */
Test(given, the_domain_itself_is_the_fallback_unless_there_are_srv_records)
{
	static const struct {
		enum other other;
		enum dna_endpoint_source source;
		enum dna_security security;
	} rows[] = {
		{ NOT_KNOWN, DNA_ENDPOINT_FALLBACK, DNA_SECURE },
		{ SECURE_DENIAL, DNA_ENDPOINT_FALLBACK, DNA_SECURE },
		{ INSECURE_DENIAL, DNA_ENDPOINT_FALLBACK, DNA_INSECURE },
		{ ROOT, DNA_ENDPOINT_OTHER, DNA_SECURE },
		{ RECORDS, DNA_ENDPOINT_OTHER, DNA_SECURE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = at("tenant.example", "tenant.example", 5269, DNA_STARTTLS);

		feed_other(c, rows[i].other);
		fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
		cr_expect_eq(dna_endpoint_source(endpoint(c)), rows[i].source, "row %zu", i);
		cr_expect_eq(dna_endpoint_security(endpoint(c)), rows[i].security, "row %zu", i);
		dna_case_free(c);
	}
}

/* DELEG-005: the default port, with STARTTLS. */
Test(given, no_other_place_at_the_domain_is_the_fallback)
{
	static const struct {
		uint16_t port;
		enum dna_tls tls;
		const char *srv;
	} rows[] = {
		{ 5270, DNA_STARTTLS, SRV_STARTTLS },
		{ 5222, DNA_STARTTLS, SRV_STARTTLS },
		{ 5269, DNA_DIRECT_TLS, SRV_DIRECT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c =
			at("tenant.example", "tenant.example", rows[i].port, rows[i].tls);

		fixture_denied(c, rows[i].srv, DNA_RR_SRV, DNA_SECURE);
		cr_expect_eq(dna_endpoint_source(endpoint(c)), DNA_ENDPOINT_OTHER, "row %zu", i);
		dna_case_free(c);
	}
}

/* DELEG-011: STARTTLS and direct TLS are named by records of their own. */
Test(given, records_of_the_other_kind_name_nothing)
{
	struct dna_case *c = at("tenant.example", "a.example", 5270, DNA_STARTTLS);

	ANSWER(c, SRV_DIRECT, DNA_RR_SRV, DNA_SECURE, "0 0 5270 a.example.");
	fixture_denied(c, SRV_STARTTLS, DNA_RR_SRV, DNA_SECURE);
	cr_expect_eq(dna_endpoint_source(endpoint(c)), DNA_ENDPOINT_OTHER);
	dna_case_free(c);
}

/* PKIX-022: a domain that is an address is at that address, and its SRV records are not asked for. */
Test(given, the_address_that_a_domain_is_has_to_be_the_endpoints)
{
	static const struct {
		const char *domain, *host;
		enum dna_endpoint_source source;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", DNA_ENDPOINT_FALLBACK },
		{ "192.0.2.1", "192.0.2.2", DNA_ENDPOINT_OTHER },
		{ "192.0.2.1", "a.example", DNA_ENDPOINT_OTHER },
		{ "[2001:db8::1]", "2001:db8::1", DNA_ENDPOINT_FALLBACK },
		{ "[2001:db8::1]", "2001:DB8:0::1", DNA_ENDPOINT_FALLBACK },
		{ "[2001:db8::1]", "[2001:db8::1]", DNA_ENDPOINT_FALLBACK },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dna_case *c = at(rows[i].domain, rows[i].host, 5269, DNA_STARTTLS);
		struct dna_need need;

		while (dna_case_next_need(c, &need))
			cr_expect_neq(need.type, DNA_RR_SRV, "row %zu", i);
		cr_expect_eq(dna_endpoint_source(endpoint(c)), rows[i].source, "row %zu: %s", i,
			     dna_endpoint_host(endpoint(c)));
		cr_expect_eq(dna_endpoint_security(endpoint(c)), DNA_INSECURE, "row %zu", i);
		dna_case_free(c);
	}
}

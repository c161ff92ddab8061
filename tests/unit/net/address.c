/* Which addresses are public (SEC-007): both ends of what is not, and their neighbours. */
#include "net/address.h"
#include "net.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return dna_address_is_public((const struct sockaddr *)&v4);
	cr_assert_eq(inet_pton(AF_INET6, text, &v6.sin6_addr), 1, "%s", text);
	return dna_address_is_public((const struct sockaddr *)&v6);
}

Test(address, knows_what_is_not_public)
{
	static const char *const addresses[] = {
		"0.0.0.0",
		"0.255.255.255",
		"10.0.0.0",
		"10.255.255.255",
		"100.64.0.0",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.0.0",
		"169.254.169.254",
		"172.16.0.0",
		"172.31.255.255",
		"192.0.0.1",
		"192.0.2.255",
		"192.88.99.1",
		"192.168.0.0",
		"192.168.255.255",
		"198.18.0.0",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.0",
		"255.255.255.255",
		"::",
		"::1",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:8.8.8.8",
		"64:ff9b::10.0.0.1",
		"64:ff9b:1::1",
		"100::1",
		"2001::1",
		"2001:1ff:ffff::1",
		"2001:db8::1",
		"2002:a00:1::1",
		"3fff:fff::1",
		"4000::1",
		"fc00::1",
		"fdff::1",
		"fe80::1",
		"febf::1",
		"fec0::1",
		"ff02::1",
		"1fff::1",
	};

	for (size_t i = 0; i < ELEMENTS(addresses); i++)
		cr_expect_not(is_public(addresses[i]), "%s", addresses[i]);
}

Test(address, knows_what_is_public)
{
	static const char *const addresses[] = {
		"1.0.0.0",     "9.255.255.255",   "11.0.0.0",         "100.63.255.255",
		"100.128.0.0", "126.255.255.255", "128.0.0.0",        "169.253.255.255",
		"169.255.0.0", "172.15.255.255",  "172.32.0.0",       "192.0.1.0",
		"192.0.3.0",   "192.167.255.255", "192.169.0.0",      "198.17.255.255",
		"198.20.0.0",  "223.255.255.255", "2000::1",          "2001:200::1",
		"2001:db7::1", "2001:db9::1",     "2003::1",          "2a00::1",
		"3ffe::1",     "3fff:1000::1",    "64:ff9b::8.8.8.8",
	};

	for (size_t i = 0; i < ELEMENTS(addresses); i++)
		cr_expect(is_public(addresses[i]), "%s", addresses[i]);
}

Test(address, takes_no_other_kind_for_public)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };

	cr_assert_not(dna_address_is_public((const struct sockaddr *)&local));
}

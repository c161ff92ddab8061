/*
 * Which addresses the URL of a stranger may lead to: tables after IANA's registries of
 * special-purpose addresses.
 */
#include "net/address.h"

#include <netinet/in.h>
#include <string.h>

struct prefix {
	uint8_t octets[16];
	unsigned bits;
};

static const struct prefix special_v4[] = {
	{ { 0 }, 8 },             /* this network */
	{ { 10 }, 8 },            /* private */
	{ { 100, 64 }, 10 },      /* shared, behind carriers' NAT */
	{ { 127 }, 8 },           /* loopback */
	{ { 169, 254 }, 16 },     /* link-local; clouds' metadata */
	{ { 172, 16 }, 12 },      /* private */
	{ { 192, 0, 0 }, 24 },    /* protocol assignments */
	{ { 192, 0, 2 }, 24 },    /* documentation */
	{ { 192, 88, 99 }, 24 },  /* 6to4 relays, withdrawn */
	{ { 192, 168 }, 16 },     /* private */
	{ { 198, 18 }, 15 },      /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documentation */
	{ { 203, 0, 113 }, 24 },  /* documentation */
	{ { 224 }, 4 },           /* multicast */
	{ { 240 }, 4 },           /* reserved, broadcast */
};

/* All of IPv6 that is public is in here, */
static const struct prefix global_v6 = { { 0x20 }, 3 };

/* but for these. */
static const struct prefix special_v6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },       /* protocol assignments: Teredo, ORCHID, ... */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },             /* 6to4: any IPv4 address */
	{ { 0x3f, 0xff }, 20 },             /* documentation */
};

/* NAT64 (RFC 6052): as public as the IPv4 address in its last four octets. */
static const struct prefix nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };

static bool has_prefix(const uint8_t *address, const struct prefix *prefix)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;
	unsigned mask = 0xff00u >> rest & 0xff;

	return memcmp(address, prefix->octets, whole) == 0 &&
	       (rest == 0 || ((address[whole] ^ prefix->octets[whole]) & mask) == 0);
}

static bool has_any(const uint8_t *address, const struct prefix *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has_prefix(address, &prefixes[i]))
			return true;
	return false;
}

static bool is_public_v4(const uint8_t *address)
{
	return !has_any(address, special_v4, sizeof(special_v4) / sizeof(special_v4[0]));
}

static bool is_public_v6(const uint8_t *address)
{
	if (has_prefix(address, &nat64))
		return is_public_v4(address + 12);
	return has_prefix(address, &global_v6) &&
	       !has_any(address, special_v6, sizeof(special_v6) / sizeof(special_v6[0]));
}

bool dna_address_is_public(const struct sockaddr *address)
{
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} copy;

	if (address->sa_family == AF_INET) {
		memcpy(&copy.v4, address, sizeof(copy.v4));
		return is_public_v4((const uint8_t *)&copy.v4.sin_addr);
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&copy.v6, address, sizeof(copy.v6));
		return is_public_v6((const uint8_t *)&copy.v6.sin6_addr);
	}
	return false;
}

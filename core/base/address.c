/* Addresses of resolvers as operators write them. */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_DNS 53

static int read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || number == 0 || number > UINT16_MAX)
		return DNA_E_SYNTAX;
	*port = (uint16_t)number;
	return 0;
}

/* The name of an interface. It stands before a bracket when it is written, and where people read it. */
static bool is_zone(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || *c == ']')
			return false;
	return true;
}

/* |host| without port and brackets. */
static int read_host(struct dna_address *address, char *host)
{
	char *zone = strchr(host, '%');

	if (zone != NULL) {
		*zone++ = '\0';
		if (strlen(zone) >= sizeof(address->zone) || !is_zone(zone))
			return DNA_E_SYNTAX;
		strcpy(address->zone, zone);
	}
	if (zone == NULL && inet_pton(AF_INET, host, address->octets) == 1)
		address->size = 4;
	else if (inet_pton(AF_INET6, host, address->octets) == 1)
		address->size = 16;
	else
		return DNA_E_SYNTAX;
	return 0;
}

static void write_text(struct dna_address *address)
{
	char host[INET6_ADDRSTRLEN];

	inet_ntop(address->size == 4 ? AF_INET : AF_INET6, address->octets, host, sizeof(host));
	snprintf(address->text, sizeof(address->text),
		 address->size == 4 ? "%s%s%s:%u" : "[%s%s%s]:%u", host,
		 address->zone[0] != '\0' ? "%" : "", address->zone, address->port);
}

int dna_address_read(struct dna_address *address, const char *text)
{
	struct dna_address read = { .port = PORT_DNS };
	char copy[DNA_ADDRESS_TEXT], *host = copy, *port = NULL;

	if (strlen(text) >= sizeof(copy))
		return DNA_E_SYNTAX;
	strcpy(copy, text);
	if (copy[0] == '[') {
		char *end = strchr(copy, ']');

		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return DNA_E_SYNTAX;
		host = copy + 1;
		port = end[1] == ':' ? end + 2 : NULL;
		*end = '\0';
	} else if (strchr(copy, ':') != NULL && strchr(copy, ':') == strrchr(copy, ':')) {
		port = strchr(copy, ':');
		*port++ = '\0';
	}
	if (read_host(&read, host) != 0 || (port != NULL && read_port(port, &read.port) != 0))
		return DNA_E_SYNTAX;
	write_text(&read);
	*address = read;
	return 0;
}

bool dna_address_is_loopback(const struct dna_address *address)
{
	static const uint8_t ipv6[16] = { [15] = 1 };

	return address->size == 4 ? address->octets[0] == 127
				  : memcmp(address->octets, ipv6, sizeof(ipv6)) == 0;
}

static bool read_name_server(struct dna_address *address, const char *line, size_t size)
{
	char copy[256], host[128];

	if (size >= sizeof(copy))
		return false;
	memcpy(copy, line, size);
	copy[size] = '\0';
	return sscanf(copy, "nameserver %127s", host) == 1 && dna_address_read(address, host) == 0;
}

size_t dna_address_list(struct dna_address *addresses, size_t room, const char *text)
{
	size_t count = 0;

	while (count < room && *text != '\0') {
		size_t size = strcspn(text, "\n");

		count += read_name_server(&addresses[count], text, size);
		text += size + (text[size] == '\n');
	}
	if (count == 0 && room > 0 && dna_address_read(&addresses[0], "127.0.0.1") == 0)
		count = 1;
	return count;
}

/* An endpoint as an operator writes it. */
#include "policy/place.h"

#include "base/name.h"

#include <stdlib.h>
#include <string.h>

static int read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || number == 0 || number > UINT16_MAX)
		return DNA_E_SYNTAX;
	*port = (uint16_t)number;
	return 0;
}

static uint16_t default_port(enum dna_service service, enum dna_tls tls)
{
	uint16_t port = service == DNA_XMPP_SERVER ? 5269 : 5222;

	return tls == DNA_DIRECT_TLS ? (uint16_t)(port + 1) : port;
}

/* Cut "host" or "[v6]" off; |*rest| is what follows. */
static int cut_host(char *text, char **host, char **rest)
{
	char *end;

	if (text[0] != '[') {
		*host = text;
		*rest = text + strcspn(text, ":");
		return 0;
	}
	end = strchr(text, ']');
	if (end == NULL)
		return DNA_E_SYNTAX;
	*end = '\0';
	*host = text + 1;
	*rest = end + 1;
	return strchr(*host, ':') != NULL && dna_name_is_address(*host) ? 0 : DNA_E_SYNTAX;
}

/* A name in U-labels or A-labels, or an address. */
static bool is_host(const char *text)
{
	char ascii[DNA_NAME_MAX + 1];

	return dna_name_is_address(text) || dna_name_is_host(text, true) ||
	       dna_domain_prepare(text, ascii, NULL) == 0;
}

int dna_place_read(const char *text, enum dna_service service, bool direct, struct dna_place *place)
{
	static const char suffix[] = ",direct";
	struct dna_place new = { .tls = direct ? DNA_DIRECT_TLS : DNA_STARTTLS };
	char copy[DNA_NAME_MAX + 32], *host, *rest;
	size_t size = strlen(text);

	if (size >= sizeof(copy))
		return DNA_E_SYNTAX;
	memcpy(copy, text, size + 1);
	if (size >= strlen(suffix) && strcmp(copy + size - strlen(suffix), suffix) == 0) {
		copy[size - strlen(suffix)] = '\0';
		new.tls = DNA_DIRECT_TLS;
	}
	if (cut_host(copy, &host, &rest) != 0)
		return DNA_E_SYNTAX;
	new.port = default_port(service, new.tls);
	if (rest[0] != '\0' && (rest[0] != ':' || read_port(rest + 1, &new.port) != 0))
		return DNA_E_SYNTAX;
	rest[0] = '\0';
	if (!is_host(host) || strlen(host) > DNA_NAME_MAX)
		return DNA_E_SYNTAX;
	memcpy(new.host, host, strlen(host) + 1);
	*place = new;
	return 0;
}

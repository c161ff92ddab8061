/*
 * What is written in a word or a line: addresses of resolvers, endpoints, times, what SASL EXTERNAL
 * carries. What is read can be written, and is then read as the same.
 */
#include "base/address.h"
#include "base/clock.h"
#include "base/name.h"
#include "policy/place.h"
#include "stream/sasl.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			abort();
}

static void check_address(const struct dna_address *address)
{
	struct dna_address again;

	check_printable(address->text);
	if (address->port == 0 || (address->size != 4 && address->size != 16) ||
	    dna_address_read(&again, address->text) != 0 || again.size != address->size ||
	    again.port != address->port || strcmp(again.zone, address->zone) != 0 ||
	    memcmp(again.octets, address->octets, again.size) != 0)
		abort();
	dna_address_is_loopback(address);
}

static void check_addresses(const char *text)
{
	struct dna_address addresses[DNA_RESOLVERS_MAX], one;
	size_t count = dna_address_list(addresses, DNA_RESOLVERS_MAX, text);

	if (count == 0 || count > DNA_RESOLVERS_MAX)
		abort();
	for (size_t i = 0; i < count; i++)
		check_address(&addresses[i]);
	if (dna_address_read(&one, text) == 0)
		check_address(&one);
}

static void check_place(const char *text)
{
	struct dna_place place;
	char ascii[DNA_NAME_MAX + 1];

	if (dna_place_read(text, DNA_XMPP_CLIENT, false, &place) != 0)
		return;
	if (place.port == 0 ||
	    !(dna_name_is_host(place.host, true) || dna_name_is_address(place.host) ||
	      dna_domain_prepare(place.host, ascii, NULL) == 0))
		abort();
}

static void check_time(const char *text)
{
	char written[DNA_TIME_TEXT];
	int64_t time, again;

	if (dna_time_read(text, &time) != 0)
		return;
	if (dna_time_read(dna_time_write(time, written), &again) != 0 || again != time)
		abort();
}

static void check_identity(const char *text)
{
	char identity[DNA_SASL_TEXT_MAX + 1], written[DNA_SASL_TEXT_MAX + 1];
	char again[DNA_SASL_TEXT_MAX + 1];

	if (dna_sasl_read(text, identity) != 0)
		return;
	if (strlen(identity) > DNA_SASL_TEXT_MAX || dna_sasl_write(identity, written) != 0 ||
	    dna_sasl_read(written, again) != 0 || strcmp(identity, again) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check_addresses(text);
	check_place(text);
	check_time(text);
	check_identity(text);
	free(text);
	return 0;
}

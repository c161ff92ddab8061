/* What SASL EXTERNAL carries. */
#include "stream/sasl.h"

#include <dna/prooftype.h>

#include <gnutls/gnutls.h>
#include <string.h>

int dna_sasl_read(const char *text, char identity[DNA_SASL_TEXT_MAX + 1])
{
	size_t size = DNA_SASL_TEXT_MAX;

	if (strlen(text) > DNA_SASL_TEXT_MAX)
		return DNA_E_SYNTAX;
	if (text[0] == '\0' || strcmp(text, "=") == 0)
		size = 0;
	else if (dna_base64_read(text, false, (uint8_t *)identity, &size) != 0 ||
		 memchr(identity, '\0', size) != NULL)
		return DNA_E_SYNTAX;
	identity[size] = '\0';
	return 0;
}

int dna_sasl_write(const char *identity, char text[DNA_SASL_TEXT_MAX + 1])
{
	gnutls_datum_t plain = { (unsigned char *)(uintptr_t)identity, (unsigned)strlen(identity) };
	gnutls_datum_t encoded = { NULL, 0 };
	int r = DNA_E_LIMIT;

	if (gnutls_base64_encode2(&plain, &encoded) < 0)
		return DNA_E_NOMEM;
	if (encoded.size <= DNA_SASL_TEXT_MAX) {
		memcpy(text, encoded.data, encoded.size);
		text[encoded.size] = '\0';
		r = 0;
	}
	gnutls_free(encoded.data);
	return r;
}

/* PEM and DER (RFC 7468). What stands between the blocks is commentary. */
#include "base/buffer.h"
#include "evidence/chain.h"

#include <gnutls/gnutls.h>

#include <stdio.h>
#include <string.h>

#define MARK_MAX 64

/* What follows the first |mark| in |text|; NULL data: there is none. */
static struct dna_bytes after(struct dna_bytes text, const char *mark)
{
	const uint8_t *at =
		text.size == 0 ? NULL : memmem(text.data, text.size, mark, strlen(mark));

	if (at == NULL)
		return (struct dna_bytes){ NULL, 0 };
	at += strlen(mark);
	return (struct dna_bytes){ at, (size_t)(text.data + text.size - at) };
}

int dna_pem_read_as(const char *label, struct dna_bytes pem,
		    int (*each)(void *argument, struct dna_bytes der), void *argument)
{
	char begin[MARK_MAX], end[MARK_MAX];
	struct dna_bytes body, rest;
	int r = DNA_E_SYNTAX;

	snprintf(begin, sizeof(begin), "-----BEGIN %s-----", label);
	snprintf(end, sizeof(end), "-----END %s-----", label);
	for (body = after(pem, begin); body.data != NULL; body = after(rest, begin)) {
		gnutls_datum_t text, der;

		rest = after(body, end);
		if (rest.data == NULL)
			return DNA_E_SYNTAX;
		text.data = (unsigned char *)(uintptr_t)body.data - strlen(begin);
		text.size = (unsigned)(rest.data - text.data);
		if (gnutls_pem_base64_decode2(label, &text, &der) != 0)
			return DNA_E_SYNTAX;
		r = each(argument, (struct dna_bytes){ der.data, der.size });
		gnutls_free(der.data);
		if (r != 0)
			return r;
	}
	return r;
}

int dna_pem_read(struct dna_bytes pem, int (*each)(void *argument, struct dna_bytes der),
		 void *argument)
{
	return dna_pem_read_as("CERTIFICATE", pem, each, argument);
}

int dna_pem_write_as(const char *label, struct dna_buffer *pem, struct dna_bytes der)
{
	const gnutls_datum_t data = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
	gnutls_datum_t text;
	int r;

	if (gnutls_pem_base64_encode2(label, &data, &text) != 0)
		return DNA_E_CRYPTO;
	r = dna_buffer_add(pem, text.data, text.size);
	gnutls_free(text.data);
	return r;
}

int dna_pem_write(struct dna_buffer *pem, struct dna_bytes der)
{
	return dna_pem_write_as("CERTIFICATE", pem, der);
}

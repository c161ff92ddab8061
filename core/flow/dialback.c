/* Dialback keys: XEP-0185, in the canonical form of the domains. */
#include "base/limits.h"
#include "base/name.h"

#include <dna/flow.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define DIGEST_SIZE 32
#define HEX_SIZE    (2 * DIGEST_SIZE) /* without a NUL */

static void write_hex(char text[HEX_SIZE + 1], const uint8_t digest[DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	text[HEX_SIZE] = '\0';
}

/* The HMAC's key is the text of the digest, not the digest (DB-001). */
static int hash_secret(char text[HEX_SIZE + 1], struct dna_bytes secret)
{
	uint8_t digest[DIGEST_SIZE];
	int r = 0;

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, secret.data, secret.size, digest) != 0)
		r = DNA_E_CRYPTO;
	else
		write_hex(text, digest);
	gnutls_memset(digest, 0, sizeof(digest));
	return r;
}

/* "receiving originating id" (DB-001). */
static int hash_names(gnutls_hmac_hd_t hmac, const char *receiving, const char *originating,
		      const char *id)
{
	const char *const parts[] = { receiving, " ", originating, " ", id };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (gnutls_hmac(hmac, parts[i], strlen(parts[i])) != 0)
			return DNA_E_CRYPTO;
	return 0;
}

int dna_dialback_key(char key[DNA_DIALBACK_KEY_SIZE], struct dna_bytes secret,
		     const char *receiving, const char *originating, const char *id)
{
	char ascii[DNA_NAME_MAX + 1], target[DNA_DOMAINPART_MAX + 1],
		sender[DNA_DOMAINPART_MAX + 1];
	char hashed[HEX_SIZE + 1];
	uint8_t digest[DIGEST_SIZE];
	gnutls_hmac_hd_t hmac;
	int r;

	if (secret.size == 0)
		return DNA_E_INVALID;
	r = dna_domain_prepare(receiving, ascii, target);
	if (r == 0)
		r = dna_domain_prepare(originating, ascii, sender);
	if (r == 0)
		r = hash_secret(hashed, secret);
	if (r != 0)
		return r;
	if (gnutls_hmac_init(&hmac, GNUTLS_MAC_SHA256, hashed, HEX_SIZE) != 0) {
		r = DNA_E_CRYPTO;
		goto out;
	}
	r = hash_names(hmac, target, sender, id);
	gnutls_hmac_deinit(hmac, digest);
	if (r == 0)
		write_hex(key, digest);
out:
	gnutls_memset(hashed, 0, sizeof(hashed));
	gnutls_memset(digest, 0, sizeof(digest));
	return r;
}

enum dna_dialback_answer dna_dialback_answer(struct dna_bytes secret, bool hosted, const char *from,
					     const char *to, const char *id, const char *key)
{
	static const char space[] = " \t\r\n";
	char right[DNA_DIALBACK_KEY_SIZE];
	size_t length;
	bool equal;

	if (!hosted)
		return DNA_DIALBACK_NOT_HOSTED;
	if (dna_dialback_key(right, secret, from, to, id) != 0)
		return DNA_DIALBACK_INVALID;
	key += strspn(key, space);
	length = strlen(key);
	while (length > 0 && strchr(space, key[length - 1]) != NULL)
		length--;
	equal = length == HEX_SIZE && gnutls_memcmp(key, right, HEX_SIZE) == 0;
	gnutls_memset(right, 0, sizeof(right));
	return equal ? DNA_DIALBACK_VALID : DNA_DIALBACK_INVALID;
}

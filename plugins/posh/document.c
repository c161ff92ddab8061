/* Reading documents: strictly, so that each means one thing, and within bounds. */
#include "document.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool wrong(struct posh_document *d, const char *why)
{
	snprintf(d->why, sizeof(d->why), "%s", why);
	return false;
}

/* POSH-015, POSH-027: a name that can have a web site, maybe a port, and nothing else. */
bool posh_host_read(const char *url, char host[POSH_HOST_MAX + 1])
{
	const char *authority = url + strlen("https://");
	size_t whole = strcspn(authority, "/?#"), size = strcspn(authority, ":/?#");

	if (size < whole && strspn(authority + size + 1, "0123456789") != whole - size - 1)
		return false;
	if (size > 0 && authority[size - 1] == '.')
		size--;
	if (size > POSH_HOST_MAX)
		return false;
	snprintf(host, POSH_HOST_MAX + 1, "%.*s", (int)size, authority);
	return dna_domain_is_public(host);
}

/* POSH-015: an absolute https URI, in characters that a URI has. Without fragment (POSH-026). */
static bool read_url(struct posh_document *d, const char *text)
{
	static const char characters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"-._~:/?#[]@!$&'()*+,;=%";
	char host[POSH_HOST_MAX + 1];
	size_t size;

	if (text == NULL || strncasecmp(text, "https://", 8) != 0 ||
	    text[strspn(text, characters)] != '\0')
		return wrong(d, "its url is no absolute https URI");
	size = strcspn(text, "#");
	if (size > POSH_URL_MAX)
		return wrong(d, "its url is longer than 2048 octets");
	if (!posh_host_read(text, host))
		return wrong(d, "its url names no host that can have a web site");
	snprintf(d->url, sizeof(d->url), "%.*s", (int)size, text);
	return true;
}

/* POSH-025: bounded. */
static bool are_descriptors(const struct dna_json *list)
{
	size_t count = dna_json_size(list);

	if (dna_json_type(list) != DNA_JSON_ARRAY || count < 1 || count > 64)
		return false;
	for (size_t i = 0; i < count; i++)
		if (dna_json_type(dna_json_at(list, i)) != DNA_JSON_OBJECT ||
		    dna_json_size(dna_json_at(list, i)) > 16)
			return false;
	return true;
}

/* POSH-006 */
bool posh_document_read(struct posh_document *d, struct dna_bytes text)
{
	const struct dna_json *url;

	if (dna_json_read(&d->json, text, d->why) != 0)
		return false;
	if (dna_json_type(d->json) != DNA_JSON_OBJECT)
		return wrong(d, "it is not an object");
	d->fingerprints = dna_json_get(d->json, "fingerprints");
	url = dna_json_get(d->json, "url");
	if (url == NULL && d->fingerprints == NULL)
		return wrong(d, "it has neither fingerprints nor a url");
	if (url != NULL && d->fingerprints != NULL)
		return wrong(d, "it has both fingerprints and a url");
	if (url != NULL && !read_url(d, dna_json_string(url)))
		return false;
	if (d->fingerprints != NULL && !are_descriptors(d->fingerprints))
		return wrong(d,
			     "its fingerprints are no list of 1 to 64 objects of up to 16 members");
	/* POSH-013 */
	if (dna_json_integer(dna_json_get(d->json, "expires"), &d->expires) != 0 || d->expires < 0)
		return wrong(d, "its expires is missing, or no whole number of seconds from 0");
	return true;
}

/* POSH-008: the hashes that may be used, by their registered names, strongest first. */
static const struct posh_hash hashes[] = { { "sha-512", DNA_SHA512, 64 },
					   { "sha-384", DNA_SHA384, 48 },
					   { "sha-256", DNA_SHA256, 32 } };

/* POSH-010, POSH-011: the strongest usable fingerprint alone counts; NULL: there is none. */
const struct posh_hash *posh_fingerprint_read(const struct dna_json *descriptor, uint8_t digest[64])
{
	for (size_t i = 0; i < COUNT(hashes); i++) {
		const char *text = dna_json_string(dna_json_get(descriptor, hashes[i].name));
		size_t size = 64;

		if (text != NULL && dna_base64_read(text, true, digest, &size) == 0 &&
		    size == hashes[i].size)
			return &hashes[i];
	}
	return NULL;
}

/*
 * URLs of documents, as a prooftype asks for them or a server redirects to them: what is taken is
 * https to a name of the public DNS, without credentials, and is read again as the same.
 */
#include "base/name.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct dna_url *url)
{
	const size_t host = strlen(url->host);
	const char *rest = url->text + strlen("https://");
	struct dna_url again;

	if (strncmp(url->text, "https://", strlen("https://")) != 0 ||
	    strncmp(rest, url->host, host) != 0 || strchr(":/?", rest[host]) == NULL ||
	    strchr(url->text, '#') != NULL || url->port == 0 ||
	    !dna_name_is_host(url->host, false) || dna_name_is_address(url->host))
		abort();
	for (const char *c = url->text; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == '\x7f')
			abort();
	if (dna_url_read(url->text, &again) != NULL || strcmp(again.text, url->text) != 0 ||
	    strcmp(again.host, url->host) != 0 || again.port != url->port)
		abort();
	free(again.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_url url;
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (dna_url_read(text, &url) == NULL) {
		check(&url);
		free(url.text);
	}
	free(text);
	return 0;
}

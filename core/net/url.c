/* URLs of documents, by libcurl's reader. */
#include "net/url.h"

#include "base/name.h"

#include <dna/prooftype.h>

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *read_host(CURLU *parts, char host[DNA_NAME_MAX + 1])
{
	char *text = NULL;
	const char *problem = NULL;

	if (curl_url_get(parts, CURLUPART_HOST, &text, 0) != CURLUE_OK)
		problem = "there is no host in it";
	else if (dna_name_is_address(text)) /* POSH-027 */
		problem = "its host is an address, which no certificate can be checked for";
	else if (dna_domain_prepare(text, host, NULL) != 0)
		problem = "its host is not a domain name";
	else if (!dna_domain_is_public(host))
		problem = "its host is not a name of the public DNS";
	else if (curl_url_set(parts, CURLUPART_HOST, host, 0) != CURLUE_OK)
		problem = "its host is not a domain name that libcurl takes";
	curl_free(text);
	return problem;
}

static bool has(CURLU *parts, CURLUPart part)
{
	char *text = NULL;
	bool present = curl_url_get(parts, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return present;
}

static const char *read_port(CURLU *parts, uint16_t *port)
{
	char *text = NULL;
	unsigned long number = 0;

	if (curl_url_get(parts, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
		number = strtoul(text, NULL, 10);
	curl_free(text);
	if (number == 0 || number > UINT16_MAX)
		return "its port is none";
	*port = (uint16_t)number;
	return NULL;
}

static const char *write_text(CURLU *parts, char **text)
{
	char *whole = NULL;

	curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0); /* POSH-026 */
	if (curl_url_get(parts, CURLUPART_URL, &whole, 0) == CURLUE_OK)
		*text = strdup(whole);
	curl_free(whole);
	return *text != NULL ? NULL : "out of memory";
}

const char *dna_url_read(const char *text, struct dna_url *url)
{
	struct dna_url new = { .text = NULL };
	CURLU *parts = curl_url();
	const char *problem = NULL;

	if (parts == NULL)
		return "out of memory";
	if (curl_url_set(parts, CURLUPART_URL, text, 0) != CURLUE_OK ||
	    strncasecmp(text, "https://", 8) != 0)
		problem = "this is not an https URL";
	else if (has(parts, CURLUPART_USER) || has(parts, CURLUPART_PASSWORD)) /* POSH-015 */
		problem = "there are credentials in it";
	if (problem == NULL)
		problem = read_host(parts, new.host);
	if (problem == NULL)
		problem = read_port(parts, &new.port);
	if (problem == NULL)
		problem = write_text(parts, &new.text);
	if (problem == NULL)
		*url = new;
	curl_url_cleanup(parts);
	return problem;
}

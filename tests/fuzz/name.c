/* Domain names: what is prepared is prepared; a name matches itself. */
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[DNA_DOMAINPART_MAX + 2], ascii[DNA_NAME_MAX + 1], again[DNA_NAME_MAX + 1];
	char unicode[DNA_DOMAINPART_MAX + 1];

	if (size >= sizeof(text))
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	dna_name_is_address(text);
	dna_name_matches(text, "a.example");
	if (dna_domain_prepare(text, ascii, unicode) != 0)
		return 0;
	if (!dna_name_is_host(ascii, false) || !dna_name_matches(ascii, ascii) ||
	    !dna_name_below(ascii, ascii))
		abort();
	if (dna_domain_prepare(ascii, again, NULL) != 0 || strcmp(ascii, again) != 0 ||
	    dna_domain_prepare(unicode, again, NULL) != 0 || strcmp(ascii, again) != 0)
		abort();
	return 0;
}

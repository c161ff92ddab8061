/* What SASL EXTERNAL carries (RFC 6120 section 6.4, RFC 4422 appendix A): an authorization identity, or
 * none, in base64. */
#ifndef DNA_TOOLS_STREAM_SASL_H
#define DNA_TOOLS_STREAM_SASL_H

#include "base/limits.h"

#include <dna/error.h>
#include <dna/types.h>

#define DNA_SASL_TEXT_MAX DNA_XML_TEXT_MAX

/* |text|: of <auth/> or <response/>; "=" is an empty one. DNA_E_SYNTAX: not base64 of a text. */
int dna_sasl_read(const char *text, char identity[DNA_SASL_TEXT_MAX + 1]);
int dna_sasl_write(const char *identity, char text[DNA_SASL_TEXT_MAX + 1]);

#endif

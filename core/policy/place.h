/* An endpoint as an operator writes it: "host", "host:5270", "[2001:db8::1]:5269", each with
 * ",direct" for direct TLS. */
#ifndef DNA_POLICY_PLACE_H
#define DNA_POLICY_PLACE_H

#include "base/limits.h"

#include <dna/error.h>
#include <dna/types.h>

struct dna_place {
	char host[DNA_NAME_MAX + 1]; /* without brackets */
	uint16_t port;
	enum dna_tls tls;
};

/* Without a port: that of the service, 5222 or 5269; with direct TLS 5223 or 5270. DNA_E_SYNTAX
 * when it is no endpoint. */
int dna_place_read(const char *text, enum dna_service service, bool direct,
		   struct dna_place *place);

#endif

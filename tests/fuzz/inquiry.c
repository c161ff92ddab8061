/* What the fuzzers of revocation share. */
#include "inquiry.h"
#include "evidence/der.h"

#include <stdlib.h>

#define NOW INT64_C(1795219200) /* 2026-11-21 */

static struct dna_certificate *read_certificate(struct dna_bytes *rest)
{
	struct dna_certificate *certificate;
	struct dna_der der;

	if (dna_der_read(rest, &der) != 0 || dna_certificate_new(&certificate, der.whole) != 0)
		return NULL;
	return certificate;
}

bool inquiry_read(struct dna_bytes input, struct inquiry *inquiry)
{
	*inquiry = (struct inquiry){ .window = { INT64_MIN, INT64_MAX }, .said = input };
	inquiry->certificate = read_certificate(&inquiry->said);
	if (inquiry->certificate != NULL)
		inquiry->issuer = read_certificate(&inquiry->said);
	if (inquiry->issuer == NULL) {
		inquiry_clear(inquiry);
		return false;
	}
	inquiry->asked = (struct dna_inquiry){ .certificate = inquiry->certificate,
					       .issuer = inquiry->issuer,
					       .time = NOW,
					       .security = GNUTLS_SEC_PARAM_MEDIUM,
					       .window = &inquiry->window };
	return true;
}

void inquiry_clear(struct inquiry *inquiry)
{
	dna_certificate_unref(inquiry->certificate);
	dna_certificate_unref(inquiry->issuer);
}

void inquiry_check(const struct inquiry *inquiry, const struct dna_status *status)
{
	if (inquiry->window.from > NOW || inquiry->window.until < NOW)
		abort();
	if (status->state == DNA_REVOCATION_GOOD && status->until < NOW)
		abort();
	if (status->state == DNA_REVOCATION_REVOKED && status->why[0] == '\0')
		abort();
	for (const char *c = status->why; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			abort();
}

/* The extensions of a certificate. */
#include "evidence/extensions.h"
#include "base/limits.h"
#include "evidence/chain.h"
#include "evidence/der.h"

#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#include <stdio.h>
#include <string.h>

#define STATUS_REQUEST    5  /* RFC 6066 section 8 */
#define STATUS_REQUEST_V2 17 /* RFC 6961 */

/* ---- Each that is known ---- */

static gnutls_datum_t datum(struct dna_bytes bytes)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.size };
}

static bool read_basic_constraints(struct dna_bytes value, struct dna_extensions *e)
{
	const gnutls_datum_t der = datum(value);
	unsigned authority = 0;

	if (gnutls_x509_ext_import_basic_constraints(&der, &authority, &e->path_length) != 0)
		return false;
	e->authority = authority != 0;
	return true;
}

static bool read_key_usage(struct dna_bytes value, struct dna_extensions *e)
{
	const gnutls_datum_t der = datum(value);

	e->has_usage = true;
	return gnutls_x509_ext_import_key_usage(&der, &e->usage) == 0;
}

static bool read_tls_features(struct dna_bytes value, struct dna_extensions *e)
{
	const gnutls_datum_t der = datum(value);
	gnutls_x509_tlsfeatures_t features;
	unsigned feature;
	int r;

	if (gnutls_x509_tlsfeatures_init(&features) != 0)
		return false;
	r = gnutls_x509_ext_import_tlsfeatures(&der, features, 0);
	for (unsigned i = 0; r == 0 && gnutls_x509_tlsfeatures_get(features, i, &feature) == 0; i++)
		e->must_staple |= feature == STATUS_REQUEST || feature == STATUS_REQUEST_V2;
	gnutls_x509_tlsfeatures_deinit(features);
	return r == 0;
}

/* With no purpose at all it is for nothing, which is not to be taken for everything. */
static bool check_purposes(struct dna_bytes value, struct dna_extensions *e)
{
	struct dna_der purposes;

	(void)e;
	return dna_der_read_tag(&value, DNA_DER_SEQUENCE, &purposes) == 0 && value.size == 0 &&
	       purposes.content.size != 0;
}

static bool keep_names(struct dna_bytes value, struct dna_extensions *e)
{
	e->names = value;
	return true;
}

static bool keep_limits(struct dna_bytes value, struct dna_extensions *e)
{
	e->limits = value;
	return true;
}

static bool keep_crl_points(struct dna_bytes value, struct dna_extensions *e)
{
	e->crl_points = value;
	return true;
}

/*
 * Those whose meaning is heeded, here or where the rest of the certificate is looked at. Policies
 * are: we ask for none in particular, so that any will do.
 */
static const struct known {
	const char *oid; /* as encoded */
	size_t size;
	bool (*read)(struct dna_bytes value, struct dna_extensions *e); /* NULL: elsewhere */
} known[] = {
	{ "\x55\x1d\x0e", 3, NULL },                                  /* subjectKeyIdentifier */
	{ "\x55\x1d\x0f", 3, read_key_usage },                        /* keyUsage */
	{ "\x55\x1d\x11", 3, keep_names },                            /* subjectAltName */
	{ "\x55\x1d\x12", 3, NULL },                                  /* issuerAltName */
	{ "\x55\x1d\x13", 3, read_basic_constraints },                /* basicConstraints */
	{ "\x55\x1d\x1e", 3, keep_limits },                           /* nameConstraints */
	{ "\x55\x1d\x1f", 3, keep_crl_points },                       /* cRLDistributionPoints */
	{ "\x55\x1d\x20", 3, NULL },                                  /* certificatePolicies */
	{ "\x55\x1d\x23", 3, NULL },                                  /* authorityKeyIdentifier */
	{ "\x55\x1d\x25", 3, check_purposes },                        /* extKeyUsage */
	{ "\x55\x1d\x36", 3, NULL },                                  /* inhibitAnyPolicy */
	{ "\x2b\x06\x01\x05\x05\x07\x01\x01", 8, NULL },              /* authorityInfoAccess */
	{ "\x2b\x06\x01\x05\x05\x07\x01\x18", 8, read_tls_features }, /* TLS feature */
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

/* ---- The list ---- */

static const struct known *find(struct dna_bytes oid)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].size == oid.size && memcmp(known[i].oid, oid.data, oid.size) == 0)
			return &known[i];
	return NULL;
}

static bool contains(const struct dna_bytes *oids, size_t count, struct dna_bytes oid)
{
	for (size_t i = 0; i < count; i++)
		if (dna_bytes_equal(oids[i], oid))
			return true;
	return false;
}

void dna_extensions_read(struct dna_bytes der, struct dna_extensions *extensions)
{
	struct dna_extensions new = { .path_length = -1 };
	struct dna_der_extension extension;
	struct dna_der list = { .content = { NULL, 0 } };
	struct dna_bytes seen[DNA_EXTENSIONS_MAX];
	bool readable = true;

	if (der.data != NULL)
		readable = dna_der_read_tag(&der, DNA_DER_SEQUENCE, &list) == 0 && der.size == 0;
	for (unsigned count = 0; readable && list.content.size != 0; count++) {
		const struct known *type;

		readable = count < DNA_EXTENSIONS_MAX &&
			   dna_der_read_extension(&list.content, &extension) == 0 &&
			   !contains(seen, count, extension.oid);
		if (!readable)
			break;
		seen[count] = extension.oid;
		type = find(extension.oid);
		if (type != NULL) {
			readable = type->read == NULL || type->read(extension.value, &new);
		} else if (extension.critical && !new.strange) {
			new.strange = true;
			dna_oid_write(extension.oid, new.strange_oid, sizeof(new.strange_oid));
		}
	}
	new.readable = readable;
	*extensions = new;
}

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

/* ---- Policies ---- */

/* A list of at least one SEQUENCE, and not too many, that begins with so many OIDs. */
static bool read_list(struct dna_bytes value, unsigned oids, struct dna_bytes *content)
{
	struct dna_der list, entry, oid;
	struct dna_bytes rest;
	unsigned count = 0;

	if (dna_der_read_tag(&value, DNA_DER_SEQUENCE, &list) != 0 || value.size != 0 ||
	    list.content.size == 0)
		return false;
	for (rest = list.content; rest.size != 0;) {
		if (count++ == DNA_POLICY_LIST_MAX ||
		    dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &entry) != 0)
			return false;
		for (unsigned i = 0; i < oids; i++)
			if (dna_der_read_tag(&entry.content, DNA_DER_OID, &oid) != 0)
				return false;
	}
	*content = list.content;
	return true;
}

static bool read_policies(struct dna_bytes value, struct dna_extensions *e)
{
	return read_list(value, 1, &e->policies);
}

static bool read_policy_mappings(struct dna_bytes value, struct dna_extensions *e)
{
	return read_list(value, 2, &e->policy_mappings);
}

/* SkipCerts: from 0, as short as can be; no path is as long as the longest that is told apart. */
static bool read_count(struct dna_bytes integer, int *count)
{
	if (integer.size == 0 || (integer.data[0] & 0x80) != 0 ||
	    (integer.size > 1 && integer.data[0] == 0 && (integer.data[1] & 0x80) == 0))
		return false;
	*count = integer.size == 1 ? integer.data[0] : INT8_MAX;
	return true;
}

static bool read_policy_constraints(struct dna_bytes value, struct dna_extensions *e)
{
	struct dna_der constraints, count;
	bool good = dna_der_read_tag(&value, DNA_DER_SEQUENCE, &constraints) == 0 &&
		    value.size == 0 && constraints.content.size != 0;

	if (good && dna_der_take(&constraints.content, DNA_DER_CONTEXT, &count))
		good = read_count(count.content, &e->explicit_policy);
	if (good && dna_der_take(&constraints.content, DNA_DER_CONTEXT + 1, &count))
		good = read_count(count.content, &e->policy_mapping);
	return good && constraints.content.size == 0;
}

static bool read_any_policy(struct dna_bytes value, struct dna_extensions *e)
{
	struct dna_der count;

	return dna_der_read_tag(&value, DNA_DER_INTEGER, &count) == 0 && value.size == 0 &&
	       read_count(count.content, &e->any_policy);
}

/* ---- All of them ---- */

/* Those whose meaning is heeded, here or where the rest of the certificate is looked at. */
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
	{ "\x55\x1d\x20", 3, read_policies },                         /* certificatePolicies */
	{ "\x55\x1d\x21", 3, read_policy_mappings },                  /* policyMappings */
	{ "\x55\x1d\x23", 3, NULL },                                  /* authorityKeyIdentifier */
	{ "\x55\x1d\x24", 3, read_policy_constraints },               /* policyConstraints */
	{ "\x55\x1d\x25", 3, check_purposes },                        /* extKeyUsage */
	{ "\x55\x1d\x36", 3, read_any_policy },                       /* inhibitAnyPolicy */
	{ "\x2b\x06\x01\x05\x05\x07\x01\x01", 8, NULL },              /* authorityInfoAccess */
	{ "\x2b\x06\x01\x05\x05\x07\x01\x18", 8, read_tls_features }, /* TLS feature */
	{ "\x2b\x06\x01\x05\x05\x07\x30\x01\x05", 9, NULL },          /* OCSP no check */
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
	struct dna_extensions new = {
		.path_length = -1, .explicit_policy = -1, .policy_mapping = -1, .any_policy = -1
	};
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

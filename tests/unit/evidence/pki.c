/* A public key infrastructure for tests. */
#include "pki.h"

#include <criterion/criterion.h>
#include <gnutls/abstract.h>
#include <gnutls/x509-ext.h>

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DO(call)                                                          \
	do {                                                              \
		int r_ = (int)(call);                                     \
		cr_assert(r_ >= 0, "%s: %s", #call, gnutls_strerror(r_)); \
	} while (0)

void pki_der(struct dna_buffer *der, uint8_t tag, const void *content, size_t size)
{
	dna_buffer_u8(der, tag);
	if (size >= 0x100) {
		dna_buffer_u8(der, 0x82);
		dna_buffer_u16(der, (uint16_t)size);
	} else {
		if (size >= 0x80)
			dna_buffer_u8(der, 0x81);
		dna_buffer_u8(der, (uint8_t)size);
	}
	dna_buffer_add(der, content, size);
}

static void other_name(struct dna_buffer *der, uint8_t oid, uint8_t tag, const void *value,
		       size_t size)
{
	uint8_t id_on[] = { 0x2b, 6, 1, 5, 5, 7, 8, oid };
	struct dna_buffer string, body;

	dna_buffer_init(&string, 0);
	dna_buffer_init(&body, 0);
	pki_der(&string, tag, value, size);
	pki_der(&body, 0x06, id_on, sizeof(id_on));
	pki_der(&body, 0xa0, string.data, string.size);
	pki_der(der, 0xa0, body.data, body.size);
	dna_buffer_clear(&string);
	dna_buffer_clear(&body);
}

/* "192.0.2.1", or "192.0.2.0/255.255.255.0", and the same for version 6 */
static void ip_address(struct dna_buffer *der, const char *text)
{
	const int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	uint8_t octets[32];
	size_t size = 0;
	char *copy = strdup(text), *rest = NULL;

	for (char *part = strtok_r(copy, "/", &rest); part != NULL;
	     part = strtok_r(NULL, "/", &rest), size += family == AF_INET ? 4 : 16)
		cr_assert_eq(inet_pton(family, part, octets + size), 1);
	pki_der(der, 0x87, octets, size);
	free(copy);
}

static void directory_name(struct dna_buffer *der, const char *text)
{
	gnutls_x509_dn_t dn;
	gnutls_datum_t name;

	DO(gnutls_x509_dn_init(&dn));
	DO(gnutls_x509_dn_set_str(dn, text, NULL));
	DO(gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, &name));
	pki_der(der, 0xa4, name.data, name.size);
	gnutls_x509_dn_deinit(dn);
	gnutls_free(name.data);
}

void pki_general_name(struct dna_buffer *der, const char *kind, const char *value, size_t size)
{
	static const struct {
		const char *kind;
		uint8_t oid, tag;
	} kinds[] = {
		{ "SRV", 7, 0x16 },  { "XMPP", 5, 0x0c }, { "UTF8-MAIL", 9, 0x0c },
		{ "MAIL", 0, 0x81 }, { "DNS", 0, 0x82 },  { "URI", 0, 0x86 },
		{ "RID", 0, 0x88 },
	};

	if (strcmp(kind, "IP") == 0)
		ip_address(der, value);
	else if (strcmp(kind, "DIR") == 0)
		directory_name(der, value);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kind, kinds[i].kind) != 0)
			continue;
		if (kinds[i].oid != 0)
			other_name(der, kinds[i].oid, kinds[i].tag, value, size);
		else
			pki_der(der, kinds[i].tag, value, size);
	}
}

static void set_names(gnutls_x509_crt_t crt, const char *names)
{
	struct dna_buffer body, san;
	char *copy = strdup(names), *rest = NULL;

	dna_buffer_init(&body, 0);
	dna_buffer_init(&san, 0);
	for (char *name = strtok_r(copy, " ", &rest); name != NULL;
	     name = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(name, ':');

		*value++ = '\0';
		pki_general_name(&body, name, value, strlen(value));
	}
	pki_der(&san, 0x30, body.data, body.size);
	DO(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_SAN, san.data, san.size,
						0));
	dna_buffer_clear(&body);
	dna_buffer_clear(&san);
	free(copy);
}

static void set_purposes(gnutls_x509_crt_t crt, const char *purposes)
{
	char *copy = strdup(purposes), *rest = NULL;

	for (char *oid = strtok_r(copy, " ", &rest); oid != NULL; oid = strtok_r(NULL, " ", &rest))
		DO(gnutls_x509_crt_set_key_purpose_oid(crt, oid, 0));
	if (purposes[0] == '\0')
		DO(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE,
							"\x30\x00", 2, 0));
	free(copy);
}

static void set_constraint(gnutls_x509_crt_t crt, const char *permitted)
{
	const gnutls_datum_t name = { (unsigned char *)(uintptr_t)permitted,
				      (unsigned)strlen(permitted) };
	gnutls_x509_name_constraints_t constraints;

	DO(gnutls_x509_name_constraints_init(&constraints));
	DO(gnutls_x509_name_constraints_add_permitted(constraints, GNUTLS_SAN_DNSNAME, &name));
	DO(gnutls_x509_crt_set_name_constraints(crt, constraints, 1));
	gnutls_x509_name_constraints_deinit(constraints);
}

/* 1.2.65 for A, and so on */
static void policy(struct dna_buffer *der, char letter)
{
	if (letter == '*')
		pki_der(der, 0x06, "\x55\x1d\x20", 4);
	else
		pki_der(der, 0x06, (char[]){ 0x2a, letter }, 2);
}

/* Each word is a SEQUENCE of what its letters stand for. */
static void set_policies(gnutls_x509_crt_t crt, const char *oid, const char *text, size_t letters)
{
	struct dna_buffer list, entry, value;

	dna_buffer_init(&list, 0);
	dna_buffer_init(&entry, 0);
	dna_buffer_init(&value, 0);
	for (; *text != '\0'; text += letters + (text[letters] == ' ')) {
		entry.size = 0;
		for (size_t i = 0; i < letters; i++)
			policy(&entry, text[i]);
		pki_der(&list, 0x30, entry.data, entry.size);
	}
	pki_der(&value, 0x30, list.data, list.size);
	DO(gnutls_x509_crt_set_extension_by_oid(crt, oid, value.data, value.size, 1));
	dna_buffer_clear(&list);
	dna_buffer_clear(&entry);
	dna_buffer_clear(&value);
}

static void set_policy_limits(gnutls_x509_crt_t crt, const struct pki_template *t)
{
	uint8_t constraints[8] = { 0x30, 0 }, any[] = { 0x02, 1, (uint8_t)(t->any_policy - 1) };
	size_t size = 2;

	for (int i = 0; i < 2; i++) {
		const int count = i == 0 ? t->explicit_policy : t->policy_mapping;

		if (count == 0)
			continue;
		constraints[size++] = (uint8_t)(0x80 + i);
		constraints[size++] = 1;
		constraints[size++] = (uint8_t)(count - 1);
	}
	constraints[1] = (uint8_t)(size - 2);
	if (size > 2)
		DO(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.36", constraints, size, 1));
	if (t->any_policy != 0)
		DO(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.54", any, sizeof(any), 1));
}

static void set_extensions(gnutls_x509_crt_t crt, const struct pki_template *t)
{
	if (t->policies != NULL)
		set_policies(crt, "2.5.29.32", t->policies, 1);
	if (t->mappings != NULL)
		set_policies(crt, "2.5.29.33", t->mappings, 2);
	set_policy_limits(crt, t);
	if (t->names != NULL)
		set_names(crt, t->names);
	if (t->san.data != NULL)
		DO(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_SAN, t->san.data,
							t->san.size, 0));
	if (t->ca)
		DO(gnutls_x509_crt_set_basic_constraints(crt, 1, t->path_length - 1));
	if (t->purposes != NULL)
		set_purposes(crt, t->purposes);
	if (t->usage != 0)
		DO(gnutls_x509_crt_set_key_usage(crt, t->usage));
	if (t->permitted != NULL)
		set_constraint(crt, t->permitted);
	if (t->constraints.data != NULL)
		DO(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_NAME_CONSTRAINTS,
							t->constraints.data, t->constraints.size,
							1));
	if (t->feature != 0)
		DO(gnutls_x509_crt_set_extension_by_oid(
			crt, GNUTLS_X509EXT_OID_TLSFEATURES,
			(uint8_t[]){ 0x30, 0x03, 0x02, 0x01, t->feature }, 5, 0));
	if (t->critical != NULL)
		DO(gnutls_x509_crt_set_extension_by_oid(crt, t->critical, "\x05\x00", 2, 1));
}

static void set_key_ids(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const struct pki *issuer)
{
	uint8_t id[64];
	size_t size = sizeof(id);

	DO(gnutls_x509_privkey_get_key_id(key, 0, id, &size));
	DO(gnutls_x509_crt_set_subject_key_id(crt, id, size));
	size = sizeof(id);
	DO(gnutls_x509_privkey_get_key_id(issuer != NULL ? issuer->key : key, 0, id, &size));
	DO(gnutls_x509_crt_set_authority_key_id(crt, id, size));
}

static gnutls_x509_privkey_t new_key(const struct pki_template *t)
{
	const gnutls_ecc_curve_t curve = t->curve != 0 ? t->curve : GNUTLS_ECC_CURVE_SECP256R1;
	gnutls_x509_privkey_t key;

	DO(gnutls_x509_privkey_init(&key));
	if (t->key != NULL)
		DO(gnutls_x509_privkey_cpy(key, t->key->key));
	else if (t->rsa_bits != 0)
		DO(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, t->rsa_bits, 0));
	else
		DO(gnutls_x509_privkey_generate(key, gnutls_ecc_curve_get_pk(curve),
						GNUTLS_CURVE_TO_BITS(curve), 0));
	return key;
}

struct pki pki_issue(const struct pki *issuer, struct pki_template t)
{
	static uint8_t serial = 0;
	struct pki new;
	gnutls_datum_t der;

	new.key = new_key(&t);
	serial = (uint8_t)(serial % 100 + 1);
	DO(gnutls_x509_crt_init(&new.crt));
	DO(gnutls_x509_crt_set_version(new.crt, (unsigned)(t.version != 0 ? t.version : 3)));
	DO(gnutls_x509_crt_set_serial(new.crt, &serial, 1));
	if (t.subject != NULL)
		DO(gnutls_x509_crt_set_dn(new.crt, t.subject, NULL));
	DO(gnutls_x509_crt_set_activation_time(new.crt, t.from != 0 ? t.from : NOW - DAY));
	DO(gnutls_x509_crt_set_expiration_time(new.crt, t.to != 0 ? t.to : NOW + DAY));
	DO(gnutls_x509_crt_set_key(new.crt, new.key));
	set_extensions(new.crt, &t);
	if (t.key_ids)
		set_key_ids(new.crt, new.key, issuer);
	DO(gnutls_x509_crt_sign2(new.crt, issuer != NULL ? issuer->crt : new.crt,
				 issuer != NULL ? issuer->key : new.key,
				 t.hash != 0 ? t.hash : GNUTLS_DIG_SHA256,
				 t.pss ? GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS : 0));
	DO(gnutls_x509_crt_export2(new.crt, GNUTLS_X509_FMT_DER, &der));
	new.der = (struct dna_bytes){ der.data, der.size };
	return new;
}

void pki_free(struct pki *pki)
{
	gnutls_x509_crt_deinit(pki->crt);
	gnutls_x509_privkey_deinit(pki->key);
	gnutls_free((void *)(uintptr_t)pki->der.data);
}

struct dna_bytes pki_crl(const struct pki *issuer, const struct pki *revoked)
{
	gnutls_datum_t der;
	gnutls_x509_crl_t crl;

	DO(gnutls_x509_crl_init(&crl));
	DO(gnutls_x509_crl_set_version(crl, 2));
	DO(gnutls_x509_crl_set_this_update(crl, NOW - DAY));
	DO(gnutls_x509_crl_set_next_update(crl, NOW + DAY));
	if (revoked != NULL)
		DO(gnutls_x509_crl_set_crt(crl, revoked->crt, NOW - DAY));
	DO(gnutls_x509_crl_sign2(crl, issuer->crt, issuer->key, GNUTLS_DIG_SHA256, 0));
	DO(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der));
	gnutls_x509_crl_deinit(crl);
	return (struct dna_bytes){ der.data, der.size };
}

struct dna_chain *pki_chain(const struct pki *leaf, ...)
{
	struct dna_bytes ders[32];
	struct dna_chain *chain;
	size_t count = 0;
	va_list arguments;

	va_start(arguments, leaf);
	for (const struct pki *pki = leaf; pki != NULL; pki = va_arg(arguments, const struct pki *))
		ders[count++] = pki->der;
	va_end(arguments);
	cr_assert_eq(dna_chain_new(&chain, ders, count, NULL), 0);
	return chain;
}

struct dna_anchors *pki_anchors(const struct pki *first, ...)
{
	struct dna_anchors *anchors;
	va_list arguments;

	cr_assert_eq(dna_anchors_new(&anchors), 0);
	va_start(arguments, first);
	for (const struct pki *pki = first; pki != NULL;
	     pki = va_arg(arguments, const struct pki *))
		cr_assert_eq(dna_anchors_add(anchors, pki->der), 0);
	va_end(arguments);
	return anchors;
}

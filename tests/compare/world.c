/* A world of certificates. */
#include "world.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400)

#define MUST(call)                                              \
	do {                                                    \
		if (!(call)) {                                  \
			printf("Bail out! %s failed\n", #call); \
			exit(99);                               \
		}                                               \
	} while (0)

enum dates { VALID, EXPIRED, FUTURE };

/* What a certificate is made of. */
struct form {
	EVP_PKEY *key, *issuer_key;
	const char *subject, *issuer;
	enum dates dates;
	const char *names;       /* a subjectAltName as OpenSSL writes it; NULL: none */
	const char *constraints; /* basicConstraints; NULL: none */
	const char *confined;    /* nameConstraints */
	const char *purpose;     /* extendedKeyUsage */
	const char *usage;       /* keyUsage */
	bool key_ids;
};

size_t world_draw(size_t below)
{
	static uint64_t seed = 7671;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % below;
}

/* ---- One certificate ---- */

/* The next 32 octets that nobody can guess, and that are always the same. */
static void next_secret(uint8_t secret[32])
{
	for (size_t i = 0; i < 32; i++)
		secret[i] = (uint8_t)world_draw(256);
}

/* Ed25519, whose signatures are always the same too. */
static EVP_PKEY *new_signing_key(void)
{
	uint8_t secret[32];
	EVP_PKEY *key;

	next_secret(secret);
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof(secret));
	MUST(key != NULL);
	return key;
}

/* P-256, of a host that signs nothing: RFC 5915. */
static EVP_PKEY *new_host_key(void)
{
	uint8_t der[] = { 0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20, [39] = 0xa0, 0x0a, 0x06,
			  0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,        0x07 };
	const uint8_t *at = der;
	EVP_PKEY *key;

	next_secret(der + 7);
	key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, sizeof(der));
	MUST(key != NULL);
	return key;
}

static void set_name(X509_NAME *name, const char *text)
{
	MUST(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)text, -1,
					-1, 0));
}

static void set_dates(X509 *x509, enum dates dates)
{
	static const int64_t from[] = { NOW - DAY, NOW - 2 * DAY, NOW + 1 };
	static const int64_t to[] = { NOW + DAY, NOW - 1, NOW + DAY };

	MUST(ASN1_TIME_set(X509_getm_notBefore(x509), from[dates]) != NULL);
	MUST(ASN1_TIME_set(X509_getm_notAfter(x509), to[dates]) != NULL);
}

static void add_extension(X509 *x509, int nid, const char *text, X509V3_CTX *context)
{
	X509_EXTENSION *extension;

	if (text == NULL)
		return;
	extension = X509V3_EXT_conf_nid(NULL, context, nid, text);
	MUST(extension != NULL);
	MUST(X509_add_ext(x509, extension, -1));
	X509_EXTENSION_free(extension);
}

static void add_key_ids(X509 *x509, EVP_PKEY *issuer_key)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
	X509_PUBKEY *public_key = NULL;
	const unsigned char *bits;
	int size;
	unsigned used;

	MUST(X509_PUBKEY_set(&public_key, issuer_key));
	MUST(X509_PUBKEY_get0_param(NULL, &bits, &size, NULL, public_key));
	MUST(EVP_Digest(bits, (size_t)size, digest, &used, EVP_sha1(), NULL));
	authority->keyid = ASN1_OCTET_STRING_new();
	MUST(ASN1_OCTET_STRING_set(authority->keyid, digest, (int)used));
	MUST(X509_add1_ext_i2d(x509, NID_authority_key_identifier, authority, 0,
			       X509V3_ADD_APPEND));
	AUTHORITY_KEYID_free(authority);
	X509_PUBKEY_free(public_key);
}

static X509 *issue(const struct form *form)
{
	static long serial = 0;
	X509 *x509 = X509_new();
	X509V3_CTX context;

	MUST(x509 != NULL);
	MUST(X509_set_version(x509, X509_VERSION_3));
	MUST(ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial));
	set_name(X509_get_subject_name(x509), form->subject);
	set_name(X509_get_issuer_name(x509), form->issuer);
	set_dates(x509, form->dates);
	MUST(X509_set_pubkey(x509, form->key));
	X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
	add_extension(x509, NID_basic_constraints, form->constraints, &context);
	add_extension(x509, NID_subject_alt_name, form->names, &context);
	add_extension(x509, NID_name_constraints, form->confined, &context);
	add_extension(x509, NID_ext_key_usage, form->purpose, &context);
	add_extension(x509, NID_key_usage, form->usage, &context);
	add_extension(x509, NID_subject_key_identifier, form->key_ids ? "hash" : NULL, &context);
	if (form->key_ids)
		add_key_ids(x509, form->issuer_key);
	MUST(X509_sign(x509, form->issuer_key, NULL) > 0);
	return x509;
}

static void add(struct world *world, const struct form *form, enum world_party subject,
		enum world_party issuer, const char *about)
{
	struct world_certificate *new = &world->certificates[world->count];
	unsigned char *der = NULL, *key = NULL;
	int size;

	MUST(world->count < WORLD_MAX);
	*new = (struct world_certificate){ .subject = subject, .issuer = issuer };
	new->x509 = issue(form);
	size = i2d_X509(new->x509, &der);
	MUST(size > 0);
	new->der = (struct dna_bytes){ der, (size_t)size };
	size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(new->x509), &key);
	MUST(size > 0);
	new->key = (struct dna_bytes){ key, (size_t)size };
	snprintf(new->about, sizeof(new->about), "%s", about);
	world->count++;
}

/* ---- Authorities ---- */

static const char *const party_names[PARTIES] = { "Root",  "Other root", "Old root",
						  "Inter", "Sub",        "Other inter" };

#define CA "critical,CA:TRUE"

static const struct authority {
	enum world_party subject, issuer;
	enum dates dates;
	const char *constraints, *confined, *purpose;
	const char *about;
} authorities[] = {
	/* the first of each subject is the plain one */
	{ ROOT, ROOT, VALID, CA, NULL, NULL, "root" },
	{ OTHER_ROOT, OTHER_ROOT, VALID, CA, NULL, NULL, "other root" },
	{ OLD_ROOT, OLD_ROOT, EXPIRED, CA, NULL, NULL, "old root" },
	{ INTER, ROOT, VALID, CA, NULL, NULL, "inter by root" },
	{ SUB, INTER, VALID, CA, NULL, NULL, "sub by inter" },
	{ OTHER_INTER, OTHER_ROOT, VALID, CA, NULL, NULL, "other inter by other root" },
	/* cross-signed */
	{ ROOT, OTHER_ROOT, VALID, CA, NULL, NULL, "root by other root" },
	{ ROOT, OLD_ROOT, VALID, CA, NULL, NULL, "root by old root" },
	{ OTHER_ROOT, ROOT, VALID, CA, NULL, NULL, "other root by root" },
	{ INTER, OTHER_ROOT, VALID, CA, NULL, NULL, "inter by other root" },
	{ INTER, OLD_ROOT, VALID, CA, NULL, NULL, "inter by old root" },
	{ SUB, OTHER_INTER, VALID, CA, NULL, NULL, "sub by other inter" },
	{ SUB, ROOT, VALID, CA, NULL, NULL, "sub by root" },
	{ INTER, INTER, VALID, CA, NULL, NULL, "inter by itself" },
	/* not as good */
	{ INTER, ROOT, EXPIRED, CA, NULL, NULL, "expired inter" },
	{ OTHER_ROOT, OTHER_ROOT, EXPIRED, CA, NULL, NULL, "expired other root" },
	{ ROOT, OTHER_ROOT, EXPIRED, CA, NULL, NULL, "expired root by other root" },
	{ SUB, INTER, FUTURE, CA, NULL, NULL, "future sub" },
	{ INTER, ROOT, VALID, "critical,CA:TRUE,pathlen:0", NULL, NULL, "inter, pathlen 0" },
	{ INTER, ROOT, VALID, NULL, NULL, NULL, "inter that is no authority" },
	{ INTER, ROOT, VALID, "critical,CA:FALSE", NULL, NULL, "inter that says it is none" },
	{ INTER, ROOT, VALID, CA, NULL, "clientAuth", "inter for clients" },
	{ INTER, ROOT, VALID, CA, NULL, "serverAuth", "inter for servers" },
	{ OTHER_ROOT, OTHER_ROOT, VALID, CA, "critical,permitted;DNS:hosting.example", NULL,
	  "confined other root" },
	{ INTER, ROOT, VALID, CA, "critical,permitted;DNS:tenant.example", NULL, "confined inter" },
	{ SUB, INTER, VALID, CA, "critical,excluded;DNS:hosting.example", NULL, "excluding sub" },
};

static void make_authorities(struct world *world, EVP_PKEY *keys[PARTIES])
{
	for (size_t i = 0; i < PARTIES; i++)
		keys[i] = new_signing_key();
	for (size_t i = 0; i < sizeof(authorities) / sizeof(authorities[0]); i++) {
		const struct authority *a = &authorities[i];
		const struct form form = { .key = keys[a->subject],
					   .issuer_key = keys[a->issuer],
					   .subject = party_names[a->subject],
					   .issuer = party_names[a->issuer],
					   .dates = a->dates,
					   .constraints = a->constraints,
					   .confined = a->confined,
					   .purpose = a->purpose,
					   .key_ids = i % 3 != 0 };

		add(world, &form, a->subject, a->issuer, a->about);
	}
	world->authorities = world->count;
}

/* ---- Hosts ---- */

static const char *const names[] = {
	"DNS:" HOST,
	"DNS:" DOMAIN,
	"DNS:*.hosting.example",
	"DNS:other.example,DNS:" HOST,
	"DNS:other.example",
	"DNS:*.example", /* above the domain */
	"DNS:x*.hosting.example",
	"otherName:1.3.6.1.5.5.7.8.5;UTF8:" DOMAIN,
	"otherName:1.3.6.1.5.5.7.8.7;IA5:_xmpp-server." DOMAIN,
	NULL,
};

static const struct quality {
	enum dates dates;
	const char *constraints, *purpose, *usage;
	const char *about;
} qualities[] = {
	{ VALID, NULL, "serverAuth", NULL, "good" },
	{ EXPIRED, NULL, "serverAuth", NULL, "expired" },
	{ FUTURE, NULL, NULL, NULL, "future" },
	{ VALID, NULL, "clientAuth", NULL, "for clients" },
	{ VALID, NULL, "anyExtendedKeyUsage", NULL, "for anything" },
	{ VALID, NULL, NULL, "critical,keyCertSign", "for signing" },
	{ VALID, CA, NULL, NULL, "an authority" },
};

/* |issuer| NOBODY: self-signed. All qualities of one name share a key, as renewed ones do. */
static void make_hosts(struct world *world, EVP_PKEY *keys[PARTIES], enum world_party issuer,
		       const char *name)
{
	EVP_PKEY *key = issuer == NOBODY ? new_signing_key() : new_host_key();
	char subject[80], about[80];

	snprintf(subject, sizeof(subject), "%s", name == NULL ? HOST : "host");
	for (size_t i = 0; i < sizeof(qualities) / sizeof(qualities[0]); i++) {
		const struct quality *q = &qualities[i];
		struct form form = { .key = key,
				     .issuer_key = issuer == NOBODY ? key : keys[issuer],
				     .subject = subject,
				     .issuer = issuer == NOBODY ? subject : party_names[issuer],
				     .dates = q->dates,
				     .names = name,
				     .constraints = q->constraints,
				     .purpose = q->purpose,
				     .usage = q->usage,
				     .key_ids = i % 2 == 0 };

		snprintf(about, sizeof(about), "%s (%s) by %s", name != NULL ? name : "no name",
			 q->about, issuer == NOBODY ? "itself" : party_names[issuer]);
		add(world, &form, NOBODY, issuer, about);
	}
	EVP_PKEY_free(key);
}

/* A host that takes itself for an authority. */
static void make_hosts_of_host(struct world *world, EVP_PKEY *keys[PARTIES])
{
	EVP_PKEY *key = new_signing_key(), *victim = new_host_key();
	struct form form = { .key = key,
			     .issuer_key = keys[INTER],
			     .subject = "a host",
			     .issuer = party_names[INTER],
			     .names = "DNS:other.example" };

	world->hosts_of_hosts = world->count;
	add(world, &form, NOBODY, INTER, "a host by inter");
	form = (struct form){ .key = victim,
			      .issuer_key = key,
			      .subject = "victim",
			      .issuer = "a host",
			      .names = "DNS:" HOST };
	add(world, &form, NOBODY, NOBODY, "a host by a host");
	EVP_PKEY_free(key);
	EVP_PKEY_free(victim);
}

/* ---- All ---- */

void world_make(struct world *world)
{
	static const enum world_party issuers[] = { ROOT, OTHER_ROOT,  INTER,
						    SUB,  OTHER_INTER, NOBODY };
	EVP_PKEY *keys[PARTIES];

	make_authorities(world, keys);
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			make_hosts(world, keys, issuers[i], names[j]);
	make_hosts_of_host(world, keys);
	for (size_t i = 0; i < PARTIES; i++)
		EVP_PKEY_free(keys[i]);
}

void world_clear(struct world *world)
{
	for (size_t i = 0; i < world->count; i++) {
		X509_free(world->certificates[i].x509);
		OPENSSL_free((void *)(uintptr_t)world->certificates[i].der.data);
		OPENSSL_free((void *)(uintptr_t)world->certificates[i].key.data);
	}
}

bool world_is_anchor(const struct world *world, size_t index)
{
	const struct world_certificate *certificate = &world->certificates[index];

	return index < world->authorities && certificate->subject == certificate->issuer &&
	       (certificate->subject == ROOT || certificate->subject == OLD_ROOT);
}

/* What OpenSSL makes of a trial: SSL_dane, without a handshake. */
#include "trial.h"

#include <dna/prooftype.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(call)                                              \
	do {                                                    \
		if (!(call)) {                                  \
			printf("Bail out! %s failed\n", #call); \
			exit(99);                               \
		}                                               \
	} while (0)

#define ANCHOR_SETS 4 /* all, either alone, none */

struct openssl {
	SSL_CTX *context;
	X509_STORE *anchors[ANCHOR_SETS];
	int error;
};

struct openssl *openssl_open(const struct world *world)
{
	struct openssl *new = calloc(1, sizeof(*new));
	size_t count = 0;

	MUST(new != NULL);
	new->context = SSL_CTX_new(TLS_client_method());
	MUST(new->context != NULL &&SSL_CTX_dane_enable(new->context) > 0);
	for (size_t i = 0; i < ANCHOR_SETS; i++)
		MUST((new->anchors[i] = X509_STORE_new()) != NULL);
	for (size_t i = 0; i < world->authorities; i++) {
		if (!world_is_anchor(world, i))
			continue;
		MUST(X509_STORE_add_cert(new->anchors[0], world->certificates[i].x509));
		if (++count < ANCHOR_SETS - 1)
			MUST(X509_STORE_add_cert(new->anchors[count], world->certificates[i].x509));
	}
	return new;
}

void openssl_close(struct openssl *openssl)
{
	for (size_t i = 0; i < ANCHOR_SETS; i++)
		X509_STORE_free(openssl->anchors[i]);
	SSL_CTX_free(openssl->context);
	free(openssl);
}

int openssl_error(const struct openssl *openssl)
{
	return openssl->error;
}

/* ---- Records ---- */

/* Names as we take them: whole labels, no common name; the host, or the domain. */
static void set_names(SSL *ssl)
{
	MUST(SSL_dane_enable(ssl, HOST) > 0);
	MUST(SSL_add1_host(ssl, DOMAIN));
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

static bool holds_impossible_key(const struct record *record)
{
	const unsigned char *data = record->data;
	X509_PUBKEY *form = d2i_X509_PUBKEY(NULL, &data, (long)record->size);
	bool impossible = form != NULL && data == record->data + record->size &&
			  X509_PUBKEY_get0(form) == NULL;

	X509_PUBKEY_free(form);
	return impossible;
}

static bool holds_impossible_certificate(const struct record *record)
{
	const unsigned char *data = record->data;
	X509 *form = d2i_X509(NULL, &data, (long)record->size);
	bool impossible = form != NULL && data == record->data + record->size &&
			  X509_get0_pubkey(form) == NULL;

	X509_free(form);
	return impossible;
}

/* Whether it holds, by its form, a certificate or key, and the key is one that cannot be. */
static bool is_impossible(const struct record *record)
{
	bool impossible = record->matching == 0 &&
			  (record->selector == 1   ? holds_impossible_key(record)
			   : record->selector == 0 ? holds_impossible_certificate(record)
						   : false);

	ERR_clear_error();
	return impossible;
}

static bool has_digest(const struct trial *trial, const struct record *like, uint8_t matching)
{
	for (size_t i = 0; i < trial->record_count; i++)
		if (trial->records[i].usage == like->usage &&
		    trial->records[i].selector == like->selector &&
		    trial->records[i].matching == matching)
			return true;
	return false;
}

/* What fits the same, holds nothing but a digest, and is no stronger than those that are there. */
static void make_digest(const struct trial *trial, struct record *record)
{
	bool weak = has_digest(trial, record, 1) && !has_digest(trial, record, 2);
	uint8_t digest[64];
	unsigned size;

	MUST(EVP_Digest(record->data, record->size, digest, &size,
			weak ? EVP_sha256() : EVP_sha512(), NULL));
	memcpy(record->data, digest, size);
	record->size = size;
	record->matching = weak ? 1 : 2;
}

static bool is_whole_authority(const struct record *record)
{
	return record->usage % 2 == 0 && record->selector == 0 && record->matching == 0;
}

/* Whether it was damaged so that we cannot read it; OpenSSL looks less closely. */
static bool is_unreadable(const struct record *record)
{
	const struct dna_tlsa tlsa = { .usage = record->usage,
				       .selector = record->selector,
				       .matching = record->matching,
				       .data = { record->data, record->size } };
	const char *why;

	return record->damaged && record->matching == 0 && !dna_tlsa_usable(&tlsa, &why);
}

/* What cannot be used it refuses; so do we (DANE-009). */
static bool add_record(SSL *ssl, const struct trial *trial, struct record record, unsigned manner)
{
	if ((manner & STRICT) != 0 && is_unreadable(&record))
		return false;
	if (((manner & ANY_KEY) != 0 && is_impossible(&record)) ||
	    ((manner & ONLY_PRESENTED) != 0 && record.usage == 0 && is_whole_authority(&record)))
		make_digest(trial, &record);
	return SSL_dane_tlsa_add(ssl, record.usage, record.selector, record.matching, record.data,
				 record.size) > 0;
}

/* ---- Verifying ---- */

/* Called for each thing that is wrong; whether it does not matter. */
static int tolerate(int good, X509_STORE_CTX *context)
{
	const unsigned *manner = X509_STORE_CTX_get_app_data(context);
	int error = X509_STORE_CTX_get_error(context);

	if (good)
		return good;
	return ((*manner & IGNORE_NAME) != 0 && error == X509_V_ERR_HOSTNAME_MISMATCH) ||
	       ((*manner & IGNORE_PURPOSE) != 0 && error == X509_V_ERR_INVALID_PURPOSE &&
		X509_STORE_CTX_get_error_depth(context) == 0);
}

static bool verify(struct openssl *openssl, SSL *ssl, const struct trial *trial,
		   X509_STORE *anchors, unsigned manner)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	STACK_OF(X509) *presented = sk_X509_new_null();
	int good;

	for (size_t i = 0; i < trial->presented_count; i++)
		MUST(sk_X509_push(presented, trial->world->certificates[trial->presented[i]].x509));
	MUST(X509_STORE_CTX_init(context, anchors, sk_X509_value(presented, 0), presented));
	MUST(X509_STORE_CTX_set_default(context, "ssl_server"));
	MUST(X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(context), SSL_get0_param(ssl)));
	X509_STORE_CTX_set_time(context, 0, (time_t)NOW);
	X509_STORE_CTX_set_app_data(context, &manner);
	X509_STORE_CTX_set_verify_cb(context, tolerate);
	if ((manner & (DATES_OF_ANCHOR | LEAF_AS_ANCHOR)) != 0)
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_CTX_set0_dane(context, SSL_get0_dane(ssl));
	good = X509_verify_cert(context);
	openssl->error = X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	sk_X509_free(presented);
	ERR_clear_error();
	return good == 1;
}

static SSL *new_ssl(struct openssl *openssl, unsigned manner)
{
	SSL *ssl = SSL_new(openssl->context);

	MUST(ssl != NULL);
	set_names(ssl);
	if ((manner & (NO_NAME_FOR_USAGE_3 | LEAF_AS_ANCHOR)) != 0)
		SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	return ssl;
}

static bool accepts(struct openssl *openssl, const struct trial *trial, X509_STORE *anchors,
		    unsigned manner)
{
	SSL *ssl = new_ssl(openssl, manner);
	bool good;

	for (size_t i = 0; i < trial->record_count; i++)
		add_record(ssl, trial, trial->records[i], manner);
	ERR_clear_error();
	good = verify(openssl, ssl, trial, anchors, manner);
	SSL_free(ssl);
	return good;
}

/*
 * Whether the leaf is self-signed, and a record holds another certificate of its name and key: an
 * anchor is no more than these (RFC 5280 section 6.1.1).
 */
static bool holds_leafs_twin(const struct record *record, const struct trial *trial)
{
	X509 *leaf = trial->world->certificates[trial->presented[0]].x509, *held = NULL;
	const unsigned char *data = record->data;
	bool same;

	if (record->selector == 0 && record->matching == 0)
		held = d2i_X509(NULL, &data, (long)record->size);
	if (held == NULL)
		return false;
	same = X509_self_signed(leaf, 1) == 1 &&
	       X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_subject_name(held)) == 0 &&
	       X509_get0_pubkey(held) != NULL &&
	       EVP_PKEY_eq(X509_get0_pubkey(leaf), X509_get0_pubkey(held)) == 1;
	X509_free(held);
	return same;
}

/* Whether a record with usage 2 fits the leaf: whether it would if it were one with usage 3. */
static bool names_leaf(struct openssl *openssl, const struct trial *trial, unsigned manner)
{
	SSL *ssl = new_ssl(openssl, manner);
	bool any = false, good = false;

	for (size_t i = 0; i < trial->record_count; i++) {
		struct record record = trial->records[i];

		if (record.usage != 2)
			continue;
		record.usage = 3;
		any |= add_record(ssl, trial, record, manner);
		good |= holds_leafs_twin(&record, trial);
	}
	good |= any && verify(openssl, ssl, trial, openssl->anchors[0], manner);
	ERR_clear_error();
	SSL_free(ssl);
	return good;
}

static bool accepts_leaf(struct openssl *openssl, const struct trial *trial, unsigned manner)
{
	struct trial alone = *trial;
	X509_STORE *anchors;
	SSL *ssl;
	bool good;

	if (!names_leaf(openssl, trial, manner))
		return false;
	anchors = X509_STORE_new();
	ssl = new_ssl(openssl, manner);
	alone.presented_count = 1;
	MUST(X509_STORE_add_cert(anchors, trial->world->certificates[trial->presented[0]].x509));
	good = verify(openssl, ssl, &alone, anchors, manner);
	SSL_free(ssl);
	X509_STORE_free(anchors);
	return good;
}

/* Whole authorities in records are among what OpenSSL builds its path from. */
static void forget_whole_authorities(struct trial *trial)
{
	for (size_t i = 0; i < trial->record_count; i++)
		if (is_whole_authority(&trial->records[i]))
			make_digest(trial, &trial->records[i]);
}

static bool accepts_with_some_anchors(struct openssl *openssl, struct trial trial, unsigned manner)
{
	for (size_t i = 0; i < 2 * ANCHOR_SETS; i++) {
		if (i == ANCHOR_SETS)
			forget_whole_authorities(&trial);
		if (accepts(openssl, &trial, openssl->anchors[i % ANCHOR_SETS], manner))
			return true;
	}
	return false;
}

static bool accepts_some_path(struct openssl *openssl, const struct trial *trial, unsigned manner)
{
	for (size_t set = 0; set < (size_t)1 << (trial->presented_count - 1); set++) {
		struct trial some = *trial;

		some.presented_count = 1;
		for (size_t i = 1; i < trial->presented_count; i++)
			if ((set & (size_t)1 << (i - 1)) == 0)
				some.presented[some.presented_count++] = trial->presented[i];
		if (accepts_with_some_anchors(openssl, some, manner))
			return true;
	}
	return false;
}

bool openssl_accepts(struct openssl *openssl, const struct trial *trial, unsigned manner)
{
	if ((manner & LEAF_AS_ANCHOR) != 0)
		return accepts_leaf(openssl, trial, manner);
	if ((manner & ANY_PATH) != 0)
		return accepts_some_path(openssl, trial, manner);
	return accepts(openssl, trial, openssl->anchors[0], manner);
}

/* One comparison: what a peer presents, what the TLSA records say, and what either side makes of it. */
#ifndef TESTS_COMPARE_TRIAL_H
#define TESTS_COMPARE_TRIAL_H

#include "world.h"

#define PRESENTED_MAX 7
#define RECORDS_MAX   4
#define DATA_MAX      2048

struct record {
	uint8_t usage, selector, matching;
	uint8_t data[DATA_MAX];
	size_t size;
	size_t about; /* a certificate of the world, for people */
	bool damaged;
};

struct trial {
	const struct world *world;
	size_t presented[PRESENTED_MAX]; /* certificates of the world, leaf first */
	size_t presented_count;
	struct record records[RECORDS_MAX];
	size_t record_count;
};

/* The next one. */
void trial_draw(struct trial *trial, const struct world *world);
/* For people, on standard output, each line begun with "# ". */
void trial_print(const struct trial *trial);

/*
 * How OpenSSL is to verify, as bits: what it does otherwise than we do, undone. None: as it does by
 * itself.
 */
enum openssl_manner {
	IGNORE_NAME = 1 << 0,         /* the name of the leaf, for usage 3 too */
	NO_NAME_FOR_USAGE_3 = 1 << 1, /* DANE_FLAG_NO_DANE_EE_NAMECHECKS */
	IGNORE_PURPOSE = 1 << 2,      /* the purpose of the leaf */
	LEAF_AS_ANCHOR = 1 << 3,      /* the leaf is an anchor if a record with usage 2 fits it */
	DATES_OF_ANCHOR = 1 << 4,     /* look at those of an anchor that is not self-signed, too */
	ANY_KEY = 1 << 5,             /* a whole key in a record counts even if none can have it */
	ONLY_PRESENTED = 1 << 6,      /* what a record with usage 0 holds completes no chain */
	STRICT = 1 << 7,              /* drop a certificate in a record that GnuTLS cannot read */
	ANY_PATH = 1 << 8,            /* go by any of what was presented and of the anchors */
};

/* Whether OpenSSL takes the peer for the host. */
struct openssl;
struct openssl *openssl_open(const struct world *world);
void openssl_close(struct openssl *openssl);
bool openssl_accepts(struct openssl *openssl, const struct trial *trial, unsigned manner);
/* X509_V_...: why not, the last time. */
int openssl_error(const struct openssl *openssl);

/* Whether dane, and where it has nothing to say pkix, take the peer for the domain. */
struct libdna;
struct libdna *libdna_open(const struct world *world);
void libdna_close(struct libdna *libdna);
bool libdna_accepts(struct libdna *libdna, const struct trial *trial, char reason[600]);

#endif

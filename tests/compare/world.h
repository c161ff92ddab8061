/*
 * A world of certificates, made once with OpenSSL: authorities that vouch for each other, some of
 * them expired, cross-signed or confined, and what they issued to hosts, with whatever is right or
 * wrong with it.
 */
#ifndef TESTS_COMPARE_WORLD_H
#define TESTS_COMPARE_WORLD_H

#include <dna/types.h>

#include <openssl/x509.h>

#define NOW INT64_C(1795219200) /* 2026-11-21T00:00:00Z */

#define DOMAIN "tenant.example"
#define HOST   "xmpp.hosting.example"

#define WORLD_MAX 640

/* Those who sign. */
enum world_party { ROOT, OTHER_ROOT, OLD_ROOT, INTER, SUB, OTHER_INTER, NOBODY, PARTIES = NOBODY };

struct world_certificate {
	X509 *x509;
	struct dna_bytes der;
	struct dna_bytes key;     /* SubjectPublicKeyInfo */
	enum world_party subject; /* NOBODY: a host */
	enum world_party issuer;  /* NOBODY: itself, or another host */
	char about[80];
};

struct world {
	struct world_certificate certificates[WORLD_MAX];
	size_t count;
	size_t authorities;    /* the first so many are those */
	size_t hosts_of_hosts; /* from here on, what a host issued, which must not */
};

/* Any failure ends the program. */
void world_make(struct world *world);
void world_clear(struct world *world);

/* The trust anchors that both sides have: the self-signed certificates of ROOT and OLD_ROOT. */
bool world_is_anchor(const struct world *world, size_t index);

/* A number below |below|; always the same ones. */
size_t world_draw(size_t below);

#endif

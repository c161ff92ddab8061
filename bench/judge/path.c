/*
 * The path check, ours and GnuTLS's, on the same chains. Writes "what<TAB>chain<TAB>microseconds"
 * and, into the folder that is its argument, the chains for OpenSSL, which is a program of its own.
 */
#include "clock.h"
#include "world.h"

#include "evidence/chain.h"

#include <gnutls/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM)
#define TENANTS 64

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void report(const char *what, const struct world *world, double began, unsigned rounds)
{
	printf("%s\t%s\t%.3f\n", what, world->kind, (process_time() - began) / rounds);
	fflush(stdout);
}

/* ---- ours ---- */

static bool any(void *argument, const struct dna_chain *path)
{
	(void)argument, (void)path;
	return true;
}

static struct dna_chain *read_chain(const struct world *world)
{
	struct dna_chain *chain;

	if (dna_chain_new(&chain, world->chain, 2, NULL) != 0)
		die("the chain cannot be read");
	return chain;
}

static void check(const struct dna_chain *chain, const struct dna_path_request *request)
{
	struct dna_path path;

	if (dna_chain_find_path(chain, request, &path) != 0)
		die(path.reason);
}

/* A path that somebody chooses is looked for each time: nothing is remembered. */
static void measure_cold(const struct world *world, struct dna_anchors *anchors, unsigned rounds)
{
	const struct dna_path_request request = { .anchors = anchors, .time = NOW, .accept = any };
	struct dna_chain *chain = read_chain(world);
	double began = process_time();

	for (unsigned i = 0; i < rounds; i++)
		check(chain, &request);
	report("libdna, cold, parsed", world, began, rounds);
	dna_chain_unref(chain);
	began = process_time();
	for (unsigned i = 0; i < rounds; i++) {
		chain = read_chain(world);
		check(chain, &request);
		dna_chain_unref(chain);
	}
	report("libdna, cold", world, began, rounds);
}

/* The same chain again and again, each time for another tenant. */
static void measure_warm(const struct world *world, struct dna_anchors *anchors, unsigned rounds)
{
	const struct dna_path_request request = { .anchors = anchors, .time = NOW };
	struct dna_chain *chain = read_chain(world);
	char tenants[TENANTS][64];
	struct dna_name_match match;
	double began = process_time();

	for (unsigned i = 0; i < rounds; i++)
		check(chain, &request);
	report("libdna, warm", world, began, rounds);
	for (unsigned i = 0; i < TENANTS; i++)
		snprintf(tenants[i], sizeof(tenants[i]), "tenant-%u.hosting.example", i);
	began = process_time();
	for (unsigned i = 0; i < rounds; i++) {
		const struct dna_reference reference = { .kind = DNA_DNS_ID,
							 .name = tenants[i % TENANTS] };

		check(chain, &request);
		if (dna_chain_match(chain, &reference, 1, &match) != 0 || match.reference == NULL)
			die("the name does not match");
	}
	report("libdna, warm, with a tenant's name", world, began, rounds);
	dna_chain_unref(chain);
}

static void measure_libdna(const struct world *world)
{
	struct dna_anchors *anchors;

	if (dna_anchors_new(&anchors) != 0 || dna_anchors_add(anchors, world->root) != 0)
		die("the root cannot be read");
	measure_cold(world, anchors, 2000);
	measure_warm(world, anchors, 1000000);
	dna_anchors_unref(anchors);
}

/* ---- GnuTLS ---- */

static gnutls_x509_crt_t import(struct dna_bytes der)
{
	const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) != 0 ||
	    gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_DER) != 0)
		die("GnuTLS cannot read a certificate");
	return crt;
}

/* Its clock cannot be set for one call: dates are not checked. */
static void verify(gnutls_x509_trust_list_t list, gnutls_x509_crt_t chain[2])
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER
	};
	unsigned status;

	if (gnutls_x509_trust_list_verify_crt2(list, chain, 2, &purpose, 1,
					       PROFILE | GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status,
					       NULL) != 0 ||
	    status != 0)
		die("GnuTLS does not take the chain");
}

static void measure_gnutls(const struct world *world, unsigned rounds)
{
	gnutls_x509_crt_t root = import(world->root), chain[2];
	gnutls_x509_trust_list_t list;
	double began;

	if (gnutls_x509_trust_list_init(&list, 0) != 0 ||
	    gnutls_x509_trust_list_add_cas(list, &root, 1, 0) != 1)
		die("GnuTLS does not take the root");
	for (int i = 0; i < 2; i++)
		chain[i] = import(world->chain[i]);
	began = process_time();
	for (unsigned i = 0; i < rounds; i++)
		verify(list, chain);
	report("GnuTLS, parsed", world, began, rounds);
	for (int i = 0; i < 2; i++)
		gnutls_x509_crt_deinit(chain[i]);
	began = process_time();
	for (unsigned i = 0; i < rounds; i++) {
		for (int j = 0; j < 2; j++)
			chain[j] = import(world->chain[j]);
		verify(list, chain);
		for (int j = 0; j < 2; j++)
			gnutls_x509_crt_deinit(chain[j]);
	}
	report("GnuTLS", world, began, rounds);
	gnutls_x509_trust_list_deinit(list, 1);
}

/* ---- for OpenSSL ---- */

static void write_file(const char *folder, const char *name, unsigned number, struct dna_bytes der)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u-%s", folder, number, name);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(der.data, 1, der.size, file) != der.size || fclose(file) != 0)
		die("a chain cannot be written");
}

int main(int argc, char **argv)
{
	for (unsigned i = 0; i < 2 && argc == 2; i++) {
		struct world world;

		world_make(&world, i == 0);
		measure_gnutls(&world, 2000);
		measure_libdna(&world);
		write_file(argv[1], "leaf", i, world.chain[0]);
		write_file(argv[1], "authority", i, world.chain[1]);
		write_file(argv[1], "root", i, world.root);
		world_clear(&world);
	}
	return argc == 2 ? 0 : 2;
}

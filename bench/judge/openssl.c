/*
 * OpenSSL's path check, on the chains that path.c wrote into the folder that is the argument. A
 * program of its own, as nothing of ours is linked with it.
 */
#include "clock.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>

#define NOW    1795219200 /* 2026-11-21T00:00:00Z */
#define ROUNDS 5000u

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static void report(const char *what, const char *kind, double began)
{
	printf("%s\t%s\t%.3f\n", what, kind, (process_time() - began) / ROUNDS);
}

struct file {
	unsigned char octets[8192];
	size_t size;
};

static struct file read_file(const char *folder, const char *name, unsigned number)
{
	struct file content;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u-%s", folder, number, name);
	file = fopen(path, "rb");
	if (file == NULL)
		die(path);
	content.size = fread(content.octets, 1, sizeof(content.octets), file);
	fclose(file);
	return content;
}

static X509 *parse(const struct file *content)
{
	const unsigned char *at = content->octets;
	X509 *x509 = d2i_X509(NULL, &at, (long)content->size);

	if (x509 == NULL)
		die("OpenSSL cannot read a certificate");
	return x509;
}

static void verify(X509_STORE *store, X509 *leaf, X509 *authority)
{
	STACK_OF(X509) *untrusted = sk_X509_new_null();
	X509_STORE_CTX *context = X509_STORE_CTX_new();

	if (untrusted == NULL || sk_X509_push(untrusted, authority) == 0 || context == NULL ||
	    X509_STORE_CTX_init(context, store, leaf, untrusted) != 1)
		die("OpenSSL cannot begin");
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), NOW);
	X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
	if (X509_verify_cert(context) != 1)
		die(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
	X509_STORE_CTX_free(context);
	sk_X509_free(untrusted);
}

static void measure(const char *folder, unsigned number, const char *kind)
{
	const struct file files[] = { read_file(folder, "leaf", number),
				      read_file(folder, "authority", number),
				      read_file(folder, "root", number) };
	X509 *leaf = parse(&files[0]), *authority = parse(&files[1]), *root = parse(&files[2]);
	X509_STORE *store = X509_STORE_new();
	double began;

	if (store == NULL || X509_STORE_add_cert(store, root) != 1)
		die("OpenSSL does not take the root");
	verify(store, leaf, authority);
	began = process_time();
	for (unsigned i = 0; i < ROUNDS; i++)
		verify(store, leaf, authority);
	report("OpenSSL, parsed", kind, began);
	X509_free(leaf);
	X509_free(authority);
	began = process_time();
	for (unsigned i = 0; i < ROUNDS; i++) {
		leaf = parse(&files[0]);
		authority = parse(&files[1]);
		verify(store, leaf, authority);
		X509_free(leaf);
		X509_free(authority);
	}
	report("OpenSSL", kind, began);
	X509_free(root);
	X509_STORE_free(store);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	measure(argv[1], 0, "RSA 2048");
	measure(argv[1], 1, "P-256");
	return 0;
}

/*
 * One GET over HTTPS, from one host, at one address; libcurl's part. The host's certificate is
 * checked by us: its path against |anchors|, its identifiers against |host|, before the request is
 * sent.
 */
#ifndef DNA_NET_REQUEST_H
#define DNA_NET_REQUEST_H

#include "loop/loop.h"

#include <dna/dna.h>

struct dna_request;

struct dna_request_init {
	const char *url;
	const char *host; /* of the URL; A-labels */
	uint16_t port;
	const char *address;   /* as text, IPv6 without brackets */
	unsigned milliseconds; /* for connecting; 0: whoever asks will end it */
	const struct dna_anchors *anchors;
	bool allow_private_addresses;
};

/* What came of it. Everything belongs to the request and lives as long as the call of |done|. */
struct dna_response {
	const char *failure; /* a phrase, or NULL: there is a response */
	bool unreachable;    /* no connection came about: another address may do */
	int status;
	const char *location;  /* where a redirection leads to, absolute; NULL: it is none */
	struct dna_bytes body; /* none when it is too large and the status is not a success */
};

/*
 * |done| is called once, from within the loop, unless the request is cancelled; the handle is void
 * then.
 */
typedef void dna_request_done(void *argument, const struct dna_response *response);

int dna_request_start(struct dna_request **request, struct dna_loop *loop,
		      const struct dna_request_init *init, dna_request_done *done, void *argument);
void dna_request_cancel(struct dna_request *request); /* NULL is legal */

#endif

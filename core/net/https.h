/*
 * Documents over HTTPS: hop by hop, each with addresses from our own resolver and authenticated for
 * its own host.
 */
#ifndef DNA_NET_HTTPS_H
#define DNA_NET_HTTPS_H

#include "loop/loop.h"
#include "net/lookup.h"

#include <dna/dna.h>

struct dna_https;

/* Addresses come from |lookups|, trust from |anchors|. */
int dna_https_new(struct dna_https **https, struct dna_loop *loop, struct dna_lookups *lookups,
		  struct dna_anchors *anchors, bool allow_private_addresses);
/* What is still open is not finished any more, and its handles are void. */
void dna_https_free(struct dna_https *https);

struct dna_transfer;

/* |item| has the URL that was asked for as its name. NULL only if memory ran out. */
typedef void dna_https_done(void *argument, struct dna_item *item);

/* |done| is called once, from within the loop, unless the transfer is cancelled. */
int dna_https_get(struct dna_transfer **transfer, struct dna_https *https, const char *url,
		  unsigned milliseconds, dna_https_done *done, void *argument);
void dna_https_cancel(struct dna_transfer *transfer); /* NULL is legal */

#endif

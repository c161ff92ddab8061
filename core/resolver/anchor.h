/* The trust anchors of the root: what everything that is secure rests on. */
#ifndef DNA_RESOLVER_ANCHOR_H
#define DNA_RESOLVER_ANCHOR_H

#include "resolver/message.h"

#define DNA_COMPLAINT_MAX 512

/*
 * Read a file of DS or DNSKEY records of the root, one a line, as `unbound-anchor` and Debian's
 * dns-root-data write them; keys that RFC 5011 tracking does not trust are left out. All or
 * nothing: |complaint| is a sentence that names the file and, if it is one line's fault, the line.
 */
int dna_anchors_read(struct dna_message **anchors, const char *path,
		     char complaint[DNA_COMPLAINT_MAX]);

/*
 * The same of |count| records in wire form. DNA_E_NOTFOUND: none of them can be used; DNA_E_SYNTAX:
 * there are others than DS and DNSKEY records of the root.
 */
int dna_anchors_make(struct dna_message **anchors, const struct dna_buffer *records,
		     uint16_t count);

#endif

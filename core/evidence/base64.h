/* Base64 (RFC 4648 section 4). Reading is in <dna/prooftype.h>. */
#ifndef DNA_EVIDENCE_BASE64_H
#define DNA_EVIDENCE_BASE64_H

#include "base/buffer.h"

int dna_base64_write(struct dna_buffer *text, struct dna_bytes data);

#endif

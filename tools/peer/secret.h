/* The secret of dialback keys (DB-002): random, or from a file that is shared by all machines that may
 * be asked about each other's keys. */
#ifndef DNA_TOOLS_PEER_SECRET_H
#define DNA_TOOLS_PEER_SECRET_H

#include <dna/types.h>

#define DNA_SECRET_MIN 16 /* octets: whoever sees a key can try secrets at home */
#define DNA_SECRET_MAX 1024

struct dna_secret {
	uint8_t octets[DNA_SECRET_MAX];
	size_t size;
};

int dna_secret_draw(struct dna_secret *secret);
/*
 * What is in the file but a line's end at its end. Nobody but its owner may have access to it, and that
 * is who runs us, or root. On failure |why| is a phrase; static.
 */
int dna_secret_read(struct dna_secret *secret, const char *path, const char **why);
void dna_secret_clear(struct dna_secret *secret); /* SEC-010 */
struct dna_bytes dna_secret_bytes(const struct dna_secret *secret);

#endif

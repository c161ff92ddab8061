/*
 * What an operator says of resolvers and trust anchors: a mistake is told at once, not when
 * something is looked up. On failure |complaint| is set to a sentence, if memory allows.
 */
#ifndef DNA_NET_SETTINGS_H
#define DNA_NET_SETTINGS_H

#include <dna/dna.h>

/* |addresses| are separated by spaces; NULL is legal, here and below: the default. */
int dna_settings_check_resolver(const char *addresses, char **complaint);

/*
 * Whether the word of these resolvers may count: all of them are on loopback (DELEG-017). NULL:
 * those of the resolv.conf(5) at |system|.
 */
int dna_settings_check_trust_ad(const char *addresses, const char *system, char **complaint);

/*
 * Whether the file can be read and has a record that may be an anchor. The worker reads it in full.
 */
int dna_settings_check_trust_anchor(const char *path, char **complaint);

/* The authorities of a PEM file; NULL: those that the system trusts. */
int dna_settings_load_anchors(struct dna_anchors **anchors, const char *path, char **complaint);

#endif

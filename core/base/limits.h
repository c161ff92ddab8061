/*
 * Every bound on what a peer, a document or a configuration can make us hold or do. One place, so that they can be read
 * together (SEC-006).
 */
#ifndef DNA_BASE_LIMITS_H
#define DNA_BASE_LIMITS_H

/* Names (I18N-008). */
#define DNA_NAME_MAX       253  /* octets of a domain name as text, without the final dot */
#define DNA_LABEL_MAX      63
#define DNA_DOMAINPART_MAX 1023 /* octets of UTF-8 (RFC 7622 section 3.2) */

/* One attempt (SEC-006). */
#define DNA_SRV_MAX     32 /* SRV records of one answer; more is a failure, not a truncation */
#define DNA_ADDRESS_MAX 16 /* addresses of one target host */
#define DNA_ALIAS_MAX   8  /* links of one alias chain */
#define DNA_TLSA_MAX    32 /* TLSA records of one answer */
#define DNA_CHAIN_MAX   10 /* certificates that a peer presents */

/* Items and stores. */
#define DNA_KIND_MAX       32              /* octets of a kind */
#define DNA_ITEM_NAME_MAX  2048            /* octets of a question's name; a URL is the longest */
#define DNA_ITEM_COUNT_MAX 512             /* entries of one item */
#define DNA_ITEM_SIZE_MAX  (1024L * 1024)  /* octets of all entries of one item */
#define DNA_ITEMS_MAX      1024            /* items of one case */
#define DNA_REASON_MAX     512             /* octets of a reason; longer ones end in "..." */

/* The engine. */
#define DNA_ROUNDS_MAX 8   /* how deep evidence may depend on other evidence */
#define DNA_NEEDS_MAX  256 /* questions of one case */

/* Certificates. */
#define DNA_CERTIFICATE_MAX (64L * 1024) /* octets of one certificate */
#define DNA_IDENTIFIERS_MAX 1024         /* presented identifiers of one certificate */

/* Documents (POSH-025). */
#define DNA_JSON_DEPTH_MAX 32
#define DNA_BODY_MAX       (64L * 1024)
#define DNA_REDIRECTS_MAX  10

/* Policies and recordings. */
#define DNA_POLICY_MAX       (16L * 1024 * 1024)
#define DNA_YAML_DEPTH_MAX   32
#define DNA_YAML_SCALAR_MAX  (64L * 1024)
#define DNA_RECORDING_MAX    (16L * 1024 * 1024)
#define DNA_PROFILE_MAX      16 /* prooftypes of one profile */

/* Plugins. */
#define DNA_PLUGIN_MAX      (64L * 1024 * 1024) /* octets of the file */
#define DNA_PLUGIN_NAME_MAX 63

/* The resolver. */
#define DNA_FRAME_MAX        (2L * 1024 * 1024) /* octets of one frame between libdna-net and dna-resolver */
#define DNA_ANSWER_ITEMS_MAX 64                 /* items of one answer */
#define DNA_MESSAGE_MAX      65535              /* octets of a DNS message */

#endif

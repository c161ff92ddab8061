/*
 * Every bound on what a peer, a document or a configuration can make us hold or do. One place, so
 * that they can be read together (SEC-006).
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
#define DNA_ITEMS_MAX      2048            /* items of one case */
#define DNA_REASON_MAX     512             /* octets of a reason; longer ones end in "..." */

/* The engine. */
#define DNA_ROUNDS_MAX 8   /* how deep evidence may depend on other evidence */
#define DNA_NEEDS_MAX  256 /* questions of one case */

/* Certificates. */
#define DNA_CERTIFICATE_MAX (64L * 1024) /* octets of one certificate */
#define DNA_EXTENSIONS_MAX  64           /* extensions of one certificate */
#define DNA_POLICY_LIST_MAX 256          /* certificate policies that one lists, and mappings of them */
#define DNA_POLICIES_MAX    64           /* of them that a path can have in common */
#define DNA_IDENTIFIERS_MAX 1024         /* presented identifiers of one certificate */
#define DNA_PATH_STEPS_MAX  256          /* certificates that the search for a path tries in some place */
#define DNA_PATH_SIGNATURES_MAX 64       /* signatures that it checks */
#define DNA_PATHS_MAX       16           /* paths that it finds, where not any will do */
#define DNA_ANCHOR_SETS_MAX 64          /* sets of anchors of recordings that are remembered */
#define DNA_PATH_RESULTS_MAX 1024        /* searches that a set of anchors remembers */
#define DNA_CRL_MAX         (64L * 1024 * 1024) /* octets of one revocation list */
#define DNA_CRLS_MAX        1024         /* revocation lists of one set */
#define DNA_OCSP_MAX        (64L * 1024) /* octets of one OCSP response */
#define DNA_RESPONDERS_MAX  4            /* certificates of responders that are tried */

/* Documents (POSH-025). */
#define DNA_DOCUMENT_DEPTH_MAX 8
#define DNA_BODY_MAX           (64L * 1024)
#define DNA_REDIRECTS_MAX      10
#define DNA_HEADERS_MAX        (64L * 1024)
#define DNA_HTTPS_TIME         10000 /* milliseconds for one document, all redirections included */
#define DNA_REQUESTS_MAX       200   /* that are open at the same time */
#define DNA_ADDRESS_RATE_MAX   50    /* of them at one address, counting those of the last second */

/* XML streams: what a peer can send. */
#define DNA_XML_ELEMENT_MAX    (64L * 1024) /* octets of a child of the stream, or of its header */
#define DNA_XML_DEPTH_MAX      16
#define DNA_XML_ATTRIBUTES_MAX 32   /* of one element, namespaces apart */
#define DNA_XML_TEXT_MAX       1024 /* octets of a text that is read */
#define DNA_XML_ID_MAX         255
#define DNA_XML_HOST_MAX       (DNA_DOMAINPART_MAX + 6) /* of see-other-host: with a port */
#define DNA_JID_MAX            3071 /* octets of UTF-8 (RFC 7622 section 3.1) */

/* Policies and recordings. */
#define DNA_POLICY_MAX       (16L * 1024 * 1024)
#define DNA_PROVISION_MAX    (256L * 1024 * 1024) /* octets of a file that a policy names */
#define DNA_YAML_DEPTH_MAX   32
#define DNA_JSON_DEPTH_MAX   32
#define DNA_YAML_SCALAR_MAX  (64L * 1024)
#define DNA_RECORDING_MAX    (16L * 1024 * 1024)
#define DNA_PROFILE_MAX      16   /* prooftypes of one profile */
#define DNA_PROFILES_MAX     4096 /* profiles of one policy */
#define DNA_PROOFTYPES_MAX   256  /* prooftypes with parameters: each is looked for */
#define DNA_EXTENDS_MAX      16   /* profiles that one extends, directly or not */
#define DNA_PARAM_LIST_MAX   1024 /* elements of a parameter that is a list */
#define DNA_FLOORS_MAX       1024 /* floors of one policy: each is looked at for each case */
#define DNA_COMPLAINTS_SHOWN 20   /* complaints about one file that are written down */
#define DNA_COMPLAINTS_MAX   1000 /* complaints about one file, then its reader gives up */
#define DNA_DOMAINS_MAX       (32L * 1024 * 1024)   /* domains of one table, and wildcards */
#define DNA_DOMAINS_FILE_MAX  (1024L * 1024 * 1024) /* octets of one of its files */
#define DNA_DOMAINS_WRONG_MAX 256                   /* lines of complaints about one of them */

/* The flow: seconds for each thing that a stream waits for (FLOW-032). <dna/flow.h> has the other bounds. */
#define DNA_FLOW_RESOLVE_TIME  30
#define DNA_FLOW_CONNECT_TIME  20
#define DNA_FLOW_HEADER_TIME   30
#define DNA_FLOW_TLS_TIME      30
#define DNA_FLOW_PROOF_TIME    30
#define DNA_FLOW_USER_TIME     300
#define DNA_FLOW_CALLBACK_TIME 60
#define DNA_FLOW_DIALBACK_TIME 30
#define DNA_FLOW_AUTH_TIME     150 /* more than a proof, a callback and its answer */

/* Plugins. */
#define DNA_PLUGIN_MAX      (64L * 1024 * 1024) /* octets of the file */
#define DNA_PLUGIN_NAME_MAX 63

/* The resolver. */
#define DNA_FRAME_MAX        (2L * 1024 * 1024) /* octets of one frame between libdna-net and dna-resolver */
#define DNA_FRAME_ITEMS_MAX  2048               /* items of one frame */
#define DNA_ANSWER_ITEMS_MAX 256                /* items of the answer to one question */
#define DNA_MESSAGE_MAX      65535              /* octets of a DNS message */
#define DNA_RESOLVERS_MAX    8                  /* upstream resolvers */
#define DNA_IN_FLIGHT_MAX    200                /* queries that one of them is asked at the same time */
#define DNA_AHEAD_MAX        100                /* and with so many nothing is asked before it is needed */
#define DNA_CLIENTS_MAX      128                /* clients of one worker; then idle ones have to go, or it stops accepting */
#define DNA_QUESTIONS_MAX    4096               /* questions that it has in hand for one client; */
#define DNA_QUESTIONS_SIZE   (4L * 1024 * 1024) /* octets of these; then it stops reading */
#define DNA_LOOKUPS_MAX      320                /* questions that it looks up at the same time; the others wait */
#define DNA_ASIDES_MAX       16                 /* and of those that are not about now, each with what is remembered of its own */
#define DNA_UNREAD_MAX       (4L * 1024 * 1024) /* octets of answers that it does not read; then its questions wait, */
#define DNA_UNREAD_END       (16L * 1024 * 1024) /* and in the end it is left */
#define DNA_ANSWERS_MAX      4096               /* answers that it remembers, */
#define DNA_ANSWERS_SIZE_MAX (32UL * 1024 * 1024) /* and the octets of their replies */
#define DNA_ZONES_MAX        4096               /* names of which it remembers whether they are zones, with their keys, */
#define DNA_ZONES_SIZE_MAX   (64UL * 1024 * 1024) /* and the octets of the replies that say so */

/* What libdna-net remembers. */
#define DNA_CACHE_COUNT_MAX  16384
#define DNA_CACHE_SIZE_MAX   (16L * 1024 * 1024)
#define DNA_DOCUMENT_TIME    300 /* seconds for a document, if its reader allows that */
#define DNA_NO_DOCUMENT_TIME 300 /* for HTTP status 404 (POSH-028: 10 minutes at most) */
#define DNA_FAILURE_TIME     60  /* for whatever else went wrong (POSH-028: 1 minute at most) */

/*
 * DNSSEC: what a message can make the worker compute (KeyTrap, CVE-2023-50387; NSEC3,
 * CVE-2023-50868, RFC 9276).
 */
#define DNA_RECORDS_MAX          1024 /* records of one message */
#define DNA_KEYS_MAX             32   /* keys of one zone */
#define DNA_KEYS_OF_A_TAG_MAX    4    /* of them with equal tag and algorithm */
#define DNA_SIGNATURES_MAX       8    /* signatures of one RRset */
#define DNA_DENIALS_MAX          16   /* NSEC or NSEC3 records of one message */
#define DNA_VERIFICATIONS_MAX    64   /* signature checks for one message */
#define DNA_SEEN_MAX             64   /* signatures of one zone that are known to hold */
#define DNA_NSEC3_ITERATIONS_MAX 100  /* beyond: insecure */

#endif

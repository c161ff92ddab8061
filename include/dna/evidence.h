/*
 * <dna/evidence.h>: what is known, and how it became known.
 *
 * An *item* is one piece of evidence: the answer to one question. It is written once and never
 * changed afterwards, so the cache and any number of cases share it by reference.
 *
 *     kind              name                                type     data
 *     "dns"             owner, A-labels, no final dot       RR type  one entry a record: RDATA in wire form,
 *                                                                    uncompressed names
 *     "dns-reply"       the question                          RR type  one entry: the resolver's reply, a DNS message
 *     "dns-chain"       the same, of a DS or DNSKEY record that a reply is validated by
 *     "dnssec-anchors"  "."                                 DS or    one entry a record: RDATA
 *                                                           DNSKEY
 *     "dns-zone"        the zone                            0        one entry a line: its keys and signatures, for people
 *     "https"           the URL                             0        one entry, the body; code = the HTTP status
 *     "connection"      "host port starttls|direct"         0        none: whether the endpoint could be used
 *     "peer-chain"      ""                                  0        DER certificates, leaf first
 *     "ocsp"            ""                                  0        what the peer stapled: DER OCSP responses
 *     "trust-anchors"   ""                                  0        DER certificates
 *     "crls"            ""                                  0        DER revocation lists
 *     anything else     a research prooftype's own business
 *
 * An alias chain is one item a link: the question (a, A) whose answer is an alias is answered by
 * the item (a, CNAME) and then by (target, A), each with its own security. dna_case_answer() in
 * <dna/prooftype.h> walks them.
 *
 * "dns-reply", "dns-chain" and "dnssec-anchors" are what DNS items can be validated by again, at
 * any time and without a network; a failed one says why there was no reply.
 */
#ifndef DNA_EVIDENCE_H
#define DNA_EVIDENCE_H

#include <dna/error.h>
#include <dna/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* DNS record types that the project itself asks for (RFC 1035, 3596, 2782, 6698). */
enum dna_rr_type {
	DNA_RR_A = 1,
	DNA_RR_CNAME = 5,
	DNA_RR_AAAA = 28,
	DNA_RR_SRV = 33,
	DNA_RR_TLSA = 52
};

/* A lifetime without an end. */
#define DNA_FOREVER INT64_MAX

/* What an item is made of. Strings are copied; NULL means "" (|reason|: none). */
struct dna_item_init {
	const char *kind;
	const char *name;
	uint16_t type;
	enum dna_outcome outcome;
	enum dna_security security; /* "dns" only */
	enum dna_word word;         /* whose word |security| is */
	int code;                   /* HTTP status, DNS response code */
	unsigned redirects;         /* "https" only: how many redirections led to it */
	int64_t time;               /* when it was learnt, seconds since 1970 */
	int64_t not_after;          /* until when it may be used; DNA_FOREVER */
	const char *reason;         /* why it failed or was denied, one phrase */
};

struct dna_item;

/*
 * A new item without data, with one reference. DNA_E_INVALID: no kind, or a kind or name beyond the
 * bounds.
 */
int dna_item_new(struct dna_item **item, const struct dna_item_init *init);

/* Append an entry, before the item is shared. DNA_E_LIMIT beyond what one item may hold. */
int dna_item_add(struct dna_item *item, const void *data, size_t size);

/*
 * References. dna_item_unref(NULL) is legal. Counting is not atomic: an item stays in its thread.
 */
struct dna_item *dna_item_ref(struct dna_item *item);
void dna_item_unref(struct dna_item *item);

const char *dna_item_kind(const struct dna_item *item);
const char *dna_item_name(const struct dna_item *item);
uint16_t dna_item_type(const struct dna_item *item);
enum dna_outcome dna_item_outcome(const struct dna_item *item);
enum dna_security dna_item_security(const struct dna_item *item);
enum dna_word dna_item_word(const struct dna_item *item);
int dna_item_code(const struct dna_item *item);
unsigned dna_item_redirects(const struct dna_item *item);
int64_t dna_item_time(const struct dna_item *item);
int64_t dna_item_not_after(const struct dna_item *item);
const char *dna_item_reason(const struct dna_item *item); /* never NULL, "" when there is none */
size_t dna_item_count(const struct dna_item *item);
struct dna_bytes dna_item_data(const struct dna_item *item, size_t index); /* empty past the end; a NUL follows that is not counted */

/* SRV RDATA (RFC 2782). |target|: lower case, no final dot; "." when the service is not offered. */
struct dna_srv {
	uint16_t priority;
	uint16_t weight;
	uint16_t port;
	char target[256];
};
int dna_srv_read(struct dna_bytes rdata, struct dna_srv *srv);

/*
 * TLSA RDATA (RFC 6698 section 2.1). |data| points into the RDATA. Reads only the shape; says
 * nothing of usability.
 */
struct dna_tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	struct dna_bytes data;
};
int dna_tlsa_read(struct dna_bytes rdata, struct dna_tlsa *tlsa);

/* The single name in CNAME RDATA, lower case, no final dot. */
int dna_cname_read(struct dna_bytes rdata, char target[256]);

#ifdef __cplusplus
}
#endif
#endif

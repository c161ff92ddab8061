/*
 * <dna/types.h>: the words that everything else is said in.
 *
 * A *service domain* is the domain that has to be proved; its service is XMPP for clients or for
 * servers. A *target host* is the host that a delegation names. An *endpoint* is a host, a port and
 * whether TLS starts at once.
 */
#ifndef DNA_TYPES_H
#define DNA_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The service that is proved (RFC 7712 sections 3 and 4; RFC 6120 section 13.7.1.2.1). */
enum dna_service {
	DNA_XMPP_CLIENT = 0, /* client to server: `_xmpp-client`, port 5222 */
	DNA_XMPP_SERVER = 1  /* server to server: `_xmpp-server`, port 5269 */
};

/* Which end of the stream asks. */
enum dna_role {
	DNA_INITIATING = 0, /* we connected; the peer is the TLS server */
	DNA_RECEIVING = 1   /* the peer connected; the certificate is a TLS client's */
};

/* How TLS starts at an endpoint. */
enum dna_tls {
	DNA_STARTTLS = 0,  /* RFC 6120 section 5 */
	DNA_DIRECT_TLS = 1 /* XEP-0368 */
};

/* What came of asking. Failing to learn is never denial (SEC-002). */
enum dna_outcome {
	DNA_ANSWERED = 0, /* there is data */
	DNA_DENIED = 1,   /* the authority says that there is none */
	DNA_FAILED = 2    /* nothing was learnt: timeout, SERVFAIL, malformed, ... */
};

/* What DNSSEC says of a DNS item, in the sense of RFC 4035 section 4.3. Never a boolean. */
enum dna_security {
	DNA_SECURE = 0,        /* a chain of signatures from a trust anchor covers it */
	DNA_INSECURE = 1,      /* securely known to be unsigned */
	DNA_BOGUS = 2,         /* ought to be signed, and is not, or not rightly */
	DNA_INDETERMINATE = 3  /* could not be determined; always so for DNA_FAILED */
};

/* Who says what the security of a DNS item is (DELEG-017). */
enum dna_word {
	DNA_WORD_VALIDATED = 0, /* the signatures were checked here, from the trust anchor down */
	DNA_WORD_RESOLVER = 1,  /* the resolver, by the AD bit, on a path that the operator trusts */
	DNA_WORD_STATED = 2     /* whoever wrote the recording */
};

/* One prooftype's result. */
enum dna_result {
	DNA_NONE = 0,     /* there is no material */
	DNA_PROVEN = 1,   /* it proves the domain, or, for a delegator, the delegation */
	DNA_MISMATCH = 2, /* there is material, and it does not fit */
	DNA_ERROR = 3,    /* the material could not be obtained or read */
	DNA_VETO = 4      /* the stream must not continue, whatever other prooftypes find */
};

/* How far a veto reaches. It is final within its scope. */
enum dna_scope {
	DNA_SCOPE_PAIR = 0,     /* this domain on this connection */
	DNA_SCOPE_ENDPOINT = 1, /* this endpoint; others may be tried (ERR-08) */
	DNA_SCOPE_ATTEMPT = 2   /* the whole attempt: no endpoint may be used (ERR-07) */
};

/*
 * Trust roots, as bits. A finding *rests on* alternatives of sets: to forge it, an attacker has to
 * break every root of one of the sets. DANE with usage 1 matched by the service domain's name rests
 * on {webpki and dnssec}; PKIX by a DNSSEC-delegated target rests on {webpki}, or {dnssec}: either
 * suffices.
 */
enum dna_root {
	DNA_ROOT_WEBPKI = 1 << 0, /* any public certification authority */
	DNA_ROOT_DNSSEC = 1 << 1, /* the DNSSEC chain from the root of the DNS */
	DNA_ROOT_PIN = 1 << 2,    /* an anchor or key that the operator provisioned for this peer */
	DNA_ROOT_CONFIG = 1 << 3, /* the operator's configuration */
	DNA_ROOT_OTHER = 1 << 4   /* a root of a prooftype's own */
};

/* The policy's result. */
enum dna_verdict_kind {
	DNA_VERDICT_PROVEN = 0,    /* the stream belongs to the domain */
	DNA_VERDICT_UNPROVEN = 1,  /* nothing proves it */
	DNA_VERDICT_WEAK = 2,      /* only dialback vouches for it, and the policy is content with that */
	DNA_VERDICT_UNDECIDED = 3, /* could not tell: a temporary failure. Not a way around: do not continue */
	DNA_VERDICT_VETO = 4       /* must not continue */
};

/*
 * The word for each value, as it stands in recordings, in JSON and in messages ("xmpp-server",
 * "initiating", "starttls", "answered", "secure", "proven", "endpoint", "veto", ...): static
 * strings, "?" for a value that is none.
 */
const char *dna_service_name(enum dna_service service);
const char *dna_role_name(enum dna_role role);
const char *dna_tls_name(enum dna_tls tls);
const char *dna_outcome_name(enum dna_outcome outcome);
const char *dna_security_name(enum dna_security security);
const char *dna_word_name(enum dna_word word);
const char *dna_result_name(enum dna_result result);
const char *dna_scope_name(enum dna_scope scope);
const char *dna_verdict_name(enum dna_verdict_kind kind);

/* A certificate, a document, a record: |size| bytes that somebody else owns. */
struct dna_bytes {
	const uint8_t *data;
	size_t size;
};

#ifdef __cplusplus
}
#endif
#endif

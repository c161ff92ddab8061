/* The TLS side of a stream, at either end: a handshake without any judgement of the certificates
 * that come of it, then octets. Each handshake is a full one; no session is kept or resumed. */
#ifndef DNA_TOOLS_STREAM_TLS_H
#define DNA_TOOLS_STREAM_TLS_H

#include <dna/error.h>
#include <dna/types.h>

#include <sys/types.h>

/* What somebody presents: a certificate, those above it, and the key. */
struct dna_identity;

/* From PEM files. DNA_E_CRYPTO: |complaint| is a phrase that says why; static. */
int dna_identity_load(struct dna_identity **identity, const char *certificate, const char *key,
		      const char **complaint);
void dna_identity_free(struct dna_identity *identity); /* NULL is legal; no session may use it */

struct dna_session;

/* Which identity answers for a domain, A-labels; never NULL. |sni| NULL: the client named none. */
typedef const struct dna_identity *dna_session_chooser(void *argument, const char *sni);

struct dna_session_options {
	enum dna_role role; /* the initiating entity is the TLS client (FLOW-002) */
	const char *alpn;   /* NULL, or the protocol to offer, or to take (FLOW-025) */
	const char *sni;    /* initiating: A-labels */
	const struct dna_identity *identity; /* initiating: may be NULL (FLOW-011) */
	dna_session_chooser *choose;         /* receiving */
	void *argument;
};

/* A session on |fd|, which stays the caller's. Identities have to outlive it. */
int dna_session_new(struct dna_session **session, int fd,
		    const struct dna_session_options *options);
void dna_session_free(struct dna_session *session); /* NULL is legal */

/*
 * Returns 0 when done, DNA_E_AGAIN to poll for dna_session_events(), DNA_E_CRYPTO with
 * dna_session_complaint(). Only an initiating entity needs a certificate of its peer.
 */
int dna_session_handshake(struct dna_session *session);
short dna_session_events(const struct dna_session *session);
const char *dna_session_complaint(const struct dna_session *session);

/* As read() and write(), but for errors: DNA_E_AGAIN, or DNA_E_CRYPTO with the complaint. */
ssize_t dna_session_read(struct dna_session *session, void *data, size_t room);
ssize_t dna_session_write(struct dna_session *session, const void *data, size_t size);

/* Whether the peer saw our certificate: a server always, a client if it was asked. */
bool dna_session_presented(const struct dna_session *session);

/* Whether it goes on from an earlier session: then nobody presented anything afresh. */
bool dna_session_resumed(const struct dna_session *session);

size_t dna_session_chain_count(const struct dna_session *session);
struct dna_bytes dna_session_chain_at(const struct dna_session *session, size_t index);

/*
 * When the first certificate of the peer's chain expires, of those that have not by |now|: what
 * proves the peer does not rest on the others (DANE-012). INT64_MAX: there is none.
 */
int64_t dna_session_expires(const struct dna_session *session, int64_t now);

/* The OCSP response that was stapled for that certificate; no data: none. The peer was asked. */
struct dna_bytes dna_session_status_at(const struct dna_session *session, size_t index);
/* "TLS1.3" and "AES-256-GCM" (PKIX-026). */
const char *dna_session_version(const struct dna_session *session);
const char *dna_session_cipher(const struct dna_session *session);

/* Send close_notify, if that is possible without waiting. */
void dna_session_bye(struct dna_session *session);

#endif

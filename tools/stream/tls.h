/* The TLS side of a stream: a handshake without any judgement of the certificates that come of it.
 */
#ifndef DNA_TOOLS_STREAM_TLS_H
#define DNA_TOOLS_STREAM_TLS_H

#include <dna/error.h>
#include <dna/types.h>

struct dna_session;

/* A client's session on |fd|, which stays the caller's. |sni|: A-labels. |alpn|: NULL, or the
 * protocol to offer (FLOW-025). */
int dna_session_new(struct dna_session **session, int fd, const char *sni, const char *alpn);
void dna_session_free(struct dna_session *session); /* NULL is legal */

/* Returns 0 when done, DNA_E_AGAIN to poll for dna_session_events(), DNA_E_CRYPTO with
 * dna_session_complaint(). */
int dna_session_handshake(struct dna_session *session);
short dna_session_events(const struct dna_session *session);
const char *dna_session_complaint(const struct dna_session *session);

size_t dna_session_chain_count(const struct dna_session *session);
struct dna_bytes dna_session_chain_at(const struct dna_session *session, size_t index);

/* The OCSP response that was stapled for that certificate; no data: none. The peer was asked. */
struct dna_bytes dna_session_status_at(const struct dna_session *session, size_t index);
/* "TLS1.3" and "AES-256-GCM" (PKIX-026). */
const char *dna_session_version(const struct dna_session *session);
const char *dna_session_cipher(const struct dna_session *session);

/* Send close_notify, if that is possible without waiting. */
void dna_session_bye(struct dna_session *session);

#endif

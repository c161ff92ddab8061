/* The TLS side of a stream, with GnuTLS. Certificates are handed over as they came: the case judges
 * them, nobody here. */
#include "stream/tls.h"

#include "base/name.h"

#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRIORITY     "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" /* PKIX-024 */
#define WARNINGS_MAX 16

struct dna_session {
	gnutls_session_t tls;
	gnutls_certificate_credentials_t credentials;
	unsigned warnings;
	char complaint[256];
};

static int set_alpn(struct dna_session *session, const char *alpn)
{
	gnutls_datum_t protocol = { .data = (unsigned char *)(uintptr_t)alpn };

	if (alpn == NULL)
		return 0;
	protocol.size = (unsigned)strlen(alpn);
	return gnutls_alpn_set_protocols(session->tls, &protocol, 1, 0);
}

int dna_session_new(struct dna_session **session, int fd, const char *sni, const char *alpn)
{
	struct dna_session *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	if (gnutls_certificate_allocate_credentials(&new->credentials) < 0 ||
	    gnutls_init(&new->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0 ||
	    gnutls_priority_set_direct(new->tls, PRIORITY, NULL) < 0 ||
	    gnutls_credentials_set(new->tls, GNUTLS_CRD_CERTIFICATE, new->credentials) < 0 ||
	    (!dna_name_is_address(sni) && /* PKIX-022 */
	     gnutls_server_name_set(new->tls, GNUTLS_NAME_DNS, sni, strlen(sni)) < 0) ||
	    gnutls_ocsp_status_request_enable_client(new->tls, NULL, 0, NULL) < 0 || /* PKIX-002 */
	    set_alpn(new, alpn) < 0) {
		dna_session_free(new);
		return DNA_E_CRYPTO;
	}
	gnutls_transport_set_int(new->tls, fd);
	*session = new;
	return 0;
}

void dna_session_free(struct dna_session *session)
{
	if (session == NULL)
		return;
	if (session->tls != NULL)
		gnutls_deinit(session->tls);
	if (session->credentials != NULL)
		gnutls_certificate_free_credentials(session->credentials);
	free(session);
}

static int complain(struct dna_session *session, int error)
{
	char *complaint = session->complaint;
	size_t room = sizeof(session->complaint);

	switch (error) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
		snprintf(complaint, room, ": TLS handshake failed: it sent the alert \"%s\"",
			 gnutls_alert_get_name(gnutls_alert_get(session->tls)));
		break;
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR:
		snprintf(complaint, room, ": TLS handshake failed: it closed the connection");
		break;
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
	case GNUTLS_E_RECORD_OVERFLOW:
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
	case GNUTLS_E_UNEXPECTED_PACKET:
		snprintf(complaint, room,
			 ": TLS handshake failed: what it answered is not TLS 1.2 or later");
		break;
	default:
		snprintf(complaint, room, ": TLS handshake failed: %s", gnutls_strerror(error));
	}
	return DNA_E_CRYPTO;
}

int dna_session_handshake(struct dna_session *session)
{
	int r;

	for (;;) {
		r = gnutls_handshake(session->tls);
		if (r == GNUTLS_E_SUCCESS)
			break;
		if (r == GNUTLS_E_AGAIN)
			return DNA_E_AGAIN;
		if (gnutls_error_is_fatal(r))
			return complain(session, r);
		if (r != GNUTLS_E_INTERRUPTED && ++session->warnings > WARNINGS_MAX)
			return complain(session, r);
	}
	if (dna_session_chain_count(session) == 0) {
		snprintf(session->complaint, sizeof(session->complaint),
			 "presented no certificate");
		return DNA_E_CRYPTO;
	}
	return 0;
}

short dna_session_events(const struct dna_session *session)
{
	return gnutls_record_get_direction(session->tls) == 1 ? POLLOUT : POLLIN;
}

const char *dna_session_complaint(const struct dna_session *session)
{
	return session->complaint;
}

size_t dna_session_chain_count(const struct dna_session *session)
{
	unsigned count = 0;

	if (gnutls_certificate_type_get2(session->tls, GNUTLS_CTYPE_SERVER) == GNUTLS_CRT_X509)
		gnutls_certificate_get_peers(session->tls, &count);
	return count;
}

struct dna_bytes dna_session_chain_at(const struct dna_session *session, size_t index)
{
	unsigned count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session->tls, &count);

	if (chain == NULL || index >= count)
		return (struct dna_bytes){ NULL, 0 };
	return (struct dna_bytes){ chain[index].data, chain[index].size };
}

struct dna_bytes dna_session_status_at(const struct dna_session *session, size_t index)
{
	gnutls_datum_t response = { NULL, 0 };

	if (gnutls_ocsp_status_request_get2(session->tls, (unsigned)index, &response) != 0)
		return (struct dna_bytes){ NULL, 0 };
	return (struct dna_bytes){ response.data, response.size };
}

const char *dna_session_version(const struct dna_session *session)
{
	const char *name = gnutls_protocol_get_name(gnutls_protocol_get_version(session->tls));

	return name != NULL ? name : "?";
}

const char *dna_session_cipher(const struct dna_session *session)
{
	const char *name = gnutls_cipher_get_name(gnutls_cipher_get(session->tls));

	return name != NULL ? name : "?";
}

void dna_session_bye(struct dna_session *session)
{
	gnutls_bye(session->tls, GNUTLS_SHUT_WR);
}

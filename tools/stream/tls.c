/* The TLS side of a stream, with GnuTLS. Certificates are handed over as they came: the case judges
 * them, nobody here. */
#include "stream/tls.h"
#include "stream/tcp.h"

#include "base/name.h"

#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRIORITY     "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" /* PKIX-024 */
#define WARNINGS_MAX 16

struct dna_identity {
	gnutls_certificate_credentials_t credentials;
};

struct dna_session {
	gnutls_session_t tls;
	gnutls_certificate_credentials_t none; /* of a client without an identity */
	enum dna_role role;
	dna_session_chooser *choose;
	void *argument;
	unsigned warnings;
	char complaint[256];
};

/* ---- identities ---- */

int dna_identity_load(struct dna_identity **identity, const char *certificate, const char *key,
		      const char **complaint)
{
	struct dna_identity *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	r = gnutls_certificate_allocate_credentials(&new->credentials);
	if (r >= 0)
		r = gnutls_certificate_set_x509_key_file(new->credentials, certificate, key,
							 GNUTLS_X509_FMT_PEM);
	if (r < 0) {
		*complaint = gnutls_strerror(r);
		dna_identity_free(new);
		return DNA_E_CRYPTO;
	}
	*identity = new;
	return 0;
}

void dna_identity_free(struct dna_identity *identity)
{
	if (identity == NULL)
		return;
	if (identity->credentials != NULL)
		gnutls_certificate_free_credentials(identity->credentials);
	free(identity);
}

/* ---- beginning and end ---- */

static int set_alpn(struct dna_session *session, const char *alpn)
{
	gnutls_datum_t protocol = { .data = (unsigned char *)(uintptr_t)alpn };

	if (alpn == NULL)
		return 0;
	protocol.size = (unsigned)strlen(alpn);
	return gnutls_alpn_set_protocols(session->tls, &protocol, 1, 0);
}

static int use_identity(struct dna_session *session, const struct dna_identity *identity)
{
	return gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE,
				      identity != NULL ? identity->credentials : session->none);
}

/* FLOW-012: a name that we do not know is no reason to fail. */
static int choose_identity(gnutls_session_t tls)
{
	struct dna_session *session = gnutls_session_get_ptr(tls);
	char name[256];
	size_t size = sizeof(name);
	unsigned type;
	bool named =
		gnutls_server_name_get(tls, name, &size, &type, 0) == 0 && type == GNUTLS_NAME_DNS;

	return use_identity(session, session->choose(session->argument, named ? name : NULL));
}

static int prepare_client(struct dna_session *session, const struct dna_session_options *options)
{
	int r = use_identity(session, options->identity);

	if (r >= 0 && !dna_name_is_address(options->sni)) /* PKIX-022 */
		r = gnutls_server_name_set(session->tls, GNUTLS_NAME_DNS, options->sni,
					   strlen(options->sni));
	if (r >= 0) /* PKIX-002 */
		r = gnutls_ocsp_status_request_enable_client(session->tls, NULL, 0, NULL);
	return r;
}

/* FLOW-011: a client's certificate is asked for, and the handshake goes on without. */
static int prepare_server(struct dna_session *session, const struct dna_session_options *options)
{
	session->choose = options->choose;
	session->argument = options->argument;
	gnutls_session_set_ptr(session->tls, session);
	gnutls_handshake_set_post_client_hello_function(session->tls, choose_identity);
	gnutls_certificate_server_set_request(session->tls, GNUTLS_CERT_REQUEST);
	return use_identity(session, options->choose(options->argument, NULL));
}

/*
 * Our certificate is presented whatever authorities the peer says it trusts: it judges, not we. No session
 * is ever resumed: there would be no certificates to be judged anew (PKIX-025).
 */
static int prepare(struct dna_session *session, const struct dna_session_options *options)
{
	bool client = options->role == DNA_INITIATING;
	unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS |
			 (client ? GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT : GNUTLS_SERVER);

	if (gnutls_certificate_allocate_credentials(&session->none) < 0 ||
	    gnutls_init(&session->tls, flags) < 0 ||
	    gnutls_priority_set_direct(session->tls, PRIORITY, NULL) < 0 ||
	    set_alpn(session, options->alpn) < 0)
		return DNA_E_CRYPTO;
	return (client ? prepare_client(session, options) : prepare_server(session, options)) < 0
		       ? DNA_E_CRYPTO
		       : 0;
}

int dna_session_new(struct dna_session **session, int fd, const struct dna_session_options *options)
{
	struct dna_session *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	new->role = options->role;
	if (prepare(new, options) != 0) {
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
	if (session->none != NULL)
		gnutls_certificate_free_credentials(session->none);
	free(session);
}

/* ---- the handshake ---- */

/* |what|: "TLS handshake failed", "TLS failed". */
static int complain(struct dna_session *session, const char *what, int error)
{
	char *complaint = session->complaint;
	size_t room = sizeof(session->complaint);

	switch (error) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
		snprintf(complaint, room, ": %s: it sent the alert \"%s\"", what,
			 gnutls_alert_get_name(gnutls_alert_get(session->tls)));
		break;
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR:
		snprintf(complaint, room, ": %s: it closed the connection", what);
		break;
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
	case GNUTLS_E_RECORD_OVERFLOW:
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
	case GNUTLS_E_UNEXPECTED_PACKET:
		snprintf(complaint, room, ": %s: what it %s is not TLS 1.2 or later", what,
			 session->role == DNA_INITIATING ? "answered" : "sent");
		break;
	default:
		snprintf(complaint, room, ": %s: %s", what, gnutls_strerror(error));
	}
	return DNA_E_CRYPTO;
}

int dna_session_handshake(struct dna_session *session)
{
	static const char what[] = "TLS handshake failed";
	int r;

	for (;;) {
		r = gnutls_handshake(session->tls);
		dna_tcp_acknowledge(gnutls_transport_get_int(session->tls));
		if (r == GNUTLS_E_SUCCESS)
			break;
		if (r == GNUTLS_E_AGAIN)
			return DNA_E_AGAIN;
		if (gnutls_error_is_fatal(r))
			return complain(session, what, r);
		if (r != GNUTLS_E_INTERRUPTED && ++session->warnings > WARNINGS_MAX)
			return complain(session, what, r);
	}
	if (gnutls_session_is_resumed(
		    session->tls)) { /* PKIX-025: nobody here has asked for that */
		snprintf(session->complaint, sizeof(session->complaint),
			 ": %s: it resumed a session", what);
		return DNA_E_CRYPTO;
	}
	if (session->role == DNA_INITIATING && dna_session_chain_count(session) == 0) {
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

/* ---- octets ---- */

/* Renegotiation is not granted: it could change the certificates behind a proof (SEC-004). */
static ssize_t outcome(struct dna_session *session, ssize_t n)
{
	if (n >= 0)
		return n;
	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
		return DNA_E_AGAIN;
	if (!gnutls_error_is_fatal((int)n) && n != GNUTLS_E_REHANDSHAKE &&
	    ++session->warnings <= WARNINGS_MAX)
		return DNA_E_AGAIN;
	return complain(session, "TLS failed", (int)n);
}

ssize_t dna_session_read(struct dna_session *session, void *data, size_t room)
{
	ssize_t n = gnutls_record_recv(session->tls, data, room);

	/* Also when nothing has come but a ticket. */
	dna_tcp_acknowledge(gnutls_transport_get_int(session->tls));
	return outcome(session, n);
}

ssize_t dna_session_write(struct dna_session *session, const void *data, size_t size)
{
	return outcome(session, gnutls_record_send(session->tls, data, size));
}

/* ---- what came of it ---- */

bool dna_session_presented(const struct dna_session *session)
{
	return session->role == DNA_RECEIVING ||
	       (gnutls_certificate_client_get_request_status(session->tls) != 0 &&
		gnutls_certificate_get_ours(session->tls) != NULL);
}

bool dna_session_resumed(const struct dna_session *session)
{
	return gnutls_session_is_resumed(session->tls) != 0;
}

size_t dna_session_chain_count(const struct dna_session *session)
{
	unsigned count = 0;

	if (gnutls_certificate_type_get2(session->tls, GNUTLS_CTYPE_PEERS) == GNUTLS_CRT_X509)
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

static int64_t expiry_of(struct dna_bytes der)
{
	const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
	gnutls_x509_crt_t certificate;
	int64_t expires = INT64_MAX;
	time_t time = (time_t)-1;

	if (gnutls_x509_crt_init(&certificate) < 0)
		return expires;
	if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER) == 0)
		time = gnutls_x509_crt_get_expiration_time(certificate);
	gnutls_x509_crt_deinit(certificate);
	return time != (time_t)-1 ? (int64_t)time : expires;
}

int64_t dna_session_expires(const struct dna_session *session, int64_t now)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < dna_session_chain_count(session); i++) {
		int64_t expires = expiry_of(dna_session_chain_at(session, i));

		if (expires >= now && expires < first)
			first = expires;
	}
	return first;
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

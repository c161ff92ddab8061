/* A peer on loopback that does what a test wants of it. */
#include "peer.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void peer_certificate(gnutls_certificate_credentials_t *credentials, gnutls_datum_t *der)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t certificate;
	time_t now = time(NULL);

	gnutls_x509_privkey_init(&key);
	gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
				     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&certificate);
	gnutls_x509_crt_set_version(certificate, 3);
	gnutls_x509_crt_set_serial(certificate, "\x01", 1);
	gnutls_x509_crt_set_activation_time(certificate, now - 3600);
	gnutls_x509_crt_set_expiration_time(certificate, now + 3600);
	gnutls_x509_crt_set_dn(certificate, "CN=b.example", NULL);
	gnutls_x509_crt_set_key(certificate, key);
	cr_assert_geq(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0),
		      0);
	cr_assert_geq(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, der), 0);
	gnutls_certificate_allocate_credentials(credentials);
	cr_assert_geq(gnutls_certificate_set_x509_key(*credentials, &certificate, 1, key), 0);
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
}

/* ---- the other process ---- */

static bool hear(int fd, const char *text)
{
	char heard[8192];
	size_t size = 0;

	for (;;) {
		ssize_t n = read(fd, heard + size, sizeof(heard) - 1 - size);

		if (n <= 0)
			return false;
		size += (size_t)n;
		heard[size] = '\0';
		if (strstr(heard, text) != NULL)
			return true;
	}
}

static bool say(int fd, const char *text, size_t at_once)
{
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i += at_once) {
		if (send(fd, text + i, at_once < size - i ? at_once : size - i, MSG_NOSIGNAL) < 0)
			return false;
		if (at_once < size)
			nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
	}
	return true;
}

static void reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 },
		   sizeof(struct linger));
	close(fd);
}

static void secure(int fd, const char *priority, gnutls_certificate_credentials_t credentials,
		   int report)
{
	gnutls_session_t tls;
	gnutls_datum_t alpn = { NULL, 0 };
	static const char *const protocols[] = { "xmpp-client", "xmpp-server" };
	gnutls_datum_t ours[2];
	char sni[256] = "", rest[256];
	size_t size = sizeof(sni);
	unsigned type;
	ssize_t n;
	int r;

	for (size_t i = 0; i < 2; i++)
		ours[i] = (gnutls_datum_t){ (unsigned char *)(uintptr_t)protocols[i],
					    (unsigned)strlen(protocols[i]) };
	gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	gnutls_priority_set_direct(tls, priority != NULL ? priority : "NORMAL", NULL);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_alpn_set_protocols(tls, ours, 2, 0);
	gnutls_transport_set_int(tls, fd);
	while ((r = gnutls_handshake(tls)) < 0 && !gnutls_error_is_fatal(r))
		continue;
	if (r < 0) {
		dprintf(report, "error=%s", gnutls_strerror(r));
		return;
	}
	gnutls_server_name_get(tls, sni, &size, &type, 0);
	gnutls_alpn_get_selected_protocol(tls, &alpn);
	n = gnutls_record_recv(tls, rest, sizeof(rest));
	dprintf(report, "sni=%s alpn=%.*s version=%s end=%s", sni, (int)alpn.size,
		alpn.data != NULL ? (const char *)alpn.data : "",
		gnutls_protocol_get_name(gnutls_protocol_get_version(tls)),
		n == 0  ? "close_notify"
		: n > 0 ? "data"
			: "cut");
	gnutls_deinit(tls);
}

static void follow(int fd, const struct line *script, gnutls_certificate_credentials_t credentials,
		   int report)
{
	for (; script->act != END; script++) {
		switch (script->act) {
		case HEAR:
			if (!hear(fd, script->text))
				return;
			break;
		case SAY:
			say(fd, script->text, strlen(script->text));
			break;
		case SAY_SLOWLY:
			say(fd, script->text, 1);
			break;
		case SAY_FOREVER:
			while (say(fd, script->text, strlen(script->text)))
				continue;
			break;
		case WARN_FOREVER:
			while (send(fd, "\x15\x03\x03\0\x02\x01\x70", 7, MSG_NOSIGNAL) > 0)
				continue;
			break;
		case RESET:
			reset(fd);
			return;
		case SLEEP:
			sleep(30);
			break;
		case TRIP:
			dprintf(report, "trip");
			break;
		case TLS:
			secure(fd, script->text, credentials, report);
			break;
		case END:
			break;
		}
	}
	/* What is unread would turn the close into a reset. */
	shutdown(fd, SHUT_WR);
	while (read(fd, (char[512]){ 0 }, 512) > 0)
		continue;
}

/* ---- this process ---- */

void peer_start(struct peer *peer, const struct line *script,
		gnutls_certificate_credentials_t credentials)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int report[2];

	cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(listener, 4), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	cr_assert_eq(pipe(report), 0);
	peer->port = ntohs(address.sin_port);
	peer->process = fork();
	cr_assert_geq(peer->process, 0);
	if (peer->process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
		close(report[0]);
		follow(accept(listener, NULL, NULL), script, credentials, report[1]);
		_exit(0);
	}
	close(listener);
	close(report[1]);
	peer->report = report[0];
}

void peer_report(struct peer *peer, char *report, size_t size)
{
	size_t length = 0;
	ssize_t n;

	while (length < size - 1 &&
	       (n = read(peer->report, report + length, size - 1 - length)) > 0)
		length += (size_t)n;
	report[length] = '\0';
	close(peer->report);
	peer->report = -1;
}

void peer_kill(struct peer *peer)
{
	kill(peer->process, SIGKILL);
	waitpid(peer->process, NULL, 0);
}

/* A peer on loopback that does what a test wants of it: a process of its own, with real sockets and
 * real TLS. */
#ifndef DNA_TESTS_TOOLS_PEER_H
#define DNA_TESTS_TOOLS_PEER_H

#include <dna/types.h>

#include <gnutls/gnutls.h>
#include <sys/types.h>

enum act {
	END = 0,      /* of the script: close */
	HEAR,         /* read until |text| has come; at the end of input the script ends */
	SAY,          /* send |text| */
	SAY_SLOWLY,   /* send |text| octet by octet */
	SAY_FOREVER,  /* send |text| again and again, as long as somebody takes it */
	WARN_FOREVER, /* send TLS alerts that are only warnings, as long as somebody takes them */
	RESET,        /* close with a reset */
	SLEEP,        /* do nothing for a long time */
	TRIP,         /* report that it came so far */
	TLS,          /* handshake, then read until the end; |text|: the GnuTLS priority, or NULL */
};

struct line {
	enum act act;
	const char *text;
};

struct peer {
	uint16_t port;
	pid_t process;
	int report; /* what the peer saw of TLS, as text */
};

/* A certificate for TLS, made once for a test program. */
void peer_certificate(gnutls_certificate_credentials_t *credentials, gnutls_datum_t *der);

/* Start one on 127.0.0.1 that follows |script| with the first who connects. */
void peer_start(struct peer *peer, const struct line *script,
		gnutls_certificate_credentials_t credentials);
/* Everything that it reported, up to its end: "sni=... alpn=... version=... end=...", "trip" */
void peer_report(struct peer *peer, char *report, size_t size);
void peer_kill(struct peer *peer);

#endif

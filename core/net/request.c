/*
 * One GET over HTTPS with libcurl, on our loop.
 *
 * Each request has a multi handle of its own: no connection, session, cookie or address is shared
 * with another. libcurl is told not to check certificates, because we do, in authenticate(), which
 * it calls between the handshake and the request. If it ever did not call it, nothing that arrives
 * would be taken: see take_body() and describe().
 */
#include "net/request.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "evidence/chain.h"
#include "net/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct dna_request {
	struct dna_loop *loop;
	char host[DNA_NAME_MAX + 1];
	struct dna_anchors *anchors;
	bool allow_private_addresses;
	pid_t owner;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *resolved;
	struct dna_timer *timer; /* libcurl's */
	int fd;                  /* the connection, or -1 */
	struct dna_watch *watch;
	bool authenticated;
	bool too_large;
	size_t header_size;
	struct dna_buffer body;
	char refused[INET6_ADDRSTRLEN]; /* an address that was not connected to */
	char problem[CURL_ERROR_SIZE];
	char failure[1024]; /* our own reason */
	dna_request_done *done;
	void *argument;
};

/* ---- authentication (POSH-002, POSH-017) ---- */

__attribute__((format(printf, 2, 3))) static void refuse(struct dna_request *r, const char *format,
							 ...)
{
	int size = snprintf(r->failure, sizeof(r->failure), "the certificate of %s ", r->host);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(r->failure + size, sizeof(r->failure) - (size_t)size, format, arguments);
	va_end(arguments);
}

static bool names_host(struct dna_request *r, const struct dna_chain *chain)
{
	struct dna_reference reference = { .kind = DNA_DNS_ID, .name = r->host };
	struct dna_name_match match;

	if (dna_chain_match(chain, &reference, 1, &match) != 0) {
		refuse(r, "could not be examined");
		return false;
	}
	if (match.reference != NULL)
		return true;
	refuse(r, "names %s", match.found);
	return false;
}

static bool is_trusted(struct dna_request *r, const struct dna_chain *chain)
{
	struct dna_path path;
	int e = dna_chain_path(chain, r->anchors, time(NULL), &path);

	if (e == 0)
		return true;
	refuse(r, "is not trusted: %s", e == DNA_E_NOTFOUND ? path.reason : dna_strerror(e));
	return false;
}

static bool trust(struct dna_request *r, const gnutls_datum_t *presented, unsigned count)
{
	struct dna_bytes ders[DNA_CHAIN_MAX + 1];
	struct dna_chain *chain = NULL;
	char why[160];
	bool trusted;
	int e;

	if (count > DNA_CHAIN_MAX + 1)
		count = DNA_CHAIN_MAX + 1; /* which is still refused */
	for (unsigned i = 0; i < count; i++)
		ders[i] = (struct dna_bytes){ presented[i].data, presented[i].size };
	e = dna_chain_new(&chain, ders, count, why);
	if (e != 0) {
		refuse(r, "cannot be read: %s", e == DNA_E_SYNTAX ? why : dna_strerror(e));
		return false;
	}
	trusted = is_trusted(r, chain) && names_host(r, chain);
	dna_chain_unref(chain);
	return trusted;
}

static int authenticate(void *argument, char *address, char *local_address, int port,
			int local_port)
{
	struct dna_request *r = argument;
	const struct curl_tlssessioninfo *session = NULL;
	const gnutls_datum_t *presented;
	unsigned count = 0;

	(void)address, (void)local_address, (void)port, (void)local_port;
	if (curl_easy_getinfo(r->easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK ||
	    session == NULL || session->backend != CURLSSLBACKEND_GNUTLS ||
	    session->internals == NULL) {
		snprintf(r->failure, sizeof(r->failure),
			 "libcurl does not use GnuTLS, so that no certificate can be checked");
		return CURL_PREREQFUNC_ABORT;
	}
	presented = gnutls_certificate_get_peers(session->internals, &count);
	if (presented == NULL)
		count = 0;
	r->authenticated = trust(r, presented, count);
	return r->authenticated ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- the response ---- */

static size_t take_header(char *octets, size_t one, size_t size, void *argument)
{
	struct dna_request *r = argument;

	(void)octets;
	if (!r->authenticated)
		return 0;
	r->header_size += one * size;
	if (r->header_size <= (size_t)DNA_HEADERS_MAX)
		return one * size;
	snprintf(r->failure, sizeof(r->failure),
		 "the headers of the response are longer than %ld octets", DNA_HEADERS_MAX);
	return 0;
}

static int status_of(const struct dna_request *r)
{
	long status = 0;

	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static size_t take_body(char *octets, size_t one, size_t size, void *argument)
{
	struct dna_request *r = argument;

	if (!r->authenticated)
		return 0;
	if (status_of(r) / 100 == 3)
		return one * size; /* what a redirection says besides where to is for browsers */
	r->too_large = dna_buffer_add(&r->body, octets, one * size) != 0;
	return r->too_large ? 0 : one * size;
}

/* Why there is no response, if there is none: our own reasons first. */
static void explain(struct dna_request *r, CURLcode result)
{
	size_t room = sizeof(r->failure);

	if (r->failure[0] != '\0')
		return;
	if (!r->authenticated && r->refused[0] != '\0')
		snprintf(r->failure, room, "%s is at %s, which is not a public address", r->host,
			 r->refused);
	else if (r->too_large && status_of(r) / 100 == 2)
		snprintf(r->failure, room, "the document is longer than %ld octets", DNA_BODY_MAX);
	else if (result != CURLE_OK && !r->too_large)
		snprintf(r->failure, room, "%s",
			 r->problem[0] != '\0' ? r->problem : curl_easy_strerror(result));
	else if (!r->authenticated)
		snprintf(r->failure, room, "%s was not authenticated", r->host);
}

/*
 * A body that is too large is no document; but when there is none anyway (404, ...), the status is
 * the answer.
 */
static void describe(struct dna_request *r, CURLcode result, struct dna_response *response)
{
	char *location = NULL;

	explain(r, result);
	if (r->failure[0] != '\0') {
		*response = (struct dna_response){
			.failure = r->failure,
			.unreachable = result == CURLE_COULDNT_CONNECT ||
				       (result == CURLE_OPERATION_TIMEDOUT && !r->authenticated)
		};
		return;
	}
	curl_easy_getinfo(r->easy, CURLINFO_REDIRECT_URL, &location);
	*response = (struct dna_response){ .status = status_of(r), .location = location };
	if (!r->too_large)
		response->body = (struct dna_bytes){ r->body.data, r->body.size };
}

/* ---- the end ---- */

/*
 * After a fork the connection is the parent's: libcurl must not take its leave on it. So it finds
 * something else under its number, which is no connection at all.
 */
static void disown(struct dna_request *r)
{
	dna_watch_remove(r->watch);
	r->watch = NULL;
	if (r->fd >= 0)
		dup3(dna_loop_fd(r->loop), r->fd, O_CLOEXEC);
	r->owner = getpid();
	snprintf(r->failure, sizeof(r->failure), "the process was forked while %s was asked",
		 r->host);
}

/* Nothing happens to it any more. */
static void quiet(struct dna_request *r)
{
	dna_watch_remove(r->watch);
	dna_timer_remove(r->timer);
	r->watch = NULL;
	r->timer = NULL;
}

/*
 * The watch goes first: libcurl may close a connection without a word (as 7.88 does before it is
 * established).
 */
static void release(struct dna_request *r)
{
	quiet(r);
	if (r->multi != NULL && r->easy != NULL)
		curl_multi_remove_handle(r->multi, r->easy);
	curl_easy_cleanup(r->easy);
	curl_multi_cleanup(r->multi);
	curl_slist_free_all(r->resolved);
	dna_timer_remove(r->timer); /* libcurl may have set one */
	dna_buffer_clear(&r->body);
	dna_anchors_unref(r->anchors);
	free(r);
}

static void finish(struct dna_request *r, CURLcode result)
{
	struct dna_response response;

	describe(r, result, &response);
	quiet(r); /* whoever is told may run the loop */
	r->done(r->argument, &response);
	release(r);
}

void dna_request_cancel(struct dna_request *r)
{
	if (r == NULL)
		return;
	if (r->owner != getpid())
		disown(r);
	release(r);
}

/* ---- libcurl on the loop ---- */

static void act(struct dna_request *r, curl_socket_t fd, int events)
{
	int running, left;
	CURLMsg *message;

	if (r->owner != getpid()) {
		disown(r);
		finish(r, CURLE_ABORTED_BY_CALLBACK);
		return;
	}
	curl_multi_socket_action(r->multi, fd, events, &running);
	message = curl_multi_info_read(r->multi, &left);
	if (message != NULL && message->msg == CURLMSG_DONE)
		finish(r, message->data.result);
}

static void timer_due(void *argument)
{
	struct dna_request *r = argument;

	r->timer = NULL;
	act(r, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi, long milliseconds, void *argument)
{
	struct dna_request *r = argument;

	(void)multi;
	dna_timer_remove(r->timer);
	r->timer = NULL;
	if (milliseconds < 0)
		return 0;
	return dna_timer_add(&r->timer, r->loop, (uint64_t)milliseconds, timer_due, r) == 0 ? 0
											    : -1;
}

static void connection_ready(void *argument, unsigned events)
{
	struct dna_request *r = argument;

	act(r, r->fd,
	    ((events & DNA_LOOP_READ) ? CURL_CSELECT_IN : 0) |
		    ((events & DNA_LOOP_WRITE) ? CURL_CSELECT_OUT : 0));
}

static int set_watch(CURL *easy, curl_socket_t fd, int what, void *argument, void *unused)
{
	struct dna_request *r = argument;
	unsigned events = (what & CURL_POLL_IN ? DNA_LOOP_READ : 0) |
			  (what & CURL_POLL_OUT ? DNA_LOOP_WRITE : 0);

	(void)easy, (void)unused;
	if (what == CURL_POLL_REMOVE) {
		dna_watch_remove(r->watch);
		r->watch = NULL;
		return 0;
	}
	if (fd != r->fd)
		return -1;
	return r->watch != NULL
		       ? dna_watch_events(r->watch, events)
		       : dna_watch_add(&r->watch, r->loop, fd, events, connection_ready, r);
}

/*
 * SEC-007: the last place where the address is known and nothing was sent to it. One address, one
 * connection.
 */
static curl_socket_t open_connection(void *argument, curlsocktype purpose,
				     struct curl_sockaddr *address)
{
	struct dna_request *r = argument;

	if (purpose != CURLSOCKTYPE_IPCXN || r->fd >= 0)
		return CURL_SOCKET_BAD;
	if (!r->allow_private_addresses && !dna_address_is_public(&address->addr)) {
		getnameinfo(&address->addr, address->addrlen, r->refused, sizeof(r->refused), NULL,
			    0, NI_NUMERICHOST);
		return CURL_SOCKET_BAD;
	}
	r->fd = socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       address->protocol);
	return r->fd;
}

/* Called before libcurl would ask the C library for an address: it has all that it may have. */
static int refuse_resolving(void *state, void *reserved, void *argument)
{
	(void)state, (void)reserved, (void)argument;
	return 1;
}

/* ---- the beginning ---- */

#define SET(option, value) (curl_easy_setopt(r->easy, option, value) == CURLE_OK)

static bool set_transfer(struct dna_request *r, const char *url)
{
	return SET(CURLOPT_URL, url) && SET(CURLOPT_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_HTTPGET, 1L) && SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	       SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOPROXY, "*") &&
	       SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) && SET(CURLOPT_USERAGENT, "libdna") &&
	       SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_FRESH_CONNECT, 1L) &&
	       SET(CURLOPT_FORBID_REUSE, 1L) && SET(CURLOPT_ERRORBUFFER, r->problem) &&
	       SET(CURLOPT_WRITEFUNCTION, take_body) && SET(CURLOPT_WRITEDATA, r) &&
	       SET(CURLOPT_HEADERFUNCTION, take_header) && SET(CURLOPT_HEADERDATA, r);
}

static bool set_security(struct dna_request *r)
{
	return SET(CURLOPT_PREREQFUNCTION, authenticate) && SET(CURLOPT_PREREQDATA, r) &&
	       SET(CURLOPT_SSL_VERIFYPEER, 0L) && SET(CURLOPT_SSL_VERIFYHOST, 0L) &&
	       SET(CURLOPT_CAINFO, NULL) && SET(CURLOPT_CAPATH, NULL) &&
	       SET(CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
	       SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static bool set_connection(struct dna_request *r, unsigned milliseconds)
{
	return SET(CURLOPT_RESOLVE, r->resolved) &&
	       SET(CURLOPT_CONNECTTIMEOUT_MS, (long)milliseconds) &&
	       SET(CURLOPT_RESOLVER_START_FUNCTION, refuse_resolving) &&
	       SET(CURLOPT_OPENSOCKETFUNCTION, open_connection) && SET(CURLOPT_OPENSOCKETDATA, r);
}

static bool set_multi(struct dna_request *r)
{
	return curl_multi_setopt(r->multi, CURLMOPT_SOCKETFUNCTION, set_watch) == CURLM_OK &&
	       curl_multi_setopt(r->multi, CURLMOPT_SOCKETDATA, r) == CURLM_OK &&
	       curl_multi_setopt(r->multi, CURLMOPT_TIMERFUNCTION, set_timer) == CURLM_OK &&
	       curl_multi_setopt(r->multi, CURLMOPT_TIMERDATA, r) == CURLM_OK;
}

static int give_address(struct dna_request *r, const struct dna_request_init *init)
{
	struct dna_buffer entry;
	char *text;

	dna_buffer_init(&entry, 0);
	dna_buffer_format(&entry, strchr(init->address, ':') != NULL ? "%s:%u:[%s]" : "%s:%u:%s",
			  init->host, init->port, init->address);
	text = dna_buffer_steal(&entry);
	if (text != NULL)
		r->resolved = curl_slist_append(NULL, text);
	free(text);
	return r->resolved != NULL ? 0 : DNA_E_NOMEM;
}

int dna_request_start(struct dna_request **request, struct dna_loop *loop,
		      const struct dna_request_init *init, dna_request_done *done, void *argument)
{
	struct dna_request *r;
	int e;

	if (strlen(init->host) > DNA_NAME_MAX)
		return DNA_E_INVALID;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return DNA_E_NOMEM;
	r->loop = loop;
	strcpy(r->host, init->host);
	r->anchors = dna_anchors_ref((struct dna_anchors *)(uintptr_t)init->anchors);
	r->allow_private_addresses = init->allow_private_addresses;
	r->owner = getpid();
	r->fd = -1;
	r->done = done;
	r->argument = argument;
	dna_buffer_init(&r->body, DNA_BODY_MAX);
	r->multi = curl_multi_init();
	r->easy = curl_easy_init();
	e = give_address(r, init);
	if (r->multi == NULL || r->easy == NULL)
		e = DNA_E_NOMEM;
	/* An option that this libcurl does not know could be the one that matters. */
	if (e == 0 && !(set_multi(r) && set_transfer(r, init->url) && set_security(r) &&
			set_connection(r, init->milliseconds) &&
			curl_multi_add_handle(r->multi, r->easy) == CURLM_OK))
		e = DNA_E_IO;
	if (e != 0)
		release(r);
	else
		*request = r;
	return e;
}

/*
 * dna-resolver: validated DNS answers over a socket, for libdna-net. A process of its own, because
 * getdns has crashed on what a server sent, and brings a second TLS library with it. It serves the
 * one client that started it, or everybody who connects.
 */
#include "resolver/anchor.h"
#include "resolver/listen.h"
#include "resolver/run.h"
#include "resolver/clients.h"
#include "resolver/system.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define RESOLV_CONF    "/etc/resolv.conf"
#define TRUST_ANCHOR   "/usr/share/dns/root.key"
#define SOCKET         3
#define ACTIVATION     "systemd" /* listen on what the service manager hands over */
#define DESCRIPTORS    64        /* besides those of clients */
#define MEMORY         (1024UL * 1024 * 1024)
#define MEMORY_SHARED  (4 * MEMORY)
#define STUCK_SECONDS  10 /* of computing */
#define STATUS_FAILURE 1
#define STATUS_USAGE   2
#define WRITTEN        INT64_C(1735689600) /* 2025: no clock that is right says less (SEC-008) */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct options {
	struct dna_address resolvers[DNA_RESOLVERS_MAX];
	size_t count;
	const char *trust_anchor;
	bool trust_ad;
	const char *listen; /* a path, or ACTIVATION; NULL: serve one client */
	int fd;
};

static int complain(const char *sentence, const char *about)
{
	fprintf(stderr, "dna-resolver: %s%s%s\n", sentence, about != NULL ? ": " : "",
		about != NULL ? about : "");
	return DNA_E_INVALID;
}

static int read_number(const char *text, int *number)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > 65535)
		return DNA_E_SYNTAX;
	*number = (int)value;
	return 0;
}

static int read_resolver(struct options *o, const char *text)
{
	if (o->count == DNA_RESOLVERS_MAX)
		return complain("there are too many resolvers", NULL);
	if (dna_address_read(&o->resolvers[o->count], text) != 0)
		return complain("this is no address of a resolver", text);
	o->count++;
	return 0;
}

static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = { { "resolver", required_argument, NULL, 'r' },
					       { "trust-anchor", required_argument, NULL, 't' },
					       { "trust-ad", no_argument, NULL, 'a' },
					       { "fd", required_argument, NULL, 'f' },
					       { "listen", required_argument, NULL, 'l' },
					       { NULL, 0, NULL, 0 } };
	int option, r = 0;

	while (r == 0 && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'r':
			r = read_resolver(o, optarg);
			break;
		case 't':
			o->trust_anchor = optarg;
			break;
		case 'a':
			o->trust_ad = true;
			break;
		case 'f':
			r = read_number(optarg, &o->fd) != 0
				    ? complain("this is no descriptor", optarg)
				    : 0;
			break;
		case 'l':
			o->listen = optarg;
			break;
		default:
			return DNA_E_INVALID;
		}
	}
	if (r == 0 && optind < argc)
		r = complain("this is one word too many", argv[optind]);
	return r;
}

/* DELEG-017: nobody else may be able to speak in the name of a resolver whose word counts. */
static int check_trust(const struct options *o)
{
	for (size_t i = 0; o->trust_ad && i < o->count; i++)
		if (!dna_address_is_loopback(&o->resolvers[i]))
			return complain("--trust-ad is for resolvers on loopback, and this one is "
					"not",
					o->resolvers[i].text);
	return 0;
}

static bool is_activated(const struct options *o)
{
	return o->listen != NULL && strcmp(o->listen, ACTIVATION) == 0;
}

/* The socket to serve, standard error, and nothing else of the parent's. */
static int keep_only(int *fd)
{
	if (*fd != SOCKET && dup2(*fd, SOCKET) < 0)
		return complain("the socket is of no use", strerror(errno));
	*fd = SOCKET;
	if (close_range(SOCKET + 1, ~0U, 0) != 0)
		return complain("descriptors cannot be closed", strerror(errno));
	return 0;
}

/*
 * Another descriptor of the socket, which nobody closes: the other end sees the end of this program
 * when it has ended, and not before. It kills what it sees ending.
 */
static int hold(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, fd + 1) < 0
		       ? complain("the socket cannot be held", strerror(errno))
		       : 0;
}

/* What is served: a client's socket, or one to listen on. */
static int open_socket(struct options *o)
{
	char complaint[DNA_COMPLAINT_MAX];

	if (o->listen == NULL) {
		if (!dna_listen_is_socket(o->fd, false))
			return complain("the descriptor is no connected socket; dna starts this "
					"program",
					NULL);
		return keep_only(&o->fd) != 0 ? DNA_E_INVALID : hold(o->fd);
	}
	o->fd = DNA_LISTEN_ACTIVATED;
	if (is_activated(o)) {
		if (dna_listen_check_activated(complaint) != 0)
			return complain(complaint, NULL);
		fcntl(o->fd, F_SETFL, O_NONBLOCK);
		return keep_only(&o->fd);
	}
	close_range(SOCKET, ~0U, 0);
	return dna_listen(&o->fd, o->listen, complaint) != 0 ? complain(complaint, NULL) : 0;
}

static void limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
		return;
	if (now.rlim_max > most || now.rlim_max == RLIM_INFINITY)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	setrlimit((__rlimit_resource_t)resource, &now);
}

/* What a bug in here may cost at most. A sanitizer needs its terabytes of address space. */
static void confine(bool shared)
{
	limit(RLIMIT_NOFILE, DESCRIPTORS + (shared ? DNA_CLIENTS_MAX : 0));
	limit(RLIMIT_CORE, 0);
	if (!SANITIZED)
		limit(RLIMIT_AS, shared ? MEMORY_SHARED : MEMORY);
}

/* So many that there are descriptors left to ask resolvers with. */
static size_t clients_max(void)
{
	struct rlimit now;

	if (getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur <= DESCRIPTORS)
		return 1;
	return now.rlim_cur - DESCRIPTORS;
}

/* Everything, from the loop outwards; taken down in the opposite order. */
struct worker {
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	struct dna_message *anchors;
	char complaint[DNA_COMPLAINT_MAX];
	struct dna_lookups lookups;
	struct dna_clients *clients;
};

/*
 * Without a trust anchor every answer is a failure that says why; the operator sees it wherever the
 * question came from. A resolver that is believed makes them needless: only questions that are not
 * about now find them missing.
 */
static void read_anchors(struct worker *w, const struct options *o)
{
	if (o->trust_ad)
		snprintf(w->complaint, sizeof(w->complaint),
			 "the resolver is believed, which speaks for no other time than now");
	else if (dna_anchors_read(&w->anchors, o->trust_anchor, w->complaint) != 0)
		complain(w->complaint, NULL);
}

static int set_up(struct worker *w, const struct options *o)
{
	int r = dna_loop_new(&w->loop);

	read_anchors(w, o);
	if (r == 0)
		r = dna_upstream_new(&w->upstream, w->loop, o->resolvers, o->count, o->trust_ad);
	if (r == 0)
		r = dna_lookups_init(&w->lookups, w->loop, w->upstream, NULL, w->anchors,
				     w->complaint);
	w->lookups.not_before = WRITTEN;
	w->lookups.word = o->trust_ad ? DNA_WORD_RESOLVER : DNA_WORD_VALIDATED;
	if (r == 0)
		r = dna_clients_new(&w->clients, &w->lookups, clients_max());
	if (r == 0 && o->listen != NULL)
		r = dna_clients_listen(w->clients, o->fd);
	else if (r == 0)
		r = dna_clients_add(w->clients, o->fd);
	return r;
}

static void take_down(struct worker *w)
{
	dna_clients_free(w->clients);
	dna_lookups_clear(&w->lookups);
	dna_upstream_free(w->upstream);
	dna_message_unref(w->anchors);
	dna_loop_free(w->loop);
}

int main(int argc, char **argv)
{
	struct options options = { .trust_anchor = TRUST_ANCHOR, .fd = SOCKET };
	struct worker worker = { .loop = NULL };
	int r;

	dna_run_arrange_signals();
	if (read_options(&options, argc, argv) != 0)
		return STATUS_USAGE;
	if (options.count == 0)
		options.count =
			dna_address_system(options.resolvers, DNA_RESOLVERS_MAX, RESOLV_CONF);
	if (check_trust(&options) != 0)
		return STATUS_USAGE;
	if (options.listen == NULL && dna_listen_is_activated())
		options.listen = ACTIVATION;
	if (open_socket(&options) != 0)
		return STATUS_USAGE;
	confine(options.listen != NULL);
	r = set_up(&worker, &options);
	if (r == 0)
		r = dna_run(worker.loop, STUCK_SECONDS, dna_clients_turn, worker.clients);
	else
		complain("cannot start", dna_strerror(r));
	take_down(&worker);
	if (options.listen != NULL && !is_activated(&options))
		unlink(options.listen);
	gnutls_global_deinit();
	return r == 0 ? EXIT_SUCCESS : STATUS_FAILURE;
}

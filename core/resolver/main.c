/*
 * dna-resolver: validated DNS answers over a socket, for libdna-net. A process of its own, because
 * getdns has crashed on what a server sent, and brings a second TLS library with it.
 */
#include "resolver/anchor.h"
#include "resolver/server.h"
#include "resolver/system.h"

#include <errno.h>
#include <getopt.h>
#include <gnutls/gnutls.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define RESOLV_CONF    "/etc/resolv.conf"
#define TRUST_ANCHOR   "/usr/share/dns/root.key"
#define SOCKET         3
#define DESCRIPTORS    64
#define MEMORY         (1024UL * 1024 * 1024)
#define STATUS_FAILURE 1
#define STATUS_USAGE   2

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
					       { "fd", required_argument, NULL, 'f' },
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
		case 'f':
			r = read_number(optarg, &o->fd) != 0
				    ? complain("this is no descriptor", optarg)
				    : 0;
			break;
		default:
			return DNA_E_INVALID;
		}
	}
	if (r == 0 && optind < argc)
		r = complain("this is one word too many", argv[optind]);
	return r;
}

/* One socket, standard error, and nothing else of the parent's. */
static int keep_only(int *fd)
{
	int type;
	socklen_t size = sizeof(type);

	if (getsockopt(*fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM)
		return complain("the descriptor is no connected socket; dna starts this program",
				NULL);
	if (*fd != SOCKET && dup2(*fd, SOCKET) < 0)
		return complain("the socket is of no use", strerror(errno));
	*fd = SOCKET;
	if (close_range(SOCKET + 1, ~0U, 0) != 0)
		return complain("descriptors cannot be closed", strerror(errno));
	return 0;
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
static void confine(void)
{
	signal(SIGPIPE, SIG_IGN);
	limit(RLIMIT_NOFILE, DESCRIPTORS);
	limit(RLIMIT_CORE, 0);
	if (!SANITIZED)
		limit(RLIMIT_AS, MEMORY);
}

/* Everything, from the loop outwards; taken down in the opposite order. */
struct worker {
	struct dna_loop *loop;
	struct dna_upstream *upstream;
	struct dna_message *anchors;
	char complaint[DNA_COMPLAINT_MAX];
	struct dna_lookups lookups;
	struct dna_server *server;
};

static int set_up(struct worker *w, const struct options *o)
{
	int r = dna_loop_new(&w->loop);

	/*
	 * Without a trust anchor every answer is a failure that says why; the operator sees it
	 * wherever the question came from.
	 */
	if (dna_anchors_read(&w->anchors, o->trust_anchor, w->complaint) != 0)
		complain(w->complaint, NULL);
	if (r == 0)
		r = dna_upstream_new(&w->upstream, w->loop, o->resolvers, o->count);
	if (r == 0)
		r = dna_lookups_init(&w->lookups, w->loop, w->upstream, NULL, w->anchors,
				     w->complaint);
	if (r == 0)
		r = dna_server_new(&w->server, &w->lookups, o->fd);
	return r;
}

static void take_down(struct worker *w)
{
	dna_server_free(w->server);
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

	if (read_options(&options, argc, argv) != 0 || keep_only(&options.fd) != 0)
		return STATUS_USAGE;
	if (options.count == 0)
		options.count =
			dna_address_system(options.resolvers, DNA_RESOLVERS_MAX, RESOLV_CONF);
	confine();
	r = set_up(&worker, &options);
	if (r != 0)
		complain("cannot start", dna_strerror(r));
	while (r == 0 && !dna_server_closed(worker.server))
		r = dna_loop_run(worker.loop, -1);
	take_down(&worker);
	gnutls_global_deinit();
	return r == 0 ? EXIT_SUCCESS : STATUS_FAILURE;
}

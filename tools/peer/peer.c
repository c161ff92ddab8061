/* The process: sockets that listen, all links, one loop. */
#include "peer/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ACCEPT_AT_ONCE 64
#define ROUNDS_AT_ONCE 64    /* of messages between links, in a turn */
#define LONGEST_WAIT   60000 /* milliseconds */

struct waiting {
	struct pollfd *fds;
	struct dna_link **links; /* whose descriptor that is; NULL for the others */
	size_t count;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- what there is ---- */

const struct dna_peer_domain *dna_peer_domain(const struct dna_peer *peer, const char *ascii)
{
	for (size_t i = 0; i < peer->domain_count; i++)
		if (strcmp(peer->domains[i].ascii, ascii) == 0)
			return &peer->domains[i];
	return NULL;
}

struct dna_link *dna_peer_link(const struct dna_peer *peer, uint32_t number)
{
	for (struct dna_link *link = peer->links; link != NULL; link = link->next)
		if (link->number == number)
			return link;
	return NULL;
}

void dna_peer_clear(struct dna_peer *peer)
{
	while (peer->links != NULL) {
		struct dna_link *link = peer->links;

		peer->links = link->next;
		dna_link_free(link);
	}
	while (peer->messages != NULL) {
		struct dna_message *message = peer->messages;

		peer->messages = message->next;
		free(message);
	}
	for (size_t i = 0; i < peer->wish_count; i++) {
		if (peer->wishes[i].c == NULL)
			continue;
		dna_net_forget(peer->settings.net, peer->wishes[i].c);
		dna_case_free(peer->wishes[i].c);
	}
	for (size_t i = 0; i < peer->listener_count; i++)
		close(peer->listeners[i].fd);
	for (size_t i = 0; i < peer->domain_count; i++)
		dna_identity_free(peer->domains[i].identity);
	dna_secret_clear(&peer->secret);
}

/* ---- listening ---- */

int dna_peer_listen(struct dna_peer *peer, const char *host, uint16_t port, enum dna_tls tls)
{
	struct sockaddr_storage address;
	socklen_t size = dna_tcp_address(host, port, &address);
	int one = 1, fd;

	if (size == 0 || peer->listener_count >= DNA_PEER_LISTEN_MAX) {
		return DNA_E_INVALID;
	}
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return DNA_E_IO;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (address.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, SOMAXCONN) != 0) {
		close(fd);
		return DNA_E_IO;
	}
	peer->listeners[peer->listener_count].fd = fd;
	peer->listeners[peer->listener_count].tls = tls;
	peer->listener_count++;
	return 0;
}

static void write_address(const struct sockaddr_storage *address, char *text, size_t size)
{
	if (address->ss_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
			  (socklen_t)size);
	else
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text,
			  (socklen_t)size);
}

/* SEC-006: nobody takes the places of all others. */
static bool has_room_for(const struct dna_peer *peer, const char *address)
{
	size_t count = 0;

	for (const struct dna_link *link = peer->links; link != NULL; link = link->next)
		count += link->role == DNA_RECEIVING && dna_link_is_from(link, address);
	return count < DNA_PEER_LINKS_OF_ADDRESS;
}

/* Returns whether somebody was there. */
static bool accept_one(struct dna_peer *peer, size_t index, uint64_t time)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	enum dna_tls tls = peer->listeners[index].tls;
	int one = 1, fd = accept4(peer->listeners[index].fd, (struct sockaddr *)&address, &size,
				  SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct dna_link *link = NULL;
	char text[sizeof(link->address)];

	if (fd < 0)
		return false;
	write_address(&address, text, sizeof(text));
	if (has_room_for(peer, text))
		link = dna_link_new(peer, DNA_RECEIVING, time);
	if (link == NULL) {
		close(fd);
		return true;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	strcpy(link->address, text);
	link->tls = tls;
	link->channel = dna_channel_new(fd, DNA_XMPP_SERVER, DNA_RECEIVING);
	dna_flow_init(&link->flow, DNA_FLOW_S2S_RECEIVING, &peer->settings.flow);
	dna_link_event(
		link, &(struct dna_flow_event){
			      .kind = DNA_FLOW_START,
			      .facts = tls == DNA_DIRECT_TLS ? DNA_FACT(DNA_FACT_DIRECT_TLS) : 0 });
	return true;
}

/* ---- the loop ---- */

static bool has_changed(const struct dna_link *link)
{
	for (const struct dna_proof *proof = link->proofs; proof != NULL; proof = proof->next)
		if (proof->changed)
			return true;
	return link->changed;
}

static void work(struct dna_peer *peer, uint64_t time)
{
	for (struct dna_link *link = peer->links; link != NULL; link = link->next) {
		if (!link->poked && !has_changed(link) && time < dna_link_deadline(link))
			continue;
		link->poked = link->changed = false;
		dna_link_work(link, time);
	}
}

static void end_what_is_over(struct dna_peer *peer)
{
	struct dna_link **at = &peer->links;

	while (*at != NULL) {
		struct dna_link *link = *at;

		if (!dna_link_over(link)) {
			at = &link->next;
			continue;
		}
		*at = link->next;
		peer->link_count--;
		dna_link_free(link);
	}
}

/* Whom a message has reached is poked: it goes on in the next turn at the latest. */
static void turn(struct dna_peer *peer, uint64_t time)
{
	unsigned rounds = 0;

	do {
		dna_pairs_begin(peer, time);
		work(peer, time);
	} while (dna_messages_deliver(peer, time) && ++rounds < ROUNDS_AT_ONCE);
	end_what_is_over(peer);
}

static void add(struct waiting *w, int fd, short events, struct dna_link *link)
{
	w->fds[w->count] = (struct pollfd){ fd, events, 0 };
	w->links[w->count++] = link;
}

static int milliseconds_until(uint64_t deadline, uint64_t time)
{
	if (deadline <= time)
		return 0;
	return deadline - time < LONGEST_WAIT ? (int)(deadline - time) : LONGEST_WAIT;
}

/* Poll everything; false when a signal asks us to end. */
static bool await_something(struct dna_peer *peer, struct waiting *w, int signals)
{
	uint64_t time = now(), deadline = dna_pairs_deadline(peer);
	size_t first = 2 + peer->listener_count;

	w->count = 0;
	add(w, signals, POLLIN, NULL);
	add(w, dna_net_fd(peer->settings.net), POLLIN, NULL);
	for (size_t i = 0; i < peer->listener_count; i++)
		add(w, peer->link_count < DNA_PEER_LINKS_MAX ? peer->listeners[i].fd : -1, POLLIN,
		    NULL);
	for (struct dna_link *link = peer->links; link != NULL; link = link->next) {
		add(w, dna_link_fd(link), dna_link_events(link), link);
		if (link->poked)
			deadline = time;
		else if (dna_link_deadline(link) < deadline)
			deadline = dna_link_deadline(link);
	}
	poll(w->fds, w->count, milliseconds_until(deadline, time));
	if (w->fds[1].revents != 0)
		dna_net_process(peer->settings.net);
	for (size_t i = first; i < w->count; i++)
		if (w->fds[i].revents != 0)
			w->links[i]->poked = true;
	for (size_t i = 0; i < peer->listener_count; i++)
		for (int n = 0; w->fds[2 + i].revents != 0 && n < ACCEPT_AT_ONCE; n++)
			if (!accept_one(peer, i, now()))
				break;
	return w->fds[0].revents == 0;
}

/* Let the peers see the end of our streams, for a moment. */
static void say_goodbye(struct dna_peer *peer, struct waiting *w, int signals)
{
	uint64_t end = now() + 1000;

	for (struct dna_link *link = peer->links; link != NULL; link = link->next) {
		link->now = now();
		dna_link_event(link, &(struct dna_flow_event){ .kind = DNA_FLOW_LEAVE });
		link->poked = true;
	}
	for (turn(peer, now()); peer->links != NULL && now() < end; turn(peer, now()))
		if (!await_something(peer, w, signals))
			break;
}

/* A thousand connections take a thousand descriptors. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur =
		limit.rlim_max < 2 * DNA_PEER_LINKS_MAX ? limit.rlim_max : 2 * DNA_PEER_LINKS_MAX;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int await_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void dna_peer_run(struct dna_peer *peer)
{
	const size_t most = 2 + DNA_PEER_LISTEN_MAX + DNA_PEER_LINKS_MAX;
	struct waiting w = { calloc(most, sizeof(*w.fds)), calloc(most, sizeof(*w.links)), 0 };
	int signals = await_signals();

	allow_descriptors();
	if (w.fds != NULL && w.links != NULL) {
		for (turn(peer, now()); !dna_pairs_done(peer, now()); turn(peer, now()))
			if (!await_something(peer, &w, signals))
				break;
		say_goodbye(peer, &w, signals);
	}
	close(signals);
	free(w.fds);
	free(w.links);
}

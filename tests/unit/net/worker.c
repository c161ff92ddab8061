/*
 * A worker that speaks the frame protocol and misbehaves on command: the first label of the name
 * that it is asked for, but for those like `_tcp`, says how. It injects the faults that the honest
 * dna-resolver must never show. Started with a connected socket (`--fd`) it ends with that; otherwise
 * the socket that others connect to is its descriptor 3, and it ends when it is told to, or, with
 * `--useless`, when somebody connects.
 *
 *     slow       answers after 50 ms
 *     held       answers when the file that DNA_TEST_GATE names exists
 *     silent     never answers this question
 *     hang       never does anything again
 *     die        ends, every time; die-later after 20 ms
 *     die-once   ends, unless the file that DNA_TEST_MARK names exists; makes it first
 *     garbage    writes octets that are no frame
 *     other      answers a question that nobody asked
 *     failed, bogus, forged, nx, alias, many
 *                a failure, a bogus answer, one with data, a denial, an alias to another name, as
 *                many addresses as one item holds
 *     pid, arguments, process, count
 *                tells about itself instead of an address; the last one, how many questions it
 *                was asked so far
 *     several, both, private, ...
 *                addresses other than 127.0.0.1, see addresses[]
 *
 * Every other name has the address 127.0.0.1 and no IPv6 address; all is secure and may be used for
 * 60 seconds, or not at all when the name contains "brief".
 */
#include "base/buffer.h"
#include "evidence/dns.h"
#include "evidence/frame.h"
#include "loop/loop.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Descriptors are not closed, so that what is answered later reaches nobody else. */
struct client {
	int fd;
	struct dna_watch *watch;
	struct dna_buffer in;
};

static struct client *client; /* who is being served */
static bool shared, useless;
static char arguments[1024];
static unsigned questions;
static struct dna_loop *loop;

static const struct {
	const char *label;
	uint16_t type;
	const char *address;
} addresses[] = {
	{ "documentation", DNA_RR_A, "192.0.2.1" },
	{ "public", DNA_RR_A, "223.255.255.254" }, /* see world.h */
	{ "private", DNA_RR_A, "10.0.0.1" },
	{ "link-local", DNA_RR_A, "169.254.1.1" },
	{ "v6", DNA_RR_AAAA, "::1" },
	{ "both", DNA_RR_A, "127.0.0.1" },
	{ "several", DNA_RR_A, "127.0.0.2" },
	{ "several", DNA_RR_A, "127.0.0.3" },
	{ "several", DNA_RR_A, "127.0.0.1" },
	{ "both", DNA_RR_AAAA, "::1" },
	{ "mapped", DNA_RR_AAAA, "::ffff:10.0.0.1" },
	{ "mute", DNA_RR_A, "127.0.0.5" },
	{ "old", DNA_RR_A, "127.0.0.6" },
	{ "shared", DNA_RR_A, "100.64.0.1" },
	{ "nat64", DNA_RR_AAAA, "64:ff9b::10.0.0.1" },
	{ "teredo", DNA_RR_AAAA, "2001::1" },
	{ "6to4", DNA_RR_AAAA, "2002:a00:1::1" },
	{ "multicast", DNA_RR_A, "224.0.0.1" },
	{ "nowhere", DNA_RR_A, "0.0.0.0" },
};

/* ---- what it says ---- */

static void put(const void *data, size_t size)
{
	const uint8_t *octets = data;

	while (size > 0) {
		ssize_t written = send(client->fd, octets, size, MSG_NOSIGNAL);

		if (written < 0 && shared)
			return;
		if (written < 0)
			_exit(0);
		octets += written;
		size -= (size_t)written;
	}
}

static struct dna_item *item(const char *name, uint16_t type, enum dna_outcome outcome,
			     enum dna_security security)
{
	bool brief = strstr(name, "brief") != NULL;
	struct dna_item_init init = { .kind = "dns",
				      .name = name,
				      .type = type,
				      .outcome = outcome,
				      .security = security,
				      .time = time(NULL),
				      .not_after = time(NULL) + (brief ? 0 : 60),
				      .reason = outcome == DNA_FAILED ? "told to fail" : NULL };
	struct dna_item *new;

	if (dna_item_new(&new, &init) != 0)
		abort();
	return new;
}

static void add(struct dna_item *to, const void *data, size_t size)
{
	if (dna_item_add(to, data, size) != 0)
		abort();
}

/* Whether |label| is the first of |name| that does not begin with an underscore. */
static bool is(const char *name, const char *label)
{
	size_t size;

	while (name[0] == '_' && strchr(name, '.') != NULL)
		name = strchr(name, '.') + 1;
	size = strcspn(name, ".");
	return strlen(label) == size && strncmp(name, label, size) == 0;
}

static void add_process(struct dna_item *to)
{
	char line[512], path[64], target[256];
	FILE *status = fopen("/proc/self/status", "r");

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "SigIgn", 6) == 0)
			add(to, line, strlen(line) - 1);
	if (status != NULL)
		fclose(status);
	for (int i = 0; i < 100; i++) {
		ssize_t size;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", i);
		size = readlink(path, target, sizeof(target));
		if (size < 0 || strncmp(target, "anon_inode:", 11) == 0)
			continue; /* the fixture's own loop */
		snprintf(line, sizeof(line), "%d %.*s", i, (int)size, target);
		add(to, line, strlen(line));
	}
}

static struct dna_item *address_item(const char *name, uint16_t type)
{
	struct dna_item *answer =
		item(name, type, DNA_ANSWERED, is(name, "forged") ? DNA_BOGUS : DNA_SECURE);
	bool known = false;
	uint8_t octets[16];

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (!is(name, addresses[i].label))
			continue;
		known = true;
		if (addresses[i].type != type)
			continue;
		inet_pton(type == DNA_RR_A ? AF_INET : AF_INET6, addresses[i].address, octets);
		add(answer, octets, type == DNA_RR_A ? 4 : 16);
	}
	if (!known && type == DNA_RR_A)
		add(answer, "\x7f\0\0\1", 4);
	if (dna_item_count(answer) > 0)
		return answer;
	dna_item_unref(answer);
	return item(name, type, DNA_DENIED, DNA_SECURE);
}

static struct dna_item *answer_item(const char *name, uint16_t type)
{
	pid_t pid = getpid();
	struct dna_item *answer;

	if (is(name, "failed"))
		return item(name, type, DNA_FAILED, DNA_INDETERMINATE);
	if (is(name, "bogus"))
		return item(name, type, DNA_FAILED, DNA_BOGUS);
	if (is(name, "nx"))
		return item(name, type, DNA_DENIED, DNA_SECURE);
	if (!is(name, "pid") && !is(name, "arguments") && !is(name, "process") &&
	    !is(name, "count") && !is(name, "many"))
		return address_item(name, type);
	answer = item(name, type, DNA_ANSWERED, DNA_SECURE);
	if (is(name, "pid"))
		add(answer, &pid, sizeof(pid));
	else if (is(name, "count"))
		add(answer, &questions, sizeof(questions));
	else if (is(name, "arguments"))
		add(answer, arguments, strlen(arguments));
	else if (is(name, "process"))
		add_process(answer);
	for (int i = 0; is(name, "many") && i < DNA_ITEM_COUNT_MAX; i++)
		add(answer, "\x7f\0\0\1", 4);
	return answer;
}

static void answer(uint32_t number, const char *name, uint16_t type)
{
	struct dna_frame frame = { .kind = DNA_FRAME_ANSWER, .number = number };
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	if (is(name, "alias")) {
		dna_frame_add(&frame, item(name, DNA_RR_CNAME, DNA_ANSWERED, DNA_SECURE));
		dna_dns_name_write(&wire, "target.example");
		add(frame.items[0], wire.data, wire.size);
		dna_buffer_clear(&wire);
		name = "target.example";
	}
	dna_frame_add(&frame, answer_item(name, type));
	if (dna_frame_write(&wire, &frame) != 0)
		abort();
	put(wire.data, wire.size);
	dna_buffer_clear(&wire);
	dna_frame_clear(&frame);
}

/* ---- what it does ---- */

struct later {
	struct client *client;
	uint32_t number;
	uint16_t type;
	char name[DNA_NAME_MAX + 1];
};

static void wait_for(struct later *later, uint64_t milliseconds);

static void answer_later(void *argument)
{
	struct later *later = argument;

	client = later->client;
	if (is(later->name, "die-later"))
		raise(SIGKILL);
	if (is(later->name, "held") && access(getenv("DNA_TEST_GATE"), F_OK) != 0) {
		wait_for(later, 5);
		return;
	}
	answer(later->number, later->name, later->type);
	free(later);
}

static void wait_for(struct later *later, uint64_t milliseconds)
{
	struct dna_timer *timer;

	if (dna_timer_add(&timer, loop, milliseconds, answer_later, later) != 0)
		abort();
}

static void delay(const struct dna_frame *frame, uint64_t milliseconds)
{
	struct later *later = malloc(sizeof(*later));

	if (later == NULL)
		abort();
	*later = (struct later){ .client = client, .number = frame->number, .type = frame->type };
	memcpy(later->name, frame->name, sizeof(later->name));
	wait_for(later, milliseconds);
}

static void die_once(void)
{
	int mark = open(getenv("DNA_TEST_MARK"), O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (mark >= 0)
		_exit(3);
}

static void obey(const struct dna_frame *frame)
{
	const char *name = frame->name;

	questions++;

	if (frame->kind == DNA_FRAME_CANCEL || is(name, "silent"))
		return;
	if (is(name, "hang"))
		for (;;)
			pause();
	if (is(name, "die"))
		raise(SIGKILL);
	if (is(name, "die-once"))
		die_once();
	if (is(name, "garbage"))
		put("\0\0\0\5garbage", 11);
	else if (is(name, "other"))
		answer(frame->number, "another.example", frame->type);
	else if (is(name, "slow"))
		delay(frame, 50);
	else if (is(name, "held"))
		delay(frame, 0);
	else if (is(name, "die-later"))
		delay(frame, 20);
	else
		answer(frame->number, name, frame->type);
}

static void leave(void)
{
	if (!shared)
		_exit(0);
	dna_watch_remove(client->watch);
	client->watch = NULL;
}

static void ready(void *argument, unsigned events)
{
	struct dna_frame frame;
	char octets[4096];
	ssize_t got;
	size_t size;

	(void)events;
	client = argument;
	got = recv(client->fd, octets, sizeof(octets), 0);
	if (got <= 0 || dna_buffer_add(&client->in, octets, (size_t)got) != 0) {
		leave();
		return;
	}
	while (dna_frame_read((struct dna_bytes){ client->in.data, client->in.size }, &frame,
			      &size) == 0) {
		dna_buffer_consume(&client->in, size);
		obey(&frame);
	}
}

static void serve(int fd)
{
	struct client *new = calloc(1, sizeof(*new));

	if (new == NULL)
		abort();
	new->fd = fd;
	dna_buffer_init(&new->in, 0);
	if (dna_watch_add(&new->watch, loop, fd, DNA_LOOP_READ, ready, new) != 0)
		abort();
}

static void come(void *argument, unsigned events)
{
	int fd = accept(*(int *)argument, NULL, NULL);

	(void)events;
	if (useless)
		_exit(7);
	serve(fd);
}

int main(int argc, char **argv)
{
	struct dna_watch *watch;
	int fd = 3;

	shared = true;
	for (int i = 1; i < argc; i++) {
		strncat(arguments, argv[i], sizeof(arguments) - strlen(arguments) - 2);
		strcat(arguments, i + 1 < argc ? " " : "");
		useless = useless || strcmp(argv[i], "--useless") == 0;
		if (strcmp(argv[i], "--fd") == 0 && i + 1 < argc) {
			fd = atoi(argv[i + 1]);
			shared = false;
		}
	}
	if (dna_loop_new(&loop) != 0)
		return 2;
	if (!shared)
		serve(fd);
	else if (dna_watch_add(&watch, loop, fd, DNA_LOOP_READ, come, &fd) != 0)
		return 2;
	for (;;)
		dna_loop_run(loop, -1);
}

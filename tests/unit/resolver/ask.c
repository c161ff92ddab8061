/*
 * Ask the worker: `ask --program P [--resolver A]... [--trust-anchor F] [--milliseconds N] [--times
 * N] NAME TYPE...`, or, with `--socket PATH` in place of `--program`, one that others share. All questions go out at once; the items of each answer are printed in the order
 * of the questions, one a line:
 *
 *     name type outcome security data... | reason
 *
 * With --times every question goes out so often, and only the time that all took is printed; with
 * --cancel each Nth one is cancelled at once, and must not be answered later than that.
 */
#include "evidence/dns.h"
#include "evidence/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS_MAX 20000

static const char *program = "dna-resolver";
static const char *shared; /* its socket */
static char *words[64];
static int word_count;
static uint32_t milliseconds = 10000;
static size_t times = 1;
static size_t cancel_each;
static bool quiet;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int spawn(pid_t *child)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("socketpair");
	*child = fork();
	if (*child < 0)
		die("fork");
	if (*child == 0) {
		char number[16];

		words[0] = (char *)(uintptr_t)program;
		snprintf(number, sizeof(number), "%d", dup(pair[1]));
		words[++word_count] = (char *)(uintptr_t) "--fd";
		words[++word_count] = number;
		execvp(program, words);
		die(program);
	}
	close(pair[1]);
	return pair[0];
}

static int connect_to_shared(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", shared);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		die(shared);
	return fd;
}

static void send_cancel(int fd, uint32_t number)
{
	struct dna_frame frame = { .kind = DNA_FRAME_CANCEL, .number = number };
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	if (dna_frame_write(&wire, &frame) != 0 ||
	    write(fd, wire.data, wire.size) != (ssize_t)wire.size)
		die("write");
	dna_buffer_clear(&wire);
}

static bool is_cancelled(size_t number)
{
	return cancel_each > 0 && number % cancel_each == 0;
}

static void send_question(int fd, uint32_t number, const char *name, const char *type)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
				   .number = number,
				   .milliseconds = milliseconds };
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	snprintf(frame.name, sizeof(frame.name), "%s", name);
	if (dna_dns_type_read(type, &frame.type) != 0 || dna_frame_write(&wire, &frame) != 0) {
		fprintf(stderr, "ask: this cannot be asked: %s %s\n", name, type);
		exit(2);
	}
	if (write(fd, wire.data, wire.size) != (ssize_t)wire.size)
		die("write");
	dna_buffer_clear(&wire);
}

static void print_item(struct dna_buffer *out, const struct dna_item *item)
{
	char type[16];

	dna_dns_type_write(dna_item_type(item), type);
	dna_buffer_format(out, "%s %s %s %s", dna_item_name(item), type,
			  dna_outcome_name(dna_item_outcome(item)),
			  dna_security_name(dna_item_security(item)));
	for (size_t i = 0; i < dna_item_count(item); i++) {
		dna_buffer_text(out, i == 0 ? " " : ", ");
		if (dna_dns_rdata_write(dna_item_type(item), dna_item_data(item, i), out) != 0)
			dna_buffer_text(out, "?");
	}
	if (dna_item_reason(item)[0] != '\0')
		dna_buffer_format(out, " | %s", dna_item_reason(item));
	dna_buffer_text(out, "\n");
}

/* Read answers until all are there; each is printed in its turn. */
static int receive(int fd, size_t count)
{
	struct dna_buffer in, *out = calloc(count, sizeof(*out));
	size_t got = 0, printed = 0;

	dna_buffer_init(&in, 0);
	for (size_t i = 0; i < count; i++)
		got += is_cancelled(i);
	while (got < count) {
		uint8_t octets[65536];
		ssize_t size = read(fd, octets, sizeof(octets));
		struct dna_frame frame;
		size_t used;

		if (size <= 0) {
			fprintf(stderr, "ask: the worker is gone, %zu of %zu answered\n", got,
				count);
			return 1;
		}
		dna_buffer_add(&in, octets, (size_t)size);
		while (dna_frame_read((struct dna_bytes){ in.data, in.size }, &frame, &used) == 0) {
			if (frame.number >= count || frame.kind != DNA_FRAME_ANSWER) {
				fprintf(stderr, "ask: a frame that nobody asked for\n");
				return 1;
			}
			for (size_t i = 0; i < frame.count; i++)
				print_item(&out[frame.number], frame.items[i]);
			got += !is_cancelled(frame.number);
			dna_frame_clear(&frame);
			dna_buffer_consume(&in, used);
		}
		while (printed < count && (out[printed].size > 0 || is_cancelled(printed))) {
			if (!quiet)
				fputs((char *)out[printed].data, stdout);
			dna_buffer_clear(&out[printed++]);
		}
		fflush(stdout);
	}
	for (size_t i = 0; i < count; i++)
		dna_buffer_clear(&out[i]);
	dna_buffer_clear(&in);
	free(out);
	return 0;
}

int main(int argc, char **argv)
{
	pid_t child = -1;
	int fd, first = 1, status = 0, r;
	size_t questions, number = 0;
	struct timespec start, end;

	for (; first + 1 < argc && strncmp(argv[first], "--", 2) == 0; first += 2) {
		if (strcmp(argv[first], "--program") == 0) {
			program = argv[first + 1];
		} else if (strcmp(argv[first], "--socket") == 0) {
			shared = argv[first + 1];
		} else if (strcmp(argv[first], "--milliseconds") == 0) {
			milliseconds = (uint32_t)strtoul(argv[first + 1], NULL, 10);
		} else if (strcmp(argv[first], "--times") == 0) {
			times = strtoul(argv[first + 1], NULL, 10);
			quiet = true;
		} else if (strcmp(argv[first], "--cancel") == 0) {
			cancel_each = strtoul(argv[first + 1], NULL, 10);
			quiet = true;
		} else if (word_count < 60) {
			words[++word_count] = argv[first];
			words[++word_count] = argv[first + 1];
		}
	}
	questions = (size_t)(argc - first) / 2;
	fd = shared != NULL ? connect_to_shared() : spawn(&child);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = 0; i < times * questions; i++, number++) {
		char **question = argv + first + 2 * (int)(i % questions);

		send_question(fd, (uint32_t)number, question[0], question[1]);
		if (is_cancelled(number))
			send_cancel(fd, (uint32_t)number);
	}
	r = receive(fd, number);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (quiet)
		printf("%zu answers in %.3f s\n", number,
		       (double)(end.tv_sec - start.tv_sec) +
			       (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	close(fd);
	if (shared == NULL && (waitpid(child, &status, 0) != child || status != 0)) {
		fprintf(stderr, "ask: the worker ended with status %d\n", status);
		r = 1;
	}
	return r;
}

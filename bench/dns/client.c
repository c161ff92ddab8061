/*
 * dna-resolver under load: this client starts the worker and asks it over its socket, as libdna-net
 * does. What is measured is the worker.
 */
#include "load.h"

#include "evidence/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MILLISECONDS 10000
#define READ_SIZE    65536

struct client {
	struct load load;
	int fd;
	struct dna_buffer input, output;
};

static void die(const char *what)
{
	fprintf(stderr, "client: %s\n", what);
	exit(1);
}

static void become_worker(const struct load *load, int fd)
{
	char number[16];
	const char *words[] = { load->worker,
				"--fd",
				number,
				"--resolver",
				load->resolver,
				"--trust-anchor",
				load->trust_anchor,
				load->trust_ad ? "--trust-ad" : NULL,
				NULL };

	snprintf(number, sizeof(number), "%d", dup(fd));
	execv(load->worker, (char **)(uintptr_t)words);
	perror(load->worker);
	_exit(1);
}

static void start(struct client *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("there is no socket");
	c->load.process = fork();
	if (c->load.process < 0)
		die("there is no process");
	if (c->load.process == 0)
		become_worker(&c->load, pair[1]);
	close(pair[1]);
	c->fd = pair[0];
}

static void ask(struct client *c)
{
	const struct load_question *question;

	while ((question = load_next(&c->load)) != NULL) {
		struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
					   .number = (uint32_t)c->load.asked,
					   .milliseconds = MILLISECONDS,
					   .type = question->type };

		snprintf(frame.name, sizeof(frame.name), "%s", question->name);
		if (dna_frame_write(&c->output, &frame) != 0)
			die("a question cannot be written");
	}
	if (c->output.size > 0 &&
	    write(c->fd, c->output.data, c->output.size) != (ssize_t)c->output.size)
		die("the worker is gone");
	dna_buffer_consume(&c->output, c->output.size);
}

static bool is_good(const struct client *c, const struct dna_frame *frame)
{
	enum dna_outcome wanted = c->load.denied ? DNA_DENIED : DNA_ANSWERED;

	return frame->kind == DNA_FRAME_ANSWER && frame->count == 1 &&
	       dna_item_outcome(frame->items[0]) == wanted &&
	       dna_item_security(frame->items[0]) == DNA_SECURE;
}

static void receive(struct client *c)
{
	uint8_t octets[READ_SIZE];
	ssize_t size = read(c->fd, octets, sizeof(octets));
	struct dna_frame frame;
	size_t used = 0, taken;

	if (size <= 0 || dna_buffer_add(&c->input, octets, (size_t)size) != 0)
		die("the worker is gone");
	while (dna_frame_read((struct dna_bytes){ c->input.data + used, c->input.size - used },
			      &frame, &taken) == 0) {
		used += taken;
		load_answered(&c->load, is_good(c, &frame));
		dna_frame_clear(&frame);
	}
	dna_buffer_consume(&c->input, used);
}

int main(int argc, char **argv)
{
	struct client c = { .fd = -1 };
	int status;

	load_read(&c.load, argc, argv);
	dna_buffer_init(&c.input, 0);
	dna_buffer_init(&c.output, 0);
	start(&c);
	while (load_begin(&c.load))
		while (load_pending(&c.load)) {
			ask(&c);
			receive(&c);
		}
	close(c.fd);
	if (waitpid(c.load.process, &status, 0) != c.load.process || status != 0)
		die("the worker did not end well");
	dna_buffer_clear(&c.input);
	dna_buffer_clear(&c.output);
	load_end(&c.load);
	return 0;
}

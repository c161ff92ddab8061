/*
 * Ask the worker: `ask --program P [--resolver A]... [--trust-anchor F] [--milliseconds N] NAME
 * TYPE...`. All questions go out at once; the items of each answer are printed in the order of the
 * questions, one a line, with an empty line after the last one:
 *
 *     name type outcome security data... | reason
 *
 *     --socket PATH    of a worker that others share, in place of --program
 *     --time N         ask as of then, seconds since 1970
 *     --word W         one more word for the worker's command line
 *     --rounds N       all of it so often: again when everything was answered, and a line has come
 *                      on standard input, or its end
 *     --record F       want proof with the answers, and write it to F, a frame an answer
 *     --unrecorded N   but not in the first N rounds
 *     --replay F       no questions: what do the frames of F prove?
 *     --times N        every question so often at once; only the time that all took is printed
 *     --cancel N       each Nth question is cancelled at once, and must not be answered later
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

#define WORDS_MAX 64 /* on the worker's command line */

struct options {
	const char *program;
	const char *socket; /* of a worker that others share */
	char *words[WORDS_MAX];
	int word_count;
	uint32_t milliseconds;
	int64_t time;
	size_t rounds, unrecorded, times, cancel_each;
	const char *record, *replay;
	bool quiet;
	char **questions; /* name, type, name, type, ... */
	size_t count;
};

static const struct options *options;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		die(path);
	return fd;
}

static int spawn(struct options *o, pid_t *child)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("socketpair");
	*child = fork();
	if (*child < 0)
		die("fork");
	if (*child == 0) {
		char number[16];

		o->words[0] = (char *)(uintptr_t)o->program;
		snprintf(number, sizeof(number), "%d", dup(pair[1]));
		o->words[++o->word_count] = (char *)(uintptr_t) "--fd";
		o->words[++o->word_count] = number;
		execvp(o->program, o->words);
		die(o->program);
	}
	close(pair[1]);
	return pair[0];
}

/* ---- Sending ---- */

static void send_frame(int fd, const struct dna_frame *frame)
{
	struct dna_buffer wire;

	dna_buffer_init(&wire, 0);
	if (dna_frame_write(&wire, frame) != 0) {
		fprintf(stderr, "ask: this cannot be asked: %s\n", frame->name);
		exit(2);
	}
	if (send(fd, wire.data, wire.size, MSG_NOSIGNAL) != (ssize_t)wire.size)
		die("send");
	dna_buffer_clear(&wire);
}

static bool is_cancelled(size_t number)
{
	return options->cancel_each > 0 && number % options->cancel_each == 0;
}

static void send_question(int fd, uint32_t number, char **question, bool recorded)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
				   .number = number,
				   .milliseconds = options->milliseconds,
				   .time = options->time,
				   .wants = recorded ? DNA_WANTS_PROOF : 0 };
	struct dna_frame cancel = { .kind = DNA_FRAME_CANCEL, .number = number };

	snprintf(frame.name, sizeof(frame.name), "%s", question[0]);
	if (dna_dns_type_read(question[1], &frame.type) != 0) {
		fprintf(stderr, "ask: this is no type: %s\n", question[1]);
		exit(2);
	}
	send_frame(fd, &frame);
	if (is_cancelled(number))
		send_frame(fd, &cancel);
}

/* ---- Receiving ---- */

static void print_item(const struct dna_item *item)
{
	struct dna_buffer out;
	char type[16];

	dna_buffer_init(&out, 0);
	dna_dns_type_write(dna_item_type(item), type);
	dna_buffer_format(&out, "%s %s %s %s", dna_item_name(item), type,
			  dna_outcome_name(dna_item_outcome(item)),
			  dna_security_name(dna_item_security(item)));
	for (size_t i = 0; i < dna_item_count(item); i++) {
		dna_buffer_text(&out, i == 0 ? " " : ", ");
		if (dna_dns_rdata_write(dna_item_type(item), dna_item_data(item, i), &out) != 0)
			dna_buffer_text(&out, "?");
	}
	if (dna_item_reason(item)[0] != '\0')
		dna_buffer_format(&out, " | %s", dna_item_reason(item));
	printf("%.*s\n", (int)out.size, (const char *)out.data);
	dna_buffer_clear(&out);
}

static bool is_answer(const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "dns") == 0;
}

/*
 * What the answer rests on, as the frame that asks for the answer again. Nothing of an answer that
 * rests on no reply.
 */
static void record_answer(const struct dna_frame *answer, FILE *file)
{
	struct dna_frame frame = { .kind = DNA_FRAME_RECORDED,
				   .number = answer->number,
				   .milliseconds = options->milliseconds,
				   .time = dna_item_time(answer->items[0]) };
	struct dna_buffer wire;
	bool replied = false;

	for (size_t i = 0; i < answer->count; i++) {
		struct dna_item *item = answer->items[i];

		replied = replied || strcmp(dna_item_kind(item), "dns-reply") == 0;
		if (!is_answer(item) && dna_frame_add(&frame, dna_item_ref(item)) != 0)
			die("record");
	}
	dna_buffer_init(&wire, 0);
	if (replied && (dna_frame_write(&wire, &frame) != 0 ||
			fwrite(wire.data, 1, wire.size, file) != wire.size))
		die("record");
	dna_buffer_clear(&wire);
	dna_frame_clear(&frame);
}

static void hand_out(struct dna_frame *answer, FILE *file)
{
	for (size_t i = 0; i < answer->count && !options->quiet; i++)
		if (is_answer(answer->items[i]))
			print_item(answer->items[i]);
	if (!options->quiet)
		putchar('\n');
	if (file != NULL)
		record_answer(answer, file);
	dna_frame_clear(answer);
}

/* Take the frames that have arrived whole; how many answers they are. */
static size_t take_frames(struct dna_buffer *in, struct dna_frame *answers, size_t count)
{
	struct dna_frame frame;
	size_t used, taken = 0;

	while (dna_frame_read((struct dna_bytes){ in->data, in->size }, &frame, &used) == 0) {
		if (frame.kind != DNA_FRAME_ANSWER || frame.number >= count ||
		    answers[frame.number].count > 0) {
			fprintf(stderr, "ask: a frame that nobody asked for\n");
			exit(1);
		}
		answers[frame.number] = frame;
		taken += !is_cancelled(frame.number);
		dna_buffer_consume(in, used);
	}
	return taken;
}

/* Read until everything is answered; each answer is handed out in its turn. */
static int receive(int fd, size_t count, FILE *file)
{
	struct dna_frame *answers = calloc(count, sizeof(*answers));
	struct dna_buffer in;
	size_t got = 0, out = 0;
	int r = 0;

	dna_buffer_init(&in, 0);
	for (size_t i = 0; i < count; i++)
		got += is_cancelled(i);
	while (got < count) {
		uint8_t octets[65536];
		ssize_t size = read(fd, octets, sizeof(octets));

		if (size <= 0) {
			fprintf(stderr, "ask: the worker is gone, %zu of %zu answered\n", got,
				count);
			r = 1;
			break;
		}
		dna_buffer_add(&in, octets, (size_t)size);
		got += take_frames(&in, answers, count);
		for (; out < count && (answers[out].count > 0 || is_cancelled(out)); out++)
			hand_out(&answers[out], file);
		fflush(stdout);
	}
	for (size_t i = 0; i < count; i++)
		dna_frame_clear(&answers[i]);
	dna_buffer_clear(&in);
	free(answers);
	return r;
}

/* ---- What is done ---- */

static int ask(int fd, bool recorded, FILE *file)
{
	size_t number = 0;

	for (; number < options->times * options->count; number++)
		send_question(fd, (uint32_t)number,
			      options->questions + 2 * (number % options->count), recorded);
	return receive(fd, number, recorded ? file : NULL);
}

static void await_line(void)
{
	int c;

	do {
		c = getchar();
	} while (c != '\n' && c != EOF);
}

static int ask_again_and_again(int fd)
{
	FILE *file = options->record != NULL ? fopen(options->record, "wb") : NULL;
	int r = 0;

	if (options->record != NULL && file == NULL)
		die(options->record);
	for (size_t round = 0; r == 0 && round < options->rounds; round++) {
		if (round > 0)
			await_line();
		r = ask(fd, file != NULL && round >= options->unrecorded, file);
	}
	if (file != NULL && fclose(file) != 0)
		die(options->record);
	return r;
}

static void read_file(const char *path, struct dna_buffer *octets)
{
	FILE *file = fopen(path, "rb");
	uint8_t some[65536];
	size_t size;

	if (file == NULL)
		die(path);
	while ((size = fread(some, 1, sizeof(some), file)) > 0)
		dna_buffer_add(octets, some, size);
	fclose(file);
}

static int replay(int fd)
{
	struct dna_buffer octets;
	struct dna_frame frame;
	size_t used = 0, size;
	uint32_t count = 0;

	dna_buffer_init(&octets, 0);
	read_file(options->replay, &octets);
	while (used < octets.size) {
		struct dna_bytes rest = { octets.data + used, octets.size - used };

		if (dna_frame_read(rest, &frame, &size) != 0) {
			fprintf(stderr, "ask: %s has no whole frames\n", options->replay);
			exit(2);
		}
		used += size;
		frame.number = count++;
		send_frame(fd, &frame);
		dna_frame_clear(&frame);
	}
	dna_buffer_clear(&octets);
	return receive(fd, count, NULL);
}

static size_t number_of(const char *text)
{
	return strtoul(text, NULL, 10);
}

/* Options that are not ours are the worker's. */
static void read_option(struct options *o, char *name, char *value)
{
	if (strcmp(name, "--program") == 0)
		o->program = value;
	else if (strcmp(name, "--socket") == 0)
		o->socket = value;
	else if (strcmp(name, "--milliseconds") == 0)
		o->milliseconds = (uint32_t)number_of(value);
	else if (strcmp(name, "--time") == 0)
		o->time = strtoll(value, NULL, 10);
	else if (strcmp(name, "--rounds") == 0)
		o->rounds = number_of(value);
	else if (strcmp(name, "--record") == 0)
		o->record = value;
	else if (strcmp(name, "--unrecorded") == 0)
		o->unrecorded = number_of(value);
	else if (strcmp(name, "--replay") == 0)
		o->replay = value;
	else if (strcmp(name, "--times") == 0)
		o->times = number_of(value);
	else if (strcmp(name, "--cancel") == 0)
		o->cancel_each = number_of(value);
	else if (o->word_count < WORDS_MAX - 4) {
		if (strcmp(name, "--word") != 0)
			o->words[++o->word_count] = name;
		o->words[++o->word_count] = value;
	}
}

int main(int argc, char **argv)
{
	struct options o = {
		.program = "dna-resolver", .milliseconds = 10000, .rounds = 1, .times = 1
	};
	struct timespec start, end;
	pid_t child = -1;
	int fd, first = 1, status = 0, r;

	for (; first + 1 < argc && strncmp(argv[first], "--", 2) == 0; first += 2)
		read_option(&o, argv[first], argv[first + 1]);
	o.quiet = o.times > 1 || o.cancel_each > 0;
	o.questions = argv + first;
	o.count = (size_t)(argc - first) / 2;
	options = &o;
	fd = o.socket != NULL ? connect_to(o.socket) : spawn(&o, &child);
	clock_gettime(CLOCK_MONOTONIC, &start);
	r = o.replay != NULL ? replay(fd) : ask_again_and_again(fd);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (o.quiet)
		printf("%zu answers in %.3f s\n", o.times * o.count,
		       (double)(end.tv_sec - start.tv_sec) +
			       (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	close(fd);
	if (o.socket == NULL && (waitpid(child, &status, 0) != child || status != 0)) {
		fprintf(stderr, "ask: the worker ended with status %d\n", status);
		r = 1;
	}
	return r;
}

/* libdna-net: one loop, one place where things are looked up, and the cases that are gathered. */
#include "net/gather.h"
#include "net/resolver.h"
#include "net/settings.h"

#include <dna/net.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RESOLV_CONF   "/etc/resolv.conf"
#define VALIDATE_TIME 10000 /* milliseconds for one recording */

struct dna_net {
	struct dna_loop *loop;
	struct dna_lookups *lookups;
	struct dna_gathers gathers;
	struct dna_anchors *anchors;
	struct single *singles; /* DNS questions by themselves */
};

/* ---- DNS by itself ---- */

struct single {
	struct dna_net *net;
	struct single *next;
	struct dna_question *question;
	dna_net_answered *answered;
	void *argument;
};

static void unlink_single(struct single *single)
{
	struct single **link = &single->net->singles;

	while (*link != single)
		link = &(*link)->next;
	*link = single->next;
}

static void forget_single(struct single *single)
{
	dna_resolver_cancel(single->question);
	unlink_single(single);
	free(single);
}

static void single_answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct single *single = argument;

	unlink_single(single);
	single->answered(items, count, single->argument);
	free(single);
}

int dna_net_ask(struct dna_net *net, const struct dna_net_question *question, unsigned milliseconds,
		dna_net_answered *answered, void *argument)
{
	struct dna_frame frame = { .kind = DNA_FRAME_QUESTION,
				   .time = question->time,
				   .wants = question->zones ? DNA_WANTS_ZONES : 0,
				   .type = question->type };
	struct single *single;
	int r;

	if (strlen(question->name) > DNA_NAME_MAX)
		return DNA_E_INVALID;
	strcpy(frame.name, question->name);
	single = calloc(1, sizeof(*single));
	if (single == NULL)
		return DNA_E_NOMEM;
	*single = (struct single){
		.net = net, .next = net->singles, .answered = answered, .argument = argument
	};
	r = dna_resolver_put(dna_lookups_resolver(net->lookups), &frame, milliseconds,
			     single_answered, single, &single->question);
	if (r != 0)
		free(single);
	else
		net->singles = single;
	return r;
}

/* ---- beginning and end ---- */

/* The host may change its working directory before the program is started, or started again. */
static int make_absolute(const char *path, char **absolute)
{
	char *directory, *result;

	if (path == NULL)
		return 0;
	directory = path[0] == '/' ? strdup("") : getcwd(NULL, 0);
	if (directory == NULL)
		return errno == ENOMEM ? DNA_E_NOMEM : DNA_E_IO;
	if (asprintf(&result, "%s%s%s", directory, path[0] == '/' ? "" : "/", path) < 0)
		result = NULL;
	free(directory);
	*absolute = result;
	return result != NULL ? 0 : DNA_E_NOMEM;
}

static int start_lookups(struct dna_net *net, const struct dna_net_options *options)
{
	struct dna_lookups_options lookups = { .anchors = net->anchors,
					       .allow_private_addresses =
						       options->allow_private_addresses,
					       .keep_proof = options->keep_proof };
	char *program = NULL, *trust_anchor = NULL, *path = NULL;
	int r = make_absolute(options->resolver_program != NULL ? options->resolver_program
								: DNA_RESOLVER_PROGRAM,
			      &program);

	if (r == 0)
		r = make_absolute(options->trust_anchor, &trust_anchor);
	if (r == 0)
		r = make_absolute(options->resolver_socket, &path);
	lookups.resolver = (struct dna_resolver_options){ .socket = path,
							  .fd = options->resolver_fd,
							  .program = program,
							  .addresses = options->resolver,
							  .trust_anchor = trust_anchor,
							  .trust_ad = options->trust_ad };
	if (r == 0)
		r = dna_lookups_new(&net->lookups, net->loop, &lookups);
	free(program);
	free(trust_anchor);
	free(path);
	return r;
}

/* A resolver program that others started has its own settings. */
static bool is_shared(const struct dna_net_options *options)
{
	return options->resolver_socket != NULL || options->resolver_fd > 0;
}

static int start(struct dna_net *net, const struct dna_net_options *options, char **complaint)
{
	int r = dna_settings_check_resolver(options->resolver, complaint);

	if (r == 0 && options->trust_ad && !is_shared(options))
		r = dna_settings_check_trust_ad(options->resolver, RESOLV_CONF, complaint);
	if (r == 0)
		r = dna_settings_check_trust_anchor(options->trust_anchor, complaint);
	if (r == 0)
		r = dna_settings_load_anchors(&net->anchors, options->ca_file, complaint);
	if (r == 0)
		r = dna_loop_new(&net->loop);
	if (r == 0)
		r = start_lookups(net, options);
	net->gathers = (struct dna_gathers){ .loop = net->loop, .lookups = net->lookups };
	return r;
}

int dna_net_new(struct dna_net **net, const struct dna_net_options *options, char **complaint)
{
	static const struct dna_net_options none = { .resolver = NULL };
	struct dna_net *new = calloc(1, sizeof(*new));
	char *why = NULL;
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	r = start(new, options != NULL ? options : &none, &why);
	if (r != 0) {
		if (complaint != NULL)
			*complaint = why != NULL ? why : strdup(dna_strerror(r));
		else
			free(why);
		dna_net_free(new);
		return r;
	}
	*net = new;
	return 0;
}

void dna_net_free(struct dna_net *net)
{
	if (net == NULL)
		return;
	dna_gathers_clear(&net->gathers);
	while (net->singles != NULL)
		forget_single(net->singles);
	dna_lookups_free(net->lookups);
	dna_loop_free(net->loop);
	dna_anchors_unref(net->anchors);
	free(net);
}

/* ---- running ---- */

int dna_net_fd(const struct dna_net *net)
{
	return dna_loop_fd(net->loop);
}

/*
 * Cases may have come to ask for more since they were last looked at, be it by what is called back
 * here.
 */
static int run(struct dna_net *net, int milliseconds)
{
	int r;

	dna_gathers_pull(&net->gathers);
	r = dna_loop_run(net->loop, milliseconds);
	dna_gathers_pull(&net->gathers);
	return r;
}

int dna_net_process(struct dna_net *net)
{
	return run(net, 0);
}

int dna_net_gather(struct dna_net *net, struct dna_case *c, unsigned milliseconds,
		   dna_net_changed *changed, void *argument)
{
	if (dna_anchors_count(dna_case_anchors(c)) == 0)
		dna_case_trust(c, net->anchors);
	return dna_gather_start(&net->gathers, c, milliseconds, changed, argument);
}

void dna_net_forget(struct dna_net *net, struct dna_case *c)
{
	dna_gather_forget(&net->gathers, c);
}

/* ---- recordings ---- */

struct replay {
	bool answered;
	int error;
	dna_validated *validated;
	void *argument;
	char **complaint;
};

/* That nothing could be validated is one failed item that answers no question. */
static void replay_answered(void *argument, struct dna_item *const *items, size_t count)
{
	struct replay *replay = argument;

	replay->answered = true;
	if (count == 0)
		replay->error = DNA_E_NOMEM;
	else if (dna_item_name(items[0])[0] == '\0') {
		replay->error = DNA_E_IO;
		*replay->complaint = strdup(dna_item_reason(items[0]));
	}
	for (size_t i = 0; replay->error == 0 && i < count; i++)
		replay->error = replay->validated(replay->argument, items[i]);
}

int dna_net_validate(void *argument, int64_t time, struct dna_item *const *recorded, size_t count,
		     dna_validated *validated, void *validated_argument, char **complaint)
{
	struct dna_net *net = argument;
	struct dna_frame frame = { .kind = DNA_FRAME_RECORDED,
				   .time = time,
				   .items = (struct dna_item **)(uintptr_t)recorded,
				   .count = count };
	struct replay replay = { .validated = validated,
				 .argument = validated_argument,
				 .complaint = complaint };
	struct dna_question *question = NULL;
	int r = dna_resolver_put(dna_lookups_resolver(net->lookups), &frame, VALIDATE_TIME,
				 replay_answered, &replay, &question);

	while (r == 0 && !replay.answered)
		r = run(net, -1);
	if (r != 0 && !replay.answered) {
		dna_resolver_cancel(question);
		return r;
	}
	return replay.error;
}

/* ---- all in one ---- */

static void look_again(struct dna_case *c, void *argument)
{
	(void)c, (void)argument;
}

/* At the deadline the case is closed, and not gathered any more. */
static int wait_for_verdict(struct dna_net *net, struct dna_case *c, unsigned milliseconds)
{
	const struct dna_verdict *verdict;
	int r = dna_net_gather(net, c, milliseconds, look_again, NULL);

	while (r == 0 && dna_case_verdict(c, &verdict) == DNA_E_AGAIN &&
	       dna_gathers_has(&net->gathers, c))
		r = run(net, -1);
	dna_net_forget(net, c);
	return r == 0 ? dna_case_verdict(c, &verdict) : r;
}

int dna_verify(struct dna_net *net, struct dna_policy *policy, const struct dna_subject *subject,
	       const struct dna_bytes *chain, size_t count, unsigned milliseconds,
	       struct dna_case **c)
{
	struct dna_case *new;
	int r = dna_case_new(&new, policy, subject, time(NULL));

	if (r != 0)
		return r;
	r = dna_case_present_peer(new, chain, count);
	if (r == 0)
		r = wait_for_verdict(net, new, milliseconds);
	if (r != 0) {
		dna_case_free(new);
		return r;
	}
	*c = new;
	return 0;
}

/*
 * libunbound under the same load: its asynchronous interface, its own validation, all questions
 * forwarded to the resolver. It does its work in a thread of this process, which is measured.
 */
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unbound.h>

#define CLASS_IN 1

static void must(int error, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "libunbound: %s: %s\n", what, ub_strerror(error));
	exit(1);
}

static struct ub_ctx *set_up(const struct load *load)
{
	struct ub_ctx *context = ub_ctx_create();

	if (context == NULL)
		must(UB_NOMEM, "no context");
	must(ub_ctx_set_fwd(context, load->resolver), load->resolver);
	must(ub_ctx_add_ta_file(context, load->trust_anchor), load->trust_anchor);
	must(ub_ctx_set_option(context, "do-not-query-localhost:", "no"), "an option");
	must(ub_ctx_set_option(context, "do-ip6:", "no"), "an option");
	must(ub_ctx_async(context, 1), "no thread");
	return context;
}

static void answered(void *argument, int error, struct ub_result *result)
{
	struct load *load = argument;

	load_answered(load, error == 0 && result->secure &&
				    (load->denied ? result->nxdomain : result->havedata));
	ub_resolve_free(result);
}

static void ask(struct load *load, struct ub_ctx *context)
{
	const struct load_question *question;

	while ((question = load_next(load)) != NULL)
		must(ub_resolve_async(context, question->name, question->type, CLASS_IN, load,
				      answered, NULL),
		     question->name);
}

int main(int argc, char **argv)
{
	struct load load;
	struct ub_ctx *context;
	struct pollfd poll_fd = { .events = POLLIN };

	load_read(&load, argc, argv);
	context = set_up(&load);
	poll_fd.fd = ub_fd(context);
	while (load_begin(&load))
		while (load_pending(&load)) {
			ask(&load, context);
			poll(&poll_fd, 1, -1);
			must(ub_process(context), "an answer");
		}
	ub_ctx_delete(context);
	load_end(&load);
	return 0;
}
